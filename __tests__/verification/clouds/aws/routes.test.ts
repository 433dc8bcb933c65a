import type { Endpoint } from "../../../../verification/model";
import { AddressSet } from "../../../../packets/address-set";
import { awsPart } from "../../../../verification/clouds/aws/index";
import { resourcesOf, type TerraformJson } from "../../../support/resources";

type Types = NonNullable<TerraformJson["resource"]>;

/** A VPC with a private and a public subnet, their tables, an internet and a NAT gateway, and one instance in `private`. */
const NETWORK: Types = {
  aws_vpc: { main: { cidr_block: "10.0.0.0/16" } },
  aws_subnet: {
    private: { vpc_id: "${aws_vpc.main.id}", cidr_block: "10.0.1.0/24" },
    public: { vpc_id: "${aws_vpc.main.id}", cidr_block: "10.0.2.0/24", map_public_ip_on_launch: true },
  },
  aws_internet_gateway: { i: { vpc_id: "${aws_vpc.main.id}" } },
  aws_nat_gateway: { n: { subnet_id: "${aws_subnet.public.id}", allocation_id: "eipalloc-1" } },
  aws_route_table: {
    private: { vpc_id: "${aws_vpc.main.id}" },
    public: {
      vpc_id: "${aws_vpc.main.id}",
      route: [{ cidr_block: "0.0.0.0/0", gateway_id: "${aws_internet_gateway.i.id}" }],
    },
  },
  aws_route_table_association: {
    private: { subnet_id: "${aws_subnet.private.id}", route_table_id: "${aws_route_table.private.id}" },
    public: { subnet_id: "${aws_subnet.public.id}", route_table_id: "${aws_route_table.public.id}" },
  },
};
const PRIVATE = { subnet_id: "${aws_subnet.private.id}", vpc_security_group_ids: [] };
const PUBLIC = { subnet_id: "${aws_subnet.public.id}", vpc_security_group_ids: [] };
const DUAL_STACK: Types = {
  aws_vpc: { main: { cidr_block: "10.0.0.0/16", ipv6_cidr_block: "2001:db8::/56" } },
  aws_subnet: {
    private: { vpc_id: "${aws_vpc.main.id}", cidr_block: "10.0.1.0/24", ipv6_cidr_block: "2001:db8::/64" },
    public: { vpc_id: "${aws_vpc.main.id}", cidr_block: "10.0.2.0/24", ipv6_cidr_block: "2001:db8:0:1::/64" },
  },
};
/** The whole internet as routes tell it. */
const INTERNET = "0.0.0.0/0";
const LOCAL = "10.0.0.0/16";

function routesOf(types: Types, instance: object = PRIVATE): Endpoint["routes"] {
  const data = { aws_route_table: { d: { vpc_id: "vpc-1" } } };
  const json = { resource: { ...NETWORK, ...types, aws_instance: { x: instance } }, data };
  return awsPart(resourcesOf(json)).endpoints.find(({ id }) => id === "aws_instance.x")?.routes;
}

/** What can be reached and who can open a connection, as texts; undefined where that is not known. */
function texts(types: Types, instance?: object): string[] | undefined {
  const routes = routesOf(types, instance);
  return routes && !routes.unproved ? [routes.outbound.toString(), routes.inbound.toString()] : undefined;
}

const route = (values: object): Types => ({
  aws_route: { r: { route_table_id: "${aws_route_table.private.id}", ...values } },
});
const toAnywhere = (values: object) => route({ destination_cidr_block: INTERNET, ...values });

