/** What Resource Graph does not tell of resources: parts of them, each one call a resource, of their own API. */
import type { Fields } from "../kept";

/** Records of one sort, asked of each resource of another. */
export interface Followed {
  /** Name of its file. */
  readonly name: string;
  /** The kind whose resources it is asked of. */
  readonly of: string;
  readonly right: string;
  /** Path below the resource's id, and version of the API. */
  readonly path: string;
  readonly version: string;
  readonly fields: Fields;
}

const OWN: Fields = ["id", "name"];
const properties = (...names: Fields): Fields => [...OWN, ...names.map((name) => `properties.${name}`)];

/** Who may come to a site; its deployment site has the same, by names that begin with `scm`. */
const RESTRICTIONS = [
  ...["action", "priority", "ipAddress", "tag", "vnetSubnetResourceId", "headers"].map(
    (field) => `ipSecurityRestrictions.${field}`,
  ),
  "ipSecurityRestrictionsDefaultAction",
];

export const FOLLOWED: readonly Followed[] = [
  {
    name: "federated-credentials",
    of: "identities",
    right: "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/read",
    path: "federatedIdentityCredentials",
    version: "2023-01-31",
    fields: properties("issuer", "subject", "audiences", "claimsMatchingExpression"),
  },
  {
    name: "private-dns-zone-groups",
    of: "private-endpoints",
    right: "Microsoft.Network/privateEndpoints/privateDnsZoneGroups/read",
    path: "privateDnsZoneGroups",
    version: "2024-05-01",
    fields: properties("privateDnsZoneConfigs.name", "privateDnsZoneConfigs.properties.privateDnsZoneId"),
  },
  {
    name: "blob-services",
    of: "storage-accounts",
    right: "Microsoft.Storage/storageAccounts/blobServices/read",
    path: "blobServices",
    version: "2023-05-01",
    fields: properties("cors"),
  },
  {
    name: "blob-containers",
    of: "storage-accounts",
    right: "Microsoft.Storage/storageAccounts/blobServices/containers/read",
    path: "blobServices/default/containers",
    version: "2023-05-01",
    fields: properties("publicAccess"),
  },
  {
    name: "storage-management-policies",
    of: "storage-accounts",
    right: "Microsoft.Storage/storageAccounts/managementPolicies/read",
    path: "managementPolicies",
    version: "2023-05-01",
    fields: properties(
      ...["policy.rules.name", "policy.rules.enabled", "policy.rules.definition.actions.baseBlob.delete"],
      "policy.rules.definition.filters",
    ),
  },
  {
    name: "registry-cache-rules",
    of: "registries",
    right: "Microsoft.ContainerRegistry/registries/cacheRules/read",
    path: "cacheRules",
    version: "2023-07-01",
    fields: properties("sourceRepository", "targetRepository", "credentialSetResourceId"),
  },
  {
    name: "log-database-principals",
    of: "log-databases",
    right: "Microsoft.Kusto/Clusters/Databases/PrincipalAssignments/read",
    path: "principalAssignments",
    version: "2023-08-15",
    fields: properties("principalId", "principalType", "role"),
  },
  ...["sites", "sites-slots"].map((of): Followed => ({
    name: `${of}-config`,
    of,
    right: "Microsoft.Web/sites/config/read",
    path: "config",
    version: "2023-12-01",
    // Neither settings of the application nor connection strings, which hold secrets.
    fields: properties(
      ...RESTRICTIONS.flatMap((list) => [list, `scm${list[0]?.toUpperCase() ?? ""}${list.slice(1)}`]),
      ...["scmIpSecurityRestrictionsUseMain", "publicNetworkAccess", "minTlsVersion", "ftpsState"],
    ),
  })),
  {
    name: "sql-firewall-rules",
    of: "sql-servers",
    right: "Microsoft.Sql/servers/firewallRules/read",
    path: "firewallRules",
    version: "2021-11-01",
    fields: properties("startIpAddress", "endIpAddress"),
  },
  {
    name: "sql-network-rules",
    of: "sql-servers",
    right: "Microsoft.Sql/servers/virtualNetworkRules/read",
    path: "virtualNetworkRules",
    version: "2021-11-01",
    fields: properties("virtualNetworkSubnetId", "ignoreMissingVnetServiceEndpoint", "state"),
  },
];
