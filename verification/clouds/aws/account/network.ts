/**
 * Records of EC2's networks as resources of the provider.
 *
 * Amazon EC2 API Reference, "Data types" (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Types.html).
 */
import { isUnknown, type Value } from "../../../model";
import { at, blocks, isObject, type ObjectValue } from "../../../values";
import { each, nameAt, where, type AccountReader, type Made, type Records } from "../../account";
import { shown } from "../../../../config/texts";
import { interfaces } from "./interfaces";
import { isDefault, networkAcls } from "./network-acls";

/** States of what is gone, or never came to be. */
const GONE = ["deleted", "deleting", "failed", "rejected", "expired", "Deleted", "Deleting", "Failed", "Rejected"];

const isGone = (state: Value | undefined) => typeof state === "string" && GONE.includes(state);

/** The first of a VPC's own, such as its main route table. */
const own = (
  records: Records,
  kind: string,
  vpc: Value | undefined,
  field: string,
  is: (one: ObjectValue) => boolean,
) => records.of(kind).find(({ values }) => values["VpcId"] === vpc && is(values))?.values[field];

const isMain = ({ Associations }: ObjectValue) => blocks(Associations).some((one) => at(one, "Main") === true);
const isDefaultGroup = ({ GroupName }: ObjectValue) => GroupName === "default";

const associated = (blocksOf: Value | undefined, field: string, state: string): readonly Value[] =>
  blocks(each(where(blocksOf, [state, "State"], "associated", "associating"), field));

const inVpc =
  (type: string, idField: string, vpcs: string) =>
  (record: ObjectValue): Made[] =>
    isGone(record["State"])
      ? []
      : [
          {
            type,
            name: nameAt(record, idField),
            values: {
              id: record[idField],
              vpc_id: record["VpcId"] ?? blocks(each(where(record[vpcs], ["State"], ...ATTACHED), "VpcId"))[0],
            },
          },
        ];

/** An internet gateway that is attached is `available`. */
const ATTACHED = ["attached", "attaching", "available"];

