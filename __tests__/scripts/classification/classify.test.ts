import { classify } from "../../../scripts/classification/classify";
import type { Review } from "../../../scripts/classification/review";
import { NO_ARGUMENT } from "../../../scripts/classification/rules";

const NOTHING: Review = { modelled: [], harmless: {}, unjudged: {} };
const type = (name: string, ...given: string[]) => ({ type: name, arguments: given });
const classified = (types: ReturnType<typeof type>[], review: Partial<Review> = {}) =>
  classify("hashicorp/made 1.0.0", types, { ...NOTHING, ...review });

describe("what arguments' names say", () => {
  test.each([
    ["a security group", "vpc_options.security_group_ids", "holds"],
    ["a subnet", "subnet_id", "holds"],
    ["a network", "network", "holds"],
    ["a block", "allowed_cidrs", "holds"],
    ["a public switch", "publicly_accessible", "holds"],
    ["a switch that is on by default", "public_network_access_enabled", { unless: false }],
    ["a listener", "listener", "holds"],
    ["a domain", "custom_domain", "holds"],
  ])("%s: the type counts where that holds something", (_, path, condition) => {
    const { unjudged, harmless } = classified([type("made_one", "name", path)]);
    expect(Object.values(unjudged)).toEqual([{ made_one: { [path]: condition } }]);
    expect(harmless).toEqual({});
  });

  test("none of them: harmless", () => {
    expect(classified([type("made_one", "name", "tags", "description")]).harmless).toEqual({
      [NO_ARGUMENT]: ["made_one"],
    });
  });

  test("a block stands for what lies in it, but for what is open unless it is closed", () => {
    const rows = classified([
      type("made_one", "network", "network.subnet_id", "network.public_network_access_enabled"),
    ]);
    expect(Object.values(rows.unjudged)).toEqual([
      { made_one: { network: "holds", "network.public_network_access_enabled": { unless: false } } },
    ]);
  });
});

describe("a review", () => {
  test("goes before the names; the longest row is a type's own", () => {
    const table = classified([type("made_one", "subnet_id"), type("made_one_more", "subnet_id"), type("made_two")], {
      modelled: ["made_one"],
      harmless: { "it is a name": ["made_*"] },
      unjudged: { "it makes machines": ["made_one_*"] },
    });
    expect(table).toMatchObject({
      modelled: ["made_one"],
      harmless: { "it is a name": ["made_two"] },
      unjudged: { "it makes machines": { made_one_more: {} } },
    });
  });

  test("a row of a type's end goes before one of its beginning", () => {
    const table = classified([type("made_one_member", "subnet_id"), type("made_one_more", "subnet_id")], {
      harmless: { "it is a right": ["*_member"], "it is a name": ["made_one_*"] },
    });
    expect(table.harmless).toEqual({ "it is a right": ["made_one_member"], "it is a name": ["made_one_more"] });
  });

  test.each<[what: string, review: Partial<Review>, message: RegExp]>([
    ["a row that fits no type", { modelled: ["made_gone"] }, /made_gone/],
    ["a row that others leave nothing", { modelled: ["made_one"], harmless: { why: ["made_one*"] } }, /made_one\*/],
    ["a row twice", { modelled: ["made_one"], harmless: { why: ["made_one"] } }, /classified twice/],
    ["a condition on no argument", { unjudged: { why: [["made_one", { gone: "holds" }]] } }, /no argument gone/],
  ])("%s is refused", (_, review, message) => {
    expect(() => classified([type("made_one", "name")], review)).toThrow(message);
  });
});
