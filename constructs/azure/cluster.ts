import { DataAzurermClientConfig } from "@cdktf/provider-azurerm/lib/data-azurerm-client-config";
import { DiskEncryptionSet } from "@cdktf/provider-azurerm/lib/disk-encryption-set";
import { KubernetesCluster } from "@cdktf/provider-azurerm/lib/kubernetes-cluster";
import { MonitorDiagnosticSetting } from "@cdktf/provider-azurerm/lib/monitor-diagnostic-setting";
import { RoleAssignment } from "@cdktf/provider-azurerm/lib/role-assignment";
import { UserAssignedIdentity } from "@cdktf/provider-azurerm/lib/user-assigned-identity";
import type { GivenRegistry } from "../../config/azure/repositories";
import type { AzureDeployment } from "../../config/deployment";
import { Construct, type TerraformResource } from "../../framework";
import type { EncryptionIdentity, KeyIds } from "./encryption-key";
import type { ResourceGroup } from "./resource-group";
import { assignRole } from "./role-assignments";

/** The deployment's field `cluster`. */
type ClusterSettings = AzureDeployment["cluster"];

/** A cluster's name, version, network and key, and who may reach its API. Blocks are CIDRs; names keep the cloud's own limits. */
export interface ClusterProps {
  /** 1 to 54 letters, digits and dashes: it is the DNS prefix too, which AKS keeps that short. */
  readonly name: string;
  /** Resource group, region and tags of what is made. */
  readonly group: ResourceGroup;
  /** Resource group of the cluster's own machines and load balancers, which AKS makes. */
  readonly nodeResourceGroup: string;
  /** Kubernetes minor version, e.g. `1.35`. */
  readonly version: string;
  /** Channel by which Azure upgrades the cluster; `none`: it does not. */
  readonly upgradeChannel: ClusterSettings["upgradeChannel"];
  /** When it may: the cluster on the first of the days, the nodes' images on the last. */
  readonly maintenanceWindow: ClusterSettings["maintenanceWindow"];
  /** Subnet of the nodes. */
  readonly nodeSubnetId: string;
  /** Subnet of the Kubernetes API, delegated to AKS. */
  readonly clusterSubnetId: string;
  /** Virtual network with DNS servers of its own, which AKS links its private zone to. Default: Azure's DNS. */
  readonly customDnsNetworkId?: string | undefined;
  /** Availability zones that the system nodes are made in if their pool names none; empty in a region without. */
  readonly zones: readonly string[];
  /** Size and number of the nodes of the cluster's own parts. */
  readonly systemPool: ClusterSettings["systemPool"];
  /** Overlay addresses of pods: an IPv4 block. */
  readonly podCidr: string;
  /** Addresses of Kubernetes services: an IPv4 block. */
  readonly serviceCidr: string;
  /** Address of cluster DNS in it. */
  readonly dnsServiceIp: string;
  /** How nodes get out: the node subnet's own NAT gateway or routes; `none`: AKS does not mind. */
  readonly outboundType: "userAssignedNATGateway" | "userDefinedRouting" | "none";
  /** The customer's registry, which nodes pull from. */
  readonly registryId: string;
  /** Further registries that nodes pull from. Default: none. */
  readonly givenRegistries?: readonly GivenRegistry[];
  /** Network isolated mode: nodes bootstrap from the registry alone. */
  readonly isolated: boolean;
  /** Key that encrypts Kubernetes secrets and disks. Default: Azure's own. */
  readonly key?: KeyIds | undefined;
  /** Identity that uses `key`: its resource id, and its roles, which must be there before the cluster. */
  readonly encryptionIdentity: Pick<EncryptionIdentity, "id" | "roles">;
  /** Log Analytics workspace of the control plane's logs. */
  readonly workspaceId: string;
  /** Log Analytics workspace that an agent on each node ships pods' logs to. Default: no such agent. */
  readonly podLogWorkspaceId?: string | undefined;
  /** The Microsoft Entra tenant that governs access. */
  readonly directory: string;
  /** Microsoft Entra groups with cluster-admin access. Without any, the principal that creates the cluster has it. */
  readonly admins: readonly string[];
  /** What nodes need to start: the subnets' security groups and way out, the private endpoints. Default: none. */
  readonly dependsOn?: readonly TerraformResource[];
}

/** The control plane's logs that a reviewer needs; `kube-audit-admin` leaves out what only reads. */
const LOG_CATEGORIES = [
  "kube-apiserver",
  "kube-audit-admin",
  "guard",
  "kube-controller-manager",
  "kube-scheduler",
  "cluster-autoscaler",
  "cloud-controller-manager",
  "csi-azuredisk-controller",
];

/**
 * The AKS cluster: its API has an address in the customer's network only, its secrets are encrypted, its identities are
 * Microsoft Entra's. Document: "Communication paths", row "Union.ai to Customer Kubernetes API (BYOC only)", and
 * "Outbound-only model" (no listening service to reach).
 */
