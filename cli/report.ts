import { Argument, Command } from "commander";
import type { Page } from "../report/html/model";
import { verdictText } from "../report/text";
import { readPolicy } from "../verification/policy";
import { judgeEach, loadJudged, reportOf, type Report } from "../verification/verify";
import { withWarnings } from "../verification/warnings";
import type { Answer } from "./answer";
import { html, judgedApart } from "./apart";
import { baselineFiles, comparedBy, withBaselineOptions, type BaselineFlags } from "./baseline-options";
import { ALLOW_EMPTY, EXIT_CODES, exitCodeOf } from "./exit-code";

interface ReportFlags extends BaselineFlags {
  readonly policy?: string | undefined;
  readonly invariants?: string | undefined;
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
      const apart = await pageApart(paths, today, { policy, invariants, ...known });
      const { report, page } = apart ?? (await pageTogether(paths, today, { policy, invariants, output, ...known }));
      const exitCode = exitCodeOf(report, paths, allowEmpty);
      answer(html().htmlOf(page), 0, output);
      answer(`${report.verdict}: ${verdictText(report)}; written to ${output}\n`, exitCode);
    });
  return withBaselineOptions(command);
}

/** A verdict, and the page that shows how it comes about. */
interface Shown {
  readonly report: Report;
  readonly page: Page;
}

/** Deployment by deployment, where nothing is asked of the input as a whole. */
async function pageApart(paths: readonly string[], today: string, asked: object): Promise<Shown | undefined> {
  if (Object.values(asked).some((one) => one !== undefined)) return undefined;
  const apart = await judgedApart(paths, { today, shows: true });
  if (!apart) return undefined;
  const { report, shown } = apart;
  const pages = new (html().Pages)(today);
  for (const share of shown) pages.merge(share);
  return { report, page: await pages.page({ warnings: report.warnings, notRead: report.notRead }) };
}

async function pageTogether(
  paths: readonly string[],
  today: string,
  { policy, invariants, output, ...known }: Omit<ReportFlags, "allowEmpty">,
): Promise<Shown> {
  const asked = policy === undefined ? undefined : readPolicy(policy);
  const resources = await loadJudged(paths, { aside: [policy, invariants, output, ...baselineFiles(known)] });
  const judged = comparedBy(judgeEach(resources, { policy: asked, invariants, today }), known);
  const report = withWarnings(reportOf(judged), resources);
  const page = await html().pageOf({ ...judged, warnings: report.warnings, notRead: report.notRead }, today);
  return { report, page };
}
