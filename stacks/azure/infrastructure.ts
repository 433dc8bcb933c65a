import { DataAzurermLogAnalyticsWorkspace } from "@cdktf/provider-azurerm/lib/data-azurerm-log-analytics-workspace";
import { DataAzurermNetworkServiceTags } from "@cdktf/provider-azurerm/lib/data-azurerm-network-service-tags";
import { ResourceGroup as AzureResourceGroup } from "@cdktf/provider-azurerm/lib/resource-group";
import { clusterDnsAddress, givenEndpoints, givenSubnets, planAddresses } from "../../config/azure/address-plan";
import {
  encryptionKey,
  flowLogAccount,
  keyVault,
  nodeResourceGroup,
  platformIdentity,
  registry as registryName,
  resourceGroup,
  taskIdentity,
} from "../../config/azure/names";
import type { AzureDeployment } from "../../config/deployment";
import { givenKeyOf, isCloudManaged } from "../../config/encryption";
import { egressOf } from "../../config/egress";
import { givenZones, zonesOfService } from "../../config/azure/private-dns";
import { givenRegistries } from "../../config/azure/repositories";
import { zonesOf } from "../../config/azure/zones";
import { clusterName, taskServiceAccounts } from "../../config/names";
import { servicesTakeOthers } from "../../config/scheduling";
import { CloudEndpoints } from "../../constructs/azure/cloud-endpoints";
import { Cluster, raisesMinorVersion } from "../../constructs/azure/cluster";
import { EgressFirewall, type EgressFirewallProps } from "../../constructs/azure/egress-firewall";
import { EncryptionIdentity, EncryptionKey, givenKey, type KeyIds } from "../../constructs/azure/encryption-key";
import type { GivenGroup } from "../../constructs/azure/given-group-check";
import { Identity } from "../../constructs/azure/identity";
import { LogWorkspace } from "../../constructs/azure/log-aggregation";
import type { FlowLogSettings } from "../../constructs/azure/flow-logs";
import { NodePools } from "../../constructs/azure/node-pools";
import { PrivateConnectivity } from "../../constructs/azure/private-connectivity";
import { providerOf } from "../../constructs/azure/provider";
import { Registry } from "../../constructs/azure/registry";
import type { ResourceGroup } from "../../constructs/azure/resource-group";
import { SecretStore } from "../../constructs/azure/secret-store";
import { StandingNetwork } from "../../constructs/standing-network";
import type { TerraformStack } from "../../framework";
import { forget } from "../forget";
import { addOutputs } from "../outputs";
import { imageCaches, upstreamLogins } from "./image-caches";
import { addEveryNetwork, addNetwork, keptOf, networkOf } from "./network";
import { addObjectStore, objectStoreOf } from "./object-store";
import { outputsOf } from "./outputs";
import { addLogAggregation, addLogCluster, ANY_KEY, ANY_LOG_CLUSTER, podLogsOf } from "./pod-logs";
import { lastSegment } from "../../config/texts";

