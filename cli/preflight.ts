import { Command } from "commander";
import { preflight } from "../config/google/preflight";
import { ConfigError } from "../config/loader";
import type { Answer } from "./answer";
import { namedDeployment } from "./named-deployment";

interface PreflightFlags {
  readonly output?: string;
}

/** `dataplane preflight NAME` */
export function preflightCommand(answer: Answer): Command {
  return new Command("preflight")
    .description("Print what must hold in a Google Cloud project before the first deploy, as a script to read and run.")
    .argument("<name>", "the deployment's name")
    .option("--output <file>", "write the script there instead of to standard output")
    .addHelpText("after", "\nNothing is run.\nExit code: 0; 2, there is no such deployment.")
    .action((name: string, { output }: PreflightFlags) => {
      const deployment = namedDeployment(name);
      if (deployment.cloud !== "google")
        throw new ConfigError([
          `'${name}' has 'cloud: ${deployment.cloud}' (allowed: a deployment with 'cloud: google')`,
        ]);
      const steps = preflight(deployment).map(({ why, commands }) => `\n# ${why}.\n${commands.join("\n")}\n`);
      answer(`#!/bin/sh\n# Before the first deploy of ${name}.\nset -eu\n${steps.join("")}`, 0, output);
    });
}