describe("ways out and in", () => {
  test.each<[string, Types, string, string]>([
    ["no route: the VPC alone", {}, LOCAL, LOCAL],
    ["NAT: out only", toAnywhere({ nat_gateway_id: "${aws_nat_gateway.n.id}" }), INTERNET, LOCAL],
    ["NAT outside the input: out only", toAnywhere({ nat_gateway_id: "nat-1" }), INTERNET, LOCAL],
    [
      "an internet gateway without a public address: neither",
      toAnywhere({ gateway_id: "${aws_internet_gateway.i.id}" }),
      LOCAL,
      LOCAL,
    ],
    [
      "a transit gateway: out as told, in from everywhere",
      route({ destination_cidr_block: "172.16.0.0/12", transit_gateway_id: "tgw-1" }),
      `${LOCAL}, 172.16.0.0/12`,
      "any",
    ],
    [
      "a peering",
      route({ destination_cidr_block: "10.9.0.0/16", vpc_peering_connection_id: "pcx-1" }),
      `${LOCAL}, 10.9.0.0/16`,
      "any",
    ],
    [
      "a VPN gateway",
      route({ destination_cidr_block: "10.9.0.0/16", gateway_id: "${aws_vpn_gateway.v.id}" }),
      `${LOCAL}, 10.9.0.0/16`,
      "any",
    ],
    [
      "a core network",
      route({ destination_cidr_block: "10.9.0.0/16", core_network_arn: "arn" }),
      `${LOCAL}, 10.9.0.0/16`,
      "any",
    ],
    [
      "an attachment without a route: in from everywhere",
      { aws_ec2_transit_gateway_vpc_attachment: { a: { vpc_id: "${aws_vpc.main.id}" } } },
      LOCAL,
      "any",
    ],
    ["a VPN gateway of the VPC", { aws_vpn_gateway: { v: { vpc_id: "${aws_vpc.main.id}" } } }, LOCAL, "any"],
    [
      "a carrier gateway of the VPC",
      { aws_ec2_carrier_gateway: { v: { vpc_id: "${aws_vpc.main.id}" } } },
      LOCAL,
      "any",
    ],
    [
      "a VPN gateway attached to the VPC",
      { aws_vpn_gateway_attachment: { v: { vpc_id: "${aws_vpc.main.id}" } } },
      LOCAL,
      "any",
    ],
    [
      "the far end of a peering",
      { aws_vpc_peering_connection: { v: { vpc_id: "vpc-1", peer_vpc_id: "${aws_vpc.main.id}" } } },
      LOCAL,
      "any",
    ],
    [
      "a transit gateway in a table of who knows which VPC",
      {
        aws_route_table: {
          private: {
            vpc_id: "${var.a}${var.b}",
            route: [{ cidr_block: "172.16.0.0/12", transit_gateway_id: "tgw-1" }],
          },
        },
      },
      `${LOCAL}, 172.16.0.0/12`,
      "any",
    ],
    ["a VPN gateway of another VPC", { aws_vpn_gateway: { v: { vpc_id: "vpc-1" } } }, LOCAL, LOCAL],
    [
      "a peering of a VPC that is not known",
      { aws_vpc_peering_connection: { p: { vpc_id: "${var.a}${var.b}", peer_vpc_id: "vpc-1" } } },
      LOCAL,
      "any",
    ],
    [
      "a peering that is accepted",
      { aws_vpc_peering_connection_accepter: { p: { vpc_peering_connection_id: "pcx-1" } } },
      LOCAL,
      "any",
    ],
    [
      "a gateway endpoint",
      {
        aws_vpc_endpoint: {
          s3: {
            vpc_id: "${aws_vpc.main.id}",
            service_name: "com.amazonaws.us-east-2.s3",
            route_table_ids: ["${aws_route_table.private.id}"],
          },
        },
      },
      `${LOCAL}, aws:s3`,
      LOCAL,
    ],
    [
      "a gateway endpoint by association",
      {
        aws_vpc_endpoint: { s3: { vpc_id: "${aws_vpc.main.id}", service_name: "com.amazonaws.us-east-2.s3" } },
        aws_vpc_endpoint_route_table_association: {
          a: { vpc_endpoint_id: "${aws_vpc_endpoint.s3.id}", route_table_id: "${aws_route_table.private.id}" },
        },
      },
      `${LOCAL}, aws:s3`,
      LOCAL,
    ],
    [
      "a prefix list",
      {
        ...route({ destination_prefix_list_id: "${aws_ec2_managed_prefix_list.p.id}", nat_gateway_id: "nat-1" }),
        aws_ec2_managed_prefix_list: { p: { entry: [{ cidr: "192.0.2.0/24" }] } },
      },
      `${LOCAL}, 192.0.2.0/24`,
      LOCAL,
    ],
  ])("%s", (_, types, outbound, inbound) => {
    expect(texts(types)).toEqual([outbound, inbound]);
  });

  test("NAT leads to AWS's named sets as well", () => {
    const nat = toAnywhere({ nat_gateway_id: "nat-1" });
    expect(AddressSet.ofName("aws:s3").isSubsetOf(routesOf(nat)?.outbound ?? AddressSet.empty)).toBe(true);
    const halves = ["0.0.0.0/1", "128.0.0.0/1"].map((cidr_block) => ({ cidr_block, nat_gateway_id: "nat-1" }));
    const table = { ...NETWORK["aws_route_table"], private: { vpc_id: "${aws_vpc.main.id}", route: halves } };
    expect(
      AddressSet.ofName("aws:s3").isSubsetOf(routesOf({ aws_route_table: table })?.outbound ?? AddressSet.empty),
    ).toBe(true);
  });

  test.each<[string, object, string]>([
    ["whose subnet has no way out leads nowhere", { subnet_id: "${aws_subnet.closed.id}" }, LOCAL],
    [
      "whose subnet's table is not in the input leads as far as its route says",
      { subnet_id: "${aws_subnet.elsewhere.id}" },
      INTERNET,
    ],
    [
      "without a public address does not lead to the internet",
      { subnet_id: "${aws_subnet.public.id}", connectivity_type: "private" },
      LOCAL,
    ],
    ["in the very subnet that it serves leads nowhere", { subnet_id: "${aws_subnet.private.id}" }, LOCAL],
    ["in a subnet outside the input leads as far as its route says", { subnet_id: "subnet-1" }, INTERNET],
  ])("a NAT gateway %s", (_, n, outbound) => {
    const subnet = { vpc_id: "${aws_vpc.main.id}", cidr_block: "10.0.3.0/24" };
    const aws_subnet = { ...NETWORK["aws_subnet"], closed: subnet, elsewhere: subnet };
    const elsewhere = { subnet_id: "${aws_subnet.elsewhere.id}", route_table_id: "rtb-1" };
    const aws_route_table_association = { ...NETWORK["aws_route_table_association"], elsewhere };
    expect(
      texts({
        aws_subnet,
        aws_route_table_association,
        aws_nat_gateway: { n },
        ...toAnywhere({ nat_gateway_id: "${aws_nat_gateway.n.id}" }),
      }),
    ).toEqual([outbound, LOCAL]);
  });

  test.each<[string, object, boolean]>([
    ["an internet gateway lets everyone in", { gateway_id: "igw-1" }, true],
    ["an egress-only gateway lets nobody in", { egress_only_gateway_id: "eigw-1" }, false],
  ])("IPv6: %s", (_, target, isOpen) => {
    const routes = routesOf({ ...DUAL_STACK, ...route({ destination_ipv6_cidr_block: "::/0", ...target }) });
    const far = AddressSet.ofCidr("2606:4700::/32");
    expect(far.isSubsetOf(routes?.outbound ?? AddressSet.empty)).toBe(true);
    expect(far.overlaps(routes?.inbound ?? AddressSet.all)).toBe(isOpen);
  });

  test("IPv6 routes are no way for an instance without IPv6", () => {
    expect(texts(route({ destination_ipv6_cidr_block: "::/0", gateway_id: "igw-1" }))).toEqual([LOCAL, LOCAL]);
  });
});

