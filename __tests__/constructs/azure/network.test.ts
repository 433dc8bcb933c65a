import { Network, type NetworkProps } from "../../../constructs/azure/network";
import { Synthesized, type Json } from "../../support/constructs";

const ADDRESSES = {
  nodes: "10.0.0.0/17",
  cluster: "10.0.128.0/28",
  privateConnectivity: "10.0.128.16/28",
  endpoints: "10.0.128.64/26",
};

function synthesize(props: Partial<NetworkProps> = {}) {
  let network: Network | undefined;
  const made = Synthesized.of((scope) => {
    network = new Network(scope, "network", {
      name: "acme",
      group: { name: "union-acme", location: "eastus2", tags: { "union:deployment": "acme" } },
      cidr: "10.0.0.0/16",
      addresses: ADDRESSES,
      natAddresses: 2,
      privateLink: false,
      flowLogs: {
        watcher: { resourceGroup: "NetworkWatcherRG", name: "NetworkWatcher_eastus2" },
        storageAccountName: "acmeflow",
        retentionDays: 400,
        key: { versionlessKeyId: "https://acme.vault.azure.net/keys/data-plane" },
        encryptionIdentity: { id: "identity/encryption", roles: [] },
        workspace: { id: "workspace/acme", workspaceId: "33333333-2222-3333-4444-555555555555", region: "westeurope" },
      },
      ...props,
    });
  });
  return { made, network: network as Network };
}

const { made, network } = synthesize();

describe("subnets", () => {
  test("are the plan's, and use no address that Azure lends", () => {
    const { made: all } = synthesize({ privateLink: true });
    expect(all.all("azurerm_subnet").map(({ name, address_prefixes }) => [name, address_prefixes])).toEqual([
      ["cluster", ["10.0.128.0/28"]],
      ["endpoints", ["10.0.128.64/26"]],
      ["nodes", ["10.0.0.0/17"]],
      ["private-link", ["10.0.128.16/28"]],
    ]);
    for (const subnet of all.all("azurerm_subnet")) expect(subnet.default_outbound_access_enabled).toBe(false);
  });

  test("let security groups filter private endpoints", () => {
    expect(made.one("azurerm_subnet", { name: "endpoints" }).private_endpoint_network_policies).toBe("Enabled");
  });

  test("give the Kubernetes API's to AKS", () => {
    expect(made.one("azurerm_subnet", { name: "cluster" }).delegation).toEqual([
      expect.objectContaining({
        service_delegation: expect.objectContaining({ name: "Microsoft.ContainerService/managedClusters" }),
      }),
    ]);
  });

  test("have one for a private link service only where it is asked for", () => {
    expect(network.privateLinkSubnetId).toBeUndefined();
    const subnet = synthesize({ privateLink: true }).made.one("azurerm_subnet", { name: "private-link" });
    expect(subnet.private_link_service_network_policies_enabled).toBe(false);
  });
});

describe("way out", () => {
  const nodeSubnet = (from: Synthesized) => `\${${from.address("azurerm_subnet", { name: "nodes" })}.id}`;

  test("is a NAT gateway of the node subnet alone, with static addresses", () => {
    const gateway = `\${${made.address("azurerm_nat_gateway")}.id}`;
    expect(made.all("azurerm_subnet_nat_gateway_association")).toEqual([
      expect.objectContaining({ subnet_id: nodeSubnet(made), nat_gateway_id: gateway }),
    ]);
    const addresses = made.all("azurerm_public_ip");
    expect(addresses).toHaveLength(2);
    for (const address of addresses) expect(address).toMatchObject({ sku: "Standard", allocation_method: "Static" });
    expect(made.all("azurerm_nat_gateway_public_ip_association").map(({ nat_gateway_id }) => nat_gateway_id)).toEqual([
      gateway,
      gateway,
    ]);
    expect(network.natAddresses).toHaveLength(2);
    expect(network.exits).toHaveLength(3);
  });

  test("is the firewall, past which no other route leads, and nothing is public", () => {
    const { made: all, network: behind } = synthesize({ firewallAddress: "10.1.0.4" });
    const table = all.one("azurerm_route_table");
    expect(table.bgp_route_propagation_enabled).toBe(false);
    expect(table.route).toEqual([
      expect.objectContaining({
        address_prefix: "0.0.0.0/0",
        next_hop_type: "VirtualAppliance",
        next_hop_in_ip_address: "10.1.0.4",
      }),
    ]);
    expect(all.one("azurerm_subnet_route_table_association").subnet_id).toBe(nodeSubnet(all));
    expect(all.types.filter((type) => /public_ip|nat_gateway/.test(type))).toEqual([]);
    expect(behind.natAddresses).toEqual([]);
    expect(behind.exits).toHaveLength(1);
  });
});

