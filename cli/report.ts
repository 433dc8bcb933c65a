import { Argument, Command, Option } from "commander";
import { besideTexts } from "../report/beside";
import type { Page } from "../report/html/model";
import { PAGE_RENDERERS, type PageFormat } from "../report/page-formats";
import { verdictText } from "../report/text";
import { InputError } from "../verification/input-error";
import { readPolicy } from "../verification/policy";
import { judgeEach, loadJudged, reportOf, type Report } from "../verification/verify";
import { withWarnings } from "../verification/warnings";
import type { Answer } from "./answer";
import { html, judgedApart } from "./apart";
import { sealFor, withBundleOptions, type BundleFlags } from "./attestation";
import { asksBeside, besideOf, besidePaths, withBesideOptions, type BesideFlags } from "./beside";
import { baselineFiles, comparedBy, withBaselineOptions, type BaselineFlags } from "./baseline-options";
import { ALLOW_EMPTY, EXIT_CODES, exitCodeOf } from "./exit-code";
import { givenBy, withGivenOptions, type GivenFlags } from "./given-options";

interface ReportFlags extends GivenFlags, BaselineFlags, BundleFlags, BesideFlags {
  readonly policy?: string | undefined;
  readonly invariants?: string | undefined;
  readonly format: PageFormat;
  readonly output?: string | undefined;
  readonly allowEmpty?: boolean;
}

/** `dataplane report PATH...` */
export function reportCommand(answer: Answer): Command {
  const command = new Command("report")
    .description("Write one page for a reviewer: verdict, topology, evidence for each path, the document's steps.")
    .addArgument(new Argument("<path...>", "judged together, as by `dataplane verify`"))
    .option("--policy <file>", "what is allowed, as YAML; default: that of the deployment")
    .option("--invariants <file>", "a module with invariants of your own, as for `dataplane verify`")
    .addOption(new Option("--format <format>", "of the report").choices(Object.keys(PAGE_RENDERERS)).default("html"))
    .option("--output <file>", "the report; everything that it shows is in it (default: report.html, by its format)")
    .option(...ALLOW_EMPTY)
    .addHelpText("after", EXIT_CODES)
    .action(async (paths: string[], flags: ReportFlags) => {
      const { policy, invariants, allowEmpty = false, bundle, key, format, baseline, writeBaseline } = flags;
      const { render, ending } = PAGE_RENDERERS[format];
      const { output = `report.${ending}` } = flags;
      const { varFile, var: values, workspace } = flags;
      if (bundle !== undefined && (values ?? workspace) !== undefined) {
        const message = "are in no file, and a bundle names files alone: use --var-file, or leave out --bundle";
        throw new InputError("--var, --workspace", 0, message);
      }
      const configuration = [policy, invariants, baseline, flags.ranges, varFile].flatMap((file) => file ?? []);
      const beside = besidePaths(flags);
      const seal = await sealFor([...paths, ...beside], flags, configuration, [output, writeBaseline]);
      const today = new Date().toISOString().slice(0, 10);
      const aside = [output, bundle, key, ...beside];
      const asked = { policy, invariants, baseline, writeBaseline, varFile, values, workspace };
      const apart = asksBeside(flags) ? undefined : await pageApart(paths, today, asked);
      const { report, page } = apart ?? (await pageTogether(paths, today, { ...flags, aside }));
      const exitCode = Math.max(exitCodeOf(report, paths, allowEmpty), page.verdict === "pass" ? 0 : 1);
      const sealed = await seal?.of({ report, page });
      if (sealed !== undefined) answer(sealed, 0, bundle);
      answer(render(report, page), 0, output);
      const texts = [verdictText(report), ...page.systems.flatMap(besideTexts)];
      answer(`${page.verdict}: ${texts.join("; ")}; written to ${output}\n`, exitCode);
    });
  return withBundleOptions(withBaselineOptions(withGivenOptions(withBesideOptions(command))));
}

/** What is asked of an input as a whole. */
interface Asked extends Pick<ReportFlags, "policy" | "invariants">, GivenFlags, BaselineFlags, BesideFlags {
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
  const pages = new (html().Pages)(today);
  const report = await judgedApart(paths, { today, shows: true }, ({ shown }) => {
    if (shown) pages.merge(shown);
  });
  return report && { report, page: await pages.page({ warnings: report.warnings, notRead: report.notRead }) };
}

async function pageTogether(
  paths: readonly string[],
  today: string,
  { policy: policyFile, invariants, aside, ...flags }: Asked,
): Promise<Shown> {
  const policy = policyFile === undefined ? undefined : readPolicy(policyFile);
  const resources = await loadJudged(paths, {
    ...givenBy(flags),
    aside: [policyFile, invariants, ...aside, ...baselineFiles(flags)],
  });
  const options = { policy, invariants, today };
  const judged = comparedBy(judgeEach(resources, options), flags);
  const beside = await besideOf(judged, resources, flags, options);
  const report = withWarnings(reportOf(judged), resources);
  const page = await html().pageOf({ ...judged, warnings: report.warnings, notRead: report.notRead }, today, beside);
  return { report, page };
}
