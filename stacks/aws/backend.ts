import type { AwsDeployment } from "../../config/deployment";
import { S3Backend, type TerraformStack } from "../../framework";
import { addLocal, fileOf, type StatePart } from "../local-backend";

/** S3 locks by an object beside the state. */
export function addBackend(stack: TerraformStack, deployment: AwsDeployment, part: StatePart): void {
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
  // The framework knows DynamoDB's lock table only.
  stack.addOverride("terraform.backend.s3.use_lockfile", true);
}
