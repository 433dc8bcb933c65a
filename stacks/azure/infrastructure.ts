import { DataAzurermLogAnalyticsWorkspace } from "@cdktf/provider-azurerm/lib/data-azurerm-log-analytics-workspace";
import { DataAzurermNetworkServiceTags } from "@cdktf/provider-azurerm/lib/data-azurerm-network-service-tags";
import { ResourceGroup as AzureResourceGroup } from "@cdktf/provider-azurerm/lib/resource-group";
import { clusterDnsAddress, givenEndpoints, givenSubnets, planAddresses } from "../../config/azure/address-plan";
import {
  buildRepository,
  clientSecret,
  encryptionKey,
  fastRegistrationContainer,
  flowLogAccount,
  fluentBitIdentity,
  keyVault,
  logCluster,
  logDatabase,
  logTable,
  metadataContainer,
  nodeResourceGroup,
  platformIdentity,
  podLogWorkspace,
  registry as registryName,
  resourceGroup,
  storageAccount,
  storageResourceGroup,
  taskIdentity,
} from "../../config/azure/names";
import type { AzureDeployment } from "../../config/deployment";
import { givenKeyOf, isCloudManaged } from "../../config/encryption";
import { egressOf } from "../../config/egress";
import { givenZones, zonesOfService } from "../../config/azure/private-dns";
import { givenRegistries } from "../../config/azure/repositories";
import { zonesOf } from "../../config/azure/zones";
import { cachedImages, cachedUpstreams, cachePath } from "../../config/images";
import { clusterName, FLUENT_BIT_SERVICE_ACCOUNT, FLUENT_BIT_NAMESPACE, taskServiceAccounts } from "../../config/names";
import { UPSTREAMS, type Upstream } from "../../config/upstreams";
import { servicesTakeOthers } from "../../config/scheduling";
import { CloudEndpoints, type PrivateService } from "../../constructs/azure/cloud-endpoints";
import { Cluster, raisesMinorVersion } from "../../constructs/azure/cluster";
import { EgressFirewall, type EgressFirewallProps } from "../../constructs/azure/egress-firewall";
import { EncryptionIdentity, EncryptionKey, givenKey, type KeyIds } from "../../constructs/azure/encryption-key";
import type { GivenGroup } from "../../constructs/azure/given-group-check";
import { Identity, type IdentityProps } from "../../constructs/azure/identity";
import { LogAggregation, LogCluster, LogWorkspace } from "../../constructs/azure/log-aggregation";
import {
  CLUSTER_SUBNET,
  Network,
  type FlowLogSettings,
  type NetworkIds,
  type Peering,
} from "../../constructs/azure/network";
import { NodePools } from "../../constructs/azure/node-pools";
import { ObjectStore } from "../../constructs/azure/object-store";
import { PrivateConnectivity } from "../../constructs/azure/private-connectivity";
import { providerOf } from "../../constructs/azure/provider";
import { Registry, type CachedRepository, type UpstreamLogin } from "../../constructs/azure/registry";
import type { ResourceGroup } from "../../constructs/azure/resource-group";
import { SecretStore } from "../../constructs/azure/secret-store";
import { StandingNetwork } from "../../constructs/standing-network";
import type { TerraformStack } from "../../framework";
import { forget } from "../forget";
import { addOutputs, copyOutputs, type Outputs } from "../outputs";

