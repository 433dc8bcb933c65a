import * as fc from "fast-check";
import { findNodeAtLocation, type Node, parseTree } from "jsonc-parser";

import { InputError } from "../../../verification/input-error";
import { JsonText, type Path } from "../../../verification/readers/json-locations";

const TEXT = `{
  "a": [
    { "b": 1, "c\\"\\\\": "}]\\"" },
    [],
    { "b":
      { "d": null }
    }
  ],
  "one": [{ "x": 1,
    "y": 2 }],
  "block": {
    "x": true
  },
  "a": { "last": [
    0 ] }
}`;

describe("lines of a JSON text", () => {
  test.each<[Path, number]>([
    [[], 1],
    [["one"], 9],
    [["one", 0, "y"], 10],
    [["one", "y"], 10],
    [["block", 0, "x"], 12],
    [["block", "x"], 12],
    [["a"], 14],
    [["a", "last", 0], 15],
    [["a", "last", 7], 14],
    [["a", "nothing", "here"], 14],
    [["nothing"], 1],
    [["block", "x", "deeper"], 12],
  ])("%j is on line %i", (path, line) => {
    expect(new JsonText("f", TEXT).locate(path)).toEqual({ file: "f", line });
  });

  test("agrees with a full parse of any document, however it is laid out", () => {
    const document = fc.tuple(fc.json({ maxDepth: 5 }), fc.constantFrom(0, 1, 2, "\t"), fc.boolean());
    fc.assert(
      fc.property(document, ([json, indent, windows]) => {
        const pretty = JSON.stringify(JSON.parse(json), null, indent);
        const text = windows ? pretty.replaceAll("\n", "\r\n") : pretty;
        const tree = parseTree(text) as Node;
        const subject = new JsonText("f", text);
        for (const path of paths(subject.value)) {
          const node = findNodeAtLocation(tree, [...path]) as Node;
          const { offset } = node.parent?.type === "property" ? node.parent : node;
          expect([path, subject.lineOf(path)]).toEqual([path, text.slice(0, offset).split("\n").length]);
        }
      }),
    );
  });

  test("finds each place of a large document", () => {
    const rules = Array.from({ length: 40_000 }, (_, id) => ({
      id,
      values: { cidr_blocks: ["10.0.0.0/8", `"{${id}`], from_port: id },
    }));
    const text = JSON.stringify({ first: { rules: [] }, planned: { rules } }, null, 1);
    expect(text.length).toBeGreaterThan(5_000_000);
    const document = new JsonText("f", text);
    const lines = text.split("\n");
    const found = rules.map((_, i) => lines[document.lineOf(["planned", "rules", i, "values", "cidr_blocks", 1]) - 1]);
    expect(found.map((line) => line?.trim())).toEqual(rules.map((_, i) => `"\\"{${i}"`));
  });
});

test.each([
  ["", "f:1: is not valid JSON: Value expected"],
  ['{\n"a": 1,\n}', "f:3: is not valid JSON: Property name expected"],
  ['{\n"a" 1}', "f:2: is not valid JSON: Colon expected"],
  ["[1,\n2", "f:2: is not valid JSON: Close bracket expected"],
  ["[1] // why", "f:1: is not valid JSON: Invalid comment token"],
])("%j is refused: %s", (text, message) => {
  expect(() => new JsonText("f", text)).toThrow(InputError);
  expect(() => new JsonText("f", text)).toThrow(message);
});

function paths(value: unknown, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [path];
  const members: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [path, ...members.flatMap(([key, member]) => paths(member, [...path, key]))];
}
