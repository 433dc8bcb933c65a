/** Parts of the network that the customer brings, as the deployment declares them. */
import { givenEndpoints, type GivenEndpoints } from "../../../config/aws/endpoints";
import type { AwsDeployment } from "../../../config/deployment";
import { referenceTo } from "../../model";
import type { Given } from "../../promises/given";
import { serviceName } from "../../../config/aws/names";

export function givenOnAws(deployment: AwsDeployment): Given[] {
  const { network, cluster } = deployment;
  const { cidr, existing } = network;
  const endpoints = givenEndpoints(deployment);
  // Members of a given group are in the given network; of its own rules nothing depends here.
  const named = [
    ...cluster.accessFromSecurityGroups,
    ...(existing?.endpoints.admitSecurityGroups ?? []),
    ...endpoints.flatMap(({ securityGroupId }) => securityGroupId ?? []),
  ];
  const groups = [...new Set(named)].map((id): Given => ({
    type: "aws_security_group",
    mode: "managed",
    id,
    values: {},
  }));
  const declared = [...groups, ...boundary(deployment)];
  if (!existing) return declared;
  const vpc: Given = { type: "aws_vpc", mode: "data", id: existing.vpcId, values: { cidr_block: cidr } };
  const subnets = [...existing.nodeSubnets, ...existing.clusterSubnets].map(({ id, cidr: block }): Given => ({
    type: "aws_subnet",
    mode: "data",
    id,
    values: { vpc_id: existing.vpcId, cidr_block: block, map_public_ip_on_launch: false },
  }));
  const gateway: Given = {
    type: "aws_vpc_endpoint",
    mode: "managed",
    id: `S3's gateway endpoint of ${existing.vpcId}`,
    values: {
      vpc_id: existing.vpcId,
      service_name: serviceName(deployment.cloudRegion, "s3"),
      vpc_endpoint_type: "Gateway",
      route_table_ids: existing.nodeRouteTableIds,
    },
  };
  return [
    vpc,
    ...subnets,
    ...declared,
    ...(existing.endpoints.s3Gateway ? [gateway] : []),
    ...endpoints.flatMap((given, index) => givenInterfaces(deployment, existing.vpcId, given, index)),
  ];
}

/** The account's own boundary, as the deployment declares it: it takes nothing away that roles here are given. */
const boundary = ({ permissionsBoundary: id }: AwsDeployment): Given[] =>
  id === undefined
    ? []
    : [
        {
          type: "aws_iam_policy",
          mode: "data",
          id,
          values: {
            arn: id,
            policy: JSON.stringify({ Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] }),
          },
        },
      ];

/**
 * Endpoints as the deployment declares them: their names lead to them, and their policies let its principals through.
 * A group of theirs admits whom its rules say; without one, they let the deployment's network in.
 */
function givenInterfaces(
  deployment: AwsDeployment,
  vpcId: string,
  { services, cidrs, securityGroupId }: GivenEndpoints,
  index: number,
): Given[] {
  const place = `network.existing.endpoints.interface[${index}]`;
  const inVpc = securityGroupId === undefined ? {} : { vpc_id: vpcId };
  const admitting: Given = {
    type: "aws_security_group",
    mode: "managed",
    id: `group of ${place}`,
    values: {
      ingress: [{ protocol: "tcp", from_port: 443, to_port: 443, cidr_blocks: [deployment.network.cidr] }],
      egress: [],
    },
  };
  const subnets = cidrs.map((block): Given => ({
    type: "aws_subnet",
    mode: "data",
    id: `${block} of ${place}`,
    values: { ...inVpc, cidr_block: block, map_public_ip_on_launch: false },
  }));
  const endpoints = services.map((service): Given => ({
    type: "aws_vpc_endpoint",
    mode: "managed",
    id: `${service} of ${place}`,
    values: {
      ...inVpc,
      service_name: serviceName(deployment.cloudRegion, service),
      vpc_endpoint_type: "Interface",
      private_dns_enabled: true,
      subnet_ids: subnets.map(({ id }) => referenceTo(id)),
      security_group_ids: [securityGroupId ?? referenceTo(admitting.id)],
    },
  }));
  return [...(securityGroupId === undefined ? [admitting] : []), ...subnets, ...endpoints];
}
