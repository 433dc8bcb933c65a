import { connect, evaluateFilter, reach } from "../../../../../verification/evaluate";
import type { Endpoint, PartialSystem } from "../../../../../verification/model";
import { AddressSet } from "../../../../../packets/address-set";
import { azurePart } from "../../../../../verification/clouds/azure/index";
import { resourcesOf, type TerraformJson } from "../../../../support/resources";

type Types = NonNullable<TerraformJson["resource"]>;

const SUBNET = "${azurerm_subnet.s.id}";
const NAMES = { virtual_network_name: "v", resource_group_name: "rg" };
const OUTSIDE = { addresses: AddressSet.ofCidr("198.51.100.0/24"), groups: new Set<string>() };

function part(types: Types, subnet: object = {}, data?: Types): PartialSystem {
  return azurePart(
    resourcesOf({
      resource: {
        azurerm_virtual_network: { v: { name: "v", resource_group_name: "rg", address_space: ["10.0.0.0/16"] } },
        azurerm_subnet: { s: { ...NAMES, address_prefixes: ["10.0.1.0/24"], ...subnet } },
        azurerm_network_security_group: { n: { name: "n" } },
        azurerm_subnet_network_security_group_association: {
          s: { subnet_id: SUBNET, network_security_group_id: "${azurerm_network_security_group.n.id}" },
        },
        ...types,
      },
      ...(data && { data }),
    }),
  );
}

const at = (judged: PartialSystem, id: string) => judged.endpoints.filter((endpoint) => endpoint.id === id);
const the = (judged: PartialSystem, id: string) => at(judged, id)[0] as Endpoint;
const filterNames = (endpoint: Endpoint) => [...new Set(endpoint.filters.map(({ name }) => name))].sort();
const inbound = (endpoint: Endpoint) => {
  const { allowed, possible } = reach(endpoint, "inbound", OUTSIDE);
  return [allowed.toString(), possible.toString()];
};
const SUBNET_GROUP = "azurerm_network_security_group.n";

const KEY = { type: "Microsoft.KeyVault/vaults/keys", name: "vault/key" };
const template = (content: object) => ({
  deployment_mode: "Incremental",
  template_content: JSON.stringify({ $schema: "x", contentVersion: "1.0.0.0", ...content }),
});

describe("machines by their interfaces", () => {
  const nic = {
    azurerm_network_interface: { i: { ip_configuration: [{ subnet_id: SUBNET, private_ip_address: "10.0.1.4" }] } },
  };
  const ids = { network_interface_ids: ["${azurerm_network_interface.i.id}"] };

  test.each(["azurerm_linux_virtual_machine", "azurerm_windows_virtual_machine", "azurerm_virtual_machine"])(
    "%s",
    (type) => {
      const judged = part({ ...nic, [type]: { m: ids } });
      const machine = the(judged, `${type}.m`);
      expect(machine).toMatchObject({ kind: "instance", network: "azurerm_virtual_network.v" });
      expect(machine.addresses.toString()).toBe("10.0.1.4/32");
      expect(machine.filters).toEqual(the(judged, "azurerm_network_interface.i").filters);
      expect(judged.unjudged).toEqual([]);
    },
  );

  test("an interface that is not in the input is unknown", () => {
    const judged = part({ azurerm_linux_virtual_machine: { m: { network_interface_ids: ["/elsewhere"] } } });
    expect(inbound(the(judged, "azurerm_linux_virtual_machine.m"))).toEqual(["nothing", "any with 198.51.100.0/24"]);
  });

  test("an interface in two subnets is an endpoint in each", () => {
    const azurerm_subnet = {
      s: { ...NAMES, address_prefixes: ["10.0.1.0/24"] },
      t: { ...NAMES, address_prefixes: ["10.0.2.0/24"] },
    };
    const ip_configuration = [{ subnet_id: SUBNET }, { subnet_id: "${azurerm_subnet.t.id}" }];
    const judged = part({ azurerm_subnet, azurerm_network_interface: { i: { ip_configuration } } });
    const [first, second] = at(judged, "azurerm_network_interface.i");
    expect(filterNames(first as Endpoint)).toEqual([SUBNET_GROUP]);
    expect(second?.filters).toEqual([]);
    expect(second?.addresses.toString()).toBe("10.0.2.0/24");
  });
});

