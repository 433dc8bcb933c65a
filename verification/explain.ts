/** Whether one packet passes, and which rules decide: the question that a reviewer asks of a single path. */
import { listed, membersOf, outsideOf, place } from "./crossings";
import { separate } from "./promises/deployed";
import { InputError, NothingToJudge } from "./input-error";
import type { Resource, System, Verdict } from "./model";
import { hasPorts, protocolName, protocolNumber } from "../packets/protocols";
import { ServiceSet } from "../packets/service-set";
import { defaultPolicy, partyOf, type Party } from "./policy";
import { buildSystem } from "./system";
import { systemsOf } from "./systems";
import {
  askedOf,
  doubtAt,
  endsAt,
  isEndpoint,
  packetAt,
  rulesAt,
  stopAt,
  verdictsAlong,
  waysBetween,
  type DecidingRule,
  type End,
  type Hop,
} from "./way";

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
  /** The file of values that it has beside those that it loads by itself. Default: none. */
  readonly values?: string;
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
  const systems: {
    readonly about: Pick<Answer, "deployment" | "root" | "values">;
    readonly resources: readonly Resource[];
  }[] = [
    ...deployed.map(({ deployment: { name }, resources }) => ({ about: { deployment: name }, resources })),
    ...(rest.length > 0
      ? systemsOf(rest).map(({ of, resources }) => ({
          about: of ? { root: of.root, ...(of.values !== undefined && { values: of.values }) } : {},
          resources,
        }))
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
  throw refusals[0] ?? new NothingToJudge("input", "holds nothing that is judged");
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

// ---------------------------------------------------------------- the way

function follow(way: readonly Hop[], services: ServiceSet): Explanation {
  const outside = way.map(({ remote }) => remote).find((remote) => !isEndpoint(remote));
  const asked = askedOf(way, services);
  const verdicts = verdictsAlong(way, asked);
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
  const example = outside ? ` (${through.sample()?.address ?? "none"})` : "";
  return { decision: "allowed", rules, reason: `every rule and route on the way lets it pass${example}` };
}

// ---------------------------------------------------------------- ends

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
  return endsAt(party, system);
}

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
