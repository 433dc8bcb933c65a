import { evaluateFilter, type RemoteEnd } from "../../../../verification/evaluate";
import type { Direction, Endpoint, PartialSystem } from "../../../../verification/model";
import { AddressSet } from "../../../../packets/address-set";
import { awsPart } from "../../../../verification/clouds/aws/index";
import { resourcesOf, type TerraformJson } from "../../../support/resources";

type Rules = Record<string, unknown>;

const ANYWHERE: RemoteEnd = { addresses: AddressSet.all, groups: new Set() };
const member = (...groups: string[]): RemoteEnd => ({
  addresses: AddressSet.ofCidr("10.0.0.1"),
  groups: new Set(groups),
});

/** What the group `a` certainly lets pass and what at most, as texts. */
function verdict(
  part: PartialSystem,
  direction: Direction,
  far = ANYWHERE,
  id = "aws_security_group.a",
): [string, string] {
  const filter = endpoint(part, id).filters.find((candidate) => candidate.direction === direction);
  if (!filter) throw new Error(`${id} has no filter`);
  const { allowed, possible } = evaluateFilter(filter, far);
  return [allowed.toString(), possible.toString()];
}

function endpoint(part: PartialSystem, id: string): Endpoint {
  const found = part.endpoints.find((candidate) => candidate.id === id);
  if (!found) throw new Error(`no endpoint ${id} among ${part.endpoints.map((e) => e.id).join(", ")}`);
  return found;
}

const certain = (text: string): [string, string] => [text, text];
const part = (json: TerraformJson) => awsPart(resourcesOf(json));
const group = (values: Rules): TerraformJson => ({ resource: { aws_security_group: { a: values } } });
const ingress = (...blocks: Rules[]) => part(group({ ingress: blocks }));
const apart = (type: string, values: Rules, more: TerraformJson["resource"] = {}, data: TerraformJson["data"] = {}) =>
  part({
    resource: {
      aws_security_group: { a: {} },
      [type]: { r: { security_group_id: "${aws_security_group.a.id}", ...values } },
      ...more,
    },
    data,
  });
const inRule = (values: Rules, more?: TerraformJson["resource"], data?: TerraformJson["data"]) =>
  apart("aws_vpc_security_group_ingress_rule", { ip_protocol: "-1", ...values }, more, data);

