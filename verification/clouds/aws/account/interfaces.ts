/**
 * Network interfaces that no other record accounts for.
 *
 * Everything with an address in a VPC has it by an interface. Most are made by something that is judged itself: where an
 * interface has the groups of such a thing, in a subnet of it, and no public address, all that decides over its packets
 * has been judged. Every other is an endpoint of its own, whoever made it: what somebody changed at one interface of a
 * node, and what a service of AWS has there of which nothing else tells.
 */
import { isUnknown, type Value } from "../../../model";
import { at, blocks, unknown, type ObjectValue } from "../../../values";
import { shown } from "../../../../config/texts";
import { each, nameAt, type Convert, type Records } from "../../account";
import { machinesOf } from "./machines";
import { oncePer } from "../../../once-per";

/** Types of interfaces that carry no group, and are judged as what they belong to: by routes, or as what has them. */
const GROUPLESS = ["nat_gateway", "transit_gateway", "network_load_balancer", "gateway_load_balancer", "vpc_endpoint"];

export const interfaces: Convert = (record, records) => {
  const groups = each(record["Groups"], "GroupId");
  const type = nameAt(record, "InterfaceType");
  if (blocks(groups).length === 0 && GROUPLESS.includes(type)) return [];
  if (type === "nat_gateway" || isFirstOfMachine(record, records)) return [];
  const isPublic = publicAddresses(record).length > 0;
  if (!isPublic && isAccountedFor(record, records)) return [];
  const instance = at(record["Attachment"], "InstanceId");
  const isMachine = typeof instance === "string";
  const held =
    blocks(groups).length > 0 ? groups : unknown(`${nameAt(record, "NetworkInterfaceId")} tells no security group`);
  const id = record["NetworkInterfaceId"];
  const name = nameAt(record, "NetworkInterfaceId");
  return [
    {
      type: "aws_network_interface",
      name,
      values: {
        id,
        subnet_id: record["SubnetId"],
        security_groups: held,
        private_ips: each(record["PrivateIpAddresses"], "PrivateIpAddress"),
        description: record["Description"],
        ...(isMachine && { attachment: [{ instance }] }),
      },
    },
    // An address that AWS gave by itself opens as much as an elastic one, of which the account's addresses tell.
    ...(isPublic
      ? [
          {
            type: "aws_eip_association",
            name,
            values: { network_interface_id: id },
          },
        ]
      : []),
  ];
};

/** Whether it is the interface by which a machine is judged itself. */
const isFirstOfMachine = ({ Attachment: attachment }: ObjectValue, records: Records) =>
  at(attachment, "DeviceIndex") === 0 && machinesOf(records).has(shown(at(attachment, "InstanceId")));

function publicAddresses(record: ObjectValue): Value[] {
  const own = at(record["Association"], "PublicIp");
  const further = blocks(record["PrivateIpAddresses"]).flatMap((one) => at(one, "Association", "PublicIp") ?? []);
  return [...(own === undefined ? [] : [own]), ...further];
}

/** Groups and subnets of things that are judged themselves. */
interface Judged {
  readonly groups: readonly Value[];
  readonly subnets: readonly Value[];
}

function isAccountedFor(record: ObjectValue, records: Records): boolean {
  const judged = judgedOf(records);
  const groups = blocks(each(record["Groups"], "GroupId"));
  const subnet = record["SubnetId"] ?? null;
  return judged.some(
    (one) =>
      one.subnets.includes(subnet) &&
      one.groups.length === groups.length &&
      groups.every((group) => !isUnknown(group) && one.groups.includes(group)),
  );
}

const judgedOf = oncePer((records: Records): readonly Judged[] => {
  const templates = records.of("launch-templates");
  const groupsOf = (launch: Value | undefined): readonly Value[] => {
    const template = templates.find(
      ({ values }) =>
        values["LaunchTemplateId"] === at(launch, "id") &&
        shown(values["VersionNumber"]) === shown(at(launch, "version")),
    );
    const data = template?.values["LaunchTemplateData"];
    return [...blocks(at(data, "SecurityGroupIds")), ...blocks(each(at(data, "NetworkInterfaces"), "Groups"))];
  };
  const clusters = new Map(
    records.of("eks-clusters").map(({ values }) => [values["name"], values["resourcesVpcConfig"]]),
  );
  return [
    ...records.of("vpc-endpoints").map(({ values }) => ({
      groups: blocks(each(values["Groups"], "GroupId")),
      subnets: blocks(values["SubnetIds"]),
    })),
    ...records.of("eks-clusters").map(({ values: { resourcesVpcConfig: config } }) => ({
      groups: [...blocks(at(config, "securityGroupIds")), ...blocks(at(config, "clusterSecurityGroupId"))],
      subnets: blocks(at(config, "subnetIds")),
    })),
    ...records.of("eks-node-groups").map(({ values }) => {
      const own = groupsOf(values["launchTemplate"]);
      const cluster = at(clusters.get(values["clusterName"]), "clusterSecurityGroupId");
      return { groups: own.length > 0 ? own : blocks(cluster), subnets: blocks(values["subnets"]) };
    }),
    ...records.of("load-balancers").map(({ values }) => ({
      groups: blocks(values["SecurityGroups"]),
      subnets: blocks(each(values["AvailabilityZones"], "SubnetId")),
    })),
    ...records.of("classic-load-balancers").map(({ values }) => ({
      groups: blocks(values["SecurityGroups"]),
      subnets: blocks(values["Subnets"]),
    })),
    ...records.of("lambda-functions").map(({ values: { VpcConfig: config } }) => ({
      groups: blocks(at(config, "SecurityGroupIds")),
      subnets: blocks(at(config, "SubnetIds")),
    })),
  ];
});
