import type { Json } from "../../support/constructs";
import { azureDeployment } from "../../support/deployments";
import { infrastructureOf } from "../../support/synthesized";

/** The synthesized infrastructure stack of the smallest deployment, with fields replaced or added. */
const infrastructure = (fields: Readonly<Record<string, unknown>> = {}): Json =>
  infrastructureOf(azureDeployment(fields));

const only = (stack: Json, type: string): Json => {
  const found = Object.values<Json>(stack.resource[type] ?? {});
  expect(found).toHaveLength(1);
  return found[0];
};

const NETWORK = "/subscriptions/s/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/hub";
const EXISTING = {
  nodeSubnet: { id: `${NETWORK}/subnets/nodes`, cidr: "10.0.0.0/20" },
  clusterSubnet: { id: `${NETWORK}/subnets/api`, cidr: "10.0.16.0/28" },
  endpointSubnet: { id: `${NETWORK}/subnets/endpoints`, cidr: "10.0.17.0/26" },
};
const HUB = {
  hubNetworkId:
    "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/hub/providers/Microsoft.Network/virtualNetworks/hub",
  hubCidrs: ["10.9.0.0/22"],
};
const GIVEN_KEY = {
  keyVaultId:
    "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/keys/providers/Microsoft.KeyVault/vaults/keys",
  keyId: "https://keys.vault.azure.net/keys/own/0123456789abcdef0123456789abcdef",
};

const IMAGES = "/subscriptions/s/resourceGroups/images/providers/Microsoft.ContainerRegistry/registries/acmeImages";

test("one resource group holds everything, with the deployment's tags", () => {
  const stack = infrastructure({ tags: { costCenter: "ml" } });
  const tags = { "union:deployment": "acme-prod", costCenter: "ml" };
  expect(only(stack, "azurerm_resource_group")).toMatchObject({ name: "union-acme-prod", location: "eastus2", tags });
  expect(only(stack, "azurerm_kubernetes_cluster")).toMatchObject({
    resource_group_name: expect.stringMatching(/^\$\{azurerm_resource_group\..*\.name\}$/),
    node_resource_group: "union-acme-prod-nodes",
    tags,
  });
});

test("a network, a key, a storage account and a registry that are given are used and not made", () => {
  const stack = infrastructure({
    encryption: GIVEN_KEY,
    objectStore: { existing: { account: "acme", resourceGroup: "data", metadata: "meta", fastRegistration: "fast" } },
    images: { mirror: "acmeimages.azurecr.io/mirror", repositories: [IMAGES] },
    network: { existing: EXISTING, isolated: false },
  });
  for (const type of [
    "azurerm_virtual_network",
    "azurerm_subnet",
    "azurerm_nat_gateway",
    "azurerm_resource_group_template_deployment",
    "azurerm_storage_account",
    "azurerm_container_registry_cache_rule",
  ]) {
    expect(stack.resource).not.toHaveProperty(type);
  }
  const cluster = only(stack, "azurerm_kubernetes_cluster");
  expect(cluster.default_node_pool.vnet_subnet_id).toBe(EXISTING.nodeSubnet.id);
  expect(cluster.api_server_access_profile.subnet_id).toBe(EXISTING.clusterSubnet.id);
  expect(cluster.key_management_service.key_vault_key_id).toBe(GIVEN_KEY.keyId);
  const account = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/data/providers/Microsoft.Storage";
  const scopes = Object.values<Json>(stack.resource.azurerm_role_assignment)
    .filter(({ role_definition_name }) => role_definition_name === "Storage Blob Data Contributor")
    .map(({ scope }) => scope);
  expect(new Set(scopes)).toEqual(
    new Set(["meta", "fast"].map((name) => `${account}/storageAccounts/acme/blobServices/default/containers/${name}`)),
  );
});

