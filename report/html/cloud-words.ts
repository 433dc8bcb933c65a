/** What each cloud calls the parts of a data plane, and what this deployment has there. */
import * as aws from "../../config/aws/names";
import * as azure from "../../config/azure/names";
import type { Deployment } from "../../config/deployment";
import * as google from "../../config/google/names";
import { LOG_FOLDER } from "../../config/logs";

/** A service of the cloud, and the deployment's own part of it. */
interface Service {
  readonly product: string;
  readonly name: string;
}

export interface CloudWords {
  readonly cloud: string;
  /** What the cloud calls what a deployment lies in, and its id. */
  readonly account: readonly [name: string, id: string];
  readonly cluster: string;
  readonly objectStore: Service;
  /** Host that presigned URLs lead to. */
  readonly objectStoreHost: string;
  readonly logs: Service;
  readonly registry: Service;
  readonly secretStore: Service;
  readonly privateConnection: string;
}

export function cloudWords(deployment: Deployment): CloudWords {
  switch (deployment.cloud) {
    case "aws": {
      const { account, cloudRegion } = deployment;
      const bucket = aws.metadataBucket(deployment);
      return {
        cloud: "AWS",
        account: ["Account", account],
        cluster: "EKS",
        objectStore: { product: "S3", name: bucket },
        objectStoreHost: `${bucket}.s3.${cloudRegion}.amazonaws.com`,
        logs:
          deployment.logs === "object-store"
            ? { product: "S3", name: `${bucket}/${LOG_FOLDER}` }
            : { product: "CloudWatch", name: aws.taskLogGroup(deployment) },
        registry: { product: "ECR", name: aws.pullThroughPrefix(deployment) },
        secretStore: { product: "Secrets Manager", name: aws.secretPrefix(deployment) },
        privateConnection: "PrivateLink",
      };
    }
    case "google": {
      const bucket = google.metadataBucket(deployment);
      return {
        cloud: "Google Cloud",
        account: ["Project", deployment.project],
        cluster: "GKE",
        objectStore: { product: "Cloud Storage", name: bucket },
        objectStoreHost: `storage.googleapis.com/${bucket}`,
        logs: { product: "Cloud Logging", name: google.podLogs(deployment) },
        registry: { product: "Artifact Registry", name: google.buildRepository(deployment) },
        secretStore: { product: "Secret Manager", name: google.secretPrefix(deployment) },
        privateConnection: "Private Service Connect",
      };
    }
    case "azure": {
      const account = azure.storageAccount(deployment);
      return {
        cloud: "Azure",
        account: ["Subscription", deployment.subscription],
        cluster: "AKS",
        objectStore: { product: "Storage", name: account },
        objectStoreHost: `${account}.blob.core.windows.net`,
        logs: deployment.logCluster
          ? { product: "Data Explorer", name: azure.logCluster(deployment) }
          : { product: "Log Analytics", name: azure.podLogWorkspace(deployment) },
        registry: { product: "Container Registry", name: azure.registry(deployment) },
        secretStore: { product: "Key Vault", name: azure.keyVault(deployment) },
        privateConnection: "Private Link",
      };
    }
  }
}
