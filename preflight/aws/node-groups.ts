/** Node groups as the stacks have them. */
import type { Resource, Value } from "../../verification/model";
import { field } from "../../verification/values";
import type { Stacks } from "../stacks";

export interface NodeGroup {
  readonly name: string;
  readonly types: readonly string[];
  readonly isSpot: boolean;
  /** Most nodes. */
  readonly most: number;
  readonly subnets: Value | undefined;
}

export const nodeGroups = (stacks: Stacks): readonly NodeGroup[] =>
  stacks.ofType("aws_eks_node_group").map((group) => nodeGroup(stacks, group));

function nodeGroup(stacks: Stacks, group: Resource): NodeGroup {
  const size = (name: string) => Number(field(group, "scaling_config", name));
  return {
    name: stacks.text(field(group, "labels", "union.ai/pool")) ?? group.address,
    types: stacks.texts(field(group, "instance_types")),
    isSpot: field(group, "capacity_type") === "SPOT",
    most: size("max_size"),
    subnets: field(group, "subnet_ids"),
  };
}