export class Cluster extends Construct {
  /** Resource id. */
  readonly id: string;
  /** The name, known only once the cluster is there, so that what is looked up by it waits. */
  readonly name: string;
  /** URL of the OIDC issuer. */
  readonly issuer: string;
  /** Resource group of machines and load balancers, known only once the cluster is there. */
  readonly nodeResourceGroup: string;
  /** Object id of the identity as which nodes pull images. */
  readonly nodePrincipalId: string;

  constructor(scope: Construct, id: string, props: ClusterProps) {
    super(scope, id);
    const { name, group, version, key, admins, systemPool } = props;
    const zones = systemPool.zones ?? props.zones;
    const identity = this.identity("identity", `${name}-cluster`, group);
    const nodeIdentity = this.identity("node-identity", `${name}-node`, group);
    const disks = key && this.diskEncryption(key, props);
    const roles = this.roles(identity, nodeIdentity, disks, props);

    const cluster = new KubernetesCluster(this, "cluster", {
      name,
      resourceGroupName: group.name,
      location: group.location,
      tags: group.tags,
      nodeResourceGroup: props.nodeResourceGroup,
      dnsPrefix: name,
      kubernetesVersion: version,
      skuTier: "Standard",

      // The API answers at an address of the cluster subnet, and its name is known in the network only.
      privateClusterEnabled: true,
      privateClusterPublicFqdnEnabled: false,
      privateDnsZoneId: "System",
      apiServerAccessProfile: { virtualNetworkIntegrationEnabled: true, subnetId: props.clusterSubnetId },
      // A way to run commands in the cluster from outside its network.
      runCommandEnabled: false,

      localAccountDisabled: true,
      azureActiveDirectoryRoleBasedAccessControl: {
        tenantId: props.directory,
        azureRbacEnabled: true,
        adminGroupObjectIds: [...admins],
      },
      oidcIssuerEnabled: true,
      workloadIdentityEnabled: true,
      identity: { type: "UserAssigned", identityIds: [identity.id] },
      kubeletIdentity: {
        userAssignedIdentityId: nodeIdentity.id,
        clientId: nodeIdentity.clientId,
        objectId: nodeIdentity.principalId,
      },

      ...(key && { keyManagementService: { keyVaultKeyId: key.keyId, keyVaultNetworkAccess: "Private" } }),
      ...(disks && { diskEncryptionSetId: disks.id }),
      // Azure Files takes its account's key, which the driver would keep in Kubernetes.
      storageProfile: { fileDriverEnabled: false, blobDriverEnabled: false },

      networkProfile: {
        networkPlugin: "azure",
        networkPluginMode: "overlay",
        networkDataPlane: "cilium",
        networkPolicy: "cilium",
        outboundType: props.outboundType,
        ipVersions: ["IPv4"],
        podCidr: props.podCidr,
        serviceCidr: props.serviceCidr,
        dnsServiceIp: props.dnsServiceIp,
        loadBalancerSku: "standard",
      },
      // Said either way: of what is left out, the provider keeps what was said before.
      bootstrapProfile: props.isolated
        ? { artifactSource: "Cache", containerRegistryId: props.registryId }
        : { artifactSource: "Direct" },

      defaultNodePool: {
        name: "system",
        onlyCriticalAddonsEnabled: true,
        orchestratorVersion: version,
        vmSize: systemPool.vmSize,
        vnetSubnetId: props.nodeSubnetId,
        ...(zones.length > 0 && { zones: [...zones] }),
        nodePublicIpEnabled: false,
        autoScalingEnabled: true,
        minCount: systemPool.min,
        maxCount: systemPool.max,
        osDiskType: systemPool.ephemeralDisk ? "Ephemeral" : "Managed",
        hostEncryptionEnabled: true,
        upgradeSettings: { maxSurge: "33%" },
        temporaryNameForRotation: "systemtmp",
        tags: group.tags,
      },
      ...(props.podLogWorkspaceId !== undefined && {
        omsAgent: { logAnalyticsWorkspaceId: props.podLogWorkspaceId, msiAuthForMonitoringEnabled: true },
      }),
      imageCleanerEnabled: true,
      imageCleanerIntervalHours: 168,
      nodeOsUpgradeChannel: "NodeImage",
      ...upgrades(props),
      lifecycle: {
        ignoreChanges: [
          "default_node_pool[0].node_count",
          // As of the other pools: it moves when its own are named.
          ...(systemPool.zones ? [] : ["default_node_pool[0].zones"]),
          ...(raisesMinorVersion(props) ? ["kubernetes_version", "default_node_pool[0].orchestrator_version"] : []),
        ],
      },
      dependsOn: [...roles, ...(props.dependsOn ?? [])],
    });
    new MonitorDiagnosticSetting(this, "logs", {
      name: "control-plane",
      targetResourceId: cluster.id,
      logAnalyticsWorkspaceId: props.workspaceId,
      logAnalyticsDestinationType: "Dedicated",
      enabledLog: LOG_CATEGORIES.map((category) => ({ category })),
    });
    // A cluster that nobody may enter is of no use; one with named admins must not have a silent one beside them.
    if (admins.length === 0) {
      new RoleAssignment(this, "creator-is-admin", {
        scope: cluster.id,
        roleDefinitionName: "Azure Kubernetes Service RBAC Cluster Admin",
        principalId: new DataAzurermClientConfig(this, "creator", {}).objectId,
        lifecycle: { ignoreChanges: ["principal_id"] },
      });
    }
    this.id = cluster.id;
    this.name = cluster.name;
    this.issuer = cluster.oidcIssuerUrl;
    this.nodeResourceGroup = cluster.nodeResourceGroup;
    this.nodePrincipalId = nodeIdentity.principalId;
  }

