/**
 * What Terraform's provider needs on Azure for each type, by the names of operations. Reasoned from the resource that
 * each type is, and from what linked resources ask for in their turn
 * (https://learn.microsoft.com/azure/role-based-access-control/resource-provider-operations); nothing here was recorded.
 */
import type { Rights, RightsTable } from "../rights";

/** A resource that is read, written and deleted by itself, with what it joins or acts on. */
const plain = (kind: string, ...further: readonly string[]): Rights => ({
  create: [`${kind}/write`, ...further],
  read: [`${kind}/read`],
  update: [`${kind}/write`],
  delete: [`${kind}/delete`],
});

const network = (kind: string) => `Microsoft.Network/${kind}`;
const SUBNET = network("virtualNetworks/subnets");
const JOIN_SUBNET = `${SUBNET}/join/action`;
/** A part of a subnet, which is written by writing the subnet. */
const ofSubnet = (joined: string): Rights => ({
  create: [`${SUBNET}/write`, `${network(joined)}/join/action`],
  read: [`${SUBNET}/read`],
  delete: [`${SUBNET}/write`],
});
/** Whoever gives a resource an identity assigns that one. */
const ASSIGN = "Microsoft.ManagedIdentity/userAssignedIdentities/assign/action";
const IDENTITY = "Microsoft.ManagedIdentity/userAssignedIdentities";
const VAULT = "Microsoft.KeyVault/vaults";
const STORAGE = "Microsoft.Storage/storageAccounts";
const REGISTRY = "Microsoft.ContainerRegistry/registries";
const CLUSTER = "Microsoft.ContainerService/managedClusters";
const KUSTO = "Microsoft.Kusto/clusters";
const INSIGHTS = "Microsoft.Insights";

