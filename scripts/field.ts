/**
 * `npm run field -- DIR [--sample N] [--only ID,ID] [--seconds N] [--memory MB] [--json FILE]`: verifies every folder
 * below DIR that holds Terraform or Kubernetes manifests, or at most N of each repository, and tells how many get a
 * verdict, what keeps the others from one, and whether a counterexample is one that no network can carry. Modules that
 * another folder calls are verified by themselves too, and the share is told with and without them. A repository is a
 * folder of DIR. A folder that takes longer or more memory than it may is a crash.
 */
import "../telemetry-off";
import { fork, type ChildProcess } from "node:child_process";
import { writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { foldersToVerify, partsAmong, sampled } from "./field/folders";
import { RESULTS, repositoryOf, summaryOf, type Outcome, type Summary } from "./field/outcome";
import type { Task } from "./field/worker";

/** As many reasons as a person reads; the JSON has all. */
const MOST_REASONS = 40;

interface Limits {
  readonly milliseconds: number;
  readonly megabytes: number;
}

function startWorker({ megabytes }: Limits): ChildProcess {
  const execArgv = ["--import", "tsx", `--max-old-space-size=${megabytes}`];
  return fork(join(__dirname, "field/worker.ts"), [], { execArgv, stdio: ["ignore", "ignore", "ignore", "ipc"] });
}

/** The worker's answer; a crash if it ends or takes too long. */
function ask(worker: ChildProcess, task: Task, { milliseconds }: Limits): Promise<Outcome> {
  return new Promise((resolve) => {
    const finish = (outcome: Outcome) => {
      clearTimeout(timer);
      worker.removeAllListeners();
      resolve(outcome);
    };
    const crash = (why: string) => {
      worker.kill("SIGKILL");
      finish({ folder: task.folder, result: "crash", reasons: { [why]: why }, impossible: [], milliseconds });
    };
    const timer = setTimeout(() => crash(`no answer in ${milliseconds / 1000} s`), milliseconds);
    worker.once("message", (outcome) => finish(outcome as Outcome));
    worker.once("exit", () => crash("the process ended without an answer"));
    worker.once("error", ({ message }) => crash(message));
    worker.send(task);
  });
}

/** Outcomes of all folders, each processor working on one at a time. */
async function measure(folders: readonly string[], only: Task["only"], limits: Limits): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const queue = [...folders];
  const work = async () => {
    let worker = startWorker(limits);
    for (let folder = queue.shift(); folder !== undefined; folder = queue.shift()) {
      outcomes.push(await ask(worker, { folder, only }, limits));
      if (worker.killed) worker = startWorker(limits);
    }
    worker.kill();
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return outcomes.sort((a, b) => (a.folder < b.folder ? -1 : 1));
}

const percent = (share: number): string => `${Math.round(share * 100)}%`;

function table({ folders, results, useful, wholes, repositories, reasons, impossible, slowest }: Summary): string {
  return [
    `${folders} folders: ${RESULTS.map((result) => `${result} ${results[result]}`).join(", ")}`,
    "no init: unknown while modules, charts or what a deployer installs from elsewhere are not fetched",
    `useful verdicts (pass or violated) among those that hold something judged: ${percent(useful)}`,
    `the same of ${wholes.folders} folders, without modules that another folder calls with the values they need: ${percent(wholes.useful)}`,
    "",
    `${RESULTS.map((result) => result.padStart(8)).join(" ")}   useful  repository`,
    ...repositories.map(({ repository, results, useful }) => {
      const counts = RESULTS.map((result) => String(results[result]).padStart(8));
      return `${counts.join(" ")} ${percent(useful).padStart(8)}  ${repository}`;
    }),
    "",
    `slowest: ${slowest.milliseconds} ms ${slowest.folder}`,
    "",
    "folders  alone  reason",
    ...reasons
      .slice(0, MOST_REASONS)
      .flatMap(({ folders, alone, reason, example }) => [
        `${String(folders).padStart(7)} ${String(alone).padStart(6)}  ${reason}`,
        `${" ".repeat(16)}${example.folder}: ${example.message}`,
      ]),
    "",
    `impossible packets: ${impossible.length}`,
    ...impossible,
  ].join("\n");
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      sample: { type: "string" },
      only: { type: "string", default: "no-inbound,private-api-endpoint" },
      seconds: { type: "string", default: "60" },
      memory: { type: "string", default: "1024" },
      json: { type: "string" },
    },
  });
  const [folder, ...others] = positionals;
  if (folder === undefined || others.length > 0) throw new Error("Name one folder of repositories.");
  const limits = { milliseconds: Number(values.seconds) * 1000, megabytes: Number(values.memory) };
  const all = [...foldersToVerify(folder)];
  const parts = await partsAmong(all);
  const folders = sampled(all, {
    repositoryOf: (one) => repositoryOf(relative(folder, one)),
    most: values.sample === undefined ? Infinity : Number(values.sample),
  });
  const outcomes = await measure(folders, values.only.split(","), limits);
  const named = outcomes.map((one) => ({
    ...one,
    isPart: parts.has(one.folder),
    folder: relative(folder, one.folder) || ".",
  }));
  const summary = summaryOf(named);
  console.log(table(summary));
  if (values.json) writeFileSync(values.json, JSON.stringify({ ...summary, outcomes: named }, null, 2));
}

if (require.main === module) {
  main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(2);
  });
}
