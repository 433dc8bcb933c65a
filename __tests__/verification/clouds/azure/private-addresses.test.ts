import { AddressSet } from "../../../../packets/address-set";
import { azurePart } from "../../../../verification/clouds/azure/index";
import { reach } from "../../../../verification/evaluate";
import { inboundOf, type Types } from "../../../support/no-inbound";
import { resourcesOf } from "../../../support/resources";

const ELSEWHERE = "/subscriptions/x/resourceGroups/r/providers/Microsoft.Network/virtualNetworks/v/subnets/s";
const NIC = "/subscriptions/x/resourceGroups/r/providers/Microsoft.Network/networkInterfaces/n";
const UNKNOWN = "${var.a}${var.b}";
const SUBNET = "${azurerm_subnet.s.id}";
const OPEN = {
  name: "all",
  priority: 100,
  direction: "Inbound",
  access: "Allow",
  protocol: "*",
  source_port_range: "*",
  destination_port_range: "*",
  source_address_prefix: "*",
  destination_address_prefix: "*",
};

const network = (space: unknown): Types => ({
  azurerm_virtual_network: { v: { name: "v", address_space: space } },
  azurerm_subnet: { s: { virtual_network_name: "v", address_prefixes: ["10.0.1.0/24"] } },
});
/** An interface behind a group that admits everything. */
const nic = (subnet: string, more: object = {}): Types => ({
  azurerm_network_interface: { n: { ip_configuration: [{ subnet_id: subnet, ...more }] } },
  azurerm_network_security_group: { g: { security_rule: [OPEN] } },
  azurerm_network_interface_security_group_association: {
    a: {
      network_interface_id: "${azurerm_network_interface.n.id}",
      network_security_group_id: "${azurerm_network_security_group.g.id}",
    },
  },
});
const tabled = (table: string): Types => ({
  azurerm_subnet_route_table_association: { t: { subnet_id: SUBNET, route_table_id: table } },
});
const linked = (subnet: string): Types => ({
  azurerm_private_endpoint: {
    e: { subnet_id: subnet, private_service_connection: [{ subresource_names: ["vault"] }] },
  },
});
const balancer = (frontend: object): Types => ({
  azurerm_lb: { l: { sku: "Standard", frontend_ip_configuration: [{ name: "f", ...frontend }] } },
  azurerm_lb_rule: {
    r: {
      loadbalancer_id: "${azurerm_lb.l.id}",
      protocol: "Tcp",
      frontend_port: 443,
      backend_port: 443,
      frontend_ip_configuration_name: "f",
    },
  },
  azurerm_lb_backend_address_pool: { p: { loadbalancer_id: "${azurerm_lb.l.id}" } },
});
const member = (of: string): Types => ({
  azurerm_network_interface_backend_address_pool_association: {
    m: { network_interface_id: of, backend_address_pool_id: "${azurerm_lb_backend_address_pool.p.id}" },
  },
});
const PUBLIC = { public_ip_address_id: "/x" };
const OWN_NIC = "${azurerm_network_interface.n.id}";

