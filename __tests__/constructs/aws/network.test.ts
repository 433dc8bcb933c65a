import type { ZonePlan } from "../../../config/aws/address-plan";
import { FlowLogs, Network, type NetworkProps } from "../../../constructs/aws/network";
import { Testing } from "../../../framework";

type Attributes = Record<string, unknown>;
type Resources = Record<string, Record<string, Attributes>>;

const ZONES: ZonePlan[] = ["a", "b", "c"].map((letter, index) => ({
  zone: `us-east-2${letter}`,
  node: `10.0.${index * 64}.0/18`,
  public: `10.0.${192 + index}.0/24`,
  cluster: `10.0.${195 + index}.0/24`,
}));
const FLOW_LOGS = {
  retentionDays: 365,
  keyArn: "arn:aws:kms:us-east-2:123456789012:key/own",
  accountId: "123456789012",
};

function synthesize(props: Partial<NetworkProps> = {}): Resources {
  const json = Testing.synthScope((scope) => {
    new Network(scope, "network", {
      name: "acme",
      cidr: "10.0.0.0/16",
      zones: ZONES,
      nat: "single",
      flowLogs: FLOW_LOGS,
      ...props,
    });
  });
  return (JSON.parse(json) as { resource: Resources }).resource;
}

const all = (resources: Resources, type: string) => Object.values(resources[type] ?? {});

/** The subnets of one kind with the routes that their route table has. */
function subnets(resources: Resources, kind: "node" | "cluster" | "public" | "pod") {
  return Object.entries(resources["aws_subnet"] ?? {})
    .filter(([id]) => id.includes(`subnet-${kind}-`))
    .map(([id, subnet]) => {
      const reference = `\${aws_subnet.${id}.id}`;
      const [table, ...more] = all(resources, "aws_route_table_association").filter(
        (a) => a["subnet_id"] === reference,
      );
      expect(more).toEqual([]);
      const routes = all(resources, "aws_route").filter(
        (route) => route["route_table_id"] === table?.["route_table_id"],
      );
      return {
        block: subnet["cidr_block"],
        zone: subnet["availability_zone"],
        table: table?.["route_table_id"],
        routes,
      };
    });
}

describe("subnets", () => {
  test("are the plan's, and give no public address", () => {
    const resources = synthesize({ nat: "per-zone" });
    for (const kind of ["node", "cluster", "public"] as const) {
      expect(subnets(resources, kind).map(({ block, zone }) => ({ block, zone }))).toEqual(
        ZONES.map((zone) => ({ block: zone[kind], zone: zone.zone })),
      );
    }
    expect(all(resources, "aws_subnet").map((subnet) => subnet["map_public_ip_on_launch"])).toEqual(
      Array(9).fill(false),
    );
  });

  test.each<[string, Partial<NetworkProps>]>([
    ["NAT", {}],
    ["transit gateway", { transitGatewayId: "tgw-1" }],
  ])("of the cluster have a route table without routes, behind a %s", (_, props) => {
    const cluster = subnets(synthesize(props), "cluster");
    expect(cluster.map(({ table }) => table)).toEqual(Array(3).fill(expect.stringContaining("routes-cluster")));
    expect(cluster.flatMap(({ routes }) => routes)).toEqual([]);
  });
});

describe("subnets of pods", () => {
  const zones = ZONES.map((zone, index) => ({ ...zone, pod: `100.64.${index * 32}.0/19` }));
  const resources = synthesize({ podCidr: "100.64.0.0/16", zones, nat: "per-zone" });

  test("lie in a further block of the VPC, which is there before them", () => {
    const [[id, block], ...more] = Object.entries(resources["aws_vpc_ipv4_cidr_block_association"] ?? {}) as [
      [string, Attributes],
    ];
    expect(more).toEqual([]);
    expect(block["cidr_block"]).toBe("100.64.0.0/16");
    const pods = all(resources, "aws_subnet").filter(({ cidr_block }) => String(cidr_block).startsWith("100.64."));
    expect(pods.map(({ depends_on }) => depends_on)).toEqual(
      Array(3).fill([`aws_vpc_ipv4_cidr_block_association.${id}`]),
    );
  });

  test("have the routes of the nodes of their zone", () => {
    const tables = (kind: "node" | "pod") => subnets(resources, kind).map(({ table, zone }) => [zone, table]);
    expect(tables("pod")).toEqual(tables("node"));
  });

  test("are none without a block", () => {
    expect(subnets(synthesize(), "pod")).toEqual([]);
    expect(synthesize()).not.toHaveProperty("aws_vpc_ipv4_cidr_block_association");
  });
});

