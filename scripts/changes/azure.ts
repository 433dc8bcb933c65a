import type { CatalogueEntry, Patch } from "./entry";
import { COMMON } from "./common";

/** The pools that a deployment has which names none, by name: a patch of one needs all of them. */
const SERVICES = { role: "services", vmSize: "Standard_D8ds_v5", min: 3, max: 6 } as const;
const WORKER = { role: "worker", vmSize: "Standard_D16ds_v5", min: 0, max: 10 } as const;
const POOLS: Patch = { nodePools: { services: SERVICES, worker: WORKER } };
const GPU = { role: "worker", vmSize: "Standard_NC24ads_A100_v4", max: 4, gpu: true, diskGiB: 200 } as const;

const GIVEN = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/acme-given/providers";
const VERSION = "0123456789abcdef0123456789abcdef";
const KEY = {
  keyVaultId: `${GIVEN}/Microsoft.KeyVault/vaults/acme-keys`,
  keyId: `https://acme-keys.vault.azure.net/keys/data/${VERSION}`,
} as const;
const OTHER_KEY = { ...KEY, keyId: `https://acme-keys.vault.azure.net/keys/other/${VERSION}` } as const;
const OTHER_VAULT = {
  keyVaultId: `${GIVEN}/Microsoft.KeyVault/vaults/acme-others`,
  keyId: `https://acme-others.vault.azure.net/keys/data/${VERSION}`,
} as const;

const ACCOUNT = {
  account: "acmeobjects",
  resourceGroup: "acme-given",
  metadata: "metadata",
  fastRegistration: "fast-registration",
} as const;
const OBJECTS: Patch = { objectStore: { existing: ACCOUNT } };
const ENDPOINTS = { blob: "10.0.128.80", dfs: "10.0.128.81" } as const;

const HUB = {
  hubNetworkId: `${GIVEN}/Microsoft.Network/virtualNetworks/acme-hub`,
  hubCidrs: ["10.250.0.0/22"],
} as const;
const PEERED: Patch = { network: { peering: HUB } };
const FIREWALL: Patch = { network: { peering: HUB, firewallAddress: "10.250.0.4" } };
const ZONES_OF_DNS = [
  "privatelink.vaultcore.azure.net",
  "privatelink.azurecr.io",
  "privatelink.blob.core.windows.net",
  "privatelink.dfs.core.windows.net",
  "privatelink.monitor.azure.com",
  "privatelink.oms.opinsights.azure.com",
  "privatelink.ods.opinsights.azure.com",
  "privatelink.agentsvc.azure-automation.net",
].map((zone) => `${GIVEN}/Microsoft.Network/privateDnsZones/${zone}`);

const subnet = (name: string, cidr: string) => ({
  id: `${GIVEN}/Microsoft.Network/virtualNetworks/acme-network/subnets/${name}`,
  cidr,
});
const NETWORK = {
  nodeSubnet: subnet("nodes", "10.0.0.0/17"),
  clusterSubnet: subnet("cluster", "10.0.128.0/28"),
  endpointSubnet: subnet("endpoints", "10.0.128.64/26"),
  privateLinkSubnet: subnet("private-link", "10.0.128.16/28"),
} as const;
const existing = (patch: Patch = {}): Patch => ({ network: { existing: { ...NETWORK, ...patch } } });
const GROUP = {
  id: `${GIVEN}/Microsoft.Network/networkSecurityGroups/acme-nodes`,
  rules: [
    { priority: 100, direction: "Outbound", access: "Allow", destinations: ["104.16.0.0/13"], ports: ["443"] },
    { priority: 4096, direction: "Outbound", access: "Deny" },
    { priority: 4096, direction: "Inbound", access: "Deny" },
  ],
} as const;

