/** Which pods and namespaces policies cut off from what no rule allows. */
import type { Location, Resource } from "../../model";
import { isOpaque } from "../../values";
import { isStandIn } from "./cluster-pods";
import type { NetworkPolicy } from "./network-policy";
import { read } from "./policies-and-pods";
import { and, or, type Ternary } from "../../ternary";

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
