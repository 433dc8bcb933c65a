/**
 * Whether the network that a deployment makes on AWS is one: its parts lie in one VPC, its routes are known, lead to what
 * the deployment makes or names and is attached there, and answers find back to the Kubernetes API's clients. Part of
 * `required-paths`.
 *
 * Amazon VPC User Guide, "Configure route tables"
 * (https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html): a gateway that a route names must be attached to
 * the table's own VPC. AWS, "Amazon VPC attachments in AWS Transit Gateway"
 * (https://docs.aws.amazon.com/vpc/latest/tgw/tgw-vpc-attachments.html).
 */
import type { AwsDeployment } from "../../../config/deployment";
import { problemAt, type Problem } from "../../problem";
import { inputOf } from "../lookup";
import { isUnknown, referenceTo, type Resource, type System } from "../../model";
import { AddressSet } from "../../../packets/address-set";
import { Networks } from "./network";
import { PrefixLists } from "./prefix-list";
import { TARGET_FIELDS } from "./route-tables";
import { Routes } from "./routes";
import { isAbsent, type TerraformInput } from "../terraform-input";
import { isGiven } from "../../promises/stand-ins";
import { blocks, isObject, type ObjectValue, knownText } from "../../values";

/** Parts of a network, each of which lies in one VPC or is attached to it. */
const PARTS = [
  "aws_subnet",
  "aws_route_table",
  "aws_internet_gateway",
  "aws_vpc_endpoint",
  "aws_security_group",
  "aws_ec2_transit_gateway_vpc_attachment",
  "aws_vpn_gateway_attachment",
];

/** What attaches a gateway that is there already to a VPC, by the beginning of the gateway's id. */
const ATTACHMENTS: readonly (readonly [prefix: string, type: string, argument: string])[] = [
  ["tgw-", "aws_ec2_transit_gateway_vpc_attachment", "transit_gateway_id"],
  ["vgw-", "aws_vpn_gateway_attachment", "vpn_gateway_id"],
];

export function* judgeAwsWays(system: System, deployment: AwsDeployment): Generator<Problem> {
  const input = inputOf(system);
  const networks = Networks.of(input);
  // Routes of a given network are its owner's.
  const routes = deployment.network.existing ? undefined : new Routes(input, networks, new PrefixLists(input));
  for (const cluster of input.managed("aws_eks_cluster")) {
    /** What the deployment makes, not what stands for what it is given. */
    const own = (...types: string[]) =>
      input.managed(...types).filter((one) => one.unit === cluster.unit && !isGiven(one));
    yield* judgeVpc(cluster, own(...PARTS), networks, input);
    if (!routes) continue;
    for (const subnet of own("aws_subnet")) {
      const why = routes.unclear(networks.subnet(referenceTo(subnet.address), subnet));
      if (why !== undefined) yield problemAt(subnet, [], "unknown", `where its routes lead can't be told: ${why}`);
    }
    for (const [route, from] of routesIn(own("aws_route", "aws_route_table"), input)) {
      yield* judgeTarget(route, from, input, deployment);
    }
    for (const gateway of own("aws_nat_gateway")) yield* judgeNat(gateway, input);
    yield* judgeAnswers(cluster, system, deployment);
  }
}

/** What lies in another VPC than the cluster serves nothing here. */
function* judgeVpc(
  cluster: Resource,
  parts: readonly Resource[],
  networks: Networks,
  input: TerraformInput,
): Generator<Problem> {
  const [first] = input.collect(cluster, "vpc_config.subnet_ids");
  const { vpc: own } = networks.subnet(first, cluster);
  if (!own) return;
  for (const part of parts) {
    const path = ["vpc_id"];
    const named = part.values["vpc_id"];
    const vpc = networks.vpc(named, part);
    if (isAbsent(named)) yield problemAt(part, path, "violated", "names no VPC");
    else if (!vpc) yield problemAt(part, path, "unknown", "which VPC it is in can't be told");
    else if (vpc.id !== own.id)
      yield problemAt(part, path, "violated", `is in ${vpc.id}, and the cluster in ${own.id}`);
  }
}

/** Routes by themselves, and those that tables hold. */
function* routesIn(
  resources: readonly Resource[],
  input: TerraformInput,
): Generator<readonly [route: ObjectValue, from: Resource]> {
  for (const resource of resources) {
    if (resource.type === "aws_route") yield [resource.values, resource];
    else
      for (const route of blocks(input.follow(resource.values["route"], resource)))
        if (isObject(route)) yield [route, resource];
  }
}

function* judgeTarget(
  route: ObjectValue,
  from: Resource,
  input: TerraformInput,
  { network: { transitGatewayId, routes } }: AwsDeployment,
): Generator<Problem> {
  const named: readonly (string | undefined)[] = ["local", transitGatewayId, ...routes.map(({ via }) => via)];
  for (const field of TARGET_FIELDS.filter((one) => !isAbsent(route[one]))) {
    const path = from.type === "aws_route" ? [field] : ["route"];
    const target = input.find(route[field], from, "target");
    if (target.kind === "resource") continue;
    if (isUnknown(target)) yield problemAt(from, path, "unknown", `where it leads can't be told: ${target.reason}`);
    else if (!named.includes(target.name))
      yield problemAt(from, path, "violated", `leads to ${target.name}, which the deployment does not name`);
    else if (!isAttached(target.name, input))
      yield problemAt(from, path, "violated", `leads to ${target.name}, which nothing attaches to the VPC`);
  }
}

/** Whether a gateway that is there already is attached; a peering attaches itself. */
function isAttached(gateway: string, input: TerraformInput): boolean {
  const [, type, argument] = ATTACHMENTS.find(([prefix]) => gateway.startsWith(prefix)) ?? [];
  if (type === undefined || argument === undefined) return true;
  return input.managed(type).some((one) => knownText(input.follow(one.values[argument], one)) === gateway);
}

/** A NAT gateway leads as far as its own subnet does, which must be known for that. */
function* judgeNat(gateway: Resource, input: TerraformInput): Generator<Problem> {
  const target = input.find(gateway.values["subnet_id"], gateway, "subnet");
  if (isUnknown(target))
    yield problemAt(gateway, ["subnet_id"], "unknown", `where it leads can't be told: ${target.reason}`);
  else if (target.kind === "outside")
    yield problemAt(gateway, ["subnet_id"], "violated", `is in ${target.name}, which the deployment does not make`);
}

/** A client that no route leads back to gets no answer of the Kubernetes API. */
function* judgeAnswers(
  cluster: Resource,
  { endpoints }: System,
  { cluster: { accessFromCidrs } }: AwsDeployment,
): Generator<Problem> {
  for (const { id, routes } of endpoints) {
    if (id !== cluster.address || !routes) continue;
    for (const cidr of accessFromCidrs) {
      if (AddressSet.ofCidr(cidr).isSubsetOf(routes.outbound)) continue;
      yield problemAt(cluster, [], "violated", `no route leads back to ${cidr}, whose clients get no answer`);
    }
  }
}
