import { DataAzurermKubernetesCluster } from "@cdktf/provider-azurerm/lib/data-azurerm-kubernetes-cluster";
import { DataAzurermNetworkServiceTags } from "@cdktf/provider-azurerm/lib/data-azurerm-network-service-tags";
import { DataAzurermUserAssignedIdentity } from "@cdktf/provider-azurerm/lib/data-azurerm-user-assigned-identity";
import { kubernetesServiceAddress } from "../../config/address-plan";
import { givenEndpoints, planAddresses } from "../../config/azure/address-plan";
import { logClusterOutput, persistedLogs } from "../../config/azure/logs";
import {
  clientSecret,
  fastRegistrationContainer,
  fluentBitIdentity,
  keyVaultUri,
  metadataContainer,
  platformIdentity,
  resourceGroup,
  storageAccount,
  taskIdentity,
  metadataPath,
} from "../../config/azure/names";
import type { CloudOutputs } from "../../config/cloud-outputs";
import type { AzureDeployment } from "../../config/deployment";
import { egressOf } from "../../config/egress";
import { imageReference, platformImages } from "../../config/images";
import { clusterName } from "../../config/names";
import { Construct, Fn, type TerraformStack } from "../../framework";
import { KUBE_DNS, type DataPlane, type LogShipping, type WorkloadIdentity } from "../data-plane";

/** Annotation by which Azure's webhook gives a service account's pods a managed identity. */
const IDENTITY_ANNOTATION = "azure.workload.identity/client-id";
/** Label by which a pod asks the webhook for it. */
const IDENTITY_LABEL = "azure.workload.identity/use";

/** Microsoft's own application of every AKS API that Microsoft Entra guards; the same in all directories. */
const AKS_API_APPLICATION = "6dae42f8-4368-4678-94ff-3960e28e3630";

/**
 * What a deployment's Azure side hands to the workloads. Names derive from the deployment; the cluster's endpoint,
 * Microsoft Entra's addresses and the client ids that Azure chose are read by data sources, the client secret by an
 * ephemeral resource, which leaves no trace in state. Document: none; where this package's two stacks meet is its own
 * matter.
 *
 * @throws RangeError if the network's block is too small or no CIDR block, which no deployment's is that was read
 */
export function azureDataPlane(stack: TerraformStack, deployment: AzureDeployment, outputs?: CloudOutputs<"azure">) {
  const scope = new Construct(stack, "data-plane");
  const { directory, subscription, cloudRegion: region } = deployment;
  const resourceGroupName = resourceGroup(deployment);
  const addresses = planAddresses(deployment);
  const account = storageAccount(deployment);
  const clientId = (id: string, name: string) =>
    new DataAzurermUserAssignedIdentity(scope, id, { name, resourceGroupName }).clientId;
  const clientIds = {
    platform: outputs?.platform_client_id ?? clientId("platform", platformIdentity(deployment)),
    task: outputs?.task_client_id ?? clientId("task", taskIdentity(deployment)),
  };
  const name = clusterName(deployment);
  const cluster = new DataAzurermKubernetesCluster(scope, "cluster", { name, resourceGroupName });
  const secret = clientSecret(deployment);
  // The framework has no ephemeral resources.
  stack.addOverride("ephemeral.azurerm_key_vault_secret.client_secret", {
    key_vault_id: secret.keyVaultId,
    name: secret.name,
  });
  return {
    cloud: "azure",
    clusterName: name,
    access: {
      host: `https://${cluster.privateFqdn}:443`,
      caCertificate: Fn.base64decode(cluster.kubeConfig.get(0).clusterCaCertificate),
      exec: {
        apiVersion: "client.authentication.k8s.io/v1beta1",
        command: "kubelogin",
        args: [
          ...["get-token", "--login", "azurecli", "--server-id", AKS_API_APPLICATION],
          ...["--tenant-id", directory],
        ],
      },
    },
    kubeconfigCommand: [
      `az aks get-credentials --subscription ${subscription} --resource-group ${resourceGroupName} --name ${name}`,
      "kubelogin convert-kubeconfig -l azurecli",
    ].join(" && "),
    apiServerCidrs: [addresses.cluster, `${kubernetesServiceAddress(deployment)}/32`],
    // The API is in the network itself; pods of an overlay it calls through agents, which run as pods.
    apiServerCallers: { cidrs: [addresses.cluster], agents: { app: "konnectivity-agent" } },
    egress: egressOf(deployment),
    clusterDns: { pods: [KUBE_DNS], cidrs: [] },
    cloudServices: {
      cidrs: [addresses.endpoints, ...givenEndpoints(deployment).map((address) => `${address}/32`)],
      // Microsoft Entra has no private endpoint.
      credentialCidrs:
        outputs?.credential_cidrs ??
        new DataAzurermNetworkServiceTags(scope, "entra", { location: region, service: "AzureActiveDirectory" })
          .ipv4Cidrs,
    },
    identities: {
      platform: identity(clientIds.platform),
      task: identity(clientIds.task),
    },
    images: platformImages(deployment),
    objectStore: {
      metadataBucket: metadataContainer(deployment),
      fastRegistrationBucket: fastRegistrationContainer(deployment),
      region,
      // Without the account's key, the driver takes the pod's identity.
      driver: { type: "stow", stow: { kind: "azure", config: { account } } },
      environment: { AZURE_STORAGE_ACCOUNT_NAME: account },
    },
    ...(deployment.logCluster && {
      fluentBit: logShipping(
        deployment,
        outputs?.fluent_bit_client_id ?? clientId("fluent-bit", fluentBitIdentity(deployment)),
      ),
    }),
    persistedLogs: persistedLogs(deployment),
    secretManager: { enabled: true, type: "Azure", azureConfig: { vaultURI: keyVaultUri(deployment) } },
    clusterData: {
      cloudProvider: "azure",
      metadataBucketPrefix: metadataPath(deployment),
      userRoleKey: IDENTITY_ANNOTATION,
      userRole: clientIds.task,
    },
    clientSecret: "${ephemeral.azurerm_key_vault_secret.client_secret.value}",
  } satisfies DataPlane;
}

const identity = (clientId: string): WorkloadIdentity => ({
  serviceAccountAnnotations: { [IDENTITY_ANNOTATION]: clientId },
  podLabels: { [IDENTITY_LABEL]: "true" },
});

/** Fluent Bit, as the identity of `clientId`. */
const logShipping = (deployment: AzureDeployment, clientId: string): LogShipping => ({
  identity: identity(clientId),
  image: imageReference(deployment, "fluentBit"),
  outputs: [logClusterOutput(deployment, clientId)],
});
