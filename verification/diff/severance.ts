/** Whether severing channels, or restoring them, changes what they carry and nothing else. */
import type { Channel } from "../../config/channels";
import type { Deployment } from "../../config/deployment";
import { PacketSet } from "../../packets/packet-set";
import { packetsOf } from "../invariants/severed-channels";
import type { Resource } from "../model";
import { separate } from "../promises/deployed";
import { buildSystem } from "../system";
import type { DeploymentDiff, PacketChange } from "./model";
import { comparePackets, type Crossing } from "./packets";

export interface Severance {
  readonly channels: readonly Channel[];
  /** What happens to the channels' packets. */
  readonly change: PacketChange["change"];
  /** A deployment that says where they lead. */
  readonly deployment: Deployment;
}

/**
 * What a change does beyond its severance, a sentence each; none where it does that and no more.
 *
 * @param diff what `dataplane diff` says of the same two
 */
export function beyondSeverance(
  base: readonly Resource[],
  head: readonly Resource[],
  diff: DeploymentDiff,
  { channels, change, deployment }: Severance,
): string[] {
  const meant = PacketSet.unionOf(channels.map((channel) => packetsOf(channel, deployment)));
  const crossings = comparePackets(systemOf(base), systemOf(head), true);
  const isMeant = (crossing: Crossing) =>
    crossing.change === change &&
    crossing.direction === "outbound" &&
    typeof crossing.peer !== "string" &&
    PacketSet.of(crossing.peer, crossing.services).isSubsetOf(meant);
  const others = crossings.filter((crossing) => !isMeant(crossing));
  const untouched = channels.filter(
    (channel) => !crossings.some((crossing) => isMeant(crossing) && touches(crossing, packetsOf(channel, deployment))),
  );
  return [
    ...others.map((crossing) => `${crossing.change} too: ${textOf(crossing)}`),
    ...untouched.map((channel) => `${channel}: no packet of it is ${change}`),
    ...diff.permissions.map(({ text }) => text),
    ...diff.findings.flatMap(({ change: of, finding: { invariant, message } }) =>
      of === "new" ? [`${invariant}: ${message}`] : [],
    ),
    ...diff.exceptions.flatMap(({ change: of, text }) => (of === "added" || of === "removed" ? [text] : [])),
    ...diff.resources.flatMap(({ destroys, text }) => (destroys === undefined ? [] : [text])),
    ...diff.changes.flatMap(({ field, text }) => (field === "severed" ? [] : [text])),
  ];
}

/** The system of one deployment's stacks, with what stands in for pods that they do not hold. */
const systemOf = (resources: readonly Resource[]) =>
  buildSystem(separate(resources).deployed.flatMap((deployed) => deployed.resources));

const touches = ({ peer, services }: Crossing, packets: PacketSet) =>
  typeof peer !== "string" && PacketSet.of(peer, services).overlaps(packets);

const textOf = ({ endpoint, direction, services, peer }: Crossing) =>
  `${direction} ${services} of ${endpoint.id} with ${typeof peer === "string" ? peer : peer.toString()}`;
