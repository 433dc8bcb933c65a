/** Policies and pods of an input, read together. */
import type { Resource } from "../../model";
import { toldLists } from "../cloud-lists";
import { apiAgents } from "./api-agents";
import { ClusterDns } from "./cluster-dns";
import { readNetworkPolicies } from "./network-policy";
import { NetworkPolicyEvaluation } from "./policy-evaluation";
import { KubernetesObjects } from "./objects";
import { Namespaces } from "./selectors";
import { podsOf } from "./workloads";

const inputs = new WeakMap<readonly Resource[], ReturnType<typeof readInput>>();

/** Policies and pods, read once for all who ask. */
export function read(resources: readonly Resource[]) {
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
