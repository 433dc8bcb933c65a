import { servesApps } from "../apps-and-serving";
import {
  counterexampleOf,
  disallowedFlows,
  isFiltered,
  outsideOf,
  packetsWith,
  partyMembers,
  serviceText,
  unjudgedProblems,
} from "../crossings";
import { extentOf } from "../extent";
import type { Endpoint, System } from "../model";
import { AddressSet } from "../../packets/address-set";
import { PacketSet } from "../../packets/packet-set";
import type { Policy } from "../policy";
import { exposures, type Exposure } from "../clouds/kubernetes/index";
import type { Invariant, Judged, Problem } from "./invariant";
import { checkedByClouds } from "../clouds/index";

export const invariant: Invariant = {
  id: "no-inbound",
  title: "Nothing outside can open a connection to anything inside.",
  paragraph: "Outbound-only model",
  remedy: "Remove the rule, or narrow its source to a group or block of the own network.",
  *check(judged) {
    const { system, policy } = judged;
    const permitted = PacketSet.unionOf(
      [...policy.inbound, ...(policy.clients ?? []).filter(({ to }) => !to)].map(({ from, services }) =>
        packetsWith(from, services, system),
      ),
    );
    const reachable = system.endpoints.filter((endpoint) => isReachable(endpoint, policy));
    const problems = [...byProbes(reachable, judged)].flatMap(([endpoints, probed]) => [
      ...disallowedFlows(judged, "inbound", endpoints, permitted.union(probed)),
    ]);
    const blamed = new Set(problems.map(({ resource }) => resource));
    const ways = exposures(system.resources).flatMap((exposure) => [...exposed(exposure, judged, permitted)]);
    const open = new Set(ways.flatMap(({ status, resource }) => (status === "violated" ? [resource] : [])));
    const found = [
      ...problems,
      ...checkedByClouds("no-inbound", judged),
      ...privateLinks(system).filter(({ resource }) => !blamed.has(resource)),
      ...ways.filter(({ status, resource }) => status === "violated" || !open.has(resource)),
    ];
    yield* found;
    // Where nothing comes in, it does not matter what would stop it.
    yield* unjudgedProblems({ unjudged: system.unjudged.filter((one) => !one.onlyStops || found.length > 0) });
  },
};

/** Endpoints apart by the probes of the cloud's own and the clients that may come to them and to no other. */
function* byProbes(
  endpoints: readonly Endpoint[],
  { system, policy }: Judged,
): Generator<[endpoints: readonly Endpoint[], probed: PacketSet]> {
  let left = endpoints;
  for (const { from, services, to } of [...(policy.probes ?? []), ...(policy.clients ?? [])]) {
    if (!to) continue;
    const members = new Set(partyMembers(to, system));
    yield [left.filter((endpoint) => members.has(endpoint)), packetsWith(from, services, system)];
    left = left.filter((endpoint) => !members.has(endpoint));
  }
  yield [left, PacketSet.empty];
}

/**
 * What has no numeric address (a gateway endpoint) only answers its route tables. A cloud's own service that a private
 * name leads to is not inside. Pods without a policy are reached
 * through nodes and services alone; that they lack one is what `default-deny` says. What services open is in their
 * exposures.
 */
function isReachable(endpoint: Endpoint, { inside }: Policy): boolean {
  const { kind, addresses, filters } = endpoint;
  if (kind === "cloud-service" && !addresses.overlaps(inside)) return false;
  // A service of the cloud answers at addresses that the cloud knows.
  if (addresses.numeric().isEmpty && kind !== "service") return false;
  if (kind === "pod") return isFiltered(endpoint, "inbound");
  return !(kind === "service" && filters.some(({ system }) => system === "kubernetes"));
}

/** What offers connections to other customers' networks: who they are, and the name of the set that they come from. */
const OFFERS: Readonly<Record<string, { readonly what: string; readonly who: string; readonly source: string }>> = {
  aws_vpc_endpoint_service: {
    what: "endpoint service",
    who: "accounts open connections over PrivateLink",
    source: "aws:privatelink",
  },
  google_compute_service_attachment: {
    what: "service attachment",
    who: "projects open connections over Private Service Connect",
    source: "google:private-service-connect",
  },
  azurerm_private_link_service: {
    what: "private link service",
    who: "subscriptions open connections over Private Link",
    source: "azure:privatelink",
  },
};

/** Whoever connects to what is offered comes from another customer's network. */
function privateLinks({ resources }: System): Problem[] {
  return resources.flatMap(({ type, mode, address, location }) => {
    const offer = mode === "managed" && Object.hasOwn(OFFERS, type) ? OFFERS[type] : undefined;
    if (!offer) return [];
    const { what, who, source } = offer;
    return {
      status: "violated" as const,
      resource: address,
      location,
      message: `${address} lets other ${who}`,
      counterexample: { direction: "inbound" as const, protocol: "tcp", source, destination: address },
      remedy: `Remove the ${what}, or declare it as an exception with a reason and an end.`,
    };
  });
}

/** Ways in that lead through nodes; where the input has the nodes, their own filters decide. */
const AT_NODES: ReadonlySet<Exposure["kind"]> = new Set(["NodePort", "externalIPs", "hostPort", "hostNetwork"]);

function* exposed(exposure: Exposure, judged: Judged, permitted: PacketSet): Generator<Problem> {
  const { kind, resource, location, ports, internal, sourceRanges } = exposure;
  const { system, policy } = judged;
  const atNodes = AT_NODES.has(kind);
  if (internal === true || servesApps(exposure, judged)) return;
  if (atNodes && system.endpoints.some((endpoint) => endpoint.kind === "node")) return;
  const sources = outsideOf(policy, system, "inbound").intersect(sourceRanges ?? AddressSet.all);
  const packets = PacketSet.of(sources, ports).subtract(permitted);
  const packet = packets.sample();
  if (!packet) return;
  const crossing = `${serviceText(packet)} from ${packet.address} can reach ${resource} through its ${kind}`;
  const isCertain = internal === false && !atNodes;
  const missing = atNodes
    ? "what filters the nodes is not in the input"
    : "whether its address is private is not known";
  yield {
    status: isCertain ? "violated" : "unknown",
    resource,
    location,
    message: isCertain ? crossing : `whether ${crossing} can't be told: ${missing}`,
    counterexample: counterexampleOf(packet, "inbound", resource),
    extent: extentOf(packets.key()),
    remedy: "Make the service ClusterIP, and let requests come in through the tunnel.",
  };
}
