/** Rules of security groups, as AWS counts them: https://docs.aws.amazon.com/vpc/latest/userguide/managed-prefix-lists.html */
import type { Resource } from "../../verification/model";
import { field } from "../../verification/values";
import type { Stacks } from "../stacks";

const DIRECTIONS = ["aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule"] as const;
const FAMILIES = ["IPv4", "IPv6"] as const;

/** The most rules of a direction and family that each group that is made has. */
export const rulesOfGroups = (stacks: Stacks): readonly { readonly group: string; readonly rules: number }[] =>
  stacks.ofType("aws_security_group").map((group) => {
    const counts = DIRECTIONS.flatMap((type) => {
      const own = stacks
        .ofType(type)
        .filter((rule) => stacks.target(field(rule, "security_group_id"))?.address === group.address);
      return FAMILIES.map((family) => own.reduce((sum, rule) => sum + weight(stacks, rule, family), 0));
    });
    return { group: stacks.text(field(group, "name")) ?? group.address, rules: Math.max(...counts) };
  });

/** A prefix list weighs as many rules as it may have entries; AWS's own of S3 weighs one. A group is of both families. */
function weight(stacks: Stacks, rule: Resource, family: (typeof FAMILIES)[number]): number {
  const list = stacks.target(field(rule, "prefix_list_id"));
  if (list?.mode === "managed")
    return field(list, "address_family") === family ? Number(field(list, "max_entries")) : 0;
  if (list) return family === "IPv4" ? 1 : 0;
  if (field(rule, "cidr_ipv4") !== undefined) return family === "IPv4" ? 1 : 0;
  if (field(rule, "cidr_ipv6") !== undefined) return family === "IPv6" ? 1 : 0;
  return 1;
}
