/** All deployments: in this process where they are few, else in as many processes as the machine has use for. */
import { fork } from "node:child_process";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { Deployment } from "../config/deployment";
import { ConfigError } from "../config/yaml-source";
import { App } from "../framework";
import { combined } from "../verification/combined-report";
import type { Report } from "../verification/verify";
import type * as Each from "./deployment";
import type { Synthesis } from "./deployment";
import type { Share, ShareAnswer } from "./share";

/** So many take less than a second process takes to load. */
const FEW = 25;
/** Processes at once: each has a cloud's classes in memory. */
const MOST_PROCESSES = 2;
/**
 * Megabytes of a process's heap: two clouds' classes take 100, a deployment some 20; and of what is new in it. Without
 * bounds, Node collects late.
 */
const HEAP = 160;
const NEW = 8;

/**
 * Writes the stacks of all deployments, and the manifest of them, into a folder.
 *
 * @returns what is to be said of all of them, by their names
 */
export async function synthesizeAll(deployments: readonly Deployment[], outdir: string): Promise<Report> {
  const processes = deployments.length > FEW ? Math.min(availableParallelism(), MOST_PROCESSES) : 1;
  const done =
    processes > 1 ? await inShares(deployments, outdir, processes) : await each().synthesizeEach(deployments, outdir);
  const { manifest } = new App({ outdir });
  for (const { stacks } of done) Object.assign(manifest.stacks, stacks);
  manifest.writeToFile();
  const sorted = [...done].sort((one, other) => (one.name < other.name ? -1 : 1));
  return combined(sorted.map(({ report }) => report));
}

/** Loaded by whoever does the work: this process alone, or the others. */
// eslint-disable-next-line @typescript-eslint/no-require-imports
const each = () => require("./deployment") as typeof Each;

async function inShares(deployments: readonly Deployment[], outdir: string, processes: number): Promise<Synthesis[]> {
  // Those of one cloud side by side: a process loads few clouds' classes.
  const byCloud = [...deployments].sort((one, other) =>
    one.cloud < other.cloud ? -1 : one.cloud > other.cloud ? 1 : 0,
  );
  const size = Math.ceil(byCloud.length / processes);
  const shares = Array.from({ length: processes }, (_, index) => byCloud.slice(index * size, (index + 1) * size));
  const ended = new AbortController();
  try {
    const done = await Promise.all(shares.map((share) => inProcess({ deployments: share, outdir }, ended.signal)));
    return done.flat();
  } finally {
    // Where one has failed, no other goes on writing.
    ended.abort();
  }
}

function inProcess(share: Share, signal: AbortSignal): Promise<readonly Synthesis[]> {
  return new Promise((resolve, reject) => {
    // Of two bounds the later counts: one that is given is kept.
    const options = `--max-old-space-size=${HEAP} --max-semi-space-size=${NEW} ${process.env["NODE_OPTIONS"] ?? ""}`;
    const env = { ...process.env, NODE_OPTIONS: options };
    const child = fork(join(__dirname, "share.ts"), { serialization: "advanced", env, signal });
    let answer: ShareAnswer | undefined;
    child.once("message", (message) => (answer = message as ShareAnswer));
    child.once("error", reject);
    child.once("exit", (code, killed) => {
      if (!answer) reject(new Error(`a process that synthesizes ended without an answer (${killed ?? String(code)})`));
      else if ("done" in answer) resolve(answer.done);
      else reject(answer.failed.isInput ? new ConfigError([answer.failed.message]) : new Error(answer.failed.message));
    });
    child.send(share);
  });
}