test("pods' logs go to Log Analytics, which the console reads, and to Data Explorer only where it is chosen", () => {
  const stack = infrastructure();
  const workspaces = Object.entries<Json>(stack.resource.azurerm_log_analytics_workspace);
  const [workspace] = workspaces.find(([, { name }]) => name === "acme-prod-pods") ?? ["nowhere"];
  expect(only(stack, "azurerm_kubernetes_cluster").oms_agent).toEqual({
    log_analytics_workspace_id: `\${azurerm_log_analytics_workspace.${workspace}.id}`,
    msi_auth_for_monitoring_enabled: true,
  });
  expect(Object.keys(stack.resource).filter((type) => type.startsWith("azurerm_kusto"))).toEqual([]);

  const chosen = infrastructure({ logCluster: { capacity: 3, encryption: GIVEN_KEY } });
  expect(only(chosen, "azurerm_kusto_cluster").sku).toEqual({ name: "Standard_E2ads_v5", capacity: 3 });
  expect(only(chosen, "azurerm_kusto_cluster_customer_managed_key")).toMatchObject({
    key_vault_id: GIVEN_KEY.keyVaultId,
    key_name: "own",
  });
  // Data Explorer takes one operation after another.
  const [table] = Object.keys(chosen.resource.azurerm_kusto_script);
  const endpoints = Object.values<Json>(chosen.resource.azurerm_private_endpoint);
  expect(endpoints.find(({ name }) => name.endsWith("-logs"))?.depends_on).toEqual([`azurerm_kusto_script.${table}`]);
  expect(only(chosen, "azurerm_kusto_database_principal_assignment").depends_on).toEqual([
    `azurerm_kusto_script.${table}`,
  ]);
  expect(only(chosen, "azurerm_kubernetes_cluster")).not.toHaveProperty("oms_agent");
  expect(Object.keys(chosen.resource).filter((type) => type.startsWith("azurerm_monitor_private"))).toEqual([]);
});

test.each([
  { watcher: {}, group: "NetworkWatcherRG", name: "NetworkWatcher_eastus2" },
  { watcher: { resourceGroup: "watchers", name: "own" }, group: "watchers", name: "own" },
])("the flow log is with the watcher $name in $group", ({ watcher, group, name }) => {
  const stack = infrastructure({ network: { watcher } });
  const logs = Object.values<Json>(stack.resource.azurerm_resource_group_template_deployment).filter(
    ({ resource_group_name }) => resource_group_name === group,
  );
  expect(logs.map(({ template_content }) => JSON.parse(template_content).resources[0].name)).toEqual([
    `${name}/acme-prod`,
  ]);
});

test("the data plane's key is for secrets, disks and storage; the registry's own is its alone", () => {
  const registryKey = { ...GIVEN_KEY, keyId: GIVEN_KEY.keyId.replace("own", "images") };
  const stack = infrastructure({ encryption: GIVEN_KEY, registry: { encryption: registryKey } });
  expect(only(infrastructure({ encryption: GIVEN_KEY }), "azurerm_container_registry")).not.toHaveProperty(
    "encryption",
  );
  expect(only(stack, "azurerm_container_registry").encryption[0].key_vault_key_id).toBe(
    "https://keys.vault.azure.net/keys/images",
  );
  const scopes = Object.values<Json>(stack.resource.azurerm_role_assignment)
    .filter(({ role_definition_name }) => role_definition_name === "Key Vault Crypto Service Encryption User")
    .map(({ scope }) => scope);
  expect(scopes.sort()).toEqual(["images", "own"].map((key) => `${GIVEN_KEY.keyVaultId}/keys/${key}`));
});

test.each([
  { network: { isolated: false }, outboundType: "userAssignedNATGateway" },
  {
    network: { isolated: false, firewallAddress: "10.9.0.4", peering: HUB },
    outboundType: "userDefinedRouting",
  },
  { network: { isolated: false, existing: EXISTING }, outboundType: "userDefinedRouting" },
  {
    network: { isolated: false, existing: { ...EXISTING, exit: "natGateway" } },
    outboundType: "userAssignedNATGateway",
  },
  { network: {}, outboundType: "none" },
  { network: { firewallAddress: "10.9.0.4", peering: HUB }, outboundType: "none" },
])("AKS knows the way out as $outboundType with $network", ({ network, outboundType }) => {
  const { network_profile } = only(infrastructure({ network }), "azurerm_kubernetes_cluster");
  expect(network_profile.outbound_type).toBe(outboundType);
});