describe("where rules are written", () => {
  const web = { protocol: "tcp", from_port: 443, to_port: 443 };
  test.each<[string, PartialSystem, Direction, string]>([
    ["no rules: nothing in", part(group({})), "inbound", "nothing"],
    ["AWS's default rule is stripped: nothing out", part(group({})), "outbound", "nothing"],
    ["an empty list: nothing", part(group({ ingress: [], egress: [] })), "inbound", "nothing"],
    [
      "one block",
      part(group({ ingress: { ...web, cidr_blocks: ["10.0.0.0/8"] } })),
      "inbound",
      "tcp 443 with 10.0.0.0/8",
    ],
    [
      "the second of two blocks",
      ingress(
        { ...web, cidr_blocks: ["10.0.0.0/8"] },
        { ...web, from_port: 22, to_port: 22, cidr_blocks: ["0.0.0.0/0"] },
      ),
      "inbound",
      "tcp 22 with 0.0.0.0/0; tcp 443 with 10.0.0.0/8",
    ],
    [
      "a rule apart from its group",
      apart("aws_security_group_rule", {
        ...web,
        type: "ingress",
        cidr_blocks: ["0.0.0.0/0"],
        ipv6_cidr_blocks: ["::/0"],
      }),
      "inbound",
      "tcp 443 with any",
    ],
    [
      "a rule apart, outbound",
      apart("aws_security_group_rule", { ...web, type: "egress", cidr_blocks: ["192.0.2.0/24"] }),
      "outbound",
      "tcp 443 with 192.0.2.0/24",
    ],
    [
      "one rule a resource",
      apart("aws_vpc_security_group_egress_rule", {
        ip_protocol: "udp",
        from_port: 7844,
        to_port: 7844,
        cidr_ipv6: "2606:4700:a0::/48",
      }),
      "outbound",
      "udp 7844 with 2606:4700:a0::/48",
    ],
    [
      "inline and apart add up",
      part({
        resource: {
          aws_security_group: { a: { ingress: [{ ...web, cidr_blocks: ["10.0.0.0/8"] }] } },
          aws_vpc_security_group_ingress_rule: {
            r: {
              security_group_id: "${aws_security_group.a.id}",
              ip_protocol: "tcp",
              from_port: 443,
              to_port: 443,
              cidr_ipv4: "192.0.2.0/24",
            },
          },
        },
      }),
      "inbound",
      "tcp 443 with 10.0.0.0/8, 192.0.2.0/24",
    ],
  ])("%s", (_, judged, direction, text) => {
    expect(verdict(judged, direction)).toEqual(certain(text));
  });

  test("each rule knows its place", () => {
    const resources = resourcesOf(
      group({
        ingress: [
          { ...web, cidr_blocks: [] },
          { ...web, cidr_blocks: [] },
        ],
      }),
    );
    const [rules] = awsPart(resources).endpoints[0]?.filters[0]?.levels ?? [];
    expect(rules?.map(({ resource, location }) => [resource, location])).toEqual(
      [0, 1].map((i) => ["aws_security_group.a", resources[0]?.locate(["ingress", i])]),
    );
    expect(rules?.[0]?.location).not.toEqual(rules?.[1]?.location);
  });

  test("the default group, taken over, has only the rules that are written", () => {
    const judged = part({
      resource: {
        aws_vpc: { main: { cidr_block: "10.0.0.0/16" } },
        aws_default_security_group: { a: { vpc_id: "${aws_vpc.main.id}" } },
      },
    });
    const id = "aws_default_security_group.a";
    expect(verdict(judged, "inbound", ANYWHERE, id)).toEqual(certain("nothing"));
    expect(verdict(judged, "outbound", ANYWHERE, id)).toEqual(certain("nothing"));
    expect(endpoint(judged, id)).toMatchObject({ kind: "group", network: "aws_vpc.main" });
    expect(endpoint(judged, id).addresses.toString()).toBe("10.0.0.0/16");
  });

  test("all rules are counted", () => {
    expect(ingress({ ...web }, { ...web }).rules).toBe(2);
    expect(inRule({ cidr_ipv4: "10.0.0.0/8" }).rules).toBe(1);
  });
});

describe("protocols and ports", () => {
  test.each<[string, Rules, string]>([
    ["-1 with ports left out", { protocol: "-1" }, "any"],
    ["-1 as a number", { protocol: -1 }, "any"],
    ["-1 ignores ports", { protocol: "-1", from_port: 443, to_port: 443 }, "any"],
    ["all", { protocol: "all", from_port: 0, to_port: 0 }, "any"],
    ["tcp without ports", { protocol: "tcp" }, "tcp"],
    ["tcp 0 to 0 is port 0", { protocol: "tcp", from_port: 0, to_port: 0 }, "tcp 0"],
    ["all ports", { protocol: "TCP", from_port: 0, to_port: 65535 }, "tcp"],
    ["texts of digits", { protocol: "6", from_port: "80", to_port: "81" }, "tcp 80-81"],
    ["udp by number", { protocol: 17, from_port: 53, to_port: 53 }, "udp 53"],
    ["another protocol ignores ports", { protocol: "50", from_port: 1, to_port: 2 }, "esp"],
    ["SCTP ignores ports too", { protocol: "132", from_port: 1, to_port: 2 }, "sctp"],
    ["ICMP: all", { protocol: "icmp", from_port: -1, to_port: -1 }, "icmp"],
    ["ICMP: a type", { protocol: "icmp", from_port: 8, to_port: -1 }, "icmp type 8"],
    ["ICMP: type and code", { protocol: "1", from_port: 3, to_port: 4 }, "icmp type 3 code 4"],
    ["ICMPv6", { protocol: "icmpv6", from_port: 128, to_port: 0 }, "icmpv6 type 128 code 0"],
    ["ICMPv6 by number, without types", { protocol: "58" }, "icmpv6"],
  ])("%s", (_, fields, services) => {
    expect(verdict(ingress({ ...fields, cidr_blocks: ["10.0.0.0/8"] }), "inbound")).toEqual(
      certain(`${services} with 10.0.0.0/8`),
    );
  });

  test.each<[string, Rules]>([
    ["a protocol that is none", { protocol: "http", from_port: 80, to_port: 80 }],
    ["no protocol", { from_port: 80, to_port: 80 }],
    ["a protocol known after apply", { protocol: "${var.x}-y" }],
    ["one port known after apply", { protocol: "tcp", from_port: 80, to_port: "${aws_db_instance.a.port}" }],
    [
      "both ports known after apply",
      { protocol: "tcp", from_port: "${aws_db_instance.a.port}", to_port: "${aws_db_instance.a.port}" },
    ],
    ["half a range", { protocol: "tcp", from_port: 80 }],
    ["a reversed range", { protocol: "tcp", from_port: 90, to_port: 80 }],
    ["a port beyond the last", { protocol: "udp", from_port: 1, to_port: 65536 }],
    ["an ICMP type known after apply", { protocol: "icmp", from_port: "${var.a}${var.b}", to_port: -1 }],
    ["an ICMP code without type", { protocol: "icmp", from_port: -1, to_port: 4 }],
  ])("unknown, so it may be any packet: %s", (_, fields) => {
    const judged = ingress({ ...fields, cidr_blocks: ["10.0.0.0/8"] });
    expect(verdict(judged, "inbound")).toEqual(["nothing", "any with 10.0.0.0/8"]);
  });
});

