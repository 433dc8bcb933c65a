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
import { oncePer } from "../../once-per";

/** Policies and pods, read once for all who ask. */
export const read = oncePer((resources: readonly Resource[]) => {
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
});
