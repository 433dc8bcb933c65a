/**
 * What Azure runs for its customers in the words of the provider.
 *
 * Microsoft, "Web Apps - List Configurations" (https://learn.microsoft.com/rest/api/appservice/web-apps/list-configurations),
 * "Firewall Rules - List By Server" (https://learn.microsoft.com/rest/api/sql/firewall-rules/list-by-server) and
 * "Microsoft.DocumentDB databaseAccounts" (https://learn.microsoft.com/azure/templates/microsoft.documentdb/databaseaccounts).
 */
import { lastSegment, shown } from "../../../../config/texts";
import type { Value } from "../../../model";
import { at, blocks, unknown, type ObjectValue } from "../../../values";
import type { AccountReader, Convert, Records } from "../../account";
import { block, enabled, idOf, lowered, made, one, propertiesOf } from "./resource";

/** A site or a slot of one, whose restrictions a call of its own told. */
const site =
  (kind: string, suffix: string): Convert =>
  (record, records) => {
    const properties = propertiesOf(record);
    const config = configOf(idOf(record), `${kind}-config`, records);
    return [
      made(record, typeOf(record["kind"], suffix), {
        https_only: properties["httpsOnly"] ?? false,
        public_network_access_enabled: enabled(
          properties["publicNetworkAccess"] ?? at(config, "publicNetworkAccess"),
          true,
        ),
        virtual_network_subnet_id: properties["virtualNetworkSubnetId"],
        app_service_environment_id: at(properties["hostingEnvironmentProfile"], "id"),
        site_config: config
          ? [
              block({
                ...restrictions(config, "ipSecurityRestrictions", "ip_restriction"),
                ...restrictions(config, "scmIpSecurityRestrictions", "scm_ip_restriction"),
                scm_use_main_ip_restriction: config["scmIpSecurityRestrictionsUseMain"] ?? false,
              }),
            ]
          : unknown("who may come to it was not collected"),
      }),
    ];
  };

/** `app,linux`, `functionapp`, `functionapp,linux,workflowapp` */
function typeOf(kind: Value | undefined, suffix: string): string {
  const words = shown(kind ?? null)
    .toLowerCase()
    .split(",");
  if (words.includes("workflowapp")) return "azurerm_logic_app_standard";
  const system = words.includes("linux") ? "linux" : "windows";
  return `azurerm_${system}_${words.includes("functionapp") ? "function" : "web"}_app${suffix}`;
}

const configOf = (id: string, kind: string, records: Records): ObjectValue | undefined => {
  const found = records.of(kind).find(({ values }) => lowered(values["of"] ?? null) === id);
  return found && propertiesOf(found.values);
};

/** Who may come; without a word of anybody everybody may, and where somebody is named nobody else. */
function restrictions(config: ObjectValue, list: string, name: string): ObjectValue {
  const rules = blocks(config[list]);
  return {
    [name]: rules.map((rule) => {
      const isTag = at(rule, "tag") === "ServiceTag";
      const headers = at(rule, "headers");
      return block({
        action: at(rule, "action"),
        priority: at(rule, "priority"),
        ip_address: isTag ? undefined : at(rule, "ipAddress"),
        service_tag: isTag ? at(rule, "ipAddress") : undefined,
        virtual_network_subnet_id: at(rule, "vnetSubnetResourceId"),
        headers: headers && [headers],
      });
    }),
    [`${name}_default_action`]: config[`${list}DefaultAction`] ?? (rules.length > 0 ? "Deny" : "Allow"),
  };
}

/** A rule of a SQL server, which a call of its own told; servers have rules of the same names. */
const ofServer =
  (type: string, values: (properties: ObjectValue) => Readonly<Record<string, Value | undefined>>): Convert =>
  (record) => {
    const server = record["of"] ?? null;
    return [
      {
        ...made(record, type, { server_id: lowered(server), ...values(propertiesOf(record)) }),
        name: `${lastSegment(shown(server))}:${shown(record["name"] ?? null)}`,
      },
    ];
  };

export const services: AccountReader = {
  sites: site("sites", ""),
  "sites-slots": site("sites-slots", "_slot"),
  // They are read with their sites.
  "sites-config": () => [],
  "sites-slots-config": () => [],
  "sql-servers": one("azurerm_mssql_server", (properties) => ({
    public_network_access_enabled: enabled(properties["publicNetworkAccess"], true),
    minimum_tls_version: properties["minimalTlsVersion"],
  })),
  "sql-firewall-rules": ofServer("azurerm_mssql_firewall_rule", ({ startIpAddress, endIpAddress }) => ({
    start_ip_address: startIpAddress,
    end_ip_address: endIpAddress,
  })),
  "sql-network-rules": ofServer("azurerm_mssql_virtual_network_rule", ({ virtualNetworkSubnetId }) => ({
    subnet_id: virtualNetworkSubnetId,
  })),
  "cosmos-accounts": one("azurerm_cosmosdb_account", (properties) => ({
    public_network_access_enabled: enabled(properties["publicNetworkAccess"], true),
    ip_range_filter: blocks(properties["ipRules"]).flatMap((rule) => at(rule, "ipAddressOrRange") ?? []),
    is_virtual_network_filter_enabled: properties["isVirtualNetworkFilterEnabled"] ?? false,
    virtual_network_rule: blocks(properties["virtualNetworkRules"]).map((rule) => block({ id: at(rule, "id") })),
    local_authentication_disabled: properties["disableLocalAuth"] ?? false,
    key_vault_key_id: properties["keyVaultKeyUri"],
  })),
};
