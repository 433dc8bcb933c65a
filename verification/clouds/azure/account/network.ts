/**
 * Resources of networks in the words of the provider.
 *
 * Microsoft, "Microsoft.Network resource types" (https://learn.microsoft.com/azure/templates/microsoft.network/allversions).
 */
import { lastSegment, shown } from "../../../../config/texts";
import type { Value } from "../../../model";
import { at, blocks, type ObjectValue } from "../../../values";
import type { AccountReader, Made } from "../../account";
import { block, idIn, idOf, idsIn, made, not, one, parentOf, parts, propertiesOf } from "./resource";

/** What the provider ties to a subnet by a resource of its own. */
const TIED: readonly (readonly [type: string, argument: string, property: string])[] = [
  ["azurerm_subnet_network_security_group_association", "network_security_group_id", "networkSecurityGroup"],
  ["azurerm_subnet_route_table_association", "route_table_id", "routeTable"],
  ["azurerm_subnet_nat_gateway_association", "nat_gateway_id", "natGateway"],
];

const within = (part: ObjectValue, of: ObjectValue): ObjectValue => ({ ...part, location: of["location"] ?? null });

function subnet(part: ObjectValue, network: ObjectValue): Made[] {
  const properties = propertiesOf(part);
  const own = made(within(part, network), "azurerm_subnet", {
    virtual_network_name: idOf(network),
    address_prefixes: properties["addressPrefixes"] ?? [properties["addressPrefix"] ?? null],
    default_outbound_access_enabled: properties["defaultOutboundAccess"] ?? true,
    private_endpoint_network_policies: properties["privateEndpointNetworkPolicies"],
    service_endpoints: blocks(properties["serviceEndpoints"]).flatMap((endpoint) => at(endpoint, "service") ?? []),
  });
  const ties = TIED.flatMap(([type, argument, property]): Made[] => {
    const id = idIn(properties[property]);
    return id === undefined ? [] : [{ type, name: own.name, values: { subnet_id: idOf(part), [argument]: id } }];
  });
  return [own, ...ties];
}

/** A peering, and what it tells of its other end: that network's addresses, and that it has one back. */
function peering(part: ObjectValue, network: string): Made[] {
  const properties = propertiesOf(part);
  const remote = idIn(properties["remoteVirtualNetwork"]);
  const own = made(part, "azurerm_virtual_network_peering", {
    virtual_network_name: network,
    remote_virtual_network_id: remote,
    allow_virtual_network_access: properties["allowVirtualNetworkAccess"],
    allow_forwarded_traffic: properties["allowForwardedTraffic"],
    allow_gateway_transit: properties["allowGatewayTransit"],
    use_remote_gateways: properties["useRemoteGateways"],
  });
  if (typeof remote !== "string" || properties["peeringState"] !== "Connected") return [own];
  const name = lastSegment(remote);
  const address_space = at(properties["remoteAddressSpace"], "addressPrefixes");
  return [
    own,
    { type: "azurerm_virtual_network", name, mode: "data", values: { id: remote, name, address_space } },
    {
      type: own.type,
      name: `${name}:${own.name}`,
      values: { virtual_network_name: remote, remote_virtual_network_id: network },
    },
  ];
}

function rule(part: ObjectValue): ObjectValue {
  const properties = propertiesOf(part);
  return block({
    name: part["name"],
    access: properties["access"],
    direction: properties["direction"],
    priority: properties["priority"],
    protocol: properties["protocol"],
    source_port_range: properties["sourcePortRange"],
    source_port_ranges: some(properties["sourcePortRanges"]),
    destination_port_range: properties["destinationPortRange"],
    destination_port_ranges: some(properties["destinationPortRanges"]),
    source_address_prefix: properties["sourceAddressPrefix"],
    source_address_prefixes: some(properties["sourceAddressPrefixes"]),
    destination_address_prefix: properties["destinationAddressPrefix"],
    destination_address_prefixes: some(properties["destinationAddressPrefixes"]),
    source_application_security_group_ids: some(idsIn(properties["sourceApplicationSecurityGroups"])),
    destination_application_security_group_ids: some(idsIn(properties["destinationApplicationSecurityGroups"])),
  });
}

/** The API has a list beside the one that is written, and leaves it empty. */
const some = (list: Value | undefined): Value | undefined =>
  Array.isArray(list) && list.length === 0 ? undefined : list;