/** Everything of a data plane outside Kubernetes, in one Azure subscription. */
export function addInfrastructure(stack: TerraformStack, deployment: AzureDeployment): void {
  const { name, directory, cloudRegion: region, logRetentionDays: retentionDays } = deployment;
  const zones = zonesOf(deployment);
  const { isolated, podCidr, serviceCidr } = deployment.network;
  const addresses = planAddresses(deployment);
  const group = groupOf(stack, deployment);

  const secretStore = new SecretStore(stack, "secret-store", { name: keyVault(deployment), group, directory });
  const key = keyOf(stack, deployment, group, secretStore);
  const registryKey = deployment.registry.encryption && givenKey(deployment.registry.encryption);
  const logKey = deployment.logCluster?.encryption && givenKey(deployment.logCluster.encryption);
  const encryptionIdentity = new EncryptionIdentity(stack, "encryption-identity", {
    name: `${name}-encryption`,
    group,
    key,
    others: { "registry-key": registryKey, "log-key": logKey },
  });

  const workspace = workspaceOf(stack, deployment, group);
  const flowLogs: FlowLogSettings = {
    watcher: {
      resourceGroup: deployment.network.watcher.resourceGroup,
      name: deployment.network.watcher.name ?? `NetworkWatcher_${region}`,
    },
    storageAccountName: flowLogAccount(deployment),
    retentionDays,
    key,
    encryptionIdentity,
    workspace,
  };
  const network = networkOf(stack, deployment, group, flowLogs);
  new StandingNetwork(stack, "standing-network", { fields: keptOf(deployment) });
  const firewallProps: EgressFirewallProps = {
    name,
    group,
    network,
    addresses,
    podCidr,
    egress: egressOf(deployment),
    givenGroups: givenGroups(deployment),
    providerOf: (resourceId) => providerOf(stack, deployment, resourceId),
    dnsServers: deployment.network.dnsServers,
    givenEndpoints: givenEndpoints(deployment),
    isolated,
    accessFromCidrs: deployment.cluster.accessFromCidrs,
  };
  const firewall = new EgressFirewall(stack, "egress-firewall", firewallProps);

  const objectStore = objectStoreOf(stack, deployment, group, key, encryptionIdentity);
  const logs = podLogsOf(stack, deployment, group, logKey, encryptionIdentity);
  const registry = new Registry(stack, "registry", {
    name: registryName(deployment),
    group,
    key: registryKey,
    encryptionIdentity,
    caches: imageCaches(deployment),
    logins: upstreamLogins(deployment),
    bootstrap: isolated,
  });
  const endpoints = new CloudEndpoints(stack, "cloud-endpoints", {
    name,
    group,
    networkId: network.networkId,
    subnetId: network.endpointSubnetId,
    givenZones: givenZones(deployment),
    services: [
      {
        name: "vault",
        resourceId: secretStore.keyVaultId,
        subresource: "vault",
        zones: zonesOfService("vault", region),
        reason: "Secrets of the platform",
      },
      {
        name: "registry",
        resourceId: registry.id,
        subresource: "registry" as const,
        zones: zonesOfService("registry", region),
        reason: "Images",
      },
      ...givenRegistries(deployment).map(({ name, id }) => ({
        name: `registry-${name}`,
        resourceId: id,
        subresource: "registry" as const,
        zones: zonesOfService("registry", region),
        reason: "Images of a registry that was there already",
      })),
      logs.service,
      ...objectStore.services,
    ],
  });

  const cluster = new Cluster(stack, "cluster", {
    name: clusterName(deployment),
    group,
    nodeResourceGroup: nodeResourceGroup(deployment),
    version: deployment.kubernetesVersion,
    upgradeChannel: deployment.cluster.upgradeChannel,
    maintenanceWindow: deployment.cluster.maintenanceWindow,
    nodeSubnetId: network.nodeSubnetId,
    clusterSubnetId: network.clusterSubnetId,
    customDnsNetworkId: deployment.network.dnsServers && network.networkId,
    zones,
    systemPool: deployment.cluster.systemPool,
    podCidr,
    serviceCidr,
    dnsServiceIp: clusterDnsAddress(deployment),
    outboundType: outboundType(deployment),
    registryId: registry.id,
    givenRegistries: givenRegistries(deployment),
    isolated,
    key,
    encryptionIdentity,
    workspaceId: workspace.id,
    podLogWorkspaceId: logs.aggregation?.workspaceId,
    directory,
    admins: deployment.cluster.admins,
    // Nodes start filtered, with a way out, and with the images of AKS's isolated mode in reach.
    dependsOn: [...network.exits, ...firewall.all, ...endpoints.all, ...registry.caches],
  });
  logs.aggregation?.collectFrom(cluster.id);
  new NodePools(stack, "node-pools", {
    clusterId: cluster.id,
    version: deployment.kubernetesVersion,
    versionByChannel: raisesMinorVersion(deployment.cluster),
    subnetId: network.nodeSubnetId,
    zones,
    pools: deployment.nodePools,
    othersOnServices: servicesTakeOthers(deployment),
    tags: group.tags,
  });
  const identity = new Identity(stack, "identity", {
    names: {
      platform: platformIdentity(deployment),
      task: taskIdentity(deployment),
    },
    group,
    issuer: cluster.issuer,
    taskServiceAccounts: taskServiceAccounts(deployment),
    containerIds: objectStore.containerIds,
    storageAccountId: objectStore.accountId,
    keyVaultId: secretStore.keyVaultId,
    registryId: registry.id,
    tasksBuildImages: deployment.components.imageBuilder,
    givenRegistries: givenRegistries(deployment),
    logs: logs.place,
  });
  const { privateManagement } = deployment;
  const management =
    privateManagement && network.privateLinkSubnetId !== undefined
      ? new PrivateConnectivity(stack, "private-connectivity", {
          name,
          group,
          subnetId: network.privateLinkSubnetId,
          nodeResourceGroup: cluster.nodeResourceGroup,
          subscriptions: privateManagement.subscriptions,
        })
      : undefined;

  // What is given now, or is elsewhere, may have been made here before.
  forget(
    stack,
    (own) => {
      if (deployment.logWorkspaceId !== undefined) addWorkspace(own, deployment, group);
      if (deployment.objectStore.existing) addObjectStore(own, deployment, group, key, encryptionIdentity);
      if (deployment.network.existing) addEveryNetwork(own, deployment, group, flowLogs);
      else addNetwork(own, deployment, group, flowLogs);
      // A registry keeps the key that it was made with, and Data Explorer stays with its own: both must go on using it.
      const stays = (isGone: boolean) => (isGone ? { resourceId: "" } : undefined);
      new EncryptionIdentity(own, "encryption-identity", {
        name,
        group,
        others: {
          "registry-key": stays(!deployment.registry.encryption),
          "log-key": stays(!deployment.logCluster),
        },
      });
      new EgressFirewall(own, "egress-firewall", { ...firewallProps, givenGroups: new Map() });
      if (deployment.logCluster) addLogAggregation(own, deployment, group);
      else addLogCluster(own, deployment, ANY_LOG_CLUSTER, group, ANY_KEY, encryptionIdentity);
    },
    isKept,
  );

  addOutputs(
    stack,
    outputsOf(deployment, {
      resourceGroupName: group.name,
      cluster,
      registry,
      identity,
      logs,
      network,
      firewall,
      management,
      credentialCidrs: new DataAzurermNetworkServiceTags(stack, "entra", {
        location: region,
        service: "AzureActiveDirectory",
      }).ipv4Cidrs,
    }),
  );
}

