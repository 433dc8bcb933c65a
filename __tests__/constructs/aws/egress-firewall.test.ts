import { CLOUDFLARE, tunnelEdge } from "../../../config/control-plane";
import { egressOf } from "../../../config/egress";
import { EgressFirewall, type EgressFirewallProps } from "../../../constructs/aws/egress-firewall";
import { Testing } from "../../../framework";
import { awsDeployment } from "../../support/deployments";

type Attributes = Record<string, unknown>;
type Blocks = Record<string, Record<string, Attributes>>;

/** The firewall of the smallest deployment with `fields`; its rules as lines such as `nodes -> cluster tcp 443`. */
function synthesize(
  fields: Readonly<Record<string, unknown>> = {},
  accessFromSecurityGroups: readonly string[] = [],
  more: Partial<EgressFirewallProps> = {},
) {
  const json = Testing.synthScope((scope) => {
    new EgressFirewall(scope, "egress-firewall", {
      name: "acme",
      vpcId: "vpc-1",
      region: "us-east-2",
      egress: egressOf(awsDeployment(fields)),
      accessFromSecurityGroups,
      ...more,
    });
  });
  const { resource, data } = JSON.parse(json) as { resource: Blocks; data: Blocks };
  const named = [resource["aws_security_group"], resource["aws_ec2_managed_prefix_list"], data["aws_prefix_list"]];
  const names = named.flatMap((byId) =>
    Object.entries(byId ?? {}).map(([id, { name }]) => [`.${id}.id}`, String(name)] as const),
  );
  const nameOf = (value: unknown) => names.find(([id]) => String(value).endsWith(id))?.[1] ?? String(value);
  const line = (arrow: string) => (rule: Attributes) => {
    const far = ["referenced_security_group_id", "prefix_list_id", "cidr_ipv4", "cidr_ipv6"].filter(
      (key) => key in rule,
    );
    const ports =
      rule["ip_protocol"] === "-1" ? "all" : `${rule["ip_protocol"]} ${rule["from_port"]}-${rule["to_port"]}`;
    return [
      nameOf(rule["security_group_id"]),
      arrow,
      ...far.map((key) => (key.startsWith("cidr") ? `${key} ${rule[key]}` : nameOf(rule[key]))),
      ports,
    ].join(" ");
  };
  const ingress = Object.values(resource["aws_vpc_security_group_ingress_rule"] ?? {});
  const egress = Object.values(resource["aws_vpc_security_group_egress_rule"] ?? {});
  return {
    groups: Object.values(resource["aws_security_group"] ?? {}),
    lists: Object.values(resource["aws_ec2_managed_prefix_list"] ?? {}),
    rules: [...ingress, ...egress],
    ingress: ingress.map(line("<-")).sort(),
    egress: egress.map(line("->")).sort(),
  };
}

test("a list that is left goes after its rules have moved to another", () => {
  const { lists } = synthesize({ egress: { mode: "tunnel-regions", tunnelRegions: ["us"] } });
  expect(lists).toHaveLength(4);
  for (const { lifecycle } of lists) expect(lifecycle).toEqual({ create_before_destroy: true });
});

const API_PORTS = [443, 4443, 6443, 8443, 9443, 10250, 10251];

/** Egress rules that every deployment has. */
const INSIDE = [
  "acme-nodes -> acme-nodes all",
  "acme-nodes -> acme-cluster tcp 443-443",
  "acme-nodes -> acme-endpoints tcp 443-443",
  "acme-nodes -> com.amazonaws.us-east-2.s3 tcp 443-443",
  ...API_PORTS.map((port) => `acme-cluster -> acme-nodes tcp ${port}-${port}`),
];

test("inbound is from groups by reference, and nothing else", () => {
  const { ingress } = synthesize({ egress: { controlPlaneCidrs: ["3.137.115.239/32"] } }, ["sg-0b", "sg-0c"]);
  expect(ingress).toEqual(
    [
      "acme-nodes <- acme-nodes all",
      ...API_PORTS.map((port) => `acme-nodes <- acme-cluster tcp ${port}-${port}`),
      "acme-cluster <- acme-nodes tcp 443-443",
      "acme-cluster <- sg-0b tcp 443-443",
      "acme-cluster <- sg-0c tcp 443-443",
      "acme-endpoints <- acme-nodes tcp 443-443",
      "acme-endpoints <- sg-0b tcp 443-443",
      "acme-endpoints <- sg-0c tcp 443-443",
    ].sort(),
  );
});