const frontendOf = (properties: ObjectValue): Value => {
  const id = idIn(properties["frontendIPConfiguration"]);
  return typeof id === "string" ? lastSegment(id) : (id ?? null);
};

export const network: AccountReader = {
  "virtual-networks": (record) => {
    const properties = propertiesOf(record);
    return [
      made(record, "azurerm_virtual_network", {
        address_space: at(properties["addressSpace"], "addressPrefixes"),
        dns_servers: at(properties["dhcpOptions"], "dnsServers"),
      }),
      ...parts(properties["subnets"]).flatMap((part) => subnet(part, record)),
      ...parts(properties["virtualNetworkPeerings"]).flatMap((part) => peering(part, idOf(record))),
    ];
  },
  "network-security-groups": one("azurerm_network_security_group", ({ securityRules }) => ({
    security_rule: parts(securityRules).map(rule),
  })),
  "application-security-groups": one("azurerm_application_security_group"),
  "route-tables": one("azurerm_route_table", ({ routes, disableBgpRoutePropagation }) => ({
    bgp_route_propagation_enabled: not(disableBgpRoutePropagation) ?? true,
    route: parts(routes).map((part) => {
      const { addressPrefix, nextHopType, nextHopIpAddress } = propertiesOf(part);
      return block({
        name: part["name"],
        address_prefix: addressPrefix,
        next_hop_type: nextHopType,
        next_hop_in_ip_address: nextHopIpAddress,
      });
    }),
  })),
  "nat-gateways": (record) => [
    made(record, "azurerm_nat_gateway", {}),
    ...blocks(idsIn(propertiesOf(record)["publicIpAddresses"])).map((address) => ({
      type: "azurerm_nat_gateway_public_ip_association",
      name: lastSegment(shown(address)),
      values: { nat_gateway_id: idOf(record), public_ip_address_id: address },
    })),
  ],
  "public-addresses": one("azurerm_public_ip", ({ ipAddress, publicIPAllocationMethod }, record) => ({
    ip_address: ipAddress,
    allocation_method: publicIPAllocationMethod,
    sku: at(record["sku"], "name"),
  })),
  "network-interfaces": interfaces,
  "load-balancers": balancer,
  "private-endpoints": (record, records) => {
    const id = idOf(record);
    const { subnet: place, ipConfigurations, ...lists } = propertiesOf(record);
    const connections = ["privateLinkServiceConnections", "manualPrivateLinkServiceConnections"].flatMap((list) =>
      parts(lists[list]).map((part) => {
        const { privateLinkServiceId, groupIds } = propertiesOf(part);
        return block({
          name: part["name"],
          is_manual_connection: list.startsWith("manual"),
          private_connection_resource_id: privateLinkServiceId,
          subresource_names: groupIds,
        });
      }),
    );
    const zones = records
      .of("private-dns-zone-groups")
      .filter(({ values }) => shown(values["of"] ?? null).toLowerCase() === id)
      .flatMap(({ values }) => parts(propertiesOf(values)["privateDnsZoneConfigs"]))
      .flatMap((config) => propertiesOf(config)["privateDnsZoneId"] ?? []);
    return [
      made(record, "azurerm_private_endpoint", {
        subnet_id: idIn(place),
        private_service_connection: connections,
        private_dns_zone_group: zones.length > 0 ? [{ private_dns_zone_ids: zones }] : undefined,
        ip_configuration: parts(ipConfigurations).map((part) =>
          block({ private_ip_address: propertiesOf(part)["privateIPAddress"] }),
        ),
      }),
    ];
  },
  // They are read with their endpoints.
  "private-dns-zone-groups": () => [],
  "private-link-services": one("azurerm_private_link_service", (properties) => ({
    visibility_subscription_ids: at(properties["visibility"], "subscriptions"),
    auto_approval_subscription_ids: at(properties["autoApproval"], "subscriptions"),
    load_balancer_frontend_ip_configuration_ids: idsIn(properties["loadBalancerFrontendIpConfigurations"]),
    nat_ip_configuration: parts(properties["ipConfigurations"]).map((part) =>
      block({ name: part["name"], subnet_id: idIn(propertiesOf(part)["subnet"]) }),
    ),
  })),
  "private-dns-zones": one("azurerm_private_dns_zone"),
  "private-dns-zone-links": (record) => [
    made(record, "azurerm_private_dns_zone_virtual_network_link", {
      private_dns_zone_name: parentOf(idOf(record)),
      virtual_network_id: idIn(propertiesOf(record)["virtualNetwork"]),
      registration_enabled: propertiesOf(record)["registrationEnabled"],
    }),
  ],
  "flow-logs": one("azurerm_network_watcher_flow_log", (properties) => ({
    target_resource_id: properties["targetResourceId"],
    storage_account_id: properties["storageId"],
    enabled: properties["enabled"],
    retention_policy: properties["retentionPolicy"] && [properties["retentionPolicy"]],
  })),
  "virtual-network-gateways": one("azurerm_virtual_network_gateway", ({ ipConfigurations }) => ({
    ip_configuration: parts(ipConfigurations).map((part) => block({ subnet_id: idIn(propertiesOf(part)["subnet"]) })),
  })),
};

