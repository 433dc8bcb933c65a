/** Whether one packet passes, and which rules decide: the question that a reviewer asks of a single path. */
import { membersOf, serviceText } from "./crossings";
import { separate } from "./deployed";
import { decidingRules, reach } from "./evaluate";
import { InputError } from "./input-error";
import type { Direction, Endpoint, Location, Resource, Rule, System } from "./model";
import { AddressSet } from "./packets/address-set";
import { PacketSet } from "./packets/packet-set";
import { hasPorts, protocolName, protocolNumber } from "./packets/protocols";
import { ServiceSet } from "./packets/service-set";
import { defaultPolicy, partyOf } from "./policy";
import { buildSystem } from "./system";

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

/**
 * Follows a packet from end to end: out of where it starts, out of and into the nodes of pods, into where it arrives.
 *
 * A name with several members (a security group, a deployment) stands for any of them, a set of addresses for any of
 * its addresses, `internet` for any that is not private: the packet is allowed if it is for one of them.
 *
 * @throws InputError if an end is neither an address nor in the input, or the service is none
 */
export function explain(resources: readonly Resource[], question: Question): Explanation {
  const services = servicesOf(question);
  const { deployed, rest } = separate(resources);
  // Deployments do not meet: each is a system of its own.
  const parts = [...deployed.map((one) => one.resources), ...(rest.length > 0 ? [rest] : [])];
  const answers: Explanation[] = [];
  const refusals: InputError[] = [];
  for (const part of parts) {
    try {
      answers.push(explainIn(buildSystem(part), question, services));
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      refusals.push(error);
    }
  }
  const answer = worst(answers);
  if (answer) return answer;
  throw refusals[0] ?? new InputError("input", 0, "holds nothing that is judged");
}

/** The answer that most packets get through by. */
function worst(answers: readonly Explanation[]): Explanation | undefined {
  const by = (decision: Decision) => answers.find((answer) => answer.decision === decision);
  return by("allowed") ?? by("unknown") ?? by("denied");
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
  const answers = froms.flatMap((from) => tos.map((to) => follow(hops(from, to, nodes), services)));
  return worst(answers) as Explanation;
}

// ---------------------------------------------------------------- ends

/** Addresses outside of the input. */
interface Outside {
  readonly id: string;
  readonly addresses: AddressSet;
  readonly groups: ReadonlySet<string>;
}

type End = Endpoint | Outside;

const isEndpoint = (end: End): end is Endpoint => "kind" in end;

function endsOf(flag: string, name: string, system: System): End[] {
  const party = partyOf(name);
  if (party.kind === "resource") {
    const members = membersOf(name, system);
    if (members.length > 0) return members;
    throw new InputError(
      flag,
      0,
      `'${name}' is not in the input (allowed: an IP address, internet, or one of ${known(system)})`,
    );
  }
  // An address that one endpoint alone has is that endpoint.
  const owners = system.endpoints.filter(({ addresses }) => addresses.equals(party.addresses));
  if (owners.length === 1) return owners;
  const serving = system.endpoints.filter(({ serves }) => serves?.includes(name));
  if (serving.length > 0) return serving;
  const addresses = name === "internet" ? defaultPolicy().inside.complement() : party.addresses;
  return [{ id: name, addresses, groups: new Set() }];
}

/** A few names to choose from. */
function known({ endpoints }: System): string {
  const ids = [...new Set(endpoints.map(({ id }) => id))];
  return ids.slice(0, 12).join(", ") + (ids.length > 12 ? ", ..." : "");
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
  return ServiceSet.of(number, port, port);
}

// ---------------------------------------------------------------- the way

/** One place that the packet gets through, or does not. */
interface Hop {
  readonly at: Endpoint;
  readonly direction: Direction;
  readonly far: End;
}

/** Pods send and receive at the nodes that they run on; which these are is the scheduler's choice, so all count. */
function hops(from: End, to: End, nodes: readonly Endpoint[]): Hop[] {
  const senders = isEndpoint(from) && from.kind === "pod" ? nodes : [];
  const receivers = isEndpoint(to) && to.kind === "pod" ? nodes : [];
  const betweenNodes = senders.length > 0 && receivers.length > 0;
  return [
    ...(isEndpoint(from) ? [{ at: from, direction: "outbound", far: to } as const] : []),
    ...senders.flatMap((at) =>
      (betweenNodes ? nodes : [to]).map((far) => ({ at, direction: "outbound", far }) as const),
    ),
    ...receivers.flatMap((at) =>
      (betweenNodes ? nodes : [from]).map((far) => ({ at, direction: "inbound", far }) as const),
    ),
    ...(isEndpoint(to)
      ? (senders.length > 0 && !betweenNodes ? senders : [from]).map(
          (far) => ({ at: to, direction: "inbound", far }) as const,
        )
      : []),
  ];
}

function follow(way: readonly Hop[], services: ServiceSet): Explanation {
  const judged = way.map((hop) => ({ hop, ...judge(hop, services) }));
  const stop =
    judged.find(({ decision }) => decision === "denied") ?? judged.find(({ decision }) => decision === "unknown");
  const rules = (stop ? [stop] : judged).flatMap((one) => one.rules);
  if (!stop) return { decision: "allowed", rules, reason: "every rule and route on the way lets it pass" };
  const { hop, decision, why } = stop;
  const side = hop.direction === "outbound" ? "leaving" : "arriving at";
  return { decision, rules, reason: `${decision === "denied" ? "stopped" : "not known"} ${side} ${hop.at.id}: ${why}` };
}

function judge(
  { at, direction, far }: Hop,
  services: ServiceSet,
): { decision: Decision; rules: DecidingRule[]; why: string } {
  const packets = PacketSet.of(far.addresses, services);
  const { allowed, possible } = reach(at, direction, far);
  const open = packets.intersect(allowed);
  const passes = isEndpoint(far) ? packets.isSubsetOf(allowed) : !open.isEmpty;
  const decision = passes ? "allowed" : packets.overlaps(possible) ? "unknown" : "denied";
  const packet = (open.isEmpty ? packets : open).sample();
  const rules = packet
    ? decidingRules(at, direction, far, packet).map(({ resource, action, location }) => ({
        resource,
        direction,
        action,
        location,
      }))
    : [];
  const unknown = [
    at.routes?.unknown,
    ...at.filters.filter((filter) => filter.direction === direction).map((filter) => filter.unknown),
  ];
  const why =
    unknown.find((reason) => reason !== undefined) ??
    (packet
      ? `${serviceText(packet)} ${direction === "outbound" ? "to" : "from"} ${packet.address} matches ${rules.length > 0 ? rules.map(({ resource }) => resource).join(", ") : "no rule that allows it"}`
      : "it has no address");
  return { decision, rules, why };
}
