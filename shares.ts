/** Work that is done in shares, each in a process of its own, where there is enough of it. */
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
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
/** Megabytes of a half of what is new in it: more costs a synth memory, and saves a report a tenth of its time. */
const NEW_SPACE = 4;

/** What a process is started with: it calls {@link answerShares}. */
export interface Program {
  readonly file: string;
  readonly args?: readonly string[];
}

/** What became of a share: all of it, or what stopped it. */
type Answer = { readonly done: unknown } | { readonly failed: { readonly message: string; readonly isInput: boolean } };

/**
 * Cuts work, in its order, into shares of `most` at most: one of all if it is little, else as many as there are
 * processes that the machine has use for, or more.
 */
export function sharesOf<T>(work: readonly T[], little: number, most = Infinity): readonly (readonly T[])[] {
  const processes = work.length > little ? Math.min(availableParallelism(), MOST_PROCESSES) : 1;
  if (processes === 1) return [work];
  const size = Math.min(most, Math.ceil(work.length / processes));
  return Array.from({ length: Math.ceil(work.length / size) }, (_, i) => work.slice(i * size, (i + 1) * size));
}

/**
 * Has shares done, each by the next process that is free. `see` gets what became of each, in their order and as soon as
 * it can, so that no process has more in memory than a share of it.
 *
 * @throws ConfigError with what a process says of input that can't be used, Error with the stack of anything else
 */
export async function inProcesses(
  shares: readonly object[],
  program: Program,
  see: (done: never) => void,
): Promise<void> {
  const queue = shares.entries();
  const early = new Map<number, unknown>();
  let seen = 0;
  const add = (index: number, done: unknown) => {
    early.set(index, done);
    for (; early.has(seen); seen++) {
      see(early.get(seen) as never);
      early.delete(seen);
    }
  };
  const ended = new AbortController();
  const work = async () => {
    const child = started(program, ended.signal);
    const next = () => {
      const { value } = queue.next();
      return value && { index: value[0], answer: ask(child, value[1]) };
    };
    for (let asked = next(); asked;) {
      const { index, answer } = asked;
      const done = await answer;
      // It works on while this process looks at what it did.
      asked = next();
      add(index, done);
    }
    const end = once(child, "exit");
    child.disconnect();
    await end;
  };
  try {
    await Promise.all(Array.from({ length: Math.min(shares.length, MOST_PROCESSES) }, work));
  } finally {
    // Where one has failed, no other goes on.
    ended.abort();
  }
}

function started({ file, args = [] }: Program, signal: AbortSignal): ChildProcess {
  // Of two bounds the later counts: one that is given is kept.
  const options = `--max-old-space-size=${HEAP} --max-semi-space-size=${NEW_SPACE} ${process.env["NODE_OPTIONS"] ?? ""}`;
  const env = { ...process.env, NODE_OPTIONS: options };
  // There are as many as there are processors: threads of theirs for compiling and collecting only stand in each other's way.
  const execArgv = [...process.execArgv, "--single-threaded"];
  const child = fork(file, args, { serialization: "advanced", env, signal, execArgv });
  // Whoever waits for an answer hears of it; one that is stopped has nobody waiting.
  return child.on("error", () => undefined);
}

function ask(child: ChildProcess, share: object): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const endedEarly = (code: number | null, killed: string | null) =>
      reject(new Error(`a process for a share of the work ended without an answer (${killed ?? String(code)})`));
    child.once("error", reject).once("exit", endedEarly);
    child.once("message", (message) => {
      child.off("error", reject).off("exit", endedEarly);
      const answer = message as Answer;
      if ("done" in answer) resolve(answer.done);
      else reject(answer.failed.isInput ? new ConfigError([answer.failed.message]) : new Error(answer.failed.message));
    });
    child.send(share);
  });
}

/**
 * In a process that was started for shares: does each that it gets. Resolves when nobody waits for it any more, and the
 * process is to end, whatever it is at.
 */
export async function answerShares(work: (share: never) => Promise<unknown>): Promise<void> {
  process.on("message", (share) => {
    void answerTo(() => work(share as never)).then((answer) => process.send?.(answer));
  });
  await once(process, "disconnect");
}

async function answerTo(work: () => Promise<unknown>): Promise<Answer> {
  try {
    return { done: await work() };
  } catch (error) {
    const isInput = error instanceof InputError || error instanceof ConfigError;
    const { message, stack = message } = error instanceof Error ? error : new Error(String(error));
    return { failed: { message: isInput ? message : stack, isInput } };
  }
}
