/**
 * Which packets endpoints exchange after a change and not before it, as exact sets: rules that are split, merged, renamed
 * or reordered leave the sets as they are, and so are no change.
 */
import { reach, type RemoteEnd } from "../evaluate";
import type { Direction, Endpoint, Filter, Rule, System, Verdict } from "../model";
import { AddressSet } from "../../packets/address-set";
import { PacketSet } from "../../packets/packet-set";
import { ServiceSet } from "../../packets/service-set";
import { groupBy } from "../group-by";
import type { PacketChange } from "./model";

/** Packets of one endpoint and direction that changed alike. */
export interface Crossing extends Pick<PacketChange, "change" | "certainty" | "direction"> {
  readonly endpoint: Pick<Endpoint, "id" | "kind">;
  readonly services: ServiceSet;
  /** Whom they are exchanged with: addresses, or a member of the input by its id. */
  readonly peer: AddressSet | string;
  /** Rules that say so, on the side that has the packets. */
  readonly rules: readonly Rule[];
  /** What is missing to be certain. */
  readonly reason?: string | undefined;
  /** Rules let it pass, and no route leads there. */
  readonly isUnrouted: boolean;
}

const DIRECTIONS: readonly Direction[] = ["inbound", "outbound"];

/**
 * Everything that changed from `base` to `head`.
 *
 * Each endpoint is compared with itself in both directions: with every address as such, and with those of the input
 * that rules name by a group. A packet counts as certainly opened where HEAD surely lets it pass and BASE surely did
 * not; where either is unknown it may be opened.
 *
 * @param byRules whether what rules let pass counts by itself too, whether or not a route leads there
 */
export function comparePackets(base: System, head: System, byRules: boolean): Crossing[] {
  const sides = { base: sideOf(base), head: sideOf(head) };
  const renamed = renamedEndpoints(sides.base, sides.head);
  const keys = new Set([...sides.base.byKey.keys(), ...sides.head.byKey.keys()]);
  const crossings: Crossing[] = [];
  for (const key of keys) {
    if (renamed.has(key)) continue;
    const [before, after] = [sides.base.byKey.get(key) ?? [], sides.head.byKey.get(key) ?? []];
    for (const direction of DIRECTIONS) {
      for (const { was, is, change } of interfaces(before, after)) {
        crossings.push(...compareEndpoint(key, { was, is, change, direction, byRules }, sides));
      }
    }
  }
  return crossings;
}

// ---------------------------------------------------------------- endpoints of both sides

interface Side {
  readonly system: System;
  /** Endpoints by kind and id, which several share. */
  readonly byKey: ReadonlyMap<string, readonly Endpoint[]>;
}

function sideOf(system: System): Side {
  const byKey = new Map<string, Endpoint[]>();
  for (const endpoint of system.endpoints) {
    const key = `${endpoint.kind}\n${endpoint.id}`;
    const known = byKey.get(key);
    if (known) known.push(endpoint);
    else byKey.set(key, [endpoint]);
  }
  return { system, byKey };
}

/** One comparison of what an endpoint's interfaces could exchange with what they can: `was` of the side without `change`. */
interface Compared {
  readonly change: PacketChange["change"];
  /** Interfaces that have the packets. */
  readonly is: readonly Endpoint[];
  /** Interfaces that may have had them. */
  readonly was: readonly Endpoint[];
}

/** Interfaces are compared with those at the same addresses; others with all that the endpoint has on the other side. */
function interfaces(before: readonly Endpoint[], after: readonly Endpoint[]): Compared[] {
  const compared = (change: Compared["change"], mine: readonly Endpoint[], theirs: readonly Endpoint[]): Compared[] => {
    const byAddress = groupBy(mine, ({ addresses }) => addresses.key());
    return [...byAddress].map(([key, is]) => {
      const same = theirs.filter(({ addresses }) => addresses.key() === key);
      return { change, is, was: same.length > 0 ? same : theirs };
    });
  };
  return [...compared("opened", after, before), ...compared("closed", before, after)];
}

/** Endpoints that are on one side only and have a twin on the other that exchanges the same packets: only names differ. */
function renamedEndpoints(base: Side, head: Side): ReadonlySet<string> {
  const renamed = new Set<string>();
  const gone = [...base.byKey].filter(([key]) => !head.byKey.has(key));
  const come = [...head.byKey].filter(([key]) => !base.byKey.has(key));
  if (gone.length === 0 || come.length === 0) return renamed;
  const fingerprint = (endpoints: readonly Endpoint[]) =>
    endpoints
      .map((endpoint) => [endpoint.kind, endpoint.addresses.key(), ...DIRECTIONS.map((way) => ruleKey(endpoint, way))])
      .map((parts) => parts.join("\n"))
      .sort()
      .join("\n\n");
  const twins = groupBy(come, ([, endpoints]) => fingerprint(endpoints));
  for (const [key, endpoints] of gone) {
    const twin = twins.get(fingerprint(endpoints))?.shift();
    if (twin) renamed.add(key).add(twin[0]);
  }
  return renamed;
}

