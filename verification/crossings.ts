/**
 * What passes an endpoint from or to the outside beyond what is allowed, and which rules let it: what `no-inbound` and
 * `egress-allowlist` have in common.
 */
import { decidingRules, reach, whyUnproved } from "./evaluate";
import { extentOf } from "./extent";
import type { Judged } from "./judged";
import type { Problem } from "./problem";
import type { Counterexample, Direction, Endpoint, Filter, Location, Rule, System } from "./model";
import { AddressSet } from "../packets/address-set";
import { PacketSet, type Packet } from "../packets/packet-set";
import { protocolName } from "../packets/protocols";
import { NO_SENDERS } from "../packets/special-purpose";
import { ServiceSet } from "../packets/service-set";
import { isNamed, type Party, type Policy } from "./policy";
import { oncePer } from "./once-per";

/**
 * A problem for each rule by which something passes that is not in `permitted`, or may pass.
 *
 * Of this package's own output each layer is judged by itself, without the routes around it: the document promises
 * that no rule lets anyone in, not only that no route leads there, or that a filter which the cloud keeps by itself
 * stops it. Of a foreign system only what gets through counts.
 */
export function* disallowedFlows(
  { policy, deployment, system }: Judged,
  direction: Direction,
  endpoints: readonly Endpoint[],
  permitted: PacketSet,
): Generator<Problem> {
  const outside = outsideOf(policy, system, direction);
  const elsewhere = new Set(endpoints.flatMap((endpoint) => (endpoint.elsewhere ? [endpoint.id] : [])));
  const causes = new Map<string, Cause & { readonly ids: Set<string> }>();
  for (const { endpoint, ids } of views(endpoints, direction)) {
    const remote = {
      addresses: endpoint.local ? outside.subtract(endpoint.local) : outside,
      groups: new Set<string>(),
    };
    if (isWithin(endpoint, direction, remote.addresses)) continue;
    const judged = deployment ? byOwnFilters(endpoint, direction) : endpoint;
    const possible = reach(judged, direction, remote).possible.subtract(permitted);
    if (possible.isEmpty) continue;
    const certain = reach(withoutFurtherRules(judged), direction, remote).allowed.subtract(permitted);
    for (const cause of [
      ...certainCauses(judged, direction, certain),
      ...possibleCauses(judged, direction, possible.subtract(certain)),
    ]) {
      const known = causes.get(cause.key);
      if (!known) causes.set(cause.key, { ...cause, ids: new Set(ids) });
      else {
        const packets = known.packets.union(cause.packets);
        causes.set(cause.key, { ...known, packets, ids: new Set([...known.ids, ...ids]) });
      }
    }
  }
  const passes = { inbound: deployment ? "is let in to" : "can reach", outbound: "can leave" }[direction];
  for (const cause of causes.values()) {
    const problem = problemOf(cause, direction, passes, [...cause.ids]);
    // Whoever is there is as open as the rule: that nobody is seen there closes nothing.
    yield [...cause.ids].every((id) => elsewhere.has(id))
      ? { ...problem, message: `open rule: ${problem.message}; the input does not hold what it leads to` }
      : problem;
  }
}

/** An endpoint as this package's own filters leave it, where it has any in the direction. */
function byOwnFilters(endpoint: Endpoint, direction: Direction): Endpoint {
  if (!isFiltered(endpoint, direction)) return endpoint;
  const own = { ...endpoint, filters: endpoint.filters.filter(({ keptByCloud }) => !keptByCloud), routes: undefined };
  return isFiltered(own, direction) ? own : { ...endpoint, routes: undefined };
}

/**
 * Every address that is neither of the policy's own network nor the cloud's own on each host; for packets that come in,
 * those from which one may come.
 */
export function outsideOf({ inside }: Policy, { platform }: System, direction: Direction): AddressSet {
  const outside = (platform ? inside.union(platform) : inside).complement();
  return direction === "inbound" ? outside.subtract(NO_SENDERS) : outside;
}

/** Packets of `services` with a party of the policy. */
export function packetsWith(party: Party, services: ServiceSet, system: System): PacketSet {
  const addresses =
    party.kind === "addresses"
      ? party.addresses
      : AddressSet.unionOf(partyMembers(party, system).map((endpoint) => endpoint.addresses));
  return PacketSet.of(addresses, services);
}

/**
 * The endpoints that a policy's name stands for: by their id, or by a group that they are in. An address that several
 * parts of the input have, so that ids tell the part as well, stands for each of them.
 */
export function membersOf(name: string, { endpoints }: System): Endpoint[] {
  const inSomePart = name.includes("/") ? undefined : `/${name}`;
  return endpoints.filter(
    ({ id, groups, kind }) =>
      isNamed(id, name) ||
      groups.has(name) ||
      (inSomePart && kind !== "pod" && kind !== "service" && id.endsWith(inSomePart)),
  );
}

