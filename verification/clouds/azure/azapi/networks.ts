/** Virtual networks and their subnets as Azure's API has them, in azurerm's words. */
import type { Resource, Value } from "../../../model";
import { at, isList, type ObjectValue } from "../../../values";
import { argumentsOf, renamed, type Names } from "./arguments";

const NETWORK: Names = {
  read: { addressSpace: "space", subnets: "subnets", virtualNetworkPeerings: "peerings" },
  ignored: "ddosProtectionPlan dhcpOptions enableDdosProtection enableVmProtection encryption flowTimeoutInMinutes",
};

export function asVirtualNetwork(body: ObjectValue, resource: Resource): Resource[] | undefined {
  const read = argumentsOf(body["properties"], NETWORK);
  // Subnets and peerings inside of it are not read.
  if (!read || [read["subnets"], read["peerings"]].some((held) => held !== undefined && !isNone(held)))
    return undefined;
  const space = at(read["space"], "addressPrefixes");
  return [renamed(resource, "azurerm_virtual_network", { ...(space !== undefined && { address_space: space }) })];
}

const SUBNET: Names = {
  read: {
    addressPrefix: "address_prefix",
    addressPrefixes: "address_prefixes",
    defaultOutboundAccess: "default_outbound_access_enabled",
    natGateway: "nat_gateway_id",
    networkSecurityGroup: "network_security_group_id",
    privateEndpointNetworkPolicies: "private_endpoint_network_policies",
    routeTable: "route_table_id",
  },
  ignored: "delegations privateLinkServiceNetworkPolicies",
};

/** Types that tie to a subnet what azurerm does not let it name itself, and the argument for that. */
const TIED: Readonly<Record<string, string>> = {
  nat_gateway_id: "azurerm_subnet_nat_gateway_association",
  network_security_group_id: "azurerm_subnet_network_security_group_association",
  route_table_id: "azurerm_subnet_route_table_association",
};

export function asSubnet(body: ObjectValue, resource: Resource): Resource[] | undefined {
  const read = argumentsOf(body["properties"], SUBNET);
  const network = resource.values["parent_id"];
  if (!read || network === undefined) return undefined;
  const own = Object.entries(read).filter(([name]) => !Object.hasOwn(TIED, name));
  const { address } = resource;
  const ties = Object.entries(TIED).flatMap(([argument, type]): Resource[] => {
    const tied = at(read[argument], "id");
    if (tied === undefined) return [];
    const values = { subnet_id: { kind: "reference" as const, address, attribute: "id" }, [argument]: tied };
    return [{ ...resource, type, address: `${address}#${argument}`, values }];
  });
  const values = { ...Object.fromEntries<Value>(own), virtual_network_name: network };
  return [renamed(resource, "azurerm_subnet", values), ...ties];
}

const isNone = (value: Value): boolean => isList(value) && value.length === 0;
