import { Cluster, type ClusterProps } from "../../../constructs/azure/cluster";
import { TerraformResource } from "../../../framework";
import { Synthesized } from "../../support/constructs";

const RESOURCES = "/subscriptions/s/resourceGroups/g/providers";
const VAULT = `${RESOURCES}/Microsoft.KeyVault/vaults/acme`;
const KEY = {
  name: "data-plane",
  keyVaultId: VAULT,
  keyId: "https://acme.vault.azure.net/keys/data-plane/0123456789abcdef0123456789abcdef",
  versionlessKeyId: "https://acme.vault.azure.net/keys/data-plane",
  resourceId: `${VAULT}/keys/data-plane`,
};
const ENCRYPTION = `${RESOURCES}/Microsoft.ManagedIdentity/userAssignedIdentities/enc`;
const REGISTRY = `${RESOURCES}/Microsoft.ContainerRegistry/registries/acme`;
const ADMINS = ["aaaaaaaa-0000-0000-0000-000000000000"];
const SYSTEM_POOL = { vmSize: "Standard_D4ds_v5", min: 2, max: 4, ephemeralDisk: false };

function synthesize(props: Partial<ClusterProps> = {}) {
  return Synthesized.of((scope) => {
    const role = new TerraformResource(scope, "role", { terraformResourceType: "azurerm_role_assignment" });
    const nat = new TerraformResource(scope, "nat", { terraformResourceType: "azurerm_nat_gateway" });
    new Cluster(scope, "cluster", {
      name: "acme",
      group: { name: "union-acme", location: "eastus2", tags: {} },
      nodeResourceGroup: "union-acme-nodes",
      version: "1.35",
      upgradeChannel: "patch",
      maintenanceWindow: { days: ["saturday", "sunday"], start: "02:00", hours: 6 },
      nodeSubnetId: "node-subnet",
      clusterSubnetId: "cluster-subnet",
      zones: ["1", "2"],
      systemPool: SYSTEM_POOL,
      podCidr: "172.24.0.0/14",
      serviceCidr: "172.20.0.0/16",
      dnsServiceIp: "172.20.0.10",
      outboundType: "userAssignedNATGateway",
      registryId: REGISTRY,
      isolated: false,
      key: KEY,
      encryptionIdentity: { id: ENCRYPTION, roles: [role] },
      workspaceId: "workspace",
      directory: "99999999-8888-7777-6666-555555555555",
      admins: ADMINS,
      dependsOn: [nat],
      ...props,
    });
  });
}

const cluster = (props: Partial<ClusterProps> = {}) => synthesize(props).one("azurerm_kubernetes_cluster");

test("the Kubernetes API has an address in the cluster subnet and no other", () => {
  expect(cluster()).toMatchObject({
    private_cluster_enabled: true,
    private_cluster_public_fqdn_enabled: false,
    private_dns_zone_id: "System",
    api_server_access_profile: { virtual_network_integration_enabled: true, subnet_id: "cluster-subnet" },
    run_command_enabled: false,
  });
});

test("without a key it names none, and its identity has no right on a vault", () => {
  const made = synthesize({ key: undefined });
  expect(made.all("azurerm_disk_encryption_set")).toEqual([]);
  const written = made.one("azurerm_kubernetes_cluster");
  expect(written).not.toHaveProperty("disk_encryption_set_id");
  expect(written).not.toHaveProperty("key_management_service");
  expect(JSON.stringify(made.all("azurerm_role_assignment"))).not.toMatch(/Key Vault/);
});

test("identities are Microsoft Entra's: no local account, and pods by the cluster's issuer", () => {
  expect(cluster()).toMatchObject({
    local_account_disabled: true,
    azure_active_directory_role_based_access_control: {
      azure_rbac_enabled: true,
      tenant_id: "99999999-8888-7777-6666-555555555555",
      admin_group_object_ids: ADMINS,
    },
    oidc_issuer_enabled: true,
    workload_identity_enabled: true,
  });
});

test.each([
  { admins: ADMINS, creatorIsAdmin: false },
  { admins: [], creatorIsAdmin: true },
])("with admins $admins, the creator is one: $creatorIsAdmin", ({ admins, creatorIsAdmin }) => {
  const made = synthesize({ admins })
    .all("azurerm_role_assignment")
    .filter(({ role_definition_name }) => role_definition_name === "Azure Kubernetes Service RBAC Cluster Admin");
  expect(made).toHaveLength(creatorIsAdmin ? 1 : 0);
  // Whoever deploys next must not take it over.
  for (const { lifecycle } of made) expect(lifecycle.ignore_changes).toEqual(["principal_id"]);
});