test("others that use the endpoints are admitted there and nowhere else; given endpoints are reached", () => {
  const { ingress, egress } = synthesize({}, ["sg-0b"], {
    endpointsAdmit: { securityGroups: ["sg-0b", "sg-0c"], cidrs: ["10.9.0.0/16"] },
    givenEndpoints: [{ cidrs: ["10.0.48.0/24"], securityGroupId: "sg-0d" }, { cidrs: ["10.8.0.0/24", "10.8.1.0/24"] }],
  });
  const given = [...ingress, ...egress].filter((line) => /sg-0|cidr_ipv4 10/.test(line));
  expect(given.sort()).toEqual(
    [
      "acme-cluster <- sg-0b tcp 443-443",
      "acme-endpoints <- sg-0b tcp 443-443",
      "acme-endpoints <- sg-0c tcp 443-443",
      "acme-endpoints <- cidr_ipv4 10.9.0.0/16 tcp 443-443",
      "acme-nodes -> sg-0d tcp 443-443",
      "sg-0d <- acme-nodes tcp 443-443",
      "acme-nodes -> cidr_ipv4 10.8.0.0/24 tcp 443-443",
      "acme-nodes -> cidr_ipv4 10.8.1.0/24 tcp 443-443",
    ].sort(),
  );
});

describe("outbound", () => {
  test.each<[string, Readonly<Record<string, unknown>>, readonly string[]]>([
    [
      "published blocks: one list a family, for both channels",
      {},
      ["ipv4", "ipv6"].flatMap((family) => [
        `acme-nodes -> acme-cloudflare-${family} tcp 443-443`,
        `acme-nodes -> acme-cloudflare-${family} tcp 7844-7844`,
        `acme-nodes -> acme-cloudflare-${family} udp 7844-7844`,
      ]),
    ],
    [
      "tunnel regions: a list of their own, and one transport only",
      { egress: { mode: "tunnel-regions", tunnelRegions: ["us"] }, tunnel: { protocol: "http2" } },
      ["ipv4", "ipv6"].flatMap((family) => [
        `acme-nodes -> acme-cloudflare-${family} tcp 443-443`,
        `acme-nodes -> acme-tunnel-edge-${family} tcp 7844-7844`,
      ]),
    ],
    [
      "a list without IPv6: no rule of that family",
      { egress: { mode: "list", cidrs: ["198.41.128.0/17"] }, tunnel: { protocol: "quic" } },
      ["acme-nodes -> acme-cloudflare-ipv4 tcp 443-443", "acme-nodes -> acme-cloudflare-ipv4 udp 7844-7844"],
    ],
    [
      "control-plane blocks: one rule each",
      {
        egress: {
          mode: "list",
          cidrs: ["198.41.128.0/17"],
          controlPlaneCidrs: ["3.137.115.239/32", "2600:1f16::/48"],
        },
        tunnel: { protocol: "http2" },
      },
      [
        "acme-nodes -> acme-cloudflare-ipv4 tcp 443-443",
        "acme-nodes -> acme-cloudflare-ipv4 tcp 7844-7844",
        "acme-nodes -> cidr_ipv4 3.137.115.239/32 tcp 443-443",
        "acme-nodes -> cidr_ipv6 2600:1f16::/48 tcp 443-443",
      ],
    ],
  ])("%s", (_, fields, outside) => {
    expect(synthesize(fields).egress).toEqual([...INSIDE, ...outside].sort());
  });
});

test("prefix lists hold exactly their blocks, and room for no more", () => {
  const { lists } = synthesize({ egress: { mode: "tunnel-regions", tunnelRegions: ["us"] } });
  const expected = [
    ["acme-cloudflare-ipv4", "IPv4", CLOUDFLARE.ipv4],
    ["acme-cloudflare-ipv6", "IPv6", CLOUDFLARE.ipv6],
    ["acme-tunnel-edge-ipv4", "IPv4", tunnelEdge("us").ipv4],
    ["acme-tunnel-edge-ipv6", "IPv6", tunnelEdge("us").ipv6],
  ] as const;
  expect(lists).toHaveLength(expected.length);
  for (const [name, family, blocks] of expected) {
    const list = lists.find((candidate) => candidate["name"] === name);
    const entry = blocks.map((cidr) => ({ cidr }));
    expect(list).toMatchObject({ address_family: family, max_entries: blocks.length, entry });
  }
});

test("groups have no rule inside them, and every rule says what it is for", () => {
  const { groups, rules } = synthesize({}, ["sg-0b"]);
  expect(groups).toHaveLength(3);
  for (const group of groups) {
    expect(group).not.toHaveProperty("ingress");
    expect(group).not.toHaveProperty("egress");
  }
  // The characters that AWS takes in a tag's value.
  for (const rule of rules)
    expect(rule["tags"]).toEqual({ Name: expect.stringMatching(/^[a-zA-Z0-9 _.:/=+\-@]{10,256}$/) });
});
