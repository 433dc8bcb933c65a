import { Command } from "commander";
import type { Answer } from "./answer";
import { chartValues } from "./chart-values/index";
import { namedDeployment } from "./named-deployment";

/** `dataplane values NAME` */
export function valuesCommand(answer: Answer): Command {
  return new Command("values")
    .description("Print a values file for Union's own Helm chart, for a deployment with 'workloads: chart'.")
    .argument("<name>", "the deployment's name")
    .action((name: string) => answer(chartValues(namedDeployment(name)), 0));
}