describe("the most specific route decides", () => {
  const table = (...routes: object[]) => ({
    aws_route_table: { ...NETWORK["aws_route_table"], private: { vpc_id: "${aws_vpc.main.id}", route: routes } },
  });
  const igw = { gateway_id: "igw-1" };
  const nat = { nat_gateway_id: "nat-1" };

  test.each<[string, Types, string]>([
    ["the longer one", table({ cidr_block: INTERNET, ...nat }, { cidr_block: "192.0.0.0/8", ...igw }), "192.0.2.1"],
    [
      "in any order of writing",
      table({ cidr_block: "192.0.0.0/8", ...igw }, { cidr_block: INTERNET, ...nat }),
      "192.0.2.1",
    ],
  ])("%s", (_, types, address) => {
    const routes = routesOf(types);
    expect(AddressSet.ofCidr(address).overlaps(routes?.outbound ?? AddressSet.all)).toBe(false);
    expect(AddressSet.ofCidr("198.51.100.1").isSubsetOf(routes?.outbound ?? AddressSet.empty)).toBe(true);
  });

  test("the VPC's own blocks go before a route of their length", () => {
    expect(texts(table({ cidr_block: LOCAL, ...igw }))).toEqual([LOCAL, LOCAL]);
  });

  test("a service's own route goes before the default one", () => {
    const types = table({ cidr_block: INTERNET, ...igw });
    const aws_vpc_endpoint = {
      s3: {
        vpc_id: "${aws_vpc.main.id}",
        service_name: "com.amazonaws.us-east-2.s3",
        route_table_ids: ["${aws_route_table.private.id}"],
      },
    };
    expect(texts({ ...types, aws_vpc_endpoint })).toEqual([`${LOCAL}, aws:s3`, LOCAL]);
  });
});

