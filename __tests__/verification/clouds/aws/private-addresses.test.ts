import { AddressSet } from "../../../../packets/address-set";
import { awsPart } from "../../../../verification/clouds/aws/index";
import { reach } from "../../../../verification/evaluate";
import type { Endpoint } from "../../../../verification/model";
import { verify } from "../../../../verification/verify";
import { resourcesOf, type TerraformJson } from "../../../support/resources";

type Types = NonNullable<TerraformJson["resource"]>;

const EVERYWHERE = { protocol: "tcp", from_port: 443, to_port: 443, cidr_blocks: ["0.0.0.0/0"] };
const GROUPS = ["${aws_security_group.s.id}"];
const OPEN: Types = { aws_security_group: { s: { ingress: [EVERYWHERE] } } };
const VPC: Types = {
  aws_vpc: { v: { cidr_block: "10.0.0.0/16" } },
  aws_subnet: { s: { vpc_id: "${aws_vpc.v.id}", cidr_block: "10.0.1.0/24", map_public_ip_on_launch: true } },
};
const INSTANCE: Types = { aws_instance: { x: { subnet_id: "${aws_subnet.s.id}", vpc_security_group_ids: GROUPS } } };
const in_vpc = { vpc_id: "${aws_vpc.v.id}" };

/** Statuses and messages of what may come in. */
const inbound = (types: Types): string[] =>
  verify(resourcesOf({ resource: types }), { only: ["no-inbound"] }).findings.map(
    ({ status, message }) => `${status}: ${message}`,
  );
const statuses = (types: Types): string[] => inbound(types).map((finding) => finding.split(":")[0] ?? "");

const balancer = (internal: unknown): Types => ({
  ...OPEN,
  aws_lb: { l: { internal, security_groups: GROUPS, subnets: ["subnet-1", "subnet-2"] } },
});
const database = (publicly_accessible: unknown): Types => ({
  ...OPEN,
  aws_db_instance: { d: { publicly_accessible, vpc_security_group_ids: GROUPS } },
});
const member = (values: object, more: Types = {}): Types => ({
  ...more,
  aws_rds_cluster_instance: { n: { publicly_accessible: true, cluster_identifier: "c", ...values } },
});
const cluster = (groups: readonly string[]): Types => ({
  ...OPEN,
  aws_rds_cluster: { c: { cluster_identifier: "c", vpc_security_group_ids: groups } },
});

test.each<[what: string, types: Types, expected: string[]]>([
  ["an internal load balancer", balancer(true), ["unknown"]],
  ["a load balancer for the internet", balancer(false), ["violated"]],
  ["a private database", database(false), ["unknown"]],
  ["a public database", database(true), ["violated"]],
  ["a database that may be public", database("${var.a}${var.b}"), ["unknown"]],
  ["a public member of a cluster that is not in the input", member({}), ["unknown"]],
  ["a private member of a cluster that is not in the input", member({ publicly_accessible: false }), []],
  ["a public member of an open cluster", member({}, cluster(GROUPS)), ["violated"]],
  ["a private member of an open cluster", member({ publicly_accessible: false }, cluster(GROUPS)), ["unknown"]],
  ["a VPC without gateway and routes", { ...OPEN, ...VPC, ...INSTANCE }, []],
  ["a VPC with a gateway", { ...OPEN, ...VPC, ...INSTANCE, aws_internet_gateway: { i: in_vpc } }, ["violated"]],
  ["a gateway of another VPC", { ...OPEN, ...VPC, ...INSTANCE, aws_internet_gateway: { i: { vpc_id: "vpc-1" } } }, []],
  [
    "a gateway that is attached apart",
    { ...OPEN, ...VPC, ...INSTANCE, aws_internet_gateway: { i: {} }, aws_internet_gateway_attachment: { i: in_vpc } },
    ["violated"],
  ],
  ["a VPC with a VPN", { ...OPEN, ...VPC, ...INSTANCE, aws_vpn_gateway: { g: in_vpc } }, ["violated"]],
  [
    "a VPC with a peering",
    { ...OPEN, ...VPC, ...INSTANCE, aws_vpc_peering_connection: { p: { ...in_vpc, peer_vpc_id: "vpc-1" } } },
    ["violated"],
  ],
  [
    "a route of a table that is not known",
    { ...OPEN, ...VPC, ...INSTANCE, aws_route: { r: { route_table_id: "${var.a}${var.b}", gateway_id: "igw-1" } } },
    ["unknown"],
  ],
])("%s", (_, types, expected) => {
  expect(statuses(types)).toEqual(expected);
});

