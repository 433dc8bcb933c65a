/** What the caller's credentials and tools know of a cloud before anything is made there. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";

export interface Surroundings {
  /** By the cloud's own words: `account`; `project`; `subscription` and `directory`. Those that are not told are left out. */
  readonly identity: Readonly<Record<string, string>>;
  readonly region?: string | undefined;
  /** What stands in a region; what is not told is left out. */
  readonly inRegion: (region: string) => Promise<Standing>;
}

/** What stands in a region. */
export interface Standing {
  /** Names of its availability zones, as this account has them. */
  readonly zones: readonly string[];
  readonly networks: readonly Network[];
}

/** A network, and the blocks of addresses that it has. */
export interface Network {
  readonly name: string;
  readonly cidrs: readonly string[];
}

/** Milliseconds that an answer is waited for. */
export const PATIENCE = 8_000;

/** What something that asks a cloud tells; undefined where it fails or takes too long: then a person says it. */
export async function told<T>(asking: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => (timer = setTimeout(() => resolve(undefined), PATIENCE)));
  try {
    return await Promise.race([asking, late]);
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

/** JSON that a command line prints, which may be missing, logged out or without a way to its cloud. */
export async function toldBy(program: string, args: readonly string[]): Promise<unknown> {
  const running = promisify(execFile)(program, args, { timeout: PATIENCE, windowsHide: true });
  running.child.stdin?.end();
  const printed = await told(running);
  if (!printed) return undefined;
  try {
    return JSON.parse(printed.stdout) as unknown;
  } catch {
    return undefined;
  }
}

/** The text at a path of JSON; undefined where there is none. */
export function textAt(value: unknown, ...path: readonly string[]): string | undefined {
  const found = path.reduce<unknown>(
    (part, name) => (typeof part === "object" && part !== null ? (part as Record<string, unknown>)[name] : undefined),
    value,
  );
  return typeof found === "string" && found !== "" ? found : undefined;
}

/** Entries of a JSON list; none where it is no list. */
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
