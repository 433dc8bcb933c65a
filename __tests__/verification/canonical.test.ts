import { canonical } from "../../verification/canonical";
import { PLAN, unknown } from "../../verification/values";

test("a value that can't be known is the same whatever would tell it, so that a baseline knows it still", () => {
  expect(canonical([unknown("later", ["a.b"], PLAN)])).toBe(canonical([unknown("later", ["a.b"])]));
  expect(canonical(unknown("later"))).not.toBe(canonical(unknown("never")));
});

test("a field of an input by the same name counts", () => {
  expect(canonical({ missing: "a" })).not.toBe(canonical({ missing: "b" }));
});