test("every image of the platform has a cache where its reference points to", () => {
  const rules = Object.values<Json>(infrastructure().resource.azurerm_container_registry_cache_rule);
  expect(Object.fromEntries(rules.map(({ source_repo, target_repo }) => [source_repo, target_repo]))).toEqual({
    "ghcr.io/flyteorg/flytecopilot": "ghcr/flyteorg/flytecopilot",
    "public.ecr.aws/docker/library/busybox": "ecr/docker/library/busybox",
    "public.ecr.aws/p0i0a9q8/unionoperator": "ecr/p0i0a9q8/unionoperator",
    "registry.k8s.io/kubectl": "k8s/kubectl",
    "mcr.microsoft.com/*": "aks-managed-repository/*",
  });
  // Azure's rule for names of rules.
  for (const { name } of rules) expect(name).toMatch(/^[a-zA-Z0-9-]{5,50}$/);
});

test("in AKS's isolated mode, the default, its own images come from the registry, before any node starts", () => {
  const stack = infrastructure();
  const [address] = Object.entries<Json>(stack.resource.azurerm_container_registry_cache_rule).find(
    ([, { source_repo }]) => source_repo === "mcr.microsoft.com/*",
  ) ?? ["nowhere"];
  const cluster = only(stack, "azurerm_kubernetes_cluster");
  expect(cluster.depends_on).toContain(`azurerm_container_registry_cache_rule.${address}`);
  expect(cluster.bootstrap_profile.container_registry_id).toMatch(/^\$\{azurerm_container_registry\..*\.id\}$/);
});

test("pools come from the deployment", () => {
  const pools = Object.values<Json>(infrastructure().resource.azurerm_kubernetes_cluster_node_pool);
  expect(Object.fromEntries(pools.map(({ name, min_count, max_count }) => [name, [min_count, max_count]]))).toEqual({
    services: [3, 6],
    worker: [0, 10],
  });
});

test("nodes are in the zones of their pool, else of the network, else of the region", () => {
  const pools = (fields: Readonly<Record<string, unknown>>) => {
    const { azurerm_kubernetes_cluster_node_pool: made } = infrastructure(fields).resource;
    return Object.fromEntries(Object.values<Json>(made).map(({ name, zones }) => [name, zones]));
  };
  const nodePools = {
    services: { role: "services", vmSize: "Standard_D8ds_v5", min: 3 },
    gpu: { role: "worker", vmSize: "Standard_NC24ads_A100_v4", gpu: true, zones: ["3"] },
  };
  expect(pools({ nodePools })).toEqual({ services: ["1", "2", "3"], gpu: ["3"] });
  expect(pools({ nodePools, network: { zones: ["1", "2"] } })).toEqual({ services: ["1", "2"], gpu: ["3"] });
  const system = infrastructure({ cluster: { systemPool: { zones: ["2"] } } });
  expect(only(system, "azurerm_kubernetes_cluster").default_node_pool.zones).toEqual(["2"]);
});

test("OS disks are Azure's, or the machines' own where that is said", () => {
  const stack = infrastructure({
    cluster: { systemPool: { ephemeralDisk: true } },
    nodePools: {
      services: { role: "services", vmSize: "Standard_D8ds_v5", min: 3, ephemeralDisk: true },
      worker: { role: "worker", vmSize: "Standard_D16ds_v5" },
    },
  });
  const pools = Object.values<Json>(stack.resource.azurerm_kubernetes_cluster_node_pool);
  expect(pools.map(({ name, os_disk_type }) => [name, os_disk_type])).toEqual([
    ["services", "Ephemeral"],
    ["worker", "Managed"],
  ]);
  expect(only(stack, "azurerm_kubernetes_cluster").default_node_pool.os_disk_type).toBe("Ephemeral");
});