describe("scale sets", () => {
  const set = (name: string, block: object) =>
    part({
      azurerm_linux_virtual_machine_scale_set: { m: { network_interface: [block] } },
      azurerm_network_security_group: { n: {}, own: {} },
      azurerm_application_security_group: { web: {} },
      [name]: {},
    });
  const own = { network_security_group_id: "${azurerm_network_security_group.own.id}" };

  test.each<[string, object, string[], boolean]>([
    ["its subnet's group alone", { ip_configuration: [{ subnet_id: SUBNET }] }, [SUBNET_GROUP], false],
    [
      "one of its own",
      { ...own, ip_configuration: [{ subnet_id: SUBNET }] },
      [SUBNET_GROUP, "azurerm_network_security_group.own"],
      false,
    ],
    [
      "a public address each",
      { ip_configuration: [{ subnet_id: SUBNET, public_ip_address: [{ name: "p" }] }] },
      [SUBNET_GROUP],
      true,
    ],
    ["none", { ip_configuration: [{ subnet_id: SUBNET, public_ip_address: [] }] }, [SUBNET_GROUP], false],
  ])("%s", (_, block, filters, isPublic) => {
    const endpoint = the(set("x", block), "azurerm_linux_virtual_machine_scale_set.m");
    expect(filterNames(endpoint)).toEqual([...filters].sort());
    expect(OUTSIDE.addresses.isSubsetOf(endpoint.routes?.inbound ?? AddressSet.empty)).toBe(isPublic);
  });

  test("application security groups", () => {
    const ip_configuration = [
      { subnet_id: SUBNET, application_security_group_ids: ["${azurerm_application_security_group.web.id}"] },
    ];
    const endpoint = the(set("x", { ip_configuration }), "azurerm_linux_virtual_machine_scale_set.m");
    expect(endpoint.groups).toContain("azurerm_application_security_group.web");
  });
});