describe("peering", () => {
  const PEERING = {
    hubNetworkId: "/subscriptions/s/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/hub",
    hubCidrs: ["10.9.0.0/22", "10.9.8.0/22"],
    forwardedTraffic: true,
    remoteGateway: false,
  };
  const sides = (from: Synthesized) =>
    ["acme", "hub"].map((virtual_network_name) => {
      const found = from.all("azurerm_virtual_network_peering").filter((one) => one.name !== virtual_network_name);
      expect(found).toHaveLength(1);
      return found[0];
    });

  test("is made on both sides, and the way out waits for it", () => {
    const { made: all, network: peered } = synthesize({ peering: PEERING, firewallAddress: "10.9.0.4" });
    const [own, hub] = sides(all);
    const id = all.address("azurerm_virtual_network");
    expect(own).toMatchObject({
      virtual_network_name: `\${${id}.name}`,
      remote_virtual_network_id: PEERING.hubNetworkId,
      allow_forwarded_traffic: true,
      use_remote_gateways: false,
      triggers: { remote_address_space: "10.9.0.0/22,10.9.8.0/22" },
    });
    expect(hub).toMatchObject({
      resource_group_name: "net",
      virtual_network_name: "hub",
      remote_virtual_network_id: `\${${id}.id}`,
      allow_forwarded_traffic: false,
      allow_gateway_transit: false,
      triggers: { remote_address_space: "10.0.0.0/16" },
    });
    expect(peered.exits).toHaveLength(3);
  });

  test("takes the hub's gateway once the hub lends it, and no way out from there", () => {
    const { made: all } = synthesize({ peering: { ...PEERING, remoteGateway: true } });
    const [own, hub] = sides(all);
    expect(own.use_remote_gateways).toBe(true);
    expect(hub.allow_gateway_transit).toBe(true);
    expect(own.depends_on).toEqual([all.address("azurerm_virtual_network_peering", { virtual_network_name: "hub" })]);
    expect(all.one("azurerm_route_table")).toMatchObject({
      bgp_route_propagation_enabled: false,
      route: [expect.objectContaining({ address_prefix: "0.0.0.0/0", next_hop_type: "Internet" })],
    });
  });

  test("is none by default, and names are Azure's to resolve", () => {
    expect(made.types).not.toContain("azurerm_virtual_network_peering");
    expect(made.one("azurerm_virtual_network").dns_servers).toEqual([]);
    const { made: all } = synthesize({ dnsServers: ["10.9.0.10"] });
    expect(all.one("azurerm_virtual_network").dns_servers).toEqual(["10.9.0.10"]);
  });
});

test("a network without flow logs makes nothing for any", () => {
  const { made: all } = synthesize({ flowLogs: undefined });
  expect(all.types.filter((type) => /storage|template|identity/.test(type))).toEqual([]);
});

