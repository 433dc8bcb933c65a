import { StorageAccount } from "@cdktf/provider-azurerm/lib/storage-account";
import { StorageContainer } from "@cdktf/provider-azurerm/lib/storage-container";
import { zonesOfRegion } from "../../config/cloud-regions";
import { Construct } from "../../framework";
import { customerManaged, type EncryptionIdentity, type KeyIds } from "./encryption-key";
import type { ResourceGroup } from "./resource-group";

/** Both buckets' names, key and retention. Times are days. */
export interface ObjectStoreProps {
  /** Name of the storage account: 3 to 24 lower-case letters and digits, unique in all of Azure. */
  readonly accountName: string;
  /** Resource group, region and tags of what is made. */
  readonly group: ResourceGroup;
  /** Name of the container of run metadata, inputs and outputs. */
  readonly metadataName: string;
  /** Name of the container of code bundles. */
  readonly fastRegistrationName: string;
  /** Key that encrypts every object. Default: Azure's own. */
  readonly key?: Pick<KeyIds, "versionlessKeyId"> | undefined;
  /** Identity that uses `key`: its resource id, and its roles, which must be there before the storage account. */
  readonly encryptionIdentity: Pick<EncryptionIdentity, "id" | "roles">;
  /** Days in which a deleted object or container can be restored, 1 to 365. */
  readonly softDeleteDays: number;
  /** Web origins that may read through presigned URLs. Default: Union's tenants. */
  readonly tenantOrigins?: readonly string[];
}

/**
 * The customer's object store: one storage account with a hierarchical namespace, which `abfs` needs, and two
 * containers. Document: "Communication paths", Client to Object Store (presigned URLs, TLS 1.2+) and Task Pods to
 * Object Store.
 *
 * The account answers at its public address too, because clients read through presigned URLs from wherever they are;
 * every request needs an identity of the directory or a signature that one made, since the account's keys are off. The
 * data plane itself goes through private endpoints.
 *
 * Versions of objects do not exist with a hierarchical namespace: deleted objects are kept instead. Azure drops the
 * blocks of an upload that never ended after a week by itself.
 */
export class ObjectStore extends Construct {
  /** Resource id of the account. */
  readonly accountId: string;
  /** Resource ids of the containers. */
  readonly containerIds: readonly string[];

  constructor(scope: Construct, id: string, props: ObjectStoreProps) {
    super(scope, id);
    const { group, encryptionIdentity, softDeleteDays: days } = props;
    const { tenantOrigins = ["https://*.unionai.cloud", "https://*.union.ai"] } = props;
    const account = new StorageAccount(this, "account", {
      name: props.accountName,
      resourceGroupName: group.name,
      location: group.location,
      tags: group.tags,
      accountKind: "StorageV2",
      accountTier: "Standard",
      accountReplicationType: zonesOfRegion("azure", group.location).length > 0 ? "ZRS" : "LRS",
      isHnsEnabled: true,
      minTlsVersion: "TLS1_2",
      httpsTrafficOnlyEnabled: true,
      sharedAccessKeyEnabled: false,
      defaultToOauthAuthentication: true,
      localUserEnabled: false,
      allowNestedItemsToBePublic: false,
      crossTenantReplicationEnabled: false,
      allowedCopyScope: "AAD",
      infrastructureEncryptionEnabled: true,
      ...customerManaged(props.key, encryptionIdentity),
      blobProperties: {
        deleteRetentionPolicy: { days },
        containerDeleteRetentionPolicy: { days },
        corsRule: [
          {
            allowedOrigins: [...tenantOrigins],
            allowedMethods: ["GET", "HEAD"],
            allowedHeaders: ["*"],
            exposedHeaders: ["ETag"],
            maxAgeInSeconds: 3600,
          },
        ],
      },
      dependsOn: [...encryptionIdentity.roles],
    });
    const container = (id: string, name: string) =>
      new StorageContainer(this, id, { name, storageAccountId: account.id, containerAccessType: "private" });
    this.accountId = account.id;
    this.containerIds = [
      container("metadata", props.metadataName).id,
      container("fast-registration", props.fastRegistrationName).id,
    ];
  }
}