describe("AKS", () => {
  const cluster = (pool: object = {}, values: object = {}): Types => ({
    azurerm_kubernetes_cluster: {
      k: { location: "East US", default_node_pool: [{ name: "a", vnet_subnet_id: SUBNET, ...pool }], ...values },
    },
  });
  const K = "azurerm_kubernetes_cluster.k";
  const nodesOf = (judged: PartialSystem, id = K) => at(judged, id).find(({ kind }) => kind === "node") as Endpoint;
  const apiOf = (judged: PartialSystem) => at(judged, K).find(({ kind }) => kind === "cluster-api") as Endpoint;

  test("nodes pass the group that AKS makes and their subnet's", () => {
    const judged = part(cluster({ node_labels: { team: "a" } }));
    const nodes = nodesOf(judged);
    expect(filterNames(nodes)).toEqual([`${K}#aks-nsg`, SUBNET_GROUP].sort());
    expect(nodes).toMatchObject({ labels: { team: "a" }, network: "azurerm_virtual_network.v" });
    expect(inbound(nodes)).toEqual(["nothing", "nothing"]);
    expect(judged.endpoints.filter(({ kind }) => kind === "group")).toEqual([]);
  });

  test("without a subnet, in a network that AKS makes", () => {
    const judged = part(cluster({ vnet_subnet_id: null }));
    expect(nodesOf(judged).addresses.toString()).toBe("10.224.0.0/16");
    expect(filterNames(nodesOf(judged))).toEqual([`${K}#aks-nsg`]);
  });

  test.each<[string | undefined, boolean]>([
    [undefined, true],
    ["loadBalancer", true],
    ["managedNATGateway", true],
    ["userDefinedRouting", false],
    ["userAssignedNATGateway", false],
    ["none", false],
  ])("outbound type %s", (outbound_type, isOut) => {
    const nodes = nodesOf(part(cluster({}, outbound_type ? { network_profile: [{ outbound_type }] } : {})));
    expect(OUTSIDE.addresses.isSubsetOf(nodes.routes?.outbound ?? AddressSet.empty)).toBe(isOut);
  });

  test("host ports and public addresses of nodes let everybody in", () => {
    const node_network_profile = [{ allowed_host_ports: [{ port_start: 8000, port_end: 8010, protocol: "UDP" }] }];
    const judged = part({
      ...cluster({ node_network_profile, node_public_ip_enabled: true }),
      azurerm_subnet_network_security_group_association: {},
      azurerm_network_security_group: {},
    });
    expect(inbound(nodesOf(judged))).toEqual([
      "udp 8000-8010 with 198.51.100.0/24",
      "udp 8000-8010 with 198.51.100.0/24",
    ]);
    const closed = part(cluster({ node_public_ip_enabled: true }));
    expect(inbound(nodesOf(closed))).toEqual(["nothing", "nothing"]);
  });

  test("further pools are in their cluster's subnet unless they name one", () => {
    const azurerm_kubernetes_cluster_node_pool = { p: { kubernetes_cluster_id: `\${${K}.id}` } };
    const judged = part({ ...cluster(), azurerm_kubernetes_cluster_node_pool });
    const id = "azurerm_kubernetes_cluster_node_pool.p";
    expect(nodesOf(judged, id).addresses.toString()).toBe("10.0.1.0/24");
    const stray = part({ azurerm_kubernetes_cluster_node_pool });
    expect(stray.unjudged).toMatchObject([{ resource: id }]);
  });

  test.each<[string, object, string]>([
    ["everybody", {}, "tcp 443 with 198.51.100.0/24"],
    [
      "the ranges that it names",
      { api_server_access_profile: [{ authorized_ip_ranges: ["198.51.100.0/25"] }] },
      "tcp 443 with 198.51.100.0/25",
    ],
    ["nobody outside", { private_cluster_enabled: true }, "nothing"],
  ])("the API is open to %s", (_, values, text) => {
    expect(inbound(apiOf(part(cluster({}, values))))).toEqual([text, text]);
  });

  test("nodes reach the API, public or private", () => {
    for (const private_cluster_enabled of [true, false]) {
      const judged = part(cluster({}, { private_cluster_enabled }));
      expect(connect(nodesOf(judged), apiOf(judged)).allowed.toString()).toMatch(/tcp 443|any/);
    }
  });

  describe("an API that is integrated into a subnet", () => {
    const integrated = (virtual_network_integration_enabled: unknown) =>
      apiOf(
        part({
          ...cluster(
            {},
            {
              private_cluster_enabled: true,
              api_server_access_profile: [
                { virtual_network_integration_enabled, subnet_id: "${azurerm_subnet.api.id}" },
              ],
            },
          ),
          azurerm_subnet: {
            s: { ...NAMES, address_prefixes: ["10.0.1.0/24"] },
            api: { ...NAMES, address_prefixes: ["10.0.2.0/28"] },
          },
          azurerm_network_security_group: { n: { name: "n" }, api: { name: "api" } },
          azurerm_subnet_network_security_group_association: {
            s: { subnet_id: SUBNET, network_security_group_id: "${azurerm_network_security_group.n.id}" },
            api: {
              subnet_id: "${azurerm_subnet.api.id}",
              network_security_group_id: "${azurerm_network_security_group.api.id}",
            },
          },
        }),
      );

    test("is in that subnet, whose group filters it, and opens connections", () => {
      const api = integrated(true);
      expect(api.addresses.toString()).toBe("10.0.2.0/28");
      expect(filterNames(api)).toEqual(["azurerm_network_security_group.api"]);
      expect(api.routes?.outbound.overlaps(AddressSet.ofCidr("10.0.1.4"))).toBe(true);
    });

    test("is in the nodes' subnet where it is not, unfiltered", () => {
      const api = integrated(false);
      expect([api.addresses.toString(), api.filters, api.routes?.outbound.isEmpty]).toEqual(["10.0.1.0/24", [], true]);
    });

    test("is unknown where that can't be told", () => {
      expect(integrated("${var.a}${var.b}").filters.map(({ unknown }) => unknown)).toContain(
        `whether the security group of its subnet filters ${K} is not known`,
      );
    });
  });

  describe("pods of an overlay", () => {
    const PODS = "172.24.0.0/14";
    const judged = (rules: object[], network_profile: object = { network_plugin_mode: "overlay", pod_cidr: PODS }) =>
      part({
        ...cluster({}, { network_profile: [network_profile] }),
        azurerm_network_security_group: { n: { name: "n", security_rule: rules } },
      });
    const rule = (priority: number, access: string, direction: string, source: string, destination: string) => ({
      priority,
      access,
      direction,
      protocol: "*",
      source_port_range: "*",
      destination_port_range: "*",
      source_address_prefix: source,
      destination_address_prefix: destination,
    });
    const DENIES = [rule(4096, "Deny", "Inbound", "*", "*"), rule(4096, "Deny", "Outbound", "*", "*")];
    const between = (nodes: Endpoint) => {
      const pods = nodes.overlay as Endpoint;
      return connect(pods, pods).allowed.toString();
    };

    test("exchange packets as pods' addresses, which groups judge", () => {
      expect(between(nodesOf(judged([])))).toBe(`any with ${PODS}`);
      expect(between(nodesOf(judged(DENIES)))).toBe("nothing");
      const pods = [rule(100, "Allow", "Inbound", PODS, PODS), rule(100, "Allow", "Outbound", PODS, PODS)];
      expect(between(nodesOf(judged([...DENIES, ...pods])))).toBe(`any with ${PODS}`);
    });

    test("leave the cluster as their nodes", () => {
      const nodes = nodesOf(judged([]));
      expect(nodes.addresses.toString()).toBe("10.0.1.0/24");
      expect(nodes.overlay?.id).toBe(`pods of ${K}`);
    });

    test.each<[string, object, string | undefined]>([
      ["of AKS's own block", { network_plugin_mode: "overlay" }, "10.244.0.0/16"],
      ["none where pods have addresses of a subnet", {}, undefined],
    ])("%s", (_, profile, addresses) => {
      expect(nodesOf(judged([], profile)).overlay?.addresses.toString()).toBe(addresses);
    });

    test("of a block that is not known are not judged", () => {
      const { unjudged } = judged([], { network_plugin_mode: "overlay", pod_cidr: "${var.a}${var.b}" });
      expect(unjudged).toMatchObject([{ resource: K, reason: "the addresses of its pods are not known" }]);
    });
  });

  test("unknown ranges, or whether it is private", () => {
    const profile = { api_server_access_profile: [{ authorized_ip_ranges: ["${var.a}${var.b}"] }] };
    expect(inbound(apiOf(part(cluster({}, profile))))).toEqual(["nothing", "tcp 443 with 198.51.100.0/24"]);
    const unknown = apiOf(part(cluster({}, { private_cluster_enabled: "${var.a}${var.b}" })));
    expect(inbound(unknown)).toEqual(["nothing", "any with 198.51.100.0/24"]);
  });

  test.each<[string, unknown]>([
    ["ingress_application_gateway", [{}]],
    ["web_app_routing", [{ dns_zone_ids: [] }]],
    ["service_mesh_profile", [{ mode: "Istio" }]],
    ["http_application_routing_enabled", true],
  ])("%s is named", (addon, value) => {
    expect(part(cluster({}, { [addon]: value })).unjudged).toMatchObject([{ resource: K }]);
    expect(part(cluster({}, { [addon]: Array.isArray(value) ? [] : false })).unjudged).toEqual([]);
  });
});

