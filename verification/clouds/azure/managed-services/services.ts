/**
 * Azure's services that answer at public addresses: which ports, what closes them, who may come in where they are open,
 * and by which names their private endpoints are found.
 *
 * Defaults are those of hashicorp/azurerm 4.55.0; types and fields of its earlier versions stand beside them. Microsoft,
 * "Azure Private Endpoint private DNS zone values" (https://learn.microsoft.com/azure/private-link/private-endpoint-dns).
 * Rules: "Azure Storage firewall rules" (https://learn.microsoft.com/azure/storage/common/storage-network-security),
 * "Configure Azure Key Vault networking settings" (https://learn.microsoft.com/azure/key-vault/general/network-security),
 * "Configure public IP network rules"
 * (https://learn.microsoft.com/azure/container-registry/container-registry-access-selected-networks), "Azure SQL Database
 * and Azure Synapse IP firewall rules" (https://learn.microsoft.com/azure/azure-sql/database/firewall-configure),
 * "Firewall rules in Azure Database for PostgreSQL"
 * (https://learn.microsoft.com/azure/postgresql/security/security-firewall-rules), "Azure Cache for Redis network
 * isolation" (https://learn.microsoft.com/azure/azure-cache-for-redis/cache-network-isolation): a cache without a rule
 * admits everybody. "Configure IP firewall in Azure Cosmos DB"
 * (https://learn.microsoft.com/azure/cosmos-db/how-to-configure-firewall), "Configure the IP firewall for Azure AI Search"
 * (https://learn.microsoft.com/azure/search/service-configure-firewall), "Managing public network access for your IoT hub"
 * (https://learn.microsoft.com/azure/iot-hub/iot-hub-public-network-access) and "Use Azure IoT DPS IP connection filters"
 * (https://learn.microsoft.com/azure/iot-dps/iot-dps-ip-filtering): rules in order, and whom none names comes in.
 * "Microsoft Entra authentication for Azure Monitor Logs"
 * (https://learn.microsoft.com/azure/azure-monitor/logs/azure-ad-authentication-logs): without local authentication no key
 * lets anything in.
 */
import { list, rules, type Service } from "./service";

const WEB = [443];
const AMQP = [443, 5671, 5672];
const SELECTED = "virtual_network_subnet_ids";

const ACCOUNTS_OF_MODELS = { ports: WEB, links: { account: ["privatelink.cognitiveservices.azure.com"] } };
const MODELS_LIST = list("allow", {
  block: "network_acls",
  addresses: "ip_rules",
  subnets: "virtual_network_rules.subnet_id",
});
const INBOUND_RULES = list("when-empty", { addresses: "inbound_ip_rule.ip_mask" });
const EVENT_GRID = { tag: "AzureEventGrid", ports: WEB, access: INBOUND_RULES };

