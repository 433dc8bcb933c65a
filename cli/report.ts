import { Argument, Command } from "commander";
import type * as Html from "../report/html/index";
import { verdictText } from "../report/text";
import { readPolicy } from "../verification/policy";
import { judgeEach, loadJudged, reportOf } from "../verification/verify";
import { warningsOf } from "../verification/warnings";
import type { Answer } from "./answer";
import { baselineFiles, comparedBy, withBaselineOptions, type BaselineFlags } from "./baseline-options";
import { ALLOW_EMPTY, EXIT_CODES, exitCodeOf } from "./exit-code";

interface ReportFlags extends BaselineFlags {
  readonly policy?: string;
  readonly invariants?: string;
  readonly output: string;
  readonly allowEmpty?: boolean;
}

/** `dataplane report PATH...` */
export function reportCommand(answer: Answer): Command {
  const command = new Command("report")
    .description("Write one page for a reviewer: verdict, topology, evidence for each path, the document's steps.")
    .addArgument(new Argument("<path...>", "judged together, as by `dataplane verify`"))
    .option("--policy <file>", "what is allowed, as YAML; default: that of the deployment")
    .option("--invariants <file>", "a module with invariants of your own, as for `dataplane verify`")
    .option("--output <file>", "the page; everything that it shows is in it", "report.html")
    .option(...ALLOW_EMPTY)
    .addHelpText("after", EXIT_CODES)
    .action(async (paths: string[], { policy, invariants, output, allowEmpty = false, ...known }: ReportFlags) => {
      const today = new Date().toISOString().slice(0, 10);
      const asked = policy === undefined ? undefined : readPolicy(policy);
      const resources = await loadJudged(paths, { aside: [policy, invariants, output, ...baselineFiles(known)] });
      const compared = comparedBy(judgeEach(resources, { policy: asked, invariants, today }), known);
      const judged = { ...compared, warnings: warningsOf(resources) };
      const report = reportOf(judged);
      const exitCode = exitCodeOf(report, paths, allowEmpty);
      answer(await html().renderHtml(judged, today), 0, output);
      answer(`${report.verdict}: ${verdictText(report)}; written to ${output}\n`, exitCode);
    });
  return withBaselineOptions(command);
}

/** Loaded when a report is asked for: `dataplane verify` is to start fast. */
// eslint-disable-next-line @typescript-eslint/no-require-imports
const html = () => require("../report/html/index") as typeof Html;
