import { KubernetesClusterNodePool } from "@cdktf/provider-azurerm/lib/kubernetes-cluster-node-pool";
import type { AzureDeployment, NodePool } from "../../config/deployment";
import { digest } from "../../config/names";
import { labelsOf, poolOf, taintsOf } from "../../config/scheduling";
import { Construct, type TerraformResource } from "../../framework";

/** The pools of nodes: where they stand and what each is of. Sizes are numbers of nodes, disks GiB. */
export interface NodePoolsProps {
  /** Resource id of the AKS cluster. */
  readonly clusterId: string;
  /** Kubernetes minor version of the nodes: the cluster's. */
  readonly version: string;
  /** Let the cluster's upgrade channel raise the minor version. */
  readonly versionByChannel: boolean;
  /** Subnet of the nodes. */
  readonly subnetId: string;
  /** Availability zones that pools are made in which name none; empty in a region without. A pool that stands stays. */
  readonly zones: readonly string[];
  /** Pools by name: 1 to 12 lower-case letters and digits, a letter first. */
  readonly pools: AzureDeployment["nodePools"];
  /** Whether pods that tolerate no taint may run on the services' nodes. Default: no. */
  readonly othersOnServices?: boolean;
  /** Tags on the pools and their machines. */
  readonly tags: Readonly<Record<string, string>>;
  /** What nodes need to pull images: the registry's cache rules and private endpoint. Default: none. */
  readonly dependsOn?: readonly TerraformResource[];
}

/**
 * Managed node pools, for platform services and task pods apart, beside the cluster's own system pool. Document:
 * "Outbound-only model", "Egress configuration".
 *
 * Nodes have no public address; the subnet's security group filters them. AKS sizes pools by itself.
 */
export class NodePools extends Construct {
  /** The pools, for what comes after them. */
  readonly pools: readonly TerraformResource[];

  constructor(scope: Construct, id: string, props: NodePoolsProps) {
    super(scope, id);
    this.pools = Object.entries(props.pools).map(([name, pool]) => this.addPool(name, pool, props));
  }

  private addPool(name: string, pool: NodePool<AzureDeployment>, props: NodePoolsProps): TerraformResource {
    const zones = pool.zones ?? props.zones;
    return new KubernetesClusterNodePool(this, name, {
      name,
      kubernetesClusterId: props.clusterId,
      mode: "User",
      orchestratorVersion: props.version,
      vmSize: pool.vmSize,
      vnetSubnetId: props.subnetId,
      ...(zones.length > 0 && { zones: [...zones] }),
      nodePublicIpEnabled: false,
      autoScalingEnabled: true,
      minCount: pool.min,
      maxCount: pool.max,
      // The cluster's disk encryption set encrypts it, with the host's caches and temporary disk beside.
      osDiskType: pool.ephemeralDisk ? "Ephemeral" : "Managed",
      osDiskSizeGb: pool.diskGiB,
      hostEncryptionEnabled: true,
      ...(pool.gpu && { gpuDriver: "Install" }),
      nodeLabels: labelsOf(poolOf(name, pool)),
      nodeTaints: taintsOf(poolOf(name, pool), props.othersOnServices).map(
        ({ key, value, effect }) => `${key}=${value}:${effect}`,
      ),
      // A spot pool takes no settings for upgrades; the price -1 is that of regular machines at most.
      ...(pool.spot
        ? { priority: "Spot", evictionPolicy: "Delete", spotMaxPrice: -1 }
        : { upgradeSettings: { maxSurge: "33%" } }),
      // What Azure can't change in place moves to a second pool for a while.
      temporaryNameForRotation: `t${digest(name)}`,
      tags: props.tags,
      lifecycle: {
        ignoreChanges: [
          "node_count",
          ...(props.versionByChannel ? ["orchestrator_version"] : []),
          // Other zones are other nodes: a pool moves when its own are named, and not all at once with the network's.
          ...(pool.zones ? [] : ["zones"]),
        ],
      },
      dependsOn: [...(props.dependsOn ?? [])],
    });
  }
}