export const network: AccountReader = {
  vpcs: (record, records) => {
    const vpc = record["VpcId"];
    const main = own(records, "route-tables", vpc, "RouteTableId", isMain);
    const [first, ...others] = associated(record["Ipv6CidrBlockAssociationSet"], "Ipv6CidrBlock", "Ipv6CidrBlockState");
    const further = associated(record["CidrBlockAssociationSet"], "CidrBlock", "CidrBlockState").filter(
      (cidr) => cidr !== record["CidrBlock"],
    );
    const name = nameAt(record, "VpcId");
    return [
      {
        type: record["IsDefault"] === true ? "aws_default_vpc" : "aws_vpc",
        name,
        values: {
          id: vpc,
          cidr_block: record["CidrBlock"],
          ipv6_cidr_block: first,
          default_route_table_id: main,
          main_route_table_id: main,
          default_network_acl_id: own(records, "network-acls", vpc, "NetworkAclId", isDefault),
          default_security_group_id: own(records, "security-groups", vpc, "GroupId", isDefaultGroup),
          enable_dns_support: record["DnsSupport"],
          enable_dns_hostnames: record["DnsHostnames"],
        },
      },
      ...further.map((cidr) => ({
        type: "aws_vpc_ipv4_cidr_block_association",
        name,
        values: { vpc_id: vpc, cidr_block: cidr },
      })),
      ...others.map((cidr) => ({
        type: "aws_vpc_ipv6_cidr_block_association",
        name,
        values: { vpc_id: vpc, ipv6_cidr_block: cidr },
      })),
    ];
  },
  subnets: (record) => [
    {
      type: "aws_subnet",
      name: nameAt(record, "SubnetId"),
      values: {
        id: record["SubnetId"],
        arn: record["SubnetArn"],
        vpc_id: record["VpcId"],
        cidr_block: record["CidrBlock"],
        ipv6_cidr_block: associated(record["Ipv6CidrBlockAssociationSet"], "Ipv6CidrBlock", "Ipv6CidrBlockState")[0],
        ipv6_native: record["Ipv6Native"],
        availability_zone: record["AvailabilityZone"],
        map_public_ip_on_launch: record["MapPublicIpOnLaunch"],
      },
    },
  ],
  "security-groups": (record, records) =>
    isOfCluster(record, records)
      ? []
      : [
          {
            type: isDefaultGroup(record) ? "aws_default_security_group" : "aws_security_group",
            name: nameAt(record, "GroupId"),
            values: { id: record["GroupId"], name: record["GroupName"], vpc_id: record["VpcId"] },
          },
        ],
  "security-group-rules": (record, records) => {
    const isAll = record["IpProtocol"] === "-1";
    if (isAll && isOfCluster(record, records) && isByEks(record)) return [];
    return [
      {
        type: `aws_vpc_security_group_${record["IsEgress"] === true ? "egress" : "ingress"}_rule`,
        name: nameAt(record, "SecurityGroupRuleId"),
        values: {
          id: record["SecurityGroupRuleId"],
          security_group_id: record["GroupId"],
          ip_protocol: record["IpProtocol"],
          from_port: isAll ? undefined : record["FromPort"],
          to_port: isAll ? undefined : record["ToPort"],
          cidr_ipv4: record["CidrIpv4"],
          cidr_ipv6: record["CidrIpv6"],
          prefix_list_id: record["PrefixListId"],
          referenced_security_group_id: at(record["ReferencedGroupInfo"], "GroupId"),
        },
      },
    ];
  },
  "prefix-lists": (record) => {
    const name = nameAt(record, "PrefixListId");
    const known = { id: record["PrefixListId"], name: record["PrefixListName"] };
    const entries = record["Entries"];
    if (record["OwnerId"] === "AWS") {
      const blocksOf = blocks(each(entries, "Cidr"));
      const values = { ...known, ...(blocksOf.length > 0 && { cidr_blocks: blocksOf }) };
      return [{ type: "aws_prefix_list", name, mode: "data", values }];
    }
    const entry = isUnknown(entries)
      ? [{ cidr: entries }]
      : blocks(entries).map((one) => ({ cidr: at(one, "Cidr") ?? null }));
    return [
      {
        type: "aws_ec2_managed_prefix_list",
        name,
        values: { ...known, address_family: record["AddressFamily"], max_entries: record["MaxEntries"], entry },
      },
    ];
  },
  "network-acls": networkAcls,
  "route-tables": (record) => {
    const table = record["RouteTableId"];
    const vpc = record["VpcId"];
    const name = nameAt(record, "RouteTableId");
    const values = { id: table, vpc_id: vpc, propagating_vgws: each(record["PropagatingVgws"], "GatewayId") };
    const associations = blocks(record["Associations"]).filter((one) => at(one, "Main") !== true);
    return [
      isMain(record)
        ? { type: "aws_default_route_table", name, values: { ...values, default_route_table_id: table } }
        : { type: "aws_route_table", name, values },
      ...blocks(record["Routes"])
        .filter((one) => !isOfAnother(one))
        .map((one) => route(one, name)),
      ...associations.map((one) => ({
        type: "aws_route_table_association",
        name: isObject(one) ? nameAt(one, "RouteTableAssociationId") : name,
        values: {
          id: at(one, "RouteTableAssociationId"),
          route_table_id: table,
          subnet_id: at(one, "SubnetId"),
          gateway_id: at(one, "GatewayId"),
        },
      })),
    ];
  },
  "internet-gateways": inVpc("aws_internet_gateway", "InternetGatewayId", "Attachments"),
  "egress-only-internet-gateways": inVpc(
    "aws_egress_only_internet_gateway",
    "EgressOnlyInternetGatewayId",
    "Attachments",
  ),
  "nat-gateways": (record) =>
    isGone(record["State"])
      ? []
      : [
          {
            type: "aws_nat_gateway",
            name: nameAt(record, "NatGatewayId"),
            values: {
              id: record["NatGatewayId"],
              subnet_id: record["SubnetId"],
              connectivity_type: record["ConnectivityType"],
              availability_mode: record["AvailabilityMode"],
              allocation_id: blocks(each(record["NatGatewayAddresses"], "AllocationId"))[0],
            },
          },
        ],
  "vpn-gateways": inVpc("aws_vpn_gateway", "VpnGatewayId", "VpcAttachments"),
  "transit-gateway-attachments": (record) =>
    isGone(record["State"])
      ? []
      : [
          {
            type: "aws_ec2_transit_gateway_vpc_attachment",
            name: nameAt(record, "TransitGatewayAttachmentId"),
            values: {
              id: record["TransitGatewayAttachmentId"],
              transit_gateway_id: record["TransitGatewayId"],
              vpc_id: record["VpcId"],
              subnet_ids: record["SubnetIds"],
            },
          },
        ],
  "vpc-peerings": (record) =>
    isGone(at(record["Status"], "Code"))
      ? []
      : [
          {
            type: "aws_vpc_peering_connection",
            name: nameAt(record, "VpcPeeringConnectionId"),
            values: {
              id: record["VpcPeeringConnectionId"],
              vpc_id: at(record["RequesterVpcInfo"], "VpcId"),
              peer_vpc_id: at(record["AccepterVpcInfo"], "VpcId"),
              peer_owner_id: at(record["AccepterVpcInfo"], "OwnerId"),
            },
          },
        ],
  "carrier-gateways": inVpc("aws_ec2_carrier_gateway", "CarrierGatewayId", ""),
  "client-vpn-endpoints": (record) =>
    ["deleting", "deleted"].includes(shown(at(record["Status"], "Code")))
      ? []
      : [
          {
            type: "aws_ec2_client_vpn_endpoint",
            name: nameAt(record, "ClientVpnEndpointId"),
            values: {
              id: record["ClientVpnEndpointId"],
              client_cidr_block: record["ClientCidrBlock"],
              transport_protocol: record["TransportProtocol"],
              vpn_port: record["VpnPort"],
              vpc_id: record["VpcId"],
              security_group_ids: record["SecurityGroupIds"],
            },
          },
        ],
  "instance-connect-endpoints": (record) =>
    /^delete-/.test(shown(record["State"]))
      ? []
      : [
          {
            type: "aws_ec2_instance_connect_endpoint",
            name: nameAt(record, "InstanceConnectEndpointId"),
            values: {
              id: record["InstanceConnectEndpointId"],
              subnet_id: record["SubnetId"],
              security_group_ids: record["SecurityGroupIds"],
              preserve_client_ip: record["PreserveClientIp"],
            },
          },
        ],
  "network-interfaces": interfaces,
  addresses: (record) => [
    {
      type: "aws_eip",
      name: nameAt(record, "AllocationId"),
      values: {
        id: record["AllocationId"],
        public_ip: record["PublicIp"],
        instance: record["InstanceId"],
        network_interface: record["NetworkInterfaceId"],
      },
    },
  ],
  "vpc-endpoints": (record) =>
    isGone(record["State"])
      ? []
      : [
          {
            type: "aws_vpc_endpoint",
            name: nameAt(record, "VpcEndpointId"),
            values: {
              id: record["VpcEndpointId"],
              vpc_id: record["VpcId"],
              vpc_endpoint_type: record["VpcEndpointType"],
              service_name: record["ServiceName"],
              policy: record["PolicyDocument"],
              route_table_ids: record["RouteTableIds"],
              subnet_ids: record["SubnetIds"],
              security_group_ids: each(record["Groups"], "GroupId"),
              private_dns_enabled: record["PrivateDnsEnabled"],
            },
          },
        ],
  "endpoint-services": (record) =>
    isGone(record["ServiceState"])
      ? []
      : [
          {
            type: "aws_vpc_endpoint_service",
            name: nameAt(record, "ServiceId"),
            values: {
              id: record["ServiceId"],
              service_name: record["ServiceName"],
              acceptance_required: record["AcceptanceRequired"],
              network_load_balancer_arns: record["NetworkLoadBalancerArns"],
              gateway_load_balancer_arns: record["GatewayLoadBalancerArns"],
              allowed_principals: each(record["AllowedPrincipals"], "Principal"),
            },
          },
        ],
  "flow-logs": (record) => {
    const of = nameAt(record, "ResourceId");
    // One that is not active records nothing.
    return record["FlowLogStatus"] === "ACTIVE"
      ? [
          {
            type: "aws_flow_log",
            name: nameAt(record, "FlowLogId"),
            values: {
              id: record["FlowLogId"],
              ...(of.startsWith("vpc-") && { vpc_id: of }),
              ...(of.startsWith("subnet-") && { subnet_id: of }),
              ...(of.startsWith("eni-") && { eni_id: of }),
              traffic_type: record["TrafficType"],
              log_destination_type: record["LogDestinationType"],
              log_destination: record["LogDestination"],
              log_group_name: record["LogGroupName"],
              log_format: record["LogFormat"],
              max_aggregation_interval: record["MaxAggregationInterval"],
              iam_role_arn: record["DeliverLogsPermissionArn"],
            },
          },
        ]
      : [];
  },
};

