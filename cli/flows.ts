import { Argument, Command, InvalidArgumentError, Option } from "commander";
import { deploymentAt } from "../flows/deployment";
import type { DialectName } from "../flows/dialects/dialect";
import { judgeFlows } from "../flows/judge";
import { DEFAULT_THRESHOLDS, type Thresholds } from "../flows/questions/question";
import { publishedRanges } from "../flows/published-ranges";
import { statementsOf } from "../flows/statements";
import type { Answer } from "./answer";
import { RENDERERS, type Format } from "./flow-report/formats";

interface FlowsFlags {
  readonly stacks: string;
  readonly since?: string;
  readonly until?: string;
  readonly threshold: Thresholds;
  readonly ranges?: string;
  readonly top: number;
  readonly sql?: DialectName;
  readonly format: Format;
  readonly output?: string;
}

/** `dataplane flows NAME LOGS...` */
export function flowsCommand(answer: Answer): Command {
  return new Command("flows")
    .description("Judge flow logs: who opened what, what passed beyond the written rules, and what was refused.")
    .argument("<name>", "the deployment's name")
    .addArgument(
      new Argument("<logs...>", "the flow logs of its cloud: files, folders, s3://; with --sql where they lie"),
    )
    .option("--stacks <path>", "its stacks, as `dataplane verify` reads them", "cdktf.out")
    .option("--since <time>", "leave out what was before: a day (YYYY-MM-DD) or a time, UTC", time)
    .option("--until <time>", "leave out what was then and later, likewise", time)
    .option(
      "--threshold <name=value>",
      "tunnel-bytes, client-bytes (such as 10GB) or unused-days (by default not asked); may be repeated",
      threshold,
      DEFAULT_THRESHOLDS,
    )
    .option(
      "--ranges <file>",
      "addresses of the cloud's sets, as it publishes them: AWS's ip-ranges.json, Azure's service tags",
    )
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
      const options = {
        thresholds: flags.threshold,
        window: { since: flags.since, until: flags.until },
        published:
          flags.ranges === undefined ? new Map<string, never>() : publishedRanges(flags.ranges, judged.deployment),
        most: flags.top,
      };
      if (flags.sql !== undefined) {
        answer(await statementsOf(flags.sql, judged, logs, options), 0, flags.output);
        return;
      }
      const report = await judgeFlows(judged, logs, options);
      const passes = report.answers.every(({ verdict }) => verdict === "pass");
      answer(RENDERERS[flags.format](report), passes ? 0 : 1, flags.output);
    });
}

const SIZES: Readonly<Record<string, number>> = { B: 1, kB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 };

const NAMES: Readonly<Record<string, keyof Thresholds>> = {
  "tunnel-bytes": "tunnelBytes",
  "client-bytes": "clientBytes",
  "unused-days": "unusedDays",
};

/** @throws InvalidArgumentError if a text is of another shape */
function threshold(text: string, thresholds: Thresholds): Thresholds {
  const [, name = "", number = "", unit] = /^([a-z-]+)=(\d+(?:\.\d+)?)([kMGT]?B)?$/.exec(text) ?? [];
  const field = NAMES[name];
  const isDays = field === "unusedDays";
  if (field === undefined || (isDays && (unit !== undefined || !/^\d+$/.test(number)))) {
    throw new InvalidArgumentError("Allowed: tunnel-bytes=SIZE, client-bytes=SIZE (such as 10GB), unused-days=NUMBER.");
  }
  return { ...thresholds, [field]: Number(number) * (SIZES[unit ?? "B"] ?? 1) };
}

/** @throws InvalidArgumentError if a text is no time */
function time(text: string): string {
  const read = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?Z?)?$/.test(text)
    ? new Date(/T.*[^Z]$/.test(text) ? `${text}Z` : text)
    : undefined;
  if (!read || Number.isNaN(read.getTime())) {
    throw new InvalidArgumentError("Allowed: a day such as 2026-11-30, or a time of UTC such as 2026-11-30T10:00Z.");
  }
  return read.toISOString();
}

/** @throws InvalidArgumentError if a text is no number */
function count(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError("Allowed: a number from 1.");
  return Number(text);
}