test.each<[what: string, types: Types, expected: string]>([
  ["an interface of a network", { ...network(["10.0.0.0/16"]), ...nic(SUBNET) }, "pass"],
  ["of a network whose addresses are not known", { ...network(UNKNOWN), ...nic(SUBNET) }, "pass"],
  ["with a public address", { ...network(UNKNOWN), ...nic(SUBNET, PUBLIC) }, "violated tcp 443"],
  ["of a subnet that the input does not hold", nic(ELSEWHERE), "unknown"],
  [
    "of a subnet whose routes it does not hold",
    { ...network(["10.0.0.0/16"]), ...nic(SUBNET), ...tabled(ELSEWHERE) },
    "unknown",
  ],
  ["a private endpoint of a network", { ...network(UNKNOWN), ...linked(SUBNET) }, "pass"],
  ["a private endpoint of a subnet that the input does not hold", linked(ELSEWHERE), "pass"],
  ["an internal balancer", { ...network(["10.0.0.0/16"]), ...balancer({ subnet_id: SUBNET }) }, "pass"],
  ["an internal balancer of such a subnet", balancer({ subnet_id: ELSEWHERE }), "pass"],
  ["a public balancer whose members are elsewhere", balancer(PUBLIC), "unknown"],
  ["a public balancer with one elsewhere", { ...balancer(PUBLIC), ...member(NIC) }, "unknown"],
  ["an internal one with one elsewhere", { ...balancer({ subnet_id: ELSEWHERE }), ...member(NIC) }, "pass"],
  [
    "a public balancer's member",
    { ...network(["10.0.0.0/16"]), ...nic(SUBNET), ...balancer(PUBLIC), ...member(OWN_NIC) },
    "violated tcp 443",
  ],
  [
    "a member of a pool elsewhere",
    {
      ...network(["10.0.0.0/16"]),
      ...nic(SUBNET),
      azurerm_network_interface_backend_address_pool_association: {
        m: { network_interface_id: OWN_NIC, backend_address_pool_id: "/x" },
      },
    },
    "unknown",
  ],
])("%s", (_, types, expected) => {
  expect(inboundOf(types)).toBe(expected);
});

const address = (sku?: string): Types => ({
  ...network(["10.0.0.0/16"]),
  azurerm_network_interface: {
    n: { ip_configuration: [{ subnet_id: SUBNET, public_ip_address_id: "${azurerm_public_ip.p.id}" }] },
  },
  azurerm_public_ip: { p: { name: "p", ...(sku !== undefined && { sku }) } },
});

test.each<[what: string, types: Types, expected: string]>([
  ["of the SKU Basic, without a group", address("Basic"), "violated tcp 443"],
  ["of the SKU Standard, without a group", address("Standard"), "pass"],
  ["of no SKU that is said, without a group", address(), "unknown"],
  ["of no SKU, behind a group", { ...nic(SUBNET), ...address() }, "violated tcp 443"],
])("a public address %s", (_, types, expected) => {
  expect(inboundOf(types)).toBe(expected);
});

describe("an address that may be none", () => {
  const net = network(["10.0.0.0/16"]);
  const group = nic(SUBNET);
  const sets = (address: unknown): Types => ({
    azurerm_linux_virtual_machine_scale_set: {
      m: {
        network_interface: [
          {
            network_security_group_id: "${azurerm_network_security_group.g.id}",
            ip_configuration: [{ subnet_id: SUBNET, public_ip_address: address }],
          },
        ],
      },
    },
  });
  const open: Types = { azurerm_network_security_group: { g: { security_rule: [OPEN] } } };
  const bastion = (address: unknown): Types => ({
    azurerm_bastion_host: { b: { ip_configuration: [{ subnet_id: SUBNET, public_ip_address_id: address }] } },
  });
  const nodes = (node_public_ip_enabled: unknown): Types => ({
    azurerm_kubernetes_cluster: {
      c: {
        private_cluster_enabled: true,
        default_node_pool: [
          {
            vnet_subnet_id: SUBNET,
            node_public_ip_enabled,
            node_network_profile: [{ allowed_host_ports: [{ port_start: 80, port_end: 80, protocol: "TCP" }] }],
          },
        ],
        network_profile: [{ outbound_type: "none" }],
      },
    },
  });
  const ofMember = (address: unknown): Types => ({
    ...group,
    ...balancer({ subnet_id: SUBNET, public_ip_address_id: address }),
    ...member(OWN_NIC),
  });

  test.each<[what: string, of: (address: unknown) => Types, certain: unknown]>([
    ["of an interface", (address) => nic(SUBNET, { public_ip_address_id: address }), "/x"],
    ["of a load balancer", ofMember, "/x"],
    ["of a scale set", (address) => ({ ...open, ...sets(address) }), [{}]],
    ["of a bastion", bastion, "/x"],
  ])("%s", (_, of, certain) => {
    expect(inboundOf({ ...net, ...of(certain) })).toMatch(/^violated/);
    expect(inboundOf({ ...net, ...of(UNKNOWN) })).toBe("unknown");
    expect(inboundOf({ ...net, ...of(undefined) })).toBe("pass");
  });

  test("of nodes, which a rule of AKS lets packets in to", () => {
    const opened = (isPublic: unknown): Types => ({
      ...net,
      ...nodes(isPublic),
      azurerm_network_security_group: { g: { security_rule: [OPEN] } },
      azurerm_subnet_network_security_group_association: {
        a: { subnet_id: SUBNET, network_security_group_id: "${azurerm_network_security_group.g.id}" },
      },
    });
    expect(inboundOf(opened(UNKNOWN))).toBe("unknown");
    expect(inboundOf(opened(false))).toBe("pass");
  });

  test("leaves certain what another address opens", () => {
    const ip_configuration = [
      { subnet_id: SUBNET, public_ip_address_id: "/x" },
      { subnet_id: SUBNET, public_ip_address_id: UNKNOWN },
    ];
    expect(inboundOf({ ...net, ...group, azurerm_network_interface: { n: { ip_configuration } } })).toMatch(
      /^violated/,
    );
  });

  test("of an interface whose configurations are not known", () => {
    const azurerm_network_interface = { n: { ip_configuration: UNKNOWN } };
    expect(inboundOf({ ...net, ...group, azurerm_network_interface })).toBe("unknown");
  });
});

