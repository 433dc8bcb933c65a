import { join } from "node:path";
import { Command, Option } from "commander";
import type { Deployment } from "../config/deployment";
import { accountOf } from "../config/names";
import { RENDERERS, type Format } from "../report/formats";
import { visible } from "../report/lines";
import { writtenText } from "../report/text";
import type * as Differences from "../verification/diff/index";
import { InputError } from "../verification/input-error";
import { loadResources } from "../verification/load";
import type { Resource } from "../verification/model";
import { inPlace, running, unmanaged } from "../verification/promises/running";
import { readCollected } from "../verification/readers/account";
import { judgeEach, loadJudged, reportOf, type Report } from "../verification/verify";
import { withWarnings } from "../verification/warnings";
import type { Answer } from "./answer";
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
        .argParser((file: string, before: readonly string[] | undefined) => [...(before ?? []), file])
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
        of === undefined ? { resources: await loadJudged([from]), warnings: [] } : await whatRuns(of, from, flags);
      const judged = comparedBy(judgeEach(resources), flags);
      const report = withWarnings(reportOf(judged), resources);
      const told: Report = { ...report, warnings: [...(report.warnings ?? []), ...warnings] };
      answer(RENDERERS[flags.format](told), exitCodeOf(told, [from], false), flags.output);
    });
  return withBaselineOptions(command);
}

/** @throws InputError if the folder holds another account than the deployment's, or another region of it */
async function refuseOther(folder: string, account: string, { cloud, cloudRegion: region }: Deployment): Promise<void> {
  const { accounts } = await readCollected(folder);
  const held = accounts.find((one) => one.cloud === cloud)?.scope;
  const { account: own = "unknown", region: place } = held ?? {};
  // A project or a subscription is collected in all of its regions.
  const [has, needs] = place === undefined ? [own, account] : [`${own} in ${place}`, `${account} in ${region}`];
  if (!held) throw new InputError(folder, 0, `holds no account on ${cloud} (needed: ${needs})`);
  if (has !== needs) throw new InputError(folder, 0, `is of the account ${has} (needed: ${needs})`);
}

/** Collects into a folder of its own, which stays: findings are located there. */
async function collectNow(name: string | undefined, asked: Asked): Promise<string> {
  const now = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, "");
  const folder = join("collected", `${name ?? "account"}-${now}`);
  await collectInto(folder, name, asked);
  return folder;
}

// eslint-disable-next-line @typescript-eslint/no-require-imports -- without a state nothing is compared
const differences = () => require("../verification/diff/index") as typeof Differences;

/** What runs of a deployment, and what a reader should know of it. */
async function whatRuns(
  name: string,
  folder: string,
  { state = [] }: AuditFlags,
): Promise<{ readonly resources: readonly Resource[]; readonly warnings: readonly string[] }> {
  const deployment = namedDeployment(name);
  await refuseOther(folder, accountOf(deployment), deployment);
  const account = await loadJudged([folder]);
  const known = state.length > 0 ? await loadResources(state) : undefined;
  const stacks = writtenStacks(deployment);
  const { resources, account: own, workloadsAsWritten } = running(deployment, stacks, account, known);
  const others = known ? unmanaged(own, known) : [];
  const recorded = known?.filter(({ mode }) => mode === "managed");
  const differing = recorded
    ? await differences().diffResources(inPlace(deployment, stacks, recorded).resources, resources)
    : [];
  return {
    resources,
    warnings: [
      ...(workloadsAsWritten
        ? ["the workloads are judged as they are written: the cluster's objects were not collected"]
        : []),
      ...others.map((one) => visible(`in no state of Terraform's: ${one.address}${writtenText(one)}`)),
      ...differing
        .flatMap(({ packets }) => packets.filter(({ change }) => change === "opened"))
        .map(({ text }) => visible(`not as Terraform left it: ${text}`)),
    ],
  };
}
