/** Networks: what has addresses, and what decides which packets reach them. */
import { below, kind, type Kind } from "../kind";

const NAMESPACE = "microsoft.network";
const listed = (list: string, ...properties: readonly string[]) => [
  ...below(list, "id", "name"),
  ...below(`${list}.properties`, ...properties),
];

export const NETWORK: readonly Kind[] = [
  kind(
    "virtual-networks",
    `${NAMESPACE}/virtualnetworks`,
    ...["addressSpace", "dhcpOptions"],
    ...listed(
      "subnets",
      ...["addressPrefix", "addressPrefixes", "networkSecurityGroup.id", "routeTable.id", "natGateway.id"],
      ...["serviceEndpoints.service", "delegations.properties.serviceName", "privateEndpointNetworkPolicies"],
      ...["privateLinkServiceNetworkPolicies", "defaultOutboundAccess"],
    ),
    ...listed(
      "virtualNetworkPeerings",
      ...["remoteVirtualNetwork.id", "remoteAddressSpace", "peeringState", "allowVirtualNetworkAccess"],
      ...["allowForwardedTraffic", "allowGatewayTransit", "useRemoteGateways", "peerCompleteVnets"],
    ),
  ),
  kind(
    "network-security-groups",
    `${NAMESPACE}/networksecuritygroups`,
    ...listed(
      "securityRules",
      ...["access", "direction", "priority", "protocol", "sourcePortRange", "sourcePortRanges"],
      ...["destinationPortRange", "destinationPortRanges", "sourceAddressPrefix", "sourceAddressPrefixes"],
      ...["destinationAddressPrefix", "destinationAddressPrefixes", "sourceApplicationSecurityGroups.id"],
      "destinationApplicationSecurityGroups.id",
    ),
  ),
  kind("application-security-groups", `${NAMESPACE}/applicationsecuritygroups`, "provisioningState"),
  kind(
    "route-tables",
    `${NAMESPACE}/routetables`,
    "disableBgpRoutePropagation",
    ...listed("routes", "addressPrefix", "nextHopType", "nextHopIpAddress"),
  ),
  kind("nat-gateways", `${NAMESPACE}/natgateways`, "publicIpAddresses.id", "publicIpPrefixes.id", "subnets.id"),
  kind(
    "public-addresses",
    `${NAMESPACE}/publicipaddresses`,
    "ipAddress",
    "publicIPAllocationMethod",
    "ipConfiguration.id",
  ),
  kind(
    "network-interfaces",
    `${NAMESPACE}/networkinterfaces`,
    ...[
      "enableIPForwarding",
      "networkSecurityGroup.id",
      "virtualMachine.id",
      "privateEndpoint.id",
      "privateLinkService.id",
    ],
    ...listed(
      "ipConfigurations",
      ...["subnet.id", "privateIPAddress", "privateIPAddressVersion", "publicIPAddress.id"],
      ...["loadBalancerBackendAddressPools.id", "loadBalancerInboundNatRules.id", "applicationSecurityGroups.id"],
    ),
  ),
  kind(
    "load-balancers",
    `${NAMESPACE}/loadbalancers`,
    ...listed(
      "frontendIPConfigurations",
      ...["subnet.id", "privateIPAddress", "publicIPAddress.id", "publicIPPrefix.id"],
    ),
    ...below("backendAddressPools", "id", "name"),
    ...listed("loadBalancingRules", "protocol", "frontendPort", "frontendIPConfiguration.id"),
    ...listed(
      "inboundNatRules",
      ...["protocol", "frontendPort", "frontendPortRangeStart", "frontendPortRangeEnd", "frontendIPConfiguration.id"],
    ),
    ...listed(
      "inboundNatPools",
      ...["protocol", "frontendPortRangeStart", "frontendPortRangeEnd", "backendPort", "frontendIPConfiguration.id"],
    ),
  ),
  kind(
    "firewalls",
    `${NAMESPACE}/azurefirewalls`,
    ...["firewallPolicy.id", "virtualHub.id", "sku.name", "natRuleCollections.id", "natRuleCollections.name"],
    ...listed("ipConfigurations", "subnet.id", "publicIPAddress.id", "privateIPAddress"),
  ),
  kind(
    "application-gateways",
    `${NAMESPACE}/applicationgateways`,
    ...listed("gatewayIPConfigurations", "subnet.id"),
    ...listed("frontendIPConfigurations", "publicIPAddress.id", "subnet.id", "privateIPAddress"),
    ...listed("frontendPorts", "port"),
    ...listed("httpListeners", "protocol", "frontendPort.id", "frontendIPConfiguration.id"),
    ...listed("requestRoutingRules", "httpListener.id", "redirectConfiguration.id"),
    ...listed("redirectConfigurations", "targetUrl", "targetListener.id"),
  ),
  kind(
    "private-endpoints",
    `${NAMESPACE}/privateendpoints`,
    ...["subnet.id", "ipConfigurations.properties.privateIPAddress"],
    ...["privateLinkServiceConnections", "manualPrivateLinkServiceConnections"].flatMap((list) =>
      listed(list, "privateLinkServiceId", "groupIds", "privateLinkServiceConnectionState.status"),
    ),
  ),
  kind(
    "private-link-services",
    `${NAMESPACE}/privatelinkservices`,
    ...["visibility.subscriptions", "autoApproval.subscriptions", "loadBalancerFrontendIpConfigurations.id"],
    ...listed("ipConfigurations", "subnet.id", "primary"),
  ),
  kind("private-dns-zones", `${NAMESPACE}/privatednszones`, "provisioningState"),
  kind(
    "private-dns-zone-links",
    `${NAMESPACE}/privatednszones/virtualnetworklinks`,
    ...["virtualNetwork.id", "registrationEnabled", "virtualNetworkLinkState"],
  ),
  kind(
    "flow-logs",
    `${NAMESPACE}/networkwatchers/flowlogs`,
    ...["targetResourceId", "storageId", "enabled", "retentionPolicy"],
  ),
  kind("virtual-network-gateways", `${NAMESPACE}/virtualnetworkgateways`, ...listed("ipConfigurations", "subnet.id")),
];
