/**
 * What AWS's packages know of each kind of answer: a field is kept, or somebody has looked at it and said that nothing
 * judged rests on it (`not-kept.json`). Newer packages with newer fields fail here until somebody has.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { KINDS } from "../../../account/aws/index";
import notKept from "./not-kept.json";

const SDK = join(__dirname, "../../../node_modules/@aws-sdk");

/** The package and the type of each kind's answers. */
const TYPES: Readonly<Record<string, readonly [service: string, type: string]>> = {
  vpcs: ["ec2", "Vpc"],
  subnets: ["ec2", "Subnet"],
  "security-groups": ["ec2", "SecurityGroup"],
  "security-group-rules": ["ec2", "SecurityGroupRule"],
  "prefix-lists": ["ec2", "ManagedPrefixList"],
  "network-acls": ["ec2", "NetworkAcl"],
  "route-tables": ["ec2", "RouteTable"],
  "internet-gateways": ["ec2", "InternetGateway"],
  "egress-only-internet-gateways": ["ec2", "EgressOnlyInternetGateway"],
  "nat-gateways": ["ec2", "NatGateway"],
  "vpn-gateways": ["ec2", "VpnGateway"],
  "transit-gateway-attachments": ["ec2", "TransitGatewayVpcAttachment"],
  "vpc-peerings": ["ec2", "VpcPeeringConnection"],
  "carrier-gateways": ["ec2", "CarrierGateway"],
  "network-interfaces": ["ec2", "NetworkInterface"],
  addresses: ["ec2", "Address"],
  "vpc-endpoints": ["ec2", "VpcEndpoint"],
  "endpoint-services": ["ec2", "ServiceConfiguration"],
  "flow-logs": ["ec2", "FlowLog"],
  "client-vpn-endpoints": ["ec2", "ClientVpnEndpoint"],
  "instance-connect-endpoints": ["ec2", "Ec2InstanceConnectEndpoint"],
  instances: ["ec2", "Instance"],
  "rest-apis": ["api-gateway", "RestApi"],
  "api-domain-names": ["api-gateway", "DomainName"],
  "rest-vpc-links": ["api-gateway", "VpcLink"],
  apis: ["apigatewayv2", "Api"],
  "vpc-links": ["apigatewayv2", "VpcLink"],
  distributions: ["cloudfront", "DistributionSummary"],
  "vpc-origins": ["cloudfront", "VpcOriginSummary"],
  accelerators: ["global-accelerator", "Accelerator"],
  "custom-routing-accelerators": ["global-accelerator", "CustomRoutingAccelerator"],
  "lattice-vpc-associations": ["vpc-lattice", "ServiceNetworkVpcAssociationSummary"],
  "lattice-resource-gateways": ["vpc-lattice", "ResourceGatewaySummary"],
  "lattice-target-groups": ["vpc-lattice", "TargetGroupSummary"],
  "account-public-access": ["s3-control", "PublicAccessBlockConfiguration"],
  "launch-templates": ["ec2", "LaunchTemplateVersion"],
  "eks-clusters": ["eks", "Cluster"],
  "eks-node-groups": ["eks", "Nodegroup"],
  "eks-fargate-profiles": ["eks", "FargateProfile"],
  "eks-addons": ["eks", "Addon"],
  "load-balancers": ["elastic-load-balancing-v2", "LoadBalancer"],
  "load-balancer-listeners": ["elastic-load-balancing-v2", "Listener"],
  "classic-load-balancers": ["elastic-load-balancing", "LoadBalancerDescription"],
  "lambda-functions": ["lambda", "FunctionConfiguration"],
  "db-instances": ["rds", "DBInstance"],
  "db-clusters": ["rds", "DBCluster"],
  "db-subnet-groups": ["rds", "DBSubnetGroup"],
  "cache-clusters": ["elasticache", "CacheCluster"],
  "cache-subnet-groups": ["elasticache", "CacheSubnetGroup"],
  buckets: ["s3", "Bucket"],
  "kms-keys": ["kms", "KeyMetadata"],
  "kms-aliases": ["kms", "AliasListEntry"],
  "iam-roles": ["iam", "RoleDetail"],
  "iam-policies": ["iam", "ManagedPolicyDetail"],
  "ecr-repositories": ["ecr", "Repository"],
  "ecr-pull-through-rules": ["ecr", "PullThroughCacheRule"],
  secrets: ["secrets-manager", "SecretListEntry"],
  "log-groups": ["cloudwatch-logs", "LogGroup"],
  "oidc-providers": ["iam", "OpenIDConnectProviderListEntry"],
};

/** Types of a package, without their comments. */
const sources = new Map<string, string>();
function typesOf(service: string): string {
  const folder = join(SDK, `client-${service}/dist-types/models`);
  const text =
    sources.get(service) ??
    readdirSync(folder)
      .filter((name) => name.endsWith(".d.ts"))
      .map((name) => readFileSync(join(folder, name), "utf8").replaceAll(/\/\*\*[^]*?\*\//g, ""))
      .join("\n");
  sources.set(service, text);
  return text;
}

function fieldsOf(service: string, type: string): string[] {
  const [, body] = new RegExp(`export interface ${type} \\{([^]*?)\\n\\}`).exec(typesOf(service)) ?? [];
  if (body === undefined) throw new Error(`${service} has no type ${type}`);
  return [...body.matchAll(/^ {4}(\w+)\??:/gm)].map(([, field = ""]) => field);
}

test.each(KINDS.map(({ name, fields }) => [name, fields] as const))("%s", (name, fields) => {
  const [service, type] = TYPES[name] ?? ["", ""];
  const kept = new Set(fields.map((field) => field.split(".")[0]));
  const others = fieldsOf(service, type).filter((field) => !kept.has(field));
  expect(others.sort()).toEqual((notKept as Readonly<Record<string, readonly string[]>>)[name] ?? []);
});
