import { evaluateFilter } from "../../../../../verification/evaluate";
import type { Endpoint, Filter } from "../../../../../verification/model";
import { AddressSet } from "../../../../../packets/address-set";
import { azurePart } from "../../../../../verification/clouds/azure/index";
import { resourcesOf, type TerraformJson } from "../../../../support/resources";

type Types = NonNullable<TerraformJson["resource"]>;

const OUTSIDE = AddressSet.ofCidr("198.51.100.0/24");
const BLOCK = "198.51.100.128/25";
const UNKNOWN = "${var.a}${var.b}";

function endpoint(types: Types): Endpoint {
  const azurerm_subnet = { s: { address_prefixes: ["198.51.100.64/26"] } };
  const [first] = azurePart(resourcesOf({ resource: { ...types, azurerm_subnet } })).endpoints;
  return first as Endpoint;
}

/** The far addresses that may open a connection: certainly, and at most. */
function admits(types: Types, far = OUTSIDE): string[] {
  const [filter] = endpoint(types).filters;
  const { allowed, possible } = evaluateFilter(filter as Filter, { addresses: far, groups: new Set() });
  return [allowed, possible].map((set) => {
    const addresses = AddressSet.unionOf(set.slabs().map((slab) => slab.addresses));
    return addresses.toString();
  });
}

const certain = (text: string) => [text, text];
const EVERYBODY = certain("198.51.100.0/24");
const NOBODY = certain("nothing");

const denying = (values: object = {}) => ({ default_action: "Deny", ...values });
const storage = (values: object): Types => ({ azurerm_storage_account: { x: { location: "East US", ...values } } });
const vault = (values: object): Types => ({ azurerm_key_vault: { x: values } });
const registry = (values: object): Types => ({ azurerm_container_registry: { x: values } });

describe("services with an access list", () => {
  test.each<[string, Types, string[]]>([
    ["a storage account as it is made", storage({}), EVERYBODY],
    ["without public access", storage({ public_network_access_enabled: false }), NOBODY],
    [
      "with public access that is not known",
      storage({ public_network_access_enabled: UNKNOWN }),
      ["nothing", "198.51.100.0/24"],
    ],
    [
      "whose default is to allow",
      storage({ network_rules: [{ default_action: "Allow", ip_rules: [BLOCK] }] }),
      EVERYBODY,
    ],
    ["whose default is to deny", storage({ network_rules: [denying()] }), NOBODY],
    ["but for a block", storage({ network_rules: [denying({ ip_rules: [BLOCK] })] }), certain(BLOCK)],
    [
      "but for a subnet",
      storage({ network_rules: [denying({ virtual_network_subnet_ids: ["${azurerm_subnet.s.id}"] })] }),
      certain("198.51.100.64/26"),
    ],
    [
      "but for what is not known",
      storage({ network_rules: [denying({ ip_rules: [UNKNOWN] })] }),
      ["nothing", "198.51.100.0/24"],
    ],
    ["whose list is not known", storage({ network_rules: UNKNOWN }), ["nothing", "198.51.100.0/24"]],
    [
      "whose default is not known",
      storage({ network_rules: [{ default_action: UNKNOWN }] }),
      ["nothing", "198.51.100.0/24"],
    ],
    [
      "by rules apart",
      {
        ...storage({}),
        azurerm_storage_account_network_rules: {
          r: denying({ storage_account_id: "${azurerm_storage_account.x.id}", ip_rules: [BLOCK] }),
        },
      },
      certain(BLOCK),
    ],
    [
      "by rules of a service that can't be told",
      { ...storage({}), azurerm_storage_account_network_rules: { r: denying({ storage_account_id: UNKNOWN }) } },
      ["nothing", "198.51.100.0/24"],
    ],
    ["a key vault", vault({ network_acls: [denying({ ip_rules: [BLOCK] })] }), certain(BLOCK)],
    ["a key vault as it is made", vault({}), EVERYBODY],
    [
      "a registry",
      registry({ network_rule_set: [denying({ ip_rule: [{ action: "Allow", ip_range: BLOCK }] })] }),
      certain(BLOCK),
    ],
    ["a registry without public access", registry({ public_network_access_enabled: false }), NOBODY],
  ])("%s", (_, types, expected) => {
    expect(admits(types)).toEqual(expected);
  });
});

