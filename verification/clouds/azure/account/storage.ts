/**
 * What holds data, keys and identities in the words of the provider, and every assignment of a role.
 *
 * Microsoft, "Azure resource reference" (https://learn.microsoft.com/azure/templates/): Microsoft.Storage,
 * Microsoft.KeyVault, Microsoft.ContainerRegistry, Microsoft.ManagedIdentity, Microsoft.Authorization, Microsoft.Kusto.
 */
import { lastSegment, shown } from "../../../../config/texts";
import type { Value } from "../../../model";
import { at, blocks, knownText, type ObjectValue } from "../../../values";
import type { AccountReader, Convert, Records } from "../../account";
import { block, enabled, idOf, lowered, made, not, one, parentOf, propertiesOf } from "./resource";
import { oncePer } from "../../../once-per";

/** A part of a resource that an API of its own told, with the id of that resource. */
const partOf =
  (
    type: string,
    values: (properties: ObjectValue, of: Value) => Readonly<Record<string, Value | undefined>>,
  ): Convert =>
  (record) => {
    const of = lowered(record["of"] ?? null);
    return [
      {
        type,
        name: `${lastSegment(shown(of))}:${shown(record["name"] ?? null)}`,
        values: { id: idOf(record), name: record["name"], ...values(propertiesOf(record), of) },
      },
    ];
  };

function rulesOf(acls: Value | undefined): ObjectValue | undefined {
  if (acls === undefined) return undefined;
  return block({
    bypass: blocks(at(acls, "bypass")).flatMap((text) => shown(text).split(/, */)),
    default_action: at(acls, "defaultAction"),
    ip_rules: blocks(at(acls, "ipRules")).flatMap((rule) => at(rule, "value") ?? []),
    virtual_network_subnet_ids: blocks(at(acls, "virtualNetworkRules")).flatMap((rule) => at(rule, "id") ?? []),
  });
}

