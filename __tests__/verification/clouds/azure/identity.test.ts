import { judgeAzureIdentity } from "../../../../verification/clouds/azure/identity";
import type { Resource } from "../../../../verification/model";
import { kubernetesObjects } from "../../../../verification/readers/terraform-kubernetes";
import { azureDeployment } from "../../../support/deployments";
import type { Json } from "../../../support/judge";
import { manifests } from "../../../support/manifests";
import { resourcesOf } from "../../../support/resources";

const id = (type: string, name: string, attribute = "id") => `\${${type}.${name}.${attribute}}`;
const IDENTITY = "azurerm_user_assigned_identity";
const NAMES = { platform: "acme-prod-platform", task: "acme-prod-task", fluent: "acme-prod-fluent-bit" };
const SUBJECTS = {
  platform: "system:serviceaccount:union:union-system",
  task: "system:serviceaccount:union:union",
  fluent: "system:serviceaccount:union-fluent-bit:fluentbit-system",
};
type Name = keyof typeof NAMES;
const of = <T>(make: (name: Name) => T): Record<Name, T> => ({
  platform: make("platform"),
  task: make("task"),
  fluent: make("fluent"),
});

const role = (name: Name, role_definition_name: string, scope: string) => ({
  principal_id: id(IDENTITY, name, "principal_id"),
  role_definition_name,
  scope,
});

/** Identities, their credentials and roles, and the service accounts and pods of the workloads. */
const fine = (): Json => ({
  resource: {
    azurerm_kubernetes_cluster: { k: { name: "acme-prod" } },
    azurerm_storage_account: { s: { name: "s" } },
    azurerm_storage_container: { c: { name: "metadata" } },
    azurerm_key_vault: { v: { name: "v" } },
    azurerm_container_registry: { r: { name: "r" } },
    azurerm_resource_group: { g: { name: "g" } },
    [IDENTITY]: { ...of((name) => ({ name: NAMES[name] })), node: { name: "acme-prod-node" } },
    azurerm_federated_identity_credential: of((name) => ({
      parent_id: id(IDENTITY, name),
      audience: ["api://AzureADTokenExchange"],
      issuer: id("azurerm_kubernetes_cluster", "k", "oidc_issuer_url"),
      subject: SUBJECTS[name],
    })),
    azurerm_role_assignment: {
      objects: role("platform", "Storage Blob Data Contributor", id("azurerm_storage_container", "c")),
      signing: role("platform", "Storage Blob Delegator", id("azurerm_storage_account", "s")),
      secrets: role("platform", "Key Vault Secrets Officer", id("azurerm_key_vault", "v")),
      images: role("platform", "AcrPush", id("azurerm_container_registry", "r")),
      data: role(
        "task",
        "Storage Blob Data Contributor",
        "/subscriptions/1/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/s/blobServices/default/containers/c",
      ),
      pull: {
        ...role("task", "AcrPull", id("azurerm_container_registry", "r")),
        principal_id: id(IDENTITY, "node", "principal_id"),
      },
    },
    azurerm_kusto_database_principal_assignment: {
      write: { principal_id: id(IDENTITY, "fluent", "client_id"), role: "Ingestor" },
    },
    kubernetes_service_account_v1: {
      platform: account("union", "union-system", "platform"),
      task: account("union", "union", "task"),
      fluent: account("union-fluent-bit", "fluentbit-system", "fluent"),
      other: { metadata: { namespace: "union", name: "other" } },
    },
    kubernetes_deployment_v1: {
      operator: {
        metadata: { namespace: "union", name: "operator" },
        spec: {
          template: {
            metadata: { labels: { app: "operator", "azure.workload.identity/use": "true" } },
            spec: { service_account_name: "union-system" },
          },
        },
      },
    },
  },
  data: { [IDENTITY]: of((name) => ({ name: NAMES[name], resource_group_name: "union-acme-prod" })) },
});

function account(namespace: string, name: string, identity: Name) {
  const annotations = { "azure.workload.identity/client-id": id(`data.${IDENTITY}`, identity, "client_id") };
  return { metadata: { namespace, name, annotations } };
}

function judge(
  change: (resource: Json, json: Json) => void = () => undefined,
  beside: readonly Resource[] = [],
): string[] {
  const json = fine();
  change(json.resource, json);
  const resources = [...kubernetesObjects(resourcesOf(json)), ...beside];
  const system = { resources, endpoints: [], unjudged: [], rules: 0 };
  return [...judgeAzureIdentity(system, azureDeployment())].map(
    ({ status, resource, message }) => `${status} ${resource}: ${message}`,
  );
}

