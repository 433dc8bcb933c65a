/** What the Kubernetes objects of the input make of reachability. */
import { account } from "./account";
import { mutations } from "./admission";
import type { Endpoint, PartialSystem, Resource } from "../../model";
import { AddressSet } from "../../../packets/address-set";
import { API_AGENTS, isApiAgent } from "./api-agents";
import { CLUSTER_DNS, type ClusterDns } from "./cluster-dns";
import { isStandIn } from "./cluster-pods";
import type { NetworkPolicyEvaluation } from "./policy-evaluation";
import { serviceEndpoints, unjudgedPorts, unjudgedServices } from "./services";
import { hiddenObjects, unjudgedKinds } from "./unjudged";
import { waysElsewhere } from "./ways-elsewhere";
import { podsElsewhere, type Pods } from "./workloads";
import type { Cloud } from "../cloud";
import { checks } from "./checks/index";
import { grants } from "./grants";
import { read } from "./policies-and-pods";
import { secretFields } from "./secrets";

export { exposures } from "./services";

/**
 * One endpoint for each workload (its pods are alike) and each service of the input.
 *
 * Names are resolved by pods that the input seldom holds, and by the nodes: where it has none of their labels, the
 * endpoint `pod/kube-system/kube-dns` (or `node-local-dns`) stands for them, open unless a policy of the input selects it.
 *
 * @param podAddresses - blocks that pods take their addresses from; default: any address
 */
export function kubernetesPart(
  resources: readonly Resource[],
  podAddresses: AddressSet = AddressSet.all,
): PartialSystem {
  const { objects, policies, pods, evaluation, dns } = read(resources);
  const services = serviceEndpoints(objects);
  const endpoints = [
    ...pods.map((one) => podEndpoint(one, evaluation, podAddresses, dns)),
    ...(pods.length > 0 ? dns.onNodes : []),
    ...services,
  ];
  const policyRules = policies.flatMap(({ rules }) => [...rules.inbound, ...rules.outbound]);
  const serviceRules = services.flatMap(({ filters }) => filters.flatMap(({ levels }) => levels.flat()));
  return {
    endpoints,
    unjudged: [
      ...unjudgedServices(objects),
      ...unjudgedPorts(pods),
      ...podsElsewhere(objects),
      ...unjudgedKinds(objects),
      ...waysElsewhere(objects, pods),
      ...mutations(objects),
      ...hiddenObjects(resources),
    ],
    rules: policyRules.length + serviceRules.length,
  };
}

function podEndpoint(
  pods: Pods,
  evaluation: NetworkPolicyEvaluation,
  addresses: AddressSet,
  dns: ClusterDns,
): Endpoint {
  const { certain, possible } = evaluation.memberships(pods);
  const labels = [...pods.labels.values].flatMap(([key, value]) =>
    value === undefined ? [] : [[key, value] as const],
  );
  return {
    id: pods.id,
    kind: "pod",
    location: pods.resource.location,
    addresses,
    groups: certain,
    ...(possible.size > 0 ? { possibleGroups: possible } : {}),
    namespace: pods.namespace,
    labels: Object.fromEntries(labels),
    filters: evaluation.filters(pods),
    ...(isStandIn(pods) && { isStandIn: true }),
    ...(dns.isResolver(pods) ? { serves: [CLUSTER_DNS] } : isApiAgent(pods) ? { serves: [API_AGENTS] } : {}),
  };
}

export const cloud = {
  part: kubernetesPart,
  grants,
  secrets: { "kubernetes:Secret": secretFields },
  account,
  checks,
} satisfies Cloud;
