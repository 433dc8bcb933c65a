import type { Endpoint, PartialSystem } from "../../../../verification/model";
import { AddressSet } from "../../../../packets/address-set";
import { azurePart } from "../../../../verification/clouds/azure/index";
import { resourcesOf, type TerraformJson } from "../../../support/resources";

type Types = NonNullable<TerraformJson["resource"]>;

const NSG = "${azurerm_network_security_group.n.id}";
const SUBNET = "${azurerm_subnet.s.id}";
const cidr = (text: string) => AddressSet.ofCidr(text);
const INSIDE = cidr("10.0.9.0/24");
const PEER = cidr("10.9.0.0/24");
const OUTSIDE = cidr("198.51.100.0/24");
const OUTSIDE_V6 = cidr("2606:4700::/32");
const STORAGE = AddressSet.ofName("azure:Storage.eastus");
const HOST = cidr("168.63.129.16");

/** One interface in one subnet with a security group, by the fields of its address and its subnet. */
function part(types: Types, address: object = {}, subnet: object = {}): PartialSystem {
  const names = { virtual_network_name: "v", resource_group_name: "rg" };
  return azurePart(
    resourcesOf({
      resource: {
        azurerm_virtual_network: {
          v: { name: "v", resource_group_name: "rg", location: "East US", address_space: ["10.0.0.0/16"] },
        },
        azurerm_subnet: { s: { ...names, address_prefixes: ["10.0.1.0/24"], ...subnet } },
        azurerm_network_security_group: { n: {} },
        azurerm_subnet_network_security_group_association: { s: { subnet_id: SUBNET, network_security_group_id: NSG } },
        azurerm_network_interface: { i: { ip_configuration: [{ subnet_id: SUBNET, ...address }] } },
        ...types,
      },
    }),
  );
}

const endpointOf = (judged: PartialSystem) =>
  judged.endpoints.find(({ id }) => id === "azurerm_network_interface.i") as Endpoint;

/** Which of the named far sides an interface can exchange packets with, all of each. */
function reaches(judged: PartialSystem, direction: "inbound" | "outbound"): string[] {
  const routes = endpointOf(judged).routes;
  const far = { INSIDE, PEER, OUTSIDE, OUTSIDE_V6, STORAGE, HOST };
  return Object.entries(far).flatMap(([name, addresses]) =>
    routes && addresses.isSubsetOf(routes[direction]) ? [name] : [],
  );
}

const publicAddress = (values: object) => ({ azurerm_public_ip: { p: values } });
const PUBLIC = { public_ip_address_id: "${azurerm_public_ip.p.id}" };
const table = (...route: object[]): Types => ({
  azurerm_route_table: { t: { name: "t", resource_group_name: "rg", route } },
  azurerm_subnet_route_table_association: {
    a: { subnet_id: SUBNET, route_table_id: "${azurerm_route_table.t.id}" },
  },
});
const route = (address_prefix: string, next_hop_type: string) => ({ address_prefix, next_hop_type });

test("what Azure may lend addresses to may get out", () => {
  const judged = part({}, {}, { default_outbound_access_enabled: "${var.a}${var.b}" });
  expect(reaches(judged, "outbound")).toContain("OUTSIDE");
  const unproved = endpointOf(judged).routes?.unproved?.outbound;
  expect([OUTSIDE, INSIDE].map((far) => unproved && far.isSubsetOf(unproved))).toEqual([true, false]);
});

