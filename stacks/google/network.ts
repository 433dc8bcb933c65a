import type { GoogleDeployment } from "../../config/deployment";
import { planAddresses } from "../../config/google/address-plan";
import { proxySubnet } from "../../config/google/names";
import { networkName, networkPath, subnetPath } from "../../config/google/network";
import { Network, type FlowLogSettings, type NetworkIds } from "../../constructs/google/network";
import { GIVEN, MADE } from "../../constructs/standing-network";
import type { TerraformStack } from "../../framework";

/** Fields of the network that a cluster keeps, with their values. */
export function keptOf(deployment: GoogleDeployment): Readonly<Record<string, string>> {
  const { cidr, serviceCidr, existing } = deployment.network;
  if (!existing) return { "network.existing": MADE, "network.cidr": cidr, "network.serviceCidr": serviceCidr };
  const { network, nodeSubnet, podRange, serviceRange, clusterSubnet } = existing;
  return {
    "network.existing": GIVEN,
    "network.existing.network": networkPath(deployment, network),
    "network.existing.nodeSubnet.name": nodeSubnet.name,
    "network.existing.podRange.name": podRange.name,
    "network.existing.serviceRange": serviceRange,
    "network.existing.clusterSubnet.name": clusterSubnet.name,
  };
}

export function networkOf(
  stack: TerraformStack,
  deployment: GoogleDeployment,
  flowLogs: Pick<FlowLogSettings, "keyId" | "generation">,
): NetworkIds {
  const { name, project, cloudRegion: region, logRetentionDays: retentionDays, network } = deployment;
  if (!network.existing) {
    const { serviceCidr, natAddresses } = network;
    return new Network(stack, "network", {
      name,
      region,
      addresses: planAddresses(deployment),
      serviceCidr,
      natAddresses,
      flowLogs: { ...flowLogs, project, retentionDays },
      furtherSubnetNames: deployment.privateManagement ? [proxySubnet(deployment)] : [],
    });
  }
  const { network: given, nodeSubnet, podRange, serviceRange, clusterSubnet } = network.existing;
  return {
    networkId: networkPath(deployment, given),
    networkName: networkName(given),
    nodeSubnetId: subnetPath(deployment, nodeSubnet.name),
    podRangeName: podRange.name,
    serviceRangeName: serviceRange,
    rangeBlocks: [],
    clusterSubnetId: subnetPath(deployment, clusterSubnet.name),
    natAddresses: [],
    wayOut: [],
    subnets: [],
  };
}
