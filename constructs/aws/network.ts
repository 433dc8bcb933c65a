import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { DefaultRouteTable } from "@cdktf/provider-aws/lib/default-route-table";
import { DefaultSecurityGroup } from "@cdktf/provider-aws/lib/default-security-group";
import { Ec2TransitGatewayVpcAttachment } from "@cdktf/provider-aws/lib/ec2-transit-gateway-vpc-attachment";
import { Eip } from "@cdktf/provider-aws/lib/eip";
import { FlowLog } from "@cdktf/provider-aws/lib/flow-log";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { InternetGateway } from "@cdktf/provider-aws/lib/internet-gateway";
import { NatGateway } from "@cdktf/provider-aws/lib/nat-gateway";
import { Route, type RouteConfig } from "@cdktf/provider-aws/lib/route";
import { RouteTable } from "@cdktf/provider-aws/lib/route-table";
import { RouteTableAssociation } from "@cdktf/provider-aws/lib/route-table-association";
import { Subnet } from "@cdktf/provider-aws/lib/subnet";
import { Vpc } from "@cdktf/provider-aws/lib/vpc";
import { VpcIpv4CidrBlockAssociation } from "@cdktf/provider-aws/lib/vpc-ipv4-cidr-block-association";
import { VpnGatewayAttachment } from "@cdktf/provider-aws/lib/vpn-gateway-attachment";
import type { ZonePlan } from "../../config/aws/address-plan";
import { Construct, type TerraformResource } from "../../framework";
import { flowLogGroup } from "../../config/aws/names";

/** A network that the data plane runs in, made here or given by the customer. */
export interface NetworkIds {
  /** Id of the VPC, `vpc-...`. */
  readonly vpcId: string;
  /** Private subnets of nodes and pods. */
  readonly nodeSubnetIds: readonly string[];
  /** The same by their zones, where these are known. Default: they are not known. */
  readonly nodeSubnetIdsByZone?: Readonly<Record<string, string>>;
  /** Private subnets of the Kubernetes API's addresses and the VPC endpoints. */
  readonly clusterSubnetIds: readonly string[];
  /** Route tables of the node subnets. */
  readonly nodeRouteTableIds: readonly string[];
  /** Public addresses that outbound connections come from; empty where the way out is not ours. */
  readonly natAddresses: readonly string[];
  /**
   * Private subnets of pods by their zones, where these have subnets of their own. Default: pods are in the node
   * subnets.
   */
  readonly podSubnetIds?: Readonly<Record<string, string>> | undefined;
}

/** How records of the network's flows are kept. */
export interface FlowLogSettings {
  /** Days that records are kept. */
  readonly retentionDays: number;
  /** KMS key that encrypts the log group; its policy must allow the log service. */
  readonly keyArn: string;
  /** ARN of a bucket, with an optional folder, that gets the records as well. Default: none. */
  readonly archiveArn?: string | undefined;
  /** Account that the flow logs belong to, which alone may make the log service use their role. */
  readonly accountId: string;
}

/** The network's blocks (CIDRs), its subnets, and its way out. */
export interface NetworkProps {
  /** The deployment's name: prefix of the resources' names. */
  readonly name: string;
  /** The VPC's IPv4 block. */
  readonly cidr: string;
  /** A further block of the VPC, which the pod subnets of `zones` lie in. Default: pods are in the node subnets. */
  readonly podCidr?: string | undefined;
  /** Subnets of each availability zone, at least one. */
  readonly zones: readonly ZonePlan[];
  /** One NAT gateway, in the first zone, or one a zone. Without meaning where `transitGatewayId` is given. */
  readonly nat: "single" | "per-zone";
  /**
   * Central egress: the way out of the node subnets, instead of NAT and internet gateways. The gateway must accept the
   * attachment, by itself or by its owner's hand, before a route can lead to it. Default: NAT gateways.
   */
  readonly transitGatewayId?: string | undefined;
  /** Ways to other private networks: a transit gateway (`tgw-...`), VPN gateway (`vgw-...`) or peering (`pcx-...`). Default: none. */
  readonly routes?: readonly PrivateRoute[];
  /** How the record of every connection is kept: what a reviewer sees the direction of connections in. */
  readonly flowLogs: FlowLogSettings;
}

