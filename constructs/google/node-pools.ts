import { ContainerNodePool } from "@cdktf/provider-google/lib/container-node-pool";
import type { GoogleDeployment, NodePool } from "../../config/deployment";
import { defaultDiskType, SYSTEM_DISK_GIB, type DiskType } from "../../config/google/disk-types";
import { SYSTEM_POOL } from "../../config/google/names";
import { digest } from "../../config/names";
import { EFFECTS, labelsOf, poolOf, taintsOf, type Taint } from "../../config/scheduling";
import { Construct, Token, type TerraformResource } from "../../framework";

/** The pools of nodes: where they stand and what each is of. Sizes are numbers of nodes, disks GiB. */
export interface NodePoolsProps {
  /** Name of the GKE cluster that the nodes join. */
  readonly clusterName: string;
  /** The cloud's region: the cluster's. */
  readonly region: string;
  /** Zones of the nodes of a pool that names none; undefined: Google's choice of three. */
  readonly zones: readonly string[] | undefined;
  /** E-mail address of the nodes' service account. */
  readonly nodeAccount: string;
  /** Network tag by which the firewall's rules know nodes. */
  readonly nodeTag: string;
  /** Key that encrypts the boot disks. Default: Google's own. */
  readonly keyId?: string | undefined;
  /** Pools by name. */
  readonly pools: GoogleDeployment["nodePools"];
  /** Whether pods that tolerate no taint may run on the services' nodes. Default: no. */
  readonly othersOnServices?: boolean;
  /** Machines and number of the nodes of the cluster's own parts. */
  readonly systemPool: GoogleDeployment["cluster"]["systemPool"];
  /** Labels on the nodes' machines. Default: none. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** What IAM allows the nodes' service account: scopes are a second, older limit that would only hide it. */
export const NODE_SCOPES = ["https://www.googleapis.com/auth/cloud-platform"];
/** Only a boot chain that Google signed starts, and a change of it is seen. */
export const SHIELDED = { enableSecureBoot: true, enableIntegrityMonitoring: true };

/** Label and taint of the system pool, which GKE's own pods tolerate and no other does. */
const GKE_COMPONENTS = "components.gke.io/gke-managed-components";
/** Zones that GKE chooses where none are given. */
const CHOSEN_ZONES = 3;

/** What tells one pool's nodes from another's. */
interface Nodes {
  readonly machineType: string;
  readonly min: number;
  readonly max: number;
  readonly spot: boolean;
  readonly diskGiB: number;
  readonly accelerator?: NodePool<GoogleDeployment>["accelerator"];
  readonly zones?: readonly string[] | undefined;
  readonly diskType?: DiskType | undefined;
  readonly localSsds?: number | undefined;
  readonly reservation?: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
}

/**
 * Node pools: one for the cluster's own parts, and those for platform services and task pods apart. Nodes have private
 * addresses only and the tag of the firewall's rules. Document: "Outbound-only model", "Egress configuration".
 *
 * GKE scales the pools by itself.
 */
export class NodePools extends Construct {
  /** The pools, for what comes after them. */
  readonly all: readonly TerraformResource[];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: NodePoolsProps,
  ) {
    super(scope, id);
    const { systemPool, pools } = props;
    const system: Nodes = {
      ...systemPool,
      spot: false,
      diskGiB: SYSTEM_DISK_GIB,
      labels: { [GKE_COMPONENTS]: "true" },
      taints: [{ key: GKE_COMPONENTS, value: "true", effect: "NoSchedule" }],
    };
    this.all = [
      this.pool(SYSTEM_POOL, system),
      ...Object.entries(pools).map(([name, pool]) => {
        const scheduled = poolOf(name, pool);
        return this.pool(name, {
          ...pool,
          labels: labelsOf(scheduled),
          taints: taintsOf(scheduled, props.othersOnServices),
        });
      }),
    ];
  }

