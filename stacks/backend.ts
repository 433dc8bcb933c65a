import { isAbsolute, join } from "node:path";
import type { AwsDeployment } from "../config/deployment";
import { LocalBackend, S3Backend, type TerraformStack } from "../framework";

/** The Terraform that the stacks need: write-only arguments and ephemeral values keep secrets out of state. */
export const TERRAFORM_VERSION = ">= 1.11";

/** Which of a deployment's two states. */
export type StatePart = "infrastructure" | "workloads";

/**
 * Gives a stack the place of its state, the Terraform version that may write it, and a copy of its deployment, which
 * `dataplane verify` reads its policy from. Terraform passes over what is below `//`.
 */
export function addBackend(stack: TerraformStack, deployment: AwsDeployment, part: StatePart): void {
  const { name, state, cloudRegion, assumeRole } = deployment;
  stack.addOverride("//.deployment", deployment);
  stack.addOverride("terraform.required_version", TERRAFORM_VERSION);
  if (state.backend === "local") {
    const file = part === "infrastructure" ? `${name}.tfstate` : `${name}-${part}.tfstate`;
    // Terraform runs in cdktf.out/stacks/STACK; a relative folder is meant from that of cdktf.json.
    const folder = isAbsolute(state.directory) ? state.directory : join("../../..", state.directory);
    new LocalBackend(stack, { path: join(folder, file) });
    return;
  }
  new S3Backend(stack, {
    bucket: state.bucket,
    key: `${state.key ?? name}/${part}.tfstate`,
    region: state.region ?? cloudRegion,
    encrypt: true,
    ...(state.kmsKeyId !== undefined && { kmsKeyId: state.kmsKeyId }),
    ...(assumeRole && {
      assumeRole: {
        roleArn: assumeRole.arn,
        ...(assumeRole.externalId !== undefined && { externalId: assumeRole.externalId }),
      },
    }),
  });
  // Locks by an object beside the state; the framework knows DynamoDB's lock table only.
  stack.addOverride("terraform.backend.s3.use_lockfile", true);
}