function groupOf(stack: TerraformStack, deployment: AzureDeployment): ResourceGroup {
  const { name, cloudRegion: location, tags: own } = deployment;
  const tags = { "union:deployment": name, ...own };
  const group = new AzureResourceGroup(stack, "resource-group", { name: resourceGroup(deployment), location, tags });
  return { name: group.name, location, tags };
}

/** The key that is given, or one in the vault that is made; none where Azure's own encrypt. */
function keyOf(
  stack: TerraformStack,
  deployment: AzureDeployment,
  group: ResourceGroup,
  { keyVaultId, keyVaultName }: SecretStore,
): KeyIds | undefined {
  if (isCloudManaged(deployment)) return undefined;
  const given = givenKeyOf(deployment);
  if (given) return givenKey(given);
  return new EncryptionKey(stack, "encryption-key", { name: encryptionKey, group, keyVaultId, keyVaultName });
}

/** Of what has left the stack, all but what leads the logs of pods on and groups that filter nothing any more. */
const isKept = (type: string) => !type.startsWith("azurerm_monitor_") && type !== "azurerm_network_security_group";

/** The workspace of what Azure itself records, given or made. */
function workspaceOf(
  stack: TerraformStack,
  deployment: AzureDeployment,
  group: ResourceGroup,
): FlowLogSettings["workspace"] {
  const { logWorkspaceId: id } = deployment;
  if (id === undefined) return addWorkspace(stack, deployment, group);
  const provider = providerOf(stack, deployment, id);
  const found = new DataAzurermLogAnalyticsWorkspace(stack, "log-workspace", {
    name: lastSegment(id),
    resourceGroupName: id.split("/")[4] ?? "",
    ...(provider && { provider }),
  });
  return { id, workspaceId: found.workspaceId, region: found.location };
}

const addWorkspace = (
  stack: TerraformStack,
  { name, logRetentionDays: retentionDays }: AzureDeployment,
  group: ResourceGroup,
): LogWorkspace => new LogWorkspace(stack, "log-workspace", { name: `${name}-logs`, group, retentionDays });

/** Security groups that subnets of a given network have already, by subnet. */
const givenGroups = (deployment: AzureDeployment): ReadonlyMap<string, GivenGroup> =>
  new Map(
    givenSubnets(deployment).flatMap(({ id, securityGroup }) => (securityGroup ? [[id, securityGroup] as const] : [])),
  );

/** The way out as AKS must know it. In its isolated mode it looks at none; the subnet's own way to Cloudflare stays. */
function outboundType({ network: { isolated, existing, firewallAddress } }: AzureDeployment) {
  if (isolated) return "none";
  const byRoutes = existing ? existing.exit === "routes" : firewallAddress !== undefined;
  return byRoutes ? "userDefinedRouting" : "userAssignedNATGateway";
}
