import { TerraformResource, type TerraformStack } from "../framework";
import type { CloudStacks } from "./cloud-stacks";

/**
 * Adds `prevent_destroy` to all of a stack that is worth it: a plan that would destroy one is refused by Terraform
 * itself. A resource that leaves the stack altogether is not: `dataplane diff` and `npm run deploy` look for those.
 */
export function protect(stack: TerraformStack, { protects }: Pick<CloudStacks, "protects">): void {
  for (const node of stack.node.findAll()) {
    if (!TerraformResource.isTerraformResource(node) || !protects(node)) continue;
    node.lifecycle = { ...node.lifecycle, preventDestroy: true };
  }
}