describe("a route of a table that is looked up", () => {
  const lookedUp = (table: object, way: object = { gateway_id: "igw-1" }): string[] => {
    const r = { route_table_id: "${data.aws_route_table.t.id}", destination_cidr_block: "0.0.0.0/0", ...way };
    const types = { ...OPEN, ...VPC, ...INSTANCE, aws_route: { r } };
    const input = resourcesOf({ resource: types, data: { aws_route_table: { t: table } } });
    return verify(input, { only: ["no-inbound"] }).findings.map(({ status }) => status);
  };

  test.each<[what: string, table: object, expected: string[]]>([
    ["by its VPC", in_vpc, ["unknown"]],
    ["by its tags", { tags: { Name: "main" } }, ["unknown"]],
    ["in another VPC", { vpc_id: "vpc-1" }, []],
    ["by a subnet", { subnet_id: "${aws_subnet.s.id}" }, ["violated"]],
    ["by a subnet elsewhere", { vpc_id: "vpc-1", subnet_id: "subnet-1" }, []],
  ])("%s", (_, table, expected) => {
    expect(lookedUp(table)).toEqual(expected);
  });

  test("lets nobody in by a NAT gateway", () => {
    expect(lookedUp(in_vpc, { nat_gateway_id: "nat-1" })).toEqual([]);
  });
});

test("what to add is said", () => {
  const missing = "it has private addresses only, and the route table of subnet-1 is not in the input";
  expect(inbound(balancer(true))[0]).toContain(
    `aws_lb.l can't be told: ${missing}: add it with the VPC's route tables, gateways, peerings and VPNs`,
  );
});

describe("a VPC's own block of public addresses", () => {
  const group = (cidr: string, vpc_id = "${aws_vpc.v.id}"): Types => ({
    aws_vpc: { v: { cidr_block: "11.0.0.0/16" } },
    aws_security_group: { s: { vpc_id, ingress: [{ ...EVERYWHERE, cidr_blocks: [cidr] }] } },
  });
  const inside = { subnet_id: "${aws_subnet.s.id}", vpc_security_group_ids: GROUPS };
  test.each<[what: string, types: Types, expected: string[]]>([
    ["is inside", group("11.0.0.0/16"), []],
    ["is inside by parts", group("11.0.1.0/24"), []],
    ["is no more than that", group("11.0.0.0/8"), ["violated"]],
    ["is inside of that VPC alone", group("11.0.0.0/16", "vpc-1"), ["violated"]],
    [
      "is inside at an instance",
      {
        ...group("11.0.0.0/16"),
        aws_subnet: { s: { vpc_id: "${aws_vpc.v.id}", cidr_block: "11.0.1.0/24" } },
        aws_instance: { i: inside },
      },
      [],
    ],
  ])("%s", (_, types, expected) => {
    expect(statuses(types)).toEqual(expected);
  });
});

describe("rules of a group that is not in the input", () => {
  const rule = (security_group_id: string, cidr: string): Types => ({
    aws_security_group_rule: {
      r: { type: "ingress", security_group_id, protocol: "tcp", from_port: 22, to_port: 22, cidr_blocks: [cidr] },
    },
  });
  test.each<[what: string, types: Types, first: string | undefined]>([
    ["open, by its id", rule("sg-1", "0.0.0.0/0"), "violated"],
    ["open, not known", rule("${var.a}${var.b}", "0.0.0.0/0"), "violated"],
  ])("%s", (_, types, first) => {
    expect(statuses(types)[0]).toBe(first);
  });
});

