import { planAddresses } from "../../config/azure/address-plan";
import { resourceId } from "../../config/azure/names";
import type { AzureDeployment } from "../../config/deployment";
import type { FlowLogSettings } from "../../constructs/azure/flow-logs";
import { CLUSTER_SUBNET, Network, type NetworkIds, type Peering } from "../../constructs/azure/network";
import { providerOf } from "../../constructs/azure/provider";
import type { ResourceGroup } from "../../constructs/azure/resource-group";
import type { TerraformStack } from "../../framework";

/** Most addresses that `network.natAddresses` allows. */
const MOST_NAT_ADDRESSES = 16;

export function networkOf(
  stack: TerraformStack,
  deployment: AzureDeployment,
  group: ResourceGroup,
  flowLogs: FlowLogSettings,
): NetworkIds {
  const { network } = deployment;
  if (!network.existing) {
    return addNetwork(stack, deployment, group, network.withoutFlowLogs ? undefined : flowLogs, {
      provider: network.peering && providerOf(stack, deployment, network.peering.hubNetworkId),
    });
  }
  const { nodeSubnet, clusterSubnet, endpointSubnet, privateLinkSubnet } = network.existing;
  return {
    networkId: nodeSubnet.id.replace(/\/subnets\/[^/]+$/, ""),
    nodeSubnetId: nodeSubnet.id,
    clusterSubnetId: clusterSubnet.id,
    endpointSubnetId: endpointSubnet.id,
    privateLinkSubnetId: privateLinkSubnet?.id,
    natAddresses: [],
    exits: [],
  };
}

/** Fields of the network that a cluster keeps, with their values: of what is made by the names that it gets. */
export function keptOf(deployment: AzureDeployment): Readonly<Record<string, string>> {
  const { name, network } = deployment;
  const made = `${resourceId(deployment, "Microsoft.Network/virtualNetworks", name)}/subnets/${CLUSTER_SUBNET}`;
  return {
    // Azure tells no letter from its capital.
    "network.existing.clusterSubnet.id": (network.existing?.clusterSubnet.id ?? made).toLowerCase(),
    ...(!network.existing && { "network.cidr": network.cidr }),
  };
}

export function addNetwork(
  stack: TerraformStack,
  deployment: AzureDeployment,
  group: ResourceGroup,
  flowLogs: FlowLogSettings | undefined,
  hub: Pick<Peering, "provider"> = {},
): Network {
  const { name, network } = deployment;
  return new Network(stack, "network", {
    name,
    group,
    cidr: network.cidr,
    addresses: planAddresses(deployment),
    natAddresses: network.natAddresses,
    firewallAddress: network.firewallAddress,
    peering: network.peering && { ...network.peering, ...hub },
    dnsServers: network.dnsServers,
    privateLink: deployment.privateManagement !== undefined,
    flowLogs,
  });
}

/** Whatever a network that is made can have: where one is given, nothing says any more what was made before. */
export function addEveryNetwork(
  stack: TerraformStack,
  deployment: AzureDeployment,
  group: ResourceGroup,
  flowLogs: FlowLogSettings,
): Network {
  return new Network(stack, "network", {
    name: deployment.name,
    group,
    cidr: deployment.network.cidr,
    addresses: planAddresses(deployment),
    natAddresses: MOST_NAT_ADDRESSES,
    peering: { hubNetworkId: "", hubCidrs: [], forwardedTraffic: true, remoteGateway: true },
    privateLink: true,
    flowLogs,
  });
}