export const SERVICES: readonly Service[] = [
  // ------------------------------------------------------------ storage, keys and images
  {
    types: ["azurerm_storage_account"],
    tag: "Storage",
    ports: [80, 443, 445],
    access: list("allow", {
      block: "network_rules",
      addresses: "ip_rules",
      subnets: SELECTED,
      apart: { type: "azurerm_storage_account_network_rules", owner: "storage_account_id" },
    }),
    links: {
      blob: ["privatelink.blob.core.windows.net"],
      dfs: ["privatelink.dfs.core.windows.net"],
      file: ["privatelink.file.core.windows.net"],
      queue: ["privatelink.queue.core.windows.net"],
      table: ["privatelink.table.core.windows.net"],
      web: ["privatelink.web.core.windows.net"],
    },
  },
  {
    types: ["azurerm_key_vault"],
    tag: "AzureKeyVault",
    ports: WEB,
    access: list("allow", { block: "network_acls", addresses: "ip_rules", subnets: SELECTED }),
    links: { vault: ["privatelink.vaultcore.azure.net"] },
  },
  {
    types: ["azurerm_key_vault_managed_hardware_security_module"],
    tag: "AzureKeyVault",
    ports: WEB,
    access: list("allow", { block: "network_acls" }),
    links: { managedhsm: ["privatelink.managedhsm.azure.net"] },
  },
  { types: ["azurerm_attestation_provider", "azurerm_confidential_ledger"], ports: WEB },
  {
    types: ["azurerm_container_registry"],
    tag: "AzureContainerRegistry",
    ports: WEB,
    access: list("allow", {
      block: "network_rule_set",
      addresses: "ip_rule.ip_range",
      subnets: "virtual_network.subnet_id",
    }),
    links: { registry: ["privatelink.azurecr.io"] },
  },
  {
    types: ["azurerm_app_configuration"],
    ports: WEB,
    closedByLink: true,
    links: { configurationstores: ["privatelink.azconfig.io"] },
  },

  // ------------------------------------------------------------ databases
  {
    types: ["azurerm_mssql_server"],
    tag: "Sql",
    ports: [1433],
    access: rules("azurerm_mssql_firewall_rule", { id: "server_id" }, "azurerm_mssql_virtual_network_rule"),
    links: { sqlserver: ["privatelink.database.windows.net"] },
  },
  {
    types: ["azurerm_sql_server"],
    tag: "Sql",
    ports: [1433],
    access: rules("azurerm_sql_firewall_rule", { name: "server_name" }, "azurerm_sql_virtual_network_rule"),
  },
  {
    types: ["azurerm_synapse_workspace"],
    tag: "Sql",
    ports: [443, 1433],
    access: rules("azurerm_synapse_firewall_rule", { id: "synapse_workspace_id" }),
    links: { sqlondemand: ["privatelink.sql.azuresynapse.net"], dev: ["privatelink.dev.azuresynapse.net"] },
  },
  {
    types: ["azurerm_postgresql_flexible_server"],
    ports: [5432, 6432],
    access: rules("azurerm_postgresql_flexible_server_firewall_rule", { id: "server_id" }),
    subnet: "delegated_subnet_id",
    links: { postgresqlserver: ["privatelink.postgres.database.azure.com"] },
  },
  {
    types: ["azurerm_postgresql_server"],
    ports: [5432],
    access: rules(
      "azurerm_postgresql_firewall_rule",
      { name: "server_name" },
      "azurerm_postgresql_virtual_network_rule",
    ),
  },
  {
    types: ["azurerm_cosmosdb_postgresql_cluster"],
    ports: [5432, 6432],
    switches: ["coordinator_public_ip_access_enabled"],
    access: rules("azurerm_cosmosdb_postgresql_firewall_rule", { id: "cluster_id" }),
    links: { coordinator: ["privatelink.postgres.cosmos.azure.com"] },
  },
  {
    types: ["azurerm_mysql_flexible_server"],
    ports: [3306],
    access: rules("azurerm_mysql_flexible_server_firewall_rule", { name: "server_name" }),
    subnet: "delegated_subnet_id",
    links: { mysqlserver: ["privatelink.mysql.database.azure.com"] },
  },
  {
    types: ["azurerm_mysql_server"],
    ports: [3306],
    access: rules("azurerm_mysql_firewall_rule", { name: "server_name" }, "azurerm_mysql_virtual_network_rule"),
  },
  {
    types: ["azurerm_mariadb_server"],
    ports: [3306],
    access: rules("azurerm_mariadb_firewall_rule", { name: "server_name" }, "azurerm_mariadb_virtual_network_rule"),
    links: { mariadbserver: ["privatelink.mariadb.database.azure.com"] },
  },
  {
    types: ["azurerm_cosmosdb_account"],
    tag: "AzureCosmosDB",
    ports: WEB,
    access: list("when-empty", {
      addresses: "ip_range_filter",
      subnets: "virtual_network_rule.id",
      closedBy: "is_virtual_network_filter_enabled",
      azure: "0.0.0.0",
    }),
    links: {
      sql: ["privatelink.documents.azure.com"],
      mongodb: ["privatelink.mongo.cosmos.azure.com"],
      cassandra: ["privatelink.cassandra.cosmos.azure.com"],
      gremlin: ["privatelink.gremlin.cosmos.azure.com"],
    },
  },
  {
    types: ["azurerm_mongo_cluster"],
    ports: [10260],
    access: rules("azurerm_mongo_cluster_firewall_rule", { id: "mongo_cluster_id" }),
    links: { mongocluster: ["privatelink.mongocluster.cosmos.azure.com"] },
  },
  {
    types: ["azurerm_redis_cache"],
    ports: [6380],
    optional: { ports: [6379], by: ["non_ssl_port_enabled", "enable_non_ssl_port"] },
    access: { ...rules("azurerm_redis_firewall_rule", { name: "redis_cache_name" }), openWithout: true },
    subnet: "subnet_id",
    links: { rediscache: ["privatelink.redis.cache.windows.net"] },
  },
  {
    types: ["azurerm_redis_enterprise_cluster", "azurerm_managed_redis"],
    ports: [10000],
    links: { redisenterprise: ["privatelink.redisenterprise.cache.azure.net"] },
  },
  {
    types: ["azurerm_kusto_cluster"],
    tag: "AzureDataExplorer",
    ports: WEB,
    access: list("when-empty", { addresses: "allowed_ip_ranges" }),
    links: { cluster: ["privatelink.*.kusto.windows.net"] },
  },
  {
    types: ["azurerm_analysis_services_server"],
    ports: WEB,
    access: list("when-empty", { addresses: "ipv4_firewall_rule" }),
  },

  // ------------------------------------------------------------ messages and devices
  {
    types: ["azurerm_eventhub_namespace"],
    tag: "EventHub",
    ports: [...AMQP, 9093],
    switches: ["public_network_access_enabled", "network_rulesets.public_network_access_enabled"],
    access: list("allow", {
      block: "network_rulesets",
      addresses: "ip_rule.ip_mask",
      subnets: "virtual_network_rule.subnet_id",
    }),
    links: { namespace: ["privatelink.servicebus.windows.net"] },
  },
  {
    types: ["azurerm_servicebus_namespace"],
    tag: "ServiceBus",
    ports: AMQP,
    switches: ["public_network_access_enabled", "network_rule_set.public_network_access_enabled"],
    access: list("allow", {
      block: "network_rule_set",
      addresses: "ip_rules",
      subnets: "network_rules.subnet_id",
      apart: { type: "azurerm_servicebus_namespace_network_rule_set", owner: "namespace_id" },
    }),
  },
  { ...EVENT_GRID, types: ["azurerm_eventgrid_topic"], links: { topic: ["privatelink.eventgrid.azure.net"] } },
  { ...EVENT_GRID, types: ["azurerm_eventgrid_domain"], links: { domain: ["privatelink.eventgrid.azure.net"] } },
  { ...EVENT_GRID, types: ["azurerm_eventgrid_namespace", "azurerm_eventgrid_partner_namespace"], ports: [443, 8883] },
  {
    types: ["azurerm_iothub"],
    tag: "AzureIoTHub",
    ports: [443, 5671, 8883],
    access: list("deny", { block: "network_rule_set", addresses: "ip_rule.ip_mask" }),
    links: { iothub: ["privatelink.azure-devices.net"] },
  },
  {
    types: ["azurerm_iothub_dps"],
    tag: "AzureIoTHub",
    ports: [443, 5671, 8883],
    access: { kind: "ordered", block: "ip_filter_rule" },
    links: { iotdps: ["privatelink.azure-devices-provisioning.net"] },
  },
  { types: ["azurerm_iothub_device_update_account"], ports: WEB },
  { types: ["azurerm_digital_twins_instance"], ports: WEB },
  { types: ["azurerm_relay_namespace"], ports: AMQP },
  {
    types: ["azurerm_iotcentral_application"],
    ports: WEB,
    access: list("deny", {
      addresses: "ip_rule.ip_mask",
      apart: { type: "azurerm_iotcentral_application_network_rule_set", owner: "iotcentral_application_id" },
    }),
    links: { iotapp: ["privatelink.azureiotcentral.com"] },
  },
  {
    types: ["azurerm_signalr_service"],
    tag: "AzureSignalR",
    ports: WEB,
    access: { kind: "requests", apart: { type: "azurerm_signalr_service_network_acl", owner: "signalr_service_id" } },
    links: { signalr: ["privatelink.service.signalr.net"] },
  },
  {
    types: ["azurerm_web_pubsub"],
    ports: WEB,
    access: { kind: "requests", apart: { type: "azurerm_web_pubsub_network_acl", owner: "web_pubsub_id" } },
    links: { webpubsub: ["privatelink.webpubsub.azure.com"] },
  },
  { types: ["azurerm_web_pubsub_socketio"], ports: WEB },

  // ------------------------------------------------------------ search, models and data
  {
    types: ["azurerm_search_service"],
    tag: "AzureCognitiveSearch",
    ports: WEB,
    access: list("when-empty", { addresses: "allowed_ips" }),
    links: { searchservice: ["privatelink.search.windows.net"] },
  },
  { ...ACCOUNTS_OF_MODELS, types: ["azurerm_cognitive_account", "azurerm_ai_services"], access: MODELS_LIST },
  {
    types: ["azurerm_machine_learning_workspace", "azurerm_ai_foundry"],
    tag: "AzureMachineLearning",
    ports: WEB,
    links: { amlworkspace: ["privatelink.api.azureml.ms"] },
  },
  {
    types: ["azurerm_databricks_workspace"],
    tag: "AzureDatabricks",
    ports: WEB,
    links: { databricks_ui_api: ["privatelink.azuredatabricks.net"] },
  },
  {
    types: ["azurerm_data_factory"],
    tag: "DataFactory",
    ports: WEB,
    switches: ["public_network_enabled"],
    links: { datafactory: ["privatelink.datafactory.azure.net"] },
  },
  { types: ["azurerm_purview_account"], ports: WEB, switches: ["public_network_enabled"] },
  {
    types: ["azurerm_healthcare_service", "azurerm_healthcare_dicom_service", "azurerm_healthcare_fhir_service"],
    ports: WEB,
  },
  { types: ["azurerm_video_indexer_account"], ports: WEB },

  // ------------------------------------------------------------ operations
  {
    types: ["azurerm_batch_account"],
    ports: WEB,
    access: list("deny", { block: "network_profile.account_access", addresses: "ip_rule.ip_range" }),
    links: { batchaccount: ["privatelink.batch.azure.com"] },
  },
  { types: ["azurerm_automation_account"], ports: WEB },
  { types: ["azurerm_recovery_services_vault"], ports: WEB },
  { types: ["azurerm_dashboard_grafana"], ports: WEB, links: { grafana: ["privatelink.grafana.azure.com"] } },
  { types: ["azurerm_monitor_workspace", "azurerm_monitor_data_collection_endpoint"], ports: WEB },
  // Keys of their own let in by addresses that all customers share; of whom identity lets in there nothing is judged.
  {
    types: ["azurerm_log_analytics_workspace", "azurerm_application_insights"],
    ports: WEB,
    switches: ["internet_ingestion_enabled", "local_authentication_enabled"],
    closedBy: ["local_authentication_disabled"],
  },
  { types: ["azurerm_notification_hub_namespace", "azurerm_fluid_relay_server"], ports: WEB },
  {
    types: ["azurerm_bot_service_azure_bot", "azurerm_bot_channels_registration"],
    ports: WEB,
  },
  { types: ["azurerm_virtual_desktop_workspace", "azurerm_virtual_desktop_host_pool"], ports: WEB },
  { types: ["azurerm_static_web_app", "azurerm_static_site"], ports: [80, 443] },

  {
    types: ["azurerm_api_management"],
    tag: "ApiManagement",
    ports: [80, 443, 3443],
    subnet: "virtual_network_configuration.subnet_id",
    links: { gateway: ["privatelink.azure-api.net"] },
  },

  // ------------------------------------------------------------ public by nature
  { types: ["azurerm_cdn_frontdoor_endpoint"], ports: [80, 443], switches: ["enabled"] },
  { types: ["azurerm_cdn_endpoint"], ports: [80, 443], switches: [] },
  { types: ["azurerm_frontdoor"], ports: [80, 443], switches: ["load_balancer_enabled"] },
];

/** Services that share an endpoint with others: found by it alone. */
const SHARED_LINKS: Readonly<Record<string, { readonly tag: string; readonly zones: readonly string[] }>> = {
  azuremonitor: {
    tag: "AzureMonitor",
    zones: [
      "privatelink.monitor.azure.com",
      "privatelink.oms.opinsights.azure.com",
      "privatelink.ods.opinsights.azure.com",
    ],
  },
};

/** What a private endpoint leads to, by the lower-case name of its sub-resource. */
export const PRIVATE_LINKS: ReadonlyMap<
  string,
  { readonly tag?: string | undefined; readonly zones: readonly string[] }
> = new Map([
  ...SERVICES.flatMap(({ tag, links = {} }) =>
    Object.entries(links).map(([subresource, zones]) => [subresource, { tag, zones }] as const),
  ),
  ...Object.entries(SHARED_LINKS),
]);