test("a workspace that is given takes audit and flows, and none is made for these", () => {
  const id = "/subscriptions/s/resourceGroups/logs/providers/Microsoft.OperationalInsights/workspaces/central";
  const stack = infrastructure({ logWorkspaceId: id });
  const made = Object.values<Json>(stack.resource.azurerm_log_analytics_workspace);
  expect(made.map(({ name }) => name)).toEqual(["acme-prod-pods"]);
  expect(only(stack, "azurerm_monitor_diagnostic_setting").log_analytics_workspace_id).toBe(id);
  const flowLog = Object.values<Json>(stack.resource.azurerm_resource_group_template_deployment).find(({ name }) =>
    name.startsWith("flow-log"),
  );
  const { workspaceResourceId, workspaceId, workspaceRegion } = JSON.parse(flowLog.parameters_content);
  expect(workspaceResourceId.value).toBe(id);
  const [data] = Object.keys(stack.data.azurerm_log_analytics_workspace);
  expect(workspaceId.value).toBe(`\${data.azurerm_log_analytics_workspace.${data}.workspace_id}`);
  expect(workspaceRegion.value).toBe(`\${data.azurerm_log_analytics_workspace.${data}.location}`);
});

test("in a region without zones nothing asks for any", () => {
  const stack = infrastructure({ cloudRegion: "northcentralus", logCluster: {} });
  expect(JSON.stringify(stack.resource)).not.toContain('"zones":');
  expect(only(stack, "azurerm_container_registry").zone_redundancy_enabled).toBe(false);
  for (const account of Object.values<Json>(stack.resource.azurerm_storage_account))
    expect(account.account_replication_type).toBe("LRS");
});

const PRIVATE_MANAGEMENT = {
  subscriptions: ["22222222-3333-4444-5555-666666666666"],
  reason: "BYOC agreement",
  expires: "2027-01-01",
};

test.each([
  { network: {} },
  { network: { existing: { ...EXISTING, privateLinkSubnet: { id: `${NETWORK}/subnets/pls`, cidr: "10.0.18.0/28" } } } },
])("private management is off by default, and a declared exception where it is on ($network)", ({ network }) => {
  expect(infrastructure().resource).not.toHaveProperty("azurerm_private_link_service");
  const stack = infrastructure({ privateManagement: PRIVATE_MANAGEMENT, network });
  expect(only(stack, "azurerm_private_link_service").visibility_subscription_ids).toEqual(
    PRIVATE_MANAGEMENT.subscriptions,
  );
  expect(stack.output).toHaveProperty("private_management_service");
});

test("outputs name what a person needs next, and no secret", () => {
  const { output } = infrastructure();
  expect(Object.keys(output).sort()).toEqual([
    "build_repository",
    "client_secret_command",
    "cluster_name",
    "credential_cidrs",
    "fast_registration_container",
    "kubeconfig_command",
    "log_query",
    "metadata_container",
    "nat_addresses",
    "node_principal_id",
    "node_security_group",
    "platform_client_id",
    "storage_account",
    "task_client_id",
    "verify_node_security_group_command",
    "verify_private_endpoints_command",
    "verify_private_link_services_command",
    "verify_security_groups_command",
  ]);
  expect(output.client_secret_command.value).toContain("--file /dev/stdin --output none");
});

test("a storage account that is given gets private endpoints, unless it has some", () => {
  const existing = { account: "acme", resourceGroup: "data", metadata: "meta", fastRegistration: "fast" };
  const names = (fields: object) =>
    Object.values<Json>(
      infrastructure({ objectStore: { existing: { ...existing, ...fields } } }).resource.azurerm_private_endpoint,
    )
      .filter(({ name }) => name.includes("storage"))
      .map(({ private_service_connection: { subresource_names, private_connection_resource_id } }) => [
        ...subresource_names,
        private_connection_resource_id.split("/").at(-1),
      ]);
  expect(names({})).toEqual([
    ["blob", "acme"],
    ["dfs", "acme"],
  ]);
  expect(names({ endpoints: { blob: "10.0.128.70", dfs: "10.0.128.71" } })).toEqual([]);
});

