import type * as Account from "../../../account/azure/index";
import type * as Surroundings from "../../../account/azure/surroundings";
import { clientSecret, storageAccount, vaultUrl } from "../../../config/azure/names";
import type { AzureDeployment } from "../../../config/deployment";
import { lastSegment } from "../../../config/texts";
import type * as Deployer from "../../../deployer/azure/index";
import type * as Preflight from "../../../preflight/azure/index";
import type { CommandedCloud, DeploymentCloud } from "../cloud";
import { azureValues } from "./chart-values";

/* eslint-disable @typescript-eslint/no-require-imports -- what is not asked for is not loaded */
const account = () => require("../../../account/azure/index") as typeof Account;
const deployer = () => require("../../../deployer/azure/index") as typeof Deployer;
const preflight = () => require("../../../preflight/azure/index") as typeof Preflight;

export const CLOUD: CommandedCloud = {
  place: "subscription",
  account: (subscription) => account().azureAccount(subscription),
  surroundings: () => (require("../../../account/azure/surroundings") as typeof Surroundings).surroundings(),
};
/* eslint-enable @typescript-eslint/no-require-imports */

export const cloudOf = (deployment: AzureDeployment): DeploymentCloud => ({
  target: { subscription: deployment.subscription, directory: deployment.directory },
  account: () => account().azureAccount(deployment.subscription),
  checks: (stacks) => preflight().azureChecks(deployment, stacks),
  deployer: (stacks) => deployer().azureDeployer(deployment, stacks),
  chartValues: () => azureValues(deployment),
  objectStoreHost: `${storageAccount(deployment)}.blob.core.windows.net`,
  secretStore: (serviceAccountRef) => {
    const { keyVaultId, name } = clientSecret(deployment);
    const url = vaultUrl(lastSegment(keyVaultId));
    return { provider: { azurekv: { authType: "WorkloadIdentity", vaultUrl: url, serviceAccountRef } }, key: name };
  },
  makesNat: deployment.network.firewallAddress === undefined,
});
