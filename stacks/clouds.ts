import type { CloudOutputs } from "../config/cloud-outputs";
import type { Deployment } from "../config/deployment";
import type * as AwsDataPlane from "../constructs/aws/data-plane";
import type * as AwsProvider from "../constructs/aws/provider";
import type * as AzureDataPlane from "../constructs/azure/data-plane";
import type * as AzureProvider from "../constructs/azure/provider";
import type { DataPlane } from "../constructs/data-plane";
import type * as GoogleDataPlane from "../constructs/google/data-plane";
import type * as GoogleProvider from "../constructs/google/provider";
import type { TerraformStack } from "../framework";
import type * as AwsInfrastructure from "./aws/infrastructure";
import type * as AzureInfrastructure from "./azure/infrastructure";
import type * as GoogleInfrastructure from "./google/infrastructure";

/* eslint-disable @typescript-eslint/no-require-imports -- a provider's classes cost memory; only a deployment's own are loaded */
const aws = {
  provider: () => require("../constructs/aws/provider") as typeof AwsProvider,
  infrastructure: () => require("./aws/infrastructure") as typeof AwsInfrastructure,
  dataPlane: () => require("../constructs/aws/data-plane") as typeof AwsDataPlane,
};
const google = {
  provider: () => require("../constructs/google/provider") as typeof GoogleProvider,
  infrastructure: () => require("./google/infrastructure") as typeof GoogleInfrastructure,
  dataPlane: () => require("../constructs/google/data-plane") as typeof GoogleDataPlane,
};
const azure = {
  provider: () => require("../constructs/azure/provider") as typeof AzureProvider,
  infrastructure: () => require("./azure/infrastructure") as typeof AzureInfrastructure,
  dataPlane: () => require("../constructs/azure/data-plane") as typeof AzureDataPlane,
};
/* eslint-enable @typescript-eslint/no-require-imports */

/** Gives a stack the provider of its deployment's cloud. */
export function addProvider(stack: TerraformStack, deployment: Deployment): void {
  switch (deployment.cloud) {
    case "aws":
      return aws.provider().addAwsProvider(stack, deployment);
    case "google":
      return google.provider().addGoogleProvider(stack, deployment);
    case "azure":
      return azure.provider().addAzureProvider(stack, deployment);
  }
}

/** Fills a stack with everything of a data plane outside Kubernetes. */
export function addInfrastructure(stack: TerraformStack, deployment: Deployment): void {
  switch (deployment.cloud) {
    case "aws":
      return aws.infrastructure().addInfrastructure(stack, deployment);
    case "google":
      return google.infrastructure().addInfrastructure(stack, deployment);
    case "azure":
      return azure.infrastructure().addInfrastructure(stack, deployment);
  }
}

/** What a deployment's cloud hands to the workloads; without `outputs`, what only the cloud knows is read by data sources. */
export function addDataPlane(stack: TerraformStack, deployment: Deployment, outputs?: CloudOutputs): DataPlane {
  switch (deployment.cloud) {
    case "aws":
      return new (aws.dataPlane().AwsDataPlane)(stack, "data-plane", deployment, outputs as CloudOutputs<"aws">);
    case "google":
      return new (google.dataPlane().GoogleDataPlane)(stack, "data-plane", deployment);
    case "azure":
      return new (azure.dataPlane().AzureDataPlane)(stack, "data-plane", deployment, outputs as CloudOutputs<"azure">);
  }
}