export const RIGHTS: RightsTable = {
  azurerm_container_registry: plain(REGISTRY, `${REGISTRY}/operationStatuses/read`, ASSIGN),
  azurerm_container_registry_cache_rule: plain(`${REGISTRY}/cacheRules`),
  azurerm_container_registry_credential_set: plain(`${REGISTRY}/credentialSets`),
  azurerm_disk_encryption_set: plain("Microsoft.Compute/diskEncryptionSets", ASSIGN, `${VAULT}/read`),
  azurerm_federated_identity_credential: plain(`${IDENTITY}/federatedIdentityCredentials`),
  // Purging is a person's own step: what was encrypted with its keys outlives the stacks.
  azurerm_key_vault: plain(
    VAULT,
    "Microsoft.KeyVault/locations/deletedVaults/read",
    "Microsoft.KeyVault/locations/operationResults/read",
  ),
  azurerm_kubernetes_cluster: plain(
    CLUSTER,
    ...["listClusterUserCredential/action", "listClusterAdminCredential/action"].map((name) => `${CLUSTER}/${name}`),
    ASSIGN,
    JOIN_SUBNET,
    "Microsoft.Compute/diskEncryptionSets/read",
    network("routeTables/join/action"),
    network("privateDnsZones/join/action"),
  ),
  azurerm_kubernetes_cluster_node_pool: plain(`${CLUSTER}/agentPools`, JOIN_SUBNET),
  azurerm_kusto_cluster: plain(KUSTO, ASSIGN),
  azurerm_kusto_cluster_customer_managed_key: {
    create: [`${KUSTO}/write`],
    read: [`${KUSTO}/read`],
    delete: [`${KUSTO}/write`],
  },
  azurerm_kusto_database: plain(`${KUSTO}/databases`),
  azurerm_kusto_database_principal_assignment: plain(`${KUSTO}/databases/principalAssignments`),
  azurerm_kusto_script: plain(`${KUSTO}/databases/scripts`),
  azurerm_log_analytics_workspace: plain(
    "Microsoft.OperationalInsights/workspaces",
    "Microsoft.OperationalInsights/workspaces/sharedKeys/action",
  ),
  azurerm_monitor_data_collection_endpoint: plain(`${INSIGHTS}/dataCollectionEndpoints`),
  azurerm_monitor_data_collection_rule: plain(
    `${INSIGHTS}/dataCollectionRules`,
    "Microsoft.OperationalInsights/workspaces/write",
  ),
  azurerm_monitor_data_collection_rule_association: plain(`${INSIGHTS}/dataCollectionRuleAssociations`),
  azurerm_monitor_diagnostic_setting: plain(`${INSIGHTS}/diagnosticSettings`),
  azurerm_monitor_private_link_scope: plain(`${INSIGHTS}/privateLinkScopes`),
  azurerm_monitor_private_link_scoped_service: plain(`${INSIGHTS}/privateLinkScopes/scopedResources`),
  azurerm_nat_gateway: plain(network("natGateways")),
  azurerm_nat_gateway_public_ip_association: {
    create: [network("natGateways/write"), network("publicIPAddresses/join/action")],
    read: [network("natGateways/read")],
    delete: [network("natGateways/write")],
  },
  azurerm_network_security_group: plain(network("networkSecurityGroups")),
  azurerm_private_dns_zone: plain(network("privateDnsZones"), network("privateDnsZones/SOA/read")),
  azurerm_private_dns_zone_virtual_network_link: plain(
    network("privateDnsZones/virtualNetworkLinks"),
    network("virtualNetworks/join/action"),
  ),
  azurerm_private_endpoint: plain(
    network("privateEndpoints"),
    JOIN_SUBNET,
    ...["read", "write", "delete"].map((verb) => network(`privateEndpoints/privateDnsZoneGroups/${verb}`)),
    network("privateDnsZones/join/action"),
    // Each service that one leads to accepts it in the name of whoever makes it.
    ...[VAULT, STORAGE, REGISTRY, KUSTO].map((kind) => `${kind}/PrivateEndpointConnectionsApproval/action`),
    `${INSIGHTS}/privateLinkScopes/privateEndpointConnectionsApproval/action`,
  ),
  azurerm_private_link_service: plain(network("privateLinkServices"), JOIN_SUBNET, network("loadBalancers/read")),
  azurerm_public_ip: plain(network("publicIPAddresses")),
  azurerm_resource_group: {
    ...plain("Microsoft.Resources/subscriptions/resourceGroups"),
    read: [
      "Microsoft.Resources/subscriptions/resourceGroups/read",
      "Microsoft.Resources/subscriptions/resourceGroups/resources/read",
    ],
  },
  // Templates make the key and the flow log, which the provider has no way to make without a data plane of its own.
  azurerm_resource_group_template_deployment: {
    ...plain(
      "Microsoft.Resources/deployments",
      ...["operations/read", "operationstatuses/read", "validate/action", "exportTemplate/action"].map(
        (name) => `Microsoft.Resources/deployments/${name}`,
      ),
      ...["read", "write"].map((verb) => `${VAULT}/keys/${verb}`),
      ...["read", "write", "delete"].map((verb) => network(`networkWatchers/flowLogs/${verb}`)),
      network("virtualNetworks/write"),
    ),
  },
  azurerm_role_assignment: {
    create: ["Microsoft.Authorization/roleAssignments/write"],
    read: ["Microsoft.Authorization/roleAssignments/read", "Microsoft.Authorization/roleDefinitions/read"],
    delete: ["Microsoft.Authorization/roleAssignments/delete"],
  },
  azurerm_route_table: plain(network("routeTables"), network("routeTables/routes/write")),
  azurerm_storage_account: plain(
    STORAGE,
    ...["read", "write"].flatMap((verb) => [`${STORAGE}/blobServices/${verb}`, `${STORAGE}/fileServices/${verb}`]),
    ASSIGN,
  ),
  azurerm_storage_container: plain(`${STORAGE}/blobServices/containers`),
  azurerm_storage_management_policy: plain(`${STORAGE}/managementPolicies`),
  azurerm_subnet: plain(SUBNET, `${network("virtualNetworks")}/read`),
  azurerm_subnet_nat_gateway_association: ofSubnet("natGateways"),
  azurerm_subnet_network_security_group_association: ofSubnet("networkSecurityGroups"),
  azurerm_subnet_route_table_association: ofSubnet("routeTables"),
  azurerm_user_assigned_identity: plain(IDENTITY),
  azurerm_virtual_network: plain(network("virtualNetworks")),
  azurerm_virtual_network_peering: plain(
    network("virtualNetworks/virtualNetworkPeerings"),
    network("virtualNetworks/peer/action"),
  ),
  "data.azurerm_client_config": { read: [] },
  "data.azurerm_kubernetes_cluster": {
    read: [`${CLUSTER}/read`, `${CLUSTER}/listClusterUserCredential/action`],
  },
  "data.azurerm_lb": { read: [network("loadBalancers/read")] },
  "data.azurerm_log_analytics_workspace": { read: ["Microsoft.OperationalInsights/workspaces/read"] },
  "data.azurerm_network_security_group": { read: [network("networkSecurityGroups/read")] },
  "data.azurerm_network_service_tags": { read: [network("locations/serviceTags/read")] },
  "data.azurerm_subnet": { read: [`${SUBNET}/read`] },
  "data.azurerm_user_assigned_identity": { read: [`${IDENTITY}/read`] },
};
