/** The way of a packet from one end to another, hop by hop: which rules and routes it meets, and what they make of it. */
import { listed, serviceText } from "./crossings";
import { decidingRules, evaluateFilter, reach, whyUnproved, type RemoteEnd } from "./evaluate";
import type { Direction, Endpoint, Filter, Location, Rule, System, Verdict } from "./model";
import { AddressSet } from "../packets/address-set";
import { PacketSet, type Packet } from "../packets/packet-set";
import { ServiceSet } from "../packets/service-set";
import type { Party } from "./policy";

/** A rule that decides: at which end, and how. */
export interface DecidingRule {
  readonly resource: string;
  readonly direction: Direction;
  readonly action: Rule["action"];
  readonly location: Location;
}

// ---------------------------------------------------------------- ends

/** Addresses outside of the input. */
export interface Outside extends RemoteEnd {
  readonly id: string;
}

export type End = Endpoint | Outside;

export const isEndpoint = (end: End): end is Endpoint => "kind" in end;

/** Who has addresses: what serves a set, what has an address for its only one, else whoever is outside. */
export function endsAt({ name, addresses }: Party & { readonly kind: "addresses" }, system: System): End[] {
  const serving = system.endpoints.filter(({ serves }) => serves?.includes(name));
  if (serving.length > 0) return serving;
  // An address that endpoints have for their only one is these endpoints; one that they may have may be theirs.
  const owners = system.endpoints.filter((endpoint) => endpoint.addresses.equals(addresses));
  if (owners.length > 0) return owners;
  const possibleOwners = system.endpoints.filter(
    (endpoint) => endpoint.addresses.overlaps(addresses) && !EVERY_ADDRESS.isSubsetOf(endpoint.addresses),
  );
  const possibleGroups = new Set(possibleOwners.flatMap(({ groups }) => [...groups]));
  return [{ id: name, addresses, groups: new Set(), possibleGroups }];
}

/** What an endpoint may have of whose addresses nothing is known. */
const EVERY_ADDRESS = AddressSet.all.numeric();

// ---------------------------------------------------------------- the way

/** One place that the packet gets through, or does not. */
export interface Hop {
  readonly at: Endpoint;
  readonly direction: Direction;
  readonly remote: End;
}

const leaving = (at: End, remote: End): Hop[] => (isEndpoint(at) ? [{ at, direction: "outbound", remote }] : []);
const arriving = (at: End, remote: End): Hop[] => (isEndpoint(at) ? [{ at, direction: "inbound", remote }] : []);

/** Pods send and receive at nodes: one way for each node, or pair of nodes, that they may run on. */
export function waysBetween(from: End, to: End, nodes: readonly Endpoint[]): Hop[][] {
  const hosts = (end: End) => (isEndpoint(end) && end.kind === "pod" && nodes.length > 0 ? nodes : [end]);
  return hosts(from).flatMap((sender) =>
    hosts(to).map((receiver) => [
      ...(sender === from ? [] : leaving(from, to)),
      ...leaving(sender, receiver),
      ...arriving(receiver, sender),
      ...(receiver === to ? [] : arriving(to, from)),
    ]),
  );
}

/** What gets through a way up to each hop, of what is asked. */
export function verdictsAlong(way: readonly Hop[], asked: PacketSet): Verdict[] {
  const verdicts: Verdict[] = [];
  for (const hop of way) {
    const { allowed, possible } = verdicts.at(-1) ?? { allowed: asked, possible: asked };
    const here = verdictAt(hop);
    verdicts.push({ allowed: allowed.intersect(here.allowed), possible: possible.intersect(here.possible) });
  }
  return verdicts;
}

/** The packets of services that a way is asked for: of the addresses outside, where one of its ends is there. */
export function askedOf(way: readonly Hop[], services: ServiceSet): PacketSet {
  const outside = way.map(({ remote }) => remote).find((remote) => !isEndpoint(remote));
  return PacketSet.of(outside?.addresses ?? AddressSet.all, services);
}

