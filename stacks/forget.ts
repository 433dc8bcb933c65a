import { App, TerraformResource, TerraformStack } from "../framework";

/**
 * Makes a stack forget resources that it may have made before: they stay as they are, and Terraform manages them no
 * longer. Of what it never made it says nothing, and what it makes itself it keeps: call this after all that does.
 *
 * @param make adds the resources to `own`, by the same ids as the stack would
 * @param isForgotten tells by its type whether one is; what is not, Terraform destroys. Default: all
 */
export function forget(
  stack: TerraformStack,
  make: (own: TerraformStack) => void,
  isForgotten: (type: string) => boolean = () => true,
): void {
  const own = new TerraformStack(new App(), stack.node.id);
  make(own);
  const kept = new Set(addressesIn(stack, () => true));
  const removed = addressesIn(own, isForgotten)
    .filter((from) => !kept.has(from))
    .map((from) => ({ from, lifecycle: { destroy: false } }));
  // The framework has no such blocks.
  if (removed.length > 0) stack.addOverride("removed", removed);
}

const addressesIn = (stack: TerraformStack, isMeant: (type: string) => boolean): string[] =>
  stack.node
    .findAll()
    .filter((node) => TerraformResource.isTerraformResource(node))
    .filter(({ terraformResourceType }) => isMeant(terraformResourceType))
    .map(({ terraformResourceType, friendlyUniqueId }) => `${terraformResourceType}.${friendlyUniqueId}`);