/** A block (CIDR) of the customer's own network, and the id of the gateway that leads there. */
export interface PrivateRoute {
  /** IPv4 block (CIDR) of the other network. */
  readonly cidr: string;
  /** `tgw-...` and `vgw-...` are attached to the VPC here; a `pcx-...` must be accepted already. */
  readonly via: string;
}

/** Every address: what a default route leads to. */
const ANYWHERE = "0.0.0.0/0";

/** A way out that leaves the stack is destroyed last: without this Terraform would do so before routes lead elsewhere. */
const ROUTES_MOVE_FIRST = { createBeforeDestroy: true };

/**
 * The data plane's VPC: connections leave through NAT or a transit gateway, and nothing comes in. Document:
 * "Outbound-only model".
 *
 * Three kinds of subnets: large private ones for nodes, and by choice others for their pods, small private ones without any way out, but to private networks that are named, for the Kubernetes API
 * and the VPC endpoints, and public ones that hold NAT gateways and nothing else. The default security group and the
 * default route table are emptied, so that whatever is made without naming its own can reach nothing.
 *
 * Network ACLs stay AWS's default, which lets everything pass: they are stateless, so one that let answers in would
 * have to admit the return ports from everywhere, and would say less than the security groups that judge each
 * connection.
 */
export class Network extends Construct implements NetworkIds {
  readonly vpcId: string;
  readonly nodeSubnetIds: readonly string[];
  readonly nodeSubnetIdsByZone: Readonly<Record<string, string>>;
  readonly clusterSubnetIds: readonly string[];
  readonly nodeRouteTableIds: readonly string[];
  readonly natAddresses: readonly string[];
  readonly podSubnetIds: Readonly<Record<string, string>> | undefined;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: NetworkProps,
  ) {
    super(scope, id);
    const { name, cidr, zones, flowLogs } = props;

    const vpc = new Vpc(this, "vpc", {
      cidrBlock: cidr,
      // Private names of the VPC endpoints and of the Kubernetes API need both.
      enableDnsSupport: true,
      enableDnsHostnames: true,
      tags: { Name: name },
    });
    this.vpcId = vpc.id;
    // Empty lists, not left-out ones: only these make Terraform see and undo a rule or a route that someone adds.
    const tags = { Name: `${name}-default-unused` };
    new DefaultSecurityGroup(this, "default-security-group", { vpcId: vpc.id, ingress: [], egress: [], tags });
    new DefaultRouteTable(this, "default-route-table", {
      defaultRouteTableId: vpc.defaultRouteTableId,
      route: [],
      tags,
    });

    const localOnly = this.routeTable("cluster");
    this.clusterSubnetIds = zones.map(({ zone, cluster }) => this.subnet("cluster", zone, cluster, localOnly));

    const used = zones.filter(({ isLeft }) => !isLeft);
    const { exits, addresses } = props.transitGatewayId
      ? this.transitGateway(props.transitGatewayId)
      : this.natGateways(props.nat === "single" ? used.slice(0, 1) : used);
    this.natAddresses = addresses;

    const nodes = used.map(({ zone, node }, index) => {
      const routeTableId = this.routeTable(`node-${zone}`);
      const exit = exits[index % exits.length];
      new Route(this, `route-node-${zone}`, { routeTableId, destinationCidrBlock: ANYWHERE, ...exit });
      return { zone, routeTableId, subnetId: this.subnet("node", zone, node, routeTableId) };
    });
    this.nodeRouteTableIds = nodes.map(({ routeTableId }) => routeTableId);
    this.nodeSubnetIds = nodes.map(({ subnetId }) => subnetId);
    this.nodeSubnetIdsByZone = Object.fromEntries(nodes.map(({ zone, subnetId }) => [zone, subnetId]));
    this.podSubnetIds = props.podCidr === undefined ? undefined : this.podSubnets(props.podCidr, nodes);
    this.addPrivateRoutes(
      [["cluster", localOnly], ...nodes.map(({ zone, routeTableId }) => [`node-${zone}`, routeTableId] as const)],
      exits,
    );

    new FlowLogs(this, "flow-logs", { name, vpcId: vpc.id, ...flowLogs });
  }

  /** Subnets of pods by zones, with the routes of their nodes. */
  private podSubnets(
    cidrBlock: string,
    nodes: readonly { readonly zone: string; readonly routeTableId: string }[],
  ): Record<string, string> {
    const further = new VpcIpv4CidrBlockAssociation(this, "pod-block", { vpcId: this.vpcId, cidrBlock });
    const tables = new Map(nodes.map(({ zone, routeTableId }) => [zone, routeTableId]));
    return Object.fromEntries(
      this.props.zones.flatMap(({ zone, pod }) => {
        const routeTableId = tables.get(zone);
        return pod === undefined || routeTableId === undefined
          ? []
          : [[zone, this.subnet("pod", zone, pod, routeTableId, [further])]];
      }),
    );
  }

  /** A NAT gateway in each of `zones`, in a public subnet of its own. */
  private natGateways(zones: readonly ZonePlan[]): Exits {
    const internet = new InternetGateway(this, "internet-gateway", {
      vpcId: this.vpcId,
      tags: { Name: this.props.name },
    });
    const routeTableId = this.routeTable("public");
    new Route(this, "route-public", { routeTableId, destinationCidrBlock: ANYWHERE, gatewayId: internet.id });

    const gateways = zones.map(({ zone, public: block }) => {
      const tags = { Name: `${this.props.name}-nat-${zone}` };
      const dependsOn = [internet];
      const address = new Eip(this, `nat-address-${zone}`, { domain: "vpc", tags, dependsOn });
      const subnetId = this.subnet("public", zone, block, routeTableId);
      const lifecycle = ROUTES_MOVE_FIRST;
      return new NatGateway(this, `nat-${zone}`, { allocationId: address.id, subnetId, tags, dependsOn, lifecycle });
    });
    return {
      exits: gateways.map(({ id }) => ({ natGatewayId: id })),
      addresses: gateways.map(({ publicIp }) => publicIp),
    };
  }

  private transitGateway(transitGatewayId: string): Exits {
    const exit = { transitGatewayId, dependsOn: [this.attach("transit-gateway-attachment", transitGatewayId)] };
    return { exits: [exit], addresses: [] };
  }

  private attach(id: string, transitGatewayId: string): Ec2TransitGatewayVpcAttachment {
    return new Ec2TransitGatewayVpcAttachment(this, id, {
      transitGatewayId,
      vpcId: this.vpcId,
      // Answers enter here and need no route of these subnets but the local one.
      subnetIds: [...this.clusterSubnetIds],
      tags: { Name: this.props.name },
      lifecycle: ROUTES_MOVE_FIRST,
    });
  }

  /** The same ways from each table; a gateway is attached once, whatever leads there. */
  private addPrivateRoutes(
    tables: readonly (readonly [label: string, routeTableId: string])[],
    exits: Exits["exits"],
  ): void {
    const ways = new Map<string, Way>(
      exits.flatMap((exit) => (exit.transitGatewayId === undefined ? [] : [[exit.transitGatewayId, exit]])),
    );
    const wayTo = (via: string): Way => {
      const way = ways.get(via) ?? this.privateWay(via);
      ways.set(via, way);
      return way;
    };
    for (const { cidr, via } of this.props.routes ?? []) {
      const way = wayTo(via);
      for (const [label, routeTableId] of tables) {
        new Route(this, `route-${label}-${cidr}`, { routeTableId, destinationCidrBlock: cidr, ...way });
      }
    }
  }

  private privateWay(via: string): Way {
    if (via.startsWith("pcx-")) return { vpcPeeringConnectionId: via };
    if (via.startsWith("tgw-")) {
      return { transitGatewayId: via, dependsOn: [this.attach(`attachment-${via}`, via)] };
    }
    const attachment = new VpnGatewayAttachment(this, `attachment-${via}`, {
      vpcId: this.vpcId,
      vpnGatewayId: via,
      lifecycle: ROUTES_MOVE_FIRST,
    });
    return { gatewayId: via, dependsOn: [attachment] };
  }

  /** A route table that knows the way inside the VPC only; returns its id. */
  private routeTable(purpose: string): string {
    const tags = { Name: `${this.props.name}-${purpose}` };
    return new RouteTable(this, `routes-${purpose}`, { vpcId: this.vpcId, tags }).id;
  }

  /** A subnet whose instances get no public address; returns its id. */
  private subnet(
    purpose: string,
    zone: string,
    cidrBlock: string,
    routeTableId: string,
    dependsOn: TerraformResource[] = [],
  ): string {
    const subnet = new Subnet(this, `subnet-${purpose}-${zone}`, {
      vpcId: this.vpcId,
      availabilityZone: zone,
      cidrBlock,
      mapPublicIpOnLaunch: false,
      tags: { Name: `${this.props.name}-${purpose}-${zone}` },
      ...(dependsOn.length > 0 && { dependsOn }),
    });
    new RouteTableAssociation(this, `routes-of-${purpose}-${zone}`, { subnetId: subnet.id, routeTableId });
    return subnet.id;
  }
}

