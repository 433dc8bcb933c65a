import { Command, Option } from "commander";
import type { Answer } from "./answer";
import { type Format, RENDERERS } from "./image-list/formats";
import { listImages } from "./image-list/index";
import { namedDeployment } from "./named-deployment";

interface ImagesFlags {
  readonly format: Format;
  readonly output?: string;
}

/** `dataplane images NAME` */
export function imagesCommand(answer: Answer): Command {
  return new Command("images")
    .description("List the images that a deployment runs: where from, where nodes pull them, how they get there.")
    .argument("<name>", "the deployment's name")
    .addOption(
      new Option(
        "--format <format>",
        "of the list; copy: a script of what a person runs once; hauler: a manifest for a network without internet",
      )
        .choices(Object.keys(RENDERERS))
        .default("text"),
    )
    .option("--output <file>", "write the list there instead of to standard output")
    .addHelpText("after", "\nExit code: 0; 2, there is no such deployment.")
    .action((name: string, { format, output }: ImagesFlags) => {
      const deployment = namedDeployment(name);
      answer(RENDERERS[format](deployment, listImages(deployment)), 0, output);
    });
}
