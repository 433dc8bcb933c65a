import { fluentBitSections, switchOf } from "../../../../verification/clouds/kubernetes/fluent-bit";

const read = (text: string) => fluentBitSections(text).map(({ kind, fields }) => [kind, Object.fromEntries(fields)]);

test.each<[string, string, unknown[]]>([
  [
    "the classic format",
    "# logs\n[SERVICE]\n  Flush 5\n[output]\n    Name  es\n    # no\n    tls.verify   Off\n",
    [
      ["SERVICE", { flush: "5" }],
      ["OUTPUT", { name: "es", "tls.verify": "Off" }],
    ],
  ],
  [
    "YAML",
    "pipeline:\n  inputs: [{name: tail}]\n  outputs:\n    - name: es\n      tls: false\n",
    [
      ["INPUT", { name: "tail" }],
      ["OUTPUT", { name: "es", tls: "false" }],
    ],
  ],
  ["no configuration", "name: es\ntls: off\n", []],
  ["YAML that can't be read", "pipeline: [", []],
  ["an empty list", "pipeline: {outputs: }", []],
])("sections of %s", (_, text, sections) => {
  expect(read(text)).toEqual(sections);
});

test.each([
  ["On", true],
  ["true", true],
  ["off", false],
  ["No", false],
  ["${TLS}", undefined],
])("%s is %s", (value, on) => {
  expect(switchOf({ kind: "OUTPUT", fields: new Map([["tls", value]]) }, "tls")).toBe(on);
});