test("Kubernetes secrets are encrypted with the key, by the vault's private side", () => {
  expect(cluster().key_management_service).toEqual({
    key_vault_key_id: KEY.keyId,
    key_vault_network_access: "Private",
  });
});

test("disks of nodes and volumes are encrypted with the key, by its version, so that nothing reads the key in the vault", () => {
  const made = synthesize();
  expect(made.one("azurerm_disk_encryption_set")).not.toHaveProperty("auto_key_rotation_enabled");
  expect(made.one("azurerm_disk_encryption_set")).toMatchObject({
    key_vault_key_id: KEY.keyId,
    identity: { type: "UserAssigned", identity_ids: [ENCRYPTION] },
    depends_on: ["azurerm_role_assignment.role"],
  });
  const { disk_encryption_set_id, default_node_pool } = made.one("azurerm_kubernetes_cluster");
  expect(disk_encryption_set_id).toBe(`\${${made.address("azurerm_disk_encryption_set")}.id}`);
  expect(default_node_pool).toMatchObject({ os_disk_type: "Managed", host_encryption_enabled: true });
});

test("no driver keeps a storage account's key in Kubernetes", () => {
  expect(cluster().storage_profile).toEqual({ file_driver_enabled: false, blob_driver_enabled: false });
});

test("pods have overlay addresses, and Cilium enforces their network policies", () => {
  expect(cluster().network_profile).toMatchObject({
    network_plugin: "azure",
    network_plugin_mode: "overlay",
    network_data_plane: "cilium",
    network_policy: "cilium",
    pod_cidr: "172.24.0.0/14",
    service_cidr: "172.20.0.0/16",
    dns_service_ip: "172.20.0.10",
    ip_versions: ["IPv4"],
  });
});

test.each([
  { isolated: false, outboundType: "userAssignedNATGateway", bootstrap: { artifact_source: "Direct" } },
  { isolated: false, outboundType: "userDefinedRouting", bootstrap: { artifact_source: "Direct" } },
  {
    isolated: true,
    outboundType: "none",
    bootstrap: { artifact_source: "Cache", container_registry_id: REGISTRY },
  },
] as const)("nodes get out by $outboundType, isolated: $isolated", ({ isolated, outboundType, bootstrap }) => {
  const { network_profile, bootstrap_profile } = cluster({ isolated, outboundType });
  expect(network_profile.outbound_type).toBe(outboundType);
  expect(bootstrap_profile).toEqual(bootstrap);
});

test("the system nodes run the cluster's own parts only, without a public address", () => {
  expect(cluster().default_node_pool).toMatchObject({
    only_critical_addons_enabled: true,
    vnet_subnet_id: "node-subnet",
    node_public_ip_enabled: false,
    vm_size: "Standard_D4ds_v5",
    auto_scaling_enabled: true,
    min_count: 2,
    max_count: 4,
    zones: ["1", "2"],
  });
});

test("AKS's identities have exactly the roles that it asks for, before the cluster is made", () => {
  const made = synthesize();
  const [own, node] = ["acme-cluster", "acme-node"].map((name) =>
    made.address("azurerm_user_assigned_identity", { name }),
  );
  const assigned = made.all("azurerm_role_assignment").filter(({ scope }) => scope !== undefined);
  const roles = assigned.map(
    ({ principal_id, role_definition_name, scope }) => `${principal_id}: ${role_definition_name} on ${scope}`,
  );
  expect(roles.sort()).toEqual(
    [
      `\${${own}.principal_id}: Network Contributor on node-subnet`,
      `\${${own}.principal_id}: Network Contributor on cluster-subnet`,
      `\${${own}.principal_id}: Managed Identity Operator on \${${node}.id}`,
      `\${${own}.principal_id}: Reader on \${${made.address("azurerm_disk_encryption_set")}.id}`,
      `\${${own}.principal_id}: Key Vault Crypto User on ${KEY.resourceId}`,
      `\${${own}.principal_id}: Key Vault Contributor on ${VAULT}`,
      `\${${node}.principal_id}: AcrPull on ${REGISTRY}`,
    ].sort(),
  );
  const { depends_on, identity, kubelet_identity } = made.one("azurerm_kubernetes_cluster");
  expect(depends_on).toHaveLength(assigned.length + 1);
  expect(depends_on).toContain("azurerm_nat_gateway.nat");
  expect(identity).toEqual({ type: "UserAssigned", identity_ids: [`\${${own}.id}`] });
  expect(kubelet_identity).toEqual({
    user_assigned_identity_id: `\${${node}.id}`,
    client_id: `\${${node}.client_id}`,
    object_id: `\${${node}.principal_id}`,
  });
});

