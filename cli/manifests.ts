import { readFileSync } from "node:fs";
import { Command } from "commander";
import { commandsOf, outputsSchema, type CloudOutputs } from "../config/cloud-outputs";
import type { Deployment } from "../config/deployment";
import { infrastructureStack } from "../config/names";
import { InputError } from "../verification/input-error";
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
    .description("Print the workloads of a deployment as Kubernetes manifests, for Argo CD, Flux or kubectl.")
    .argument("<name>", "the deployment's name")
    .option(
      "--outputs <file>",
      "what only the cloud knows, as `npx cdktf output NAME --outputs-file FILE` writes it once the infrastructure stands",
    )
    .option("--output <file>", "write the manifests there instead of to standard output")
    .action((name: string, { outputs, output }: ManifestsFlags) => {
      const deployment = namedDeployment(name);
      if (deployment.workloads !== "stack") {
        throw new InputError(name, 0, "has 'workloads: chart': print the chart's values instead (dataplane values)");
      }
      const told = readCloudOutputs(deployment, outputs);
      // The framework takes as long to load as all other commands together.
      // eslint-disable-next-line @typescript-eslint/no-require-imports
      const { manifestsOf, renderManifests } = require("./workload-manifests/index") as typeof WorkloadManifests;
      answer(renderManifests(manifestsOf(deployment, told)), 0, output);
    });
}

/**
 * What only the cloud knows of a deployment, from a file of outputs by stack.
 *
 * @throws InputError that names each output that is missing or no such value, with the command that prints it
 */
export function readCloudOutputs(deployment: Deployment, file?: string): CloudOutputs {
  const stack = infrastructureStack(deployment);
  const outputs = file === undefined ? {} : (jsonOf(file)[stack] ?? {});
  const read = outputsSchema(deployment).safeParse(outputs);
  if (read.success) return read.data as CloudOutputs;
  const commands = commandsOf(deployment);
  const wrong = new Map(read.error.issues.map(({ path: [name], message }) => [String(name ?? stack), message]));
  const lacking = [...wrong].map(([name, message]) => {
    const what = name in (outputs as object) ? `${name}: ${message}` : `${name} is missing`;
    return commands[name] === undefined ? what : `${what} (${commands[name]})`;
  });
  const whole = `npx cdktf output ${stack} --outputs-file FILE writes all of them, below '${stack}'`;
  throw new InputError(file ?? "--outputs", 0, `${lacking.join("; ")}. ${whole}`);
}

/** @throws InputError if the file can't be read, or holds no object of JSON */
function jsonOf(file: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new InputError(file, 0, code === undefined ? "is not valid JSON" : `can't be read (${code})`);
  }
  if (typeof value !== "object" || value === null) throw new InputError(file, 0, "holds no outputs by stack");
  return value as Record<string, unknown>;
}
