import { isAbsolute, join } from "node:path";
import type { AwsDeployment, AzureDeployment, Deployment, GoogleDeployment } from "../config/deployment";
import { stateFolder } from "../config/names";
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

/** A state's place in its bucket or folder. */
const fileOf = (deployment: Deployment, part: StatePart) => `${stateFolder(deployment)}/${part}.tfstate`;

function addLocal(stack: TerraformStack, deployment: Deployment, directory: string, part: StatePart): void {
  // Terraform runs in cdktf.out/stacks/STACK; a relative folder is meant from that of cdktf.json.
  const folder = isAbsolute(directory) ? directory : join("../../..", directory);
  new LocalBackend(stack, { path: join(folder, fileOf(deployment, part)) });
}

function addS3(stack: TerraformStack, deployment: AwsDeployment, part: StatePart): void {
  const { state, cloudRegion, assumeRole } = deployment;
  if (state.backend === "local") return addLocal(stack, deployment, state.directory, part);
  new S3Backend(stack, {
    bucket: state.bucket,
    key: fileOf(deployment, part),
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
  const { state, impersonateServiceAccount } = deployment;
  if (state.backend === "local") return addLocal(stack, deployment, state.directory, part);
  new GcsBackend(stack, {
    bucket: state.bucket,
    // Google's own backend writes `default.tfstate` below it.
    prefix: `${stateFolder(deployment)}/${part}`,
    ...(impersonateServiceAccount !== undefined && { impersonateServiceAccount }),
  });
}

/** Azure Storage locks by a lease on the blob; access is by Microsoft Entra, never by the account's key. */
function addAzurerm(stack: TerraformStack, deployment: AzureDeployment, part: StatePart): void {
  const { state, subscription, directory } = deployment;
  if (state.backend === "local") return addLocal(stack, deployment, state.directory, part);
  new AzurermBackend(stack, {
    resourceGroupName: state.resourceGroup,
    storageAccountName: state.storageAccount,
    containerName: state.container,
    key: fileOf(deployment, part),
    subscriptionId: subscription,
    tenantId: directory,
  });
  // The framework's own argument for it is older than Microsoft Entra.
  stack.addOverride("terraform.backend.azurerm.use_azuread_auth", true);
}
