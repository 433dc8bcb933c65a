import { fastRegistrationBucket, metadataBucket, bucketArn } from "../../config/aws/names";
import type { AwsDeployment } from "../../config/deployment";
import { LOG_FOLDER } from "../../config/logs";
import { ObjectStore } from "../../constructs/aws/object-store";
import type { TerraformStack } from "../../framework";

/** The buckets' ARNs, of buckets that are made or given. */
export function objectStoreOf(
  stack: TerraformStack,
  deployment: AwsDeployment,
  keyArn: string,
): { readonly metadataArn: string; readonly arns: readonly string[] } {
  if (deployment.objectStore.existing) {
    const [metadataArn, fastRegistrationArn] = [metadataBucket(deployment), fastRegistrationBucket(deployment)].map(
      bucketArn,
    ) as [string, string];
    return { metadataArn, arns: [metadataArn, fastRegistrationArn] };
  }
  const { metadata, fastRegistration } = addObjectStore(stack, deployment, keyArn);
  return { metadataArn: metadata.arn, arns: [metadata.arn, fastRegistration.arn] };
}

export function addObjectStore(stack: TerraformStack, deployment: AwsDeployment, keyArn: string): ObjectStore {
  const { noncurrentDays, forceDestroy } = deployment.objectStore;
  return new ObjectStore(stack, "object-store", {
    metadataName: metadataBucket(deployment),
    fastRegistrationName: fastRegistrationBucket(deployment),
    keyArn,
    noncurrentDays,
    forceDestroy,
    ...(deployment.logs === "object-store" && {
      expiring: { prefix: `${LOG_FOLDER}/`, days: deployment.logRetentionDays },
    }),
  });
}
