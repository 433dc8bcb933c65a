/** What the Kubernetes objects of the input make of reachability. */
import type { Endpoint, Location, PartialSystem, Resource } from "../../model";
import { AddressSet } from "../../../packets/address-set";
import { isOpaque } from "../../values";
import { API_AGENTS, apiAgents, isApiAgent } from "./api-agents";
import { CLUSTER_DNS, ClusterDns } from "./cluster-dns";
import { isStandIn } from "./cluster-pods";
import { toldLists } from "../cloud-lists";
import { NetworkPolicyEvaluation, readNetworkPolicies, type NetworkPolicy } from "./network-policy";
import { KubernetesObjects, type Ternary } from "./objects";
import { Namespaces, and, or } from "./selectors";
import { serviceEndpoints, unjudgedPorts, unjudgedServices } from "./services";
import { hiddenObjects, unjudgedKinds } from "./unjudged";
import { podsElsewhere, podsOf, type Pods } from "./workloads";
import type { Cloud } from "../cloud";
import { checks } from "./checks/index";

export type { Exposure } from "./exposure";
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
      ...hiddenObjects(resources),
    ],
    rules: policyRules.length + serviceRules.length,
  };
}

/** Whether pods are cut off from everything that no rule allows. */
export interface Isolation {
  /** Id of the endpoint. */
  readonly endpoint: string;
  readonly namespace: string | undefined;
  readonly resource: string;
  readonly location: Location;
  readonly inbound: Ternary;
  readonly outbound: Ternary;
}

/** The isolation of each workload of the input, but for those on the host network, which no policy can isolate. */
export function isolation(resources: readonly Resource[]): Isolation[] {
  const { pods, evaluation } = read(resources);
  return pods
    .filter((one) => one.hostNetwork !== true && !isStandIn(one))
    .map((one) => ({
      endpoint: one.id,
      namespace: one.namespace,
      resource: one.resource.address,
      location: one.resource.location,
      inbound: evaluation.isolated(one, "inbound"),
      outbound: evaluation.isolated(one, "outbound"),
    }));
}

/** Whether policies of a namespace select all its pods, those of the future too. */
export interface DefaultDeny {
  readonly namespace: string;
  /** The namespace's declaration, or where there is none the first workload that mentions it. */
  readonly resource: string;
  readonly location: Location;
  readonly inbound: Ternary;
  readonly outbound: Ternary;
}

/** The default policies of each namespace that is declared or has pods in the input. */
export function defaultDeny(resources: readonly Resource[]): DefaultDeny[] {
  const { objects, policies, pods } = read(resources);
  const mentioned = new Map<string, Resource>();
  for (const one of pods) {
    const { namespace, resource, hostNetwork } = one;
    if (namespace === undefined || hostNetwork === true || isStandIn(one) || mentioned.has(namespace)) continue;
    mentioned.set(namespace, resource);
  }
  for (const declaration of objects.ofKind("Namespace", "")) {
    const name = objects.nameOf(declaration);
    if (name !== undefined) mentioned.set(name, declaration);
  }
  return [...mentioned].map(([namespace, { address, location }]) => {
    const denies = (direction: "inbound" | "outbound") =>
      or(policies.map((policy) => and([policy.isolates[direction], selectsAll(policy, namespace)])));
    return { namespace, resource: address, location, inbound: denies("inbound"), outbound: denies("outbound") };
  });
}

function selectsAll(policy: NetworkPolicy, namespace: string): Ternary {
  return and([
    policy.namespace === undefined ? "unknown" : policy.namespace === namespace,
    isOpaque(policy.selector) ? "unknown" : policy.selector.requirements.length === 0,
  ]);
}

const inputs = new WeakMap<readonly Resource[], ReturnType<typeof readInput>>();

/** Policies and pods, read once for all who ask. */
function read(resources: readonly Resource[]) {
  const input = inputs.get(resources) ?? readInput(resources);
  inputs.set(resources, input);
  return input;
}

function readInput(resources: readonly Resource[]) {
  const objects = KubernetesObjects.of(resources);
  const policies = readNetworkPolicies(objects, toldLists(resources));
  const written = podsOf(objects);
  const cluster = objects.all().length > 0;
  const dns = ClusterDns.of(resources);
  const pods = cluster ? [...written, ...dns.missing(written), ...apiAgents(resources)] : written;
  return {
    objects,
    policies,
    pods,
    dns,
    evaluation: new NetworkPolicyEvaluation(policies, new Namespaces(objects), pods),
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
    ...(dns.isResolver(pods) ? { serves: [CLUSTER_DNS] } : isApiAgent(pods) ? { serves: [API_AGENTS] } : {}),
  };
}

export const cloud: Cloud = { part: kubernetesPart, checks };
