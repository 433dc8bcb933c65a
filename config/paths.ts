import { existsSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";

const OWN = join(__dirname, "..", "deployments");

/** The folder of `deployments/`: this repository's; of an installed package, that of the working directory. */
const DEPLOYMENTS_FOLDER = existsSync(OWN) ? OWN : resolve("deployments");

/** Files and folders of deployments: those of the environment variable DATAPLANE_DEPLOYMENTS, else `deployments/`. */
export function deploymentPaths(environment: NodeJS.ProcessEnv = process.env): string[] {
  const given = environment["DATAPLANE_DEPLOYMENTS"];
  return given ? given.split(delimiter) : [DEPLOYMENTS_FOLDER];
}
