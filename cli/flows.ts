import { Argument, Command, InvalidArgumentError, Option } from "commander";
import { deploymentAt } from "../flows/deployment";
import type { DialectName } from "../flows/dialects/dialect";
import { judgeFlows } from "../flows/judge";
import { statementsOf } from "../flows/statements";
import type { Answer } from "./answer";
import { flowsOptions, withFlowQuestions, type FlowQuestionFlags } from "./flow-options";
import { RENDERERS, type Format } from "./flow-report/formats";

interface FlowsFlags extends FlowQuestionFlags {
  readonly stacks: string;
  readonly top: number;
  readonly sql?: DialectName;
  readonly format: Format;
  readonly output?: string;
}

/** `dataplane flows NAME LOGS...` */
export function flowsCommand(answer: Answer): Command {
  const command = new Command("flows")
    .description("Judge flow logs: who opened what, what passed beyond the written rules, and what was refused.")
    .argument("<name>", "the deployment's name")
    .addArgument(
      new Argument("<logs...>", "the flow logs of its cloud: files, folders, s3://; with --sql where they lie"),
    )
    .option("--stacks <path>", "its stacks, as `dataplane verify` reads them", "cdktf.out")
    .option("--top <number>", "most flows to show of each question and standing", count, 10)
    .addOption(
      new Option(
        "--sql <dialect>",
        "print the questions as statements to run where the logs lie, and judge none",
      ).choices(["duckdb", "athena", "bigquery", "kusto"] satisfies DialectName[]),
    )
    .addOption(new Option("--format <format>", "of the report").choices(Object.keys(RENDERERS)).default("text"))
    .option("--output <file>", "write the report there instead of to standard output")
    .addHelpText(
      "after",
      "\nExit code: 0, every question is answered well; 1, one is violated or unknown; 2, the input can't be used.",
    )
    .action(async (name: string, logs: string[], flags: FlowsFlags) => {
      const judged = await deploymentAt(flags.stacks, name);
      const options = flowsOptions(flags, judged.deployment, flags.top);
      if (flags.sql !== undefined) {
        answer(await statementsOf(flags.sql, judged, logs, options), 0, flags.output);
        return;
      }
      const report = await judgeFlows(judged, logs, options);
      const passes = report.answers.every(({ verdict }) => verdict === "pass");
      answer(RENDERERS[flags.format](report), passes ? 0 : 1, flags.output);
    });
  return withFlowQuestions(command);
}

/** @throws InvalidArgumentError if a text is no number */
function count(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError("Allowed: a number from 1.");
  return Number(text);
}
