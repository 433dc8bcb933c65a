/** `--baseline` and `--write-baseline` of the commands that judge: only what is new fails. */
import { Option, type Command } from "commander";
import { baselineIn, baselineOf, readBaseline, withBaseline } from "../verification/baseline";
import type { Judgements } from "../verification/verify";
import { writeTo } from "./write-to";

export interface BaselineFlags {
  readonly baseline?: string;
  readonly writeBaseline?: string;
}

export function withBaselineOptions(command: Command): Command {
  return command
    .option(
      "--baseline <file>",
      "fail by findings only that this file does not know; it tells which of its own are gone",
    )
    .addOption(
      new Option("--write-baseline <file>", "write all findings there as known, over what the file holds").conflicts(
        "baseline",
      ),
    );
}

/** The files that they name. */
export const baselineFiles = ({ baseline, writeBaseline }: BaselineFlags) => [baseline, writeBaseline];

/** What was judged, with what is known apart. @throws InputError, or ConfigError, if the file can't be used */
export function comparedBy(judged: Judgements, { baseline, writeBaseline: written }: BaselineFlags): Judgements {
  if (baseline !== undefined) return withBaseline(judged, readBaseline(baseline));
  if (written === undefined) return judged;
  writeTo(written, baselineOf(judged.judgements));
  return withBaseline(judged, baselineIn(written, judged.judgements));
}