/** What an endpoint exchanges with addresses and with the groups that its rules name. */
function ruleKey(endpoint: Endpoint, direction: Direction): string {
  const remote = { addresses: AddressSet.all, groups: namedGroups([endpoint], direction) };
  return [{ addresses: AddressSet.all, groups: NO_GROUPS }, remote]
    .map((one) => reach(endpoint, direction, one))
    .map(({ allowed, possible }) => `${allowed.key()}\n${possible.key()}`)
    .join("\n");
}

// ---------------------------------------------------------------- one endpoint

interface Question extends Compared {
  readonly direction: Direction;
  readonly byRules: boolean;
}

const NO_GROUPS: ReadonlySet<string> = new Set();
const ANYONE: RemoteEnd = { addresses: AddressSet.all, groups: NO_GROUPS };

function compareEndpoint(key: string, question: Question, { base, head }: Record<"base" | "head", Side>): Crossing[] {
  const { change, direction, is, was, byRules } = question;
  const [mine, theirs] = change === "opened" ? [head, base] : [base, head];
  const [kind, id] = key.split("\n") as [Endpoint["kind"], string];
  const about = { change, direction, endpoint: { id, kind } };
  const found: Crossing[] = [];

  const withAddresses = (isUnrouted: boolean, told: PacketSet): PacketSet => {
    const view = isUnrouted ? byRulesAlone : (endpoint: Endpoint) => endpoint;
    const [now, then] = [verdictOf(is.map(view), direction, [ANYONE]), verdictOf(was.map(view), direction, [ANYONE])];
    const { certain, possible } = added(now, then, hidden(is, was, direction));
    for (const [certainty, packets] of [
      ["certain", certain.subtract(told)],
      ["possible", possible.subtract(told)],
    ] as const) {
      for (const { services, addresses } of packets.slabs()) {
        found.push({
          ...about,
          ...{ certainty, services, peer: addresses, isUnrouted },
          rules: rulesFor(is, direction, ANYONE, PacketSet.of(addresses, services)),
          reason: certainty === "possible" ? reasonFor(is, was, direction) : undefined,
        });
      }
    }
    return certain.union(possible);
  };
  const routed = withAddresses(false, PacketSet.empty);
  if (byRules) withAddresses(true, routed);

  const named = namedGroups([...is, ...was], direction);
  for (const { name, is: members, was: others } of groupPeers(named, mine, theirs, was.length === 0)) {
    const [now, then] = [verdictOf(is, direction, members), verdictOf(was, direction, others)];
    const { certain, possible } = added(now, then, PacketSet.empty);
    for (const [certainty, packets] of [
      ["certain", certain.subtract(routed)],
      ["possible", possible.subtract(routed)],
    ] as const) {
      if (packets.isEmpty) continue;
      found.push({
        ...about,
        ...{ certainty, services: packets.services(), peer: name, isUnrouted: false },
        rules: members.flatMap((remote) => rulesFor(is, direction, remote, packets)),
        reason: certainty === "possible" ? reasonFor(is, was, direction) : undefined,
      });
    }
  }
  return found;
}

/** What one of the endpoints can exchange with one of the far sides. */
function verdictOf(endpoints: readonly Endpoint[], direction: Direction, fars: readonly RemoteEnd[]): Verdict {
  const verdicts = endpoints.flatMap((endpoint) => fars.map((remote) => reach(endpoint, direction, remote)));
  return {
    allowed: withNames(PacketSet.unionOf(verdicts.map(({ allowed }) => allowed))),
    possible: withNames(PacketSet.unionOf(verdicts.map(({ possible }) => possible))),
  };
}

/**
 * Rules that cover every public address together let pass the sets that clouds name, though none of them does alone: a
 * rule for `0.0.0.0/0` and two for its halves are the same. Where a rule denies a set by its name, that counts.
 */
function withNames(packets: PacketSet): PacketSet {
  const slabs = packets.slabs().map(({ services, addresses }) => {
    const whole = addresses.names().except ? addresses : AddressSet.ofBlocks([addresses]);
    return { whole, services, isSame: whole.equals(addresses) };
  });
  if (slabs.every(({ isSame }) => isSame)) return packets;
  return PacketSet.unionOf(slabs.map(({ whole, services }) => PacketSet.of(whole, services)));
}

/**
 * What `now` has more than `then`: certainly, and at most.
 *
 * @param unsure packets of which a change can't be told, though both sides say the same of them
 */
function added(now: Verdict, then: Verdict, unsure: PacketSet): Record<"certain" | "possible", PacketSet> {
  const certain = now.allowed.subtract(then.possible);
  const more = now.possible.subtract(then.possible).union(now.allowed.subtract(then.allowed));
  const doubtful = now.possible.subtract(now.allowed).intersect(unsure);
  return { certain, possible: more.union(doubtful).subtract(certain) };
}