describe("addresses", () => {
  const any = { protocol: "-1" };
  test.each<[string, Rules, string]>([
    [
      "IPv4 and IPv6",
      { cidr_blocks: ["10.0.0.0/8"], ipv6_cidr_blocks: ["2001:db8::/32"] },
      "10.0.0.0/8, 2001:db8::/32",
    ],
    [
      "two halves that make the internet",
      { cidr_blocks: ["0.0.0.0/1", "128.0.0.0/1"], ipv6_cidr_blocks: ["::/1", "8000::/1"] },
      "any",
    ],
    ["a range one bit too wide", { cidr_blocks: ["104.16.0.0/12"] }, "104.16.0.0/12"],
    ["one address", { cidr_blocks: ["192.0.2.7/32"] }, "192.0.2.7/32"],
  ])("%s", (_, fields, addresses) => {
    expect(verdict(ingress({ ...any, ...fields }), "inbound")).toEqual(certain(`any with ${addresses}`));
  });

  test("a range one bit too wide holds what the published one does not", () => {
    const { addresses } = (ingress({ ...any, cidr_blocks: ["104.16.0.0/12"] }).endpoints[0]?.filters[0]?.levels[0]?.[0]
      ?.peers[0] ?? {}) as { addresses: AddressSet };
    const excess = addresses.subtract(AddressSet.ofCidrs(["104.16.0.0/13", "104.24.0.0/14"]));
    expect(excess.toString()).toBe("104.28.0.0/14");
  });

  test("fields that a state leaves empty name nobody", () => {
    const empty = { cidr_ipv6: "", prefix_list_id: null, referenced_security_group_id: "" };
    expect(verdict(inRule({ cidr_ipv4: "10.0.0.0/8", ...empty }), "inbound")).toEqual(certain("any with 10.0.0.0/8"));
  });

  test("the block of another resource is looked up", () => {
    const judged = part({
      resource: {
        aws_vpc: { main: { cidr_block: "10.1.0.0/16" } },
        aws_security_group: { a: { ingress: [{ ...any, cidr_blocks: ["${aws_vpc.main.cidr_block}"] }] } },
      },
    });
    expect(verdict(judged, "inbound")).toEqual(certain("any with 10.1.0.0/16"));
  });

  test.each<[string, unknown]>([
    ["one of two", ["10.0.0.0/8", "${aws_eip.nat.public_ip}/32"]],
    ["malformed", ["10.0.0.0/8", "300.0.0.0/8"]],
    ["bits behind the prefix", ["10.0.0.0/8", "192.0.2.1/24"]],
  ])("an unknown block leaves the known ones: %s", (_, cidrs) => {
    expect(verdict(ingress({ ...any, cidr_blocks: cidrs }), "inbound")).toEqual([
      "any with 10.0.0.0/8",
      "any with any",
    ]);
  });

  test("an unknown list may be everything", () => {
    expect(verdict(ingress({ ...any, cidr_blocks: "${data.x.y.cidrs}" }), "inbound")).toEqual([
      "nothing",
      "any with any",
    ]);
  });
});