describe("a switch that gives a public address", () => {
  const UNKNOWN = "${var.a}${var.b}";
  const NET: Types = {
    ...OPEN,
    aws_vpc: { v: { cidr_block: "10.0.0.0/16" } },
    aws_internet_gateway: { i: in_vpc },
    aws_subnet: { s: { ...in_vpc, cidr_block: "10.0.1.0/24" } },
    aws_route_table: {
      t: { ...in_vpc, route: [{ cidr_block: "0.0.0.0/0", gateway_id: "${aws_internet_gateway.i.id}" }] },
    },
    aws_route_table_association: { t: { subnet_id: "${aws_subnet.s.id}", route_table_id: "${aws_route_table.t.id}" } },
  };
  const at = { subnet_id: "${aws_subnet.s.id}", vpc_security_group_ids: GROUPS };
  const elb = (type: string) => (on: unknown) => ({
    [type]: { l: { internal: typeof on === "boolean" ? !on : on, security_groups: GROUPS, subnets: [at.subnet_id] } },
  });
  const template = (associate_public_ip_address: unknown) => ({
    aws_launch_template: {
      t: { network_interfaces: [{ associate_public_ip_address, subnet_id: at.subnet_id, security_groups: GROUPS }] },
    },
  });
  const service = (assign_public_ip: unknown) => ({
    aws_ecs_service: {
      e: { network_configuration: [{ assign_public_ip, subnets: [at.subnet_id], security_groups: GROUPS }] },
    },
  });
  const mapping = (map_public_ip_on_launch: unknown) => ({
    ...INSTANCE,
    aws_subnet: { s: { ...in_vpc, cidr_block: "10.0.1.0/24", map_public_ip_on_launch } },
  });
  const databases = (publicly_accessible: unknown) => ({
    aws_db_subnet_group: { g: { name: "g", subnet_ids: [at.subnet_id] } },
    aws_rds_cluster: { c: { cluster_identifier: "c", db_subnet_group_name: "g", vpc_security_group_ids: GROUPS } },
    aws_rds_cluster_instance: { n: { publicly_accessible, cluster_identifier: "c" } },
  });

  describe.each<[string, (on: unknown) => Types]>([
    ["aws_lb.internal", elb("aws_lb")],
    ["aws_alb.internal", elb("aws_alb")],
    ["aws_elb.internal", elb("aws_elb")],
    [
      "aws_instance",
      (associate_public_ip_address) => ({ aws_instance: { x: { ...at, associate_public_ip_address } } }),
    ],
    ["a launch template", template],
    ["aws_ecs_service", service],
    ["aws_subnet.map_public_ip_on_launch", mapping],
    ["an instance of a cluster of databases", databases],
  ])("%s", (_, types) => {
    test.each([
      [true, ["violated"]],
      [false, []],
      [UNKNOWN, ["unknown"]],
    ])("%p", (on, expected) => {
      expect(statuses({ ...NET, ...types(on) })).toEqual(expected);
    });

    test("is named where it is not known", () => {
      expect(inbound({ ...NET, ...types(UNKNOWN) })[0]).toMatch(/public address(es)? is not known: \S+/);
    });

    test("does not matter where the internet does not lead in, or others do", () => {
      const closed = { ...NET, aws_route_table_association: {}, aws_internet_gateway: {}, aws_route_table: {} };
      expect(statuses({ ...closed, ...types(UNKNOWN) })).toEqual([]);
      expect(statuses({ ...NET, aws_vpn_gateway: { g: in_vpc }, ...types(UNKNOWN) })).toEqual(["violated"]);
    });
  });

  test("a subnet that the input does not hold gives public addresses, perhaps", () => {
    const elsewhere = { ...OPEN, aws_instance: { x: { ...at, subnet_id: "${var.s}" } } };
    expect(inbound(elsewhere)).toEqual([
      expect.stringMatching(/^unknown: .*: whether var\.s gives public addresses is not known$/),
    ]);
    const asked = { aws_instance: { x: { ...at, subnet_id: "${var.s}", associate_public_ip_address: true } } };
    expect(statuses({ ...OPEN, ...asked })).toEqual(["violated"]);
    expect(statuses({ aws_security_group: { s: {} }, aws_instance: elsewhere.aws_instance })).toEqual([]);
  });

  test("an elastic address that is not known whose is anyone's, perhaps", () => {
    const elastic = { ...NET, ...INSTANCE, aws_eip: { e: { instance: UNKNOWN } } };
    expect(statuses(elastic)).toEqual(["unknown", "unknown"]);
    const associate_public_ip_address = true;
    const instance = { aws_instance: { x: { ...at, associate_public_ip_address } } };
    expect(statuses({ ...elastic, ...instance })).toContain("violated");
  });

  test("what leaves by it is not proved to leave", () => {
    const egress = [{ protocol: "tcp", from_port: 443, to_port: 443, cidr_blocks: ["0.0.0.0/0"] }];
    const far = { addresses: AddressSet.ofCidr("8.8.8.8/32"), groups: new Set<string>() };
    const leaving = (associate_public_ip_address: unknown) => {
      const instance = { aws_instance: { x: { ...at, associate_public_ip_address } } };
      const resource = { ...NET, aws_security_group: { s: { egress } }, ...instance };
      const [endpoint] = awsPart(resourcesOf({ resource })).endpoints;
      const { allowed, possible } = reach(endpoint as Endpoint, "outbound", far);
      return [!allowed.isEmpty, !possible.isEmpty];
    };
    expect([true, false, UNKNOWN].map(leaving)).toEqual([
      [true, true],
      [false, false],
      [false, true],
    ]);
  });
});