const REGISTRY = `${GIVEN}/Microsoft.ContainerRegistry/registries/acmeimages`;
const OTHER_REGISTRY = `${GIVEN}/Microsoft.ContainerRegistry/registries/acmeothers`;
const LOGIN = {
  keyVaultId: `${GIVEN}/Microsoft.KeyVault/vaults/acme-images`,
  userNameSecret: "docker-user",
  passwordSecret: "docker-token",
} as const;
const LOGINS: Patch = { images: { upstreams: ["docker"], credentials: { docker: LOGIN } } };

const DECLARED = { reason: "The group's policy makes it.", expires: "2027-06-30" } as const;
const BYOC = { subscriptions: ["22222222-3333-4444-5555-666666666666"], ...DECLARED } as const;
const KUSTO: Patch = { logCluster: {} };
const WORKSPACE = `${GIVEN}/Microsoft.OperationalInsights/workspaces/acme-logs`;
const LIST: Patch = {
  egress: { mode: "list", cidrs: ["104.16.0.0/13", "198.41.192.0/24", "198.41.200.0/24"] },
};
const REGIONS: Patch = { egress: { mode: "tunnel-regions", tunnelRegions: ["global", "us"] } };

/** Changes of one option each, of a deployment that stands: every option of this cloud has one at least. */
export const CATALOGUE: readonly CatalogueEntry[] = [
  ...COMMON,
  { option: "organization", change: "changed", to: { organization: "other" } },
  { option: "tenant", change: "changed", to: { tenant: "other" } },
  { option: "clientId", change: "changed", to: { clientId: "other" } },
  { option: "egress.mode", change: "published to list", to: LIST },
  { option: "egress.mode", change: "published to tunnel-regions", to: REGIONS },
  { option: "egress.mode", change: "list to published", standing: LIST, to: { egress: null } },
  { option: "egress.mode", change: "tunnel-regions to published", standing: REGIONS, to: { egress: null } },
  {
    option: "egress.tunnelRegions",
    change: "a region is removed",
    standing: REGIONS,
    to: { egress: { tunnelRegions: ["global"] } },
  },
  {
    option: "egress.cidrs",
    change: "a block is removed",
    standing: {
      egress: { mode: "list", cidrs: ["104.16.0.0/13", "172.64.0.0/13", "198.41.192.0/24", "198.41.200.0/24"] },
    },
    to: LIST,
  },
  {
    option: "egress.controlPlaneCidrs",
    change: "a block is added",
    to: { egress: { controlPlaneCidrs: ["18.169.71.70/32"] } },
  },
  {
    option: "egress.controlPlaneCidrs",
    change: "the last block is removed",
    standing: { egress: { controlPlaneCidrs: ["18.169.71.70/32"] } },
    to: { egress: null },
  },
  {
    option: "tunnel.protocol",
    change: "http2 to quic",
    standing: { tunnel: { protocol: "http2" } },
    to: { tunnel: { protocol: "quic" } },
  },
  {
    option: "taskNamespaces",
    change: "the last one is removed",
    standing: { taskNamespaces: ["flytesnacks-development"] },
    to: { taskNamespaces: [] },
  },
  { option: "workloads", change: "chart to stack", standing: { workloads: "chart" }, to: { workloads: "stack" } },
  {
    option: "appsAndServing",
    change: "switched on",
    standing: { workloads: "chart" },
    to: { appsAndServing: true },
  },
  { option: "components.connectors", change: "switched on", to: { components: { connectors: true } } },
  {
    option: "components.imageBuilder",
    change: "switched off",
    standing: { components: { imageBuilder: true } },
    to: { components: { imageBuilder: false } },
  },
  { option: "components.metrics", change: "switched on", to: { components: { metrics: true } } },
  { option: "logRetentionDays", change: "raised", to: { logRetentionDays: 730 } },
  { option: "tags", change: "a tag is added", to: { tags: { "cost-center": "4711" } } },
  {
    option: "tags",
    change: "a tag changes",
    standing: { tags: { "cost-center": "4711" } },
    to: { tags: { "cost-center": "4712" } },
  },
  {
    option: "tags",
    change: "the last tag is removed",
    standing: { tags: { "cost-center": "4711" } },
    to: { tags: null },
  },
  { option: "subscription", change: "changed", to: { subscription: "33333333-2222-3333-4444-555555555555" } },
  { option: "directory", change: "changed", to: { directory: "88888888-8888-7777-6666-555555555555" } },
  { option: "cloudRegion", change: "changed", to: { cloudRegion: "westus2" } },
  { option: "network.serviceCidr", change: "changed", to: { network: { serviceCidr: "172.21.0.0/16" } } },
  { option: "network.podCidr", change: "changed", to: { network: { podCidr: "172.28.0.0/14" } } },
  { option: "network.cidr", change: "changed", to: { network: { cidr: "10.32.0.0/16" } } },
  { option: "network.cidr", change: "a larger block of the same beginning", to: { network: { cidr: "10.0.0.0/15" } } },
  { option: "network.zones", change: "a zone is removed", to: { network: { zones: ["1", "2"] } } },
  {
    option: "network.zones",
    change: "a zone is added",
    standing: { network: { zones: ["1", "2"] } },
    to: { network: { zones: ["1", "2", "3"] } },
  },
  {
    option: "network.zones",
    change: "a zone is removed, with Data Explorer",
    standing: KUSTO,
    to: { network: { zones: ["1", "2"] } },
  },
  { option: "network.natAddresses", change: "raised", to: { network: { natAddresses: 3 } } },
  { option: "network.natAddresses", change: "lowered", to: { network: { natAddresses: 1 } } },
  { option: "network.firewallAddress", change: "added", standing: PEERED, to: FIREWALL },
  {
    option: "network.firewallAddress",
    change: "removed",
    standing: FIREWALL,
    to: { network: { firewallAddress: null } },
  },
  {
    option: "network.firewallAddress",
    change: "changed",
    standing: FIREWALL,
    to: { network: { firewallAddress: "10.250.0.5" } },
  },
  { option: "network.withoutFlowLogs", change: "declared", to: { network: { withoutFlowLogs: DECLARED } } },
  {
    option: "network.withoutFlowLogs",
    change: "taken back",
    standing: { network: { withoutFlowLogs: DECLARED } },
    to: { network: { withoutFlowLogs: null } },
  },
  { option: "network.peering", change: "added", to: PEERED },
  { option: "network.peering", change: "removed", standing: PEERED, to: { network: { peering: null } } },
  {
    option: "network.peering.hubNetworkId",
    change: "changed",
    standing: PEERED,
    to: { network: { peering: { hubNetworkId: `${GIVEN}/Microsoft.Network/virtualNetworks/acme-other-hub` } } },
  },
  {
    option: "network.peering.hubCidrs",
    change: "changed",
    standing: PEERED,
    to: { network: { peering: { hubCidrs: ["10.250.0.0/21"] } } },
  },
  {
    option: "network.peering.forwardedTraffic",
    change: "switched off",
    standing: PEERED,
    to: { network: { peering: { forwardedTraffic: false } } },
  },
  {
    option: "network.peering.remoteGateway",
    change: "switched on",
    standing: PEERED,
    to: { network: { peering: { remoteGateway: true } } },
  },
  {
    option: "network.peering.privateDnsZones",
    change: "given",
    standing: PEERED,
    to: { network: { peering: { privateDnsZones: ZONES_OF_DNS } } },
  },
  {
    option: "network.dnsServers",
    change: "added",
    standing: { network: { peering: { ...HUB, privateDnsZones: ZONES_OF_DNS } } },
    to: { network: { dnsServers: ["10.250.0.10"] } },
  },
  {
    option: "network.dnsServers",
    change: "removed",
    standing: { network: { peering: { ...HUB, privateDnsZones: ZONES_OF_DNS }, dnsServers: ["10.250.0.10"] } },
    to: { network: { dnsServers: null } },
  },
  { option: "network.isolated", change: "switched off", to: { network: { isolated: false } } },
  {
    option: "network.isolated",
    change: "switched on",
    standing: { network: { isolated: false } },
    to: { network: { isolated: true } },
  },
  { option: "network.watcher.name", change: "changed", to: { network: { watcher: { name: "acme-watcher" } } } },
  {
    option: "network.watcher.resourceGroup",
    change: "changed",
    to: { network: { watcher: { resourceGroup: "acme-watchers" } } },
  },
  { option: "network.existing", change: "added", to: existing() },
  { option: "network.existing", change: "removed", standing: existing(), to: { network: { existing: null } } },
  ...(
    [
      ["nodeSubnet", "10.0.64.0/18"],
      ["clusterSubnet", "10.0.128.32/28"],
      ["endpointSubnet", "10.0.129.0/26"],
    ] as const
  ).flatMap(([name, cidr]): CatalogueEntry[] => [
    {
      option: `network.existing.${name}.id`,
      change: "another subnet",
      standing: existing(),
      to: existing({ [name]: subnet(`other-${name.toLowerCase()}`, cidr) }),
    },
    {
      option: `network.existing.${name}.securityGroup`,
      change: "given",
      standing: existing(),
      to: existing({ [name]: { ...NETWORK[name], securityGroup: GROUP } }),
    },
  ]),
  {
    option: "network.existing.privateLinkSubnet.id",
    change: "another subnet",
    standing: { ...existing(), privateManagement: BYOC },
    to: existing({ privateLinkSubnet: subnet("other-private-link", "10.0.128.32/28") }),
  },
  {
    option: "network.existing.connectedCidrs",
    change: "a block is added",
    standing: existing(),
    to: existing({ connectedCidrs: ["10.250.0.0/22"] }),
  },
  {
    option: "network.existing.privateDnsZones",
    change: "given",
    standing: existing(),
    to: existing({ privateDnsZones: ZONES_OF_DNS }),
  },
  {
    option: "network.existing.exit",
    change: "routes to natGateway, not isolated",
    standing: { network: { isolated: false, existing: NETWORK } },
    to: existing({ exit: "natGateway" }),
  },
  {
    option: "cluster.admins",
    change: "the first one is named",
    to: { cluster: { admins: ["aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"] } },
  },
  {
    option: "cluster.admins",
    change: "the last one is removed",
    standing: { cluster: { admins: ["aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"] } },
    to: { cluster: { admins: [] } },
  },
  {
    option: "cluster.accessFromCidrs",
    change: "a block is added",
    to: { cluster: { accessFromCidrs: ["10.200.0.0/24"] } },
  },
  {
    option: "cluster.accessFromCidrs",
    change: "a block is removed",
    standing: { cluster: { accessFromCidrs: ["10.200.0.0/24"] } },
    to: { cluster: { accessFromCidrs: [] } },
  },
  {
    option: "cluster.systemPool.vmSize",
    change: "changed",
    to: { cluster: { systemPool: { vmSize: "Standard_D8ds_v5" } } },
  },
  { option: "cluster.systemPool.min", change: "raised", to: { cluster: { systemPool: { min: 3 } } } },
  { option: "cluster.systemPool.max", change: "lowered", to: { cluster: { systemPool: { max: 3 } } } },
  {
    option: "cluster.systemPool.zones",
    change: "a zone is removed",
    to: { cluster: { systemPool: { zones: ["1", "2"] } } },
  },
  {
    option: "cluster.systemPool.ephemeralDisk",
    change: "switched on",
    to: { cluster: { systemPool: { ephemeralDisk: true } } },
  },
  { option: "cluster.upgradeChannel", change: "patch to none", to: { cluster: { upgradeChannel: "none" } } },
  { option: "cluster.upgradeChannel", change: "patch to stable", to: { cluster: { upgradeChannel: "stable" } } },
  {
    option: "cluster.maintenanceWindow.days",
    change: "changed",
    to: { cluster: { maintenanceWindow: { days: ["monday"] } } },
  },
  {
    option: "cluster.maintenanceWindow.start",
    change: "changed",
    to: { cluster: { maintenanceWindow: { start: "04:00" } } },
  },
  { option: "cluster.maintenanceWindow.hours", change: "raised", to: { cluster: { maintenanceWindow: { hours: 8 } } } },
  { option: "nodePools", change: "a pool is added", standing: POOLS, to: { nodePools: { gpu: GPU } } },
  {
    option: "nodePools",
    change: "a pool is removed",
    standing: { nodePools: { services: SERVICES, worker: WORKER, gpu: GPU } },
    to: { nodePools: { gpu: null } },
  },
  {
    option: "nodePools",
    change: "the only pool of services is renamed",
    standing: POOLS,
    to: { nodePools: { services: null, platform: SERVICES } },
  },
  ...(
    [
      ["min", "raised", { min: 2 }],
      ["max", "lowered", { max: 5 }],
      ["spot", "switched on", { spot: true }],
      ["diskGiB", "raised", { diskGiB: 200 }],
      ["labels", "a label is added", { labels: { team: "fraud" } }],
      ["vmSize", "changed", { vmSize: "Standard_D32ds_v5" }],
      ["zones", "a zone is removed", { zones: ["1", "2"] }],
      ["ephemeralDisk", "switched on", { ephemeralDisk: true }],
      ["gpu", "switched on", { gpu: true, vmSize: "Standard_NC24ads_A100_v4" }],
    ] as const
  ).map(([field, change, worker]): CatalogueEntry => ({
    option: `nodePools.NAME.${field}`,
    change,
    standing: POOLS,
    to: { nodePools: { worker } },
  })),
  {
    option: "nodePools.NAME.role",
    change: "worker to services",
    standing: { nodePools: { services: SERVICES, worker: WORKER, other: WORKER } },
    to: { nodePools: { other: { role: "services" } } },
  },
  {
    option: "nodePools.NAME.spot",
    change: "switched on for the only pool of services",
    standing: POOLS,
    to: { nodePools: { services: { spot: true } } },
  },
  {
    option: "nodePools.NAME.gpu",
    change: "switched off",
    standing: { nodePools: { services: SERVICES, worker: WORKER, gpu: GPU } },
    to: { nodePools: { gpu: { gpu: false } } },
  },
  { option: "encryption", change: "a key is given later", to: { encryption: KEY } },
  { option: "encryption", change: "cloud-managed later", to: { encryption: "cloud-managed" } },
  { option: "encryption", change: "a given key is no longer", standing: { encryption: KEY }, to: { encryption: null } },
  {
    option: "encryption.keyId",
    change: "another key of the vault",
    standing: { encryption: KEY },
    to: { encryption: OTHER_KEY },
  },
  {
    option: "encryption.keyVaultId",
    change: "a key of another vault",
    standing: { encryption: KEY },
    to: { encryption: OTHER_VAULT },
  },
  { option: "registry.encryption", change: "given later", to: { registry: { encryption: KEY } } },
  {
    option: "registry.encryption",
    change: "no longer",
    standing: { registry: { encryption: KEY } },
    to: { registry: null },
  },
  {
    option: "registry.encryption.keyId",
    change: "another key of the vault",
    standing: { registry: { encryption: KEY } },
    to: { registry: { encryption: OTHER_KEY } },
  },
  {
    option: "registry.encryption.keyVaultId",
    change: "a key of another vault",
    standing: { registry: { encryption: KEY } },
    to: { registry: { encryption: OTHER_VAULT } },
  },
  { option: "objectStore.existing", change: "given later", to: OBJECTS },
  { option: "objectStore.existing", change: "no longer", standing: OBJECTS, to: { objectStore: null } },
  {
    option: "objectStore.existing.account",
    change: "changed",
    standing: OBJECTS,
    to: { objectStore: { existing: { account: "acmeothers" } } },
  },
  {
    option: "objectStore.existing.resourceGroup",
    change: "changed",
    standing: OBJECTS,
    to: { objectStore: { existing: { resourceGroup: "acme-objects" } } },
  },
  {
    option: "objectStore.existing.metadata",
    change: "changed",
    standing: OBJECTS,
    to: { objectStore: { existing: { metadata: "other" } } },
  },
  {
    option: "objectStore.existing.fastRegistration",
    change: "changed",
    standing: OBJECTS,
    to: { objectStore: { existing: { fastRegistration: "other" } } },
  },
  {
    option: "objectStore.existing.endpoints",
    change: "given",
    standing: OBJECTS,
    to: { objectStore: { existing: { endpoints: ENDPOINTS } } },
  },
  {
    option: "objectStore.existing.endpoints.blob",
    change: "changed",
    standing: { objectStore: { existing: { ...ACCOUNT, endpoints: ENDPOINTS } } },
    to: { objectStore: { existing: { endpoints: { blob: "10.0.128.90" } } } },
  },
  {
    option: "objectStore.existing.endpoints.dfs",
    change: "changed",
    standing: { objectStore: { existing: { ...ACCOUNT, endpoints: ENDPOINTS } } },
    to: { objectStore: { existing: { endpoints: { dfs: "10.0.128.91" } } } },
  },
  { option: "objectStore.softDeleteDays", change: "lowered", to: { objectStore: { softDeleteDays: 7 } } },
  { option: "images.operatorTag", change: "changed", to: { images: { operatorTag: "2026.9.1" } } },
  {
    option: "images.mirror",
    change: "given later",
    to: { images: { mirror: "acmeimages.azurecr.io/mirror", repositories: [REGISTRY] } },
  },
  {
    option: "images.mirror",
    change: "no longer",
    standing: { images: { mirror: "acmeimages.azurecr.io/mirror", repositories: [REGISTRY] } },
    to: { images: { mirror: null } },
  },
  { option: "images.upstreams", change: "one is added", to: { images: { upstreams: ["nvcr"] } } },
  {
    option: "images.upstreams",
    change: "one is removed",
    standing: { images: { upstreams: ["nvcr"] } },
    to: { images: null },
  },
  { option: "images.credentials", change: "one is added", to: LOGINS },
  {
    option: "images.credentials.NAME.keyVaultId",
    change: "changed",
    standing: LOGINS,
    to: { images: { credentials: { docker: { keyVaultId: `${GIVEN}/Microsoft.KeyVault/vaults/acme-others` } } } },
  },
  {
    option: "images.credentials.NAME.userNameSecret",
    change: "changed",
    standing: LOGINS,
    to: { images: { credentials: { docker: { userNameSecret: "other-user" } } } },
  },
  {
    option: "images.credentials.NAME.passwordSecret",
    change: "changed",
    standing: LOGINS,
    to: { images: { credentials: { docker: { passwordSecret: "other-token" } } } },
  },
  { option: "images.repositories", change: "one is added", to: { images: { repositories: [REGISTRY] } } },
  {
    option: "images.repositories",
    change: "one is removed",
    standing: { images: { repositories: [REGISTRY, OTHER_REGISTRY] } },
    to: { images: { repositories: [REGISTRY] } },
  },
  {
    option: "clientSecret",
    change: "given later",
    to: { clientSecret: { keyVaultId: `${GIVEN}/Microsoft.KeyVault/vaults/acme-secrets`, name: "union" } },
  },
  {
    option: "clientSecret.keyVaultId",
    change: "changed",
    standing: { clientSecret: { keyVaultId: `${GIVEN}/Microsoft.KeyVault/vaults/acme-secrets`, name: "union" } },
    to: { clientSecret: { keyVaultId: `${GIVEN}/Microsoft.KeyVault/vaults/acme-others` } },
  },
  {
    option: "clientSecret.name",
    change: "changed",
    standing: { clientSecret: { keyVaultId: `${GIVEN}/Microsoft.KeyVault/vaults/acme-secrets`, name: "union" } },
    to: { clientSecret: { name: "other" } },
  },
  { option: "logs", change: "cloud-service to object-store", to: { logs: "object-store" } },
  { option: "logWorkspaceId", change: "given later", to: { logWorkspaceId: WORKSPACE } },
  {
    option: "logWorkspaceId",
    change: "no longer",
    standing: { logWorkspaceId: WORKSPACE },
    to: { logWorkspaceId: null },
  },
  { option: "logCluster", change: "added", to: KUSTO },
  { option: "logCluster", change: "removed", standing: KUSTO, to: { logCluster: null } },
  { option: "logCluster.sku", change: "changed", standing: KUSTO, to: { logCluster: { sku: "Standard_E4ads_v5" } } },
  { option: "logCluster.capacity", change: "raised", standing: KUSTO, to: { logCluster: { capacity: 3 } } },
  { option: "logCluster.encryption", change: "given later", standing: KUSTO, to: { logCluster: { encryption: KEY } } },
  {
    option: "logCluster.encryption",
    change: "no longer",
    standing: { logCluster: { encryption: KEY } },
    to: { logCluster: { encryption: null } },
  },
  {
    option: "logCluster.encryption.keyId",
    change: "another key of the vault",
    standing: { logCluster: { encryption: KEY } },
    to: { logCluster: { encryption: OTHER_KEY } },
  },
  {
    option: "logCluster.encryption.keyVaultId",
    change: "a key of another vault",
    standing: { logCluster: { encryption: KEY } },
    to: { logCluster: { encryption: OTHER_VAULT } },
  },
  { option: "privateManagement", change: "declared", to: { privateManagement: BYOC } },
  {
    option: "privateManagement",
    change: "taken back",
    standing: { privateManagement: BYOC },
    to: { privateManagement: null },
  },
  {
    option: "privateManagement.subscriptions",
    change: "changed",
    standing: { privateManagement: BYOC },
    to: { privateManagement: { subscriptions: ["33333333-3333-4444-5555-666666666666"] } },
  },
];

