import { App, TerraformResource, TerraformStack } from "../framework";

/**
 * Makes a stack forget resources that it may have made before: they stay as they are, and Terraform manages them no
 * longer. Of what it never made it says nothing.
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
  const removed = own.node
    .findAll()
    .filter((node) => TerraformResource.isTerraformResource(node))
    .filter(({ terraformResourceType }) => isForgotten(terraformResourceType))
    .map(({ terraformResourceType, friendlyUniqueId }) => ({
      from: `${terraformResourceType}.${friendlyUniqueId}`,
      lifecycle: { destroy: false },
    }));
  // The framework has no such blocks.
  if (removed.length > 0) stack.addOverride("removed", removed);
}
