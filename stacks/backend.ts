import type { Deployment } from "../config/deployment";
import type { TerraformStack } from "../framework";
import { stacksOf } from "./cloud";
import type { StatePart } from "./local-backend";

/** The Terraform that the stacks need: write-only arguments and ephemeral values keep secrets out of state. */
export const TERRAFORM_VERSION = ">= 1.11";

/**
 * Gives a stack the place of its state, the Terraform version that may write it, and a copy of its deployment, which
 * `dataplane verify` reads its policy from. Terraform passes over what is below `//`.
 */
export function addBackend(stack: TerraformStack, deployment: Deployment, part: StatePart): void {
  stack.addOverride("//.deployment", deployment);
  stack.addOverride("terraform.required_version", TERRAFORM_VERSION);
  stacksOf(deployment).addBackend(stack, deployment, part);
}