/** What can't be changed alone, or is no part of what stands, with the reason. An entry speaks for what is below it. */
export const LEFT_OUT: Readonly<Record<string, string>> = {
  cloud: "another cloud is another deployment",
  severed: "a state for a while, which `dataplane sever` writes once a diff shows what closes",
  name: "another name is another stack with a state of its own: nothing of the old one is planned",
  exceptions: "judged by the verification, part of no resource",
  allow: "judged by `dataplane diff`, part of no resource",
  "network.withoutFlowLogs.reason": "words for the reviewer, part of no resource",
  "network.withoutFlowLogs.expires": "judged by the verification, part of no resource",
  "privateManagement.reason": "words for the reviewer, part of no resource",
  "privateManagement.expires": "judged by the verification, part of no resource",
  "network.existing.nodeSubnet.cidr": "says what Azure has: it changes with `id`",
  "network.existing.clusterSubnet.cidr": "says what Azure has: it changes with `id`",
  "network.existing.endpointSubnet.cidr": "says what Azure has: it changes with `id`",
  "network.existing.privateLinkSubnet.cidr": "says what Azure has: it changes with `id`",
  "network.existing.nodeSubnet.securityGroup.id": "changes with the group that is given",
  "network.existing.nodeSubnet.securityGroup.rules": "says what Azure has: rules of a group of yours",
  "network.existing.clusterSubnet.securityGroup.id": "changes with the group that is given",
  "network.existing.clusterSubnet.securityGroup.rules": "says what Azure has: rules of a group of yours",
  "network.existing.endpointSubnet.securityGroup.id": "changes with the group that is given",
  "network.existing.endpointSubnet.securityGroup.rules": "says what Azure has: rules of a group of yours",
  "network.existing.privateLinkSubnet.securityGroup": "as of the other subnets",
  state: "moves the state with `terraform init -migrate-state`, part of no resource",
};