export const storage: AccountReader = {
  "storage-accounts": (record, records) => {
    const properties = propertiesOf(record);
    const { encryption, networkAcls } = properties;
    const keys = at(encryption, "keyvaultproperties");
    const id = idOf(record);
    const services = records.of("blob-services").filter(({ values }) => lowered(values["of"] ?? null) === id);
    const cors = services.flatMap(({ values }) => blocks(at(propertiesOf(values)["cors"], "corsRules")));
    const acls = rulesOf(networkAcls);
    return [
      made(record, "azurerm_storage_account", {
        account_kind: record["kind"],
        // `Standard_ZRS`: tier and redundancy.
        account_replication_type: knownText(at(record["sku"], "name"))?.split("_").at(-1),
        // Older accounts say nothing, and allow it.
        allow_nested_items_to_be_public: properties["allowBlobPublicAccess"] ?? true,
        shared_access_key_enabled: properties["allowSharedKeyAccess"] ?? true,
        public_network_access_enabled: enabled(properties["publicNetworkAccess"], true),
        https_traffic_only_enabled: properties["supportsHttpsTrafficOnly"] ?? false,
        min_tls_version: properties["minimumTlsVersion"] ?? "TLS1_0",
        is_hns_enabled: properties["isHnsEnabled"] ?? false,
        local_user_enabled: properties["isLocalUserEnabled"],
        sftp_enabled: properties["isSftpEnabled"],
        network_rules: acls && [acls],
        customer_managed_key:
          at(encryption, "keySource") === "Microsoft.Keyvault"
            ? [
                block({
                  key_vault_key_id: `${shown(at(keys, "keyvaulturi") ?? null).replace(/\/$/, "")}/keys/${shown(at(keys, "keyname") ?? null)}`,
                  user_assigned_identity_id: at(encryption, "identity", "userAssignedIdentity"),
                }),
              ]
            : undefined,
        blob_properties: [
          {
            cors_rule: cors.map((rule) =>
              block({
                allowed_origins: at(rule, "allowedOrigins"),
                allowed_methods: at(rule, "allowedMethods"),
                allowed_headers: at(rule, "allowedHeaders"),
                exposed_headers: at(rule, "exposedHeaders"),
                max_age_in_seconds: at(rule, "maxAgeInSeconds"),
              }),
            ),
          },
        ],
      }),
    ];
  },
  // They are read with their accounts.
  "blob-services": () => [],
  "blob-containers": partOf("azurerm_storage_container", ({ publicAccess }, account) => ({
    storage_account_id: account,
    container_access_type: publicAccess === undefined || publicAccess === "None" ? "private" : publicAccess,
  })),
  "storage-management-policies": partOf("azurerm_storage_management_policy", ({ policy }, account) => ({
    storage_account_id: account,
    rule: blocks(at(policy, "rules")).map((rule) =>
      block({
        name: at(rule, "name"),
        enabled: at(rule, "enabled"),
        actions: [
          {
            base_blob: [
              block({
                delete_after_days_since_modification_greater_than: at(
                  rule,
                  ...["definition", "actions", "baseBlob", "delete", "daysAfterModificationGreaterThan"],
                ),
              }),
            ],
          },
        ],
      }),
    ),
  })),
  "key-vaults": one("azurerm_key_vault", (properties) => {
    const acls = rulesOf(properties["networkAcls"]);
    return {
      rbac_authorization_enabled: properties["enableRbacAuthorization"] ?? false,
      public_network_access_enabled: enabled(properties["publicNetworkAccess"], true),
      purge_protection_enabled: properties["enablePurgeProtection"] ?? false,
      tenant_id: properties["tenantId"],
      network_acls: acls && [acls],
    };
  }),
  registries: one("azurerm_container_registry", (properties, record) => ({
    sku: at(record["sku"], "name"),
    admin_enabled: properties["adminUserEnabled"] ?? false,
    anonymous_pull_enabled: properties["anonymousPullEnabled"] ?? false,
    public_network_access_enabled: enabled(properties["publicNetworkAccess"], true),
    network_rule_bypass_option: properties["networkRuleBypassOptions"],
    login_server: properties["loginServer"],
    network_rule_set: properties["networkRuleSet"] && [
      block({
        default_action: at(properties["networkRuleSet"], "defaultAction"),
        ip_rule: blocks(at(properties["networkRuleSet"], "ipRules")).map((rule) =>
          block({ action: at(rule, "action"), ip_range: at(rule, "value") }),
        ),
      }),
    ],
    encryption: at(properties["encryption"], "keyVaultProperties", "keyIdentifier") && [
      block({ key_vault_key_id: at(properties["encryption"], "keyVaultProperties", "keyIdentifier") }),
    ],
  })),
  "registry-cache-rules": partOf("azurerm_container_registry_cache_rule", (properties, registry) => ({
    container_registry_id: registry,
    source_repo: properties["sourceRepository"],
    target_repo: properties["targetRepository"],
    credential_set_id: properties["credentialSetResourceId"],
  })),
  identities: one("azurerm_user_assigned_identity", ({ principalId, clientId }) => ({
    principal_id: principalId,
    client_id: clientId,
  })),
  "federated-credentials": partOf("azurerm_federated_identity_credential", (properties, identity) => ({
    parent_id: identity,
    issuer: properties["issuer"],
    subject: properties["subject"],
    audience: properties["audiences"],
  })),
  "log-workspaces": one("azurerm_log_analytics_workspace", (properties) => ({
    internet_ingestion_enabled: enabled(properties["publicNetworkAccessForIngestion"], true),
    internet_query_enabled: enabled(properties["publicNetworkAccessForQuery"], true),
    local_authentication_enabled: not(at(properties["features"], "disableLocalAuth")) ?? true,
    workspace_id: properties["customerId"],
  })),
  "collection-endpoints": one("azurerm_monitor_data_collection_endpoint", ({ networkAcls }) => ({
    public_network_access_enabled: enabled(at(networkAcls, "publicNetworkAccess"), true),
  })),
  "private-link-scopes": one("azurerm_monitor_private_link_scope", ({ accessModeSettings }) => ({
    ingestion_access_mode: at(accessModeSettings, "ingestionAccessMode"),
    query_access_mode: at(accessModeSettings, "queryAccessMode"),
  })),
  "log-clusters": one("azurerm_kusto_cluster", (properties) => ({
    public_network_access_enabled: enabled(properties["publicNetworkAccess"], true),
    disk_encryption_enabled: properties["enableDiskEncryption"] ?? false,
    allowed_ip_ranges: properties["allowedIpRangeList"],
  })),
  "log-databases": (record) => [
    made(record, "azurerm_kusto_database", {
      name: lastSegment(idOf(record)),
      cluster_name: parentOf(idOf(record)),
    }),
  ],
  "log-database-principals": partOf("azurerm_kusto_database_principal_assignment", (properties, database) => ({
    database_name: lastSegment(shown(database)),
    cluster_name: parentOf(shown(database)),
    principal_id: properties["principalId"],
    principal_type: properties["principalType"],
    role: properties["role"],
  })),
  "resource-groups": (record) => [
    {
      type: "azurerm_resource_group",
      name: shown(record["name"] ?? null),
      values: { id: idOf(record), name: record["name"], location: record["location"] },
    },
  ],
  "role-assignments": (record, records) => {
    const { principalId, principalType, roleDefinitionId, scope, condition } = propertiesOf(record);
    return [
      {
        type: "azurerm_role_assignment",
        name: lastSegment(idOf(record)),
        values: {
          id: idOf(record),
          principal_id: principalId,
          principal_type: principalType,
          role_definition_id: roleDefinitionId,
          role_definition_name: roles(records).get(guidOf(roleDefinitionId)),
          scope,
          condition,
        },
      },
    ];
  },
  // They are read with their assignments.
  "role-definitions": () => [],
};

/** Names of roles, by the last part of their ids, which is theirs in every subscription. */
const roles = oncePer(
  (records: Records): ReadonlyMap<string, Value> =>
    new Map(
      records
        .of("role-definitions")
        .map(({ values }) => [guidOf(idOf(values)), propertiesOf(values)["roleName"] ?? null] as const),
    ),
);

const guidOf = (id: Value | undefined): string => lastSegment(shown(id ?? null)).toLowerCase();
