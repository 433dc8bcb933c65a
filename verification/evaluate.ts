/**
 * What filters and routes let pass, as sets: certainly (`allowed`) and at most (`possible`).
 *
 * A packet in `allowed` passes whatever the unknown parts of the input turn out to be; a packet outside `possible`
 * passes in no case; between the two it can't be told. An invariant that forbids judges `possible`, one that requires
 * judges `allowed`, so that nothing unknown ever counts as fine.
 */
import type { Direction, Endpoint, Filter, Peer, Rule, Verdict } from "./model";
import { AddressSet } from "../packets/address-set";
import { PacketSet } from "../packets/packet-set";
import { ServiceSet } from "../packets/service-set";
import { oncePer } from "./once-per";

/** The far side of a packet: addresses that it may have, and groups that it is in. An {@link Endpoint} is one. */
export interface RemoteEnd {
  readonly addresses: AddressSet;
  readonly groups: ReadonlySet<string>;
  /** Groups that it may be in. */
  readonly possibleGroups?: ReadonlySet<string> | undefined;
}

/** Packets that a rule matches: certainly, and at most. */
interface Match {
  readonly certain: PacketSet;
  readonly possible: PacketSet;
}

type Memberships = Pick<RemoteEnd, "groups" | "possibleGroups">;

/** What rules in order make of packets that come to them. */
interface Outcome {
  /** Packets that certainly match a rule, so that none comes to what follows. */
  readonly decided: PacketSet;
  /** Packets that each action may be the fate of. */
  readonly maybe: Readonly<Record<Rule["action"], PacketSet>>;
}

const UNTOUCHED: Outcome = {
  decided: PacketSet.empty,
  maybe: { allow: PacketSet.empty, deny: PacketSet.empty, next: PacketSet.empty },
};

/** Services of answers: clients take ports from 1024 for their side; protocols without ports answer as they ask. */
const ANSWERS = ServiceSet.of("any", 0, 1023).complement();

/** TCP, DCCP and SCTP exchange answers before any data: without an answer there is no connection. */
const HANDSHAKE = ServiceSet.unionOf([6, 33, 132].map((protocol) => ServiceSet.of(protocol)));

/**
 * What one filter lets pass from or to `remote`.
 *
 * Levels are gone through in order; in a level the first rule that matches decides, `next` hands on to the next level,
 * and what no rule decides goes there too, at last to `otherwise`. A peer that is a group matches every address of
 * `remote` if `remote` is in the group, none otherwise. An unknown peer, and a group that `remote` may be in, may match each
 * packet of the rule's services, an unknown rule each packet of its peers, a rule that may not be there what it says: as
 * an allow it adds to `possible` only, as a deny it takes from `allowed` only. Of an unknown filter nothing is certain and everything is possible.
 */
export function evaluateFilter(filter: Filter, remote: RemoteEnd): Verdict {
  const { allowed, possible } = forGroups(filter, remote);
  const certain = allowed.onAddresses(remote.addresses);
  return { allowed: certain, possible: possible === allowed ? certain : possible.onAddresses(remote.addresses) };
}

/**
 * What `endpoint` can send to `remote` (outbound) or get from it (inbound), by all its filters and its routes.
 *
 * Without a filter in the direction it is open in it. With routes, only addresses that they lead to pass; if the
 * routes are unknown, nothing is certain but what passes whatever they are, and everything that the filters let pass is
 * possible. What can't be proved to reach it is possible, and not certain.
 *
 * A stateful filter knows answers and lets them pass. A stateless one judges them as packets of their own, so each
 * stateless filter of the opposite direction must let the answers pass: the same protocol, to the client's ports 1024
 * to 65535 where the protocol has ports, and any packet of it (all ICMP types) where it has none. `allowed` needs all
 * of these, since the client may choose any port. `possible` needs one of them for TCP, SCTP and DCCP, which open no
 * connection without an answer, and none for other protocols, whose first packet arrives alone.
 */
export function reach(endpoint: Endpoint, direction: Direction, remote: RemoteEnd): Verdict {
  const everything = PacketSet.of(remote.addresses, ServiceSet.all);
  const answers = answering(endpoint, direction, remote);
  const routes = endpoint.routes;
  const verdicts = endpoint.filters
    .filter((filter) => filter.direction === direction)
    .map((filter) => evaluateFilter(filter, remote));
  if (answers) verdicts.push(answers);
  if (routes) {
    verdicts.push(
      routes.unknown === undefined
        ? exactly(everything.onAddresses(routes[direction]))
        : { allowed: everything.onAddresses(routes.certain ?? AddressSet.empty), possible: everything },
    );
    const { unproved } = routes;
    if (unproved) {
      verdicts.push({ allowed: everything.onAddresses(unproved[direction].complement()), possible: everything });
    }
  }
  return verdicts.reduce(both, exactly(everything));
}

/** Why routes of one direction can't be proved; undefined where they can. */
export function whyUnproved({ routes }: Endpoint, direction: Direction): string | undefined {
  const unproved = routes?.unproved;
  return unproved && !unproved[direction].isEmpty ? unproved.why : undefined;
}

