import {
  fastRegistrationContainer,
  metadataContainer,
  storageAccount,
  storageResourceGroup,
} from "../../config/azure/names";
import { zonesOfService } from "../../config/azure/private-dns";
import type { AzureDeployment } from "../../config/deployment";
import type { PrivateService } from "../../constructs/azure/cloud-endpoints";
import type { EncryptionIdentity, KeyIds } from "../../constructs/azure/encryption-key";
import { ObjectStore } from "../../constructs/azure/object-store";
import type { ResourceGroup } from "../../constructs/azure/resource-group";
import type { TerraformStack } from "../../framework";

/** The containers, made or given, and the private endpoints that they need. */
export function objectStoreOf(
  stack: TerraformStack,
  deployment: AzureDeployment,
  group: ResourceGroup,
  key: KeyIds | undefined,
  encryptionIdentity: EncryptionIdentity,
): {
  readonly accountId: string;
  readonly containerIds: readonly string[];
  readonly services: readonly PrivateService[];
} {
  const { existing } = deployment.objectStore;
  const [metadataName, fastRegistrationName] = [metadataContainer(deployment), fastRegistrationContainer(deployment)];
  // `abfs` speaks to `dfs`, and to `blob` for what only that one does.
  const servicesOf = (accountId: string): PrivateService[] =>
    (["blob", "dfs"] as const).map((subresource) => ({
      name: `storage-${subresource}`,
      resourceId: accountId,
      subresource,
      zones: zonesOfService(subresource, deployment.cloudRegion),
      reason: "Objects",
    }));
  if (existing) {
    const place = `/subscriptions/${deployment.subscription}/resourceGroups/${storageResourceGroup(deployment)}`;
    const accountId = `${place}/providers/Microsoft.Storage/storageAccounts/${storageAccount(deployment)}`;
    return {
      accountId,
      containerIds: [metadataName, fastRegistrationName].map(
        (container) => `${accountId}/blobServices/default/containers/${container}`,
      ),
      services: existing.endpoints ? [] : servicesOf(accountId),
    };
  }
  const { accountId, containerIds } = addObjectStore(stack, deployment, group, key, encryptionIdentity);
  return { accountId, containerIds, services: servicesOf(accountId) };
}

/** The containers that are made; where others are given, those that were made under their names before. */
export function addObjectStore(
  stack: TerraformStack,
  deployment: AzureDeployment,
  group: ResourceGroup,
  key: KeyIds | undefined,
  encryptionIdentity: EncryptionIdentity,
): ObjectStore {
  return new ObjectStore(stack, "object-store", {
    accountName: storageAccount(deployment),
    group,
    metadataName: metadataContainer(deployment),
    fastRegistrationName: fastRegistrationContainer(deployment),
    key,
    encryptionIdentity,
    softDeleteDays: deployment.objectStore.softDeleteDays,
  });
}