const FEDERATED = "azurerm_federated_identity_credential";
const ROLE = "azurerm_role_assignment";
const DATABASE = "azurerm_kusto_database_principal_assignment";
const ACCOUNT = "kubernetes_service_account_v1";
const credential = (name: Name, values: object) => (resource: Json) => Object.assign(resource[FEDERATED][name], values);
const assign = (values: object) => (resource: Json) => Object.assign(resource[ROLE].data, values);
const annotate = (account: string, identity: unknown) => (resource: Json) => {
  resource[ACCOUNT][account].metadata.annotations = { "azure.workload.identity/client-id": identity };
};

test("identities that are federated to their own, with their own roles", () => expect(judge()).toEqual([]));

test.each<[string, (resource: Json, json: Json) => void, ...string[]]>([
  [
    "another subject",
    credential("task", { subject: "system:serviceaccount:default:default" }),
    `violated ${FEDERATED}.task: lets system:serviceaccount:default:default be acme-prod-task, which it is not`,
    `violated ${IDENTITY}.task: is not federated to ${SUBJECTS.task}, whose identity it is`,
  ],
  [
    "a subject that is not known",
    credential("task", { subject: "${var.a}-x" }),
    `unknown ${FEDERATED}.task: its subject can't be told: \${var.a}-x is not known`,
    `violated ${IDENTITY}.task: is not federated to ${SUBJECTS.task}, whose identity it is`,
  ],
  [
    "an identity of nobody",
    credential("task", { parent_id: id(IDENTITY, "node") }),
    `violated ${FEDERATED}.task: lets ${SUBJECTS.task} be acme-prod-node, which it is not`,
    `violated ${IDENTITY}.task: is not federated to ${SUBJECTS.task}, whose identity it is`,
  ],
  [
    "an identity that can't be told",
    credential("task", { parent_id: "${var.a}-x" }),
    `unknown ${FEDERATED}.task: whose credential it is can't be told`,
    `violated ${IDENTITY}.task: is not federated to ${SUBJECTS.task}, whose identity it is`,
  ],
  [
    "a further audience",
    credential("fluent", { audience: ["api://AzureADTokenExchange", "any"] }),
    `violated ${FEDERATED}.fluent: its audience is not api://AzureADTokenExchange`,
  ],
  [
    "an issuer of somebody else's",
    credential("platform", { issuer: "https://token.actions.githubusercontent.com" }),
    `violated ${FEDERATED}.platform: its issuer is not the data plane's own cluster`,
  ],
  [
    "an attribute of the cluster that is no issuer",
    credential("platform", { issuer: id("azurerm_kubernetes_cluster", "k", "fqdn") }),
    `violated ${FEDERATED}.platform: its issuer is not the data plane's own cluster`,
  ],
  [
    "no credential",
    (resource) => delete resource[FEDERATED].platform,
    `violated ${IDENTITY}.platform: is not federated to ${SUBJECTS.platform}, whose identity it is`,
  ],
  [
    "the whole account for task pods",
    assign({ scope: id("azurerm_storage_account", "s") }),
    `violated ${ROLE}.data: gives acme-prod-task the role Storage Blob Data Contributor on azurerm_storage_account, which it does not need`,
  ],
  [
    "the same by its id",
    assign({ scope: "/subscriptions/1/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/s" }),
    `violated ${ROLE}.data: gives acme-prod-task the role Storage Blob Data Contributor on azurerm_storage_account, which it does not need`,
  ],
  [
    "a role of the platform for task pods",
    assign({ role_definition_name: "Key Vault Secrets Officer", scope: id("azurerm_key_vault", "v") }),
    `violated ${ROLE}.data: gives acme-prod-task the role Key Vault Secrets Officer on azurerm_key_vault, which it does not need`,
  ],
  [
    "a whole resource group",
    assign({ principal_id: id(IDENTITY, "node", "principal_id"), scope: id("azurerm_resource_group", "g") }),
    `violated ${ROLE}.data: its role is on a resource group or above, not one resource`,
  ],
  [
    "a whole subscription, for whomever",
    assign({ principal_id: "somebody", scope: "/subscriptions/1" }),
    `violated ${ROLE}.data: its role is on a resource group or above, not one resource`,
  ],
  [
    "a role that allows everything",
    assign({ principal_id: id(IDENTITY, "node", "principal_id"), role_definition_name: "Owner" }),
    `violated ${ROLE}.data: the role Owner allows nearly everything`,
  ],
  [
    "a role by its id",
    assign({ role_definition_name: null, role_definition_id: "/providers/x" }),
    `unknown ${ROLE}.data: which role it gives can't be told`,
  ],
  [
    "a scope that is not known",
    assign({ scope: "${var.a}-x" }),
    `unknown ${ROLE}.data: what its role is on can't be told`,
  ],
  [
    "a database's admin",
    (resource) => (resource[DATABASE].write.role = "Admin"),
    `violated ${DATABASE}.write: gives acme-prod-fluent-bit the role Admin in the logs`,
  ],
  [
    "logs written by somebody",
    (resource) => (resource[DATABASE].write.principal_id = "somebody"),
    `violated ${DATABASE}.write: gives somebody the role Ingestor in the logs`,
  ],
  [
    "a role in every database",
    (resource) => (resource.azurerm_kusto_cluster_principal_assignment = { all: { role: "AllDatabasesViewer" } }),
    "violated azurerm_kusto_cluster_principal_assignment.all: gives a role in every database of the log cluster",
  ],
  [
    "no identity",
    (resource) => delete resource[ACCOUNT].task.metadata.annotations,
    `violated ${ACCOUNT}.task: has no identity of its own`,
  ],
  [
    "the platform's identity for task pods",
    annotate("task", id(`data.${IDENTITY}`, "platform", "client_id")),
    `violated ${ACCOUNT}.task: has the identity acme-prod-platform, which is not its own`,
  ],
  [
    "an identity for an account that needs none",
    annotate("other", id(`data.${IDENTITY}`, "task", "client_id")),
    `violated ${ACCOUNT}.other: has the identity acme-prod-task, which is not its own`,
  ],
  [
    "an identity of somebody else's",
    annotate("task", "0a0a0a0a-0000-0000-0000-000000000000"),
    `violated ${ACCOUNT}.task: has the identity an identity that the input does not hold, which is not its own`,
  ],
  [
    "an identity that is not known",
    annotate("task", "${var.a}-x"),
    `unknown ${ACCOUNT}.task: its identity can't be told: \${var.a}-x is not known`,
  ],
  [
    "pods that do not ask for a token",
    (resource) =>
      delete resource.kubernetes_deployment_v1.operator.spec.template.metadata.labels["azure.workload.identity/use"],
    "violated kubernetes_deployment_v1.operator: its pods do not ask for the token of their identity",
  ],
])("%s", (_, change, ...findings) => expect(judge(change)).toEqual(findings));