describe("public addresses", () => {
  const closed = {
    aws_subnet: { ...NETWORK["aws_subnet"], public: { vpc_id: "${aws_vpc.main.id}", cidr_block: "10.0.2.0/24" } },
  };
  test.each<[string, Types, object, boolean]>([
    ["the subnet gives one", {}, PUBLIC, true],
    ["the instance declines", {}, { ...PUBLIC, associate_public_ip_address: false }, false],
    ["the instance asks for one", closed, { ...PUBLIC, associate_public_ip_address: true }, true],
    ["nobody gives one", closed, PUBLIC, false],
    ["an elastic one", { ...closed, aws_eip: { e: { instance: "${aws_instance.x.id}" } } }, PUBLIC, true],
    [
      "an elastic one by association",
      { ...closed, aws_eip_association: { e: { instance_id: "${aws_instance.x.id}" } } },
      PUBLIC,
      true,
    ],
    [
      "an elastic one of the instance's own interface",
      {
        ...closed,
        aws_network_interface: { e: { subnet_id: PUBLIC.subnet_id } },
        aws_eip: { e: { network_interface: "${aws_network_interface.e.id}" } },
      },
      { network_interface: [{ network_interface_id: "${aws_network_interface.e.id}" }] },
      true,
    ],
    [
      "none at the instance's own interface",
      { ...closed, aws_network_interface: { e: { subnet_id: PUBLIC.subnet_id } } },
      { network_interface: [{ network_interface_id: "${aws_network_interface.e.id}" }] },
      false,
    ],
    [
      "the subnet gives one to the instance's own interface",
      { aws_network_interface: { e: { subnet_id: PUBLIC.subnet_id } } },
      { network_interface: [{ network_interface_id: "${aws_network_interface.e.id}" }] },
      true,
    ],
    ["an elastic one of a NAT gateway", { ...closed, aws_eip: { e: { domain: "vpc" } } }, PUBLIC, false],
    [
      "a launch template declines",
      { aws_launch_template: { t: { network_interfaces: [{ associate_public_ip_address: "false" }] } } },
      { ...PUBLIC, launch_template: { id: "${aws_launch_template.t.id}" } },
      false,
    ],
    [
      "a launch template asks for one",
      { ...closed, aws_launch_template: { t: { network_interfaces: [{ associate_public_ip_address: "true" }] } } },
      { ...PUBLIC, launch_template: { id: "${aws_launch_template.t.id}" } },
      true,
    ],
  ])("%s", (_, types, instance, isPublic) => {
    expect(texts(types, instance)).toEqual(isPublic ? [INTERNET, INTERNET] : [LOCAL, LOCAL]);
  });

  test.each<[string, string, object, boolean]>([
    ["a load balancer that faces the internet", "aws_lb", {}, true],
    ["an internal load balancer", "aws_lb", { internal: true }, false],
    ["a load balancer that may be either", "aws_lb", { internal: "${var.a}${var.b}" }, true],
    ["a database", "aws_db_instance", {}, false],
    ["a public database", "aws_db_instance", { publicly_accessible: true }, true],
    ["a database cluster", "aws_rds_cluster", {}, false],
    ["a database cluster with a public instance", "aws_rds_cluster", { cluster_identifier: "public" }, true],
    ["a warehouse, public unless it says no", "aws_redshift_cluster", {}, true],
    [
      "brokers with public access",
      "aws_msk_cluster",
      { connectivity_info: { public_access: { type: "SERVICE_PROVIDED_EIPS" } } },
      true,
    ],
    ["brokers without", "aws_msk_cluster", { connectivity_info: { public_access: { type: "DISABLED" } } }, false],
    ["a task with a public address", "aws_ecs_service", { assign_public_ip: true }, true],
    ["an endpoint of a service", "aws_vpc_endpoint", {}, false],
    ["pods on Fargate", "aws_eks_fargate_profile", {}, false],
    ["an interface without an elastic address, in a subnet that gives one", "aws_network_interface", {}, true],
    ["the Kubernetes API's own addresses", "aws_eks_cluster", { endpoint_public_access: true }, false],
  ])("%s", (_, type, values, isPublic) => {
    const subnets = ["${aws_subnet.public.id}"];
    const groups: Types = Object.fromEntries(
      ["aws_db_subnet_group", "aws_redshift_subnet_group"].map((name) => [
        name,
        { g: { name: "g", subnet_ids: subnets } },
      ]),
    );
    const shapes: Record<string, object> = {
      aws_lb: { subnets, ...values },
      aws_db_instance: { db_subnet_group_name: "g", ...values },
      aws_rds_cluster: { db_subnet_group_name: "g", ...values },
      aws_redshift_cluster: { cluster_subnet_group_name: "g", ...values },
      aws_msk_cluster: { broker_node_group_info: { client_subnets: subnets, security_groups: [], ...values } },
      aws_ecs_service: { network_configuration: { subnets, ...values } },
      aws_vpc_endpoint: { vpc_endpoint_type: "Interface", vpc_id: "${aws_vpc.main.id}", subnet_ids: subnets },
      aws_eks_fargate_profile: { cluster_name: "k", subnet_ids: subnets },
      aws_network_interface: { subnet_id: subnets[0] },
      aws_eks_cluster: { vpc_config: { subnet_ids: subnets, ...values } },
    };
    const ofOther = { cluster_identifier: "elsewhere", publicly_accessible: true };
    const isMember = "cluster_identifier" in values;
    const member = { cluster_identifier: "${aws_rds_cluster.x.id}", publicly_accessible: isMember };
    const aws_rds_cluster_instance = { a: ofOther, b: member };
    const json = { resource: { ...NETWORK, ...groups, aws_rds_cluster_instance, [type]: { x: shapes[type] ?? {} } } };
    const judged = awsPart(resourcesOf(json)).endpoints.find(({ id }) => id === `${type}.x`);
    expect(judged?.routes?.inbound.toString()).toBe(isPublic ? INTERNET : LOCAL);
  });

  test("a service exposed by PrivateLink is reached beside every route", () => {
    const json = {
      resource: {
        ...NETWORK,
        aws_lb: { x: { load_balancer_type: "network", internal: true, subnets: ["${aws_subnet.private.id}"] } },
        aws_vpc_endpoint_service: { s: { network_load_balancer_arns: ["${aws_lb.x.arn}"] } },
      },
    };
    const judged = awsPart(resourcesOf(json)).endpoints.find(({ id }) => id === "aws_lb.x");
    expect(judged?.routes?.inbound.toString()).toBe("any");
  });
});

