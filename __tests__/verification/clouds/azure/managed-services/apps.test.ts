import { inboundOf, type Types } from "../../../../support/no-inbound";

const BLOCK = "20.30.40.0/25";
const UNKNOWN = "${var.a}${var.b}";
const LITERAL = "/subscriptions/x/resourceGroups/r/providers/Microsoft.A/b/c";

const NETWORK: Types = {
  azurerm_virtual_network: { v: { name: "v", address_space: ["10.0.0.0/16"] } },
  azurerm_subnet: { s: { virtual_network_name: "v", address_prefixes: ["10.0.1.0/24"] } },
};
const SUBNET = "${azurerm_subnet.s.id}";
const WEB = "violated tcp 443";

describe("sites", () => {
  const site = (config: object, values: object = {}, type = "azurerm_linux_web_app"): Types => ({
    [type]: { w: { service_plan_id: LITERAL, site_config: [config], ...values } },
  });
  const denied = { ip_restriction_default_action: "Deny", scm_use_main_ip_restriction: true };
  const plan = (mode: object): Types => ({
    ...NETWORK,
    azurerm_app_service_environment_v3: { e: { subnet_id: SUBNET, ...mode } },
    azurerm_service_plan: { p: { app_service_environment_id: "${azurerm_app_service_environment_v3.e.id}" } },
    ...site({}, { service_plan_id: "${azurerm_service_plan.p.id}" }),
  });
  test.each<[what: string, types: Types, expected: string]>([
    ["as it is made", site({}), WEB],
    ["without public access", site({}, { public_network_access_enabled: false }), "pass"],
    ["with access that is not known", site({}, { public_network_access_enabled: UNKNOWN }), "unknown"],
    ["that denies", site(denied), "pass"],
    ["that denies, but for its deployment site", site({ ip_restriction_default_action: "Deny" }), WEB],
    [
      "that denies, but perhaps for its deployment site",
      site({ ...denied, scm_use_main_ip_restriction: UNKNOWN }),
      "unknown",
    ],
    ["for a block", site({ ...denied, ip_restriction: [{ ip_address: BLOCK }] }), WEB],
    ["for private addresses", site({ ...denied, ip_restriction: [{ ip_address: "10.0.0.0/8" }] }), "pass"],
    [
      "for a subnet",
      { ...NETWORK, ...site({ ...denied, ip_restriction: [{ virtual_network_subnet_id: SUBNET }] }) },
      "pass",
    ],
    ["for a tag", site({ ...denied, ip_restriction: [{ service_tag: "AzureFrontDoor.Backend" }] }), WEB],
    [
      "for all, after a denial of all",
      site({
        ...denied,
        ip_restriction: [
          { ip_address: "0.0.0.0/0", action: "Allow", priority: 200 },
          { ip_address: "0.0.0.0/0", action: "Deny", priority: 100 },
        ],
      }),
      "pass",
    ],
    [
      "for all, before a denial of all",
      site({
        ...denied,
        ip_restriction: [
          { ip_address: "0.0.0.0/0", action: "Allow", priority: 100 },
          { ip_address: "0.0.0.0/0", action: "Deny", priority: 200 },
        ],
      }),
      WEB,
    ],
    [
      "with a rule and no default action, which its provider's version decides",
      site({ scm_use_main_ip_restriction: true, ip_restriction: [{ ip_address: "10.0.0.0/8" }] }),
      "unknown",
    ],
    [
      "of a type without a default action, which denies once there is a rule",
      site(
        { scm_use_main_ip_restriction: true, ip_restriction: [{ ip_address: "10.0.0.0/8" }] },
        {},
        "azurerm_app_service",
      ),
      "pass",
    ],
    ["a function app", site({}, {}, "azurerm_windows_function_app"), WEB],
    ["a logic app", site({}, { public_network_access: "Disabled" }, "azurerm_logic_app_standard"), "pass"],
    ["in an internal environment", plan({ internal_load_balancing_mode: "Web, Publishing" }), "pass"],
    ["in an environment", plan({}), WEB],
    ["in an environment elsewhere", site({}, { app_service_environment_id: LITERAL }), "unknown"],
  ])("%s", (_, types, expected) => {
    expect(inboundOf(types)).toBe(expected);
  });
});

