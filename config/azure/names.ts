import type { AzureDeployment } from "../deployment";
import { digest } from "../names";

/** Names of what a deployment makes on Azure. Everything derives from the deployment, so that stacks need not read each other's state. */

/** Eight digits of the subscription and the name, for names that are unique in all of Azure. */
const unique = ({ subscription, name }: AzureDeployment) => digest(subscription, name);
/** The deployment's name as letters and digits only. */
const compact = ({ name }: AzureDeployment) => name.replaceAll("-", "");

/** Resource group of everything that a deployment makes. */
export const resourceGroup = ({ name }: AzureDeployment) => `union-${name}`;
/** Resource group of the cluster's own machines and load balancers, which AKS makes. */
export const nodeResourceGroup = ({ name }: AzureDeployment) => `union-${name}-nodes`;

/** Resource id of something in the deployment's resource group. */
export const resourceId = (deployment: AzureDeployment, type: string, name: string) =>
  `/subscriptions/${deployment.subscription}/resourceGroups/${resourceGroup(deployment)}/providers/${type}/${name}`;

/** Storage account (at most 24 lower-case letters and digits). */
export const storageAccount = (deployment: AzureDeployment) =>
  deployment.objectStore.existing?.account ?? `${compact(deployment).slice(0, 14)}${unique(deployment)}`;
/** Resource group of the storage account. */
export const storageResourceGroup = (deployment: AzureDeployment) =>
  deployment.objectStore.existing?.resourceGroup ?? resourceGroup(deployment);
export const metadataContainer = ({ objectStore }: AzureDeployment) => objectStore.existing?.metadata ?? "metadata";
export const fastRegistrationContainer = ({ objectStore }: AzureDeployment) =>
  objectStore.existing?.fastRegistration ?? "fast-registration";

/** Storage account of flow log records. */
export const flowLogAccount = (deployment: AzureDeployment) =>
  `${compact(deployment).slice(0, 12)}flow${unique(deployment)}`;

/** Key vault (at most 24 letters, digits and single dashes). */
export const keyVault = (deployment: AzureDeployment) =>
  `${deployment.name.slice(0, 15).replace(/-+/g, "-").replace(/-$/, "")}-${unique(deployment)}`;
/** Where the vault answers. */
export const keyVaultUri = (deployment: AzureDeployment) => `${vaultUrl(keyVault(deployment))}/`;
/** Where any vault answers, by its name. */
export const vaultUrl = (vault: string) => `https://${vault}.vault.azure.net`;
/** The deployment's key in the vault. */
export const encryptionKey = "data-plane";
/** Secret that holds the client secret: its vault's resource id, and its name. */
export const clientSecret = (deployment: AzureDeployment) =>
  deployment.clientSecret ?? {
    keyVaultId: resourceId(deployment, "Microsoft.KeyVault/vaults", keyVault(deployment)),
    name: "client-secret",
  };

/** The metadata container as a path of `abfs`, which names its account beside the container. */
export const metadataPath = (deployment: AzureDeployment) =>
  `abfs://${metadataContainer(deployment)}@${storageAccount(deployment)}.dfs.core.windows.net`;

/** Container registry (5 to 50 letters and digits). */
export const registry = (deployment: AzureDeployment) => `${compact(deployment)}${unique(deployment)}`;
/** Host of a registry, by its name. */
export const registryHost = (name: string) => `${name}.azurecr.io`;
/** Repository of images that the platform builds. */
export const buildRepository = "builds";

/** Managed identities. Platform: storage, secret manager, log read, image push. */
export const platformIdentity = ({ name }: AzureDeployment) => `${name}-platform`;
/** Task pods: storage only. */
export const taskIdentity = ({ name }: AzureDeployment) => `${name}-task`;
/** Fluent Bit: writes logs only. */
export const fluentBitIdentity = ({ name }: AzureDeployment) => `${name}-fluent-bit`;

/** Log Analytics workspace of pod logs. */
export const podLogWorkspace = ({ name }: AzureDeployment) => `${name}-pods`;
/** Its resource id. */
export const podLogWorkspaceId = (deployment: AzureDeployment) =>
  resourceId(deployment, "Microsoft.OperationalInsights/workspaces", podLogWorkspace(deployment));

/** Azure Data Explorer cluster of pod logs, where one is chosen (4 to 22 lower-case letters and digits, a letter first). */
export const logCluster = (deployment: AzureDeployment) => `${compact(deployment).slice(0, 14)}${unique(deployment)}`;
export const logDatabase = "logs";
export const logTable = "pods";