type Way = Pick<
  RouteConfig,
  "natGatewayId" | "transitGatewayId" | "vpcPeeringConnectionId" | "gatewayId" | "dependsOn"
>;

/** Targets of the default route, one for all zones or one a zone, and the public addresses behind them. */
interface Exits {
  readonly exits: readonly Way[];
  readonly addresses: readonly string[];
}

/** Flow logs of a network, and what they are called. */
export interface FlowLogsProps extends FlowLogSettings {
  /** The deployment's name, which the log group `/union/NAME/flow-logs` carries. */
  readonly name: string;
  /** The VPC to watch, made here or given. */
  readonly vpcId: string;
}

/**
 * What each record holds, in this order. `flow-direction`, `tcp-flags` (2 is SYN, 18 its answer) and the packet's own
 * addresses, which NAT and pods hide from the plain ones, tell who opened a connection; `traffic-path` and
 * `pkt-dst-aws-service` tell the way out that it took.
 */
const FLOW_LOG_FIELDS = [
  "version",
  "account-id",
  "vpc-id",
  "subnet-id",
  "instance-id",
  "interface-id",
  "flow-direction",
  "srcaddr",
  "srcport",
  "dstaddr",
  "dstport",
  "pkt-srcaddr",
  "pkt-dstaddr",
  "pkt-src-aws-service",
  "pkt-dst-aws-service",
  "protocol",
  "tcp-flags",
  "traffic-path",
  "packets",
  "bytes",
  "start",
  "end",
  "action",
  "log-status",
];

