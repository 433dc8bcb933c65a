import { persistedLogs } from "../../../config/azure/logs";
import {
  fastRegistrationContainer,
  metadataContainer,
  resourceGroup,
  storageAccount,
  metadataPath,
  keyVaultUri,
} from "../../../config/azure/names";
import type { AzureDeployment } from "../../../config/deployment";
import { infrastructureStack } from "../../../config/names";
import type { ChartValues } from "../chart-values";

const TASK_CLIENT_ID = "{{ .Values.global.AZURE_WORKER_CLIENT_ID }}";

export function azureValues(deployment: AzureDeployment): ChartValues {
  const { subscription, directory, cloudRegion } = deployment;
  const account = storageAccount(deployment);
  const [metadata, fastRegistration] = [metadataContainer(deployment), fastRegistrationContainer(deployment)];
  const vaultUri = keyVaultUri(deployment);
  // Azure chooses an identity's client id when the infrastructure is made.
  const output = (name: string) =>
    `$(terraform -chdir=cdktf.out/stacks/${infrastructureStack(deployment)} output -raw ${name})`;
  return {
    provider: "azure",
    global: {
      METADATA_CONTAINER: metadata,
      AZURE_STORAGE_ACCOUNT: account,
      AZURE_SUBSCRIPTION_ID: subscription,
      AZURE_TENANT_ID: directory,
      AZURE_RESOURCE_GROUP: resourceGroup(deployment),
      AZURE_KEY_VAULT_URI: vaultUri,
    },
    storage: {
      provider: "custom",
      bucketName: metadata,
      fastRegistrationBucketName: fastRegistration,
      region: cloudRegion,
      enableMultiContainer: true,
      // Without a container of its own, so that either bucket is the one that the chart writes for it.
      custom: { type: "stow", stow: { kind: "azure", config: { account } } },
      metadataPrefix: metadataPath(deployment),
    },
    identityAnnotation: "azure.workload.identity/client-id",
    identities: {
      platform: "{{ .Values.global.AZURE_BACKEND_CLIENT_ID }}",
      task: TASK_CLIENT_ID,
    },
    podLabels: { "azure.workload.identity/use": "true" },
    connectors: workloadIdentity(TASK_CLIENT_ID, directory),
    persistedLogs: persistedLogs(deployment),
    secretManager: { type: "Azure", config: { azureConfig: { vaultURI: vaultUri } } },
    taskPods: {
      "default-labels": [{ "azure.workload.identity/use": "true" }],
      "default-env-vars": [{ AZURE_STORAGE_ACCOUNT_NAME: account }],
    },
    settings: [
      `global.AZURE_BACKEND_CLIENT_ID=${output("platform_client_id")}`,
      `global.AZURE_WORKER_CLIENT_ID=${output("task_client_id")}`,
    ],
  };
}

/**
 * What Azure's webhook adds to pods that bear its label, as the connectors' keys take it: parts of the pod's `spec` and of
 * its container, whatever the keys are called.
 */
function workloadIdentity(clientId: string, directory: string): Record<string, unknown> {
  const name = "azure-identity-token";
  const mountPath = "/var/run/secrets/azure/tokens";
  const token = { audience: "api://AzureADTokenExchange", expirationSeconds: 3600, path: name };
  return {
    additionalEnvs: [
      { name: "AZURE_CLIENT_ID", value: clientId },
      { name: "AZURE_TENANT_ID", value: directory },
      { name: "AZURE_AUTHORITY_HOST", value: "https://login.microsoftonline.com/" },
      { name: "AZURE_FEDERATED_TOKEN_FILE", value: `${mountPath}/${name}` },
    ],
    additionalVolumeMounts: { volumeMounts: [{ name, mountPath, readOnly: true }] },
    additionalVolumes: { volumes: [{ name, projected: { sources: [{ serviceAccountToken: token }] } }] },
  };
}
