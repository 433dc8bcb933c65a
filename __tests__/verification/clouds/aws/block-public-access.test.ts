/** What of a public machine is open where internet gateways may be closed, or routes or addresses are not all known. */
import { reach } from "../../../../verification/evaluate";
import { AddressSet } from "../../../../packets/address-set";
import { awsPart } from "../../../../verification/clouds/aws/index";
import type { Value } from "../../../../verification/model";
import { resourcesOf, type TerraformJson } from "../../../support/resources";

type Types = NonNullable<TerraformJson["resource"]>;

const internet = (cidr: string) => ({ addresses: AddressSet.ofCidrs([cidr]), groups: new Set<string>() });
const UNKNOWN = "${var.a}${var.b}";
const ABSENT: Value = {
  kind: "unknown",
  reason: "var.a has no value",
  mentions: [],
  missing: { kind: "variable", name: "a" },
};
const OPEN = { protocol: "-1", from_port: 0, to_port: 0, cidr_blocks: ["0.0.0.0/0"], ipv6_cidr_blocks: ["::/0"] };
const DEFAULT = [
  { cidr_block: "0.0.0.0/0", gateway_id: "${aws_internet_gateway.g.id}" },
  { ipv6_cidr_block: "::/0", gateway_id: "${aws_internet_gateway.g.id}" },
];
const world = (others: Types, route: readonly object[] = DEFAULT): Types => ({
  aws_vpc: { v: { cidr_block: "10.0.0.0/16", ipv6_cidr_block: "2600:1f00::/56" } },
  aws_internet_gateway: { g: { vpc_id: "${aws_vpc.v.id}" } },
  aws_subnet: {
    s: { vpc_id: "${aws_vpc.v.id}", cidr_block: "10.0.1.0/24", ipv6_cidr_block: "2600:1f00::/64" },
  },
  aws_route_table: { t: { vpc_id: "${aws_vpc.v.id}", route } },
  aws_route_table_association: { a: { subnet_id: "${aws_subnet.s.id}", route_table_id: "${aws_route_table.t.id}" } },
  aws_security_group: { w: { vpc_id: "${aws_vpc.v.id}", ingress: [OPEN] } },
  aws_instance: {
    i: {
      subnet_id: "${aws_subnet.s.id}",
      vpc_security_group_ids: ["${aws_security_group.w.id}"],
      associate_public_ip_address: true,
    },
  },
  ...others,
});

function from(cidr: string, types: Types, id = "aws_instance.i", block?: Value): string {
  const resources = resourcesOf({ resource: types }).map((one) =>
    one.type === "aws_subnet" && block ? { ...one, values: { ...one.values, ipv6_cidr_block: block } } : one,
  );
  const verdicts = awsPart(resources)
    .endpoints.filter((one) => one.id === id)
    .map((one) => reach(one, "inbound", internet(cidr)));
  if (verdicts.some(({ allowed }) => !allowed.isEmpty)) return "open";
  return verdicts.some(({ possible }) => !possible.isEmpty) ? "unknown" : "closed";
}

const options = (internet_gateway_block_mode: string): Types => ({
  aws_vpc_block_public_access_options: { o: { internet_gateway_block_mode } },
});
const excluding = (values: object): Types => ({
  ...options("block-bidirectional"),
  aws_vpc_block_public_access_exclusion: { e: { internet_gateway_exclusion_mode: "allow-bidirectional", ...values } },
});

test.each<[why: string, types: Types, open: string]>([
  ["off", options("off"), "open"],
  ["in both directions", options("block-bidirectional"), "unknown"],
  ["for whoever comes in", options("block-ingress"), "unknown"],
  ["in a mode that is not known", options(UNKNOWN), "unknown"],
  ["but for its VPC", excluding({ vpc_id: "${aws_vpc.v.id}" }), "open"],
  ["but for its subnet", excluding({ subnet_id: "${aws_subnet.s.id}" }), "open"],
  ["but for another subnet", excluding({ subnet_id: "subnet-1" }), "unknown"],
  ["but for a VPC that is not known", excluding({ vpc_id: UNKNOWN }), "unknown"],
  [
    "but for what goes out of it",
    excluding({ vpc_id: "${aws_vpc.v.id}", internet_gateway_exclusion_mode: "allow-egress" }),
    "unknown",
  ],
])("internet gateways blocked %s", (_, types, open) => {
  expect(from("8.0.0.0/8", world(types))).toBe(open);
  expect(from("2a00::/16", world(types))).toBe(open);
});

test("what has no machine of the input is as little proved", () => {
  const rest = { aws_instance: {} };
  expect(from("8.0.0.0/8", world(rest), "aws_security_group.w")).toBe("open");
  expect(from("8.0.0.0/8", world({ ...rest, ...options("block-ingress") }), "aws_security_group.w")).toBe("unknown");
});

test("the own network still comes in", () => {
  expect(from("10.0.2.0/24", world(options("block-bidirectional")))).toBe("open");
});

test.each<[why: string, route: readonly object[], open: string]>([
  ["that may be the only one", [{ ...DEFAULT[0], cidr_block: UNKNOWN }], "unknown"],
  ["as a whole", [UNKNOWN as unknown as object], "unknown"],
  [
    "beside one to the internet",
    [...DEFAULT, { cidr_block: UNKNOWN, vpc_peering_connection_id: "${aws_vpc_peering_connection.p.id}" }],
    "open",
  ],
])("routes that are not known: one %s", (_, route, open) => {
  expect(from("8.0.0.0/8", world({}, route))).toBe(open);
});

test("a subnet that may have no IPv6 addresses is open by those that it has", () => {
  expect(from("2a00::/16", world({}), "aws_instance.i", ABSENT)).toBe("unknown");
  expect(from("8.0.0.0/8", world({}), "aws_instance.i", ABSENT)).toBe("open");
  const planned: Value = { kind: "unknown", reason: "only a plan tells", mentions: [], missing: { kind: "plan" } };
  expect(from("2a00::/16", world({}), "aws_instance.i", planned)).toBe("open");
});