/**
 * Flow logs of a VPC: all traffic, accepted and rejected, to a log group, and by choice to a bucket too. Document: "Verification", where a reviewer
 * confirms that connections to Cloudflare are outbound-initiated.
 */
export class FlowLogs extends Construct {
  constructor(scope: Construct, id: string, props: FlowLogsProps) {
    super(scope, id);
    const { name, vpcId, retentionDays, keyArn, accountId, archiveArn } = props;
    const logGroup = new CloudwatchLogGroup(this, "log-group", {
      name: flowLogGroup({ name }),
      retentionInDays: retentionDays,
      kmsKeyId: keyArn,
    });
    const role = new IamRole(this, "role", {
      name: `${name}-flow-logs`,
      description: "Lets VPC flow logs write to their log group",
      assumeRolePolicy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { Service: "vpc-flow-logs.amazonaws.com" },
            Action: "sts:AssumeRole",
            Condition: { StringEquals: { "aws:SourceAccount": accountId } },
          },
        ],
      }),
    });
    new IamRolePolicy(this, "role-policy", {
      name: "write-flow-logs",
      role: role.id,
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Action: ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogGroups", "logs:DescribeLogStreams"],
            Resource: [logGroup.arn, `${logGroup.arn}:*`],
          },
        ],
      }),
    });
    const records = {
      vpcId,
      trafficType: "ALL",
      // The shortest interval, in seconds: the longer 600 would merge more connections into one record.
      maxAggregationInterval: 60,
      // Doubled dollar signs: Terraform would take single ones as its own expressions.
      logFormat: FLOW_LOG_FIELDS.map((field) => `$$\{${field}}`).join(" "),
      tags: { Name: name },
    };
    new FlowLog(this, "flow-log", {
      ...records,
      logDestinationType: "cloud-watch-logs",
      logDestination: logGroup.arn,
      iamRoleArn: role.arn,
    });
    if (archiveArn !== undefined) {
      new FlowLog(this, "archive", {
        ...records,
        logDestinationType: "s3",
        logDestination: archiveArn,
        destinationOptions: { fileFormat: "parquet", hiveCompatiblePartitions: true, perHourPartition: true },
      });
    }
  }
}
