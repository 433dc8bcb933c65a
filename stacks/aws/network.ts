import { planAddresses } from "../../config/aws/address-plan";
import type { AwsDeployment } from "../../config/deployment";
import { FlowLogs, Network, type NetworkIds } from "../../constructs/aws/network";
import { GIVEN, MADE } from "../../constructs/standing-network";
import type { TerraformStack } from "../../framework";

/** Fields of the network that a cluster keeps, with their values. */
export function keptOf({ network: { existing } }: AwsDeployment): Readonly<Record<string, string>> {
  if (!existing) return { "network.existing": MADE };
  return { "network.existing": GIVEN, "network.existing.vpcId": existing.vpcId };
}

export function networkOf(stack: TerraformStack, deployment: AwsDeployment, keyArn: string): NetworkIds {
  const { name, account: accountId, logRetentionDays: retentionDays, network } = deployment;
  const flowLogs = { retentionDays, keyArn, accountId, archiveArn: network.flowLogArchive };
  if (!network.existing) {
    const { cidr, podCidr, nat, transitGatewayId, routes } = network;
    return new Network(stack, "network", {
      name,
      cidr,
      podCidr,
      nat,
      transitGatewayId,
      routes,
      zones: planAddresses(deployment),
      flowLogs,
    });
  }
  const { vpcId, nodeSubnets, clusterSubnets, nodeRouteTableIds } = network.existing;
  new FlowLogs(stack, "flow-logs", { name, vpcId, ...flowLogs });
  return {
    vpcId,
    nodeSubnetIds: nodeSubnets.map(({ id }) => id),
    clusterSubnetIds: clusterSubnets.map(({ id }) => id),
    nodeRouteTableIds,
    natAddresses: [],
  };
}
