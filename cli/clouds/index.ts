/** The clouds as commands ask them: the one place of the command line that lists them. */
import type { Cloud, Deployment } from "../../config/deployment";
import * as aws from "./aws/index";
import * as azure from "./azure/index";
import type { CommandedCloud, DeploymentCloud } from "./cloud";
import * as google from "./google/index";

/** In the order in which they are told from options: a region is of the account that the credentials are for. */
export const CLOUDS: Readonly<Record<Cloud, CommandedCloud>> = {
  google: google.CLOUD,
  azure: azure.CLOUD,
  aws: aws.CLOUD,
};

export function cloudOf(deployment: Deployment): DeploymentCloud {
  switch (deployment.cloud) {
    case "aws":
      return aws.cloudOf(deployment);
    case "google":
      return google.cloudOf(deployment);
    case "azure":
      return azure.cloudOf(deployment);
  }
}
