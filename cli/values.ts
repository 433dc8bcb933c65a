import { Command } from "commander";
import { ConfigError, loadDeployments } from "../config/loader";
import { deploymentPaths } from "../config/paths";
import type { Answer } from "./answer";
import { chartValues } from "./chart-values/index";

/** `dataplane values NAME` */
export function valuesCommand(answer: Answer): Command {
  return new Command("values")
    .description("Print a values file for Union's own Helm chart, for a deployment with 'workloads: chart'.")
    .argument("<name>", "the deployment's name")
    .action((name: string) => {
      const deployments = loadDeployments(deploymentPaths()).map(({ deployment }) => deployment);
      const found = deployments.find((deployment) => deployment.name === name);
      if (!found) {
        const names = deployments.map((deployment) => deployment.name).join(", ");
        throw new ConfigError([`'${name}' is no deployment (allowed: ${names})`]);
      }
      answer(chartValues(found), 0);
    });
}
