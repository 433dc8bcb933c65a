import { invariant } from "../../verification/invariants/no-inbound";
import { defaultPolicy } from "../../verification/policy";
import { buildSystem } from "../../verification/system";
import { resourcesOf, type TerraformJson } from "./resources";

export type Types = NonNullable<TerraformJson["resource"]>;

/** What `no-inbound` says of an input: `pass`, `unknown`, or `violated` with the first packet's protocol and port. */
export function inboundOf(types: Types): string {
  const system = buildSystem(resourcesOf({ resource: types }));
  const problems = [...invariant.check({ system, policy: defaultPolicy(), deployment: undefined })];
  const [first] = problems.filter(({ status }) => status === "violated").concat(problems);
  if (!first) return "pass";
  const { protocol, port } = first.counterexample ?? {};
  return first.status === "unknown" ? "unknown" : `violated ${protocol} ${port}`;
}
