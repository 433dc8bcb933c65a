/** Networks: what has addresses, and what decides which packets reach them. */
import { below, kind, type Kind } from "../kind";

const SERVICE = "compute.googleapis.com";
const OWN = ["name", "selfLink", "region"];
const RULE = [
  ...["action", "direction", "disabled", "priority", "ruleName", "enableLogging", "match"],
  ...["targetResources", "targetServiceAccounts", "targetSecureTags"],
];
const FORWARDING = [
  ...["IPAddress", "IPProtocol", "allPorts", "backendService", "loadBalancingScheme", "network", "portRange", "ports"],
  ...["subnetwork", "target", "pscConnectionStatus"],
];

export const NETWORK: readonly Kind[] = [
  kind(
    "networks",
    `${SERVICE}/Network`,
    ...OWN,
    ...["autoCreateSubnetworks", "internalIpv6Range", "networkFirewallPolicyEnforcementOrder", "routingConfig"],
    ...below(
      "peerings",
      ...["name", "network", "state", "importCustomRoutes", "exportCustomRoutes"],
      ...["importSubnetRoutesWithPublicIp", "exportSubnetRoutesWithPublicIp", "stackType"],
    ),
  ),
  kind(
    "subnetworks",
    `${SERVICE}/Subnetwork`,
    ...OWN,
    ...["network", "ipCidrRange", "secondaryIpRanges", "purpose", "role", "privateIpGoogleAccess", "stackType"],
    ...["ipv6AccessType", "ipv6CidrRange", "internalIpv6Prefix", "externalIpv6Prefix", "logConfig", "enableFlowLogs"],
  ),
  kind(
    "firewalls",
    `${SERVICE}/Firewall`,
    ...OWN,
    ...["network", "direction", "priority", "disabled", "allowed", "denied", "logConfig"],
    ...["sourceRanges", "destinationRanges", "sourceTags", "targetTags"],
    ...["sourceServiceAccounts", "targetServiceAccounts"],
  ),
  kind(
    "firewall-policies",
    `${SERVICE}/FirewallPolicy`,
    ...OWN,
    ...["displayName", "shortName"],
    ...below("associations", "name", "attachmentTarget"),
    ...below("rules", ...RULE),
  ),
  kind(
    "routes",
    `${SERVICE}/Route`,
    ...OWN,
    ...["network", "destRange", "priority", "tags"],
    ...["nextHopGateway", "nextHopNetwork", "nextHopPeering", "nextHopVpnTunnel", "nextHopInstance", "nextHopIp"],
    ...["nextHopIlb", "nextHopHub", "nextHopInterRegionCost"],
  ),
  kind(
    "routers",
    `${SERVICE}/Router`,
    ...OWN,
    ...["network", "interfaces.name", "bgpPeers.name"],
    ...below(
      "nats",
      ...["name", "type", "natIpAllocateOption", "natIps", "sourceSubnetworkIpRangesToNat", "subnetworks", "logConfig"],
    ),
  ),
  kind("vpn-gateways", `${SERVICE}/VpnGateway`, ...OWN, "network"),
  kind("classic-vpn-gateways", `${SERVICE}/TargetVpnGateway`, ...OWN, "network"),
  kind("interconnect-attachments", `${SERVICE}/InterconnectAttachment`, ...OWN, "router"),
  kind(
    "addresses",
    `${SERVICE}/Address`,
    ...OWN,
    ...["address", "addressType", "network", "prefixLength", "purpose", "subnetwork", "ipVersion"],
  ),
  kind(
    "global-addresses",
    `${SERVICE}/GlobalAddress`,
    ...OWN,
    ...["address", "addressType", "network", "prefixLength", "purpose", "ipVersion"],
  ),
  kind("forwarding-rules", `${SERVICE}/ForwardingRule`, ...OWN, ...FORWARDING),
  kind("global-forwarding-rules", `${SERVICE}/GlobalForwardingRule`, ...OWN, ...FORWARDING),
  kind(
    "service-attachments",
    `${SERVICE}/ServiceAttachment`,
    ...OWN,
    ...["connectionPreference", "natSubnets", "targetService", "reconcileConnections"],
    ...below("consumerAcceptLists", "projectIdOrNum", "networkUrl", "connectionLimit"),
  ),
  kind(
    "dns-zones",
    "dns.googleapis.com/ManagedZone",
    ...["name", "dnsName", "visibility", "forwardingConfig", "peeringConfig"],
    "privateVisibilityConfig.networks.networkUrl",
  ),
  kind("dns-records", "dns.googleapis.com/ResourceRecordSet", "name", "type", "ttl", "rrdatas", "routingPolicy"),
];
