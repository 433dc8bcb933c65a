import { Names, Sameness, type Likeness } from "../../../verification/readers/alike";

const LIKENESS: Likeness = {
  names: ["id", "link.path"],
  own: ["address", "parts.number"],
  presence: ["parts.public"],
  tellsNothing: ({ type }) => type === "nothing",
};
const sameness = new Sameness(LIKENESS);
const key = (record: object) => sameness.keyOf(record as Record<string, unknown>);
const record = (more: object = {}) => ({
  ...{ id: "a", address: "10.0.0.1", group: "g", parts: [{ number: 1, public: "203.0.113.1" }], ...more },
});

test("what is each one's own tells nobody apart", () => {
  expect(key(record({ id: "b", address: "10.0.0.2", parts: [{ number: 2, public: "203.0.113.2" }] }))).toBe(
    key(record()),
  );
});

test.each([
  ["another group", { group: "h" }],
  ["a field that is not known here", { fresh: true }],
  ["no public address", { parts: [{ number: 1 }] }],
  ["a public address that is null", { parts: [{ number: 1, public: null }] }],
  ["a part more, which is not public", { parts: [{ number: 1, public: "203.0.113.1" }, { number: 2 }] }],
  ["a text where there was a list", { parts: '[{"public":true,}]' }],
])("%s does", (_, more) => {
  expect(key(record(more))).not.toBe(key(record()));
});

test("of a list neither order nor number counts", () => {
  expect(key(record({ group: ["g", "h"] }))).toBe(key(record({ group: ["h", "g", "h"] })));
});

test("one that stands for others has nothing of its own but its names, and says for how many it stands", () => {
  expect(sameness.common(record(), 4)).toEqual({
    ...{ id: "a", group: "g", othersAlike: 4 },
    parts: [{ public: "203.0.113.1" }],
  });
});

test("whoever is named by what was read, in whatever spelling, is told by itself", () => {
  const names = new Names((text) => text.toLowerCase());
  names.add({ deep: [{ list: ["x", "A/B"] }], number: 1 });
  expect(sameness.isNamed(record({ id: "a/b" }), names)).toBe(true);
  expect(sameness.isNamed(record({ link: { path: "X" } }), names)).toBe(true);
  expect(sameness.isNamed(record({ group: "x" }), names)).toBe(false);
});

test("what tells nothing is passed over", () => {
  expect([sameness.tellsNothing({ type: "nothing" }), sameness.tellsNothing({ type: "other" })]).toEqual([true, false]);
  expect(new Sameness({ names: ["id"] }).tellsNothing({ type: "nothing" })).toBe(false);
});