describe("way out", () => {
  const gatewaysOf = (resources: Resources) =>
    subnets(resources, "node").map(({ routes }) =>
      routes.map((route) => [route["destination_cidr_block"], route["nat_gateway_id"]]),
    );
  const nat = (zone: string) => [
    ["0.0.0.0/0", expect.stringContaining(`aws_nat_gateway.network_nat-us-east-2${zone}_`)],
  ];

  test("is one NAT gateway in the only public subnet", () => {
    const resources = synthesize();
    expect(gatewaysOf(resources)).toEqual([nat("a"), nat("a"), nat("a")]);
    expect(subnets(resources, "public")).toHaveLength(1);
    expect(all(resources, "aws_eip")).toHaveLength(1);
  });

  test("is a NAT gateway of the zone", () => {
    expect(gatewaysOf(synthesize({ nat: "per-zone" }))).toEqual([nat("a"), nat("b"), nat("c")]);
  });

  test("is the internet gateway for public subnets only", () => {
    const resources = synthesize({ nat: "per-zone" });
    const routes = all(resources, "aws_route").filter((route) => route["gateway_id"]);
    expect(routes).toHaveLength(1);
    const tables = new Set(subnets(resources, "public").map(({ table }) => table));
    expect([...tables]).toEqual([routes[0]?.["route_table_id"]]);
  });

  test("is the transit gateway, which leaves nothing public", () => {
    const resources = synthesize({ transitGatewayId: "tgw-1" });
    const routes = subnets(resources, "node").flatMap((subnet) => subnet.routes);
    const attachments = Object.keys(resources["aws_ec2_transit_gateway_vpc_attachment"] ?? {});
    expect(attachments).toHaveLength(1);
    expect(routes).toHaveLength(3);
    for (const route of routes) {
      expect(route).toMatchObject({ destination_cidr_block: "0.0.0.0/0", transit_gateway_id: "tgw-1" });
      expect(route["depends_on"]).toEqual([`aws_ec2_transit_gateway_vpc_attachment.${attachments[0]}`]);
    }
    for (const type of ["aws_internet_gateway", "aws_nat_gateway", "aws_eip"]) expect(all(resources, type)).toEqual([]);
    expect(subnets(resources, "public")).toEqual([]);
  });
});

describe("a change of the way out", () => {
  test.each([
    ["aws_nat_gateway", {}],
    ["aws_ec2_transit_gateway_vpc_attachment", { transitGatewayId: "tgw-1" }],
    ["aws_vpn_gateway_attachment", { routes: [{ cidr: "192.168.0.0/16", via: "vgw-1" }] }],
  ] satisfies [string, Partial<NetworkProps>][])("moves routes before %s goes", (type, props) => {
    const made = all(synthesize(props), type);
    expect(made).toHaveLength(1);
    expect(made[0]?.["lifecycle"]).toEqual({ create_before_destroy: true });
  });
});

describe("a zone that nodes have left", () => {
  const zones = ZONES.map((zone, index) => (index === 0 ? { ...zone, isLeft: true as const } : zone));

  test.each(["single", "per-zone"] as const)("has the cluster's subnet alone, with nat: %s", (nat) => {
    const resources = synthesize({ zones, nat });
    expect(subnets(resources, "cluster").map(({ zone }) => zone)).toEqual(ZONES.map(({ zone }) => zone));
    for (const kind of ["node", "public"] as const)
      expect(subnets(resources, kind).map(({ zone }) => zone)).not.toContain("us-east-2a");
    expect(all(resources, "aws_nat_gateway")).toHaveLength(nat === "single" ? 1 : 2);
  });
});

test("the default security group and route table are empty, and said to be", () => {
  const resources = synthesize();
  expect(all(resources, "aws_default_security_group")).toEqual([expect.objectContaining({ ingress: [], egress: [] })]);
  expect(all(resources, "aws_default_route_table")).toEqual([expect.objectContaining({ route: [] })]);
});

