import type * as Account from "../../../account/aws/index";
import type * as Surroundings from "../../../account/aws/surroundings";
import { endpointHost } from "../../../config/aws/endpoints";
import { clientSecretName } from "../../../config/aws/names";
import type { AwsDeployment } from "../../../config/deployment";
import { pullCommand } from "../../../config/images";
import type * as Deployer from "../../../deployer/aws/index";
import type * as Preflight from "../../../preflight/aws/index";
import type { CommandedCloud, DeploymentCloud } from "../cloud";
import { awsValues } from "./chart-values";

/* eslint-disable @typescript-eslint/no-require-imports -- what is not asked for is not loaded */
const account = () => require("../../../account/aws/index") as typeof Account;
const deployer = () => require("../../../deployer/aws/index") as typeof Deployer;
const preflight = () => require("../../../preflight/aws/index") as typeof Preflight;

export const CLOUD: CommandedCloud = {
  place: "region",
  account: (region) => account().awsAccount(region),
  surroundings: () => (require("../../../account/aws/surroundings") as typeof Surroundings).surroundings(),
};
/* eslint-enable @typescript-eslint/no-require-imports */

export const cloudOf = (deployment: AwsDeployment): DeploymentCloud => ({
  target: { account: deployment.account },
  account: (region = deployment.cloudRegion) => account().awsAccount(region, deployment.account),
  checks: (stacks) => preflight().awsChecks(deployment, stacks),
  deployer: (stacks) => deployer().awsDeployer(deployment, stacks),
  chartValues: () => awsValues(deployment),
  objectStoreHost: endpointHost(deployment, "s3"),
  secretStore: (serviceAccountRef) => ({
    provider: {
      aws: { service: "SecretsManager", region: deployment.cloudRegion, auth: { jwt: { serviceAccountRef } } },
    },
    key: deployment.clientSecretArn ?? clientSecretName(deployment),
  }),
  makesNat: deployment.network.transitGatewayId === undefined,
  fetchCommand: (name) => pullCommand(deployment, name),
});
