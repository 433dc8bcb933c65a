import { inboundOf, type Types } from "../../../../support/no-inbound";
import { azurePart } from "../../../../../verification/clouds/azure/index";
import { SERVICES } from "../../../../../verification/clouds/azure/managed-services/services";
import { resourcesOf } from "../../../../support/resources";

const BLOCK = "20.30.40.0/25";
const UNKNOWN = "${var.a}${var.b}";
const LITERAL = "/subscriptions/x/resourceGroups/r/providers/Microsoft.A/b/c";
const range = (start: string, end: string) => ({ start_ip_address: start, end_ip_address: end });
const EVERYBODY = range("0.0.0.0", "255.255.255.255");

const one = (type: string, values: object): Types => ({
  [type]: { x: { name: "x", resource_group_name: "r", ...values } },
});
const OFF = { public_network_access_enabled: false };

/** Services with a switch alone, or whose own fields narrow who may come. */
test.each<[type: string, values: object, expected: string]>([
  ["azurerm_cosmosdb_account", {}, "violated tcp 443"],
  ["azurerm_cosmosdb_account", OFF, "pass"],
  ["azurerm_cosmosdb_account", { is_virtual_network_filter_enabled: true }, "pass"],
  ["azurerm_cosmosdb_account", { ip_range_filter: ["10.0.0.0/8"] }, "pass"],
  ["azurerm_cosmosdb_account", { ip_range_filter: `10.0.0.0/8,${BLOCK}` }, "violated tcp 443"],
  ["azurerm_cosmosdb_account", { ip_range_filter: ["0.0.0.0"] }, "violated tcp 443"],
  ["azurerm_cosmosdb_account", { ip_range_filter: [UNKNOWN] }, "unknown"],
  ["azurerm_cosmosdb_account", { is_virtual_network_filter_enabled: UNKNOWN }, "unknown"],
  ["azurerm_key_vault_managed_hardware_security_module", {}, "violated tcp 443"],
  ["azurerm_key_vault_managed_hardware_security_module", { network_acls: [{ default_action: "Deny" }] }, "pass"],
  ["azurerm_search_service", { allowed_ips: [BLOCK] }, "violated tcp 443"],
  ["azurerm_search_service", { allowed_ips: ["10.1.2.3"] }, "pass"],
  ["azurerm_kusto_cluster", {}, "violated tcp 443"],
  ["azurerm_kusto_cluster", { allowed_ip_ranges: ["10.0.0.0/8"] }, "pass"],
  ["azurerm_analysis_services_server", {}, "violated tcp 443"],
  [
    "azurerm_analysis_services_server",
    { ipv4_firewall_rule: [{ range_start: "10.0.0.1", range_end: "10.0.0.9" }] },
    "pass",
  ],
  [
    "azurerm_analysis_services_server",
    { ipv4_firewall_rule: [{ range_start: "0.0.0.0", range_end: "255.255.255.255" }] },
    "violated tcp 443",
  ],
  ["azurerm_cognitive_account", {}, "violated tcp 443"],
  ["azurerm_cognitive_account", { network_acls: [{ default_action: "Deny" }] }, "pass"],
  ["azurerm_ai_services", { public_network_access: "Disabled" }, "pass"],
  ["azurerm_eventhub_namespace", {}, "violated tcp 443"],
  ["azurerm_eventhub_namespace", { network_rulesets: [{ default_action: "Deny" }] }, "pass"],
  [
    "azurerm_eventhub_namespace",
    { network_rulesets: [{ default_action: "Allow", public_network_access_enabled: false }] },
    "pass",
  ],
  [
    "azurerm_servicebus_namespace",
    { network_rule_set: [{ default_action: "Deny", ip_rules: [BLOCK] }] },
    "violated tcp 443",
  ],
  ["azurerm_eventgrid_topic", { inbound_ip_rule: [{ ip_mask: "10.0.0.0/8" }] }, "pass"],
  ["azurerm_eventgrid_topic", {}, "violated tcp 443"],
  ["azurerm_eventgrid_namespace", { public_network_access: "Disabled" }, "pass"],
  ["azurerm_iothub", {}, "violated tcp 443"],
  ["azurerm_iothub", { network_rule_set: [{}] }, "pass"],
  ["azurerm_iothub_dps", {}, "violated tcp 443"],
  ["azurerm_iothub_dps", { ip_filter_rule: [{ ip_mask: "0.0.0.0/0", action: "Reject" }] }, "pass"],
  [
    "azurerm_iothub_dps",
    {
      ip_filter_rule: [
        { ip_mask: BLOCK, action: "Accept" },
        { ip_mask: "0.0.0.0/0", action: "Reject" },
      ],
    },
    "violated tcp 443",
  ],
  ["azurerm_batch_account", { network_profile: [{ account_access: [{}] }] }, "pass"],
  [
    "azurerm_batch_account",
    { network_profile: [{ account_access: [{ default_action: "Allow" }] }] },
    "violated tcp 443",
  ],
  ["azurerm_app_configuration", {}, "violated tcp 443"],
  ["azurerm_app_configuration", { public_network_access: "Disabled" }, "pass"],
  ["azurerm_data_factory", {}, "violated tcp 443"],
  ["azurerm_data_factory", { public_network_enabled: false }, "pass"],
  ["azurerm_databricks_workspace", OFF, "pass"],
  ["azurerm_databricks_workspace", {}, "violated tcp 443"],
  ["azurerm_machine_learning_workspace", {}, "violated tcp 443"],
  ["azurerm_machine_learning_workspace", OFF, "pass"],
  ["azurerm_static_web_app", {}, "violated tcp 443"],
  ["azurerm_cdn_frontdoor_endpoint", { enabled: false }, "pass"],
  ["azurerm_cdn_frontdoor_endpoint", {}, "violated tcp 443"],
  ["azurerm_cdn_endpoint", {}, "violated tcp 443"],
  ["azurerm_redis_cache", {}, "violated tcp 6380"],
  ["azurerm_redis_cache", OFF, "pass"],
  ["azurerm_redis_enterprise_cluster", {}, "violated tcp 10000"],
  ["azurerm_managed_redis", { public_network_access: "Disabled" }, "pass"],
  ["azurerm_log_analytics_workspace", {}, "violated tcp 443"],
  ["azurerm_log_analytics_workspace", { internet_ingestion_enabled: false }, "pass"],
  ["azurerm_role_assignment", {}, "pass"],
])("%s %j: %s", (type, values, expected) => {
  expect(inboundOf(one(type, values))).toBe(expected);
});

