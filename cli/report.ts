import { Argument, Command } from "commander";
import type { Page } from "../report/html/model";
import { verdictText } from "../report/text";
import { readPolicy } from "../verification/policy";
import { judgeEach, loadJudged, reportOf, type Report } from "../verification/verify";
import { withWarnings } from "../verification/warnings";
import type { Answer } from "./answer";
import { html, judgedApart } from "./apart";
import { sealFor, withBundleOptions, type BundleFlags } from "./attestation";
import { baselineFiles, comparedBy, withBaselineOptions, type BaselineFlags } from "./baseline-options";
import { ALLOW_EMPTY, EXIT_CODES, exitCodeOf } from "./exit-code";

interface ReportFlags extends BaselineFlags, BundleFlags {
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
    .action(async (paths: string[], flags: ReportFlags) => {
      const { policy, invariants, output, allowEmpty = false, bundle, key, ...known } = flags;
      const configuration = [policy, invariants, known.baseline].flatMap((file) => file ?? []);
      const seal = await sealFor(paths, { bundle, key }, configuration, [output, known.writeBaseline]);
      const today = new Date().toISOString().slice(0, 10);
      const apart = await pageApart(paths, today, { policy, invariants, ...known });
      const { report, page } =
        apart ?? (await pageTogether(paths, today, { policy, invariants, aside: [output, bundle, key], ...known }));
      const exitCode = exitCodeOf(report, paths, allowEmpty);
      const sealed = await seal?.of({ report, page });
      if (sealed !== undefined) answer(sealed, 0, bundle);
      answer(html().htmlOf(page), 0, output);
      answer(`${report.verdict}: ${verdictText(report)}; written to ${output}\n`, exitCode);
    });
  return withBundleOptions(withBaselineOptions(command));
}

/** What is asked of an input as a whole. */
interface Asked extends Pick<ReportFlags, "policy" | "invariants">, BaselineFlags {
  /** Files that are no input, beside those that options name for a verdict. */
  readonly aside: readonly (string | undefined)[];
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
  { policy, invariants, aside, ...known }: Asked,
): Promise<Shown> {
  const asked = policy === undefined ? undefined : readPolicy(policy);
  const resources = await loadJudged(paths, { aside: [policy, invariants, ...aside, ...baselineFiles(known)] });
  const judged = comparedBy(judgeEach(resources, { policy: asked, invariants, today }), known);
  const report = withWarnings(reportOf(judged), resources);
  const page = await html().pageOf({ ...judged, warnings: report.warnings, notRead: report.notRead }, today);
  return { report, page };
}
