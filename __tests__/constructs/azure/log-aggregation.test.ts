import {
  LogAggregation,
  LogCluster,
  LogWorkspace,
  type LogClusterProps,
} from "../../../constructs/azure/log-aggregation";
import { TerraformResource } from "../../../framework";
import { Synthesized } from "../../support/constructs";

const VAULT = "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/vault";
const ENCRYPTION = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/enc";
const GROUP = { name: "union-acme", location: "eastus2", tags: {} };

function synthesize(props: Partial<LogClusterProps> = {}) {
  return Synthesized.of((scope) => {
    const role = new TerraformResource(scope, "role", { terraformResourceType: "azurerm_role_assignment" });
    new LogCluster(scope, "logs", {
      clusterName: "acmeprod12345678",
      databaseName: "logs",
      tableName: "pods",
      group: GROUP,
      sku: "Standard_E2ads_v5",
      capacity: 2,
      zones: ["1", "2"],
      retentionDays: 365,
      key: { keyVaultId: VAULT, name: "logs" },
      encryptionIdentity: { id: ENCRYPTION, roles: [role] },
      ...props,
    });
  });
}

const CLUSTER = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/acme";
const aggregation = Synthesized.of((scope) => {
  new LogAggregation(scope, "logs", { name: "acme-pods", group: GROUP, retentionDays: 90 }).collectFrom(CLUSTER);
});
const idOf = (type: string) => `\${${aggregation.address(type)}.id}`;

test("the workspace of pods' logs answers by private link alone, to identities", () => {
  expect(aggregation.one("azurerm_log_analytics_workspace")).toMatchObject({
    name: "acme-pods",
    retention_in_days: 90,
    local_authentication_enabled: false,
    internet_ingestion_enabled: false,
    internet_query_enabled: false,
  });
  expect(aggregation.one("azurerm_monitor_data_collection_endpoint").public_network_access_enabled).toBe(false);
});

test("the private link leads to the workspace and the agent's settings, and to nobody else's", () => {
  expect(aggregation.one("azurerm_monitor_private_link_scope")).toMatchObject({
    ingestion_access_mode: "PrivateOnly",
    query_access_mode: "PrivateOnly",
  });
  const linked = aggregation.all("azurerm_monitor_private_link_scoped_service");
  expect(linked.map(({ linked_resource_id }) => linked_resource_id).sort()).toEqual(
    [idOf("azurerm_log_analytics_workspace"), idOf("azurerm_monitor_data_collection_endpoint")].sort(),
  );
});

test("the cluster's agent collects what containers write, in the table that Union's proxy reads", () => {
  const rule = aggregation.one("azurerm_monitor_data_collection_rule");
  expect(rule.data_flow).toEqual([{ streams: ["Microsoft-ContainerLogV2"], destinations: ["pods"] }]);
  expect(rule.destinations.log_analytics).toEqual([
    { name: "pods", workspace_resource_id: idOf("azurerm_log_analytics_workspace") },
  ]);
  const [extension] = rule.data_sources.extension;
  expect(extension).toMatchObject({ extension_name: "ContainerInsights", streams: ["Microsoft-ContainerLogV2"] });
  expect(JSON.parse(extension.extension_json).dataCollectionSettings).toMatchObject({
    namespaceFilteringMode: "Off",
    enableContainerLogV2: true,
  });
  const associations = aggregation.all("azurerm_monitor_data_collection_rule_association");
  expect(associations).toEqual([
    {
      name: "ContainerInsightsExtension",
      target_resource_id: CLUSTER,
      data_collection_rule_id: idOf("azurerm_monitor_data_collection_rule"),
    },
    {
      name: "configurationAccessEndpoint",
      target_resource_id: CLUSTER,
      data_collection_endpoint_id: idOf("azurerm_monitor_data_collection_endpoint"),
    },
  ]);
});

test("the cluster answers at its private endpoint alone, to identities of this directory", () => {
  expect(synthesize().one("azurerm_kusto_cluster")).toMatchObject({
    public_network_access_enabled: false,
    trusted_external_tenants: [],
    sku: { name: "Standard_E2ads_v5", capacity: 2 },
    zones: ["1", "2"],
    // Others would be another cluster, without the logs.
    lifecycle: { ignore_changes: ["zones"] },
  });
});

test("the cluster never stops by itself, which would lose logs", () => {
  expect(synthesize().one("azurerm_kusto_cluster").auto_stop_enabled).toBe(false);
});

test("logs are encrypted with the key before the first one comes", () => {
  const made = synthesize();
  const cluster = made.address("azurerm_kusto_cluster");
  expect(made.one("azurerm_kusto_cluster")).toMatchObject({
    disk_encryption_enabled: true,
    double_encryption_enabled: true,
    identity: { type: "UserAssigned", identity_ids: [ENCRYPTION] },
  });
  expect(made.one("azurerm_kusto_cluster_customer_managed_key")).toEqual(
    expect.objectContaining({
      cluster_id: `\${${cluster}.id}`,
      key_vault_id: VAULT,
      key_name: "logs",
      user_identity: ENCRYPTION,
      depends_on: ["azurerm_role_assignment.role"],
    }),
  );
  expect(made.one("azurerm_kusto_database").depends_on).toEqual([
    made.address("azurerm_kusto_cluster_customer_managed_key"),
  ]);
});

test("without a key of the customer's, Data Explorer has Azure's, since no vault's firewall lets it through", () => {
  const made = synthesize({ key: undefined });
  // Its identity is there all the same: one that came and went with the key could go before it.
  expect(made.one("azurerm_kusto_cluster").identity).toEqual({ type: "UserAssigned", identity_ids: [ENCRYPTION] });
  expect(made.all("azurerm_kusto_cluster_customer_managed_key")).toEqual([]);
  expect(made.one("azurerm_kusto_database")).not.toHaveProperty("depends_on");
});

test.each([
  { retentionDays: 30, kept: "P30D", quick: "P30D" },
  { retentionDays: 365, kept: "P365D", quick: "P31D" },
])("logs are kept for $retentionDays days", ({ retentionDays, kept, quick }) => {
  expect(synthesize({ retentionDays }).one("azurerm_kusto_database")).toMatchObject({
    soft_delete_period: kept,
    hot_cache_period: quick,
  });
});

test("the table has the columns that Fluent Bit writes", () => {
  const made = synthesize({ tableName: "pods" });
  expect(made.one("azurerm_kusto_script")).toMatchObject({
    database_id: `\${${made.address("azurerm_kusto_database")}.id}`,
    script_content: ".create-merge table pods (log:dynamic, tag:string, timestamp:datetime)",
  });
});

test("the workspace has an end and no key of its own", () => {
  const made = Synthesized.of((scope) => {
    new LogWorkspace(scope, "workspace", { name: "acme-logs", group: GROUP, retentionDays: 90 });
  });
  expect(made.one("azurerm_log_analytics_workspace")).toMatchObject({
    name: "acme-logs",
    retention_in_days: 90,
    local_authentication_enabled: false,
  });
});
