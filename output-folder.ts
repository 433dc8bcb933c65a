/** The folder that stacks are written to: by one synth at a time, and marked for as long as it holds less than all. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { InputError } from "./verification/input-error";
import { UNFINISHED } from "./verification/readers/cdktf-output";
import { errorCode } from "./config/texts";

/** Where the file of a stack is kept that an earlier synth wrote, until it is known whether it is still the one. */
export const laidAside = (file: string): string => `${file}.earlier`;

/**
 * Lays aside what an earlier synth wrote, of deployments that are no more too, and marks the folder until
 * {@link finish}: whatever becomes of this synth, nobody takes the old stacks for those of the new input. What Terraform
 * keeps beside a stack stays.
 *
 * @param forgets whether it is removed instead, so that every stack is made anew
 */
function begin(outdir: string, forgets = false): void {
  rmSync(join(outdir, "manifest.json"), { force: true });
  for (const folder of stackFolders(outdir)) {
    const file = join(folder, "cdk.tf.json");
    if (existsSync(file)) renameSync(file, laidAside(file));
    if (forgets) rmSync(laidAside(file), { force: true });
    rmSync(join(folder, "cdk.tf"), { force: true });
  }
  // Last: where the mark is, there are no old stacks.
  mark(outdir, "a synth is at work, or was ended");
}

function stackFolders(outdir: string): string[] {
  const stacks = join(outdir, "stacks");
  return existsSync(stacks) ? readdirSync(stacks).map((stack) => join(stacks, stack)) : [];
}

/** Tells readers why there is nothing to read: the first line of `reason`. */
function mark(outdir: string, reason: string): void {
  mkdirSync(outdir, { recursive: true });
  writeFileSync(join(outdir, UNFINISHED), `${reason.split("\n")[0] ?? ""}\n`);
}

/** All stacks are written: what is still laid aside is of none. */
function finish(outdir: string): void {
  for (const folder of stackFolders(outdir)) rmSync(laidAside(join(folder, "cdk.tf.json")), { force: true });
  rmSync(join(outdir, UNFINISHED), { force: true });
}

/**
 * Makes all of a folder by `write`; while it is at work, and where it fails, the folder is marked.
 *
 * @param forgets whether every stack is made anew, whatever an earlier synth wrote
 */
export async function fill<T>(outdir: string, write: () => Promise<T>, forgets = false): Promise<T> {
  begin(outdir, forgets);
  try {
    const written = await write();
    finish(outdir);
    return written;
  } catch (error) {
    begin(outdir);
    mark(outdir, error instanceof Error ? error.message : String(error));
    throw error;
  }
}

/** Who holds a lock. */
interface Holder {
  readonly pid: number;
  readonly host: string;
}

/** How long to wait for a turn; the longest deployment takes less. */
const LONGEST = 2 * 60 * 60 * 1000;
const PAUSE = 100;

/**
 * Does `work` while no other process has its turn in the folder, which is made if need be. The turn of a process that is
 * no more counts for nothing.
 *
 * @throws InputError if the turn does not come, or the folder can't be written to
 */
export async function inTurn<T>(outdir: string, work: () => Promise<T>): Promise<T> {
  const file = join(outdir, "lock");
  writing(outdir, () => mkdirSync(outdir, { recursive: true }));
  const end = Date.now() + LONGEST;
  for (let waits = 0; !take(file); waits++) {
    const holder = holderOf(file);
    if (holder && isGone(holder)) {
      takeAway(file, holder);
      continue;
    }
    if (Date.now() > end)
      throw new InputError(file, 0, `is the turn of ${nameOf(holder)}; remove it if that is no more`);
    if (waits === 10) process.stderr.write(`waiting for ${nameOf(holder)}: ${file} says that it is at work there\n`);
    await sleep(PAUSE);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

/** Makes the file of a turn; false if another has it. */
function take(file: string): boolean {
  const text = JSON.stringify({ pid: process.pid, host: hostname() } satisfies Holder);
  return writing(file, () => {
    try {
      writeFileSync(file, text, { flag: "wx" });
      return true;
    } catch (error) {
      if (errorCode(error) === "EEXIST") return false;
      throw error;
    }
  });
}

function writing<T>(path: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    throw new InputError(path, 0, `can't be written (${errorCode(error)})`);
  }
}

/** Undefined while it is written or taken away. */
function holderOf(file: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Holder;
  } catch {
    return undefined;
  }
}

const nameOf = (holder: Holder | undefined) =>
  holder ? `process ${holder.pid} on ${holder.host}` : "a process that does not say which";

/** Of another machine's processes nothing is known. */
function isGone({ pid, host }: Holder): boolean {
  if (host !== hostname()) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return errorCode(error) === "ESRCH";
  }
}

/** Takes a dead process's file away, one process at a time: the next look must not take away what came after it. */
function takeAway(file: string, dead: Holder): void {
  const turn = `${file}.stale`;
  if (!take(turn)) return;
  try {
    const holder = holderOf(file);
    if (holder?.pid === dead.pid && holder.host === dead.host) rmSync(file, { force: true });
  } finally {
    rmSync(turn, { force: true });
  }
}
