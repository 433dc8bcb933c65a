/** What Azure bills: https://azure.microsoft.com/en-us/pricing/ */
import type { Resource, Value } from "../../verification/model";
import { at, field } from "../../verification/values";
import { between, each, times, always, wordOf, type Bill, type Counting, type Part } from "../part";

/** Nodes of a pool, and their disks: a size of its own, or the one that goes with the machines. */
function nodes(pool: Value | undefined, { address: resource }: Resource): Part[] {
  const of = (name: string) => at(pool, name);
  const size = of("vm_size");
  const type = typeof size === "string" ? size : "unknown";
  const isSpot = of("priority") === "Spot";
  const count = between(of("min_count"), of("node_count") ?? of("min_count"), of("max_count"));
  const node = {
    what: `${type}${isSpot ? " spot" : ""} node`,
    price: `${isSpot ? "spot" : "machine"}:${type}`,
    resource,
    count,
  };
  // An ephemeral disk is the machine's own storage.
  if (of("os_disk_type") === "Ephemeral") return [node];
  return [
    node,
    { what: "GiB of premium disk", price: "disk:premium", resource, count: times(count, of("os_disk_size_gb")) },
  ];
}

const cluster: Counting = (resource) => {
  const tier = wordOf(resource, "sku_tier");
  const own = each(`AKS cluster of the ${tier} tier`, `cluster:${tier}`)(resource, []);
  return [...own, ...nodes(field(resource, "default_node_pool"), resource)];
};

const registry: Counting = (resource) => {
  const tier = wordOf(resource, "sku");
  return each(`container registry of the ${tier} tier`, `registry:${tier}`)(resource, []);
};

const dataExplorer: Counting = (resource) => {
  const name = wordOf(resource, "sku", "name");
  const count = times(always(1), field(resource, "sku", "capacity"));
  return [{ what: `${name} node of Data Explorer`, price: `data-explorer:${name}`, resource: resource.address, count }];
};

export const bill: Bill = {
  byTime: {
    azurerm_container_registry: registry,
    azurerm_kubernetes_cluster: cluster,
    azurerm_kubernetes_cluster_node_pool: (resource) => nodes(resource.values, resource),
    azurerm_kusto_cluster: dataExplorer,
    azurerm_nat_gateway: each("NAT gateway", "nat-gateway"),
    azurerm_private_dns_zone: each("private DNS zone", "dns-zone"),
    azurerm_private_endpoint: each("private endpoint", "private-endpoint"),
    azurerm_public_ip: each("public IPv4 address", "public-address"),
  },
  byUse: {
    azurerm_container_registry: "GB of images kept beyond what the tier includes",
    azurerm_key_vault: "requests to keys and secrets, and keys that a hardware module protects",
    azurerm_log_analytics_workspace: "GB of logs taken in and kept",
    azurerm_nat_gateway: "GB through NAT gateways",
    azurerm_private_endpoint: "GB through private endpoints",
    azurerm_resource_group_template_deployment: "GB of flow logs collected, where it makes a flow log",
    azurerm_storage_account: "GB kept, deleted data included, and requests",
    azurerm_virtual_network_peering: "GB through the peering",
  },
  free: [
    "azurerm_container_registry_cache_rule",
    "azurerm_container_registry_credential_set",
    "azurerm_disk_encryption_set",
    "azurerm_federated_identity_credential",
    "azurerm_kusto_database",
    "azurerm_kusto_database_principal_assignment",
    "azurerm_kusto_script",
    "azurerm_monitor_data_collection_endpoint",
    "azurerm_monitor_data_collection_rule",
    "azurerm_monitor_data_collection_rule_association",
    "azurerm_monitor_diagnostic_setting",
    "azurerm_monitor_private_link_scope",
    "azurerm_monitor_private_link_scoped_service",
    "azurerm_nat_gateway_public_ip_association",
    "azurerm_network_security_group",
    "azurerm_private_dns_zone_virtual_network_link",
    "azurerm_private_link_service",
    "azurerm_resource_group",
    "azurerm_role_assignment",
    "azurerm_route_table",
    "azurerm_storage_container",
    "azurerm_storage_management_policy",
    "azurerm_subnet",
    "azurerm_subnet_nat_gateway_association",
    "azurerm_subnet_network_security_group_association",
    "azurerm_subnet_route_table_association",
    "azurerm_user_assigned_identity",
    "azurerm_virtual_network",
  ],
};
