import { join } from "node:path";
import { Command, Option } from "commander";
import { RENDERERS, type Format } from "../report/formats";
import { systemRows } from "../report/systems";
import { visible } from "../report/lines";
import { writtenText } from "../report/text";
import { auditOf, WORKLOADS_AS_WRITTEN, type Audited } from "../verification/audit";
import { InputError } from "../verification/input-error";
import type { Resource } from "../verification/model";
import { judgeEach, loadJudged, reportOf, type Report } from "../verification/verify";
import { withWarnings } from "../verification/warnings";
import type { Answer } from "./answer";
import { repeated } from "./repeated";
import { ASKED, collectInto, type Asked } from "./collect";
import { comparedBy, withBaselineOptions, type BaselineFlags } from "./baseline-options";
import { EXIT_CODES, exitCodeOf } from "./exit-code";
import { namedDeployment } from "./named-deployment";
import { writtenStacks } from "./written-stacks";

interface AuditFlags extends BaselineFlags, Asked {
  readonly accountOnly?: boolean;
  readonly state?: readonly string[];
  readonly format: Format;
  readonly output?: string;
}

/** `dataplane audit NAME FOLDER` */
export function auditCommand(answer: Answer): Command {
  const command = new Command("audit")
    .description("Judge what runs: a folder of `dataplane collect`, by what the deployment allows.")
    .argument("[name]", "the deployment's name; left out with --account-only")
    .argument("[folder]", "what `dataplane collect` wrote; left out: it is collected now, into collected/")
    .option("--account-only", "judge the network of the whole account, whatever it is of")
    .addOption(
      new Option(
        "--state <file>",
        "a state of Terraform's, or what `terraform show -json` prints: tell what is in none; may be repeated",
      )
        .argParser(repeated)
        .conflicts("accountOnly"),
    )
    .option(...ASKED.region)
    .option(...ASKED.project)
    .option(...ASKED.subscription)
    .option(...ASKED.context)
    .addOption(new Option("--format <format>", "of the report").choices(Object.keys(RENDERERS)).default("text"))
    .option("--output <file>", "write the report there instead of to standard output")
    .addHelpText("after", EXIT_CODES)
    .action(async (name: string | undefined, folder: string | undefined, flags: AuditFlags) => {
      const [of, given] = flags.accountOnly ? [undefined, name] : [name, folder];
      if (!flags.accountOnly && of === undefined) throw new InputError("NAME", 0, "is missing, or --account-only");
      const from = given ?? (await collectNow(of, flags));
      const { resources, warnings } =
        of === undefined
          ? { resources: await loadJudged([from], { alike: [] }), warnings: [] }
          : await whatRuns(of, from, flags);
      const judged = comparedBy(judgeEach(resources), flags);
      const report = withWarnings(reportOf(judged), resources);
      const told: Report = { ...report, warnings: [...(report.warnings ?? []), ...warnings] };
      answer(RENDERERS[flags.format](told, systemRows(judged)), exitCodeOf(told, [from], false), flags.output);
    });
  return withBaselineOptions(command);
}

/** Collects into a folder of its own, which stays: findings are located there. */
async function collectNow(name: string | undefined, asked: Asked): Promise<string> {
  const now = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, "");
  const folder = join("collected", `${name ?? "account"}-${now}`);
  await collectInto(folder, name, asked);
  return folder;
}

/** What runs of a deployment, and what a reader should know of it. */
async function whatRuns(
  name: string,
  folder: string,
  { state }: AuditFlags,
): Promise<{ readonly resources: readonly Resource[]; readonly warnings: readonly string[] }> {
  const deployment = namedDeployment(name);
  const audited = await auditOf(deployment, writtenStacks(deployment), folder, state);
  return { resources: audited.resources, warnings: auditLines(audited) };
}

/** What is to be known of what runs beside its verdict, a sentence each. */
function auditLines({ workloadsAsWritten, differences }: Audited): string[] {
  const { unmanaged = [], packets = [] } = differences ?? {};
  return [
    ...(workloadsAsWritten ? [WORKLOADS_AS_WRITTEN] : []),
    ...unmanaged.map((one) => visible(`in no state of Terraform's: ${one.address}${writtenText(one)}`)),
    ...packets.map(({ text }) => visible(`not as Terraform left it: ${text}`)),
  ];
}
