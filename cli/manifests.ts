import { Command } from "commander";
import { readCloudOutputs } from "../config/cloud-outputs";
import type { Answer } from "./answer";
import { namedDeployment } from "./named-deployment";
import type * as WorkloadManifests from "./workload-manifests/index";

interface ManifestsFlags {
  readonly outputs?: string;
  readonly output?: string;
}

/** `dataplane manifests NAME` */
export function manifestsCommand(answer: Answer): Command {
  return new Command("manifests")
    .description(
      "Print the workloads of a deployment, or what guards those of Union's chart, as Kubernetes manifests, for Argo CD, Flux or kubectl.",
    )
    .argument("<name>", "the deployment's name")
    .option(
      "--outputs <file>",
      "what only the cloud knows, as `npx cdktf output NAME --outputs-file FILE` writes it once the infrastructure stands",
    )
    .option("--output <file>", "write the manifests there instead of to standard output")
    .action((name: string, { outputs, output }: ManifestsFlags) => {
      const deployment = namedDeployment(name);
      const told = readCloudOutputs(deployment, outputs);
      // The framework takes as long to load as all other commands together.
      // eslint-disable-next-line @typescript-eslint/no-require-imports
      const { manifestsOf, renderManifests } = require("./workload-manifests/index") as typeof WorkloadManifests;
      answer(renderManifests(manifestsOf(deployment, told)), 0, output);
    });
}
