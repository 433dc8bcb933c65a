/** What Azure runs for its customers. */
import { kind, type Kind } from "../kind";

export const SERVICES: readonly Kind[] = [
  ...["sites", "sites/slots"].map((type) =>
    kind(
      type.replace("/", "-"),
      `microsoft.web/${type}`,
      ...["publicNetworkAccess", "httpsOnly", "virtualNetworkSubnetId", "hostingEnvironmentProfile.id", "serverFarmId"],
    ),
  ),
  kind("sql-servers", "microsoft.sql/servers", "publicNetworkAccess", "minimalTlsVersion"),
  kind(
    "cosmos-accounts",
    "microsoft.documentdb/databaseaccounts",
    ...["publicNetworkAccess", "ipRules.ipAddressOrRange", "isVirtualNetworkFilterEnabled", "virtualNetworkRules.id"],
    ...["disableLocalAuth", "keyVaultKeyUri"],
  ),
];
