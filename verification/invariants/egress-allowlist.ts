import { disallowedFlows, isFiltered, packetsWith, partyMembers, unjudgedProblems } from "../crossings";
import type { Endpoint, Filter, System } from "../model";
import { PacketSet } from "../../packets/packet-set";
import type { OutboundAllowance } from "../policy";
import type { Invariant } from "./invariant";
import type { Judged } from "../judged";
import { checkedByClouds } from "../clouds/index";

/**
 * The group that EKS makes for a cluster lets its members out to everywhere. On the cluster itself its only members are
 * AWS's own network interfaces, which serve the Kubernetes API and which the customer can't take out of the group: there
 * its rule is not counted as the customer's egress. On a node, an instance or anything else it is a violation.
 */
export const invariant: Invariant = {
  id: "egress-allowlist",
  title: "Nothing leaves beyond what the policy allows.",
  paragraph: "Egress configuration",
  remedy: "Narrow the rule's destinations and ports to those that the policy allows.",
  asksPolicy: true,
  isAnswered: ({ policy }) => policy.outbound !== undefined,
  *check(judged) {
    const { system, policy } = judged;
    if (!policy.outbound) return;
    yield* checkedByClouds("egress-allowlist", judged);
    const senders = system.endpoints.filter((endpoint) => isSender(endpoint, judged)).map(withoutClusterGroup);
    for (const [allowances, alike] of byAllowances(policy.outbound, senders, system)) {
      const permitted = PacketSet.unionOf(allowances.map(({ to, services }) => packetsWith(to, services, system)));
      yield* disallowedFlows(judged, "outbound", alike, permitted);
    }
    yield* unjudgedProblems(system);
  },
};

/** Senders with the allowances that are for them, those together that have the same. */
function byAllowances(
  outbound: readonly OutboundAllowance[],
  senders: readonly Endpoint[],
  system: System,
): readonly (readonly [readonly OutboundAllowance[], readonly Endpoint[]])[] {
  const closedTo = outbound.map(
    ({ closedTo = [] }) => new Set(closedTo.flatMap((party) => partyMembers(party, system)).map(({ id }) => id)),
  );
  const groups = new Map<string, [OutboundAllowance[], Endpoint[]]>();
  for (const sender of senders) {
    const allowances = outbound.filter((_, index) => !closedTo[index]?.has(sender.id));
    const key = allowances.map((allowance) => outbound.indexOf(allowance)).join();
    const group = groups.get(key) ?? [allowances, []];
    group[1].push(sender);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/**
 * Gateway endpoints and Kubernetes services open no connections. Pods of a foreign system reach no more than their
 * nodes where the input has these; this package's own are judged by their policies too.
 */
function isSender(endpoint: Endpoint, { system, deployment }: Judged): boolean {
  if (endpoint.addresses.numeric().isEmpty) return false;
  if (endpoint.kind !== "pod") return true;
  if (deployment) return isFiltered(endpoint, "outbound");
  const isCluster =
    endpoint.serves?.some((name) => name.startsWith("kubernetes:")) === true && !isFiltered(endpoint, "outbound");
  return !isCluster && !system.endpoints.some(({ kind }) => kind === "node");
}

function withoutClusterGroup(endpoint: Endpoint): Endpoint {
  if (endpoint.kind !== "cluster-api") return endpoint;
  const isOwn = (address: string) => endpoint.id === address || endpoint.id.endsWith(`/${address}`);
  const filters = endpoint.filters.map((filter): Filter => ({
    ...filter,
    levels: filter.levels.map((level) => level.filter(({ resource }) => !isOwn(resource))),
  }));
  return { ...endpoint, filters };
}
