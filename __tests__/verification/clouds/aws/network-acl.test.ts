import { evaluateFilter } from "../../../../verification/evaluate";
import type { Direction, Endpoint, PartialSystem } from "../../../../verification/model";
import { AddressSet } from "../../../../packets/address-set";
import { awsPart } from "../../../../verification/clouds/aws/index";
import { resourcesOf, type TerraformJson } from "../../../support/resources";

type Types = NonNullable<TerraformJson["resource"]>;

const SUBNETS = ["${aws_subnet.a.id}", "${aws_subnet.b.id}"];

/** One service in both subnets, open by its group, so that network ACLs alone decide. */
function part(types: Types): PartialSystem {
  const aws_subnet = {
    a: { vpc_id: "${aws_vpc.main.id}", cidr_block: "10.0.1.0/24" },
    b: { vpc_id: "${aws_vpc.main.id}", cidr_block: "10.0.2.0/24" },
  };
  const aws_lambda_function = { x: { vpc_config: { subnet_ids: SUBNETS, security_group_ids: [] } } };
  const aws_vpc = { main: { id: "vpc-0a", cidr_block: "10.0.0.0/16", default_network_acl_id: "acl-0d" } };
  return awsPart(resourcesOf({ resource: { aws_vpc, aws_subnet, aws_lambda_function, ...types } }));
}

const services = (judged: PartialSystem) => judged.endpoints.filter(({ id }) => id === "aws_lambda_function.x");
const inSubnet = (judged: PartialSystem, cidr: string) =>
  services(judged).find(({ addresses }) => AddressSet.ofCidr(cidr).isSubsetOf(addresses)) as Endpoint;

/** What the network ACL of subnet `cidr` lets pass from or to `far`: certainly and at most. */
function verdict(judged: PartialSystem, direction: Direction, far = AddressSet.all, cidr = "10.0.1.0/24"): string[] {
  const acl = inSubnet(judged, cidr).filters.find(
    (filter) => filter.system === "aws-network-acl" && filter.direction === direction,
  );
  if (!acl) return ["no ACL"];
  const { allowed, possible } = evaluateFilter(acl, { addresses: far, groups: new Set() });
  return [allowed.toString(), possible.toString()];
}

const certain = (text: string) => [text, text];
const OUTSIDE = AddressSet.ofCidr("192.0.2.0/24");
const allow = (rule_no: number, values: object = {}) => ({
  rule_no,
  action: "allow",
  protocol: "-1",
  from_port: 0,
  to_port: 0,
  cidr_block: "0.0.0.0/0",
  ...values,
});
const deny = (rule_no: number, values: object = {}) => allow(rule_no, { action: "deny", ...values });
const acl = (...ingress: object[]): Types => ({
  aws_network_acl: { n: { vpc_id: "${aws_vpc.main.id}", subnet_ids: [SUBNETS[0]], ingress } },
});
const web = { protocol: "tcp", from_port: 443, to_port: 443 };

describe("rules in order of their numbers", () => {
  test.each<[string, object[], string]>([
    ["none: everything is denied", [], "nothing"],
    ["allow", [allow(100, web)], "tcp 443 with 192.0.2.0/24"],
    ["the lower number decides, whatever the order of writing", [allow(200, web), deny(100, web)], "nothing"],
    [
      "a deny takes from what follows",
      [deny(100, { cidr_block: "192.0.2.0/25" }), allow(200, web)],
      "tcp 443 with 192.0.2.128/25",
    ],
    ["a later deny takes nothing", [allow(100, web), deny(200)], "tcp 443 with 192.0.2.0/24"],
    ["-1 ignores ports", [allow(100, { from_port: 443, to_port: 443 })], "any with 192.0.2.0/24"],
    ["protocol numbers", [allow(100, { ...web, protocol: "17" })], "udp 443 with 192.0.2.0/24"],
    [
      "ICMP by its own fields",
      [allow(100, { protocol: "icmp", icmp_type: 8, icmp_code: -1 })],
      "icmp type 8 with 192.0.2.0/24",
    ],
    ["IPv6 only", [allow(100, { cidr_block: "", ipv6_cidr_block: "::/0" })], "nothing"],
  ])("%s", (_, rules, text) => {
    expect(verdict(part(acl(...rules)), "inbound", OUTSIDE)).toEqual(certain(text));
  });

  test.each<[string, object, string[]]>([
    ["a number", { rule_no: "${var.a}${var.b}" }, ["nothing", "any with 192.0.2.0/24"]],
    ["an action", { action: "${var.a}${var.b}" }, ["nothing", "any with 192.0.2.0/24"]],
    ["ports", { protocol: "tcp", from_port: null, to_port: null }, ["nothing", "any with 192.0.2.0/24"]],
    ["a block", { ...web, cidr_block: "${var.a}${var.b}" }, ["nothing", "tcp 443 with 192.0.2.0/24"]],
  ])("unknown: %s", (_, values, expected) => {
    expect(verdict(part(acl({ ...allow(100), ...values })), "inbound", OUTSIDE)).toEqual(expected);
  });

  test("rules that are not evaluated leave their direction unknown, not the other one", () => {
    const judged = part({
      aws_network_acl: { n: { subnet_ids: [SUBNETS[0]], ingress: "${var.a}${var.b}", egress: [] } },
    });
    expect(verdict(judged, "inbound", OUTSIDE)).toEqual(["nothing", "any with 192.0.2.0/24"]);
    expect(verdict(judged, "outbound", OUTSIDE)).toEqual(certain("nothing"));
  });

  test("an unknown deny takes from what is certain only", () => {
    const judged = part(acl(deny(100, { cidr_block: "${var.a}${var.b}" }), allow(200, web)));
    expect(verdict(judged, "inbound", OUTSIDE)).toEqual(["nothing", "tcp 443 with 192.0.2.0/24"]);
  });

  test("rules are stateless, and both directions stand apart", () => {
    const judged = part({ aws_network_acl: { n: { subnet_ids: [SUBNETS[0]], ingress: [allow(100)], egress: [] } } });
    expect(verdict(judged, "inbound", OUTSIDE)).toEqual(certain("any with 192.0.2.0/24"));
    expect(verdict(judged, "outbound", OUTSIDE)).toEqual(certain("nothing"));
    const filters = inSubnet(judged, "10.0.1.0/24").filters.filter(({ system }) => system === "aws-network-acl");
    expect(filters.map(({ stateful }) => stateful)).toEqual([false, false]);
  });

  test("traffic inside the subnet passes none", () => {
    expect(verdict(part(acl()), "inbound")).toEqual(certain("any with 10.0.1.0/24"));
  });

  test("rules apart from their ACL", () => {
    const of = (values: object) => ({
      network_acl_id: "${aws_network_acl.n.id}",
      protocol: "tcp",
      from_port: 443,
      to_port: 443,
      cidr_block: "0.0.0.0/0",
      ...values,
    });
    const judged = part({
      ...acl(deny(150)),
      aws_network_acl_rule: {
        in: of({ rule_number: 100, rule_action: "allow" }),
        late: of({ rule_number: 200, rule_action: "allow", from_port: 22, to_port: 22 }),
        out: of({ rule_number: 100, rule_action: "allow", egress: true, protocol: "udp" }),
      },
    });
    expect(verdict(judged, "inbound", OUTSIDE)).toEqual(certain("tcp 443 with 192.0.2.0/24"));
    expect(verdict(judged, "outbound", OUTSIDE)).toEqual(certain("udp 443 with 192.0.2.0/24"));
    expect(judged.rules).toBe(4 + 2);
  });
});

