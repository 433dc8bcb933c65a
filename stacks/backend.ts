import { isAbsolute, join } from "node:path";
import type { AwsDeployment, AzureDeployment, Deployment, GoogleDeployment } from "../config/deployment";
import { AzurermBackend, GcsBackend, LocalBackend, S3Backend, type TerraformStack } from "../framework";

/** The Terraform that the stacks need: write-only arguments and ephemeral values keep secrets out of state. */
export const TERRAFORM_VERSION = ">= 1.11";

/** Which of a deployment's two states. */
export type StatePart = "infrastructure" | "workloads";

/**
 * Gives a stack the place of its state, the Terraform version that may write it, and a copy of its deployment, which
 * `dataplane verify` reads its policy from. Terraform passes over what is below `//`.
 */
export function addBackend(stack: TerraformStack, deployment: Deployment, part: StatePart): void {
  stack.addOverride("//.deployment", deployment);
  stack.addOverride("terraform.required_version", TERRAFORM_VERSION);
  switch (deployment.cloud) {
    case "aws":
      return addS3(stack, deployment, part);
    case "google":
      return addGcs(stack, deployment, part);
    case "azure":
      return addAzurerm(stack, deployment, part);
  }
}

function addLocal(stack: TerraformStack, name: string, directory: string, part: StatePart): void {
  const file = part === "infrastructure" ? `${name}.tfstate` : `${name}-${part}.tfstate`;
  // Terraform runs in cdktf.out/stacks/STACK; a relative folder is meant from that of cdktf.json.
  const folder = isAbsolute(directory) ? directory : join("../../..", directory);
  new LocalBackend(stack, { path: join(folder, file) });
}

function addS3(stack: TerraformStack, { name, state, cloudRegion, assumeRole }: AwsDeployment, part: StatePart): void {
  if (state.backend === "local") return addLocal(stack, name, state.directory, part);
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

/** Google Cloud Storage locks by itself. */
function addGcs(stack: TerraformStack, deployment: GoogleDeployment, part: StatePart): void {
  const { name, state, impersonateServiceAccount } = deployment;
  if (state.backend === "local") return addLocal(stack, name, state.directory, part);
  new GcsBackend(stack, {
    bucket: state.bucket,
    prefix: `${state.prefix ?? name}/${part}`,
    ...(impersonateServiceAccount !== undefined && { impersonateServiceAccount }),
  });
}

/** Azure Storage locks by a lease on the blob; access is by Microsoft Entra, never by the account's key. */
function addAzurerm(stack: TerraformStack, deployment: AzureDeployment, part: StatePart): void {
  const { name, state, subscription, directory } = deployment;
  if (state.backend === "local") return addLocal(stack, name, state.directory, part);
  new AzurermBackend(stack, {
    resourceGroupName: state.resourceGroup,
    storageAccountName: state.storageAccount,
    containerName: state.container,
    key: `${state.key ?? name}/${part}.tfstate`,
    subscriptionId: subscription,
    tenantId: directory,
  });
  // The framework's own argument for it is older than Microsoft Entra.
  stack.addOverride("terraform.backend.azurerm.use_azuread_auth", true);
}