describe("outbound", () => {
  test.each<[string, PartialSystem, string[]]>([
    ["by an address that Azure lends it", part({}), ["INSIDE", "OUTSIDE", "STORAGE", "HOST"]],
    ["where the subnet forbids that", part({}, {}, { default_outbound_access_enabled: false }), ["INSIDE", "HOST"]],
    [
      "by a NAT gateway",
      part(
        { azurerm_subnet_nat_gateway_association: { a: { subnet_id: SUBNET, nat_gateway_id: "nat" } } },
        {},
        { default_outbound_access_enabled: false },
      ),
      ["INSIDE", "OUTSIDE", "STORAGE", "HOST"],
    ],
    [
      "by a public address, IPv6 too",
      part(publicAddress({ sku: "Standard" }), PUBLIC, { default_outbound_access_enabled: false }),
      ["INSIDE", "OUTSIDE", "OUTSIDE_V6", "STORAGE", "HOST"],
    ],
    ["next hop None", part(table(route("0.0.0.0/0", "None"))), ["INSIDE", "HOST"]],
    [
      "next hop None in two halves leaves no service either",
      part(table(route("0.0.0.0/1", "None"), route("128.0.0.0/1", "None"))),
      ["INSIDE", "HOST"],
    ],
    ["next hop None for a part", part(table(route("198.51.100.0/25", "None"))), ["INSIDE", "STORAGE", "HOST"]],
    ["an appliance", part(table(route("0.0.0.0/0", "VirtualAppliance"))), ["INSIDE", "OUTSIDE", "STORAGE", "HOST"]],
    [
      "the longest prefix decides",
      part(table(route("0.0.0.0/0", "None"), route("198.51.100.0/24", "Internet"))),
      ["INSIDE", "OUTSIDE", "HOST"],
    ],
    [
      "a service endpoint is the most specific",
      part(table(route("0.0.0.0/0", "None")), {}, { service_endpoints: ["Microsoft.Storage"] }),
      ["INSIDE", "STORAGE", "HOST"],
    ],
    [
      "a service's own route",
      part(table(route("0.0.0.0/0", "None"), route("Storage.EastUS", "Internet"))),
      ["INSIDE", "STORAGE", "HOST"],
    ],
    [
      "its own network can be routed nowhere",
      part(table(route("10.0.9.0/24", "None"))),
      ["OUTSIDE", "STORAGE", "HOST"],
    ],
  ])("%s", (_, judged, expected) => {
    expect(reaches(judged, "outbound").sort()).toEqual([...expected].sort());
    expect(judged.unjudged).toEqual([]);
  });

  test("a route apart from its table", () => {
    const azurerm_route = { r: { route_table_name: "t", resource_group_name: "rg", ...route("0.0.0.0/0", "None") } };
    expect(reaches(part({ ...table(), azurerm_route }), "outbound")).toEqual(["INSIDE", "HOST"]);
    const stray = { r: { ...azurerm_route.r, route_table_name: "elsewhere" } };
    expect(part({ ...table(), azurerm_route: stray }).unjudged).toMatchObject([{ resource: "azurerm_route.r" }]);
  });

  test.each<[string, PartialSystem]>([
    ["a hop", part(table(route("0.0.0.0/0", "${var.a}${var.b}")))],
    ["a prefix", part(table(route("${var.a}${var.b}", "None")))],
    [
      "a table",
      part({ azurerm_subnet_route_table_association: { a: { subnet_id: SUBNET, route_table_id: "/elsewhere" } } }),
    ],
    ["a network", part({ azurerm_virtual_network: {} })],
  ])("%s that is not known: routes are not judged", (_, judged) => {
    expect(endpointOf(judged).routes).toBeUndefined();
  });
});