test("what the cluster does with its key and vault, it may still do when it moves to another", () => {
  const ofKey = synthesize()
    .all("azurerm_role_assignment")
    .filter(({ scope }) => [KEY.resourceId, VAULT].includes(scope));
  expect(ofKey.map(({ lifecycle }) => lifecycle)).toEqual([
    { create_before_destroy: true },
    { create_before_destroy: true },
  ]);
});

test("with DNS servers of the network's own, AKS may link its private zone to the network, and not otherwise", () => {
  const wide = (props: Partial<ClusterProps>) =>
    synthesize(props)
      .all("azurerm_role_assignment")
      .filter(({ scope }) => scope === "vnet")
      .map(({ role_definition_name }) => role_definition_name);
  expect(wide({ customDnsNetworkId: "vnet" })).toEqual(["Network Contributor"]);
  expect(wide({})).toEqual([]);
});

test("the control plane's logs go to the workspace, who did what among them", () => {
  const made = synthesize();
  const { target_resource_id, log_analytics_workspace_id, enabled_log } = made.one(
    "azurerm_monitor_diagnostic_setting",
  );
  expect(target_resource_id).toBe(`\${${made.address("azurerm_kubernetes_cluster")}.id}`);
  expect(log_analytics_workspace_id).toBe("workspace");
  expect(enabled_log.map(({ category }: { category: string }) => category)).toEqual(
    expect.arrayContaining(["kube-apiserver", "kube-audit-admin", "guard", "cluster-autoscaler"]),
  );
});

test.each([
  { upgradeChannel: "none", channel: undefined, ignored: false },
  { upgradeChannel: "patch", channel: "patch", ignored: false },
  { upgradeChannel: "node-image", channel: "node-image", ignored: false },
  { upgradeChannel: "stable", channel: "stable", ignored: true },
  { upgradeChannel: "rapid", channel: "rapid", ignored: true },
] as const)(
  "channel $upgradeChannel raises minor versions by itself: $ignored",
  ({ upgradeChannel, channel, ignored }) => {
    const { automatic_upgrade_channel, kubernetes_version, lifecycle } = cluster({ upgradeChannel });
    expect(automatic_upgrade_channel).toBe(channel);
    expect(kubernetes_version).toBe("1.35");
    expect(lifecycle.ignore_changes.includes("kubernetes_version")).toBe(ignored);
    expect(lifecycle.ignore_changes.includes("default_node_pool[0].orchestrator_version")).toBe(ignored);
  },
);

test("the system nodes move when zones of their own are named, and not with the network's", () => {
  const zonesOf = (zones?: string[]) => {
    const { default_node_pool: pool, lifecycle } = cluster({ systemPool: { ...SYSTEM_POOL, ...(zones && { zones }) } });
    return [pool.zones, lifecycle.ignore_changes.includes("default_node_pool[0].zones")];
  };
  expect(zonesOf()).toEqual([["1", "2"], true]);
  expect(zonesOf(["3"])).toEqual([["3"], false]);
});

test.each([
  { days: ["saturday", "sunday"], clusterDay: "Saturday", nodeDay: "Sunday" },
  { days: ["wednesday"], clusterDay: "Wednesday", nodeDay: "Wednesday" },
] as const)("upgrades keep to the window on $days", ({ days, clusterDay, nodeDay }) => {
  const made = cluster({ maintenanceWindow: { days: [...days], start: "22:30", hours: 8 } });
  const window = { frequency: "Weekly", interval: 1, start_time: "22:30", utc_offset: "+00:00", duration: 8 };
  expect(made.maintenance_window_auto_upgrade).toEqual({ ...window, day_of_week: clusterDay });
  expect(made.maintenance_window_node_os).toEqual({ ...window, day_of_week: nodeDay });
});

test("nodes pull from the own registry and from those that were there already", () => {
  const given = `${RESOURCES}/Microsoft.ContainerRegistry/registries/acmeimages`;
  const pulls = synthesize({ givenRegistries: [{ name: "acmeimages", id: given }] })
    .all("azurerm_role_assignment")
    .filter(({ role_definition_name }) => role_definition_name === "AcrPull");
  expect(pulls.map(({ scope }) => scope).sort()).toEqual([REGISTRY, given]);
  expect(new Set(pulls.map(({ principal_id }) => principal_id)).size).toBe(1);
});
