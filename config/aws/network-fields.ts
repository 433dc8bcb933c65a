import * as z from "zod";
import { cidr, ipv4Cidr, text } from "../fields";
import { ENDPOINT_SERVICES } from "./endpoint-services";
import { securityGroupId } from "./fields";

const subnetId = text(/^subnet-[0-9a-f]+$/, "a subnet id (subnet-...)");
const givenSubnet = z.strictObject({
  id: subnetId.describe("The subnet."),
  cidr: ipv4Cidr.describe("Its block, inside `network.cidr`."),
});

const endpoints = z.strictObject({
  s3Gateway: z
    .boolean()
    .default(false)
    .describe("The node route tables lead to a gateway endpoint of S3 already: none is made."),
  interface: z
    .array(
      z.strictObject({
        services: z
          .array(z.enum(ENDPOINT_SERVICES))
          .min(1)
          .optional()
          .describe(`Services that they answer for; default: all (\`${ENDPOINT_SERVICES.join("`, `")}\`).`),
        cidrs: z
          .array(cidr)
          .min(1)
          .describe("Blocks of their addresses, e.g. of their subnets: pods may call these on TCP 443."),
        securityGroupId: securityGroupId
          .optional()
          .describe(
            "Their group, in this VPC: it gets a rule that admits the nodes. Without: nodes may call `cidrs`, which must let `network.cidr` in.",
          ),
      }),
    )
    .default([])
    .describe(
      "Interface endpoints that are used instead of made: this VPC's, or central ones of another VPC. Their names must lead to them, and their policies, which are yours, let the deployment's principals through.",
    ),
  admitSecurityGroups: z
    .array(securityGroupId)
    .default([])
    .describe(
      "Groups of others in this VPC that may use the endpoints made here: private names lead everyone in the VPC to them.",
    ),
  admitCidrs: z.array(cidr).default([]).describe("Private blocks of others that may use the endpoints made here."),
});

/** The `network` section of a deployment on AWS. */
export const network = z
  .strictObject({
    cidr: ipv4Cidr
      .default("10.0.0.0/16")
      .describe("The VPC's block; /16 or larger is advised, as each task pod takes an address."),
    zones: z
      .array(z.string().min(1))
      .min(2)
      .max(6)
      .optional()
      .describe(
        "Availability zones that the network is made with; default: the first three of `cloudRegion` in `config/aws/regions.json`. The blocks of subnets follow from their number and order: a network that stands keeps them, takes a further zone by `addedZones`, and leaves one by `leftZones`.",
      ),
    addedZones: z
      .array(z.string().min(1))
      .max(4)
      .default([])
      .describe(
        "Zones added since, in the order in which they were: each takes free blocks of `cidr`, and none that stands moves. Where no block of `nodeSubnetPrefix` is left, its nodes have a smaller one. The Kubernetes API keeps its addresses in `zones`; node pools are made anew, new nodes first.",
      ),
    leftZones: z
      .array(z.string().min(1))
      .max(6)
      .default([])
      .describe(
        "Zones of `zones` and `addedZones` that nodes have left since: their node and public subnets and NAT gateways go, their blocks are given to no other, and EKS keeps its subnets in them. Node pools are made anew, new nodes first.",
      ),
    nodeSubnetPrefix: z.int().min(17).max(25).default(18).describe("Prefix length of the node subnet in each zone."),
    podCidr: ipv4Cidr
      .optional()
      .describe(
        "Pods take their addresses from this block, a /16 to /24 in 100.64.0.0/10 that the VPC gets beside `cidr`, and nodes theirs from `cidr`: each zone has an eighth of it for its pods. What pods send to other networks comes from their node's address. Default: pods and nodes share `cidr`. Nodes that stand take a change up when they are made anew.",
      ),
    prefixDelegation: z
      .boolean()
      .optional()
      .describe(
        "Nodes take addresses for pods in blocks of 16: more pods on a node, of instance types on Nitro. Default: one by one. Nodes that stand take a change up when they are made anew.",
      ),
    serviceCidr: ipv4Cidr
      .default("172.20.0.0/16")
      .describe("Addresses of Kubernetes services; must not overlap `cidr`."),
    nat: z
      .enum(["single", "per-zone"])
      .default("single")
      .describe("One NAT gateway, or one a zone (high availability)."),
    transitGatewayId: text(/^tgw-[0-9a-f]+$/, "a transit gateway id (tgw-...)")
      .optional()
      .describe(
        "Central egress: route out through this transit gateway; then no internet or NAT gateway and no public subnet is made.",
      ),
    rulesPerSecurityGroup: z
      .int()
      .min(60)
      .max(1000)
      .default(60)
      .describe("The account's quota of rules in a security group, each way and family, where AWS has raised it."),
    flowLogArchive: text(
      /^arn:aws:s3:::[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\/.+)?$/,
      "the ARN of a bucket, with an optional folder (arn:aws:s3:::BUCKET/FOLDER)",
    )
      .optional()
      .describe(
        "Bucket that gets the flow logs too, as Parquet by the hour; its policy must let `delivery.logs.amazonaws.com` write. Default: the log group alone.",
      ),
    routes: z
      .array(
        z.strictObject({
          cidr: cidr.describe("Private block behind it."),
          via: text(
            /^(tgw|pcx|vgw)-[0-9a-f]+$/,
            "a transit gateway, a peering or a VPN gateway (tgw-..., pcx-..., vgw-...)",
          ).describe(
            "Transit gateway or VPN gateway, to which the network is attached, or a peering connection that is accepted.",
          ),
        }),
      )
      .default([])
      .describe(
        "Ways to private networks of your own, of nodes and of the Kubernetes API: what may pass is said by rules, not by these.",
      ),
    existing: z
      .strictObject({
        vpcId: text(/^vpc-[0-9a-f]+$/, "a VPC id (vpc-...)").describe("The VPC; `cidr` must be its block."),
        nodeSubnets: z.array(givenSubnet).min(2).describe("Private subnets for nodes, in at least two zones."),
        clusterSubnets: z
          .array(givenSubnet)
          .min(2)
          .describe("Private subnets for the cluster's API addresses and the VPC endpoints."),
        nodeRouteTableIds: z
          .array(text(/^rtb-[0-9a-f]+$/, "a route table id (rtb-...)"))
          .min(1)
          .describe("Route tables of the node subnets, for the S3 gateway endpoint."),
        endpoints: endpoints
          .prefault({})
          .describe("VPC endpoints that are there, and who besides uses those that are made."),
      })
      .optional()
      .describe("Bring your own network: none is made, its routes stay yours."),
  })
  .prefault({})
  .describe("The network.");
