import { ContainerCluster } from "@cdktf/provider-google/lib/container-cluster";
import type { GoogleDeployment } from "../../config/deployment";
import { POD_LOG_LABEL, workloadPool } from "../../config/google/names";
import { Construct, type TerraformResource } from "../../framework";
import { LogBucket } from "./log-aggregation";
import { NODE_SCOPES, SHIELDED } from "./node-pools";

/** The deployment's field `cluster`. */
type ClusterSettings = GoogleDeployment["cluster"];

/** A cluster's name, version, network and key, and who may reach its API. Blocks are CIDRs; names keep the cloud's own limits. */
export interface ClusterProps extends Pick<
  ClusterSettings,
  "dns" | "dnsEndpoint" | "releaseChannel" | "maintenanceWindow"
> {
  /** Whether Google's API itself, too, refuses to delete the cluster. */
  readonly deletionProtection: boolean;
  /** At most 40 lower-case letters, digits and dashes, a letter first: GKE's rule. */
  readonly name: string;
  /** The deployment's generation: part of the name of the cluster's log bucket. */
  readonly generation: string;
  /** Id of the project, whose pool of workload identities the cluster's service accounts join. */
  readonly project: string;
  /** The cloud's region: the control plane has a replica in three of its zones. */
  readonly region: string;
  /** Zones of the nodes; undefined: Google's choice. */
  readonly zones: readonly string[] | undefined;
  /** Kubernetes minor version, e.g. `1.35`; the release channel never falls behind it. */
  readonly version: string;
  /** `projects/PROJECT/global/networks/NAME`. */
  readonly networkId: string;
  /** Subnet of the nodes. */
  readonly nodeSubnetId: string;
  /** Name of its secondary range of pods, which GKE gives each node a block of. */
  readonly podRangeName: string;
  /** Name of its secondary range of Kubernetes services. */
  readonly serviceRangeName: string;
  /** Attributes that hold the blocks of these ranges, where they are made with it. Default: none. */
  readonly rangeBlocks?: readonly string[];
  /** Subnet of the Kubernetes API's address. */
  readonly clusterSubnetId: string;
  /** Private blocks beside the node subnet that may reach the Kubernetes API. */
  readonly authorizedCidrs: readonly string[];
  /** Key that encrypts Kubernetes secrets and the cluster's logs. Default: Google's own. */
  readonly keyId?: string | undefined;
  /** Days that the cluster's logs are kept. */
  readonly logRetentionDays: number;
  /** E-mail address of the nodes' service account. */
  readonly nodeAccount: string;
  /** Network tag of the nodes. */
  readonly nodeTag: string;
  /** What nodes need to join: the way out, the firewall's rules, the private names. Default: none. */
  readonly dependsOn?: readonly TerraformResource[];
}

/**
 * The GKE cluster: its API has a private address only, its secrets are encrypted, its identities are IAM's.
 * Document: "Communication paths", row "Union.ai to Customer Kubernetes API (BYOC only)", and "Outbound-only model" (no
 * listening service to reach).
 *
 * Dataplane V2 enforces NetworkPolicies. Google makes no load balancer for Ingresses here, and no service may claim an
 * external address.
 *
 * The DNS endpoint, where it is asked for, is one of Google's own front ends: it asks for IAM's permission and not for
 * an address, so that it departs from `private-api-endpoint` and `no-inbound`, unless VPC Service Controls narrow it.
 */
export class Cluster extends Construct {
  /** The name, known only once the cluster is there, so that what is looked up by it waits. */
  readonly name: string;
  /** Private IPv4 address of the Kubernetes API. */
  readonly apiAddress: string;
  /** The cluster, for what comes after it. */
  readonly resource: TerraformResource;