/** The endpoints that a party which is no addresses stands for. */
export function partyMembers({ name, of }: Party & { readonly kind: "resource" }, system: System): Endpoint[] {
  return membersOf(name, system).filter(({ kind }) => of === undefined || kind === of);
}

/** A problem for each thing of the input that affects reachability and is not judged. */
export function unjudgedProblems({ unjudged }: Pick<System, "unjudged">): Problem[] {
  return unjudged.map(({ resource, location, reason, missing }) => ({
    status: "unknown",
    resource,
    location,
    message: `${resource} is not judged: ${reason}`,
    ...(missing && { missing }),
  }));
}

export function isFiltered({ filters }: Endpoint, direction: Direction): boolean {
  return filters.some((filter) => filter.direction === direction);
}

/** `TCP 443`, `ICMP`, `protocol 99`. */
export function serviceText({ protocol, port }: Pick<Packet, "protocol" | "port">): string {
  const name = protocolName(protocol);
  const text = /^\d+$/.test(name) ? `protocol ${name}` : name.toUpperCase();
  return port === undefined ? text : `${text} ${port}`;
}

/** One packet between an endpoint and the far side, as a finding shows it. */
export function counterexampleOf(
  { protocol, port, address }: Packet,
  direction: Direction,
  id: string,
): Counterexample {
  const [source, destination] = direction === "inbound" ? [address, id] : [id, address];
  return { direction, protocol: protocolName(protocol), source, destination, port };
}

/** `a, b and 3 more` */
export function listed(names: readonly string[], most = 3): string {
  const shown = names.slice(0, most).join(", ");
  return names.length <= most ? shown : `${shown} and ${names.length - most} more`;
}

export function place({ file, line }: Location): string {
  return line > 0 ? `${file}:${line}` : file;
}

// ---------------------------------------------------------------- endpoints

/** One endpoint for all whose packets meet the same filters and routes. */
function views(endpoints: readonly Endpoint[], direction: Direction): { endpoint: Endpoint; ids: string[] }[] {
  const numbers = new Map<Filter, number>();
  const numberOf = (filter: Filter) => {
    const number = numbers.get(filter) ?? numbers.size;
    numbers.set(filter, number);
    return number;
  };
  const found = new Map<string, { endpoint: Endpoint; ids: string[] }>();
  for (const endpoint of endpoints) {
    const { routes, local } = endpoint;
    const doubt = `${routes?.unproved?.[direction].key() ?? ""}|${whyUnproved(endpoint, direction) ?? ""}`;
    const led = routes ? `${routes[direction].key()}|${routes.unknown ?? ""}|${doubt}` : "";
    const key = `${endpoint.filters.map(numberOf).join(",")}|${led}|${local?.key() ?? ""}`;
    const view = found.get(key);
    if (view) view.ids.push(endpoint.id);
    else found.set(key, { endpoint, ids: [endpoint.id] });
  }
  return [...found.values()];
}

/**
 * Whether all rules of a filter speak of addresses inside, so that nothing outside can pass: most do, and this is told
 * without any set of packets.
 */
function isWithin({ filters }: Endpoint, direction: Direction, outside: AddressSet): boolean {
  return filters.some(
    (filter) =>
      filter.direction === direction &&
      filter.unknown === undefined &&
      filter.otherwise === "deny" &&
      filter.levels.every((level) =>
        level.every(({ action, peers }) => {
          if (action !== "allow") return false;
          return peers.every(
            (peer) => peer.kind === "group" || (peer.kind === "addresses" && !peer.addresses.overlaps(outside)),
          );
        }),
      ),
  );
}

/** Where all rules allow, rules that are not known can only add to what passes: what is known of them is certain. */
function withoutFurtherRules(endpoint: Endpoint): Endpoint {
  const filters = endpoint.filters.map((filter) => {
    const adds = filter.otherwise === "deny" && filter.levels.flat().every(({ action }) => action === "allow");
    if (filter.unknown === undefined || !adds) return filter;
    const { name, system, direction, stateful, levels, otherwise } = filter;
    return { name, system, direction, stateful, levels, otherwise };
  });
  return { ...endpoint, filters };
}

// ---------------------------------------------------------------- causes

/** What lets packets pass. */
interface Cause {
  readonly key: string;
  readonly status: Problem["status"];
  /** The rule, or the endpoint where no rule is to blame. */
  readonly resource: string;
  readonly location: Location;
  /** What passes by it. */
  readonly packets: PacketSet;
  readonly packet: Packet;
  /** What is missing where it can't be told, or why nothing stops the packet. */
  readonly reason?: string | undefined;
}

