/** Parts of the network that do not belong together on AWS, one at a time in this package's own output. */
import { EXISTING_NETWORK } from "../support/deployments";
import { add, copyOf, find, idOf, judge, remove, synthesize, type Tree } from "../support/tree";
import type { Json } from "../support/workloads";

const MADE = synthesize();
const TRANSIT = synthesize({
  network: { transitGatewayId: "tgw-0a1b", routes: [{ cidr: "10.9.0.0/16", via: "vgw-0c2d" }] },
  cluster: { accessFromCidrs: ["10.9.1.0/24"] },
});
const GIVEN = synthesize({ network: { existing: EXISTING_NETWORK } });

const PATHS = "required-paths";
const LOGS = "flow-logs";

const set =
  (type: string, id: RegExp, values: Json) =>
  ({ infrastructure }: Tree) => {
    for (const found of find(infrastructure, type, id)) Object.assign(found, values);
  };
const without =
  (type: string, id: RegExp) =>
  ({ infrastructure }: Tree) =>
    remove(infrastructure, type, id);

test.each<readonly [what: string, tree: Tree]>([
  ["a network that is made", MADE],
  ["one behind a transit gateway", TRANSIT],
  ["one that is given", GIVEN],
])("%s: every invariant holds", async (_, tree) => {
  expect((await judge(tree)).findings).toEqual([]);
});

test.each<
  readonly [fault: string, tree: Tree, invariant: string, apply: (tree: Tree) => void, status: string, message: RegExp]
>([
  [
    "a route to addresses that can't be told",
    MADE,
    PATHS,
    set("aws_route", /route-node-us-east-2b/, { destination_cidr_block: "${local.missing}" }),
    "unknown",
    /where its routes lead can't be told: the destination of a route/,
  ],
  [
    "a route of a table that can't be told",
    MADE,
    PATHS,
    ({ infrastructure }) =>
      add(infrastructure, "aws_route", {
        route_table_id: "${var.table}",
        destination_cidr_block: "192.0.2.0/24",
        nat_gateway_id: idOf(infrastructure, "aws_nat_gateway", /./),
      }),
    "unknown",
    /may belong to any route table/,
  ],
  [
    "a subnet with a table of others",
    MADE,
    PATHS,
    set("aws_route_table_association", /node-us-east-2b/, { route_table_id: "rtb-0a1b" }),
    "unknown",
    /is not in the input/,
  ],
  [
    "a NAT gateway of others",
    MADE,
    PATHS,
    set("aws_route", /route-node-us-east-2b/, { nat_gateway_id: "nat-0a1b" }),
    "violated",
    /leads to nat-0a1b, which the deployment does not name/,
  ],
  [
    "a NAT gateway that can't be told",
    MADE,
    PATHS,
    set("aws_route", /route-node-us-east-2b/, { nat_gateway_id: "${var.gateway}" }),
    "unknown",
    /where it leads can't be told/,
  ],
  [
    "a NAT gateway in a subnet that can't be told",
    MADE,
    PATHS,
    set("aws_nat_gateway", /./, { subnet_id: "${var.subnet}" }),
    "unknown",
    /where it leads can't be told/,
  ],
  [
    "a NAT gateway in a subnet of others",
    MADE,
    PATHS,
    set("aws_nat_gateway", /./, { subnet_id: "subnet-0a1b" }),
    "violated",
    /is in subnet-0a1b, which the deployment does not make/,
  ],
  [
    "an internet gateway of another VPC",
    MADE,
    PATHS,
    set("aws_internet_gateway", /./, { vpc_id: "vpc-0a1b" }),
    "violated",
    /is in vpc-0a1b, and the cluster in aws_vpc/,
  ],
  [
    "an internet gateway of no VPC",
    MADE,
    PATHS,
    set("aws_internet_gateway", /./, { vpc_id: null }),
    "violated",
    /names no VPC/,
  ],
  [
    "S3's endpoint in another VPC",
    MADE,
    PATHS,
    set("aws_vpc_endpoint", /_s3_/, { vpc_id: "vpc-0a1b" }),
    "violated",
    /is in vpc-0a1b, and the cluster in aws_vpc/,
  ],
  [
    "an endpoint in another VPC than the given one",
    GIVEN,
    PATHS,
    set("aws_vpc_endpoint", /sts/, { vpc_id: "vpc-0a1b" }),
    "violated",
    /is in vpc-0a1b, and the cluster in vpc-1/,
  ],
  [
    "a transit gateway that is not attached",
    TRANSIT,
    PATHS,
    without("aws_ec2_transit_gateway_vpc_attachment", /./),
    "violated",
    /leads to tgw-0a1b, which nothing attaches to the VPC/,
  ],
  [
    "a VPN gateway that is not attached",
    TRANSIT,
    PATHS,
    without("aws_vpn_gateway_attachment", /./),
    "violated",
    /leads to vgw-0c2d, which nothing attaches to the VPC/,
  ],
  [
    "no route back to the API's clients",
    TRANSIT,
    PATHS,
    without("aws_route", /route-cluster/),
    "violated",
    /no route leads back to 10\.9\.1\.0\/24/,
  ],
  ["no flow log in a given VPC", GIVEN, LOGS, without("aws_flow_log", /./), "violated", /has no flow log/],
  [
    "the flow log of another VPC than the given one",
    GIVEN,
    LOGS,
    set("aws_flow_log", /./, { vpc_id: "vpc-0a1b" }),
    "violated",
    /has no flow log/,
  ],
  [
    "flow logs to a place that can't be told",
    MADE,
    LOGS,
    set("aws_flow_log", /./, { log_destination: "${var.place}" }),
    "unknown",
    /where records go can't be told/,
  ],
])("%s", async (_, original, invariant, apply, status, message) => {
  const tree = copyOf(original);
  apply(tree);
  const { verdict, findings } = await judge(tree);
  expect([...new Set(findings.map((finding) => finding.invariant))]).toEqual([invariant]);
  expect(findings.map((finding) => `${finding.status}: ${finding.message}`)).toContainEqual(
    expect.stringMatching(new RegExp(`^${status}: .*${message.source}`)),
  );
  expect(verdict).toBe("fail");
});
