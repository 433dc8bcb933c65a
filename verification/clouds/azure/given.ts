/** Parts of the network that the customer brings, as the deployment declares them. */
import { givenSubnets } from "../../../config/azure/address-plan";
import type { AzureDeployment } from "../../../config/deployment";
import { shown } from "../../../config/texts";
import type { Given } from "../../promises/given";

/** A virtual network by its id, with its address space. */
const azureNetwork = (id: string, blocks: readonly string[]): Given => {
  const [, , , , resource_group_name = "", , , , name = ""] = id.split("/");
  return {
    type: "azurerm_virtual_network",
    mode: "data",
    id,
    values: { name, resource_group_name, address_space: [...blocks] },
  };
};

type Rules = NonNullable<NonNullable<AzureDeployment["network"]["existing"]>["nodeSubnet"]["securityGroup"]>;

/** A security group with the rules that it is said to have. */
const azureGroup = ({ id, rules }: Rules): Given => ({
  type: "azurerm_network_security_group",
  mode: "data",
  id,
  values: {
    security_rule: rules.map(({ priority, direction, access, protocol, ...sides }) => ({
      name: `${direction}-${priority}`,
      priority,
      direction,
      access,
      protocol,
      source_address_prefixes: sides.sources,
      source_port_ranges: sides.sourcePorts,
      destination_address_prefixes: sides.destinations,
      destination_port_ranges: sides.ports,
    })),
  },
});

/** All that a virtual network is peered with, as one network, and both sides of the peering. */
const connected = (network: Given, others: Given): Given[] => [
  others,
  ...[
    [network, others],
    [others, network],
  ].flatMap(([local, remote]): Given[] =>
    local && remote
      ? [
          {
            type: "azurerm_virtual_network_peering",
            mode: "managed",
            id: `${local.id}/virtualNetworkPeerings/${shown(remote.values["name"])}`,
            values: {
              resource_group_name: local.values["resource_group_name"] ?? null,
              virtual_network_name: local.values["name"] ?? null,
              remote_virtual_network_id: remote.id,
            },
          },
        ]
      : [],
  ),
];

export function givenOnAzure(deployment: AzureDeployment): Given[] {
  const { cidr, existing, peering } = deployment.network;
  if (peering) return [azureNetwork(peering.hubNetworkId, peering.hubCidrs)];
  if (!existing) return [];
  const networkId = existing.nodeSubnet.id.replace(/\/subnets\/[^/]+$/, "");
  const network = azureNetwork(networkId, [cidr]);
  const others =
    existing.connectedCidrs.length === 0
      ? []
      : connected(network, azureNetwork(`${networkId}-peers`, existing.connectedCidrs));
  const given = givenSubnets(deployment);
  const subnets = given.map(({ id, cidr: block, securityGroup }): Given => ({
    type: "azurerm_subnet",
    mode: "data",
    id,
    values: {
      address_prefixes: [block],
      // The group of the endpoints' subnet is judged as if it filtered them, whether the subnet says so or not.
      private_endpoint_network_policies: "Enabled",
      ...(securityGroup && { network_security_group_id: securityGroup.id }),
    },
  }));
  const groups = given.flatMap(({ securityGroup }) => (securityGroup ? [azureGroup(securityGroup)] : []));
  const distinct = new Map(groups.map((group) => [group.id.toLowerCase(), group]));
  return [network, ...others, ...distinct.values(), ...subnets];
}