describe("flow log", () => {
  const deployment = made.one("azurerm_resource_group_template_deployment");
  const template: Json = JSON.parse(deployment.template_content);
  const parameters: Json = JSON.parse(deployment.parameters_content);
  const [flowLog] = template.resources;
  const idOf = (type: string) => `\${${made.address(type)}.id}`;

  test("is the only thing in its template, which takes nothing away", () => {
    expect(deployment).toMatchObject({ resource_group_name: "NetworkWatcherRG", deployment_mode: "Incremental" });
    expect(template.resources).toEqual([
      expect.objectContaining({
        type: "Microsoft.Network/networkWatchers/flowLogs",
        name: "NetworkWatcher_eastus2/acme",
        location: "eastus2",
      }),
    ]);
    expect(Object.keys(parameters).sort()).toEqual(Object.keys(template.parameters).sort());
  });

  test("watches the whole network, and can be queried in the workspace", () => {
    expect(flowLog.properties).toMatchObject({ enabled: true, targetResourceId: "[parameters('networkId')]" });
    expect(parameters.networkId.value).toBe(idOf("azurerm_virtual_network"));
    expect(flowLog.properties.flowAnalyticsConfiguration.networkWatcherFlowAnalyticsConfiguration).toMatchObject({
      enabled: true,
      workspaceId: "[parameters('workspaceId')]",
      workspaceResourceId: "[parameters('workspaceResourceId')]",
      workspaceRegion: "[parameters('workspaceRegion')]",
    });
    expect(parameters.workspaceRegion.value).toBe("westeurope");
    expect(parameters.workspaceId.value).toBe("33333333-2222-3333-4444-555555555555");
    expect(parameters.workspaceResourceId.value).toBe("workspace/acme");
  });

  test("is written as an identity that may write to its account alone, and waits for that", () => {
    expect(flowLog.identity).toEqual({
      type: "UserAssigned",
      userAssignedIdentities: { "[parameters('identityId')]": {} },
    });
    expect(parameters.identityId.value).toBe(idOf("azurerm_user_assigned_identity"));
    expect(made.all("azurerm_role_assignment")).toEqual([
      expect.objectContaining({
        role_definition_name: "Storage Blob Data Contributor",
        scope: idOf("azurerm_storage_account"),
        principal_id: `\${${made.address("azurerm_user_assigned_identity")}.principal_id}`,
      }),
    ]);
    expect(deployment.depends_on).toEqual([made.address("azurerm_role_assignment")]);
    expect(flowLog.properties.storageId).toBe("[parameters('storageAccountId')]");
    expect(parameters.storageAccountId.value).toBe(idOf("azurerm_storage_account"));
  });

  test("keeps its records encrypted with the key, without account keys, away from every network", () => {
    expect(made.one("azurerm_storage_account")).toMatchObject({
      name: "acmeflow",
      shared_access_key_enabled: false,
      local_user_enabled: false,
      public_network_access_enabled: false,
      allow_nested_items_to_be_public: false,
      cross_tenant_replication_enabled: false,
      https_traffic_only_enabled: true,
      min_tls_version: "TLS1_2",
      network_rules: { default_action: "Deny", bypass: ["AzureServices"] },
      customer_managed_key: {
        key_vault_key_id: "https://acme.vault.azure.net/keys/data-plane",
        user_assigned_identity_id: "identity/encryption",
      },
    });
  });

  test("keeps its records as long as asked, also beyond a year", () => {
    expect(made.one("azurerm_storage_management_policy").rule).toEqual([
      expect.objectContaining({
        enabled: true,
        actions: { base_blob: { delete_after_days_since_modification_greater_than: 400 } },
      }),
    ]);
    expect(flowLog.properties.retentionPolicy).toEqual({ enabled: false, days: 0 });
  });
});

test("a new way out stands before the old one goes, in either direction", () => {
  const hub = { hubNetworkId: "hub", hubCidrs: ["10.9.0.0/22"], forwardedTraffic: true, remoteGateway: false };
  const ways = [{}, { firewallAddress: "10.9.0.4", peering: hub }].map((props) => {
    const { made: network } = synthesize(props);
    const { input, depends_on: waitsFor } = network.one("terraform_data");
    const exits = [
      "subnet_nat_gateway_association",
      "subnet_route_table_association",
      "nat_gateway_public_ip_association",
    ].flatMap((type) => network.all(`azurerm_${type}`));
    expect(waitsFor.length).toBeGreaterThanOrEqual(exits.length);
    for (const { lifecycle } of exits) expect(lifecycle.create_before_destroy).toBe(true);
    return input;
  });
  // A change of it is what makes Terraform wait.
  expect(ways[0]).not.toEqual(ways[1]);
});
