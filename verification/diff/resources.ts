/** Resources that a change adds, takes away, makes anew or changes, and what is lost with them. */
import type { Resource, System } from "../model";
import { groupBy } from "./group-by";
import type { ResourceChange } from "./model";
import type { PlanActions } from "./plan-actions";
import { preciousOf } from "./precious";
import { replacements } from "./replacements";
import { canonical } from "./spelled";

/** Changes by resource, the destructive ones first. */
export function compareResources(base: System, head: System, planned: PlanActions): ResourceChange[] {
  const [before, after] = [managed(base), managed(head)];
  const replaced = replacements(
    { managed: before, resources: base.resources },
    { managed: after, resources: head.resources },
  );
  const found: ResourceChange[] = [];
  for (const [address, resource] of before) {
    const now = after.get(address);
    const changed = now ? changedArguments(resource, now) : [];
    const causes = replaced.get(address);
    if (!now) found.push(changeOf("removed", resource, []));
    else if (causes) found.push(changeOf("replaced", now, causes));
    else if (changed.length > 0) found.push(changeOf("changed", now, changed));
  }
  for (const [address, resource] of after) if (!before.has(address)) found.push(changeOf("added", resource, []));
  return sorted(withPlan(found, planned));
}

/** Of what is destroyed, Terraform itself knows more than arguments tell. */
function withPlan(found: readonly ResourceChange[], planned: PlanActions): ResourceChange[] {
  const byAddress = new Map(found.map((one) => [one.resource, one]));
  for (const { address, type, change, location, causes } of planned) {
    if (byAddress.get(address)?.change === "removed") continue;
    byAddress.set(address, describe(change, { type, address, location }, causes));
  }
  return [...byAddress.values()];
}

function managed({ resources }: System): Map<string, Resource> {
  const own = resources.filter(({ mode, type }) => mode === "managed" && !type.startsWith("dataplane:"));
  const groups = [...groupBy(own, ({ address }) => address)];
  // Of several units with one address the order of units tells them apart.
  return new Map(
    groups.flatMap(([address, alike]) =>
      alike.map((resource, i) => [i === 0 ? address : `${address} (${i + 1})`, resource] as const),
    ),
  );
}

/** The names of top-level arguments whose values differ. In a cloud's own arguments lists are sets. */
function changedArguments(was: Resource, is: Resource): string[] {
  const isSet = !is.type.startsWith("kubernetes:");
  const names = [...new Set([...Object.keys(was.values), ...Object.keys(is.values)])].sort();
  return names.filter((name) => canonical(was.values[name], isSet) !== canonical(is.values[name], isSet));
}

const changeOf = (change: ResourceChange["change"], resource: Resource, changed: readonly string[]): ResourceChange =>
  describe(change, resource, changed);

type Described = Pick<Resource, "type" | "address" | "location"> & Partial<Pick<Resource, "values">>;

function describe(
  change: ResourceChange["change"],
  { type, address, location: { file, line }, values = {} }: Described,
  changed: readonly string[],
): ResourceChange {
  const lost = preciousOf(type, values)?.what;
  const destroys = change === "removed" || change === "replaced" ? lost : undefined;
  const by = changed.length > 0 ? ` (${changed.join(", ")})` : "";
  const shout = destroys === undefined ? "" : `DESTROYS A ${destroys.toUpperCase()}: `;
  return {
    ...{ change, resource: address, type, location: { file, line }, arguments: changed },
    ...(destroys !== undefined && { destroys }),
    text: `${shout}${address} is ${change}${by}`,
  };
}

function sorted(changes: readonly ResourceChange[]): ResourceChange[] {
  const order = ["removed", "replaced", "added", "changed"];
  const rank = ({ change, destroys }: ResourceChange) => (destroys === undefined ? 4 : 0) + order.indexOf(change);
  return [...changes].sort((a, b) => rank(a) - rank(b) || (a.resource < b.resource ? -1 : 1));
}
