/** The hops of a path that a policy requires: where its packets meet rules and routes, in the order in which they do. */
import { partyMembers } from "./crossings";
import { groupBy } from "./group-by";
import type { Direction, Endpoint, System } from "./model";
import type { AddressSet } from "../packets/address-set";
import type { Party, RequiredPath } from "./policy";
import { oncePer } from "./once-per";

/** One place that packets must get through. */
export interface Hop {
  readonly at: Endpoint;
  readonly direction: Direction;
  readonly remote: End;
}

/** A far end: an endpoint, or addresses outside of the input. */
export type End =
  Endpoint | { readonly addresses: AddressSet; readonly groups: ReadonlySet<string>; readonly name: string };

/** The endpoints that a party is: addresses are one that nothing filters. */
export function startsOf(party: Party, system: System): Endpoint[] {
  if (party.kind === "resource") return partyMembers(party, system);
  const addresses = party.addresses;
  const location = { file: "policy", line: 0 };
  return [{ id: party.name, kind: "interface", location, addresses, groups: new Set(), filters: [] }];
}

/** The endpoints of each candidate for a party; undefined where the input has none. */
export function endsOf(party: Party, from: Endpoint, system: System): End[][] | undefined {
  if (party.kind === "resource") {
    const members = partyMembers(party, system);
    return members.length > 0 ? [members] : undefined;
  }
  // What no name leads to is there for nobody.
  const serving = servingOf(party, from, system).filter(({ unnamed }) => unnamed?.lead !== "public");
  // Which resolver answers is not the pod's choice, so that all are one candidate.
  if (party.name.startsWith("kubernetes:")) return serving.length > 0 ? [serving] : undefined;
  if (serving.length > 0) return [...groupBy(serving, ({ id }) => id).values()];
  return [[outsideInput(party)]];
}

/** Endpoints of the sender's network that stand for a service. */
export function servingOf(party: Party, from: Endpoint, { endpoints }: System): Endpoint[] {
  return endpoints.filter(
    ({ serves, network }) =>
      serves?.includes(party.name) === true &&
      (network === undefined || from.network === undefined || network === from.network),
  );
}

/**
 * Every hop from one end of a path to another, in the order in which packets meet them.
 *
 * Pods send from the nodes that they run on, so each of these must let them through as well; which nodes these are is
 * the scheduler's choice.
 */
export function* hopsOf(
  { withinCluster }: RequiredPath,
  start: Endpoint,
  end: End,
  nodes: readonly Endpoint[],
): Generator<Hop> {
  const isPod = start.kind === "pod";
  const leaving = (at: Endpoint, remote: End): Hop => ({ at, direction: "outbound", remote });
  const arriving = (at: Endpoint, remote: End): Hop => ({ at, direction: "inbound", remote });
  const toPod = isEndpoint(end) && end.kind === "pod";
  // Whoever is no pod sends to a pod's node, which is judged below.
  if (isPod || !toPod) yield leaving(start, end);
  if (toPod) {
    yield arriving(end, start);
    // Between pods, the packets are those of their nodes, or of the overlay that pods have addresses of.
    const receivers = nodes.map((node) => node.overlay ?? node);
    for (const sender of isPod ? receivers : [start])
      for (const receiver of receivers) yield* [leaving(sender, receiver), arriving(receiver, sender)];
    return;
  }
  if (isPod && !withinCluster) for (const node of nodes) yield leaving(node, end);
  if (isEndpoint(end)) for (const sender of isPod ? nodes : [start]) yield arriving(end, sender);
}

export const isEndpoint = (end: End): end is Endpoint => "kind" in end;

/** The far end that a party of addresses is, one for all paths to it. */
const outsideInput = oncePer(({ addresses, name }: Party & { readonly kind: "addresses" }): End => ({
  addresses,
  groups: new Set<string>(),
  name,
}));