describe("private endpoints", () => {
  const endpoint: Types = {
    azurerm_private_endpoint: {
      e: {
        location: "eastus",
        subnet_id: SUBNET,
        private_service_connection: [{ subresource_names: ["blob"], private_connection_resource_id: "/x" }],
      },
    },
  };
  const E = "azurerm_private_endpoint.e";

  test("stand for their service, and only answer", () => {
    const judged = the(part(endpoint), E);
    expect(judged).toMatchObject({
      kind: "cloud-service",
      serves: ["azure:Storage", "azure:Storage.eastus", "azure:Storage.blob"],
    });
    expect(judged.routes?.outbound.isEmpty).toBe(true);
    expect(OUTSIDE.addresses.overlaps(judged.routes?.inbound ?? AddressSet.all)).toBe(false);
  });

  test.each<[string, object, string[]]>([
    ["not, by default", {}, []],
    ["not where policies are off", { private_endpoint_network_policies: "Disabled" }, []],
    ["not for routes alone", { private_endpoint_network_policies: "RouteTableEnabled" }, []],
    ["where policies are on", { private_endpoint_network_policies: "Enabled" }, [SUBNET_GROUP]],
    [
      "where they are on for groups",
      { private_endpoint_network_policies: "NetworkSecurityGroupEnabled" },
      [SUBNET_GROUP],
    ],
    ["as earlier providers wrote it", { private_endpoint_network_policies_enabled: true }, [SUBNET_GROUP]],
  ])("their subnet's group filters them %s", (_, subnet, filters) => {
    expect(filterNames(the(part(endpoint, subnet), E))).toEqual(filters);
  });

  test("whether it does is not known", () => {
    const judged = the(part(endpoint, { private_endpoint_network_policies: "${var.a}${var.b}" }), E);
    const [verdict] = judged.filters.filter(({ unknown, direction }) => unknown && direction === "inbound");
    expect(verdict && evaluateFilter(verdict, OUTSIDE).allowed.isEmpty).toBe(true);
  });

  test("application security groups", () => {
    const judged = part({
      ...endpoint,
      azurerm_private_endpoint_application_security_group_association: {
        a: {
          private_endpoint_id: `\${${E}.id}`,
          application_security_group_id: "${azurerm_application_security_group.db.id}",
        },
      },
      azurerm_application_security_group: { db: {} },
    });
    expect(the(judged, E).groups).toContain("azurerm_application_security_group.db");
    expect(judged.unjudged).toEqual([]);
  });
});

