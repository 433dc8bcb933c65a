/** The cloud of a deployment, as a report speaks of it: the one place that lists them. */
import type { Deployment } from "../../config/deployment";
import { awsCloud } from "./aws";
import { azureCloud } from "./azure";
import type { ReportedCloud } from "./cloud";
import { googleCloud } from "./google";

export function cloudOf(deployment: Deployment): ReportedCloud {
  switch (deployment.cloud) {
    case "aws":
      return awsCloud(deployment);
    case "google":
      return googleCloud(deployment);
    case "azure":
      return azureCloud(deployment);
  }
}
