/** A path that a policy forbids, as an invariant: its id and its reason are whoever's who wrote the policy. */
import { listed, outsideOf, partyMembers, serviceText, unjudgedProblems } from "../crossings";
import { extentOf } from "../extent";
import { beginningOf, type Direction, type System } from "../model";
import { PacketSet } from "../../packets/packet-set";
import { protocolName } from "../../packets/protocols";
import type { ForbiddenPath, Party, Policy } from "../policy";
import { askedOf, doubtAt, endsAt, isEndpoint, packetAt, verdictsAlong, waysBetween, type End, type Hop } from "../way";
import type { Invariant } from "./invariant";
import type { Problem } from "../problem";

/** The invariant that a path is open for no packet. */
export function forbiddenPath(path: ForbiddenPath): Invariant {
  const { id, reason, from, to, services } = path;
  return {
    id,
    title: `Nothing opens ${services} from ${from.name} to ${to.name}.`,
    paragraph: "Policy",
    remedy: "Close the path where it starts, or where it arrives.",
    isAcross: true,
    *check({ system, policy }) {
      const [froms, tos] = [endsOf(from, "inbound", system, policy), endsOf(to, "outbound", system, policy)];
      const absent = froms.length === 0 ? from.name : tos.length === 0 ? to.name : undefined;
      if (absent !== undefined || ![...froms, ...tos].some(isEndpoint)) {
        const who = absent ?? `neither ${from.name} nor ${to.name}`;
        yield {
          status: "unknown",
          resource: absent ?? to.name,
          location: beginningOf(system.resources),
          message: `whether ${services} from ${from.name} to ${to.name} is open can't be told: ${who} is ${absent === undefined ? "" : "not "}in the input`,
          remedy: "Name a resource or a workload of the input, or put the one that is named in.",
        };
      }
      for (const end of tos) yield* openTo(end, froms, path, system);
      yield* unjudgedProblems(system);
    },
  };

  /** One problem for all who may open the path to one end. */
  function* openTo(end: End, froms: readonly End[], { services }: ForbiddenPath, system: System): Generator<Problem> {
    const nodes = system.endpoints.filter(({ kind }) => kind === "node");
    const found = froms
      .filter((start) => start !== end && (isEndpoint(start) || isEndpoint(end)))
      .flatMap((start) => {
        const passages = waysBetween(start, end, nodes).map((way) => passageOf(way, services));
        const open =
          passages.find(({ status }) => status === "violated") ?? passages.find(({ packets }) => !packets.isEmpty);
        return open ? [{ start, ...open }] : [];
      });
    for (const status of ["violated", "unknown"] as const) {
      const [first, ...others] = found.filter((one) => one.status === status && !one.packets.isEmpty);
      if (!first) continue;
      const { start, packets, way, why } = first;
      const hop = way.at(-1) as Hop;
      const packet = packetAt(hop, packets);
      if (!packet) continue;
      const [source, destination] = [nameAt(start, packet.address), nameAt(end, packet.address)];
      const further = others.map((one) => one.start.id);
      const crossing = `${serviceText(packet)} from ${source} ${further.length > 0 ? `(and ${listed(further)}) ` : ""}can reach ${destination}`;
      const at = isEndpoint(end) ? end : isEndpoint(start) ? start : hop.at;
      yield {
        status,
        resource: at.id,
        location: at.location,
        message: status === "violated" ? `${crossing}: ${reason}` : `whether ${crossing} can't be told: ${why}`,
        counterexample: {
          direction: isEndpoint(end) ? "inbound" : "outbound",
          protocol: protocolName(packet.protocol),
          source,
          destination,
          port: packet.port,
        },
        extent: extentOf(...[first, ...others].flatMap((one) => [one.start.id, one.packets.key()])),
      };
    }
  }
}

const nameAt = (end: End, address: string): string => (isEndpoint(end) ? end.id : address);

interface Passage {
  readonly status: Problem["status"];
  readonly packets: PacketSet;
  readonly way: readonly Hop[];
  /** What is missing where it can't be told. */
  readonly why: string;
}

/** What gets through a way: certainly, or at most. */
function passageOf(way: readonly Hop[], services: ForbiddenPath["services"]): Passage {
  const verdicts = verdictsAlong(way, askedOf(way, services));
  const last = verdicts.at(-1);
  if (last && !last.allowed.isEmpty) return { status: "violated", packets: last.allowed, way, why: "" };
  const packets = last?.possible ?? PacketSet.empty;
  const doubt = verdicts.findIndex(({ allowed }) => allowed.isEmpty);
  const hop = way[doubt];
  const why = hop && !packets.isEmpty ? doubtAt(hop, packetAt(hop, verdicts[doubt]?.possible ?? packets)) : "";
  return { status: "unknown", packets, way, why };
}

/** Whom a party stands for: its members in the input, or addresses that a packet may have in the direction. */
function endsOf(party: Party, direction: Direction, system: System, policy: Policy): End[] {
  if (party.kind === "resource") return partyMembers(party, system);
  if (party.name !== "internet") return endsAt(party, system);
  const addresses = party.addresses.intersect(outsideOf(policy, system, direction));
  return [{ id: party.name, addresses, groups: new Set() }];
}