describe("load balancers and gateways", () => {
  const balancer = (frontend: object, rule: object = {}): Types => ({
    azurerm_public_ip: { p: { ip_address: "192.0.2.9" } },
    azurerm_lb: { b: { location: "eastus", frontend_ip_configuration: [{ name: "f", ...frontend }] } },
    azurerm_lb_rule: {
      r: {
        loadbalancer_id: "${azurerm_lb.b.id}",
        frontend_ip_configuration_name: "f",
        protocol: "Tcp",
        frontend_port: 80,
        ...rule,
      },
    },
  });
  const PUBLIC = { public_ip_address_id: "${azurerm_public_ip.p.id}" };

  test.each<[string, Types, string[]]>([
    ["at the ports of its rules", balancer(PUBLIC), ["tcp 80 with 198.51.100.0/24"]],
    ["at every port", balancer(PUBLIC, { protocol: "All", frontend_port: 0 }), ["any with 198.51.100.0/24"]],
    ["not inside", balancer({ subnet_id: SUBNET }), ["nothing"]],
    ["not without a rule", { ...balancer(PUBLIC), azurerm_lb_rule: {} }, ["nothing"]],
    [
      "at ports that are not known",
      balancer(PUBLIC, { frontend_port: "${var.a}${var.b}" }),
      ["nothing", "any with 198.51.100.0/24"],
    ],
  ])("a public one answers %s", (_, types, [allowed, possible = allowed]) => {
    expect(inbound(the(part(types), "azurerm_lb.b"))).toEqual([allowed, possible]);
  });

  test("rules of one that the input holds are told by it", () => {
    expect(part(balancer({ subnet_id: SUBNET })).unjudged).toEqual([]);
  });

  test("its address is its own where it is known", () => {
    expect(the(part(balancer(PUBLIC)), "azurerm_lb.b").addresses.toString()).toBe("192.0.2.9/32");
  });

  test.each<[string, object, string]>([
    ["public", { frontend_ip_configuration: [{ name: "f", ...PUBLIC }] }, "tcp 443 with 198.51.100.0/24"],
    ["inside", { frontend_ip_configuration: [{ name: "f", subnet_id: SUBNET }] }, "nothing"],
  ])("an application gateway, %s", (_, values, text) => {
    const azurerm_application_gateway = {
      g: { gateway_ip_configuration: [{ subnet_id: SUBNET }], frontend_port: [{ name: "p", port: 443 }], ...values },
    };
    const types = { azurerm_application_gateway, azurerm_subnet_network_security_group_association: {} };
    const gateway = the(part(types), "azurerm_application_gateway.g");
    expect(inbound(gateway)).toEqual([text, text]);
    // The group of its subnet filters it too.
    expect(inbound(the(part({ azurerm_application_gateway }), "azurerm_application_gateway.g"))).toEqual([
      "nothing",
      "nothing",
    ]);
  });

  test("a bastion answers on TCP 443", () => {
    const types = {
      azurerm_bastion_host: { b: { ip_configuration: [{ subnet_id: SUBNET, ...PUBLIC }] } },
      azurerm_subnet_network_security_group_association: {},
    };
    expect(inbound(the(part(types), "azurerm_bastion_host.b"))[0]).toBe("tcp 443 with 198.51.100.0/24");
    expect(part({ azurerm_bastion_host: { b: { sku: "Developer" } } }).unjudged).toMatchObject([
      { resource: "azurerm_bastion_host.b" },
    ]);
  });
});