/** Everything of a data plane outside Kubernetes, in one Azure subscription. */
export function addInfrastructure(stack: TerraformStack, deployment: AzureDeployment): void {
  const { name, subscription, directory, cloudRegion: region, logRetentionDays: retentionDays } = deployment;
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
  const management =
    deployment.privateManagement &&
    network.privateLinkSubnetId !== undefined &&
    new PrivateConnectivity(stack, "private-connectivity", {
      name,
      group,
      subnetId: network.privateLinkSubnetId,
      nodeResourceGroup: cluster.nodeResourceGroup,
      subscriptions: deployment.privateManagement.subscriptions,
    });

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

  const secret = clientSecret(deployment);
  const inGroup = `--subscription ${subscription} --resource-group ${group.name}`;
  addOutputs(stack, {
    cluster_name: ["The cluster; also its name in the control plane.", cluster.name],
    kubeconfig_command: [
      "Writes a kubeconfig; the API answers inside the network only.",
      `az aks get-credentials ${inGroup} --name ${cluster.name} && kubelogin convert-kubeconfig -l azurecli`,
    ],
    client_secret_command: [
      "Stores the client secret that Union issued, before the workloads are deployed; the vault answers inside the network only.",
      `az keyvault secret set --subscription ${subscription} --vault-name ${secret.keyVaultId.split("/").at(-1)} --name ${secret.name} --file /dev/stdin --output none`,
    ],
    storage_account: ["Storage account of both containers.", storageAccount(deployment)],
    metadata_container: ["Container of metadata.", metadataContainer(deployment)],
    fast_registration_container: ["Container of code bundles.", fastRegistrationContainer(deployment)],
    build_repository: ["Repository of images that the platform builds.", `${registry.loginServer}/${buildRepository}`],
    ...copyOutputs(deployment),
    platform_client_id: ["Identity of the platform's service accounts.", identity.clientIds.platform],
    task_client_id: ["Identity of the task pods.", identity.clientIds.task],
    ...(identity.clientIds.fluentBit !== undefined && {
      fluent_bit_client_id: ["Identity of Fluent Bit.", identity.clientIds.fluentBit],
    }),
    credential_cidrs: [
      "Addresses of Microsoft Entra, for `dataplane manifests`.",
      new DataAzurermNetworkServiceTags(stack, "entra", { location: region, service: "AzureActiveDirectory" })
        .ipv4Cidrs,
    ],
    node_principal_id: ["Identity as which nodes pull images.", cluster.nodePrincipalId],
    log_query: logs.query,
    nat_addresses: ["Addresses that the control plane sees; empty with central egress.", network.natAddresses],
    node_security_group: ["Group of the nodes, for the reviewer's checks.", firewall.nodeSecurityGroupId],
    verify_security_groups_command: [
      'Document, "Verification": prints every inbound rule; none admits an address outside of your own networks.',
      `az network nsg list ${inGroup} --query "[].securityRules[?direction=='Inbound']"`,
    ],
    verify_node_security_group_command: [
      "Document, \"Verification\": the nodes' group with Azure's default rules, which the denials stand above.",
      `az network nsg show --ids ${firewall.nodeSecurityGroupId} --query "[securityRules,defaultSecurityRules]"`,
    ],
    verify_private_endpoints_command: [
      'Document, "Private connectivity (BYOC)": private endpoints lead from this network to your own services.',
      `az network private-endpoint list ${inGroup}`,
    ],
    verify_private_link_services_command: [
      'Document, "Private connectivity (BYOC)": without `privateManagement`, nothing is listed.',
      `az network private-link-service list ${inGroup}`,
    ],
    ...(management && {
      private_management_service: [
        "Alias of the private link service for Union's private management connection.",
        management.serviceAlias,
      ],
    }),
  });
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

/** Most addresses that `network.natAddresses` allows. */
const MOST_NAT_ADDRESSES = 16;
/** What only says that there may have been one. */
const ANY_LOG_CLUSTER = { sku: "", capacity: 0 } as const;
const ANY_KEY = { name: "", keyVaultId: "" } as const;

/** Of what has left the stack, all but what leads the logs of pods on and groups that filter nothing any more. */
const isKept = (type: string) => !type.startsWith("azurerm_monitor_") && type !== "azurerm_network_security_group";

function networkOf(
  stack: TerraformStack,
  deployment: AzureDeployment,
  group: ResourceGroup,
  flowLogs: FlowLogSettings,
): NetworkIds {
  const { network } = deployment;
  if (!network.existing) {
    return addNetwork(stack, deployment, group, network.withoutFlowLogs ? undefined : flowLogs, {
      provider: network.peering && providerOf(stack, deployment, network.peering.hubNetworkId),
    });
  }
  const { nodeSubnet, clusterSubnet, endpointSubnet, privateLinkSubnet } = network.existing;
  return {
    networkId: nodeSubnet.id.replace(/\/subnets\/[^/]+$/, ""),
    nodeSubnetId: nodeSubnet.id,
    clusterSubnetId: clusterSubnet.id,
    endpointSubnetId: endpointSubnet.id,
    privateLinkSubnetId: privateLinkSubnet?.id,
    natAddresses: [],
    exits: [],
  };
}

/** Fields of the network that a cluster keeps, with their values: of what is made by the names that it gets. */
function keptOf(deployment: AzureDeployment): Readonly<Record<string, string>> {
  const { name, subscription, network } = deployment;
  const place = `/subscriptions/${subscription}/resourceGroups/${resourceGroup(deployment)}`;
  const made = `${place}/providers/Microsoft.Network/virtualNetworks/${name}/subnets/${CLUSTER_SUBNET}`;
  return {
    // Azure tells no letter from its capital.
    "network.existing.clusterSubnet.id": (network.existing?.clusterSubnet.id ?? made).toLowerCase(),
    ...(!network.existing && { "network.cidr": network.cidr }),
  };
}

function addNetwork(
  stack: TerraformStack,
  deployment: AzureDeployment,
  group: ResourceGroup,
  flowLogs: FlowLogSettings | undefined,
  hub: Pick<Peering, "provider"> = {},
): Network {
  const { name, network } = deployment;
  return new Network(stack, "network", {
    name,
    group,
    cidr: network.cidr,
    addresses: planAddresses(deployment),
    natAddresses: network.natAddresses,
    firewallAddress: network.firewallAddress,
    peering: network.peering && { ...network.peering, ...hub },
    dnsServers: network.dnsServers,
    privateLink: deployment.privateManagement !== undefined,
    flowLogs,
  });
}

/** Whatever a network that is made can have: where one is given, nothing says any more what was made before. */
function addEveryNetwork(
  stack: TerraformStack,
  deployment: AzureDeployment,
  group: ResourceGroup,
  flowLogs: FlowLogSettings,
): Network {
  return new Network(stack, "network", {
    name: deployment.name,
    group,
    cidr: deployment.network.cidr,
    addresses: planAddresses(deployment),
    natAddresses: MOST_NAT_ADDRESSES,
    peering: { hubNetworkId: "", hubCidrs: [], forwardedTraffic: true, remoteGateway: true },
    privateLink: true,
    flowLogs,
  });
}

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
    name: id.split("/").at(-1) ?? "",
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

/** The containers, made or given, and the private endpoints that they need. */
function objectStoreOf(
  stack: TerraformStack,
  deployment: AzureDeployment,
  group: ResourceGroup,
  key: KeyIds | undefined,
  encryptionIdentity: EncryptionIdentity,
): {
  readonly accountId: string;
  readonly containerIds: readonly string[];
  readonly services: readonly PrivateService[];
} {
  const { existing } = deployment.objectStore;
  const [metadataName, fastRegistrationName] = [metadataContainer(deployment), fastRegistrationContainer(deployment)];
  // `abfs` speaks to `dfs`, and to `blob` for what only that one does.
  const servicesOf = (accountId: string): PrivateService[] =>
    (["blob", "dfs"] as const).map((subresource) => ({
      name: `storage-${subresource}`,
      resourceId: accountId,
      subresource,
      zones: zonesOfService(subresource, deployment.cloudRegion),
      reason: "Objects",
    }));
  if (existing) {
    const place = `/subscriptions/${deployment.subscription}/resourceGroups/${storageResourceGroup(deployment)}`;
    const accountId = `${place}/providers/Microsoft.Storage/storageAccounts/${storageAccount(deployment)}`;
    return {
      accountId,
      containerIds: [metadataName, fastRegistrationName].map(
        (container) => `${accountId}/blobServices/default/containers/${container}`,
      ),
      services: existing.endpoints ? [] : servicesOf(accountId),
    };
  }
  const { accountId, containerIds } = addObjectStore(stack, deployment, group, key, encryptionIdentity);
  return { accountId, containerIds, services: servicesOf(accountId) };
}

/** The containers that are made; where others are given, those that were made under their names before. */
function addObjectStore(
  stack: TerraformStack,
  deployment: AzureDeployment,
  group: ResourceGroup,
  key: KeyIds | undefined,
  encryptionIdentity: EncryptionIdentity,
): ObjectStore {
  return new ObjectStore(stack, "object-store", {
    accountName: storageAccount(deployment),
    group,
    metadataName: metadataContainer(deployment),
    fastRegistrationName: fastRegistrationContainer(deployment),
    key,
    encryptionIdentity,
    softDeleteDays: deployment.objectStore.softDeleteDays,
  });
}

/** Where pod logs go. */
interface PodLogs {
  /** As identities reach it. */
  readonly place: IdentityProps["logs"];
  /** As the network does. */
  readonly service: PrivateService;
  /** As people query it. */
  readonly query: Outputs[string];
  /** Log Analytics, unless Data Explorer is chosen. */
  readonly aggregation?: LogAggregation;
}

function podLogsOf(
  stack: TerraformStack,
  deployment: AzureDeployment,
  group: ResourceGroup,
  key: KeyIds | undefined,
  encryptionIdentity: EncryptionIdentity,
): PodLogs {
  const { cloudRegion: region, directory, logCluster: chosen } = deployment;
  if (!chosen) {
    const aggregation = addLogAggregation(stack, deployment, group);
    return {
      aggregation,
      place: aggregation,
      service: {
        name: "logs",
        resourceId: aggregation.scopeId,
        subresource: "azuremonitor",
        zones: zonesOfService("azuremonitor", region),
        reason: "Logs that the agent ships and the platform reads",
        dependsOn: aggregation.links,
      },
      query: [
        "Counts logs of pods by namespace; the workspace answers inside the network only.",
        `az monitor log-analytics query --workspace ${aggregation.customerId} --analytics-query 'ContainerLogV2 | summarize count() by PodNamespace'`,
      ],
    };
  }
  const cluster = addLogCluster(stack, deployment, chosen, group, key, encryptionIdentity);
  return {
    place: {
      clusterName: cluster.clusterName,
      databaseName: cluster.databaseName,
      identityName: fluentBitIdentity(deployment),
      serviceAccount: { namespace: FLUENT_BIT_NAMESPACE, name: FLUENT_BIT_SERVICE_ACCOUNT },
      directory,
      dependsOn: cluster.done,
    },
    service: {
      name: "logs",
      resourceId: cluster.clusterId,
      dependsOn: cluster.done,
      subresource: "cluster",
      zones: zonesOfService("cluster", region),
      reason: "Logs that Fluent Bit ships",
    },
    query: [`Azure Data Explorer, where logs are in '${logDatabase}', table '${logTable}'.`, cluster.uri],
  };
}

const addLogAggregation = (stack: TerraformStack, deployment: AzureDeployment, group: ResourceGroup): LogAggregation =>
  new LogAggregation(stack, "log-aggregation", {
    name: podLogWorkspace(deployment),
    group,
    retentionDays: deployment.logRetentionDays,
  });

const addLogCluster = (
  stack: TerraformStack,
  deployment: AzureDeployment,
  chosen: Pick<NonNullable<AzureDeployment["logCluster"]>, "sku" | "capacity">,
  group: ResourceGroup,
  key: Pick<KeyIds, "keyVaultId" | "name"> | undefined,
  encryptionIdentity: EncryptionIdentity,
): LogCluster =>
  new LogCluster(stack, "log-aggregation", {
    clusterName: logCluster(deployment),
    databaseName: logDatabase,
    tableName: logTable,
    group,
    ...chosen,
    zones: zonesOf(deployment),
    retentionDays: deployment.logRetentionDays,
    key,
    encryptionIdentity,
  });

/** A cache for each image; for whole registries, where images are built or tasks bring them, since users choose which. */
function imageCaches(deployment: AzureDeployment): Record<string, CachedRepository> {
  const { components, images } = deployment;
  const cache = (upstream: Upstream, path: string) => ({
    source: `${UPSTREAMS[upstream]}/${path}`,
    target: `${cachePath(deployment, upstream)}/${path}`,
    ...(images.credentials[upstream] && { login: loginName(upstream) }),
  });
  const whole = components.imageBuilder ? cachedUpstreams(deployment) : images.upstreams;
  return {
    ...Object.fromEntries(
      cachedImages(deployment).map(([name, { upstream, repository }]) => [
        name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
        cache(upstream, repository),
      ]),
    ),
    ...Object.fromEntries(whole.map((upstream) => [`all-of-${upstream}`, cache(upstream, "*")])),
  };
}

const loginName = (upstream: string) => `login-${upstream}`;

/** Logins to public registries, by name. */
const upstreamLogins = ({ images }: AzureDeployment): Record<string, UpstreamLogin> =>
  Object.fromEntries(
    Object.entries(images.credentials).map(([upstream, login]) => [
      loginName(upstream),
      { host: UPSTREAMS[upstream as Upstream], ...login },
    ]),
  );

/** The way out as AKS must know it. In its isolated mode it looks at none; the subnet's own way to Cloudflare stays. */
function outboundType({ network: { isolated, existing, firewallAddress } }: AzureDeployment) {
  if (isolated) return "none";
  const byRoutes = existing ? existing.exit === "routes" : firewallAddress !== undefined;
  return byRoutes ? "userDefinedRouting" : "userAssignedNATGateway";
}