/**
 * What `from` can send to `to`: outbound at `from` and inbound at `to`. The verdict's addresses are those of `to`.
 *
 * `from` may have any address of its set. A service is `allowed` where `to` admits it from all of them, `possible`
 * where it admits it from one. An endpoint without any address reaches nothing and is reached by nothing.
 */
export function connect(from: Endpoint, to: Endpoint): Verdict {
  const leaving = reach(from, "outbound", to);
  const arriving = reach(to, "inbound", from);
  const missing = PacketSet.of(from.addresses, ServiceSet.all).subtract(arriving.allowed);
  return {
    allowed: leaving.allowed.onServices(arriving.allowed.services().subtract(missing.services())),
    possible: leaving.possible.onServices(arriving.possible.services()),
  };
}

/**
 * The rules that decide over any of `packets`, filter by filter; none where the filter's `otherwise` decides over all.
 *
 * In a level of allow rules alone order means nothing, and each that matches is listed. Elsewhere it is those that may
 * match packets which no rule before them certainly does. Rules that hand on to the next level are listed as well.
 * Filters that are unknown have no rules to show.
 */
export function decidingRules(
  endpoint: Endpoint,
  direction: Direction,
  remote: RemoteEnd,
  packets: PacketSet,
): readonly Rule[] {
  const asked = packets.onAddresses(remote.addresses);
  return endpoint.filters
    .filter((filter) => filter.direction === direction && filter.unknown === undefined)
    .flatMap((filter) => decidingInFilter(filter, remote, asked));
}

function decidingInFilter(filter: Filter, memberships: Memberships, packets: PacketSet): Rule[] {
  const deciding: Rule[] = [];
  let arriving = packets;
  for (const [i, level] of filter.levels.entries()) {
    const unordered = level.every(({ action }) => action === "allow");
    const isLast = i === filter.levels.length - 1;
    let undecided = arriving;
    let handedOn = PacketSet.empty;
    for (const rule of level) {
      const { certain, possible } = match(rule, memberships);
      if (!possible.overlaps(unordered ? arriving : undecided)) continue;
      deciding.push(rule);
      if (rule.action === "next") handedOn = handedOn.union(undecided.intersect(possible));
      if (!unordered || !isLast) undecided = undecided.subtract(certain);
    }
    arriving = undecided.union(handedOn);
    if (arriving.isEmpty) break;
  }
  return deciding;
}

/** What stateless filters of the opposite direction leave of a direction by stopping answers; undefined without any. */
function answering(endpoint: Endpoint, direction: Direction, remote: RemoteEnd): Verdict | undefined {
  const stateless = endpoint.filters.filter((filter) => filter.direction !== direction && !filter.stateful);
  if (stateless.length === 0) return undefined;
  const everything = PacketSet.of(remote.addresses, ServiceSet.all);
  const answers = stateless.map((filter) => evaluateFilter(filter, remote)).reduce(both);
  return {
    allowed: everything.subtract(requests(everything.subtract(answers.allowed))),
    possible: requests(answers.possible).union(everything.subtract(PacketSet.of(AddressSet.all, HANDSHAKE))),
  };
}

/** The packets that have an answer among `answers`. */
function requests(answers: PacketSet): PacketSet {
  const slabs = answers.onServices(ANSWERS).slabs();
  return PacketSet.unionOf(slabs.map(({ addresses, services }) => PacketSet.of(addresses, wholeProtocols(services))));
}

function wholeProtocols(services: ServiceSet): ServiceSet {
  const runs = services
    .ranges()
    .map(({ protocols: [first, last] }) => Array.from({ length: last - first + 1 }, (_, i) => first + i));
  return ServiceSet.unionOf(runs.flat().map((protocol) => ServiceSet.of(protocol)));
}

/** Verdicts for far sides at any address, by the groups that the filter names and the far side is in. */
const verdictsOf = oncePer<Filter, Map<string, Verdict>>(() => new Map());

/** Judges a filter once for all far sides that are in the same of its groups, wherever they are. */
function forGroups(filter: Filter, { groups, possibleGroups = NO_GROUPS }: Memberships): Verdict {
  const verdicts = verdictsOf(filter);
  const named = namedGroups(filter);
  let key = "";
  for (const id of named) key += groups.has(id) ? "in " : possibleGroups.has(id) ? "may " : "out ";
  const known = verdicts.get(key);
  if (known) return known;
  const verdict = judge(filter, {
    groups: new Set(named.filter((id) => groups.has(id))),
    possibleGroups: new Set(named.filter((id) => possibleGroups.has(id) && !groups.has(id))),
  });
  verdicts.set(key, verdict);
  return verdict;
}

const NO_GROUPS: ReadonlySet<string> = new Set();

/** The groups that rules of a filter speak of, in order. */
const namedGroups = oncePer(({ levels }: Filter): readonly string[] => {
  const found = new Set<string>();
  for (const level of levels) {
    for (const { peers } of level) for (const peer of peers) if (peer.kind === "group") found.add(peer.id);
  }
  return [...found].sort();
});

