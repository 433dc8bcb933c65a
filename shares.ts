/** Work that is done in shares, each in a process of its own, where there is enough of it. */
import { fork } from "node:child_process";
import { availableParallelism } from "node:os";
import { ConfigError } from "./config/yaml-source";
import { InputError } from "./verification/input-error";

/** Processes at once: each has in memory what it works with. */
const MOST_PROCESSES = 2;
/**
 * Megabytes of a process's heap: a deployment takes some 20, and whoever synthesizes it has two clouds' classes, which
 * take 100. Without a bound, Node collects late.
 */
const HEAP = 160;
/** Megabytes of what is new in it: more took memory and no less time, for a synth as for a report. */
const NEW_SPACE = 4;

/** What a process is started with: it calls {@link answerShare}. */
export interface Program {
  readonly file: string;
  readonly args?: readonly string[];
}

/** What became of a share: all of it, or what stopped it. */
type Answer<Done> =
  { readonly done: Done } | { readonly failed: { readonly message: string; readonly isInput: boolean } };

/** Cuts work, in its order, into one share for each process that the machine has use for; one of all if it is little. */
export function sharesOf<T>(work: readonly T[], little: number): readonly (readonly T[])[] {
  const processes = work.length > little ? Math.min(availableParallelism(), MOST_PROCESSES) : 1;
  const size = Math.max(1, Math.ceil(work.length / processes));
  return Array.from({ length: processes }, (_, index) => work.slice(index * size, (index + 1) * size));
}

/**
 * What became of each share, in their order.
 *
 * @throws ConfigError with what a process says of input that can't be used, Error with the stack of anything else
 */
export async function inProcesses<Done>(shares: readonly object[], program: Program): Promise<Done[]> {
  const ended = new AbortController();
  try {
    return await Promise.all(shares.map((share) => inProcess<Done>(share, program, ended.signal)));
  } finally {
    // Where one has failed, no other goes on.
    ended.abort();
  }
}

function inProcess<Done>(share: object, { file, args = [] }: Program, signal: AbortSignal): Promise<Done> {
  return new Promise((resolve, reject) => {
    // Of two bounds the later counts: one that is given is kept.
    const options = `--max-old-space-size=${HEAP} --max-semi-space-size=${NEW_SPACE} ${process.env["NODE_OPTIONS"] ?? ""}`;
    const env = { ...process.env, NODE_OPTIONS: options };
    const child = fork(file, args, { serialization: "advanced", env, signal });
    let answer: Answer<Done> | undefined;
    child.once("message", (message) => (answer = message as Answer<Done>));
    child.once("error", reject);
    child.once("exit", (code, killed) => {
      if (!answer)
        reject(new Error(`a process for a share of the work ended without an answer (${killed ?? String(code)})`));
      else if ("done" in answer) resolve(answer.done);
      else reject(answer.failed.isInput ? new ConfigError([answer.failed.message]) : new Error(answer.failed.message));
    });
    child.send(share);
  });
}

/** In a process that was started for a share: does that, tells what became of it, and lets the process end. */
export function answerShare(work: (share: never) => Promise<unknown>): Promise<void> {
  return new Promise((resolve) => {
    process.once("message", (share) => {
      void answerTo(() => work(share as never)).then((answer) =>
        process.send?.(answer, () => {
          process.disconnect();
          resolve();
        }),
      );
    });
  });
}

async function answerTo<Done>(work: () => Promise<Done>): Promise<Answer<Done>> {
  try {
    return { done: await work() };
  } catch (error) {
    const isInput = error instanceof InputError || error instanceof ConfigError;
    const { message, stack = message } = error instanceof Error ? error : new Error(String(error));
    return { failed: { message: isInput ? message : stack, isInput } };
  }
}