  private pool(name: string, nodes: Nodes): TerraformResource {
    const { clusterName: cluster, region, nodeAccount, nodeTag, keyId, labels: resourceLabels } = this.props;
    const { machineType, min, max, spot, diskGiB, accelerator, localSsds, reservation, labels, taints } = nodes;
    const zones = nodes.zones ?? this.props.zones;
    return new ContainerNodePool(this, name, {
      name: nameOf(name, nodes, nodeAccount),
      cluster,
      location: region,
      ...(zones && { nodeLocations: [...zones] }),
      // In each zone; never above the total that the autoscaler keeps to.
      initialNodeCount: Math.floor(min / (zones?.length ?? CHOSEN_ZONES)),
      autoscaling: {
        totalMinNodeCount: min,
        totalMaxNodeCount: max,
        // Spot machines come from wherever there are some.
        locationPolicy: spot ? "ANY" : "BALANCED",
      },
      management: { autoRepair: true, autoUpgrade: true },
      upgradeSettings: { strategy: "SURGE", maxSurge: 1, maxUnavailable: 0 },
      networkConfig: { enablePrivateNodes: true },
      nodeConfig: {
        machineType,
        spot,
        imageType: "COS_CONTAINERD",
        diskSizeGb: diskGiB,
        diskType: nodes.diskType ?? defaultDiskType(machineType),
        ...(keyId !== undefined && { bootDiskKmsKey: keyId }),
        ...(accelerator && { guestAccelerator: [acceleratorOf(accelerator)] }),
        // No key of the customer's encrypts a local SSD: one that no machine keeps does.
        ...(localSsds !== undefined && {
          ephemeralStorageLocalSsdConfig: { localSsdCount: localSsds },
          localSsdEncryptionMode: "EPHEMERAL_KEY_ENCRYPTION",
        }),
        ...(reservation !== undefined && {
          reservationAffinity: {
            consumeReservationType: "SPECIFIC_RESERVATION",
            key: "compute.googleapis.com/reservation-name",
            values: [reservation],
          },
        }),
        labels: { ...labels },
        // GKE adds the taint of accelerators by itself.
        taint: taints.map(({ key, value, effect }) => ({ key, value, effect: EFFECTS[effect] })),
        tags: [nodeTag],
        ...(resourceLabels && { resourceLabels: { ...resourceLabels } }),
        serviceAccount: nodeAccount,
        oauthScopes: NODE_SCOPES,
        // Pods get credentials of their own, and never the node's.
        workloadMetadataConfig: { mode: "GKE_METADATA" },
        metadata: { "disable-legacy-endpoints": "true" },
        // Provider 6.50.0 sends 'false' where the quota is left out, and nodes then pass over the limits of CPU.
        kubeletConfig: { insecureKubeletReadonlyPortEnabled: "FALSE", cpuCfsQuota: true },
        shieldedInstanceConfig: SHIELDED,
      },
      lifecycle: {
        // Pods move to the new nodes before the old ones go: without, the only services pool takes the tunnel with it.
        createBeforeDestroy: true,
        ignoreChanges: [
          // A change of the first size would replace the pool, whose size is the autoscaler's.
          "initial_node_count",
          // So would another key: the disks of a pool that stands keep theirs.
          "node_config[0].boot_disk_kms_key",
        ],
      },
    });
  }
}

/**
 * The pool's name at Google, at most 25 characters of 40. What Google changes by making the pool anew is part of it where
 * it is not as usual, so that the new pool stands beside the old one.
 */
function nameOf(name: string, { spot, accelerator, localSsds, reservation }: Nodes, nodeAccount: string): string {
  const account = Token.isUnresolved(nodeAccount) ? undefined : nodeAccount;
  const unusual = Object.entries({ spot: spot || undefined, accelerator, localSsds, reservation, account }).filter(
    ([, value]) => value !== undefined,
  );
  return unusual.length === 0 ? name : `${name}-${digest(JSON.stringify(unusual)).slice(0, 4)}`;
}

type Accelerator = NonNullable<NodePool<GoogleDeployment>["accelerator"]>;

const DRIVERS = { default: "DEFAULT", latest: "LATEST", none: "INSTALLATION_DISABLED" } as const;

const acceleratorOf = ({ type, count, driver }: Accelerator) => ({
  type,
  count,
  gpuDriverInstallationConfig: { gpuDriverVersion: DRIVERS[driver] },
});
