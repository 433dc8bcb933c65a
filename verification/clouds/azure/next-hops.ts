/**
 * Whether the appliance that routes of Azure hand packets to is there for them, and its answers come back. Part of
 * `required-paths`.
 *
 * Microsoft, "Virtual network traffic routing"
 * (https://learn.microsoft.com/azure/virtual-network/virtual-networks-udr-overview): the next hop of a route must be
 * reached directly, in the network itself or in one that it is peered with, not behind a gateway or a Virtual WAN hub.
 * "Virtual network peering"
 * (https://learn.microsoft.com/azure/virtual-network/virtual-network-peering-overview): what an appliance of the other
 * network forwards comes in only where the peering lets forwarded traffic in.
 */
import type { System } from "../../model";
import { AddressSet } from "../../../packets/address-set";
import { AzureInput } from "./input";
import { AzureNetworks, isBlock } from "./network";
import { at, blocks, text } from "../../values";
import { problemAt, type Problem } from "../../problem";
import { shown } from "../../../config/texts";

export function* judgeNextHops({ resources }: System): Generator<Problem> {
  const input = new AzureInput(resources);
  const networks = new AzureNetworks(input);
  for (const association of input.managed("azurerm_subnet_route_table_association")) {
    const { network } = networks.subnet(association.values["subnet_id"], association);
    const table = input.find(association.values["route_table_id"], association, "route table");
    if (table.kind !== "resource") continue;
    const beyond = networks.beyond(network);
    for (const route of blocks(input.follow(table.resource.values["route"], table.resource))) {
      if (text(at(route, "next_hop_type")) !== "VirtualAppliance") continue;
      const hop = text(input.follow(at(route, "next_hop_in_ip_address"), table.resource));
      const address = typeof hop === "string" && isBlock(`${hop}/32`) ? AddressSet.ofCidr(`${hop}/32`) : undefined;
      const said = (status: Problem["status"], message: string) =>
        problemAt(table.resource, ["route"], status, message);
      if (!address || !network?.space) yield said("unknown", "whether its next hop is there can't be told");
      else if (address.isSubsetOf(network.space)) continue;
      else if (!address.isSubsetOf(beyond.certain))
        yield said("violated", `its next hop ${shown(hop)} is in no network that ${network.id} is peered with`);
      else if (!beyond.letsForwardedIn)
        yield said("violated", `what ${shown(hop)} forwards, such as answers from outside, is let in by no peering`);
    }
  }
}