describe("subnets wherever they are written", () => {
  const nic = (subnet_id: string): Types => ({
    azurerm_network_interface: { i: { ip_configuration: [{ subnet_id }] } },
  });
  const I = "azurerm_network_interface.i";
  const GROUP = "${azurerm_network_security_group.n.id}";

  test("within their network, with a group of their own", () => {
    const azurerm_virtual_network = {
      v: {
        name: "v",
        address_space: ["10.0.0.0/16"],
        subnet: [{ name: "a", address_prefixes: ["10.0.7.0/24"], security_group: GROUP }],
      },
    };
    const judged = the(part({ azurerm_virtual_network, ...nic("${azurerm_virtual_network.v.subnet[0].id}") }), I);
    expect(judged.addresses.toString()).toBe("10.0.7.0/24");
    expect(filterNames(judged)).toEqual([SUBNET_GROUP]);
  });

  test("by its id, in any case, as a state has it", () => {
    const id = "/subscriptions/x/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/v/subnets/s";
    const judged = the(part(nic(id.toLowerCase()), { id }), I);
    expect(judged.addresses.toString()).toBe("10.0.1.0/24");
    expect(filterNames(judged)).toEqual([SUBNET_GROUP]);
  });

  test("of a data source: unknown unless it was read", () => {
    const read = { address_prefixes: ["10.7.0.0/24"], network_security_group_id: "", route_table_id: "" };
    const data = (values: object) => ({ azurerm_subnet: { s: { name: "s", ...NAMES, ...values } } });
    const from = nic("${data.azurerm_subnet.s.id}");
    expect(the(part(from, {}, data({})), I).filters[0]?.unknown).toMatch(/not in the input/);
    const told = the(part(from, {}, data(read)), I);
    expect(told.filters).toEqual([]);
    expect(told.addresses.toString()).toBe("10.7.0.0/24");
  });

  test("not in the input: unknown", () => {
    const judged = the(part(nic("/subscriptions/x/elsewhere")), I);
    expect(inbound(judged)).toEqual(["nothing", "any with 198.51.100.0/24"]);
    expect(judged.routes).toBeUndefined();
  });
});

describe("services in a subnet", () => {
  test.each([
    ["azurerm_postgresql_flexible_server", "delegated_subnet_id"],
    ["azurerm_mysql_flexible_server", "delegated_subnet_id"],
    ["azurerm_redis_cache", "subnet_id"],
  ])("%s", (type, field) => {
    const judged = part({ [type]: { d: { [field]: SUBNET } } });
    expect(at(judged, `${type}.d`)).toMatchObject([{ kind: "service", network: "azurerm_virtual_network.v" }]);
    expect(filterNames(the(judged, `${type}.d`))).toEqual([SUBNET_GROUP]);
  });
});

describe("private link services", () => {
  const azurerm_private_link_service = {
    l: { nat_ip_configuration: [{ name: "a", primary: true, subnet_id: SUBNET }] },
  };

  test("hand packets on inside, whatever the group of their subnet says", () => {
    const judged = part({ azurerm_private_link_service });
    const service = the(judged, "azurerm_private_link_service.l");
    expect(service).toMatchObject({ kind: "load-balancer", filters: [], network: "azurerm_virtual_network.v" });
    expect(service.addresses.toString()).toBe("10.0.1.0/24");
    expect(OUTSIDE.addresses.overlaps(service.routes?.outbound ?? AddressSet.all)).toBe(false);
    expect(OUTSIDE.addresses.overlaps(service.routes?.inbound ?? AddressSet.all)).toBe(false);
    expect(judged.unjudged).toEqual([]);
  });
});

