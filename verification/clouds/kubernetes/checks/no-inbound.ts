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
import { CONTROLLER } from "../controllers";
import { type Exposure } from "../exposure";

export const check: Check = function* (judged) {
  const permitted = permittedInbound(judged);
  const ways = exposures(judged.system.resources).flatMap((exposure) => [...exposed(exposure, judged, permitted)]);
  const open = new Set(ways.flatMap(({ status, resource }) => (status === "violated" ? [resource] : [])));
  yield* ways.filter(({ status, resource }) => status === "violated" || !open.has(resource));
};

/** Ways in that lead through nodes; where the input has the nodes, their own filters decide. */
const AT_NODES: ReadonlySet<Exposure["kind"]> = new Set([
  "NodePort",
  "load balancer's NodePort",
  "externalIPs",
  "hostPort",
  "hostNetwork",
]);

function* exposed(exposure: Exposure, judged: Judged, permitted: PacketSet): Generator<Problem> {
  const { kind, resource, location, ports, internal, without, sourceRanges } = exposure;
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
  const counterexample = counterexampleOf(packet, "inbound", resource);
  const found = { resource, location, counterexample, extent: extentOf(packets.key()) };
  if (narrowing === undefined && (without !== undefined || (internal === false && !atNodes))) {
    const message = without === undefined ? crossing : `open rule: ${crossing}; the input does not hold ${without}`;
    yield { ...found, status: "violated", message, remedy: remedyOf(exposure) };
    return;
  }
  const nodes = atNodes ? "what filters the nodes is not in the input" : undefined;
  const missing = nodes ?? narrowing ?? "whether its address is private is not known";
  yield { ...found, status: "unknown", message: `whether ${crossing} can't be told: ${missing}` };
}

function remedyOf({ kind, without }: Exposure): string {
  if (kind === "hostPort") return CLOSE_HOST_PORT;
  return without === CONTROLLER ? CLOSE_ROUTE : CLOSE_SERVICE;
}

const CLOSE_ROUTE =
  "Let requests come in through the tunnel; where the controller's load balancer is internal, put its Service in the input.";
const CLOSE_SERVICE = "Make the service ClusterIP, and let requests come in through the tunnel.";
const CLOSE_HOST_PORT = "Leave the host port out, and let requests come in through a ClusterIP service and the tunnel.";
