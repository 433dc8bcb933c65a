import { ClassifiedTypes, type Classification } from "../../../verification/clouds/classification";
import type { Resource, Value } from "../../../verification/model";

const TABLE: Classification = {
  provider: "hashicorp/made 1.0.0",
  modelled: ["made_modelled"],
  harmless: { "it is a name": ["made_harmless"] },
  unjudged: {
    "it makes machines": { made_machine: {} },
    "it is in a network": { made_attached: { "config.subnet_ids": "holds" } },
    "it is public": { made_public: { "settings.public_access": { unless: false } } },
  },
};
const types = new ClassifiedTypes(TABLE);
const LOCATION = { file: "made.tf", line: 1 };
const resource = (type: string, values: Record<string, Value> = {}, mode: Resource["mode"] = "managed"): Resource => ({
  type,
  address: `${type}.a`,
  mode,
  unit: "made",
  values,
  location: LOCATION,
  locate: () => LOCATION,
});
const reasons = (...resources: Resource[]) => types.unjudgedOf(resources, "made_").map(({ reason }) => reason);
const UNKNOWN: Value = { kind: "unknown", reason: "not known", mentions: [] };

test.each<[what: string, type: string, values: Record<string, Value>, reason: string | undefined]>([
  ["what is modelled", "made_modelled", {}, undefined],
  ["what is harmless", "made_harmless", {}, undefined],
  ["what always counts", "made_machine", {}, "it makes machines"],
  ["what is in no table", "made_newer", {}, "made_newer is not known (known: the types of hashicorp/made 1.0.0)"],
  ["attached to nothing", "made_attached", {}, undefined],
  ["attached to an empty list", "made_attached", { config: [{ subnet_ids: [] }] }, undefined],
  ["attached", "made_attached", { config: [{ subnet_ids: ["subnet-1"] }] }, "it is in a network"],
  ["attached to something", "made_attached", { config: [{ subnet_ids: UNKNOWN }] }, "it is in a network"],
  ["a block that can't be read", "made_attached", { config: UNKNOWN }, "it is in a network"],
  ["open unless it is closed", "made_public", {}, "it is public"],
  ["closed", "made_public", { settings: [{ public_access: false }] }, undefined],
  ["closed in one of two blocks", "made_public", { settings: [{ public_access: false }, {}] }, "it is public"],
  ["open", "made_public", { settings: [{ public_access: true }] }, "it is public"],
  ["perhaps closed", "made_public", { settings: [{ public_access: UNKNOWN }] }, "it is public"],
])("%s", (_, type, values, reason) => {
  expect(reasons(resource(type, values))).toEqual(reason === undefined ? [] : [reason]);
});

test("data sources make nothing, and other providers' types are others' business", () => {
  expect(reasons(resource("made_machine", {}, "data"), resource("other_machine"))).toEqual([]);
});