describe("a cluster's API", () => {
  const cluster = (private_cluster_enabled: unknown): Types => ({
    ...network(["10.0.0.0/16"]),
    azurerm_kubernetes_cluster: { c: { private_cluster_enabled, default_node_pool: [{ vnet_subnet_id: SUBNET }] } },
  });

  const open = (isPrivate: unknown): boolean[] => {
    const found = azurePart(resourcesOf({ resource: cluster(isPrivate) })).endpoints.filter(
      ({ kind }) => kind === "cluster-api",
    );
    const remote = { addresses: AddressSet.ofCidr("1.0.0.0/8"), groups: new Set<string>() };
    const verdicts = found.map((one) => reach(one, "inbound", remote));
    return verdicts.flatMap(({ allowed, possible }) => [!allowed.isEmpty, !possible.isEmpty]);
  };

  test.each([
    [true, [false, false]],
    [false, [true, true]],
    [UNKNOWN, [false, true]],
  ])("that is private: %s", (isPrivate, expected) => {
    expect(open(isPrivate)).toEqual(expected);
  });
});

describe("an application gateway", () => {
  const PUBLIC_FRONTEND = { name: "public", public_ip_address_id: "/x" };
  const listeners = (...names: readonly string[]) =>
    names.map((name) => ({ frontend_ip_configuration_name: name, frontend_port_name: "p" }));
  const gateway = (http_listener: unknown, more: object = {}, frontend: object = PUBLIC_FRONTEND): Types => ({
    ...network(["10.0.0.0/16"]),
    azurerm_application_gateway: {
      g: {
        gateway_ip_configuration: [{ subnet_id: SUBNET }],
        frontend_ip_configuration: [frontend, { name: "private", subnet_id: SUBNET }],
        frontend_port: [{ name: "p", port: 443 }],
        http_listener,
        ...more,
      },
    },
  });
  const ignoring = (ignore_changes: unknown) => ({ lifecycle: [{ ignore_changes }] });

  test.each<[what: string, types: Types, expected: string]>([
    ["with a listener at its public address", gateway(listeners("private", "public")), "violated tcp 443"],
    ["with none there", gateway(listeners("private")), "pass"],
    ["with none that can be told", gateway(listeners(UNKNOWN)), "unknown"],
    [
      "whose listeners Terraform lets be",
      gateway(listeners("private"), ignoring(["tags", "http_listener"])),
      "unknown",
    ],
    ["that Terraform lets be", gateway(listeners("private"), ignoring("all")), "unknown"],
    ["whose tags Terraform lets be", gateway(listeners("private"), ignoring(["tags"])), "pass"],
    [
      "that may have no public address",
      gateway(listeners("public"), {}, { name: "public", public_ip_address_id: UNKNOWN }),
      "unknown",
    ],
  ])("%s", (_, types, expected) => {
    expect(inboundOf(types)).toBe(expected);
  });
});
