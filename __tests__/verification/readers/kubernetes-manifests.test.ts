import { InputError } from "../../../verification/input-error";
import { JsonText, type Path } from "../../../verification/readers/json-locations";
import { jsonDocument, readManifest, readYamlDocuments } from "../../../verification/readers/kubernetes-manifests";

const read = (yaml: string) => readYamlDocuments("f.yaml", yaml).flatMap((document) => readManifest(document, "unit"));
const object = (more: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n${more}`;

test("each document is an object, empty ones are none", () => {
  const resources = read(
    "---\n# nothing\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: a}\n---\n---\napiVersion: v1\nkind: Namespace\nmetadata: {name: b}\n",
  );
  expect(resources).toMatchObject([
    {
      type: "kubernetes:Pod",
      address: "Pod/default/a",
      mode: "managed",
      unit: "unit",
      location: { file: "f.yaml", line: 4 },
    },
    { type: "kubernetes:Namespace", address: "Namespace/b", location: { file: "f.yaml", line: 9 } },
  ]);
  expect(resources[0]?.values).toEqual({ apiVersion: "v1", kind: "Pod", metadata: { name: "a" } });
});

test.each([
  ["Service", "{name: a}", "Service/default/a"],
  ["Service", "{name: a, namespace: union}", "Service/union/a"],
  ["Job", "{generateName: a-, namespace: union}", "Job/union/a-*"],
  ["ClusterRole", "{name: a}", "ClusterRole/a"],
])("a %s with metadata %s is %s", (kind, metadata, address) => {
  expect(read(`apiVersion: v1\nkind: ${kind}\nmetadata: ${metadata}`)).toMatchObject([{ address }]);
});

describe("lists", () => {
  const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "a" } };
  const readJson = (json: object) =>
    readManifest(jsonDocument(new JsonText("f.json", JSON.stringify(json, null, 1))), "unit");

  test("are their items, at any depth", () => {
    const inner = { apiVersion: "v1", kind: "List", items: [pod] };
    const resources = readJson({ apiVersion: "v1", kind: "List", items: [inner, { ...pod, metadata: { name: "b" } }] });
    expect(resources.map(({ address, location }) => [address, location.line])).toEqual([
      ["Pod/default/a", 9],
      ["Pod/default/b", 18],
    ]);
  });

  test("give items their kind where they are of one kind", () => {
    const [policy] = readJson({
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicyList",
      items: [{ metadata: { name: "a" } }],
    });
    expect(policy).toMatchObject({
      type: "kubernetes:NetworkPolicy",
      values: { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy" },
    });
  });

  test("may be empty", () => {
    expect(readJson({ apiVersion: "v1", kind: "List", items: [] })).toEqual([]);
  });
});

test.each<[Path, number]>([
  [[], 3],
  [["spec", "podSelector"], 7],
  [["spec", "egress", 0], 9],
  [["spec", "egress", 1, "to", 0, "ipBlock", "cidr"], 12],
  [["spec", "egress", 2, "to", 0, "ipBlock", "cidr"], 9],
  [["spec", "egress", 1, "nothing"], 10],
  [["spec", "ingress"], 6],
])("%j is on line %i", (path, line) => {
  const yaml = `kind: List\n---
kind: NetworkPolicy
apiVersion: networking.k8s.io/v1
metadata: { name: a }
spec:
  podSelector: {}
  egress:
    - &web { to: [{ ipBlock: { cidr: 10.0.0.0/8 } }] }
    - to:
        - ipBlock:
            cidr: 10.0.0.0/16
    - *web
`;
  const document = readYamlDocuments("f.yaml", yaml)[1];
  expect(document?.locate(path)).toEqual({ file: "f.yaml", line });
});

test("of a key that is written twice the last counts, as for Kubernetes' clients", () => {
  const [document] = readYamlDocuments("f.yaml", "data:\n  a: first\n  b: x\n  a: last\n");
  expect(document?.value).toEqual({ data: { a: "last", b: "x" } });
  expect(document?.locate(["data", "a"])).toEqual({ file: "f.yaml", line: 4 });
});

test("values are those that Kubernetes' clients read", () => {
  const data = `data:\n  a: yes\n  b: "yes"\n  c: 22:22\n  d: 2024-01-01\n  e: 0644\n  f: 1_0\n  g: !!binary aGk=\n  <<: {h: ~}\n  i: .inf\n  on: x`;
  expect(read(object(data))[0]?.values["data"]).toEqual({
    a: true,
    b: "yes",
    c: "22:22",
    d: "2024-01-01",
    e: 420,
    f: 10,
    g: "aGk=",
    h: null,
    i: { kind: "unknown", reason: "Infinity is not a number of JSON", mentions: [] },
    on: "x",
  });
});

const bomb = [
  "a: &a [x,x,x,x,x,x,x,x,x]",
  ..."bcdef".split("").map((key, i) => `${key}: &${key} [${Array(9).fill(`*${"abcde"[i]}`).join()}]`),
].join("\n");

test.each([
  ["an open bracket", "a:\n  [1", "f.yaml:2: is not valid YAML: Flow sequence"],
  ["a tab", "a:\n\t- x", "f.yaml:2: is not valid YAML: Tabs are not allowed as indentation"],
  ["a template", "---\nkind: {{ .Values.kind }}", "f.yaml:2: is not valid YAML"],
  ["an alias of nothing", "a: *b", "f.yaml:1: is not usable YAML: Unresolved alias"],
  ["a bomb", bomb, "f.yaml:1: is not usable YAML: Excessive alias count"],
  ["brackets without end", "[".repeat(100_000), "f.yaml:1: is nested more than 200 levels deep"],
  ["dashes without end", "- ".repeat(20_000), "f.yaml:1: is nested more than 200 levels deep"],
  ["a text", "---\njust words", "f.yaml:2: is not a Kubernetes object"],
  ["a list of objects", `- ${JSON.stringify({ kind: "Pod" })}`, "f.yaml:1: is not a Kubernetes object"],
  ["no kind", "apiVersion: v1\nmetadata: {name: a}", "f.yaml:1: is not a Kubernetes object: it has no kind"],
  ["no API version", "kind: Pod\nmetadata: {name: a}", "f.yaml:1: Pod has no apiVersion"],
  ["no name", "apiVersion: v1\nkind: Pod\nmetadata: {}", "f.yaml:1: Pod has no metadata.name"],
  [
    "a namespace that is none",
    "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: [b]}",
    "f.yaml:1: Pod a has a namespace that is not a text",
  ],
  ["a document that kubectl passes over", "kind: List\n...\nkind: Pod\n", "f.yaml:3: has a document behind `...` that"],
  ["items that are no list", "apiVersion: v1\nkind: List\nitems: {}", "f.yaml:1: List has items that are not a list"],
  [
    "an item that is no object",
    "apiVersion: v1\nkind: List\nitems:\n  - apiVersion: v1\n    kind: Pod\n    metadata: {name: a}\n  - 1",
    "f.yaml:7: is not a Kubernetes object",
  ],
])("%s is refused", (_, yaml, message) => {
  expect(() => read(yaml)).toThrow(InputError);
  expect(() => read(yaml)).toThrow(message);
});

const BOOLEANS = "to kubectl an unquoted y, yes, on, n, no or off is a boolean, as true and false are";

test.each<[what: string, yaml: string, message: string]>([
  [
    "name",
    "apiVersion: v1\nkind: Pod\nmetadata:\n  name: y",
    `4: Pod has metadata.name true, which is no text: quote it (${BOOLEANS})`,
  ],
  [
    "name that is a number",
    "apiVersion: v1\nkind: Pod\nmetadata:\n  name: 010",
    "4: Pod has metadata.name 8, which is no text: quote it",
  ],
  [
    "namespace",
    "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: off}",
    "3: Pod has metadata.namespace false",
  ],
  [
    "label",
    "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  labels:\n    a: N",
    "6: Pod has metadata.labels.a false",
  ],
  [
    "annotation",
    "apiVersion: v1\nkind: Pod\nmetadata: {name: a, annotations: {b: 1}}",
    "3: Pod has metadata.annotations.b 1",
  ],
  ["name of another API's kind", "apiVersion: a.b/v1\nkind: X\nmetadata: {name: on}", "3: X has metadata.name true"],
  [
    "name in a list",
    "apiVersion: v1\nkind: List\nitems:\n  - {apiVersion: v1, kind: Pod, metadata: {name: no}}",
    "4: Pod has metadata.name false",
  ],
  [
    "label of a template",
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {template: {metadata: {labels: {b: yes}}}}",
    "4: Deployment has spec.template.metadata.labels.b true",
  ],
  [
    "label that a policy selects",
    "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a}\nspec: {ingress: [{from: [{podSelector: {matchLabels: {b: 1}}}]}]}",
    "4: NetworkPolicy has spec.ingress.0.from.0.podSelector.matchLabels.b 1",
  ],
  [
    "label that a service selects",
    "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {selector: {b: y}}",
    "4: Service has spec.selector.b true",
  ],
])("an unquoted %s that is no text is refused, as by kubectl", (_, yaml, message) => {
  expect(() => read(yaml)).toThrow(InputError);
  expect(() => read(yaml)).toThrow(`f.yaml:${message}`);
});

test.each([
  ["quoted", 'apiVersion: v1\nkind: Pod\nmetadata: {name: "y", labels: {a: "1"}}'],
  ["a date, which kubectl leaves as it is", "apiVersion: v1\nkind: Pod\nmetadata: {name: 2024-01-01}"],
  ["a label that is null", "apiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: {a: ~}}"],
  ["labels of another API's own", "apiVersion: a.b/v1\nkind: X\nmetadata: {name: a}\nspec: {labels: {a: 1}}"],
  ["behind a byte order mark", "\uFEFFapiVersion: v1\nkind: Pod\nmetadata: {name: a}"],
  ["ended, and begun again", "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n...\n---\n# nothing"],
])("%s is read, as by kubectl", (_, yaml) => {
  expect(read(yaml)).toHaveLength(1);
});
