import { LogAggregation, LogWorkspace, type LogAggregationProps } from "../../../constructs/azure/log-aggregation";
import { TerraformResource } from "../../../framework";
import { Synthesized } from "../../support/constructs";

const VAULT = "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/vault";
const ENCRYPTION = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/enc";
const GROUP = { name: "union-acme", location: "eastus2", tags: {} };

function synthesize(props: Partial<LogAggregationProps> = {}) {
  return Synthesized.of((scope) => {
    const role = new TerraformResource(scope, "role", { terraformResourceType: "azurerm_role_assignment" });
    new LogAggregation(scope, "logs", {
      clusterName: "acmeprod12345678",
      databaseName: "logs",
      tableName: "pods",
      group: GROUP,
      sku: "Standard_E2ads_v5",
      capacity: 2,
      zones: ["1", "2"],
      retentionDays: 365,
      key: { keyVaultId: VAULT },
      keyName: "data-plane",
      encryptionIdentity: { id: ENCRYPTION, roles: [role] },
      ...props,
    });
  });
}

test("the cluster answers at its private endpoint alone, to identities of this directory", () => {
  expect(synthesize().one("azurerm_kusto_cluster")).toMatchObject({
    public_network_access_enabled: false,
    trusted_external_tenants: [],
    sku: { name: "Standard_E2ads_v5", capacity: 2 },
    zones: ["1", "2"],
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
      key_name: "data-plane",
      user_identity: ENCRYPTION,
      depends_on: ["azurerm_role_assignment.role"],
    }),
  );
  expect(made.one("azurerm_kusto_database").depends_on).toEqual([
    made.address("azurerm_kusto_cluster_customer_managed_key"),
  ]);
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
