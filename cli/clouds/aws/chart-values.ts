import { fastRegistrationBucket, metadataBucket, platformRole, roleArn, taskRole } from "../../../config/aws/names";
import type { AwsDeployment } from "../../../config/deployment";
import { OBJECT_STORE_LOGS } from "../../../config/logs";
import type { ChartValues } from "../chart-values";

export function awsValues(deployment: AwsDeployment): ChartValues {
  const { account, cloudRegion } = deployment;
  const [metadata, fastRegistration] = [metadataBucket(deployment), fastRegistrationBucket(deployment)];
  const platform = roleArn(deployment, platformRole(deployment));
  const task = roleArn(deployment, taskRole(deployment));
  return {
    provider: "aws",
    global: {
      METADATA_BUCKET: metadata,
      FAST_REGISTRATION_BUCKET: fastRegistration,
      AWS_ACCOUNT_ID: account,
      AWS_REGION: cloudRegion,
      BACKEND_IAM_ROLE_ARN: platform,
      WORKER_IAM_ROLE_ARN: task,
    },
    storage: {
      provider: "aws",
      authType: "iam",
      bucketName: metadata,
      fastRegistrationBucketName: fastRegistration,
      region: cloudRegion,
      enableMultiContainer: true,
    },
    identityAnnotation: "eks.amazonaws.com/role-arn",
    identities: { platform, task },
    persistedLogs: { sourceType: OBJECT_STORE_LOGS.sourceType },
    secretManager: { type: "AWS", config: { awsConfig: { account, region: cloudRegion } } },
    settings: [],
  };
}
