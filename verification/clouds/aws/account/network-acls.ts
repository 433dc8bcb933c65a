/**
 * Records of network ACLs as resources of the provider.
 *
 * Amazon EC2 API Reference, "NetworkAcl" (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NetworkAcl.html).
 */
import { isUnknown, type Value } from "../../../model";
import { at, blocks, bool, type ObjectValue } from "../../../values";
import { each, nameAt, type Made, type Records } from "../../account";

/** Whether a network ACL is the one that its VPC was made with. */
export const isDefault = ({ IsDefault }: ObjectValue): boolean => IsDefault === true;

export function networkAcls(record: ObjectValue, records: Records): Made[] {
  if (isDefault(record) && isAsMade(record, records)) return [];
  const entries = blocks(record["Entries"]);
  const values = {
    id: record["NetworkAclId"],
    vpc_id: record["VpcId"],
    subnet_ids: each(record["Associations"], "SubnetId"),
    ingress: entries.filter((one) => !isEgress(one)).map(aclRule),
    egress: entries.filter(isEgress).map(aclRule),
  };
  const name = nameAt(record, "NetworkAclId");
  return isDefault(record)
    ? [{ type: "aws_default_network_acl", name, values: { ...values, default_network_acl_id: values.id } }]
    : [{ type: "aws_network_acl", name, values }];
}

const isEgress = (one: Value) => bool(at(one, "Egress")) === true;

/** Numbers of the rules that deny what no other matches, IPv4's and IPv6's; nobody can take them away. */
const LAST_RULES = [32767, 32768];

/**
 * Whether a VPC's default network ACL is as AWS makes it: it comes with the VPC, as in a configuration, and lets everything
 * pass. The rules for IPv6 come with a block of it
 * (https://docs.aws.amazon.com/vpc/latest/userguide/default-network-acl.html).
 */
function isAsMade({ VpcId, Entries }: ObjectValue, records: Records): boolean {
  if (isUnknown(Entries)) return false;
  const vpc = records.of("vpcs").find(({ values }) => values["VpcId"] === VpcId);
  const hasIpv6 = blocks(vpc?.values["Ipv6CidrBlockAssociationSet"]).length > 0;
  const entries = blocks(Entries).filter((one) => !LAST_RULES.includes(Number(at(one, "RuleNumber"))));
  const passes = (isOut: boolean, field: string, everything: string) =>
    entries.some((one) => isEgress(one) === isOut && at(one, field) === everything);
  return (
    vpc !== undefined &&
    entries.every((one) => at(one, "RuleAction") === "allow" && at(one, "Protocol") === "-1") &&
    [true, false].every(
      (isOut) => passes(isOut, "CidrBlock", "0.0.0.0/0") && (!hasIpv6 || passes(isOut, "Ipv6CidrBlock", "::/0")),
    )
  );
}

/** A rule of a network ACL as a block of it. */
const aclRule = (one: Value): ObjectValue => ({
  rule_no: at(one, "RuleNumber") ?? null,
  action: at(one, "RuleAction") ?? null,
  protocol: at(one, "Protocol") ?? null,
  from_port: at(one, "PortRange", "From") ?? null,
  to_port: at(one, "PortRange", "To") ?? null,
  icmp_type: at(one, "IcmpTypeCode", "Type") ?? null,
  icmp_code: at(one, "IcmpTypeCode", "Code") ?? null,
  cidr_block: at(one, "CidrBlock") ?? null,
  ipv6_cidr_block: at(one, "Ipv6CidrBlock") ?? null,
});
