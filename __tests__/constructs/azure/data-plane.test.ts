import { azureDataPlane } from "../../../constructs/azure/data-plane";
import { TerraformOutput, TerraformStack, Testing } from "../../../framework";
import type { Json } from "../../support/constructs";
import { azureDeployment } from "../../support/deployments";

function synthesize(fields: Readonly<Record<string, unknown>> = {}) {
  const stack = new TerraformStack(Testing.app(), "stack");
  const dataPlane = azureDataPlane(stack, azureDeployment(fields));
  const { access, identities } = dataPlane;
  new TerraformOutput(stack, "seen", { value: { access, identities }, staticId: true });
  return { dataPlane, json: JSON.parse(Testing.synth(stack)) };
}

test("makes nothing: it reads the cluster, the identities and Microsoft Entra's addresses", () => {
  const { json } = synthesize();
  expect(json.resource).toBeUndefined();
  expect(Object.values(json.data.azurerm_kubernetes_cluster)).toEqual([
    { name: "acme-prod", resource_group_name: "union-acme-prod" },
  ]);
  expect(Object.values(json.data.azurerm_user_assigned_identity)).toEqual(
    ["acme-prod-platform", "acme-prod-task"].map((name) => ({
      name,
      resource_group_name: "union-acme-prod",
    })),
  );
  expect(Object.values(json.data.azurerm_network_service_tags)).toEqual([
    { location: "eastus2", service: "AzureActiveDirectory" },
  ]);
});

test("the cluster is reached at its private address, with a token that a command prints", () => {
  const { dataPlane, json } = synthesize();
  const { host, caCertificate } = json.output.seen.value.access;
  expect(host).toMatch(/^https:\/\/\$\{data\.azurerm_kubernetes_cluster\.[\w-]+\.private_fqdn\}:443$/);
  expect(caCertificate).toMatch(/^\$\{base64decode\(data\..*\.kube_config\[0\]\.cluster_ca_certificate\)\}$/);
  expect(dataPlane.access.exec).toEqual({
    apiVersion: "client.authentication.k8s.io/v1beta1",
    command: "kubelogin",
    args: [
      ...["get-token", "--login", "azurecli", "--server-id", "6dae42f8-4368-4678-94ff-3960e28e3630"],
      ...["--tenant-id", "99999999-8888-7777-6666-555555555555"],
    ],
  });
  expect(dataPlane.kubeconfigCommand).toMatch(
    /^az aks get-credentials .* --resource-group union-acme-prod --name acme-prod && /,
  );
});

test.each([
  {
    network: {},
    api: ["10.0.128.0/28", "172.20.0.1/32"],
    services: ["10.0.128.64/26"],
  },
  {
    network: { cidr: "10.8.0.0/20", serviceCidr: "10.200.0.0/16" },
    api: ["10.8.8.0/28", "10.200.0.1/32"],
    services: ["10.8.8.64/26"],
  },
])("pods reach the API and the private endpoints in $network", ({ network, api, services }) => {
  const { dataPlane } = synthesize({ network });
  expect(dataPlane.apiServerCidrs).toEqual(api);
  expect(dataPlane.cloudServices.cidrs).toEqual(services);
});

test.each([
  { identity: "platform", name: "acme-prod-platform" },
  { identity: "task", name: "acme-prod-task" },
])("pods of $identity are the managed identity $name, by annotation and label", ({ identity, name }) => {
  const { json } = synthesize();
  const { serviceAccountAnnotations, podLabels } = json.output.seen.value.identities[identity];
  const [address] = Object.entries<Json>(json.data.azurerm_user_assigned_identity).find(
    ([, identity]) => identity.name === name,
  ) ?? ["nowhere"];
  expect(serviceAccountAnnotations).toEqual({
    "azure.workload.identity/client-id": `\${data.azurerm_user_assigned_identity.${address}.client_id}`,
  });
  expect(podLabels).toEqual({ "azure.workload.identity/use": "true" });
});