describe("what is not modelled is named", () => {
  test.each<[string, object]>([
    ["azapi_resource", {}],
    ["azurerm_firewall", {}],
    ["azurerm_firewall_policy_rule_collection_group", { nat_rule_collection: [{ name: "a" }] }],
    ["azurerm_cdn_frontdoor_origin", { private_link: [{ location: "a" }] }],
    ["azurerm_network_manager_admin_rule", {}],
    ["azurerm_network_manager_admin_rule_collection", {}],
    ["azurerm_resource_group_template_deployment", {}],
    [
      "azurerm_resource_group_template_deployment",
      template({ resources: [{ type: "Microsoft.Network/routeTables" }] }),
    ],
    ["azurerm_resource_group_template_deployment", template({ resources: [KEY, { type: "${azurerm_x.a.type}" }] })],
    ["azurerm_resource_group_template_deployment", template({ resources: [{ ...KEY, resources: [KEY] }] })],
    ["azurerm_resource_group_template_deployment", template({ resources: [KEY], Resources: [KEY] })],
    ["azurerm_resource_group_template_deployment", template({ resources: [KEY], imports: {} })],
    ["azurerm_resource_group_template_deployment", template({ resources: [] })],
    ["azurerm_resource_group_template_deployment", { ...template({ resources: [KEY] }), deployment_mode: "Complete" }],
    ["azurerm_virtual_hub_connection", { remote_virtual_network_id: "${azurerm_virtual_network.v.id}" }],
    ["azurerm_vpn_gateway", {}],
    ["azurerm_batch_pool", {}],
    ["azurerm_storage_container", { container_access_type: "blob", storage_account_id: "/x" }],
    ["azurerm_template_deployment", {}],
    ["azurerm_nginx_deployment", { frontend_public: [{ ip_address: ["/x"] }] }],
    ["azurerm_resource_deployment_script_azure_cli", {}],
    ["azurerm_kubernetes_flux_configuration", {}],
    ["azurerm_lb_rule", { loadbalancer_id: "/subscriptions/x/loadBalancers/b", protocol: "Tcp", frontend_port: 22 }],
    ["azurerm_lb_nat_rule", { loadbalancer_id: "x", protocol: "Tcp", frontend_port: 22 }],
    ["azurerm_lb_nat_pool", { loadbalancer_id: "${data.azurerm_lb.b.id}" }],
    ["azurerm_logic_app_trigger_custom", { body: JSON.stringify({ type: "Request", kind: "Http" }) }],
    ["azurerm_logic_app_trigger_custom", { body: JSON.stringify({ type: "HttpWebhook" }) }],
    ["azurerm_logic_app_trigger_custom", { body: "${var.a}${var.b}" }],
    ["azurerm_logic_app_trigger_custom", {}],
    ["azurerm_subnet_thing", { block: [{ subnet_id: SUBNET }] }],
    ["azurerm_thing", { network_security_group_id: "/x" }],
  ])("%s", (type, values) => {
    expect(part({ [type]: { x: values } }).unjudged).toMatchObject([{ resource: `${type}.x` }]);
  });

  test.each<[string, object]>([
    ["azurerm_resource_group", { name: "rg" }],
    ["azurerm_firewall_policy_rule_collection_group", { nat_rule_collection: [] }],
    ["azurerm_cdn_frontdoor_origin", {}],
    ["azurerm_network_watcher_flow_log", { network_security_group_id: "/x" }],
    ["azurerm_resource_group_template_deployment", template({ resources: [KEY] })],
    ["azurerm_resource_group_template_deployment", template({ resources: { key: KEY }, outputs: {} })],
    ["azurerm_nginx_deployment", { frontend_public: [] }],
    ["azurerm_storage_container", { storage_account_id: "/x" }],
    ["azurerm_sql_database", {}],
    ["azurerm_logic_app_trigger_custom", { body: JSON.stringify({ type: "Recurrence", recurrence: {} }) }],
    ["azurerm_logic_app_trigger_custom", { body: JSON.stringify({ type: "Http", inputs: { method: "GET" } }) }],
    ["azurerm_lb_outbound_rule", { loadbalancer_id: "x" }],
    ["azurerm_private_dns_resolver_outbound_endpoint", { subnet_id: SUBNET }],
    ["google_thing", { subnet_id: "x" }],
  ])("%s changes nothing", (type, values) => {
    expect(part({ [type]: { x: values } }).unjudged).toEqual([]);
  });
});
