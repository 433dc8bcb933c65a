import type { Deployment } from "../config/deployment";
import { ConfigError, loadDeployments } from "../config/loader";
import { deploymentPaths } from "../config/paths";

/** The deployment of this name, of those that are written. @throws ConfigError if there is none */
export function namedDeployment(name: string): Deployment {
  const deployments = loadDeployments(deploymentPaths()).map(({ deployment }) => deployment);
  const found = deployments.find((deployment) => deployment.name === name);
  if (found) return found;
  const names = deployments.map((deployment) => deployment.name).join(", ");
  throw new ConfigError([`'${name}' is no deployment (allowed: ${names})`]);
}
