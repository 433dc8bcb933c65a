/** Zones that subnets lie in. */
import type { Value } from "../../verification/model";
import { field, isList } from "../../verification/values";
import { asked, type Looking } from "./ask";

/** Zones of a list of subnets: of those that are made as they are written, of given ones as EC2 tells. */
export async function zonesOf({ stacks, services: { ec2 } }: Looking, subnets: Value | undefined): Promise<string[]> {
  const each = isList(subnets) ? subnets : [];
  const made = each.flatMap((subnet) => {
    const resource = stacks.target(subnet);
    return resource ? (stacks.text(field(resource, "availability_zone")) ?? []) : [];
  });
  const given = each.flatMap((subnet) => (typeof subnet === "string" ? subnet : []));
  if (given.length === 0) return [...new Set(made)];
  const call = ec2.client.send(new ec2.sdk.DescribeSubnetsCommand({ SubnetIds: given }));
  const { Subnets = [] } = await asked("ec2:DescribeSubnets", call);
  return [...new Set([...made, ...Subnets.flatMap(({ AvailabilityZone }) => AvailabilityZone ?? [])])].sort();
}
