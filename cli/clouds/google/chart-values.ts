import type { GoogleDeployment } from "../../../config/deployment";
import { persistedLogs } from "../../../config/google/logs";
import {
  accountEmail,
  fastRegistrationBucket,
  metadataBucket,
  platformAccount,
  taskAccount,
} from "../../../config/google/names";
import type { ChartValues } from "../chart-values";

export function googleValues(deployment: GoogleDeployment): ChartValues {
  const { project, cloudRegion } = deployment;
  const [metadata, fastRegistration] = [metadataBucket(deployment), fastRegistrationBucket(deployment)];
  const platform = accountEmail(deployment, platformAccount(deployment));
  const task = accountEmail(deployment, taskAccount(deployment));
  return {
    provider: "gcp",
    global: {
      METADATA_BUCKET: metadata,
      FAST_REGISTRATION_BUCKET: fastRegistration,
      GOOGLE_PROJECT_ID: project,
      GCP_REGION: cloudRegion,
      BACKEND_IAM_ROLE_ARN: platform,
      WORKER_IAM_ROLE_ARN: task,
    },
    storage: {
      provider: "gcs",
      bucketName: metadata,
      fastRegistrationBucketName: fastRegistration,
      region: cloudRegion,
      enableMultiContainer: true,
      gcp: { projectId: project },
    },
    identityAnnotation: "iam.gke.io/gcp-service-account",
    identities: { platform, task },
    persistedLogs: persistedLogs(deployment),
    secretManager: { type: "GCP", config: { gcpConfig: { project } } },
    settings: [],
  };
}