/** Servers whose firewall rules are resources of their own: by id or by name, in the input or elsewhere. */
describe.each<[type: string, rules: string, owner: string, port: number]>([
  ["azurerm_mssql_server", "azurerm_mssql_firewall_rule", "server_id", 1433],
  ["azurerm_sql_server", "azurerm_sql_firewall_rule", "server_name", 1433],
  ["azurerm_postgresql_server", "azurerm_postgresql_firewall_rule", "server_name", 5432],
  ["azurerm_postgresql_flexible_server", "azurerm_postgresql_flexible_server_firewall_rule", "server_id", 5432],
  ["azurerm_mysql_server", "azurerm_mysql_firewall_rule", "server_name", 3306],
  ["azurerm_mysql_flexible_server", "azurerm_mysql_flexible_server_firewall_rule", "server_name", 3306],
  ["azurerm_mariadb_server", "azurerm_mariadb_firewall_rule", "server_name", 3306],
  ["azurerm_synapse_workspace", "azurerm_synapse_firewall_rule", "synapse_workspace_id", 443],
  ["azurerm_cosmosdb_postgresql_cluster", "azurerm_cosmosdb_postgresql_firewall_rule", "cluster_id", 5432],
  ["azurerm_mongo_cluster", "azurerm_mongo_cluster_firewall_rule", "mongo_cluster_id", 10260],
])("%s", (type, rules, owner, port) => {
  const named = (value: string, values: object = EVERYBODY): Types => one(rules, { [owner]: value, ...values });
  const own = `\${${type}.x.${owner.endsWith("_id") ? "id" : "name"}}`;
  test.each<[what: string, types: Types, expected: string]>([
    ["without a rule", one(type, {}), "pass"],
    ["with a rule for everybody", { ...one(type, {}), ...named(own) }, `violated tcp ${port}`],
    [
      "with one, and closed",
      {
        ...one(type, { ...OFF, public_network_access: "Disabled", coordinator_public_ip_access_enabled: false }),
        ...named(own),
      },
      "pass",
    ],
    ["with a rule for private addresses", { ...one(type, {}), ...named(own, range("10.0.0.0", "10.0.0.9")) }, "pass"],
    [
      "with a rule for all of Azure",
      { ...one(type, {}), ...named(own, range("0.0.0.0", "0.0.0.0")) },
      `violated tcp ${port}`,
    ],
    ["with a rule of who knows which", { ...one(type, {}), ...named(UNKNOWN) }, "unknown"],
    ["elsewhere", named(LITERAL), `violated tcp ${port}`],
    ["elsewhere, for private addresses", named(LITERAL, range("10.0.0.0", "10.0.0.9")), "pass"],
    ["elsewhere, by an id that is not known", named(UNKNOWN), `violated tcp ${port}`],
  ])("%s", (_, types, expected) => {
    expect(inboundOf(types)).toBe(expected);
  });
});

test("what the input holds rules for only stands elsewhere", () => {
  const types = one("azurerm_mssql_firewall_rule", { server_id: LITERAL, ...EVERYBODY });
  expect(azurePart(resourcesOf({ resource: types })).endpoints).toMatchObject([{ kind: "service", elsewhere: true }]);
});

test("requests of SignalR are told apart by an access list", () => {
  const acl = (values: object): Types => ({
    ...one("azurerm_signalr_service", {}),
    azurerm_signalr_service_network_acl: { a: { signalr_service_id: "${azurerm_signalr_service.x.id}", ...values } },
  });
  expect(inboundOf(one("azurerm_signalr_service", {}))).toBe("violated tcp 443");
  expect(inboundOf(acl({ default_action: "Deny", public_network: [{}] }))).toBe("pass");
  expect(inboundOf(acl({ default_action: "Deny", public_network: [{ allowed_request_types: ["RESTAPI"] }] }))).toBe(
    "violated tcp 443",
  );
});

test("a private endpoint closes an app configuration that does not say whether it is public", () => {
  const azurerm_private_endpoint = {
    e: { subnet_id: LITERAL, private_service_connection: [{ subresource_names: ["configurationStores"] }] },
  };
  expect(inboundOf({ ...one("azurerm_app_configuration", {}), azurerm_private_endpoint })).toBe("unknown");
});

test("no type is in two services", () => {
  const types = SERVICES.flatMap((service) => service.types);
  expect(new Set(types).size).toBe(types.length);
});