  constructor(scope: Construct, id: string, props: ClusterProps) {
    super(scope, id);
    const { name, project, region, dns, dnsEndpoint, keyId, nodeAccount: serviceAccount, nodeTag, zones } = props;
    new LogBucket(this, "logs", {
      logs: `${name}-cluster`,
      generation: props.generation,
      description: `Control plane and system components of cluster ${name}`,
      // What Fluent Bit ships carries its label, and goes elsewhere.
      filter: `resource.type=~"^k8s_" AND resource.labels.cluster_name="${name}" AND resource.labels.location="${region}" AND NOT labels."${POD_LOG_LABEL}":*`,
      project,
      region,
      retentionDays: props.logRetentionDays,
      keyId,
    });
    const cluster = new ContainerCluster(this, "cluster", {
      name,
      project,
      location: region,
      ...(zones && { nodeLocations: [...zones] }),
      minMasterVersion: props.version,
      releaseChannel: { channel: props.releaseChannel },
      maintenancePolicy: { recurringWindow: recurring(props.maintenanceWindow) },
      deletionProtection: props.deletionProtection,

      network: props.networkId,
      subnetwork: props.nodeSubnetId,
      networkingMode: "VPC_NATIVE",
      ipAllocationPolicy: {
        stackType: "IPV4",
        clusterSecondaryRangeName: props.podRangeName,
        servicesSecondaryRangeName: props.serviceRangeName,
      },
      datapathProvider: "ADVANCED_DATAPATH",
      // Traffic between pods of one node passes the network too, and so its flow logs.
      enableIntranodeVisibility: true,
      // GKE turns it on by itself and never off: where nothing is said, a later plan would replace the cluster.
      enableL4IlbSubsetting: true,
      addonsConfig: { httpLoadBalancing: { disabled: true }, dnsCacheConfig: { enabled: dns === "node-local" } },
      // Both said, whatever is wanted: what GKE does where nothing is said changes with its versions. A Standard
      // cluster's platform default is kube-dns; the API's own word for that, KUBE_DNS, provider 6 refuses.
      dnsConfig:
        dns === "cloud-dns"
          ? { clusterDns: "CLOUD_DNS", clusterDnsScope: "CLUSTER_SCOPE" }
          : { clusterDns: "PLATFORM_DEFAULT" },
      serviceExternalIpsConfig: { enabled: false },

      privateClusterConfig: {
        enablePrivateNodes: true,
        enablePrivateEndpoint: true,
        privateEndpointSubnetwork: props.clusterSubnetId,
      },
      controlPlaneEndpointsConfig: {
        dnsEndpointConfig: { allowExternalTraffic: dnsEndpoint },
        ipEndpointsConfig: { enabled: true },
      },
      masterAuthorizedNetworksConfig: {
        gcpPublicCidrsAccessEnabled: false,
        privateEndpointEnforcementEnabled: true,
        cidrBlocks: props.authorizedCidrs.map((cidrBlock) => ({ cidrBlock })),
      },

      workloadIdentityConfig: { workloadPool: workloadPool({ project }) },
      masterAuth: { clientCertificateConfig: { issueClientCertificate: false } },
      enableLegacyAbac: false,
      ...(keyId !== undefined && { databaseEncryption: { state: "ENCRYPTED", keyName: keyId } }),
      enableShieldedNodes: true,
      // GKE's own agent ships the cluster's parts; pods are Fluent Bit's.
      loggingConfig: { enableComponents: ["SYSTEM_COMPONENTS", "APISERVER", "CONTROLLER_MANAGER", "SCHEDULER"] },
      monitoringConfig: { enableComponents: ["SYSTEM_COMPONENTS"], managedPrometheus: { enabled: false } },

      // GKE makes a first pool and deletes it at once: the node pools are resources of their own.
      removeDefaultNodePool: true,
      initialNodeCount: 1,
      nodeConfig: {
        serviceAccount,
        oauthScopes: NODE_SCOPES,
        tags: [nodeTag],
        ...(keyId !== undefined && { bootDiskKmsKey: keyId }),
        shieldedInstanceConfig: SHIELDED,
        workloadMetadataConfig: { mode: "GKE_METADATA" },
      },
      lifecycle: {
        // It keeps the blocks for life, and knows them by the ranges' names: without, the plan would say nothing of it,
        // and Google would refuse the subnet.
        ...(props.rangeBlocks?.length && { replaceTriggeredBy: [...props.rangeBlocks] }),
        ignoreChanges: [
          // What GKE says of the first pool once that is gone would replace the cluster.
          "node_config",
          // From 1.35 on GKE answers with a word that provider 6.50.0 does not know and would change back for ever.
          "database_encryption[0].state",
        ],
      },
      ...(props.dependsOn && { dependsOn: [...props.dependsOn] }),
    });
    this.name = cluster.name;
    this.apiAddress = cluster.privateClusterConfig.privateEndpoint;
    this.resource = cluster;
  }
}

/** Monday of a week in the past, whose days the window's first begins on. */
const MONDAY = Date.UTC(2024, 0, 1);
const HOUR = 3_600_000;
const WEEK = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] as const;

/** The window as GKE takes it: one occurrence, and the days of the week on which it comes back. */
function recurring({ days, start, hours }: ClusterSettings["maintenanceWindow"]) {
  const inOrder = WEEK.filter((day) => days.includes(day));
  const [first = "saturday"] = inOrder;
  const [hour = 0, minute = 0] = start.split(":").map(Number);
  const begin = MONDAY + (WEEK.indexOf(first) * 24 + hour + minute / 60) * HOUR;
  const time = (moment: number) => new Date(moment).toISOString().replace(".000Z", "Z");
  return {
    startTime: time(begin),
    endTime: time(begin + hours * HOUR),
    recurrence: `FREQ=WEEKLY;BYDAY=${inOrder.map((day) => day.slice(0, 2).toUpperCase()).join(",")}`,
  };
}