describe("which table a subnet has", () => {
  const unassociated = { aws_route_table_association: {} };
  const nat = { cidr_block: INTERNET, nat_gateway_id: "nat-1" };

  test.each<[string, Types, string[] | undefined]>([
    ["the main one, which nobody touches", unassociated, [LOCAL, LOCAL]],
    [
      "the main one, taken over",
      {
        ...unassociated,
        aws_default_route_table: {
          d: { default_route_table_id: "${aws_vpc.main.default_route_table_id}", route: [nat] },
        },
      },
      [INTERNET, LOCAL],
    ],
    [
      "the main one, with a route apart",
      {
        ...unassociated,
        aws_route: {
          r: {
            route_table_id: "${aws_vpc.main.main_route_table_id}",
            destination_cidr_block: INTERNET,
            nat_gateway_id: "nat-1",
          },
        },
      },
      [INTERNET, LOCAL],
    ],
    [
      "the main one, taken over, by its id",
      {
        ...unassociated,
        aws_vpc: { main: { cidr_block: LOCAL, default_route_table_id: "rtb-0d" } },
        aws_default_route_table: { d: { default_route_table_id: "rtb-0d", route: [nat] } },
      },
      [INTERNET, LOCAL],
    ],
    [
      "the main one, with a route apart, by its id",
      {
        ...unassociated,
        aws_vpc: { main: { cidr_block: LOCAL, main_route_table_id: "rtb-0m" } },
        aws_route: { r: { route_table_id: "rtb-0m", destination_cidr_block: INTERNET, nat_gateway_id: "nat-1" } },
      },
      [INTERNET, LOCAL],
    ],
    [
      "another one made the main one",
      {
        ...unassociated,
        ...route({ destination_cidr_block: INTERNET, nat_gateway_id: "nat-1" }),
        aws_main_route_table_association: {
          m: { vpc_id: "${aws_vpc.main.id}", route_table_id: "${aws_route_table.private.id}" },
        },
      },
      [INTERNET, LOCAL],
    ],
    [
      "one outside the input",
      { aws_route_table_association: { a: { subnet_id: "${aws_subnet.private.id}", route_table_id: "rtb-1" } } },
      undefined,
    ],
    [
      "perhaps another: an association that can't be told",
      {
        aws_route_table_association: {
          a: { subnet_id: "${var.a}${var.b}", route_table_id: "${aws_route_table.private.id}" },
        },
      },
      undefined,
    ],
    ["none in the input at all", { aws_route_table_association: {}, aws_route_table: {} }, undefined],
    [
      "routes that are not evaluated",
      { aws_route_table: { private: { vpc_id: "${aws_vpc.main.id}", route: "${var.a}${var.b}" } } },
      undefined,
    ],
    [
      "a destination that is not known",
      route({ destination_cidr_block: "${var.a}${var.b}", nat_gateway_id: "nat-1" }),
      undefined,
    ],
    ["a gateway that is not known", toAnywhere({ gateway_id: "${var.a}${var.b}" }), undefined],
    [
      "a route of a table that is not known",
      {
        aws_route: {
          r: { route_table_id: "${var.a}${var.b}", destination_cidr_block: INTERNET, nat_gateway_id: "nat-1" },
        },
      },
      undefined,
    ],
    [
      "a VPC with a further block that is not known",
      { aws_vpc_ipv4_cidr_block_association: { a: { vpc_id: "${aws_vpc.main.id}", cidr_block: "${var.a}${var.b}" } } },
      undefined,
    ],
    ["a VPC whose block is not known", { aws_vpc: { main: { ipv4_ipam_pool_id: "ipam-pool-1" } } }, undefined],
  ])("%s", (_, types, expected) => {
    expect(texts(types)).toEqual(expected);
  });

  const told = {
    aws_vpn_gateway_route_propagation: {
      p: { vpn_gateway_id: "vgw-1", route_table_id: "${aws_route_table.private.id}" },
    },
  };
  test.each<[string, Types, string]>([
    ["a network interface", toAnywhere({ network_interface_id: "eni-1" }), INTERNET],
    ["a firewall's endpoint", toAnywhere({ vpc_endpoint_id: "vpce-1" }), INTERNET],
    ["routes that a VPN gateway tells", told, "any"],
    [
      "routes that a table takes from a VPN gateway",
      {
        aws_route_table: {
          ...NETWORK["aws_route_table"],
          private: { vpc_id: "${aws_vpc.main.id}", propagating_vgws: ["vgw-1"] },
        },
      },
      "any",
    ],
  ])("nothing is certain behind %s", (_, types, outbound) => {
    expect(routesOf(types)?.unknown).toBeDefined();
    expect(routesOf(types)?.outbound.toString()).toBe(outbound);
  });

  test("subnets with different ways are endpoints of their own", () => {
    const subnet_ids = ["${aws_subnet.private.id}", "${aws_subnet.public.id}"];
    const json = { resource: { ...NETWORK, aws_eks_node_group: { n: { cluster_name: "k", subnet_ids } } } };
    const nodes = awsPart(resourcesOf(json)).endpoints.filter(({ id }) => id === "aws_eks_node_group.n");
    expect(nodes.map(({ addresses, routes }) => [addresses.toString(), routes?.inbound.toString()])).toEqual([
      ["10.0.1.0/24", LOCAL],
      ["10.0.2.0/24", INTERNET],
    ]);
  });
});