test("a hub of another subscription has a provider of its own", () => {
  const hubNetworkId = HUB.hubNetworkId.replace(/1{8}/, "44444444");
  const side = (peering: object) =>
    Object.values<Json>(infrastructure({ network: { peering } }).resource.azurerm_virtual_network_peering).find(
      ({ virtual_network_name }) => virtual_network_name === "hub",
    );
  expect(side(HUB)).not.toHaveProperty("provider");
  expect(side({ ...HUB, hubNetworkId }).provider).toBe("azurerm.subscription-44444444-2222-3333-4444-555555555555");
});

test("nodes reach a mirror by a private endpoint of its own, by its usual name, and may pull from it", () => {
  const stack = infrastructure({
    network: { isolated: false },
    images: { mirror: "acmeimages.azurecr.io/mirror", repositories: [IMAGES] },
  });
  const endpoints = Object.values<Json>(stack.resource.azurerm_private_endpoint);
  const [own, mirror] = ["acme-prod-registry", "acme-prod-registry-acmeimages"].map((name) =>
    endpoints.find((endpoint) => endpoint.name === name),
  );
  expect(mirror.private_service_connection).toMatchObject({
    private_connection_resource_id: IMAGES,
    subresource_names: ["registry"],
    is_manual_connection: false,
  });
  expect(mirror.private_dns_zone_group).toEqual(own.private_dns_zone_group);
  const pulls = Object.values<Json>(stack.resource.azurerm_role_assignment)
    .filter(({ role_definition_name }) => role_definition_name === "AcrPull")
    .map(({ scope }) => scope);
  expect(pulls).toContain(IMAGES);
  expect(stack.resource).not.toHaveProperty("azurerm_container_registry_cache_rule");
});

test("further registries are cached as a whole, with a login where one is given", () => {
  const keyVaultId = "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/acme";
  const stack = infrastructure({
    images: {
      upstreams: ["docker", "nvcr"],
      credentials: { docker: { keyVaultId, userNameSecret: "user", passwordSecret: "token" } },
    },
  });
  const rules = Object.values<Json>(stack.resource.azurerm_container_registry_cache_rule);
  const whole = rules.filter(({ name }) => name.startsWith("all-of-"));
  expect(
    whole.map(({ source_repo, target_repo, credential_set_id }) => [source_repo, target_repo, !!credential_set_id]),
  ).toEqual([
    ["docker.io/*", "docker/*", true],
    ["nvcr.io/*", "nvcr/*", false],
  ]);
});

