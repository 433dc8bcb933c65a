/**
 * Konnectivity: where a cluster's API reaches pods through agents, which run in the cluster and open a tunnel to it.
 *
 * GKE: every cluster. AKS, "Use API Server VNet Integration": the API reaches nodes from its own subnet; pods of an overlay
 * have no address there, and agents stay.
 */
import type { Resource } from "../../model";
import { standIn } from "./cluster-pods";
import type { Pods } from "./workloads";

const NAME = "konnectivity-agent";

const AGENTS: Readonly<Record<string, Pods>> = {
  google_container_cluster: standIn(NAME, ["k8s-app", NAME], []),
  azurerm_kubernetes_cluster: standIn(NAME, ["app", NAME], []),
};

/** The name of what they serve. */
export const API_AGENTS = "kubernetes:api-agents";

export const isApiAgent = (pods: Pods): boolean => Object.values(AGENTS).includes(pods);

/** The agents of the input's clusters. */
export const apiAgents = (resources: readonly Resource[]): readonly Pods[] =>
  Object.entries(AGENTS).flatMap(([cluster, agents]) =>
    resources.some(({ type }) => type === cluster) ? [agents] : [],
  );
