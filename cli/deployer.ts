import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { Stacks } from "../preflight/stacks";
import { InputError } from "../verification/input-error";
import type { Answer } from "./answer";
import { cloudOf } from "./clouds/index";
import { namedDeployment } from "./named-deployment";
import { writtenStacks } from "./written-stacks";

interface DeployerFlags {
  readonly output: string;
}

/** `dataplane deployer NAME` */
export function deployerCommand(answer: Answer): Command {
  return new Command("deployer")
    .description("Write what the identity that deploys needs, and no more, as files of its cloud.")
    .argument("<name>", "the deployment's name")
    .requiredOption("--output <folder>", "a folder that is empty, or does not exist")
    .addHelpText(
      "after",
      "\nNothing is called and nothing is given: somebody reads the files, and runs the commands that are printed.\n" +
        "Exit code: 0; 2, the input can't be used.",
    )
    .action((name: string, { output }: DeployerFlags) => {
      const deployment = namedDeployment(name);
      if (existsSync(output) && readdirSync(output).length > 0)
        throw new InputError(output, 0, "holds something (needed: a folder that is empty, or does not exist)");
      const { files, steps } = cloudOf(deployment).deployer(new Stacks(writtenStacks(deployment)));
      mkdirSync(output, { recursive: true });
      for (const [file, text] of Object.entries(files)) writeFileSync(join(output, file), text);
      answer(`${Object.keys(files).join(", ")} in ${output}\n\n${steps.map((step) => `${step}\n`).join("")}`, 0);
    });
}
