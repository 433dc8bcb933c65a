/** What Google Cloud gives the clusters of GKE. */
import type { ClusterHost } from "../cloud";
import { googleBalancers } from "./cluster-balancers";
import { googleNodePools } from "./node-pools";
import { googleRegistries } from "./registries";

export const host: ClusterHost = {
  prefix: "google_",
  nodePools: googleNodePools,
  otherNodes: /^google_compute_\w*instance_group_manager$/,
  nodesByThemselves: { google_container_cluster: [["enable_autopilot"], ["cluster_autoscaling", "enabled"]] },
  registries: googleRegistries,
  balancers: googleBalancers,
};
