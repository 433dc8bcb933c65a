import { compared } from "../../../scripts/swap/compare";
import { scratchFolder, writeFiles } from "../../support/scratch";

const at = scratchFolder();
const PATH = "stacks/acme/cdk.tf.json";

/** One stack beside another; texts are written as they are. */
function between(one: unknown, other: unknown) {
  const manifest = { stacks: { acme: { synthesizedStackPath: PATH } } };
  for (const [side, stack] of [
    ["one", one],
    ["other", other],
  ] as const)
    writeFiles({ [at(`${side}/manifest.json`)]: manifest, [at(`${side}/${PATH}`)]: stack });
  return compared(at("one"), at("other"));
}

const SAME = { stacks: 1, sameBytes: 1, sameJson: 1, differences: [] };

test.each<[what: string, one: unknown, other: unknown, expected: object]>([
  ["the same", { a: [1] }, { a: [1] }, SAME],
  ["spaces", '{"a": [\n]}', '{"a": []}', { ...SAME, sameBytes: 0 }],
  ["comments", { "//": 1, a: { "//": 1, b: 1 } }, { "//": 2, a: { b: 1 } }, { ...SAME, sameBytes: 0 }],
  [
    "a value, one that is left out, and one that is new",
    { a: { b: "5.1", c: [1, 2] }, d: 1 },
    { a: { b: "6.0", c: [1] }, d: 1, e: true },
    {
      ...{ stacks: 1, sameBytes: 0, sameJson: 0 },
      differences: ['a.b: "5.1" is "6.0"', "a.c.1: 2 is left out", "e: left out is true"],
    },
  ],
  [
    "order",
    { a: { b: 1, c: 2 } },
    { a: { c: 2, b: 1 } },
    { stacks: 1, sameBytes: 0, sameJson: 0, differences: ["a: in another order"] },
  ],
])("%s", (_, one, other, expected) => {
  expect(between(one, other)).toEqual(expected);
});