describe("groups", () => {
  const all = "any with 10.0.0.1/32";
  const b = { aws_security_group: { a: {}, b: {} } };
  test.each<[string, PartialSystem, RemoteEnd, [string, string]]>([
    ["self", ingress({ protocol: "-1", self: true }), member("aws_security_group.a"), certain(all)],
    ["self: not others", ingress({ protocol: "-1", self: true }), ANYWHERE, certain("nothing")],
    ["self is false", ingress({ protocol: "-1", self: false }), member("aws_security_group.a"), certain("nothing")],
    ["self unknown", ingress({ protocol: "-1", self: "${var.x.y}x" }), member(), ["nothing", all]],
    [
      "inline",
      ingress({ protocol: "-1", security_groups: ["${aws_security_group.a.id}"] }),
      member("aws_security_group.a"),
      certain(all),
    ],
    [
      "referenced",
      inRule({ referenced_security_group_id: "${aws_security_group.b.id}" }, b),
      member("aws_security_group.b"),
      certain(all),
    ],
    [
      "referenced: not others",
      inRule({ referenced_security_group_id: "${aws_security_group.b.id}" }, b),
      member("aws_security_group.a"),
      certain("nothing"),
    ],
    [
      "source",
      apart(
        "aws_security_group_rule",
        { type: "ingress", protocol: "-1", source_security_group_id: "${aws_security_group.b.id}" },
        b,
      ),
      member("aws_security_group.b"),
      certain(all),
    ],
    [
      "by the cloud's id, as in a state",
      inRule({ referenced_security_group_id: "sg-0b" }, { aws_security_group: { a: {}, b: { id: "sg-0b" } } }),
      member("aws_security_group.b"),
      certain(all),
    ],
    ["not in the input", inRule({ referenced_security_group_id: "sg-123" }), member(), ["nothing", all]],
    [
      "not in the input: its members here",
      inRule({ referenced_security_group_id: "sg-123" }),
      member("sg-123"),
      certain(all),
    ],
    [
      "read from the cloud",
      inRule({ referenced_security_group_id: "${data.aws_security_group.x.id}" }),
      member(),
      ["nothing", all],
    ],
    ["of another account", inRule({ referenced_security_group_id: "123456789012/sg-1" }), member(), ["nothing", all]],
  ])("%s", (_, judged, far, expected) => {
    expect(verdict(judged, "inbound", far)).toEqual(expected);
  });

  test.each<[string, string]>([
    ["by the VPC's attribute", "${aws_vpc.main.default_security_group_id}"],
    ["by its id, as in a state", "sg-0d"],
  ])("the default group of a VPC: %s", (_, referenced_security_group_id) => {
    const aws_vpc = { main: { cidr_block: "10.0.0.0/16", default_security_group_id: "sg-0d" } };
    const judged = inRule({ referenced_security_group_id }, { aws_vpc });
    expect(verdict(judged, "inbound", member("aws_vpc.main#default-security-group"))).toEqual(certain(all));
  });

  test("a group that another resource names is that group, in the input or not", () => {
    const aws_lb = { l: { load_balancer_type: "network", security_groups: ["sg-123"] } };
    const judged = inRule({ referenced_security_group_id: "${aws_lb.l.security_groups[0]}" }, { aws_lb });
    expect(verdict(judged, "inbound", member("sg-123"))).toEqual(certain(all));
  });

  test("a resource goes before the data source that reads it", () => {
    const resource = {
      aws_security_group: {
        a: { id: "sg-0a", ingress: [{ protocol: "-1", security_groups: ["sg-0b"] }] },
        b: { id: "sg-0b" },
      },
    };
    const data = { aws_security_group: { b: { id: "sg-0b" } } };
    expect(verdict(part({ resource, data }), "inbound", member("aws_security_group.b"))).toEqual(certain(all));
    const named = {
      a: { ingress: [{ protocol: "-1", security_groups: ["${data.aws_security_group.b.id}"] }] },
      b: { id: "sg-0b" },
    };
    const judged = part({ resource: { aws_security_group: named }, data });
    expect(verdict(judged, "inbound", member("aws_security_group.b"))).toEqual(certain(all));
  });

  test("a rule may name a group that is written after it", () => {
    const ingress = [{ protocol: "-1", security_groups: ["${aws_security_group.z.id}"] }];
    const judged = part({ resource: { aws_security_group: { a: { ingress }, z: {} } } });
    expect(verdict(judged, "inbound", member("aws_security_group.z"))).toEqual(certain(all));
  });

  test("a group that is not in the input is named", () => {
    const rule = endpoint(inRule({ referenced_security_group_id: "sg-123" }), "aws_security_group.a").filters[0]
      ?.levels[0]?.[0];
    expect(rule?.peers).toContainEqual({ kind: "unknown", reason: "security group sg-123 is not in the input" });
  });

  test("a rule that adds to a group outside the input is judged, and the rest of that group is unknown", () => {
    const judged = part({
      resource: {
        aws_vpc_security_group_ingress_rule: {
          r: { security_group_id: "sg-123", ip_protocol: "tcp", from_port: 22, to_port: 22, cidr_ipv4: "0.0.0.0/0" },
        },
      },
    });
    const [inbound] = endpoint(judged, "sg-123").filters;
    expect(inbound).toMatchObject({ unknown: "security group sg-123 is not in the input" });
    expect(inbound?.levels[0]?.map(({ resource }) => resource)).toEqual(["aws_vpc_security_group_ingress_rule.r"]);
  });

  test("a rule whose group is unknown is judged by itself and named", () => {
    const judged = part({
      resource: {
        aws_security_group_rule: {
          r: { type: "ingress", protocol: "-1", cidr_blocks: ["0.0.0.0/0"], security_group_id: "${var.a}${var.b}" },
        },
      },
    });
    expect(endpoint(judged, "aws_security_group_rule.r").filters[0]?.levels[0]).toHaveLength(1);
    expect(judged.unjudged).toMatchObject([{ resource: "aws_security_group_rule.r" }]);
  });

  test("blocks that are not evaluated make the direction unknown, not the other one", () => {
    const judged = part(group({ ingress: "${var.a}${var.b}", egress: [] }));
    expect(endpoint(judged, "aws_security_group.a").filters.map(({ unknown }) => unknown !== undefined)).toEqual([
      true,
      false,
    ]);
  });

  test("references stay within their unit", () => {
    const ingress = [{ protocol: "-1", security_groups: ["${aws_security_group.b.id}"] }];
    const json = { resource: { aws_security_group: { a: { ingress }, b: {} } } };
    const judged = awsPart([...resourcesOf(json, "one"), ...resourcesOf(json, "two")]);
    const far = member("two/aws_security_group.b");
    expect(verdict(judged, "inbound", far, "two/aws_security_group.a")).toEqual(certain(all));
    expect(verdict(judged, "inbound", far, "one/aws_security_group.a")).toEqual(certain("nothing"));
  });

  test("groups of two units with one address stay apart", () => {
    const open = group({ ingress: [{ protocol: "-1", cidr_blocks: ["0.0.0.0/0"] }] });
    const judged = awsPart([...resourcesOf(open, "one"), ...resourcesOf(group({}), "two")]);
    expect(verdict(judged, "inbound", ANYWHERE, "one/aws_security_group.a")[0]).not.toBe("nothing");
    expect(verdict(judged, "inbound", ANYWHERE, "two/aws_security_group.a")).toEqual(certain("nothing"));
  });
});

