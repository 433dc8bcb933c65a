import { asAzurerm, isHarmlessAzapi } from "../../../../../verification/clouds/azure/azapi/index";
import type { Value } from "../../../../../verification/model";
import { unknown, type ObjectValue } from "../../../../../verification/values";
import { inboundOf } from "../../../../support/no-inbound";
import { plainResource } from "../../../../support/plain-resource";

const CLUSTER = "Microsoft.ContainerService/managedClusters@2026-03-01";
const POOL = "Microsoft.ContainerService/managedClusters/agentPools@2026-03-01";
const NETWORK = "Microsoft.Network/virtualNetworks@2024-05-01";
const SUBNET = "Microsoft.Network/virtualNetworks/subnets@2024-05-01";
const reference = (address: string, attribute = "id") => ({ kind: "reference" as const, address, attribute });

const translated = (type: Value, body: Value, more: ObjectValue = {}) =>
  asAzurerm([plainResource("azapi_resource", { type, body, name: "n", ...more })]).map(({ type, address, values }) => ({
    type,
    address,
    values,
  }));
const cluster = (properties: ObjectValue, more: ObjectValue = {}) =>
  translated(CLUSTER, { properties: { agentPoolProfiles: [{ name: "p" }], ...properties }, ...more });

test("a cluster with its pools", () => {
  const [own, pool, ...others] = cluster({
    agentPoolProfiles: [
      { name: "a", mode: "System", vnetSubnetID: reference("azurerm_subnet.s"), enableNodePublicIP: null },
      { name: "b", networkProfile: { allowedHostPorts: [{ portStart: 80, portEnd: 81, protocol: "TCP" }] } },
    ],
    apiServerAccessProfile: {
      enablePrivateCluster: true,
      authorizedIPRanges: ["203.0.113.0/24"],
      privateDNSZone: "system",
    },
    networkProfile: {
      networkPlugin: "azure",
      networkPluginMode: "overlay",
      outboundType: "none",
      podCidr: "10.9.0.0/16",
    },
    addonProfiles: { omsagent: { enabled: true }, httpApplicationRouting: { enabled: false } },
    securityProfile: { workloadIdentity: { enabled: true } },
    disableLocalAccounts: true,
  });
  expect(own).toEqual({
    type: "azurerm_kubernetes_cluster",
    address: "azapi_resource.x",
    values: {
      name: "n",
      api_server_access_profile: [{ authorized_ip_ranges: ["203.0.113.0/24"] }],
      default_node_pool: [{ name: "a", vnet_subnet_id: reference("azurerm_subnet.s") }],
      local_account_disabled: true,
      network_profile: [
        { network_plugin: "azure", network_plugin_mode: "overlay", outbound_type: "none", pod_cidr: "10.9.0.0/16" },
      ],
      private_cluster_enabled: true,
      workload_identity_enabled: true,
    },
  });
  expect(pool).toEqual({
    type: "azurerm_kubernetes_cluster_node_pool",
    address: "azapi_resource.x#pool1",
    values: {
      name: "b",
      kubernetes_cluster_id: reference("azapi_resource.x"),
      node_network_profile: [{ allowed_host_ports: [{ port_start: 80, port_end: 81, protocol: "TCP" }] }],
    },
  });
  expect(others).toEqual([]);
});

test.each<[what: string, properties: ObjectValue, more?: ObjectValue]>([
  ["a property that is not known here", { newestProfile: {} }],
  ["a profile's property that is not", { networkProfile: { newest: 1 } }],
  ["a pool's property that is not", { agentPoolProfiles: [{ name: "a" }, { gatewayProfile: {} }] }],
  ["no pool", { agentPoolProfiles: [] }],
  ["an ingress", { ingressProfile: { webAppRouting: { enabled: true } } }],
  ["an ingress of another kind", { ingressProfile: { gatewayAPI: {} } }],
  ["an add-on that opens", { addonProfiles: { ingressApplicationGateway: { enabled: true } } }],
  ["a mesh", { serviceMeshProfile: { mode: "Istio" } }],
  ["what is not known", { networkProfile: unknown("later") }],
  ["all of it automatic", {}, { sku: { name: "Automatic" } }],
])("a cluster stays as it is written with %s", (_, properties, more = {}) => {
  expect(cluster(properties, more)).toMatchObject([{ type: "azapi_resource" }]);
});