  private identity(id: string, name: string, group: ResourceGroup): UserAssignedIdentity {
    return new UserAssignedIdentity(this, id, {
      name,
      resourceGroupName: group.name,
      location: group.location,
      tags: group.tags,
    });
  }

  /** Disks of nodes and volumes of pods. */
  private diskEncryption(key: KeyIds, { name, group, encryptionIdentity }: ClusterProps): DiskEncryptionSet {
    return new DiskEncryptionSet(this, "disks", {
      name: `${name}-disks`,
      resourceGroupName: group.name,
      location: group.location,
      tags: group.tags,
      // To follow the key's rotation, the provider would read the key in the vault, which answers inside the network only.
      keyVaultKeyId: key.keyId,
      identity: { type: "UserAssigned", identityIds: [encryptionIdentity.id] },
      dependsOn: [...encryptionIdentity.roles],
    });
  }

  /** What AKS asks of identities that it does not make itself. */
  private roles(
    { principalId }: UserAssignedIdentity,
    nodeIdentity: UserAssignedIdentity,
    disks: DiskEncryptionSet | undefined,
    { nodeSubnetId, clusterSubnetId, customDnsNetworkId, key, registryId, givenRegistries = [] }: ClusterProps,
  ): TerraformResource[] {
    return [
      assignRole(this, "node-subnet", { role: "Network Contributor", scope: nodeSubnetId, principalId }),
      assignRole(this, "cluster-subnet", { role: "Network Contributor", scope: clusterSubnetId, principalId }),
      ...(customDnsNetworkId === undefined
        ? []
        : [assignRole(this, "links-zone", { role: "Network Contributor", scope: customDnsNetworkId, principalId })]),
      assignRole(this, "gives-node-identity", {
        role: "Managed Identity Operator",
        scope: nodeIdentity.id,
        principalId,
      }),
      ...(disks ? [assignRole(this, "uses-disk-encryption", { role: "Reader", scope: disks.id, principalId })] : []),
      ...(key
        ? [
            assignRole(this, "uses-key", {
              role: "Key Vault Crypto User",
              scope: key.resourceId,
              principalId,
              dependsOn: key.dependsOn,
              leavesLast: true,
            }),
            // Connects the API to the vault's private side, which whoever asks must also be able to approve.
            assignRole(this, "connects-vault", {
              role: "Key Vault Contributor",
              scope: key.keyVaultId,
              principalId,
              leavesLast: true,
            }),
          ]
        : []),
      this.pullsImages("pulls-images", registryId, nodeIdentity),
      ...givenRegistries.map(({ name, id }) => this.pullsImages(`pulls-images-${name}`, id, nodeIdentity)),
    ];
  }

  private pullsImages(id: string, scope: string, { principalId }: UserAssignedIdentity): TerraformResource {
    return assignRole(this, id, { role: "AcrPull", scope, principalId });
  }
}

/** Whether the channel goes to newer minor versions, which then are not Terraform's to set. */
export const raisesMinorVersion = ({ upgradeChannel }: Pick<ClusterProps, "upgradeChannel">): boolean =>
  upgradeChannel === "stable" || upgradeChannel === "rapid";

/** A week has one window for the cluster and one for the images of its nodes. */
function upgrades({ upgradeChannel, maintenanceWindow: { days, start, hours } }: ClusterProps) {
  const weeklyOn = (day = "saturday") => ({
    frequency: "Weekly",
    interval: 1,
    dayOfWeek: day.charAt(0).toUpperCase() + day.slice(1),
    startTime: start,
    utcOffset: "+00:00",
    duration: hours,
  });
  return {
    ...(upgradeChannel !== "none" && { automaticUpgradeChannel: upgradeChannel }),
    maintenanceWindowAutoUpgrade: weeklyOn(days[0]),
    maintenanceWindowNodeOs: weeklyOn(days.at(-1)),
  };
}