/** What passes at a hop, by its service alone where the far side is an endpoint, which may have any of its addresses. */
function verdictAt({ at, direction, remote }: Hop): Verdict {
  const { allowed, possible } = reach(at, direction, remote);
  if (!isEndpoint(remote)) return { allowed, possible };
  const missing = PacketSet.of(remote.addresses, ServiceSet.all).subtract(allowed);
  return {
    allowed: PacketSet.of(AddressSet.all, allowed.services().subtract(missing.services())),
    possible: PacketSet.of(AddressSet.all, possible.services()),
  };
}

/** One of the packets, as it is at a hop; undefined if the far side has no address. */
export function packetAt({ at, direction, remote }: Hop, packets: PacketSet): Packet | undefined {
  if (!isEndpoint(remote)) return packets.sample();
  const here = PacketSet.of(remote.addresses, packets.services());
  const possible = here.intersect(reach(at, direction, remote).possible);
  return (possible.isEmpty ? here : possible).sample();
}

export function rulesAt({ at, direction, remote }: Hop, packet: Packet | undefined): DecidingRule[] {
  if (!packet) return [];
  return decidingRules(at, direction, remote, PacketSet.ofPacket(packet)).map(({ resource, action, location }) => ({
    resource,
    direction,
    action,
    location,
  }));
}

// ---------------------------------------------------------------- reasons

/** Who stops a packet: the first filter that does, or else the routes. */
export function stopAt(
  hop: Hop,
  packet: Packet | undefined,
): { readonly reason: string; readonly rules: DecidingRule[] } {
  const { at, direction, remote } = hop;
  const where = `stopped ${sideOf(hop)}`;
  if (!packet) return { reason: `${where}: ${remote.id} has no address`, rules: [] };
  const probe = PacketSet.ofPacket(packet);
  const filter = filtersOf(hop).find((one) => !evaluateFilter(one, remote).possible.overlaps(probe));
  const text = `${where}: ${serviceText(packet)} ${direction === "outbound" ? "to" : "from"} ${remoteText(remote, packet)}`;
  if (filter) {
    const rules = rulesAt({ at: { ...at, filters: [filter] }, direction, remote }, packet);
    const names = rules.filter(({ action }) => action === "deny").map(({ resource }) => resource);
    const by = names.length > 0 ? `is denied by ${listed(names)}` : `is allowed by no rule of ${filter.name}`;
    return { reason: `${text} ${by}`, rules };
  }
  const routed = !at.routes || PacketSet.of(at.routes[direction], ServiceSet.all).overlaps(probe);
  return { reason: `${text} ${routed ? "gets no answer through" : "has no route"}`, rules: [] };
}

/** What is missing to tell whether a packet passes. */
export function doubtAt(hop: Hop, packet: Packet | undefined): string {
  const { at, direction, remote } = hop;
  const filters = filtersOf(hop);
  const rules = packet ? decidingRules(at, direction, remote, PacketSet.ofPacket(packet)) : [];
  const missing = [
    at.routes?.unknown,
    whyUnproved(at, direction),
    ...filters.map(({ unknown }) => unknown),
    ...rules.flatMap(({ unknown, peers }) => [
      unknown,
      ...peers.map((peer) => (peer.kind === "unknown" ? peer.reason : undefined)),
    ]),
  ].find((reason) => reason !== undefined);
  return `not known ${sideOf(hop)}: ${missing ?? `it depends on the address or the groups of ${remote.id}`}`;
}

function filtersOf({ at, direction }: Hop): Filter[] {
  return at.filters.filter((filter) => filter.direction === direction);
}

const sideOf = ({ at, direction }: Hop) => `${direction === "outbound" ? "leaving" : "arriving at"} ${at.id}`;

const remoteText = (remote: End, { address }: Packet) => (isEndpoint(remote) ? remote.id : address);