describe("services with firewall rules", () => {
  const range = (start: string, end: string) => ({ start_ip_address: start, end_ip_address: end });
  const sql = (rules: Record<string, object>): Types => ({
    azurerm_mssql_server: { x: {} },
    azurerm_mssql_firewall_rule: Object.fromEntries(
      Object.entries(rules).map(([name, values]) => [name, { server_id: "${azurerm_mssql_server.x.id}", ...values }]),
    ),
  });
  const redis = (rules: Record<string, object>): Types => ({
    azurerm_redis_cache: { x: { name: "c", resource_group_name: "rg" } },
    azurerm_redis_firewall_rule: rules,
  });

  test.each<[string, Types, string[]]>([
    ["none", sql({}), NOBODY],
    ["a range", sql({ a: range("198.51.100.0", "198.51.100.127") }), certain("198.51.100.0/25")],
    ["a range that can't be told", sql({ a: range(UNKNOWN, "198.51.100.127") }), ["nothing", "198.51.100.0/24"]],
    ["a reversed range", sql({ a: range("198.51.100.9", "198.51.100.1") }), ["nothing", "198.51.100.0/24"]],
    [
      "a subnet",
      {
        ...sql({}),
        azurerm_mssql_virtual_network_rule: {
          v: { server_id: "${azurerm_mssql_server.x.id}", subnet_id: "${azurerm_subnet.s.id}" },
        },
      },
      certain("198.51.100.64/26"),
    ],
    ["all in Azure is no address outside it", sql({ a: range("0.0.0.0", "0.0.0.0") }), NOBODY],
    ["a cache without a rule admits everybody", redis({}), EVERYBODY],
    [
      "a cache with one",
      redis({ a: { redis_cache_name: "c", resource_group_name: "rg", ...range("198.51.100.0", "198.51.100.127") } }),
      certain("198.51.100.0/25"),
    ],
    [
      "a database whose access is written as a text",
      { azurerm_mysql_flexible_server: { x: { public_network_access: "Disabled" } } },
      NOBODY,
    ],
    ["a database without a rule", { azurerm_postgresql_flexible_server: { x: {} } }, NOBODY],
  ])("%s", (_, types, expected) => {
    expect(admits(types)).toEqual(expected);
  });

  test("all in Azure is the cloud's own set", () => {
    const azure = AddressSet.ofName("azure:AzureCloud");
    expect(admits(sql({ a: range("0.0.0.0", "0.0.0.0") }), azure)).toEqual(certain("azure:AzureCloud"));
    expect(admits(sql({ a: range("0.0.0.0", "255.255.255.255") }), azure)).toEqual(certain("azure:AzureCloud"));
  });
});

describe("services without rules of their own", () => {
  test.each([
    "azurerm_attestation_provider",
    "azurerm_confidential_ledger",
    "azurerm_digital_twins_instance",
    "azurerm_fluid_relay_server",
    "azurerm_healthcare_dicom_service",
    "azurerm_healthcare_fhir_service",
    "azurerm_notification_hub_namespace",
    "azurerm_relay_namespace",
  ])("%s admits everybody unless it is not public", (type) => {
    expect(admits({ [type]: { x: {} } })).toEqual(EVERYBODY);
    expect(admits({ [type]: { x: { public_network_access_enabled: false } } })).toEqual(NOBODY);
  });
});

describe("what takes telemetry", () => {
  const MAYBE = ["nothing", "198.51.100.0/24"];
  const [WORKSPACE, INSIGHTS] = ["azurerm_log_analytics_workspace", "azurerm_application_insights"];

  test.each<[type: string, values: object, expected: string[]]>([
    [WORKSPACE, {}, EVERYBODY],
    [WORKSPACE, { internet_query_enabled: false }, EVERYBODY],
    [WORKSPACE, { internet_ingestion_enabled: false }, NOBODY],
    [WORKSPACE, { internet_ingestion_enabled: UNKNOWN }, MAYBE],
    [WORKSPACE, { local_authentication_enabled: false }, NOBODY],
    [WORKSPACE, { local_authentication_disabled: true }, NOBODY],
    [WORKSPACE, { local_authentication_disabled: false }, EVERYBODY],
    [WORKSPACE, { local_authentication_disabled: UNKNOWN }, MAYBE],
    [INSIGHTS, {}, EVERYBODY],
    [INSIGHTS, { internet_ingestion_enabled: false }, NOBODY],
    [INSIGHTS, { local_authentication_disabled: true }, NOBODY],
  ])("%s %j", (type, values, expected) => {
    expect(admits({ [type]: { x: values } })).toEqual(expected);
  });
});

test("they stand for their service and are in no network", () => {
  expect(endpoint(storage({}))).toMatchObject({
    kind: "service",
    serves: ["azure:Storage", "azure:Storage.eastus"],
  });
  expect(endpoint(storage({})).network).toBeUndefined();
});
