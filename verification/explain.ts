/** Whether one packet passes, and which rules decide: the question that a reviewer asks of a single path. */
import { listed, membersOf, outsideOf, place, serviceText } from "./crossings";
import { separate } from "./promises/deployed";
import { decidingRules, evaluateFilter, reach, type RemoteEnd } from "./evaluate";
import { InputError } from "./input-error";
import type { Direction, Endpoint, Filter, Location, Resource, Rule, System, Verdict } from "./model";
import { AddressSet } from "../packets/address-set";
import { PacketSet, type Packet } from "../packets/packet-set";
import { hasPorts, protocolName, protocolNumber } from "../packets/protocols";
import { ServiceSet } from "../packets/service-set";
import { defaultPolicy, partyOf, type Party } from "./policy";
import { buildSystem } from "./system";
import { systemsOf } from "./systems";

export interface Question {
  /** An address, `internet`, a set such as `cloudflare` or `aws:s3`, a resource or a workload of the input. */
  readonly from: string;
  readonly to: string;
  /** Name or number. */
  readonly protocol: string;
  /** Destination port, for protocols that have ports. */
  readonly port?: number | undefined;
}

export type Decision = "allowed" | "denied" | "unknown";

/** A rule that decides: at which end, and how. */
export interface DecidingRule {
  readonly resource: string;
  readonly direction: Direction;
  readonly action: Rule["action"];
  readonly location: Location;
}

export interface Explanation {
  readonly decision: Decision;
  readonly rules: readonly DecidingRule[];
  /** One sentence: who stops the packet, or that nothing does. */
  readonly reason: string;
}

/** What is so in one system: a deployment's, or that of all that belongs to none. */
export interface Answer extends Explanation {
  readonly deployment?: string;
  /** Folder of the root module, where a folder of the input holds several. */
  readonly root?: string;
}

/**
 * Follows a packet from end to end: out of where it starts, out of and into the nodes of pods, into where it arrives.
 *
 * A name with several members (a security group, a deployment) stands for any of them, a set of addresses for any of
 * its addresses, `internet` for any that is not private, and without a port any port counts: the packet is allowed if
 * it is for one of them. Which node a pod runs on is the scheduler's choice: where nodes differ it is unknown.
 *
 * Deployments do not meet, nor do root modules of one folder: each is a system of its own, with an answer of its own
 * where it has the packet's ends.
 *
 * @param only the deployment that is asked of; default: each
 * @throws InputError if an end is neither an address nor in the input, the service is none, or `only` is not there
 */
export function explain(resources: readonly Resource[], question: Question, only?: string): Answer[] {
  const services = servicesOf(question);
  const { deployed, rest } = separate(resources);
  const systems: { readonly about: Pick<Answer, "deployment" | "root">; readonly resources: readonly Resource[] }[] = [
    ...deployed.map(({ deployment: { name }, resources }) => ({ about: { deployment: name }, resources })),
    ...(rest.length > 0
      ? systemsOf(rest).map(({ of, resources }) => ({ about: of ? { root: of.root } : {}, resources }))
      : []),
  ];
  const asked = only === undefined ? systems : systems.filter(({ about }) => about.deployment === only);
  if (only !== undefined && asked.length === 0) {
    const names = deployed.map(({ deployment: { name } }) => name).sort();
    throw new InputError("--deployment", 0, `'${only}' is not in the input (allowed: ${listed(names, 12)})`);
  }
  const answers: Answer[] = [];
  const refusals: InputError[] = [];
  for (const { about, resources } of asked) {
    try {
      answers.push({ ...about, ...explainIn(buildSystem(resources), question, services) });
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      refusals.push(error);
    }
  }
  if (answers.length > 0) return answers;
  throw refusals[0] ?? new InputError("input", 0, "holds nothing that is judged");
}

function explainIn(system: System, question: Question, services: ServiceSet): Explanation {
  const [froms, tos] = [endsOf("--from", question.from, system), endsOf("--to", question.to, system)];
  if (!froms.some(isEndpoint) && !tos.some(isEndpoint)) {
    throw new InputError(
      "--from, --to",
      0,
      `neither ${question.from} nor ${question.to} is in the input (allowed: at least one resource or workload of it)`,
    );
  }
  const nodes = system.endpoints.filter(({ kind }) => kind === "node");
  return mostOpen(
    froms.flatMap((from) =>
      tos.map((to) => wherever(waysBetween(from, to, nodes).map((way) => follow(way, services)))),
    ),
  );
}

/** Of answers for any member: the one by which most gets through. */
function mostOpen(answers: readonly Explanation[]): Explanation {
  const by = (decision: Decision) => answers.find((answer) => answer.decision === decision);
  return (by("allowed") ?? by("unknown") ?? by("denied")) as Explanation;
}

/** Of answers for each way, of which the scheduler chooses one: what they agree on. */
function wherever(answers: readonly Explanation[]): Explanation {
  const rules = new Map(
    answers
      .flatMap((answer) => answer.rules)
      .map((rule) => [`${rule.resource}\n${rule.direction}\n${place(rule.location)}`, rule]),
  );
  const other = answers.find(({ decision }) => decision !== answers[0]?.decision);
  const answer = { ...(answers[0] as Explanation), rules: [...rules.values()] };
  if (!other) return answer;
  const stopped = answers.find(({ decision }) => decision !== "allowed") as Explanation;
  return { ...answer, decision: "unknown", reason: `it depends on the node that the pod runs on: ${stopped.reason}` };
}

// ---------------------------------------------------------------- ends

/** Addresses outside of the input. */
interface Outside extends RemoteEnd {
  readonly id: string;
}

type End = Endpoint | Outside;

