import { Identity, type IdentityProps } from "../../../constructs/azure/identity";
import { Synthesized } from "../../support/constructs";

const STORAGE = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/acme";
const CONTAINERS = ["metadata", "fast-registration"].map(
  (name) => `${STORAGE}/blobServices/default/containers/${name}`,
);
const VAULT = "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/acme";
const REGISTRY = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/acme";
const ISSUER = "https://eastus2.oic.prod-aks.azure.com/directory/cluster/";

const synthesize = (more: Partial<IdentityProps> = {}) =>
  Synthesized.of((scope) => {
    new Identity(scope, "identity", {
      names: { platform: "acme-platform", task: "acme-task", fluentBit: "acme-fluent-bit" },
      group: { name: "union-acme", location: "eastus2", tags: {} },
      issuer: ISSUER,
      taskServiceAccounts: [
        { namespace: "union", name: "union" },
        { namespace: "flytesnacks-development", name: "default" },
      ],
      fluentBitServiceAccount: { namespace: "union-fluent-bit", name: "fluentbit-system" },
      containerIds: CONTAINERS,
      storageAccountId: STORAGE,
      keyVaultId: VAULT,
      registryId: REGISTRY,
      logs: { clusterName: "acmelogs", databaseName: "logs" },
      directory: "99999999-8888-7777-6666-555555555555",
      ...more,
    });
  });
const made = synthesize();

const identity = (name: string) => made.address("azurerm_user_assigned_identity", { name });

test.each([
  { name: "acme-platform", accounts: ["system:serviceaccount:union:union-system"] },
  {
    name: "acme-task",
    accounts: ["system:serviceaccount:union:union", "system:serviceaccount:flytesnacks-development:default"],
  },
  { name: "acme-fluent-bit", accounts: ["system:serviceaccount:union-fluent-bit:fluentbit-system"] },
])("$name trusts exactly $accounts", ({ name, accounts }) => {
  const credentials = made
    .all("azurerm_federated_identity_credential")
    .filter(({ parent_id }) => parent_id === `\${${identity(name)}.id}`);
  expect(credentials.map(({ subject }) => subject).sort()).toEqual([...accounts].sort());
  for (const { issuer, audience } of credentials) {
    expect(issuer).toBe(ISSUER);
    expect(audience).toEqual(["api://AzureADTokenExchange"]);
  }
});

const BOTH_CONTAINERS = CONTAINERS.map((container) => `Storage Blob Data Contributor on ${container}`);

test.each([
  {
    name: "acme-platform",
    roles: [
      ...BOTH_CONTAINERS,
      `Storage Blob Delegator on ${STORAGE}`,
      `Key Vault Secrets Officer on ${VAULT}`,
      `AcrPush on ${REGISTRY}`,
    ],
  },
  { name: "acme-task", roles: BOTH_CONTAINERS },
  { name: "acme-fluent-bit", roles: [] },
])("$name has exactly the roles $roles", ({ name, roles }) => {
  const assigned = made
    .all("azurerm_role_assignment")
    .filter(({ principal_id }) => principal_id === `\${${identity(name)}.principal_id}`);
  expect(assigned.map(({ role_definition_name, scope }) => `${role_definition_name} on ${scope}`).sort()).toEqual(
    [...roles].sort(),
  );
});

test("the platform reads the logs' database, Fluent Bit writes to it, and task pods do neither", () => {
  const logs = { cluster_name: "acmelogs", database_name: "logs", principal_type: "App" };
  const assigned = made.all("azurerm_kusto_database_principal_assignment");
  expect(assigned).toHaveLength(1);
  for (const [name, role] of [["acme-fluent-bit", "Ingestor"]] as const) {
    const { role: given, ...rest } = made.one("azurerm_kusto_database_principal_assignment", {
      principal_id: `\${${identity(name)}.client_id}`,
    });
    expect(given).toBe(role);
    expect(rest).toMatchObject(logs);
  }
});

test("task pods that build images push to the registry", () => {
  const building = synthesize({ tasksBuildImages: true });
  const task = building.address("azurerm_user_assigned_identity", { name: "acme-task" });
  expect(building.all("azurerm_role_assignment")).toContainEqual(
    expect.objectContaining({
      role_definition_name: "AcrPush",
      scope: REGISTRY,
      principal_id: `\${${task}.principal_id}`,
    }),
  );
});
