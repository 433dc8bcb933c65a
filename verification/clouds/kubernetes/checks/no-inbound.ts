/** Ways in that Kubernetes objects open. */
import { AddressSet } from "../../../../packets/address-set";
import { PacketSet } from "../../../../packets/packet-set";
import { isUnknown } from "../../../model";
import type { Judged } from "../../../judged";
import type { Problem } from "../../../problem";
import { counterexampleOf, outsideOf, permittedInbound, serviceText } from "../../../crossings";
import { extentOf } from "../../../extent";
import type { Check } from "../../cloud";
import { servesApps } from "../apps-and-serving";
import { exposures } from "../services";
import { type Exposure } from "../exposure";

export const check: Check = function* (judged) {
  const permitted = permittedInbound(judged);
  const ways = exposures(judged.system.resources).flatMap((exposure) => [...exposed(exposure, judged, permitted)]);
  const open = new Set(ways.flatMap(({ status, resource }) => (status === "violated" ? [resource] : [])));
  yield* ways.filter(({ status, resource }) => status === "violated" || !open.has(resource));
};

/** Ways in that lead through nodes; where the input has the nodes, their own filters decide. */
const AT_NODES: ReadonlySet<Exposure["kind"]> = new Set(["NodePort", "externalIPs", "hostPort", "hostNetwork"]);

function* exposed(exposure: Exposure, judged: Judged, permitted: PacketSet): Generator<Problem> {
  const { kind, resource, location, ports, internal, sourceRanges } = exposure;
  const { system, policy } = judged;
  const atNodes = AT_NODES.has(kind);
  if (internal === true || servesApps(exposure, judged)) return;
  if (atNodes && system.endpoints.some((endpoint) => endpoint.kind === "node")) return;
  const narrowing = isUnknown(sourceRanges) ? sourceRanges.reason : undefined;
  const ranges = isUnknown(sourceRanges) ? AddressSet.all : (sourceRanges ?? AddressSet.all);
  const sources = outsideOf(policy, system, "inbound").intersect(ranges);
  const packets = PacketSet.of(sources, ports).subtract(permitted);
  const packet = packets.sample();
  if (!packet) return;
  const crossing = `${serviceText(packet)} from ${packet.address} can reach ${resource} through its ${kind}`;
  const isCertain = internal === false && !atNodes && narrowing === undefined;
  const missing = atNodes
    ? "what filters the nodes is not in the input"
    : (narrowing ?? "whether its address is private is not known");
  yield {
    status: isCertain ? "violated" : "unknown",
    resource,
    location,
    message: isCertain ? crossing : `whether ${crossing} can't be told: ${missing}`,
    counterexample: counterexampleOf(packet, "inbound", resource),
    extent: extentOf(packets.key()),
    ...(isCertain && { remedy: "Make the service ClusterIP, and let requests come in through the tunnel." }),
  };
}