function judge(filter: Filter, memberships: Memberships): Verdict {
  if (filter.unknown !== undefined) return { allowed: PacketSet.empty, possible: PacketSet.all };
  let arriving = PacketSet.all;
  let maybeAllowed = PacketSet.empty;
  let maybeDenied = PacketSet.empty;
  for (const level of filter.levels) {
    const { decided, maybe } = inSequence(
      runs(level).map((run) =>
        outcome(
          run.action,
          run.rules.map((rule) => match(rule, memberships)),
        ),
      ),
    );
    maybeAllowed = maybeAllowed.union(arriving.intersect(maybe.allow));
    maybeDenied = maybeDenied.union(arriving.intersect(maybe.deny));
    arriving = arriving.subtract(decided).union(arriving.intersect(maybe.next));
  }
  if (filter.otherwise === "allow") maybeAllowed = maybeAllowed.union(arriving);
  else maybeDenied = maybeDenied.union(arriving);
  return maybeAllowed.overlaps(maybeDenied)
    ? { allowed: maybeAllowed.subtract(maybeDenied), possible: maybeAllowed }
    : exactly(maybeAllowed);
}

/** The level cut where the action changes: within a run the order of rules means nothing. */
function runs(level: readonly Rule[]): { readonly action: Rule["action"]; readonly rules: readonly Rule[] }[] {
  const result: { action: Rule["action"]; rules: Rule[] }[] = [];
  for (const rule of level) {
    const last = result.at(-1);
    if (last?.action === rule.action) last.rules.push(rule);
    else result.push({ action: rule.action, rules: [rule] });
  }
  return result;
}

function outcome(action: Rule["action"], matches: readonly Match[]): Outcome {
  const decided = PacketSet.unionOf(matches.map(({ certain }) => certain));
  const unknown = matches.filter(({ certain, possible }) => certain !== possible).map(({ possible }) => possible);
  return { decided, maybe: { ...UNTOUCHED.maybe, [action]: PacketSet.unionOf([decided, ...unknown]) } };
}

/** Joins outcomes in halves, so that each packet set takes part in few operations however many there are. */
function inSequence(outcomes: readonly Outcome[]): Outcome {
  const [first = UNTOUCHED] = outcomes;
  if (outcomes.length < 2) return first;
  const middle = Math.ceil(outcomes.length / 2);
  const before = inSequence(outcomes.slice(0, middle));
  const after = inSequence(outcomes.slice(middle));
  const fate = (action: Rule["action"]) => before.maybe[action].union(after.maybe[action].subtract(before.decided));
  return {
    decided: before.decided.union(after.decided),
    maybe: { allow: fate("allow"), deny: fate("deny"), next: fate("next") },
  };
}

/** What rules match, by what the far side is to their groups. */
const matches = oncePer<Rule, Map<string, Match>>(() => new Map());

/** The packets that a rule matches if the far side is in these groups. */
function match(rule: Rule, memberships: Memberships): Match {
  const { groups, possibleGroups } = memberships;
  let key = "";
  for (const peer of rule.peers) {
    if (peer.kind === "group") key += groups.has(peer.id) ? "in " : possibleGroups?.has(peer.id) ? "may " : "out ";
  }
  const known = matches(rule).get(key);
  if (known) return known;
  const matched = matchOf(rule, memberships);
  matches(rule).set(key, matched);
  return matched;
}

function matchOf(rule: Rule, memberships: Memberships): Match {
  const known = AddressSet.unionOf(rule.peers.map((peer) => knownAddresses(peer, memberships)));
  const addresses = rule.peers.some((peer) => isUncertain(peer, memberships)) ? AddressSet.all : known;
  if (rule.unknown !== undefined)
    return { certain: PacketSet.empty, possible: PacketSet.of(addresses, ServiceSet.all) };
  if (rule.existence !== undefined)
    return { certain: PacketSet.empty, possible: PacketSet.of(addresses, rule.services) };
  const certain = PacketSet.of(known, rule.services);
  return { certain, possible: addresses === known ? certain : PacketSet.of(addresses, rule.services) };
}

/** A group matches its members at whatever address they are: the caller keeps to those of the far side. */
function knownAddresses(peer: Peer, { groups }: Memberships): AddressSet {
  if (peer.kind === "addresses") return peer.addresses;
  return peer.kind === "group" && groups.has(peer.id) ? AddressSet.all : AddressSet.empty;
}

function isUncertain(peer: Peer, { possibleGroups }: Memberships): boolean {
  return peer.kind === "unknown" || (peer.kind === "group" && possibleGroups?.has(peer.id) === true);
}

function exactly(packets: PacketSet): Verdict {
  return { allowed: packets, possible: packets };
}

/** What both let pass. Most is in no doubt, and is worked out once. */
function both(a: Verdict, b: Verdict): Verdict {
  const allowed = a.allowed.intersect(b.allowed);
  const isCertain = a.allowed === a.possible && b.allowed === b.possible;
  return { allowed, possible: isCertain ? allowed : a.possible.intersect(b.possible) };
}
