import type { Deployment } from "../config/deployment";
import { ConfigError, loadDeployments, type LoadedDeployment } from "../config/loader";
import { deploymentPaths } from "../config/paths";

/** The deployment of this name, of those that are written. @throws ConfigError if there is none */
export const namedDeployment = (name: string): Deployment => loadedDeployment(name).deployment;

/** The same, and where it is written. @throws ConfigError if there is none */
export function loadedDeployment(name: string): LoadedDeployment {
  const loaded = loadDeployments(deploymentPaths());
  const found = loaded.find(({ deployment }) => deployment.name === name);
  if (found) return found;
  const names = loaded.map(({ deployment }) => deployment.name).join(", ");
  throw new ConfigError([`'${name}' is no deployment (allowed: ${names})`]);
}