describe("containers", () => {
  const app = (ingress: object, environment = LITERAL): Types => ({
    azurerm_container_app: {
      a: { container_app_environment_id: environment, ingress: [{ target_port: 8080, ...ingress }] },
    },
  });
  const within = (values: object): Types => ({
    ...app({ external_enabled: true }, "${azurerm_container_app_environment.e.id}"),
    azurerm_container_app_environment: { e: values },
  });
  const group = (values: object): Types => ({
    azurerm_container_group: { g: { container: [{ ports: [{ port: 8080 }] }], ...values } },
  });
  const guarded: Types = {
    azurerm_network_security_group: { n: {} },
    azurerm_subnet_network_security_group_association: {
      a: { subnet_id: SUBNET, network_security_group_id: "${azurerm_network_security_group.n.id}" },
    },
  };
  test.each<[what: string, types: Types, expected: string]>([
    ["external ingress", app({ external_enabled: true }), WEB],
    ["ingress by TCP", app({ external_enabled: true, transport: "tcp", exposed_port: 9000 }), "violated tcp 9000"],
    ["ingress within its environment", app({}), "pass"],
    ["ingress that is not known", app({ external_enabled: UNKNOWN }), "unknown"],
    [
      "ingress for a block",
      app({ external_enabled: true, ip_security_restriction: [{ action: "Allow", ip_address_range: "10.0.0.0/8" }] }),
      "pass",
    ],
    [
      "ingress for all but a block",
      app({ external_enabled: true, ip_security_restriction: [{ action: "Deny", ip_address_range: BLOCK }] }),
      WEB,
    ],
    [
      "ingress for a block, or for all others",
      app({ external_enabled: true, ip_security_restriction: [{ action: UNKNOWN, ip_address_range: "10.0.0.0/8" }] }),
      "unknown",
    ],
    ["an environment in no subnet", within({}), WEB],
    ["a closed environment", within({ public_network_access: "Disabled" }), "pass"],
    [
      "an internal environment",
      { ...NETWORK, ...within({ infrastructure_subnet_id: SUBNET, internal_load_balancer_enabled: true }) },
      "pass",
    ],
    ["an external environment in a subnet", { ...NETWORK, ...within({ infrastructure_subnet_id: SUBNET }) }, WEB],
    ["one behind a group", { ...NETWORK, ...guarded, ...within({ infrastructure_subnet_id: SUBNET }) }, "pass"],
    ["a container group", group({}), "violated tcp 8080"],
    [
      "a private container group",
      { ...NETWORK, ...group({ ip_address_type: "Private", subnet_ids: [SUBNET] }) },
      "pass",
    ],
    ["a container group without an address", group({ ip_address_type: "None" }), "pass"],
    ["a container group whose address is not known", group({ ip_address_type: UNKNOWN }), "unknown"],
  ])("%s", (_, types, expected) => {
    expect(inboundOf(types)).toBe(expected);
  });
});

describe("what stands in subnets or makes machines", () => {
  const apim = (values: object): Types => ({ ...NETWORK, azurerm_api_management: { a: values } });
  const configured = { virtual_network_configuration: [{ subnet_id: SUBNET }] };
  const instance = (values: object): Types => ({
    ...NETWORK,
    azurerm_mssql_managed_instance: { m: { subnet_id: SUBNET, ...values } },
  });
  test.each<[what: string, types: Types, expected: string]>([
    ["API Management", apim({}), WEB],
    ["without public access", apim({ public_network_access_enabled: false }), "pass"],
    ["in a network, external", apim({ virtual_network_type: "External", ...configured }), WEB],
    ["in a network, internal", apim({ virtual_network_type: "Internal", ...configured }), "pass"],
    ["in a network, not known how", apim({ virtual_network_type: UNKNOWN, ...configured }), "unknown"],
    ["a managed instance", instance({}), "pass"],
    ["with a public endpoint", instance({ public_data_endpoint_enabled: true }), "violated tcp 3342"],
    [
      "a Service Fabric cluster",
      {
        azurerm_service_fabric_managed_cluster: {
          c: { client_connection_port: 19000, lb_rule: [{ protocol: "tcp", frontend_port: 80 }] },
        },
      },
      "violated tcp 19000",
    ],
    [
      "OpenShift, private",
      {
        azurerm_redhat_openshift_cluster: {
          c: { api_server_profile: [{ visibility: "Private" }], ingress_profile: [{ visibility: "Private" }] },
        },
      },
      "pass",
    ],
    [
      "OpenShift, with a public API",
      {
        azurerm_redhat_openshift_cluster: {
          c: { api_server_profile: [{ visibility: "Public" }], ingress_profile: [{ visibility: "Private" }] },
        },
      },
      "violated tcp 6443",
    ],
    ["HDInsight", { azurerm_hdinsight_spark_cluster: { c: {} } }, WEB],
    [
      "HDInsight by private links",
      { azurerm_hdinsight_spark_cluster: { c: { network: [{ private_link_enabled: true }] } } },
      "pass",
    ],
    [
      "HDInsight in a network",
      { azurerm_hdinsight_spark_cluster: { c: { roles: [{ head_node: [{ virtual_network_id: LITERAL }] }] } } },
      "unknown",
    ],
  ])("%s: %s", (_, types, expected) => {
    expect(inboundOf(types)).toBe(expected);
  });
});
