/** Node groups that EKS manages: https://docs.aws.amazon.com/eks/latest/userguide/managed-node-groups.html */
import type { Resource, Value } from "../../model";
import { at, blocks, field, text, texts } from "../../values";
import { hasGpus, labelsOf, roomOf, taintOf, type NodePool } from "../node-pool";
import type { TerraformInput } from "../terraform-input";

/** EKS labels nodes with how they are bought and with their group's name. */
export function awsNodePools(input: TerraformInput): NodePool[] {
  return input.managed("aws_eks_node_group").map((resource) => {
    const follow = (value: Value | undefined) => input.follow(value, resource);
    const template = templateOf(resource, input);
    const given = texts(follow(field(resource, "instance_types")));
    const types =
      given.length > 0 ? given : texts(template && input.follow(field(template, "instance_type"), template));
    const name = text(field(resource, "node_group_name") ?? field(resource, "node_group_name_prefix"));
    const image = text(follow(field(resource, "ami_type")));
    const room = roomOf("aws", types, diskOf(resource, template, input));
    return {
      name: typeof name === "string" ? name.replace(/-$/, "") : resource.address,
      resource,
      taints: blocks(follow(field(resource, "taint"))).map((block) =>
        taintOf(["key", "value", "effect"].map((part) => follow(at(block, part)))),
      ),
      ...labelsOf(follow(field(resource, "labels")), {
        "eks.amazonaws.com/capacityType": text(follow(field(resource, "capacity_type"))) ?? "ON_DEMAND",
        "kubernetes.io/os": "linux",
      }),
      room,
      // Bottlerocket's image brings the plugin; that of a GPU, chosen by EKS where none is said, has the driver alone.
      lacksDevicePlugin:
        typeof image === "string" ? /NVIDIA|GPU/.test(image) && !image.startsWith("BOTTLEROCKET") : hasGpus(room),
    };
  });
}

function templateOf(resource: Resource, input: TerraformInput): Resource | undefined {
  const block = field(resource, "launch_template");
  if (block === undefined) return undefined;
  const target = input.find(at(block, "id") ?? at(block, "name"), resource, "launch template");
  return target.kind === "resource" ? target.resource : undefined;
}

/** The template's first volume is the root, which holds what pods write. */
function diskOf(resource: Resource, template: Resource | undefined, input: TerraformInput): Value | undefined {
  if (!template) return input.follow(field(resource, "disk_size"), resource);
  const [first] = blocks(field(template, "block_device_mappings"));
  return input.follow(at(first, "ebs", "volume_size"), template);
}
