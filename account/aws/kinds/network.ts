/** Networks of EC2: what has addresses, and what decides which packets reach them. */
import type { VpcAttributeName } from "@aws-sdk/client-ec2";
import { all, listed, type Kind } from "../kind";

const ATTACHED = ["Attachments.VpcId", "Attachments.State"];

export const NETWORK: readonly Kind[] = [
  {
    name: "vpcs",
    fields: [
      ...["VpcId", "OwnerId", "CidrBlock", "IsDefault", "DnsSupport", "DnsHostnames"],
      "CidrBlockAssociationSet.CidrBlock",
      "CidrBlockAssociationSet.CidrBlockState.State",
      "Ipv6CidrBlockAssociationSet.Ipv6CidrBlock",
      "Ipv6CidrBlockAssociationSet.Ipv6CidrBlockState.State",
    ],
    answers: async function* ({ ec2 }, ask) {
      for await (const { Vpcs = [] } of ask.pages("ec2:DescribeVpcs", ec2.sdk.paginateDescribeVpcs(ec2, {}))) {
        for (const vpc of Vpcs) {
          const attribute = (Attribute: VpcAttributeName) =>
            ec2.client.send(new ec2.sdk.DescribeVpcAttributeCommand({ VpcId: vpc.VpcId, Attribute }));
          const [DnsSupport, DnsHostnames] = await Promise.all([
            ask.part("ec2:DescribeVpcAttribute", attribute("enableDnsSupport"), (one) => one.EnableDnsSupport?.Value),
            ask.part(
              "ec2:DescribeVpcAttribute",
              attribute("enableDnsHostnames"),
              (one) => one.EnableDnsHostnames?.Value,
            ),
          ]);
          yield [{ ...vpc, DnsSupport, DnsHostnames }];
        }
      }
    },
  },
  listed(
    "subnets",
    "ec2:DescribeSubnets",
    ({ ec2 }) => ec2.sdk.paginateDescribeSubnets(ec2, {}),
    ({ Subnets }) => Subnets,
    [
      "SubnetId",
      "SubnetArn",
      "VpcId",
      "CidrBlock",
      "AvailabilityZone",
      "MapPublicIpOnLaunch",
      "Ipv6Native",
      "Ipv6CidrBlockAssociationSet.Ipv6CidrBlock",
      "Ipv6CidrBlockAssociationSet.Ipv6CidrBlockState.State",
    ],
  ),
  listed(
    "security-groups",
    "ec2:DescribeSecurityGroups",
    ({ ec2 }) => ec2.sdk.paginateDescribeSecurityGroups(ec2, {}),
    ({ SecurityGroups }) => SecurityGroups,
    ["GroupId", "GroupName", "VpcId", "OwnerId"],
  ),
  listed(
    "security-group-rules",
    "ec2:DescribeSecurityGroupRules",
    ({ ec2 }) => ec2.sdk.paginateDescribeSecurityGroupRules(ec2, {}),
    ({ SecurityGroupRules }) => SecurityGroupRules,
    [
      "SecurityGroupRuleId",
      "GroupId",
      "IsEgress",
      "IpProtocol",
      "FromPort",
      "ToPort",
      "CidrIpv4",
      "CidrIpv6",
      "PrefixListId",
      "ReferencedGroupInfo.GroupId",
    ],
  ),
  {
    name: "prefix-lists",
    fields: [
      "PrefixListId",
      "PrefixListName",
      "OwnerId",
      "AddressFamily",
      "MaxEntries",
      "Entries.Cidr",
      "Entries.notTold",
    ],
    answers: async function* ({ ec2 }, ask) {
      for await (const { PrefixLists = [] } of ask.pages(
        "ec2:DescribeManagedPrefixLists",
        ec2.sdk.paginateDescribeManagedPrefixLists(ec2, {}),
      )) {
        for (const list of PrefixLists) {
          const entries = ask.part(
            "ec2:GetManagedPrefixListEntries",
            all(ec2.sdk.paginateGetManagedPrefixListEntries(ec2, { PrefixListId: list.PrefixListId })),
            (pages) => pages.flatMap(({ Entries = [] }) => Entries),
          );
          yield [{ ...list, Entries: await entries }];
        }
      }
    },
  },
  listed(
    "network-acls",
    "ec2:DescribeNetworkAcls",
    ({ ec2 }) => ec2.sdk.paginateDescribeNetworkAcls(ec2, {}),
    ({ NetworkAcls }) => NetworkAcls,
    ["NetworkAclId", "VpcId", "IsDefault", "Entries", "Associations.SubnetId"],
  ),
  listed(
    "route-tables",
    "ec2:DescribeRouteTables",
    ({ ec2 }) => ec2.sdk.paginateDescribeRouteTables(ec2, {}),
    ({ RouteTables }) => RouteTables,
    ["RouteTableId", "VpcId", "Routes", "PropagatingVgws.GatewayId", "Associations"],
  ),
  listed(
    "internet-gateways",
    "ec2:DescribeInternetGateways",
    ({ ec2 }) => ec2.sdk.paginateDescribeInternetGateways(ec2, {}),
    ({ InternetGateways }) => InternetGateways,
    ["InternetGatewayId", ...ATTACHED],
  ),
  listed(
    "egress-only-internet-gateways",
    "ec2:DescribeEgressOnlyInternetGateways",
    ({ ec2 }) => ec2.sdk.paginateDescribeEgressOnlyInternetGateways(ec2, {}),
    ({ EgressOnlyInternetGateways }) => EgressOnlyInternetGateways,
    ["EgressOnlyInternetGatewayId", ...ATTACHED],
  ),
  listed(
    "nat-gateways",
    "ec2:DescribeNatGateways",
    ({ ec2 }) => ec2.sdk.paginateDescribeNatGateways(ec2, {}),
    ({ NatGateways }) => NatGateways,
    [
      "NatGatewayId",
      "VpcId",
      "SubnetId",
      "State",
      "ConnectivityType",
      "AvailabilityMode",
      "NatGatewayAddresses.AllocationId",
      "NatGatewayAddresses.NetworkInterfaceId",
    ],
  ),
  {
    name: "vpn-gateways",
    fields: ["VpnGatewayId", "State", "VpcAttachments.VpcId", "VpcAttachments.State"],
    // It has no pages.
    answers: async function* ({ ec2 }, ask) {
      const call = ec2.client.send(new ec2.sdk.DescribeVpnGatewaysCommand({}));
      const gateways = await ask.part("ec2:DescribeVpnGateways", call, ({ VpnGateways }) => VpnGateways);
      yield Array.isArray(gateways) ? gateways : [];
    },
  },
  listed(
    "transit-gateway-attachments",
    "ec2:DescribeTransitGatewayVpcAttachments",
    ({ ec2 }) => ec2.sdk.paginateDescribeTransitGatewayVpcAttachments(ec2, {}),
    ({ TransitGatewayVpcAttachments }) => TransitGatewayVpcAttachments,
    ["TransitGatewayAttachmentId", "TransitGatewayId", "VpcId", "SubnetIds", "State"],
  ),
  listed(
    "vpc-peerings",
    "ec2:DescribeVpcPeeringConnections",
    ({ ec2 }) => ec2.sdk.paginateDescribeVpcPeeringConnections(ec2, {}),
    ({ VpcPeeringConnections }) => VpcPeeringConnections,
    [
      "VpcPeeringConnectionId",
      "Status.Code",
      ...["RequesterVpcInfo", "AccepterVpcInfo"].flatMap((side) => [
        `${side}.VpcId`,
        `${side}.OwnerId`,
        `${side}.Region`,
        `${side}.CidrBlock`,
      ]),
    ],
  ),
  listed(
    "client-vpn-endpoints",
    "ec2:DescribeClientVpnEndpoints",
    ({ ec2 }) => ec2.sdk.paginateDescribeClientVpnEndpoints(ec2, {}),
    ({ ClientVpnEndpoints }) => ClientVpnEndpoints,
    ["ClientVpnEndpointId", "Status", "ClientCidrBlock", "TransportProtocol", "VpnPort", "VpcId", "SecurityGroupIds"],
  ),
  listed(
    "instance-connect-endpoints",
    "ec2:DescribeInstanceConnectEndpoints",
    ({ ec2 }) => ec2.sdk.paginateDescribeInstanceConnectEndpoints(ec2, {}),
    ({ InstanceConnectEndpoints }) => InstanceConnectEndpoints,
    ["InstanceConnectEndpointId", "State", "VpcId", "SubnetId", "SecurityGroupIds", "PreserveClientIp"],
  ),
  listed(
    "carrier-gateways",
    "ec2:DescribeCarrierGateways",
    ({ ec2 }) => ec2.sdk.paginateDescribeCarrierGateways(ec2, {}),
    ({ CarrierGateways }) => CarrierGateways,
    ["CarrierGatewayId", "VpcId", "State"],
  ),
  listed(
    "network-interfaces",
    "ec2:DescribeNetworkInterfaces",
    ({ ec2 }) => ec2.sdk.paginateDescribeNetworkInterfaces(ec2, {}),
    ({ NetworkInterfaces }) => NetworkInterfaces,
    [
      "NetworkInterfaceId",
      "VpcId",
      "SubnetId",
      "Description",
      "InterfaceType",
      "RequesterId",
      "RequesterManaged",
      "Groups.GroupId",
      "PrivateIpAddresses.PrivateIpAddress",
      "PrivateIpAddresses.Association.PublicIp",
      "Association.PublicIp",
      "Ipv6Addresses.Ipv6Address",
      "Attachment.InstanceId",
      "Attachment.DeviceIndex",
      "Attachment.InstanceOwnerId",
    ],
  ),
  {
    name: "addresses",
    fields: ["AllocationId", "AssociationId", "PublicIp", "InstanceId", "NetworkInterfaceId"],
    answers: async function* ({ ec2 }, ask) {
      const call = ec2.client.send(new ec2.sdk.DescribeAddressesCommand({}));
      const addresses = await ask.part("ec2:DescribeAddresses", call, ({ Addresses }) => Addresses);
      yield Array.isArray(addresses) ? addresses : [];
    },
  },
  listed(
    "vpc-endpoints",
    "ec2:DescribeVpcEndpoints",
    ({ ec2 }) => ec2.sdk.paginateDescribeVpcEndpoints(ec2, {}),
    ({ VpcEndpoints }) => VpcEndpoints,
    [
      "VpcEndpointId",
      "VpcEndpointType",
      "VpcId",
      "ServiceName",
      "State",
      "PolicyDocument",
      "RouteTableIds",
      "SubnetIds",
      "Groups.GroupId",
      "PrivateDnsEnabled",
      "NetworkInterfaceIds",
    ],
  ),
  {
    name: "endpoint-services",
    fields: [
      "ServiceId",
      "ServiceName",
      "ServiceState",
      "AcceptanceRequired",
      "NetworkLoadBalancerArns",
      "GatewayLoadBalancerArns",
      "AllowedPrincipals.Principal",
      "AllowedPrincipals.notTold",
    ],
    answers: async function* ({ ec2 }, ask) {
      for await (const { ServiceConfigurations = [] } of ask.pages(
        "ec2:DescribeVpcEndpointServiceConfigurations",
        ec2.sdk.paginateDescribeVpcEndpointServiceConfigurations(ec2, {}),
      )) {
        for (const service of ServiceConfigurations) {
          const { ServiceId } = service;
          const pages = ec2.sdk.paginateDescribeVpcEndpointServicePermissions(ec2, { ServiceId });
          const principals = ask.part("ec2:DescribeVpcEndpointServicePermissions", all(pages), (all) =>
            all.flatMap(({ AllowedPrincipals = [] }) => AllowedPrincipals),
          );
          yield [{ ...service, AllowedPrincipals: await principals }];
        }
      }
    },
  },
  listed(
    "flow-logs",
    "ec2:DescribeFlowLogs",
    ({ ec2 }) => ec2.sdk.paginateDescribeFlowLogs(ec2, {}),
    ({ FlowLogs }) => FlowLogs,
    [
      "FlowLogId",
      "FlowLogStatus",
      "ResourceId",
      "TrafficType",
      "LogDestinationType",
      "LogDestination",
      "LogGroupName",
      "LogFormat",
      "MaxAggregationInterval",
      "DeliverLogsPermissionArn",
    ],
  ),
];