/** Those of private endpoints and of link services are judged as these. */
function interfaces(record: ObjectValue): Made[] {
  const properties = propertiesOf(record);
  if (properties["privateEndpoint"] !== undefined || properties["privateLinkService"] !== undefined) return [];
  const id = idOf(record);
  const configurations = parts(properties["ipConfigurations"]);
  const tie = (type: string, argument: string, list: Value): Made[] =>
    blocks(list).map((of) => ({ type, name: lastSegment(id), values: { network_interface_id: id, [argument]: of } }));
  const group = idIn(properties["networkSecurityGroup"]);
  return [
    made(record, "azurerm_network_interface", {
      ip_configuration: configurations.map((part) => {
        const { subnet: place, privateIPAddress, publicIPAddress } = propertiesOf(part);
        return block({
          name: part["name"],
          subnet_id: idIn(place),
          private_ip_address: privateIPAddress,
          public_ip_address_id: idIn(publicIPAddress),
        });
      }),
    }),
    ...tie(
      "azurerm_network_interface_security_group_association",
      "network_security_group_id",
      group === undefined ? [] : [group],
    ),
    ...configurations.flatMap((part) => {
      const own = propertiesOf(part);
      return [
        ...tie(
          "azurerm_network_interface_backend_address_pool_association",
          "backend_address_pool_id",
          idsIn(own["loadBalancerBackendAddressPools"]),
        ),
        ...tie(
          "azurerm_network_interface_nat_rule_association",
          "nat_rule_id",
          idsIn(own["loadBalancerInboundNatRules"]),
        ),
        ...tie(
          "azurerm_network_interface_application_security_group_association",
          "application_security_group_id",
          idsIn(own["applicationSecurityGroups"]),
        ),
      ];
    }),
  ];
}

function balancer(record: ObjectValue): Made[] {
  const properties = propertiesOf(record);
  const id = idOf(record);
  const listener = (type: string, part: ObjectValue): Made => {
    const { protocol, frontendPort, frontendPortRangeStart, frontendPortRangeEnd, ...own } = propertiesOf(part);
    return made(part, type, {
      loadbalancer_id: id,
      protocol,
      frontend_port: frontendPort,
      frontend_port_start: frontendPortRangeStart,
      frontend_port_end: frontendPortRangeEnd,
      frontend_ip_configuration_name: frontendOf(own),
    });
  };
  return [
    made(record, "azurerm_lb", {
      sku: at(record["sku"], "name"),
      frontend_ip_configuration: parts(properties["frontendIPConfigurations"]).map((part) => {
        const own = propertiesOf(part);
        return block({
          id: part["id"] && idOf(part),
          name: part["name"],
          subnet_id: idIn(own["subnet"]),
          private_ip_address: own["privateIPAddress"],
          public_ip_address_id: idIn(own["publicIPAddress"]),
          public_ip_prefix_id: idIn(own["publicIPPrefix"]),
        });
      }),
    }),
    ...parts(properties["backendAddressPools"]).map((part) =>
      made(part, "azurerm_lb_backend_address_pool", { loadbalancer_id: id }),
    ),
    ...parts(properties["loadBalancingRules"]).map((part) => listener("azurerm_lb_rule", part)),
    ...parts(properties["inboundNatRules"]).map((part) => listener("azurerm_lb_nat_rule", part)),
    ...parts(properties["inboundNatPools"]).map((part) => listener("azurerm_lb_nat_pool", part)),
  ];
}