/** Whether a group, or a rule's, is the one that EKS makes for a cluster: it comes with the cluster, as in a configuration. */
const isOfCluster = ({ GroupId }: ObjectValue, records: Records) =>
  records
    .of("eks-clusters")
    .some(({ values }) => at(values["resourcesVpcConfig"], "clusterSecurityGroupId") === GroupId);

/** The rules that such a group is made with: among its members, and out to everywhere. Others are somebody's. */
const isByEks = ({ IsEgress, GroupId, CidrIpv4, CidrIpv6, ReferencedGroupInfo }: ObjectValue) =>
  IsEgress === true ? CidrIpv4 === "0.0.0.0/0" || CidrIpv6 === "::/0" : at(ReferencedGroupInfo, "GroupId") === GroupId;

/** Routes that no one writes: within the VPC, by a gateway that tells of them, and to a gateway endpoint, which has them itself. */
function isOfAnother(one: Value): boolean {
  const gateway = at(one, "GatewayId");
  return (
    gateway === "local" ||
    at(one, "Origin") === "EnableVgwRoutePropagation" ||
    (typeof gateway === "string" && gateway.startsWith("vpce-"))
  );
}

/** The provider's arguments for a route's destination and target, each by the API's field. */
const ROUTE: Readonly<Record<string, string>> = {
  destination_cidr_block: "DestinationCidrBlock",
  destination_ipv6_cidr_block: "DestinationIpv6CidrBlock",
  destination_prefix_list_id: "DestinationPrefixListId",
  gateway_id: "GatewayId",
  nat_gateway_id: "NatGatewayId",
  egress_only_gateway_id: "EgressOnlyInternetGatewayId",
  transit_gateway_id: "TransitGatewayId",
  vpc_peering_connection_id: "VpcPeeringConnectionId",
  network_interface_id: "NetworkInterfaceId",
  local_gateway_id: "LocalGatewayId",
  carrier_gateway_id: "CarrierGatewayId",
  core_network_arn: "CoreNetworkArn",
};

function route(one: Value, table: string): Made {
  const values = Object.fromEntries(Object.entries(ROUTE).map(([argument, field]) => [argument, at(one, field)]));
  const { destination_cidr_block: v4, destination_ipv6_cidr_block: v6, destination_prefix_list_id: list } = values;
  const to = [v4, v6, list].find((destination) => typeof destination === "string");
  return { type: "aws_route", name: `${table}_${String(to)}`, values: { ...values, route_table_id: table } };
}