describe("pods without the label", () => {
  const byVolume = (env: readonly object[]) => (resource: Json) => {
    const { template } = resource.kubernetes_deployment_v1.operator.spec;
    template.metadata.labels = {};
    Object.assign(template.spec, {
      container: [{ name: "a", env }],
      volume: [
        {
          name: "token",
          projected: [
            { sources: [{ service_account_token: [{ audience: "api://AzureADTokenExchange", path: "t" }] }] },
          ],
        },
      ],
    });
  };

  test("may have the token by a volume of their own", () => {
    expect(judge(byVolume([{ name: "AZURE_CLIENT_ID", value: "1" }]))).toEqual([]);
  });

  test("are told whose it is", () => {
    expect(judge(byVolume([]))).toEqual([
      "violated kubernetes_deployment_v1.operator: its pods do not ask for the token of their identity",
    ]);
  });
});

test("a client id in a render can't be told, unless the input holds those that Azure chose", () => {
  const annotations = { "azure.workload.identity/client-id": "0a0a0a0a-0000-0000-0000-000000000000" };
  const rendered: Resource = manifests(
    JSON.stringify({
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { name: "union-system", namespace: "union", annotations },
    }),
  )[0] as Resource;
  const found = (change?: (resource: Json) => void) => judge(change, [rendered]).map((line) => line.split(":")[0]);
  expect(found()).toEqual(["unknown ServiceAccount/union/union-system"]);
  const known = (resource: Json) => (resource[IDENTITY].platform.client_id = "1b1b1b1b-0000-0000-0000-000000000000");
  expect(found(known)).toEqual(["violated ServiceAccount/union/union-system"]);
});

test("what Azure gave as ids, once it is applied, is the same", () => {
  const ids: Record<Name, string> = of((name) => `00000000-0000-0000-0000-${NAMES[name].padEnd(12, "0").slice(-12)}`);
  const applied = (resource: Json, json: Json) => {
    resource.azurerm_kubernetes_cluster.k.oidc_issuer_url = "https://issuer/1";
    for (const name of Object.keys(NAMES) as Name[]) {
      Object.assign(resource[IDENTITY][name], { client_id: ids[name], principal_id: `p-${ids[name]}` });
      json.data[IDENTITY][name].client_id = ids[name];
      resource[FEDERATED][name].issuer = "https://issuer/1";
      resource[FEDERATED][name].parent_id =
        `/subscriptions/1/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${NAMES[name]}`;
      annotate(name, ids[name])(resource);
    }
    resource[ROLE].data.principal_id = `p-${ids.task}`;
    resource[DATABASE].write.principal_id = ids.fluent;
  };
  expect(judge(applied)).toEqual([]);
  const swapped = (resource: Json, json: Json) => {
    applied(resource, json);
    annotate("task", ids.platform)(resource);
  };
  expect(judge(swapped)).toEqual([
    `violated ${ACCOUNT}.task: has the identity acme-prod-platform, which is not its own`,
  ]);
});