test("each rule knows its place", () => {
  const resources = resourcesOf({
    resource: {
      aws_subnet: { a: { cidr_block: "10.0.1.0/24" } },
      ...acl(allow(1), allow(2)),
      aws_lambda_function: { x: { vpc_config: { subnet_ids: [SUBNETS[0]] } } },
    },
  });
  const [, rules] =
    awsPart(resources).endpoints[0]?.filters.find(({ system }) => system === "aws-network-acl")?.levels ?? [];
  const written = resources.find(({ type }) => type === "aws_network_acl");
  expect(rules?.map(({ location }) => location)).toEqual([0, 1].map((i) => written?.locate(["ingress", i])));
  expect(rules?.[0]?.location).not.toEqual(rules?.[1]?.location);
});

describe("which ACL a subnet has", () => {
  test("none in the input: the VPC's default one, which lets everything pass", () => {
    const judged = part({});
    expect(verdict(judged, "inbound")).toEqual(["no ACL"]);
    expect(services(judged)).toHaveLength(1);
  });

  test("an ACL is its own subnets' alone", () => {
    const judged = part(acl());
    expect(services(judged).map(({ addresses }) => addresses.toString())).toEqual(["10.0.1.0/24", "10.0.2.0/24"]);
    expect(verdict(judged, "inbound", OUTSIDE, "10.0.2.0/24")).toEqual(["no ACL"]);
  });

  test("by association", () => {
    const judged = part({
      aws_network_acl: { n: { vpc_id: "${aws_vpc.main.id}" } },
      aws_network_acl_association: { s: { network_acl_id: "${aws_network_acl.n.id}", subnet_id: SUBNETS[1] } },
    });
    expect(verdict(judged, "inbound", OUTSIDE, "10.0.2.0/24")).toEqual(certain("nothing"));
    expect(verdict(judged, "inbound", OUTSIDE)).toEqual(["no ACL"]);
  });

  test.each<[string, object]>([
    ["by reference", { default_network_acl_id: "${aws_vpc.main.default_network_acl_id}" }],
    ["by id", { default_network_acl_id: "acl-0d" }],
    ["by its VPC", { default_network_acl_id: "acl-1", vpc_id: "vpc-0a" }],
  ])("the default one, taken over, is that of every subnet without another: %s", (_, d) => {
    const judged = part({
      aws_network_acl: { n: { subnet_ids: [SUBNETS[0]], ingress: [allow(100)], egress: [allow(100)] } },
      aws_default_network_acl: { d },
    });
    expect(verdict(judged, "inbound", OUTSIDE)).toEqual(certain("any with 192.0.2.0/24"));
    expect(verdict(judged, "inbound", OUTSIDE, "10.0.2.0/24")).toEqual(certain("nothing"));
  });

  test.each<[string, Types]>([
    ["aws_network_acl.n", { aws_network_acl: { n: { subnet_ids: "${var.a}${var.b}" } } }],
    [
      "aws_network_acl_association.s",
      { aws_network_acl_association: { s: { network_acl_id: "acl-1", subnet_id: SUBNETS[0] } } },
    ],
    [
      "aws_network_acl_rule.r",
      {
        aws_network_acl_rule: { r: { network_acl_id: "acl-1", rule_number: 1, rule_action: "allow", protocol: "-1" } },
      },
    ],
    ["aws_default_network_acl.d", { aws_default_network_acl: { d: { default_network_acl_id: "acl-elsewhere" } } }],
  ])("what can't be told is named: %s", (resource, types) => {
    expect(part(types).unjudged).toMatchObject([{ resource }]);
  });
});
