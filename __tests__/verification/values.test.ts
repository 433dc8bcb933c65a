import type { Reference, Unknown, Value } from "../../verification/model";
import { at, blocks, bool, isObject, list, number, object, text, texts, unknown } from "../../verification/values";

const REFERENCE: Reference = { kind: "reference", address: "a.b", attribute: "" };
const UNKNOWN: Unknown = unknown("why", ["a.b"]);
const mistyped = expect.objectContaining({ kind: "unknown" }) as Unknown;

describe.each<[name: string, accessor: (value: Value | undefined) => unknown, table: [Value | undefined, unknown][]]>([
  [
    "text",
    text,
    [
      ["a", "a"],
      [1, "1"],
      [true, "true"],
      [["a"], mistyped],
      [{}, mistyped],
    ],
  ],
  [
    "number",
    number,
    [
      [1, 1],
      ["443", 443],
      ["-1", -1],
      ["", mistyped],
      ["0x1", mistyped],
      [" 1", mistyped],
      [true, mistyped],
      [[1], mistyped],
    ],
  ],
  [
    "bool",
    bool,
    [
      [false, false],
      ["true", true],
      ["false", false],
      ["yes", mistyped],
      [1, mistyped],
    ],
  ],
  [
    "list",
    list,
    [
      [[1], [1]],
      [[], []],
      ["a", mistyped],
      [{}, mistyped],
    ],
  ],
  [
    "object",
    object,
    [
      [{ a: 1 }, { a: 1 }],
      [[{ a: 1 }], { a: 1 }],
      [[], undefined],
      [[{}, {}], mistyped],
      ["a", mistyped],
    ],
  ],
])("%s", (_, accessor, table) => {
  test.each<[Value | undefined, unknown]>([
    ...table,
    [undefined, undefined],
    [null, undefined],
    [REFERENCE, REFERENCE],
    [UNKNOWN, UNKNOWN],
  ])("of %j", (value, expected) => {
    expect(accessor(value)).toEqual(expected);
  });
});

test.each<[Value | undefined, unknown]>([
  [undefined, []],
  [
    [1, REFERENCE, null, "a"],
    ["1", REFERENCE, "a"],
  ],
  [UNKNOWN, [UNKNOWN]],
  ["a", [mistyped]],
])("texts of %j", (value, expected) => {
  expect(texts(value)).toEqual(expected);
});

test.each<[Value | undefined, unknown]>([
  [undefined, []],
  [null, []],
  [[], []],
  [{ a: 1 }, [{ a: 1 }]],
  [
    [{ a: 1 }, UNKNOWN],
    [{ a: 1 }, UNKNOWN],
  ],
  [REFERENCE, [REFERENCE]],
])("blocks of %j", (value, expected) => {
  expect(blocks(value)).toEqual(expected);
});

test.each<[Value, (string | number)[], unknown]>([
  [{ a: [{ b: 1 }] }, ["a", 0, "b"], 1],
  [{ a: [{ b: 1 }] }, ["a", "b"], 1],
  [{ a: { b: 1 } }, ["a", 0, "b"], 1],
  [{ a: [] }, ["a", "b"], undefined],
  [{ a: null }, ["a", "b"], undefined],
  [{ a: null }, ["a"], undefined],
  [{}, ["toString"], undefined],
  [{ a: [{ b: 1 }, { b: 2 }] }, ["a", "b"], mistyped],
  [{ a: "text" }, ["a", "b"], mistyped],
  [{ a: UNKNOWN }, ["a", 0, "b"], UNKNOWN],
  [{ a: REFERENCE }, ["a", "b", 0, "c"], { ...REFERENCE, attribute: "b[0].c" }],
])("%j at %j", (value, path, expected) => {
  expect(at(value, ...path)).toEqual(expected);
});

test.each<[Value | undefined, boolean]>([
  [{}, true],
  [[], false],
  [REFERENCE, false],
  [UNKNOWN, false],
  [null, false],
  ["a", false],
])("%j is an object: %s", (value, expected) => {
  expect(isObject(value)).toBe(expected);
});
