/**
 * `npm run deploy -- NAME`: plans each stack of a deployment, verifies the plan, applies exactly that plan. With
 * `--drift` nothing is applied: it tells what the cloud has that the stacks do not say. Credentials are the caller's.
 * Exit code: 0, deployed, or no drift; 1, a plan that does not verify, Terraform failed, or drift; 2, unusable input.
 */
import "../telemetry-off";
import { spawnSync } from "node:child_process";
import { closeSync, openSync, readFileSync, rmSync, appendFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { Command } from "commander";
import { run as dataplane } from "../cli/index";
import { changesBetween } from "../cli/changed";
import { commitOf, withTrees, WORKING_TREE } from "../cli/git-trees";
import type { Deployment } from "../config/deployment";
import { ConfigError, loadDeployments } from "../config/loader";
import { stacksOf } from "../config/names";
import { deploymentPaths } from "../config/paths";
import { fill, inTurn } from "../output-folder";
import { visible } from "../report/lines";
import { renderText } from "../report/text";
import { synthesizeAll } from "../synthesis";
import { lossesOfPlan } from "../verification/diff/plan-losses";
import { orderOfPlan, type PlanOrder } from "../verification/diff/plan-order";
import { InputError } from "../verification/input-error";
import { errorCode } from "../config/texts";
import { driftIn } from "./drift";
import { exitCodeOf } from "./program";
import { changesIn, type Change, type ShownPlan } from "./shown-plan";

const OUTPUT = "cdktf.out";

interface Flags {
  readonly stacks?: string;
  readonly drift?: boolean;
  readonly newest?: string;
  readonly summary?: string;
}

/** How a deployment went, in one sentence, and the exit code that tells it. */
interface Result {
  readonly exitCode: number;
  readonly lines: readonly string[];
}

async function deploy(name: string, { stacks, drift = false, newest, summary }: Flags): Promise<number> {
  const all = loadDeployments(deploymentPaths());
  const found = all.find(({ deployment }) => deployment.name === name);
  if (!found) {
    throw new ConfigError([
      `'${name}' is no deployment (allowed: ${all.map((one) => one.deployment.name).join(", ")})`,
    ]);
  }
  const { deployment } = found;
  const own = stacksOf(deployment);
  const chosen = stacks?.split(",") ?? own;
  const wrong = chosen.find((stack) => !own.includes(stack));
  if (wrong !== undefined) throw new InputError("--stacks", 0, `'${wrong}' is no stack of ${name} (${own.join(", ")})`);
  const { exitCode, lines } = await perform();
  for (const line of lines) console.log(line);
  if (summary !== undefined)
    appendFileSync(summary, `${[`### ${name}`, "", ...lines.map((line) => `- ${line}`)].join("\n")}\n`);
  return exitCode;

  async function perform(): Promise<Result> {
    if (newest !== undefined && (await isSuperseded(name, newest))) {
      return { exitCode: 0, lines: [`not deployed: ${newest} changes it, and its own run deploys it`] };
    }
    // Until the last stack is applied nobody else writes into the folder, and no other deployment's plans lie there.
    return inTurn(OUTPUT, synthesizeAndGoOn);
  }

  async function synthesizeAndGoOn(): Promise<Result> {
    // Only this deployment: another's violation is not in its way.
    const report = await fill(OUTPUT, () => synthesizeAll([deployment], OUTPUT));
    console.log(renderText(report));
    if (report.verdict !== "pass") return { exitCode: 1, lines: ["not deployed: its stacks do not verify"] };
    const asked = own.filter((stack) => chosen.includes(stack));
    if (drift)
      return oneByOne(
        asked.map((stack) => () => driftOf(stack)),
        true,
      );
    return asked.length < own.length
      ? oneByOne(asked.map((stack) => () => deployed(stack, deployment)))
      : inOrder(own, deployment);
  }
}

/** Takes the steps. The first that fails is the last, since the others build on it, unless it is but a look. */
async function oneByOne(steps: readonly (() => Promise<Result>)[], goesOn = false): Promise<Result> {
  const lines: string[] = [];
  let exitCode = 0;
  for (const step of steps) {
    const result = await step();
    lines.push(...result.lines);
    exitCode = Math.max(exitCode, result.exitCode);
    if (exitCode > 0 && !goesOn) break;
  }
  return { exitCode, lines };
}

/**
 * The infrastructure first where it lets more pass, the workloads first where it lets less pass, and in three steps
 * where it does both: what it gives, the workloads, what it takes away. So nothing that runs is cut off between them.
 */
async function inOrder(stacks: readonly string[], deployment: Deployment): Promise<Result> {
  const [infrastructure = "", workloads = ""] = stacks;
  /** What is left to do of the infrastructure's plan in an order of its own. */
  const postponed: { order?: PlanOrder; whole: readonly Change[] } = { whole: [] };
  const first = await planned(infrastructure, async (plan) => {
    const refusal = await refusalOf(plan, deployment);
    if (refusal) return refusal;
    const order = orderOfPlan(plan.shown);
    if (order.both.length > 0) {
      return lossesOfPlan(plan.shown, deployment).allowed.length > 0
        ? applied(plan)
        : failed(infrastructure, ...interruptions(order.both, stacks));
    }
    if (order.narrows.length === 0) return applied(plan);
    Object.assign(postponed, { order, whole: plan.changes });
    const taken = order.narrows.map(({ text }) => visible(text)).join("; ");
    return told(0, infrastructure, `takes away, and so after the workloads only: ${taken}`);
  });
  const { order, whole } = postponed;
  const whatGives = () => planned(infrastructure, (part) => appliedPart(part, whole, order?.early ?? []), order?.early);
  return oneByOne([
    () => Promise.resolve(first),
    ...(order && order.widens.length > 0 ? [whatGives] : []),
    () => deployed(workloads, deployment),
    ...(order ? [() => deployed(infrastructure, deployment)] : []),
  ]);
}

/** Applies the part of a plan that takes nothing away; the whole of it is verified. */
function appliedPart(part: Planned, whole: readonly Change[], early: readonly string[]): Result {
  const known = new Set(whole.map(({ text }) => text));
  const isOutput = (address: string) => address.startsWith("output ");
  const other = part.changes.filter(
    ({ address, text }) => !known.has(text) || !(isOutput(address) || early.includes(address)),
  );
  if (other.length === 0) return applied(part);
  const names = other.map(({ text }) => text).join(", ");
  return failed(
    part.stack,
    `not applied: what it gives can't be had without ${names}; put what is to go back into the deployment, deploy, and take it away in a change of its own`,
  );
}

/** Why a change is not applied that no order makes safe, and what to do. */
function interruptions(moves: PlanOrder["both"], [infrastructure = "", workloads = ""]: readonly string[]): string[] {
  return [
    `not applied: it would cut off what runs: ${moves.map(({ text }) => visible(text)).join("; ")}`,
    "put what is to go back into the deployment beside what is new, deploy, and take it away in a change of its own",
    `or take the interruption: an entry of \`allow\` in the deployment, or \`--stacks ${infrastructure}\` and then \`--stacks ${workloads}\``,
  ];
}

/** Plans a stack, verifies the plan and applies it. */
function deployed(stack: string, deployment: Deployment): Promise<Result> {
  return planned(stack, async (plan) => (await refusalOf(plan, deployment)) ?? applied(plan));
}

function driftOf(stack: string): Promise<Result> {
  // A look must not stand in the way of whoever deploys.
  return planned(
    stack,
    async ({ shown }) => {
      const { isDrift, lines } = await driftIn(stack, OUTPUT, shown);
      return told(isDrift ? 1 : 0, stack, ...lines);
    },
    [],
    ["-lock=false"],
  );
}

/** A plan, for as long as it lies on disk. */
interface Planned {
  readonly stack: string;
  readonly folder: string;
  readonly file: string;
  /** The file of what `terraform show -json` prints of it. */
  readonly shownFile: string;
  readonly shown: ShownPlan;
  readonly changes: readonly Change[];
}

const told = (exitCode: number, stack: string, ...what: readonly string[]): Result => ({
  exitCode,
  lines: what.map((text) => `\`${stack}\`: ${text}`),
});
const failed = (stack: string, ...what: readonly string[]): Result => told(1, stack, ...what);

/** Plans a stack, or the part of it that `targets` name, and hands the plan to `use`. */
async function planned(
  stack: string,
  use: (plan: Planned) => Result | Promise<Result>,
  targets: readonly string[] = [],
  lock: readonly string[] = ["-lock-timeout=10m"],
): Promise<Result> {
  const folder = resolve(OUTPUT, "stacks", stack);
  const [file, shownFile] = [join(folder, "plan"), join(folder, "plan.json")];
  const terraform = (...args: string[]) => start("terraform", [`-chdir=${folder}`, ...args]);
  try {
    if (terraform("init", "-input=false") !== 0) return failed(stack, "`terraform init` failed");
    const part = targets.map((address) => `-target=${address}`);
    if (terraform("plan", "-input=false", ...lock, ...part, `-out=${file}`) !== 0)
      return failed(stack, "`terraform plan` failed");
    if (start("terraform", [`-chdir=${folder}`, "show", "-json", file], shownFile) !== 0)
      return failed(stack, "`terraform show` failed");
    const shown = JSON.parse(readFileSync(shownFile, "utf8")) as ShownPlan;
    return await use({ stack, folder, file, shownFile, shown, changes: changesIn(shown) });
  } finally {
    // Plans hold what is sensitive in clear.
    for (const one of [file, shownFile]) rmSync(one, { force: true });
  }
}

/** Why a plan is not applied: it does not verify, or it destroys what nothing brings back. */
async function refusalOf({ stack, shownFile, shown }: Planned, deployment: Deployment): Promise<Result | undefined> {
  const verdict = await dataplane(["verify", OUTPUT, "--plan", `${stack}=${relative("", shownFile)}`]);
  console.log(verdict.stdout + verdict.stderr);
  if (verdict.exitCode !== 0) return failed(stack, "not applied: the plan does not verify");
  const { losses, isAllowed, expired } = lossesOfPlan(shown, deployment);
  if (isAllowed) return undefined;
  const past = expired.map(({ change, expires }) => `\`allow\` of ${change} ended on ${expires}`);
  return failed(
    stack,
    ...losses.map(({ text }) => `not applied: it destroys for good: ${visible(text)}`),
    ...past.map(visible),
    "if that is meant, an entry of `allow` in the deployment says so: {change: FIELD, reason: WHY, expires: YYYY-MM-DD}",
  );
}

function applied({ stack, folder, file, changes }: Planned): Result {
  if (changes.length === 0) return told(0, stack, "nothing to change");
  if (start("terraform", [`-chdir=${folder}`, "apply", "-input=false", "-lock-timeout=10m", file]) !== 0)
    return failed(stack, "`terraform apply` failed");
  return told(0, stack, `deployed, ${changes.length} changes`);
}

/** Whether a newer commit changes a deployment, so that this one would take it back. */
async function isSuperseded(name: string, newest: string): Promise<boolean> {
  const commit = commitOf(newest);
  if (commit === commitOf("HEAD")) return false;
  return withTrees([WORKING_TREE, commit], ([own, newer]) => {
    const { deployments, removed } = changesBetween(own, newer);
    return removed.includes(name) || deployments.some((deployment) => deployment.name === name);
  });
}

/** Runs a command with its output shown, or in a file only its owner reads; its exit code. */
function start(command: string, args: readonly string[], file?: string): number {
  const output = file === undefined ? "inherit" : openSync(file, "w", 0o600);
  const env = { ...process.env, TF_IN_AUTOMATION: "1" };
  const { status, error } = spawnSync(command, args, { stdio: ["ignore", output, "inherit"], env });
  if (typeof output === "number") closeSync(output);
  if (error) throw new InputError(command, 0, `can't be run (${errorCode(error)})`);
  return status ?? 1;
}

/** Runs a command line in the working directory, that of the package; the exit code. */
export const run = (args: readonly string[]): Promise<number> =>
  exitCodeOf(args, (ends) =>
    new Command("npm run deploy --")
      .description("Plan, verify and apply the stacks of a deployment.")
      .argument("<name>", "the deployment's name")
      .option("--stacks <names>", "only these stacks, separated by commas; default: all")
      .option("--drift", "apply nothing; exit code 1 where the cloud differs from the stacks")
      .option("--newest <ref>", "leave the deployment alone where this commit changes it once more")
      .option("--summary <file>", "append what was done there, as Markdown")
      .action(async (name: string, flags: Flags) => {
        ends(await deploy(name, flags));
      }),
  );

if (require.main === module) {
  process.chdir(join(__dirname, ".."));
  void run(process.argv.slice(2)).then((code) => (process.exitCode = code));
}
