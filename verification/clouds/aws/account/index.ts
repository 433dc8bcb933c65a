/** What `dataplane collect` tells of an AWS account, kind by kind, in the words of the provider. */
import { whole, type AccountReader, type CloudAccount } from "../../account";
import { accelerators } from "./accelerators";
import { alike } from "./alike";
import { compute } from "./compute";
import { edge } from "./edge";
import { lattice } from "./lattice";
import { machines } from "./machines";
import { network } from "./network";
import { part } from "./part";
import { storage } from "./storage";

/** What each record has by which packets are stopped or led, or by which others are known to be its own. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  vpcs: ["VpcId"],
  subnets: ["SubnetId", "VpcId"],
  "security-groups": ["GroupId"],
  "network-acls": ["NetworkAclId", "Entries"],
  "route-tables": ["RouteTableId", "VpcId", "Routes"],
  "prefix-lists": ["PrefixListId"],
  "vpc-peerings": ["VpcPeeringConnectionId"],
  "transit-gateway-attachments": ["TransitGatewayAttachmentId"],
  "vpn-gateways": ["VpnGatewayId"],
  "vpc-endpoints": ["VpcEndpointId"],
  "lambda-functions": ["FunctionName"],
  "iam-roles": ["Arn"],
  "kms-keys": ["KeyId"],
  accelerators: ["AcceleratorArn"],
  "custom-routing-accelerators": ["AcceleratorArn"],
};

const reader: AccountReader = { ...network, ...machines, ...compute, ...edge, ...accelerators, ...lattice, ...storage };

export const account: CloudAccount = {
  read: whole(reader, (kind) => NEEDED[kind] ?? []),
  part,
  alike,
};
