import { delimiter, join } from "node:path";

/** The folder of `deployments/`. */
export const DEPLOYMENTS_FOLDER = join(__dirname, "..", "deployments");

/** Files and folders of deployments: those of the environment variable DATAPLANE_DEPLOYMENTS, else `deployments/`. */
export function deploymentPaths(environment: NodeJS.ProcessEnv = process.env): string[] {
  const given = environment["DATAPLANE_DEPLOYMENTS"];
  return given ? given.split(delimiter) : [DEPLOYMENTS_FOLDER];
}