describe("prefix lists", () => {
  const own = {
    name: "own",
    address_family: "IPv4",
    max_entries: 5,
    entry: [{ cidr: "192.0.2.0/24" }, { cidr: "198.51.100.0/24" }],
  };
  const list = (values: object, more: TerraformJson["resource"] = {}) =>
    inRule(
      { prefix_list_id: "${aws_ec2_managed_prefix_list.x.id}" },
      { aws_ec2_managed_prefix_list: { x: values }, ...more },
    );
  const named = (type: string, values: object) =>
    inRule({ prefix_list_id: `\${data.${type}.x.id}` }, {}, { [type]: { x: values } });

  test.each<[string, PartialSystem, string]>([
    ["a customer's own", list(own), "192.0.2.0/24, 198.51.100.0/24"],
    ["one that hides the internet", list({ ...own, entry: [{ cidr: "0.0.0.0/0" }] }), "0.0.0.0/0"],
    [
      "entries apart",
      list(own, {
        aws_ec2_managed_prefix_list_entry: {
          e: { prefix_list_id: "${aws_ec2_managed_prefix_list.x.id}", cidr: "203.0.113.0/24" },
        },
      }),
      "192.0.2.0/24, 198.51.100.0/24, 203.0.113.0/24",
    ],
    [
      "a list of ids",
      apart(
        "aws_security_group_rule",
        { type: "ingress", protocol: "-1", prefix_list_ids: ["${aws_ec2_managed_prefix_list.x.id}"] },
        { aws_ec2_managed_prefix_list: { x: own } },
      ),
      "192.0.2.0/24, 198.51.100.0/24",
    ],
    ["AWS's own by name", named("aws_prefix_list", { name: "com.amazonaws.us-east-2.s3" }), "aws:s3"],
    [
      "AWS's own in a region that is not known",
      named("aws_prefix_list", { name: "com.amazonaws.${data.aws_region.current.name}.dynamodb" }),
      "aws:dynamodb",
    ],
    [
      "AWS's own by filter",
      named("aws_ec2_managed_prefix_list", {
        filter: [{ name: "prefix-list-name", values: ["com.amazonaws.us-east-2.s3"] }],
      }),
      "aws:s3",
    ],
    [
      "CloudFront",
      named("aws_ec2_managed_prefix_list", { name: "com.amazonaws.global.cloudfront.origin-facing" }),
      "aws:cloudfront",
    ],
    [
      "a customer's own, read",
      named("aws_ec2_managed_prefix_list", { name: "corp", entries: [{ cidr: "192.0.2.0/24" }] }),
      "192.0.2.0/24",
    ],
    [
      "that of a gateway endpoint",
      inRule(
        { prefix_list_id: "${aws_vpc_endpoint.s3.prefix_list_id}" },
        { aws_vpc_endpoint: { s3: { vpc_id: "vpc-1", service_name: "com.amazonaws.eu-west-1.s3" } } },
      ),
      "aws:s3",
    ],
  ])("%s", (_, judged, addresses) => {
    expect(verdict(judged, "inbound")).toEqual(certain(`any with ${addresses}`));
  });

  test.each<[string, PartialSystem, string]>([
    ["by an id that nothing in the input has", inRule({ prefix_list_id: "pl-123" }), "nothing"],
    ["whose name is not known", named("aws_prefix_list", { name: "${var.a}.${var.b}" }), "nothing"],
    ["whose service is not known", named("aws_prefix_list", { name: "com.amazonaws.us-east-2.${var.b}" }), "nothing"],
    ["of a customer, not read", named("aws_ec2_managed_prefix_list", { name: "corp" }), "nothing"],
    [
      "with an entry that is not known",
      list({ ...own, entry: [{ cidr: "192.0.2.0/24" }, { cidr: "${aws_eip.a.public_ip}/32" }] }),
      "any with 192.0.2.0/24",
    ],
    [
      "that an entry apart may belong to",
      list(
        { ...own, entry: [] },
        { aws_ec2_managed_prefix_list_entry: { e: { prefix_list_id: "${var.a}${var.b}", cidr: "0.0.0.0/0" } } },
      ),
      "nothing",
    ],
  ])("unknown: one %s", (_, judged, allowed) => {
    expect(verdict(judged, "inbound")).toEqual([allowed, "any with any"]);
  });
});
