import { Command } from "commander";
import { InputError } from "../verification/input-error";
import type { Answer } from "./answer";
import { chartValues } from "./chart-values/index";
import { namedDeployment } from "./named-deployment";

/** `dataplane values NAME` */
export function valuesCommand(answer: Answer): Command {
  return new Command("values")
    .description("Print a values file for Union's own Helm chart, for a deployment with 'workloads: chart'.")
    .argument("<name>", "the deployment's name")
    .action((name: string) => {
      const deployment = namedDeployment(name);
      if (deployment.workloads !== "chart") {
        throw new InputError(
          name,
          0,
          "has 'workloads: stack', which needs no chart (allowed: with 'workloads: chart')",
        );
      }
      answer(chartValues(deployment), 0);
    });
}
