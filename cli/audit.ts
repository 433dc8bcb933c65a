import { Command, Option } from "commander";
import { RENDERERS, type Format } from "../report/formats";
import { visible } from "../report/lines";
import type * as Differences from "../verification/diff/index";
import { InputError } from "../verification/input-error";
import { loadResources } from "../verification/load";
import type { Resource } from "../verification/model";
import { inPlace, running, unmanaged } from "../verification/promises/running";
import { judgeEach, loadJudged, reportOf, type Report } from "../verification/verify";
import { withWarnings } from "../verification/warnings";
import type { Answer } from "./answer";
import { comparedBy, withBaselineOptions, type BaselineFlags } from "./baseline-options";
import { EXIT_CODES, exitCodeOf } from "./exit-code";
import { namedDeployment } from "./named-deployment";
import { writtenStacks } from "./written-stacks";

interface AuditFlags extends BaselineFlags {
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
    .argument("[folder]", "what `dataplane collect` wrote")
    .option("--account-only", "judge the network of the whole account, whatever it is of")
    .option(
      "--state <file>",
      "a state of Terraform's, or what `terraform show -json` prints: tell what is in none; may be repeated",
      (file: string, before: readonly string[] | undefined) => [...(before ?? []), file],
    )
    .addOption(new Option("--format <format>", "of the report").choices(Object.keys(RENDERERS)).default("text"))
    .option("--output <file>", "write the report there instead of to standard output")
    .addHelpText("after", EXIT_CODES)
    .action(async (name: string | undefined, folder: string | undefined, flags: AuditFlags) => {
      const [of, from] = flags.accountOnly ? [undefined, name] : [name, folder];
      if (from === undefined) throw new InputError("FOLDER", 0, "is missing: name what `dataplane collect` wrote");
      if (!flags.accountOnly && of === undefined) throw new InputError("NAME", 0, "is missing, or --account-only");
      const account = await loadJudged([from]);
      const { resources, warnings } =
        of === undefined ? { resources: account, warnings: [] } : await whatRuns(of, account, flags);
      const judged = comparedBy(judgeEach(resources), flags);
      const report = withWarnings(reportOf(judged), resources);
      const told: Report = { ...report, warnings: [...(report.warnings ?? []), ...warnings] };
      answer(RENDERERS[flags.format](told), exitCodeOf(told, [from], false), flags.output);
    });
  return withBaselineOptions(command);
}

// eslint-disable-next-line @typescript-eslint/no-require-imports -- without a state nothing is compared
const differences = () => require("../verification/diff/index") as typeof Differences;

/** What runs of a deployment, and what a reader should know of it. */
async function whatRuns(
  name: string,
  account: readonly Resource[],
  { state = [] }: AuditFlags,
): Promise<{ readonly resources: readonly Resource[]; readonly warnings: readonly string[] }> {
  const deployment = namedDeployment(name);
  const known = state.length > 0 ? await loadResources(state) : undefined;
  const written = writtenStacks(deployment);
  const { resources, account: own, workloadsAsWritten } = running(deployment, written, account, known);
  const others = known ? unmanaged(own, known) : [];
  const recorded = known?.filter(({ mode }) => mode === "managed");
  const differing = recorded
    ? await differences().diffResources(inPlace(deployment, written, recorded).resources, resources)
    : [];
  return {
    resources,
    warnings: [
      ...(workloadsAsWritten
        ? ["the workloads are judged as they are written: the cluster's objects were not collected"]
        : []),
      ...others.map(({ address, location: { file, line } }) =>
        visible(`in no state of Terraform's: ${address} (${file}:${line})`),
      ),
      ...differing
        .flatMap(({ packets }) => packets.filter(({ change }) => change === "opened"))
        .map(({ text }) => visible(`not as Terraform left it: ${text}`)),
    ],
  };
}
