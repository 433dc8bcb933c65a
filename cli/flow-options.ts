/** Options of what flow logs are asked, of the commands that ask them. */
import { InvalidArgumentError, type Command } from "commander";
import type { Deployment } from "../config/deployment";
import type { FlowsOptions } from "../flows/judge";
import { DEFAULT_THRESHOLDS, type Thresholds } from "../flows/questions/question";
import { publishedRanges } from "../flows/published-ranges";

export interface FlowQuestionFlags {
  readonly since?: string;
  readonly until?: string;
  readonly threshold: Thresholds;
  readonly ranges?: string;
}

export function withFlowQuestions(command: Command): Command {
  return command
    .option("--since <time>", "of flow logs, leave out what was before: a day (YYYY-MM-DD) or a time, UTC", time)
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
    );
}

/** @param most flows to show of each question and standing. @throws InputError if a file of ranges can't be used */
export function flowsOptions(
  { threshold, since, until, ranges }: FlowQuestionFlags,
  deployment: Deployment,
  most: number,
): FlowsOptions {
  return {
    thresholds: threshold,
    window: { since, until },
    published: ranges === undefined ? new Map<string, never>() : publishedRanges(ranges, deployment),
    most,
  };
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