describe("inbound", () => {
  const nat = {
    azurerm_lb: {
      b: {
        sku: "Standard",
        frontend_ip_configuration: [{ name: "f", public_ip_address_id: "${azurerm_public_ip.p.id}" }],
      },
    },
    azurerm_lb_backend_address_pool: { p: { loadbalancer_id: "${azurerm_lb.b.id}" } },
    azurerm_network_interface_backend_address_pool_association: {
      a: {
        network_interface_id: "${azurerm_network_interface.i.id}",
        backend_address_pool_id: "${azurerm_lb_backend_address_pool.p.id}",
      },
    },
  };
  const listener = (frontend_ip_configuration_name: string) => ({
    azurerm_lb_rule: {
      r: {
        loadbalancer_id: "${azurerm_lb.b.id}",
        frontend_ip_configuration_name,
        protocol: "Tcp",
        frontend_port: 443,
        backend_port: 443,
      },
    },
  });
  const inside = {
    ...nat,
    azurerm_lb: {
      b: { frontend_ip_configuration: [{ name: "f", subnet_id: SUBNET, private_ip_address: "10.0.1.9" }] },
    },
  };
  const OPEN = ["INSIDE", "OUTSIDE", "OUTSIDE_V6", "STORAGE", "HOST"];
  const unfiltered = { azurerm_subnet_network_security_group_association: {} };

  test.each<[string, PartialSystem, string[]]>([
    ["without a public address: nobody outside", part({}), ["INSIDE", "HOST"]],
    [
      "a NAT gateway lets nobody in",
      part({ azurerm_subnet_nat_gateway_association: { a: { subnet_id: SUBNET } } }),
      ["INSIDE", "HOST"],
    ],
    ["a public address", part(publicAddress({ sku: "Standard" }), PUBLIC), OPEN],
    ["a public address that is not known", part({}, { public_ip_address_id: "${var.a}${var.b}" }), OPEN],
    [
      "of the Standard SKU, without any security group",
      part({ ...publicAddress({ sku: "Standard" }), ...unfiltered }, PUBLIC),
      ["INSIDE", "HOST"],
    ],
    ["of the Basic SKU, without any", part({ ...publicAddress({ sku: "Basic" }), ...unfiltered }, PUBLIC), OPEN],
    ["of no SKU that is known, without any", part({ ...publicAddress({}), ...unfiltered }, PUBLIC), OPEN],
    ["a load balancer that hands on", part({ ...nat, ...publicAddress({}), ...listener("f") }), OPEN],
    ["a load balancer without a rule", part({ ...nat, ...publicAddress({}) }), ["INSIDE", "HOST"]],
    ["a load balancer inside", part({ ...inside, ...listener("f") }), ["INSIDE", "HOST"]],
    ["an appliance may hand on from anybody", part(table(route("0.0.0.0/0", "VirtualAppliance"))), [...OPEN, "PEER"]],
    ["a route that drops gives nothing", part(table(route("0.0.0.0/0", "None"))), ["INSIDE", "HOST"]],
  ])("%s", (_, judged, expected) => {
    expect(reaches(judged, "inbound").sort()).toEqual([...expected].sort());
  });

  test("a pool of a load balancer that is not in the input may be public", () => {
    const azurerm_network_interface_backend_address_pool_association = {
      a: { network_interface_id: "${azurerm_network_interface.i.id}", backend_address_pool_id: "/elsewhere" },
    };
    expect(reaches(part({ azurerm_network_interface_backend_address_pool_association }), "inbound")).toContain(
      "OUTSIDE",
    );
  });

  test("a NAT rule of a load balancer leads to its interface", () => {
    const judged = part({
      ...publicAddress({}),
      azurerm_lb: nat.azurerm_lb,
      azurerm_lb_nat_rule: {
        r: {
          loadbalancer_id: "${azurerm_lb.b.id}",
          frontend_ip_configuration_name: "f",
          protocol: "Tcp",
          frontend_port: 2222,
          backend_port: 22,
        },
      },
      azurerm_network_interface_nat_rule_association: {
        a: { network_interface_id: "${azurerm_network_interface.i.id}", nat_rule_id: "${azurerm_lb_nat_rule.r.id}" },
      },
    });
    expect(reaches(judged, "inbound")).toContain("OUTSIDE");
  });
});

describe("other networks", () => {
  const networks = {
    azurerm_virtual_network: {
      v: { name: "v", resource_group_name: "rg", address_space: ["10.0.0.0/16"] },
      far: { name: "far", resource_group_name: "rg", address_space: ["10.9.0.0/16"] },
    },
  };
  const peerings = (values: object): Types => ({
    ...networks,
    azurerm_virtual_network_peering: {
      there: {
        virtual_network_name: "v",
        resource_group_name: "rg",
        remote_virtual_network_id: "${azurerm_virtual_network.far.id}",
        ...values,
      },
      back: {
        virtual_network_name: "far",
        resource_group_name: "rg",
        remote_virtual_network_id: "${azurerm_virtual_network.v.id}",
      },
    },
  });

  test.each<[string, object, boolean, boolean]>([
    ["a peer", {}, true, false],
    ["a peer that forwards", { allow_forwarded_traffic: true }, true, true],
    ["a peer whose gateway is used", { use_remote_gateways: true }, true, true],
  ])("%s", (_, values, peer, anybody) => {
    const judged = part(peerings(values));
    expect(reaches(judged, "inbound").includes("PEER")).toBe(peer);
    expect(reaches(judged, "outbound").includes("PEER")).toBe(peer);
    expect(reaches(judged, "inbound").includes("OUTSIDE")).toBe(anybody);
  });

  test.each([
    [undefined, "the routes that a gateway learns are not in the input"],
    [false, undefined],
  ])("a gateway tells routes unless the table refuses them: %s", (bgp_route_propagation_enabled, unknown) => {
    const judged = part({
      ...table(),
      azurerm_route_table: { t: { bgp_route_propagation_enabled } },
      azurerm_virtual_network_gateway: { g: { ip_configuration: [{ subnet_id: SUBNET }] } },
    });
    expect(endpointOf(judged).routes?.unknown).toBe(unknown);
    expect(reaches(judged, "inbound")).toContain("OUTSIDE");
  });
});