describe("what is given later, and what was made before", () => {
  const forgotten = (fields: Readonly<Record<string, unknown>>): string[] => {
    const { removed = [], resource } = infrastructure(fields);
    const addresses = removed.map(({ from, lifecycle }: Json) => {
      expect(lifecycle).toEqual({ destroy: false });
      return from;
    });
    for (const address of addresses) {
      const [type, name] = address.split(".");
      expect(resource[type]?.[name]).toBeUndefined();
    }
    return addresses;
  };
  const addressesOf = (fields: Readonly<Record<string, unknown>>, part: string): string[] =>
    Object.entries<Json>(infrastructure(fields).resource).flatMap(([type, resources]) =>
      Object.keys(resources)
        .filter((name) => name.startsWith(part))
        .map((name) => `${type}.${name}`),
    );
  const accounts = { account: "acme", resourceGroup: "data", metadata: "meta", fastRegistration: "fast" };
  const KUSTO = { logCluster: {} };

  test.each<[string, object, string, object]>([
    ["a storage account", { objectStore: { existing: accounts } }, "object-store_", {}],
    [
      "a workspace",
      { logWorkspaceId: "/subscriptions/s/resourceGroups/l/providers/Microsoft.OperationalInsights/workspaces/acme" },
      "log-workspace_",
      {},
    ],
    ["a network", { network: { existing: EXISTING, isolated: false } }, "network_", { network: { isolated: false } }],
    [
      "a network with a firewall",
      { network: { existing: EXISTING, isolated: false } },
      "network_",
      { network: { isolated: false, peering: HUB, firewallAddress: "10.9.0.4" } },
    ],
    [
      "flow logs",
      { network: { withoutFlowLogs: { reason: "A policy makes them.", expires: "2027-06-30" } } },
      "network_flow-logs_",
      {},
    ],
  ])("%s: all of it stays as it is, and Terraform forgets it", (_what, fields, part, before) => {
    const made = addressesOf(before as Record<string, unknown>, part);
    expect(made.length).toBeGreaterThan(0);
    expect(forgotten(fields as Record<string, unknown>)).toEqual(expect.arrayContaining(made));
  });

  test("logs of pods stay where they were, and what led them there goes", () => {
    const workspaces = addressesOf({}, "log-aggregation_").filter((address) => address.includes("analytics_workspace"));
    expect(forgotten(KUSTO).filter((address) => address.includes("log-aggregation"))).toEqual(workspaces);
    const ofCluster = addressesOf({ logCluster: { encryption: GIVEN_KEY } }, "log-aggregation_");
    const itsRight = addressesOf({ logCluster: { encryption: GIVEN_KEY } }, "encryption-identity_wraps-log-key");
    expect(itsRight).toHaveLength(1);
    expect(forgotten({})).toEqual(expect.arrayContaining([...ofCluster, ...itsRight]));
  });

  test("a subnet keeps the group that is given to it later", () => {
    const group = {
      id: "/subscriptions/s/resourceGroups/net/providers/Microsoft.Network/networkSecurityGroups/acme",
      rules: [],
    };
    const nodeSubnet = { ...EXISTING.nodeSubnet, securityGroup: group };
    const network = { existing: { ...EXISTING, nodeSubnet }, isolated: false };
    expect(forgotten({ network }).filter((address) => address.includes("egress-firewall"))).toEqual([
      expect.stringMatching(/^azurerm_subnet_network_security_group_association\.egress-firewall_nodes-association_/),
    ]);
  });
});

test("zones that change later replace nothing that stands", () => {
  const zonesOf = (zones: string[]) => infrastructure({ network: { zones }, logCluster: {} }).resource;
  for (const [type, ignored] of [
    ["azurerm_kusto_cluster", "zones"],
    ["azurerm_kubernetes_cluster", "default_node_pool[0].zones"],
    ["azurerm_kubernetes_cluster_node_pool", "zones"],
  ] as const) {
    for (const { lifecycle } of Object.values<Json>(zonesOf(["1", "2"])[type]))
      expect(lifecycle.ignore_changes).toContain(ignored);
  }
  const { azurerm_public_ip: before } = zonesOf(["1", "2"]);
  expect(zonesOf(["1"]).azurerm_public_ip).toEqual(before);
});

test("a registry that was made with a key may go on using it, whatever the deployment says later", () => {
  const role = (stack: Json) =>
    Object.entries<Json>(stack.resource.azurerm_role_assignment)
      .filter(([id]) => id.startsWith("encryption-identity_wraps-registry-key"))
      .map(([id]) => `azurerm_role_assignment.${id}`);
  const [made] = role(infrastructure({ registry: { encryption: GIVEN_KEY } }));
  const without = infrastructure();
  expect(role(without)).toEqual([]);
  expect(without.removed).toContainEqual({ from: made, lifecycle: { destroy: false } });
});

test("a network that is given, or of another block, is refused by what the data plane remembers", () => {
  const subnet = "network.existing.clusterSubnet.id";
  const remembered = (fields: Readonly<Record<string, unknown>>) =>
    Object.values<Json>(infrastructure(fields).resource.terraform_data)
      .map(({ input }) => input)
      .filter((input) => input[subnet]);
  // Azure tells no letter from its capital.
  expect(remembered({})).toEqual([
    {
      [subnet]:
        "/subscriptions/11111111-2222-3333-4444-555555555555/resourcegroups/union-acme-prod/providers/microsoft.network/virtualnetworks/acme-prod/subnets/cluster",
      "network.cidr": "10.0.0.0/16",
    },
  ]);
  expect(remembered({ network: { existing: EXISTING } })).toEqual([
    { [subnet]: EXISTING.clusterSubnet.id.toLowerCase() },
  ]);
});
