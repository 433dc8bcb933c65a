/** Resources that a change adds, takes away, makes anew or changes, and what is lost with them. */
import type { Resource, System } from "../model";
import { groupBy } from "../group-by";
import type { ResourceChange } from "./model";
import { Moves } from "./moves";
import { isDestroying, type PlanActions } from "./plan-actions";
import { preciousOf } from "./precious";
import { consequences } from "./replacements";

/**
 * Changes by resource, the destructive ones first.
 *
 * @param planned what plans of HEAD will do; where these are known, nothing is told from arguments
 */
export function compareResources(
  base: Pick<System, "resources">,
  head: Pick<System, "resources">,
  planned: PlanActions,
): ResourceChange[] {
  const moves = new Moves(head.resources);
  const isPlanned = new Set(planned.map(({ address }) => address));
  const standing = base.resources.map((resource) => moves.renamed(resource));
  const [before, after] = [managed(standing, isPlanned), managed(head.resources, isPlanned)];
  const consequence = consequences(
    { managed: before, resources: standing },
    { managed: after, resources: head.resources },
  );
  const addresses = base.resources.map(({ address }) => address);
  const movedTo = new Set(addresses.filter((was) => moves.now(was) !== was).map((was) => moves.now(was)));
  const found: ResourceChange[] = planned.flatMap(({ change, type, address, location, arguments: changed }) =>
    change === undefined ? [] : [describe(change, { type, address, location }, changed)],
  );
  for (const [address, resource] of before) {
    const now = after.get(address);
    const own = consequence.get(address);
    if (!now) found.push(describe(moves.isForgotten(resource.address) ? "forgotten" : "removed", resource, []));
    else if (own) found.push(describe(own.change, now, own.arguments));
    else if (movedTo.has(now.address)) found.push(describe("moved", now, []));
  }
  for (const [address, resource] of after) if (!before.has(address)) found.push(describe("added", resource, []));
  return sorted(found);
}

function managed(resources: readonly Resource[], isPlanned: ReadonlySet<string>): Map<string, Resource> {
  const own = resources.filter(
    ({ mode, type, address }) => mode === "managed" && !type.startsWith("dataplane:") && !isPlanned.has(address),
  );
  const groups = [...groupBy(own, ({ address }) => address)];
  // Of several units with one address the order of units tells them apart.
  return new Map(
    groups.flatMap(([address, alike]) =>
      alike.map((resource, i) => [i === 0 ? address : `${address} (${i + 1})`, resource] as const),
    ),
  );
}

type Described = Pick<Resource, "type" | "address" | "location"> & Partial<Pick<Resource, "values">>;

/** @param changed arguments that change; of a replacement those that force it */
export function describe(
  change: ResourceChange["change"],
  { type, address, location: { file, line }, values = {} }: Described,
  changed: readonly string[],
): ResourceChange {
  const lost = preciousOf(type, values)?.what;
  const destroys = isDestroying(change) ? lost : undefined;
  const by = changed.length > 0 ? ` (${changed.join(", ")})` : "";
  const shout = destroys === undefined ? "" : `DESTROYS A ${destroys.toUpperCase()}: `;
  return {
    ...{ change, resource: address, type, location: { file, line }, arguments: changed },
    ...(destroys !== undefined && { destroys }),
    text: `${shout}${address} is ${change}${by}${REMARKS[change] ?? ""}`,
  };
}

const REMARKS: Partial<Readonly<Record<ResourceChange["change"], string>>> = {
  moved: ": the same under another address",
  forgotten: ": it stays as it is, and Terraform manages it no longer",
};

function sorted(changes: readonly ResourceChange[]): ResourceChange[] {
  const order = ["removed", "replaced", "forgotten", "moved", "added", "changed"];
  const rank = ({ change, destroys }: ResourceChange) => (destroys === undefined ? 4 : 0) + order.indexOf(change);
  return [...changes].sort((a, b) => rank(a) - rank(b) || (a.resource < b.resource ? -1 : 1));
}