function certainCauses(endpoint: Endpoint, direction: Direction, packets: PacketSet): Cause[] {
  if (packets.isEmpty) return [];
  const filters = endpoint.filters.filter((filter) => filter.direction === direction);
  const remote = { addresses: packets.addresses(), groups: new Set<string>() };
  for (const filter of filters) {
    const unordered = filter.levels.flat().every(({ action }) => action === "allow");
    const causes = filter.levels.flat().flatMap((rule) => {
      if (rule.action !== "allow" || rule.unknown !== undefined || rule.existence !== undefined) return [];
      const passing = matched(rule, packets);
      const packet = passing.sample();
      if (!packet) return [];
      const only = { ...endpoint, filters: [filter] };
      const decides = unordered || decidingRules(only, direction, remote, PacketSet.ofPacket(packet)).includes(rule);
      return decides ? [{ ...ofRule(rule), status: "violated" as const, packets: passing, packet }] : [];
    });
    if (causes.length > 0) return causes;
  }
  const packet = packets.sample();
  const names = listed(filters.map(({ name }) => name));
  const nothing = `nothing filters what ${direction === "inbound" ? "comes in" : "leaves"}`;
  const reason = filters.length === 0 ? nothing : `no rule of ${names} stops it`;
  return packet ? [{ ...ofEndpoint(endpoint, "open"), status: "violated", packets, packet, reason }] : [];
}

function matched({ peers, services }: Rule, packets: PacketSet): PacketSet {
  const known = AddressSet.unionOf(
    peers.map((peer) => (peer.kind === "addresses" ? peer.addresses : AddressSet.empty)),
  );
  return PacketSet.of(known, services).intersect(packets);
}

function possibleCauses(endpoint: Endpoint, direction: Direction, packets: PacketSet): Cause[] {
  const packet = packets.sample();
  if (!packet) return [];
  const status = "unknown";
  const filters = endpoint.filters.filter((filter) => filter.direction === direction);
  const whole = [endpoint.routes?.unknown, whyUnproved(endpoint, direction), ...filters.map(({ unknown }) => unknown)]
    .filter((reason) => reason !== undefined)
    .map((reason) => ({ ...ofEndpoint(endpoint, reason), status, packets, packet, reason }) as const);
  const rules = filters
    .flatMap(({ levels }) => levels.flat())
    .flatMap((rule) => {
      const missing = rule.unknown ?? rule.existence ?? rule.peers.find((peer) => peer.kind === "unknown")?.reason;
      const services = rule.unknown === undefined ? rule.services : ServiceSet.all;
      const passing = within(rule, packets).onServices(services);
      const open = passing.sample();
      return missing === undefined || !open
        ? []
        : [{ ...ofRule(rule), status, packets: passing, packet: open, reason: missing } as const];
    });
  const found = [...whole, ...rules];
  const reason = "its answers may be stopped or not";
  return found.length > 0 ? found : [{ ...ofEndpoint(endpoint, reason), status, packets, packet, reason }];
}

/** Of packets those that a rule's peers may have, as far as its peers are known by their addresses. */
function within({ peers }: Rule, packets: PacketSet): PacketSet {
  const addresses = peers.flatMap((peer) => (peer.kind === "addresses" ? peer.addresses : []));
  return addresses.length < peers.length ? packets : packets.onAddresses(AddressSet.unionOf(addresses));
}

let nextKey = 0;

/** A rule is one cause at all endpoints. */
const ofRule = oncePer(({ resource, location }: Rule) => ({ key: `rule ${nextKey++}`, resource, location }));

function ofEndpoint({ id, location }: Endpoint, about: string) {
  return { key: `${id}\n${about}`, resource: id, location };
}

function problemOf(cause: Cause, direction: Direction, passes: string, ids: readonly string[]): Problem {
  const { status, resource, location, packets, packet, reason } = cause;
  const text = serviceText(packet);
  const crossing = `${text} ${direction === "inbound" ? "from" : "to"} ${packet.address} ${passes} ${listed(ids)}`;
  const why = reason === undefined ? "" : `: ${reason}`;
  return {
    status,
    resource,
    location,
    message: status === "unknown" ? `whether ${crossing} can't be told${why}` : `${crossing}${why}`,
    counterexample: counterexampleOf(packet, direction, ids[0] ?? resource),
    extent: extentOf(packets.key(), ...[...ids].sort()),
  };
}

/** What anybody may open from outside, by the policy. */
export const permittedInbound = ({ system, policy }: Judged): PacketSet =>
  PacketSet.unionOf(
    [...policy.inbound, ...(policy.clients ?? []).filter(({ to }) => !to)].map(({ from, services }) =>
      packetsWith(from, services, system),
    ),
  );
