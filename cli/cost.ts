import { Command, Option } from "commander";
import { costOf } from "../costs/index";
import { pricesOf, readPrices } from "../costs/prices";
import type { Answer } from "./answer";
import { COST_RENDERERS, type CostFormat } from "./cost-formats";
import { namedDeployment } from "./named-deployment";
import { writtenStacks } from "./written-stacks";

interface CostFlags {
  readonly prices?: string;
  readonly format: CostFormat;
  readonly output?: string;
}

/** `dataplane cost NAME` */
export function costCommand(answer: Answer): Command {
  return new Command("cost")
    .description("Count what is billed by the hour while a deployment stands, with list prices where they are known.")
    .argument("<name>", "the deployment's name")
    .option("--prices <file>", "prices of your own; default: costs/CLOUD/prices.json of this package")
    .addOption(new Option("--format <format>", "of the count").choices(Object.keys(COST_RENDERERS)).default("text"))
    .option("--output <file>", "write it there instead of to standard output")
    .addHelpText(
      "after",
      "\nNothing is asked of a cloud.\nExit code: 0, also where the sum is partial, which it says; 2, there is no such deployment, or a file can't be used.",
    )
    .action((name: string, { prices, format, output }: CostFlags) => {
      const deployment = namedDeployment(name);
      const known = readPrices(prices ?? pricesOf(deployment.cloud));
      answer(COST_RENDERERS[format](costOf(deployment, writtenStacks(deployment), known)), 0, output);
    });
}