const isEndpoint = (end: End): end is Endpoint => "kind" in end;

function endsOf(flag: string, name: string, system: System): End[] {
  const party = partyNamed(flag, name);
  if (party.kind === "resource") {
    const members = membersOf(name, system);
    if (members.length > 0) return members;
    throw new InputError(
      flag,
      0,
      `'${name}' is not in the input (allowed: an IP address, internet, or one of ${known(system)})`,
    );
  }
  if (name === "internet") {
    const senders = outsideOf(defaultPolicy(system), system, "inbound");
    return [{ id: name, addresses: party.addresses.intersect(senders), groups: new Set() }];
  }
  const serving = system.endpoints.filter(({ serves }) => serves?.includes(name));
  if (serving.length > 0) return serving;
  // An address that endpoints have for their only one is these endpoints; one that they may have may be theirs.
  const owners = system.endpoints.filter(({ addresses }) => addresses.equals(party.addresses));
  if (owners.length > 0) return owners;
  const possibleOwners = system.endpoints.filter(
    ({ addresses }) => addresses.overlaps(party.addresses) && !EVERY_ADDRESS.isSubsetOf(addresses),
  );
  const possibleGroups = new Set(possibleOwners.flatMap(({ groups }) => [...groups]));
  return [{ id: name, addresses: party.addresses, groups: new Set(), possibleGroups }];
}

/** What an endpoint may have of whose addresses nothing is known. */
const EVERY_ADDRESS = AddressSet.all.numeric();

function partyNamed(flag: string, name: string): Party {
  try {
    return partyOf(name);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new InputError(flag, 0, error.message);
  }
}

/** A few names to choose from. */
function known({ endpoints }: System): string {
  return listed([...new Set(endpoints.map(({ id }) => id))], 12);
}

function servicesOf({ protocol, port }: Question): ServiceSet {
  const number = protocolNumber(protocol);
  if (number === undefined)
    throw new InputError(
      "--protocol",
      0,
      `'${protocol}' is no protocol (allowed: tcp, udp, icmp, or a number from 0 to 255)`,
    );
  if (port !== undefined && !hasPorts(number))
    throw new InputError("--port", 0, `${protocolName(number)} has no ports`);
  return ServiceSet.of(number, port);
}

// ---------------------------------------------------------------- the way

/** One place that the packet gets through, or does not. */
interface Hop {
  readonly at: Endpoint;
  readonly direction: Direction;
  readonly remote: End;
}

const leaving = (at: End, remote: End): Hop[] => (isEndpoint(at) ? [{ at, direction: "outbound", remote }] : []);
const arriving = (at: End, remote: End): Hop[] => (isEndpoint(at) ? [{ at, direction: "inbound", remote }] : []);

/** Pods send and receive at nodes: one way for each node, or pair of nodes, that they may run on. */
function waysBetween(from: End, to: End, nodes: readonly Endpoint[]): Hop[][] {
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

function follow(way: readonly Hop[], services: ServiceSet): Explanation {
  const outside = way.map(({ remote }) => remote).find((remote) => !isEndpoint(remote));
  const asked = PacketSet.of(outside?.addresses ?? AddressSet.all, services);
  // What gets through up to each hop.
  const verdicts: Verdict[] = [];
  for (const hop of way) {
    const { allowed, possible } = verdicts.at(-1) ?? { allowed: asked, possible: asked };
    const here = verdictAt(hop);
    verdicts.push({ allowed: allowed.intersect(here.allowed), possible: possible.intersect(here.possible) });
  }
  const stop = verdicts.findIndex(({ possible }) => possible.isEmpty);
  const doubt = verdicts.findIndex(({ allowed }) => allowed.isEmpty);
  if (stop >= 0) {
    const hop = way[stop] as Hop;
    const { reason, rules } = stopAt(hop, packetAt(hop, verdicts[stop - 1]?.possible ?? asked));
    return { decision: "denied", rules, reason };
  }
  if (doubt >= 0) {
    const hop = way[doubt] as Hop;
    const packet = packetAt(hop, (verdicts[doubt] as Verdict).possible);
    return { decision: "unknown", rules: rulesAt(hop, packet), reason: doubtAt(hop, packet) };
  }
  const through = verdicts.at(-1)?.allowed ?? asked;
  const rules = way.flatMap((hop) => rulesAt(hop, packetAt(hop, through)));
  const example = outside ? ` (${through.sample()?.address})` : "";
  return { decision: "allowed", rules, reason: `every rule and route on the way lets it pass${example}` };
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
function packetAt({ at, direction, remote }: Hop, packets: PacketSet): Packet | undefined {
  if (!isEndpoint(remote)) return packets.sample();
  const here = PacketSet.of(remote.addresses, packets.services());
  const possible = here.intersect(reach(at, direction, remote).possible);
  return (possible.isEmpty ? here : possible).sample();
}

function rulesAt({ at, direction, remote }: Hop, packet: Packet | undefined): DecidingRule[] {
  if (!packet) return [];
  return decidingRules(at, direction, remote, packet).map(({ resource, action, location }) => ({
    resource,
    direction,
    action,
    location,
  }));
}

// ---------------------------------------------------------------- reasons

/** Who stops a packet: the first filter that does, or else the routes. */
function stopAt(hop: Hop, packet: Packet | undefined): Pick<Explanation, "reason" | "rules"> {
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
function doubtAt(hop: Hop, packet: Packet | undefined): string {
  const { at, direction, remote } = hop;
  const filters = filtersOf(hop);
  const rules = packet ? decidingRules(at, direction, remote, packet) : [];
  const missing = [
    at.routes?.unknown,
    direction === "inbound" ? at.routes?.unproved?.why : undefined,
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
