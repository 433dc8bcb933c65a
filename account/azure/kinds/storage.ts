/** What holds data, keys and identities. */
import { kind, type Kind } from "../kind";

const ACLS = [
  "networkAcls.bypass",
  "networkAcls.defaultAction",
  "networkAcls.ipRules",
  "networkAcls.virtualNetworkRules",
];

export const STORAGE: readonly Kind[] = [
  kind(
    "storage-accounts",
    "microsoft.storage/storageaccounts",
    ...["allowBlobPublicAccess", "allowSharedKeyAccess", "publicNetworkAccess", "minimumTlsVersion", "isHnsEnabled"],
    ...["supportsHttpsTrafficOnly", "isLocalUserEnabled", "isSftpEnabled", "allowCrossTenantReplication"],
    ...["defaultToOAuthAuthentication", ...ACLS, "encryption.keySource", "encryption.identity.userAssignedIdentity"],
    ...["encryption.keyvaultproperties.keyname", "encryption.keyvaultproperties.keyvaulturi"],
    "encryption.requireInfrastructureEncryption",
  ),
  kind(
    "key-vaults",
    "microsoft.keyvault/vaults",
    ...["enableRbacAuthorization", "publicNetworkAccess", "enablePurgeProtection", "tenantId", ...ACLS],
  ),
  kind(
    "registries",
    "microsoft.containerregistry/registries",
    ...["adminUserEnabled", "anonymousPullEnabled", "publicNetworkAccess", "networkRuleBypassOptions", "loginServer"],
    ...["networkRuleSet", "encryption.keyVaultProperties.keyIdentifier", "policies.exportPolicy"],
  ),
  kind("identities", "microsoft.managedidentity/userassignedidentities", "principalId", "clientId"),
  kind(
    "log-workspaces",
    "microsoft.operationalinsights/workspaces",
    ...["publicNetworkAccessForIngestion", "publicNetworkAccessForQuery", "features.disableLocalAuth", "customerId"],
  ),
  kind("collection-endpoints", "microsoft.insights/datacollectionendpoints", "networkAcls.publicNetworkAccess"),
  kind("private-link-scopes", "microsoft.insights/privatelinkscopes", "accessModeSettings"),
  kind(
    "log-clusters",
    "microsoft.kusto/clusters",
    ...["publicNetworkAccess", "enableDiskEncryption", "allowedIpRangeList", "keyVaultProperties"],
  ),
  kind("log-databases", "microsoft.kusto/clusters/databases", "softDeletePeriod"),
  kind("resource-groups", "microsoft.resources/subscriptions/resourcegroups", "provisioningState"),
  kind(
    "role-assignments",
    "microsoft.authorization/roleassignments",
    ...["principalId", "principalType", "roleDefinitionId", "scope", "condition"],
  ),
  kind(
    "role-definitions",
    "microsoft.authorization/roledefinitions",
    "roleName",
    "type",
    "permissions",
    "isServiceRole",
  ),
];