test("the control plane gives task pods the task identity", () => {
  const { identities, clusterData } = synthesize().dataPlane;
  expect({ [clusterData.userRoleKey]: clusterData.userRole }).toEqual(identities.task.serviceAccountAnnotations);
});

test("the object store is the account's containers, opened without its key", () => {
  const { objectStore, clusterData } = synthesize({
    objectStore: {
      existing: { account: "acmedata", resourceGroup: "data", metadata: "meta", fastRegistration: "fast" },
    },
  }).dataPlane;
  expect(objectStore).toEqual({
    metadataBucket: "meta",
    fastRegistrationBucket: "fast",
    region: "eastus2",
    driver: { type: "stow", stow: { kind: "azure", config: { account: "acmedata" } } },
    environment: { AZURE_STORAGE_ACCOUNT_NAME: "acmedata" },
  });
  expect(clusterData.metadataBucketPrefix).toBe("abfs://meta@acmedata.dfs.core.windows.net");
});

test("AKS's agent ships logs to the workspace that the console reads, and Fluent Bit none", () => {
  const { dataPlane } = synthesize();
  expect(dataPlane.fluentBit).toBeUndefined();
  expect(dataPlane.persistedLogs).toEqual({
    sourceType: "AzureLogAnalytics",
    azureLogAnalytics: {
      logAnalyticsWorkspaceResourceIdTemplate:
        "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/union-acme-prod/providers/Microsoft.OperationalInsights/workspaces/acme-prod-pods",
    },
  });
});

test("with Data Explorer, Fluent Bit ships over TLS as its own identity, with no key", () => {
  const { dataPlane, json } = synthesize({ logCluster: {} });
  const [clientId] = Object.values(dataPlane.fluentBit?.identity.serviceAccountAnnotations ?? {});
  expect(dataPlane.fluentBit?.outputs).toEqual([
    {
      Name: "azure_kusto",
      auth_type: "workload_identity",
      tenant_id: "99999999-8888-7777-6666-555555555555",
      client_id: clientId,
      ingestion_endpoint: expect.stringMatching(/^https:\/\/ingest-acmeprod[0-9a-f]{8}\.eastus2\.kusto\.windows\.net$/),
      database_name: "logs",
      table_name: "pods",
      tls: "on",
      "tls.verify": "on",
      retry_limit: "5",
    },
  ]);
  const names = Object.values<Json>(json.data.azurerm_user_assigned_identity).map(({ name }) => name);
  expect(names).toContain("acme-prod-fluent-bit");
  expect(dataPlane.persistedLogs).toMatchObject({ sourceType: "ObjectStore" });
});

test("the platform's secrets are in the vault that is made", () => {
  expect(synthesize().dataPlane.secretManager).toEqual({
    enabled: true,
    type: "Azure",
    azureConfig: { vaultURI: expect.stringMatching(/^https:\/\/acme-prod-[0-9a-f]{8}\.vault\.azure\.net\/$/) },
  });
});

const GIVEN_VAULT = "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/own";

test.each([
  {
    given: undefined,
    vault: expect.stringMatching(/\/resourceGroups\/union-acme-prod\/.*\/vaults\/acme-prod-[0-9a-f]{8}$/),
    name: "client-secret",
  },
  { given: { keyVaultId: GIVEN_VAULT, name: "union" }, vault: GIVEN_VAULT, name: "union" },
])("the client secret is read for the moment, from $given", ({ given, vault, name }) => {
  const { dataPlane, json } = synthesize(given ? { clientSecret: given } : {});
  expect(json.ephemeral.azurerm_key_vault_secret.client_secret).toEqual({ key_vault_id: vault, name });
  expect(dataPlane.clientSecret).toBe("${ephemeral.azurerm_key_vault_secret.client_secret.value}");
});

test("AKS sizes its pools by itself", () => {
  expect(synthesize().dataPlane).not.toHaveProperty("autoscaler");
});