describe("flow logs", () => {
  const flowLogs = () => {
    const json = Testing.synthScope((scope) => {
      new FlowLogs(scope, "flow-logs", { name: "acme", vpcId: "vpc-given", ...FLOW_LOGS });
    });
    return (JSON.parse(json) as { resource: Resources }).resource;
  };

  test("watch all traffic of the given VPC each minute", () => {
    expect(all(flowLogs(), "aws_flow_log")).toEqual([
      expect.objectContaining({ vpc_id: "vpc-given", traffic_type: "ALL", max_aggregation_interval: 60 }),
    ]);
  });

  test("record who initiated, in AWS's own syntax once Terraform has read it", () => {
    const format = all(flowLogs(), "aws_flow_log")[0]?.["log_format"] as string;
    const fields = format.split(" ").map((field) => /^\$\$\{([a-z-]+)\}$/.exec(field)?.[1]);
    expect(fields).not.toContain(undefined);
    expect(fields).toEqual(
      expect.arrayContaining([
        "flow-direction",
        "tcp-flags",
        "pkt-srcaddr",
        "pkt-dstaddr",
        "traffic-path",
        "pkt-dst-aws-service",
        "interface-id",
        "action",
        "log-status",
      ]),
    );
  });

  test("go to an encrypted group that is kept as long as asked", () => {
    expect(all(flowLogs(), "aws_cloudwatch_log_group")).toEqual([
      expect.objectContaining({ name: "/union/acme/flow-logs", retention_in_days: 365, kms_key_id: FLOW_LOGS.keyArn }),
    ]);
  });

  test("have a role for this account's flow logs and this group only", () => {
    const resources = flowLogs();
    const group = Object.keys(resources["aws_cloudwatch_log_group"] ?? {})[0];
    const trust = JSON.parse(all(resources, "aws_iam_role")[0]?.["assume_role_policy"] as string) as unknown;
    const policy = JSON.parse(all(resources, "aws_iam_role_policy")[0]?.["policy"] as string) as {
      Statement: { Resource: unknown }[];
    };
    expect(trust).toMatchObject({
      Statement: [
        {
          Principal: { Service: "vpc-flow-logs.amazonaws.com" },
          Condition: { StringEquals: { "aws:SourceAccount": "123456789012" } },
        },
      ],
    });
    const arn = `\${aws_cloudwatch_log_group.${group}.arn}`;
    expect(policy.Statement.map(({ Resource }) => Resource)).toEqual([[arn, `${arn}:*`]]);
  });
});

describe("private routes", () => {
  const routes = [
    { cidr: "10.8.0.0/16", via: "tgw-0a" },
    { cidr: "10.9.0.0/16", via: "tgw-0a" },
    { cidr: "192.168.0.0/16", via: "vgw-0b" },
    { cidr: "172.16.0.0/16", via: "pcx-0c" },
  ];

  test.each([
    ["beside NAT", {}],
    ["beside central egress by the same gateway", { transitGatewayId: "tgw-0a" }],
  ])("lead from nodes and cluster, %s; each gateway is attached once", (_, props) => {
    const resources = synthesize({ routes, ...props });
    for (const { routes: own } of [...subnets(resources, "node"), ...subnets(resources, "cluster")]) {
      expect(own).toEqual(
        expect.arrayContaining([
          expect.objectContaining({ destination_cidr_block: "10.8.0.0/16", transit_gateway_id: "tgw-0a" }),
          expect.objectContaining({ destination_cidr_block: "10.9.0.0/16", transit_gateway_id: "tgw-0a" }),
          expect.objectContaining({ destination_cidr_block: "192.168.0.0/16", gateway_id: "vgw-0b" }),
          expect.objectContaining({ destination_cidr_block: "172.16.0.0/16", vpc_peering_connection_id: "pcx-0c" }),
        ]),
      );
    }
    expect(all(resources, "aws_ec2_transit_gateway_vpc_attachment")).toHaveLength(1);
    expect(all(resources, "aws_vpn_gateway_attachment")).toHaveLength(1);
  });
});

test("flow logs go to a bucket too, with the same records", () => {
  const resources = synthesize({ flowLogs: { ...FLOW_LOGS, archiveArn: "arn:aws:s3:::acme-flow-logs/union/" } });
  const [group, bucket] = all(resources, "aws_flow_log").sort((a, b) =>
    String(a["log_destination_type"]).localeCompare(String(b["log_destination_type"])),
  );
  expect(group).toMatchObject({ log_destination_type: "cloud-watch-logs" });
  expect(bucket).toMatchObject({
    log_destination_type: "s3",
    log_destination: "arn:aws:s3:::acme-flow-logs/union/",
    log_format: group?.["log_format"],
    traffic_type: "ALL",
    destination_options: { file_format: "parquet", per_hour_partition: true, hive_compatible_partitions: true },
  });
});