/** Where something else is unknown than before, nothing says that what hides behind it is the same. */
function hidden(is: readonly Endpoint[], was: readonly Endpoint[], direction: Direction): PacketSet {
  const reasons = (endpoints: readonly Endpoint[]) =>
    [...new Set(endpoints.flatMap((endpoint) => unknownsOf(endpoint, direction)))].sort().join("\n");
  return reasons(is) === reasons(was) ? PacketSet.empty : PacketSet.all;
}

function unknownsOf({ filters, routes }: Endpoint, direction: Direction): string[] {
  const concerned = filters.filter((filter) => filter.direction === direction || !filter.stateful);
  return [
    routes?.unknown,
    ...concerned.map(({ unknown }) => unknown),
    ...rulesOf(concerned).flatMap(({ unknown, peers }) => [
      unknown,
      ...peers.map((peer) => (peer.kind === "unknown" ? peer.reason : undefined)),
    ]),
  ].filter((reason) => reason !== undefined);
}

function reasonFor(is: readonly Endpoint[], was: readonly Endpoint[], direction: Direction): string {
  const [first] = [...is, ...was].flatMap((endpoint) => unknownsOf(endpoint, direction));
  return first ?? "it depends on answers, or on who is in a group";
}

/** Of this package's own output rules count by themselves, less those that the cloud keeps by itself. */
function byRulesAlone(endpoint: Endpoint): Endpoint {
  const own = endpoint.filters.filter(({ keptByCloud }) => !keptByCloud);
  return { ...endpoint, filters: own.length > 0 ? own : endpoint.filters, routes: undefined };
}

// ---------------------------------------------------------------- peers by group

const rulesOf = (filters: readonly Filter[]) => filters.flatMap(({ levels }) => levels.flat());

function namedGroups(endpoints: readonly Endpoint[], direction: Direction): ReadonlySet<string> {
  const concerned = endpoints.flatMap(({ filters }) =>
    filters.filter((filter) => filter.direction === direction || !filter.stateful),
  );
  const peers = rulesOf(concerned).flatMap((rule) => rule.peers);
  return new Set(peers.flatMap((peer) => (peer.kind === "group" ? [peer.id] : [])));
}

interface GroupPeer {
  readonly name: string;
  readonly is: readonly RemoteEnd[];
  readonly was: readonly RemoteEnd[];
}

/**
 * Far sides that rules name by a group: endpoints of the input, and groups of which the input has no member.
 *
 * An endpoint that is on one side only is told of by itself: what it may exchange is a change at that endpoint.
 */
function groupPeers(groups: ReadonlySet<string>, mine: Side, theirs: Side, isNew: boolean): GroupPeer[] {
  if (groups.size === 0) return [];
  const isMember = ({ groups: own, possibleGroups = NO_GROUPS }: RemoteEnd) =>
    [...groups].some((group) => own.has(group) || possibleGroups.has(group));
  const found: GroupPeer[] = [];
  for (const [key, is] of mine.byKey) {
    const was = theirs.byKey.get(key) ?? [];
    if (was.length === 0 && !isNew) continue;
    const [, name = key] = key.split("\n");
    // Compared at the addresses that the peer has now: that it moved is no change of this endpoint.
    const addresses = AddressSet.unionOf(is.map((remote) => remote.addresses));
    if ([...is, ...was].some(isMember)) found.push({ name, is, was: was.map((remote) => ({ ...remote, addresses })) });
  }
  for (const group of groups) {
    const holds = ({ system }: Side) => system.endpoints.some((endpoint) => endpoint.groups.has(group));
    if (holds(mine) || holds(theirs)) continue;
    const members: RemoteEnd = { addresses: AddressSet.all, groups: new Set([group]) };
    found.push({ name: group, is: [members], was: [members] });
  }
  return found;
}

// ---------------------------------------------------------------- rules

/** The rules that let some of `packets` pass. */
function rulesFor(endpoints: readonly Endpoint[], direction: Direction, remote: RemoteEnd, packets: PacketSet): Rule[] {
  const filters = endpoints.flatMap((endpoint) => endpoint.filters);
  const rules = rulesOf(filters.filter((filter) => filter.direction === direction));
  return rules.filter((rule) => rule.action === "allow" && matched(rule, remote).overlaps(packets));
}

function matched({ peers, services, unknown }: Rule, { groups, possibleGroups = NO_GROUPS }: RemoteEnd): PacketSet {
  const addresses = peers.map((peer) => {
    if (peer.kind === "addresses") return peer.addresses;
    const speaks = peer.kind === "unknown" || groups.has(peer.id) || possibleGroups.has(peer.id);
    return speaks ? AddressSet.all : AddressSet.empty;
  });
  return PacketSet.of(AddressSet.unionOf(addresses), unknown === undefined ? services : ServiceSet.all);
}
