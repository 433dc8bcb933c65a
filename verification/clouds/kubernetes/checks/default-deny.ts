/** Which NetworkPolicies select pods, today's and tomorrow's. */
import type { Judged } from "../../../judged";
import type { Problem } from "../../../problem";
import type { Direction, Location } from "../../../model";
import type { Check } from "../../cloud";
import { exposures } from "../services";
import { defaultDeny, isolation } from "../isolation";
import type { Ternary } from "../../../ternary";

const DIRECTIONS: readonly Direction[] = ["inbound", "outbound"];

export const check: Check = function* (judged) {
  const { system, deployment } = judged;
  const governed = isolation(system.resources);
  for (const { endpoint, ...pods } of governed) {
    yield* closed(pods, `${endpoint} is open`, "no NetworkPolicy selects it");
  }
  yield* hostNetwork(judged, new Set(governed.map(({ resource }) => resource)));
  if (!deployment) return;
  for (const { namespace, ...declared } of defaultDeny(system.resources)) {
    yield* closed(declared, `namespace ${namespace} is open`, "it has no default-deny policy, which new pods need");
  }
};

interface Closed {
  readonly resource: string;
  readonly location: Location;
  readonly inbound: Ternary;
  readonly outbound: Ternary;
}

function* closed(verdict: Closed, what: string, why: string): Generator<Problem> {
  const { resource, location } = verdict;
  for (const [status, answer] of [
    ["violated", false],
    ["unknown", "unknown"],
  ] as const) {
    const open = DIRECTIONS.filter((direction) => verdict[direction] === answer);
    if (open.length === 0) continue;
    const said = `${what} ${open.join(" and ")}`;
    const message =
      status === "violated" ? `${said}: ${why}` : `whether ${said} can't be told: a policy or a label is not known`;
    yield { status, resource, location, message };
  }
}

/** Pods in their node's network are beyond every NetworkPolicy; those that may be there are among the governed. */
function* hostNetwork({ system }: Judged, governed: ReadonlySet<string>): Generator<Problem> {
  for (const { kind, resource, location, namespace, name } of exposures(system.resources)) {
    if (kind !== "hostNetwork" || governed.has(resource)) continue;
    const message = `${namespace ?? "?"}/${name} is in the network of its node, where no NetworkPolicy holds`;
    yield { status: "violated", resource, location, message, remedy: "Set hostNetwork to false." };
  }
}
