/** What shows a reader that a path is open: how it is judged, and every rule that lets it pass on its way. */
import { partyMembers } from "./crossings";
import { decidingRules, type RemoteEnd } from "./evaluate";
import type { DecidingRule } from "./way";
import { inTheWay } from "./invariants/required-paths";
import type { Direction, Endpoint, Location, Rule, System } from "./model";
import { PacketSet } from "../packets/packet-set";
import type { ServiceSet } from "../packets/service-set";
import type { Party, RequiredPath } from "./policy";

export interface Evidence {
  readonly status: "open" | "closed" | "unknown";
  /** What closes the path, or what is missing to tell. */
  readonly messages: readonly string[];
  /** Rules that allow it: where it starts, at the nodes, and where it arrives. */
  readonly rules: readonly DecidingRule[];
}

/** How `required-paths` judges one path of a system, and by which rules. */
export function evidenceOf(path: RequiredPath, { system }: { readonly system: System }): Evidence {
  const problems = inTheWay(path, system);
  const status = problems.some((problem) => problem.status === "violated") ? "closed" : "unknown";
  return {
    status: problems.length === 0 ? "open" : status,
    messages: problems.map(({ message }) => message),
    rules: distinctRules(hops(path, system).flatMap((hop) => rulesAt(hop, path.services))),
  };
}

/** Rules of several paths, each once. */
export function distinctRules(rules: readonly DecidingRule[]): DecidingRule[] {
  const keyOf = ({ resource, direction, location }: DecidingRule) =>
    `${direction}\n${resource}\n${location.file}\n${location.line}`;
  return [...new Map(rules.map((rule) => [keyOf(rule), rule])).values()];
}

// ---------------------------------------------------------------- the way

interface Hop {
  readonly at: Endpoint;
  readonly direction: Direction;
  readonly remote: RemoteEnd;
}

/** Where rules decide over a path: pods send from nodes, and between nodes by their overlay where they have one. */
function hops({ from, to, withinCluster }: RequiredPath, system: System): Hop[] {
  const nodes = system.endpoints.filter(({ kind }) => kind === "node");
  const starts = from.kind === "resource" ? partyMembers(from, system) : [];
  const ends = endsOf(to, system);
  return starts.flatMap((start) =>
    ends.flatMap((end) => {
      const isPod = start.kind === "pod";
      const first: Hop = { at: start, direction: "outbound", remote: end };
      if (isEndpoint(end) && end.kind === "pod") {
        const onWire = nodes.map((node) => node.overlay ?? node);
        const between = onWire.flatMap((sender) =>
          onWire.flatMap((receiver): Hop[] => [
            { at: sender, direction: "outbound", remote: receiver },
            { at: receiver, direction: "inbound", remote: sender },
          ]),
        );
        return [first, ...(isPod ? between : []), { at: end, direction: "inbound", remote: start } as const];
      }
      const senders = isPod ? (withinCluster ? [] : nodes) : [start];
      return [
        first,
        ...(isPod ? senders.map((at) => ({ at, direction: "outbound", remote: end }) as const) : []),
        ...(isEndpoint(end) ? senders.map((remote) => ({ at: end, direction: "inbound", remote }) as const) : []),
      ];
    }),
  );
}

const isEndpoint = (remote: RemoteEnd): remote is Endpoint => "kind" in remote;

const outside = new WeakMap<Party, RemoteEnd>();

/** The endpoints that a party is or that serve it, else its addresses outside of the input. */
function endsOf(party: Party, system: System): readonly RemoteEnd[] {
  if (party.kind === "resource") return partyMembers(party, system);
  const serving = system.endpoints.filter(({ serves }) => serves?.includes(party.name));
  if (serving.length > 0) return serving;
  const remote = outside.get(party) ?? { addresses: party.addresses, groups: new Set<string>() };
  outside.set(party, remote);
  return [remote];
}

// ---------------------------------------------------------------- rules

/** Samples of one hop that are tried: the sets of real rules are told apart by a few. */
const MOST_SAMPLES = 16;

const known = new WeakMap<Endpoint, WeakMap<RemoteEnd, Map<string, readonly DecidingRule[]>>>();

/** Every rule that allows some of the packets; paths share most of their hops, so each is looked at once. */
function rulesAt({ at, direction, remote }: Hop, services: ServiceSet): readonly DecidingRule[] {
  const ofEndpoint = known.get(at) ?? new WeakMap<RemoteEnd, Map<string, readonly DecidingRule[]>>();
  known.set(at, ofEndpoint);
  const ofRemote = ofEndpoint.get(remote) ?? new Map<string, readonly DecidingRule[]>();
  ofEndpoint.set(remote, ofRemote);
  const key = `${direction} ${services.key()}`;
  const rules = ofRemote.get(key) ?? allowingRules(at, direction, remote, PacketSet.of(remote.addresses, services));
  ofRemote.set(key, rules);
  return rules;
}

/** The rules at an endpoint that allow any of `packets`, in one direction. */
export function allowingRules(
  endpoint: Endpoint,
  direction: Direction,
  remote: RemoteEnd,
  packets: PacketSet,
): readonly DecidingRule[] {
  const found = new Set<Rule>();
  let remaining = packets;
  for (let i = 0; i < MOST_SAMPLES && !remaining.isEmpty; i++) {
    const packet = remaining.sample();
    if (!packet) break;
    const deciding = decidingRules(endpoint, direction, remote, packet).filter(({ action }) => action !== "deny");
    for (const rule of deciding) found.add(rule);
    const covered = deciding.map(({ peers, services }) =>
      PacketSet.unionOf(
        peers.map((peer) => PacketSet.of(peer.kind === "addresses" ? peer.addresses : remote.addresses, services)),
      ),
    );
    remaining = remaining.subtract(PacketSet.unionOf([...covered, PacketSet.ofPacket(packet)]));
  }
  return [...found].map(({ resource, action, location }) => ({
    resource,
    direction,
    action,
    location: plain(location),
  }));
}

/** A location's line may be worked out each time that it is read. */
const plain = ({ file, line }: Location): Location => ({ file, line });
