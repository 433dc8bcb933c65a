/** Types that hold data, addresses or everything else. */
export const PROTECTED: readonly string[] = [
  "azurerm_resource_group",
  "azurerm_kubernetes_cluster",
  "azurerm_virtual_network",
  "azurerm_subnet",
  "azurerm_public_ip",
  "azurerm_storage_account",
  "azurerm_storage_container",
  "azurerm_key_vault",
  "azurerm_disk_encryption_set",
  "azurerm_container_registry",
  "azurerm_log_analytics_workspace",
  "azurerm_kusto_cluster",
  "azurerm_kusto_database",
];
