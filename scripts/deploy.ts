/**
 * `npm run deploy -- NAME`: plans each stack of a deployment, verifies the plan, applies exactly that plan. With
 * `--drift` nothing is applied: it tells what the cloud has that the stacks do not say. Credentials are the caller's.
 * Exit code: 0, deployed, or no drift; 1, a plan that does not verify, Terraform failed, or drift; 2, unusable input.
 */
import { spawnSync } from "node:child_process";
import { closeSync, openSync, readFileSync, rmSync, appendFileSync } from "node:fs";
import { join, relative } from "node:path";
import { Command } from "commander";
import { run as dataplane } from "../cli/index";
import { changesBetween } from "../cli/changed";
import { commitOf, withTrees, WORKING_TREE } from "../cli/git-trees";
import { ConfigError, loadDeployments } from "../config/loader";
import { stacksOf } from "../config/names";
import { deploymentPaths } from "../config/paths";
import { inTurn } from "../output-folder";
import { visible } from "../report/lines";
import { InputError } from "../verification/input-error";

const ROOT = join(__dirname, "..");
const OUTPUT = join(ROOT, "cdktf.out");

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
  const { deployment, file } = found;
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
    const environment = { DATAPLANE_DEPLOYMENTS: file, CDKTF_OUTDIR: OUTPUT };
    if (run(process.execPath, ["--import", "tsx", "main.ts"], environment) !== 0) {
      return { exitCode: 1, lines: ["not deployed: its stacks do not verify"] };
    }
    return inOrder(
      own.filter((stack) => chosen.includes(stack)),
      drift,
    );
  }
}

/** Goes through the stacks; the first that fails ends it, since the others build on it. */
async function inOrder(stacks: readonly string[], drift: boolean): Promise<Result> {
  const lines: string[] = [];
  let exitCode = 0;
  for (const stack of stacks) {
    const result = await planned(stack, drift);
    lines.push(...result.lines);
    exitCode = Math.max(exitCode, result.exitCode);
    if (exitCode > 0 && !drift) break;
  }
  return { exitCode, lines };
}

/** Plans a stack and applies the plan, or tells how it differs. */
async function planned(stack: string, drift: boolean): Promise<Result> {
  const folder = join(OUTPUT, "stacks", stack);
  const [plan, shown] = [join(folder, "plan"), join(folder, "plan.json")];
  const failed = (what: string): Result => ({ exitCode: 1, lines: [`\`${stack}\`: ${what}`] });
  const terraform = (...args: string[]) => run("terraform", [`-chdir=${folder}`, ...args]);
  try {
    if (terraform("init", "-input=false") !== 0) return failed("`terraform init` failed");
    // A look must not stand in the way of whoever deploys.
    const lock = drift ? ["-lock=false"] : ["-lock-timeout=10m"];
    if (terraform("plan", "-input=false", ...lock, `-out=${plan}`) !== 0) return failed("`terraform plan` failed");
    if (run("terraform", [`-chdir=${folder}`, "show", "-json", plan], {}, shown) !== 0)
      return failed("`terraform show` failed");
    const changes = changesIn(shown);
    if (drift) {
      if (changes.length === 0) return { exitCode: 0, lines: [`\`${stack}\`: no drift`] };
      return failed(`drift: ${changes.join(", ")}`);
    }
    const verdict = await dataplane(["verify", relative("", OUTPUT), "--plan", `${stack}=${relative("", shown)}`]);
    console.log(verdict.stdout + verdict.stderr);
    if (verdict.exitCode !== 0) return failed("not applied: the plan does not verify");
    if (changes.length === 0) return { exitCode: 0, lines: [`\`${stack}\`: nothing to change`] };
    if (terraform("apply", "-input=false", "-lock-timeout=10m", plan) !== 0) return failed("`terraform apply` failed");
    return { exitCode: 0, lines: [`\`${stack}\`: deployed, ${changes.length} changes`] };
  } finally {
    // Plans hold what is sensitive in clear.
    for (const file of [plan, shown]) rmSync(file, { force: true });
  }
}

interface ShownPlan {
  readonly resource_changes?: readonly { readonly address: string; readonly change: { readonly actions: string[] } }[];
  readonly output_changes?: Readonly<Record<string, { readonly actions: string[] }>>;
}

/** What a plan changes: `update aws_vpc.main`. */
function changesIn(file: string): string[] {
  const { resource_changes: resources = [], output_changes: outputs = {} } = JSON.parse(
    readFileSync(file, "utf8"),
  ) as ShownPlan;
  const all = [
    ...resources.map(({ address, change }) => ({ what: address, actions: change.actions })),
    ...Object.entries(outputs).map(([name, { actions }]) => ({ what: `output ${name}`, actions })),
  ];
  return all
    .filter(({ actions }) => actions.some((action) => action !== "no-op" && action !== "read"))
    .map(({ what, actions }) => visible(`${actions.join(" and ")} \`${what}\``));
}

/** Whether a newer commit changes a deployment, so that this one would take it back. */
async function isSuperseded(name: string, newest: string): Promise<boolean> {
  const commit = commitOf(newest);
  if (commit === commitOf("HEAD")) return false;
  return withTrees([WORKING_TREE, commit], async ([own, newer]) => {
    const { deployments, removed } = changesBetween(own, newer);
    return removed.includes(name) || deployments.some((deployment) => deployment.name === name);
  });
}

/** Runs a command with its output shown, or in a file only its owner reads; its exit code. */
function run(command: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}, file?: string): number {
  const output = file === undefined ? "inherit" : openSync(file, "w", 0o600);
  const env = { ...process.env, TF_IN_AUTOMATION: "1", ...environment };
  const { status, error } = spawnSync(command, args, { cwd: ROOT, stdio: ["ignore", output, "inherit"], env });
  if (typeof output === "number") closeSync(output);
  if (error) throw new InputError(command, 0, `can't be run (${(error as NodeJS.ErrnoException).code})`);
  return status ?? 1;
}

new Command("npm run deploy --")
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .description("Plan, verify and apply the stacks of a deployment.")
  .argument("<name>", "the deployment's name")
  .option("--stacks <names>", "only these stacks, separated by commas; default: all")
  .option("--drift", "apply nothing; exit code 1 where the cloud differs from the stacks")
  .option("--newest <ref>", "leave the deployment alone where this commit changes it once more")
  .option("--summary <file>", "append what was done there, as Markdown")
  .action(async (name: string, flags: Flags) => {
    process.exitCode = await deploy(name, flags);
  })
  .parseAsync()
  .catch((error: unknown) => {
    if (!(error instanceof ConfigError || error instanceof InputError)) throw error;
    console.error(error.message);
    process.exitCode = 2;
  });