test("networks, and subnets with what they are tied to", () => {
  expect(
    translated(NETWORK, { properties: { addressSpace: { addressPrefixes: ["10.0.0.0/16"] }, subnets: [] } }),
  ).toEqual([
    {
      type: "azurerm_virtual_network",
      address: "azapi_resource.x",
      values: { name: "n", address_space: ["10.0.0.0/16"] },
    },
  ]);
  expect(translated(NETWORK, { properties: { subnets: [{ name: "s" }] } })).toMatchObject([{ type: "azapi_resource" }]);
  const group = reference("azurerm_network_security_group.g");
  const properties = { addressPrefix: "10.0.1.0/24", networkSecurityGroup: { id: group } };
  expect(translated(SUBNET, { properties }, { parent_id: reference("azurerm_virtual_network.v") })).toEqual([
    {
      type: "azurerm_subnet",
      address: "azapi_resource.x",
      values: {
        name: "n",
        address_prefix: "10.0.1.0/24",
        virtual_network_name: reference("azurerm_virtual_network.v"),
      },
    },
    {
      type: "azurerm_subnet_network_security_group_association",
      address: "azapi_resource.x#network_security_group_id",
      values: { subnet_id: reference("azapi_resource.x"), network_security_group_id: group },
    },
  ]);
});

test("a pool of its own names its cluster", () => {
  const [pool] = translated(POOL, { properties: { vmSize: "s" } }, { parent_id: reference("azapi_resource.c") });
  expect(pool).toMatchObject({
    type: "azurerm_kubernetes_cluster_node_pool",
    values: { name: "n", vm_size: "s", kubernetes_cluster_id: reference("azapi_resource.c") },
  });
});

test.each<[what: string, type: Value, body: Value, more?: ObjectValue]>([
  ["another type", "Microsoft.Compute/virtualMachines@2024-03-01", { properties: {} }],
  ["a type that is not known", unknown("later"), { properties: { agentPoolProfiles: [{}] } }],
  ["a body that is not known", CLUSTER, unknown("later")],
  ["a body that is no JSON", CLUSTER, "{"],
  ["a second body", CLUSTER, { properties: { agentPoolProfiles: [{}] } }, { sensitive_body: { properties: {} } }],
])("%s stays as it is written", (_, type, body, more = {}) => {
  expect(translated(type, body, more)).toMatchObject([{ type: "azapi_resource" }]);
});

test("a body may be JSON, and its type of any version, whatever the case of its letters", () => {
  const body = JSON.stringify({ properties: { agentPoolProfiles: [{ name: "${}" }] } });
  const [own] = translated("microsoft.containerservice/ManagedClusters@1", { ...unknown("later"), text: body });
  expect(own).toMatchObject({ values: { default_node_pool: [{ name: { kind: "unknown" } }] } });
});

const harmless = (type: string, values: ObjectValue) => isHarmlessAzapi(plainResource(type, values));

test.each<[type: string, values: ObjectValue, isHarmless: boolean]>([
  ["azapi_resource", { type: "Microsoft.Resources/resourceGroups@2024-03-01" }, true],
  ["azapi_resource", { type: "Microsoft.Network/azureFirewalls@2024-03-01" }, false],
  ["azapi_resource", { type: unknown("later") }, false],
  ["azapi_update_resource", { type: CLUSTER, body: { properties: { kubernetesVersion: "1.33" } } }, true],
  ["azapi_update_resource", { type: CLUSTER, body: { properties: { apiServerAccessProfile: {} } } }, false],
  ["azapi_update_resource", { type: POOL, body: { properties: { count: 2, upgradeSettings: {} } } }, true],
  ["azapi_update_resource", { type: POOL, body: { properties: { networkProfile: {} } } }, false],
  ["azapi_update_resource", { type: POOL, body: unknown("later") }, false],
  ["azapi_update_resource", { type: NETWORK, body: { properties: {} } }, false],
  ["azapi_resource_action", { type: CLUSTER, action: "listClusterUserCredential", method: "POST" }, true],
  ["azapi_resource_action", { type: "Microsoft.Compute/features@2021-07-01", action: "register" }, true],
  ["azapi_resource_action", { type: CLUSTER, action: "runCommand" }, false],
  ["azapi_data_plane_resource", { type: "Microsoft.KeyVault/vaults/secrets@7" }, false],
])("%s %j changes nothing: %s", (type, values, isHarmless) => {
  expect(harmless(type, values)).toBe(isHarmless);
});

test("what is written so is judged as azurerm's", () => {
  const api = (enablePrivateCluster: boolean) => ({
    azapi_resource: {
      c: {
        type: CLUSTER,
        location: "eastus",
        body: { properties: { agentPoolProfiles: [{ name: "p" }], apiServerAccessProfile: { enablePrivateCluster } } },
      },
    },
  });
  expect(inboundOf(api(true))).toBe("pass");
  expect(inboundOf({ azapi_resource: { f: { type: "Microsoft.Network/azureFirewalls@1", body: {} } } })).toBe(
    "unknown",
  );
});
