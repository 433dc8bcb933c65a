import type * as Account from "../../../account/google/index";
import type * as Surroundings from "../../../account/google/surroundings";
import type { GoogleDeployment } from "../../../config/deployment";
import { clientSecretId } from "../../../config/google/names";
import { preflight as script } from "../../../config/google/preflight";
import { clusterName } from "../../../config/names";
import type * as Deployer from "../../../deployer/google/index";
import type * as Preflight from "../../../preflight/google/index";
import type { CommandedCloud, DeploymentCloud } from "../cloud";
import { googleValues } from "./chart-values";

/* eslint-disable @typescript-eslint/no-require-imports -- what is not asked for is not loaded */
const account = () => require("../../../account/google/index") as typeof Account;
const deployer = () => require("../../../deployer/google/index") as typeof Deployer;
const preflight = () => require("../../../preflight/google/index") as typeof Preflight;

export const CLOUD: CommandedCloud = {
  place: "project",
  account: (project) => account().googleAccount(project),
  surroundings: () => (require("../../../account/google/surroundings") as typeof Surroundings).surroundings(),
};
/* eslint-enable @typescript-eslint/no-require-imports */

export const cloudOf = (deployment: GoogleDeployment): DeploymentCloud => ({
  target: { project: deployment.project },
  account: () => account().googleAccount(deployment.project),
  checks: (stacks) => preflight().googleChecks(deployment, stacks),
  script: script(deployment),
  deployer: (stacks) => deployer().googleDeployer(deployment, stacks),
  chartValues: () => googleValues(deployment),
  objectStoreHost: "storage.googleapis.com",
  secretStore: (serviceAccountRef) => {
    const [, projectID = "", , key = ""] = clientSecretId(deployment).split("/");
    const cluster = {
      clusterProjectID: deployment.project,
      clusterLocation: deployment.cloudRegion,
      clusterName: clusterName(deployment),
    };
    return { provider: { gcpsm: { projectID, auth: { workloadIdentity: { ...cluster, serviceAccountRef } } } }, key };
  },
  makesNat: true,
});
