import { Identity, type IdentityProps } from "../../../constructs/azure/identity";
import { Synthesized } from "../../support/constructs";

const STORAGE = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/acme";
const CONTAINERS = ["metadata", "fast-registration"].map(
  (name) => `${STORAGE}/blobServices/default/containers/${name}`,
);
const VAULT = "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/acme";
const REGISTRY = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/acme";
const ISSUER = "https://eastus2.oic.prod-aks.azure.com/directory/cluster/";

const WORKSPACE = "/subscriptions/s/resourceGroups/g/providers/Microsoft.OperationalInsights/workspaces/acme-pods";

const synthesize = (more: Partial<IdentityProps> = {}) =>
  Synthesized.of((scope) => {
    new Identity(scope, "identity", {
      names: { platform: "acme-platform", task: "acme-task" },
      group: { name: "union-acme", location: "eastus2", tags: {} },
      issuer: ISSUER,
      taskServiceAccounts: [
        { namespace: "union", name: "union" },
        { namespace: "flytesnacks-development", name: "default" },
      ],
      containerIds: CONTAINERS,
      storageAccountId: STORAGE,
      keyVaultId: VAULT,
      registryId: REGISTRY,
      logs: { workspaceId: WORKSPACE },
      ...more,
    });
  });
const withWorkspace = synthesize();
const withDatabase = synthesize({
  logs: {
    clusterName: "acmelogs",
    databaseName: "logs",
    identityName: "acme-fluent-bit",
    serviceAccount: { namespace: "union-fluent-bit", name: "fluentbit-system" },
    directory: "99999999-8888-7777-6666-555555555555",
    dependsOn: [],
  },
});

const identity = (name: string, made = withDatabase) => made.address("azurerm_user_assigned_identity", { name });

test.each([
  { name: "acme-platform", accounts: ["system:serviceaccount:union:union-system"] },
  {
    name: "acme-task",
    accounts: ["system:serviceaccount:union:union", "system:serviceaccount:flytesnacks-development:default"],
  },
  { name: "acme-fluent-bit", accounts: ["system:serviceaccount:union-fluent-bit:fluentbit-system"] },
])("$name trusts exactly $accounts", ({ name, accounts }) => {
  const credentials = withDatabase
    .all("azurerm_federated_identity_credential")
    .filter(({ parent_id }) => parent_id === `\${${identity(name)}.id}`);
  expect(credentials.map(({ subject }) => subject).sort()).toEqual([...accounts].sort());
  for (const { issuer, audience } of credentials) {
    expect(issuer).toBe(ISSUER);
    expect(audience).toEqual(["api://AzureADTokenExchange"]);
  }
});

const BOTH_CONTAINERS = CONTAINERS.map((container) => `Storage Blob Data Contributor on ${container}`);

const rolesOf = (name: string, made: Synthesized) =>
  made
    .all("azurerm_role_assignment")
    .filter(({ principal_id }) => principal_id === `\${${identity(name, made)}.principal_id}`)
    .map(({ role_definition_name, scope }) => `${role_definition_name} on ${scope}`);

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
  expect(rolesOf(name, withDatabase).sort()).toEqual([...roles].sort());
});

test("with a workspace of logs the platform reads it, and Fluent Bit is nobody", () => {
  expect(rolesOf("acme-platform", withWorkspace).sort()).toEqual(
    [...rolesOf("acme-platform", withDatabase), `Log Analytics Reader on ${WORKSPACE}`].sort(),
  );
  const names = withWorkspace.all("azurerm_user_assigned_identity").map(({ name }) => name);
  expect(names).toEqual(["acme-platform", "acme-task"]);
});

test("Fluent Bit writes to the logs' database, and nobody else does", () => {
  expect(withDatabase.all("azurerm_kusto_database_principal_assignment")).toEqual([
    expect.objectContaining({
      cluster_name: "acmelogs",
      database_name: "logs",
      principal_type: "App",
      principal_id: `\${${identity("acme-fluent-bit")}.client_id}`,
      role: "Ingestor",
    }),
  ]);
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

test("task pods that build images pull what they build on from registries that were there already", () => {
  const given = REGISTRY.replace(/[^/]+$/, "given");
  const givenRegistries = [{ name: "given", id: given }];
  const pulls = (props: Partial<IdentityProps>) =>
    synthesize(props)
      .all("azurerm_role_assignment")
      .filter(({ role_definition_name }) => role_definition_name === "AcrPull")
      .map(({ scope }) => scope);
  expect(pulls({ tasksBuildImages: true, givenRegistries })).toEqual([given]);
  expect(pulls({ givenRegistries })).toEqual([]);
});
