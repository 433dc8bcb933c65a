import { ObjectStore, type ObjectStoreProps } from "../../../constructs/azure/object-store";
import { TerraformResource } from "../../../framework";
import { Synthesized } from "../../support/constructs";

const ENCRYPTION = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/enc";
const KEY = "https://vault.vault.azure.net/keys/data-plane";

function synthesize(props: Partial<ObjectStoreProps> = {}) {
  return Synthesized.of((scope) => {
    const role = new TerraformResource(scope, "role", { terraformResourceType: "azurerm_role_assignment" });
    new ObjectStore(scope, "object-store", {
      accountName: "acmeprod12345678",
      group: { name: "union-acme", location: "eastus2", tags: { team: "data" } },
      metadataName: "metadata",
      fastRegistrationName: "fast-registration",
      key: { versionlessKeyId: KEY },
      encryptionIdentity: { id: ENCRYPTION, roles: [role] },
      softDeleteDays: 30,
      ...props,
    });
  });
}

const account = (props: Partial<ObjectStoreProps> = {}) => synthesize(props).one("azurerm_storage_account");

test("TLS 1.2 or newer is the only way in, and an identity the only way to be let in", () => {
  expect(account()).toMatchObject({
    min_tls_version: "TLS1_2",
    https_traffic_only_enabled: true,
    shared_access_key_enabled: false,
    local_user_enabled: false,
    allow_nested_items_to_be_public: false,
    cross_tenant_replication_enabled: false,
  });
});

test("what 'abfs' needs: a hierarchical namespace, with its copies in three zones", () => {
  expect(account()).toMatchObject({
    is_hns_enabled: true,
    account_kind: "StorageV2",
    account_replication_type: "ZRS",
    tags: { team: "data" },
  });
  // Azure refuses versions with a hierarchical namespace.
  expect(account().blob_properties.versioning_enabled).toBeUndefined();
});

test("objects are encrypted with the key, whose use was allowed before", () => {
  expect(account()).toMatchObject({
    identity: { type: "UserAssigned", identity_ids: [ENCRYPTION] },
    customer_managed_key: { key_vault_key_id: KEY, user_assigned_identity_id: ENCRYPTION },
    infrastructure_encryption_enabled: true,
    depends_on: ["azurerm_role_assignment.role"],
  });
});

test("what is deleted can be restored for a while", () => {
  expect(account({ softDeleteDays: 7 }).blob_properties).toMatchObject({
    delete_retention_policy: { days: 7 },
    container_delete_retention_policy: { days: 7 },
  });
});

test.each([
  { tenantOrigins: undefined, allowed: ["https://*.unionai.cloud", "https://*.union.ai"] },
  { tenantOrigins: ["https://acme.example"], allowed: ["https://acme.example"] },
])("pages of $allowed may read through presigned URLs, and not write", ({ tenantOrigins, allowed }) => {
  expect(account(tenantOrigins && { tenantOrigins }).blob_properties.cors_rule).toEqual([
    {
      allowed_origins: allowed,
      allowed_methods: ["GET", "HEAD"],
      allowed_headers: ["*"],
      exposed_headers: ["ETag"],
      max_age_in_seconds: 3600,
    },
  ]);
});

test("both containers are private", () => {
  const made = synthesize();
  const containers = made.all("azurerm_storage_container");
  expect(containers.map(({ name }) => name).sort()).toEqual(["fast-registration", "metadata"]);
  for (const container of containers) {
    expect(container).toMatchObject({
      container_access_type: "private",
      storage_account_id: `\${${made.address("azurerm_storage_account")}.id}`,
    });
  }
});
