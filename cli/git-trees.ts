/** Synthesizes what a git repository holds at a commit, beside the working tree and without a trace in either. */
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, realpathSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, relative, resolve } from "node:path";
import { oneLine } from "../report/lines";
import { InputError } from "../verification/input-error";

/** The working tree as it is, with what is not committed. */
export const WORKING_TREE = Symbol("working tree");

/** A commit, as {@link commitOf} and {@link mergeBase} name it, or the working tree. */
export type Revision = string | typeof WORKING_TREE;

/**
 * What came of a revision: a cdktf.out folder, with what reports call it; nothing, where it has no deployment; or why
 * it can't be synthesized.
 */
export type Tree =
  | { readonly state: "synthesized"; readonly folder: string; readonly title: string }
  | { readonly state: "empty" }
  | { readonly state: "failed"; readonly reason: string };

/** The folders to read of a tree: one, or none. */
export const foldersOf = (tree: Tree): string[] => (tree.state === "synthesized" ? [tree.folder] : []);

/** Of an error that Node prints with its place in the source, the line that names it, which tells most. */
export function telling(reason: string): string {
  const lines = reason.split("\n").filter((line) => line.trim() !== "");
  return oneLine(lines.find((line) => /^\w*Error\b/.test(line)) ?? lines[0] ?? "it wrote nothing");
}

/** The repository that the working directory is in. @throws InputError if it is in none */
function repositoryRoot(): string {
  try {
    return git(".", ["rev-parse", "--show-toplevel"]);
  } catch {
    throw new InputError("git", 0, "is needed on the PATH, and a working directory inside of a repository");
  }
}

/** The commit that a ref names. @throws InputError if it names none */
export function commitOf(ref: string): string {
  const root = repositoryRoot();
  try {
    return git(root, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`]);
  } catch {
    throw new InputError(ref, 0, `is no ref of this repository (allowed: a branch, a tag, a commit; ${FETCH})`);
  }
}

/** The last commit that HEAD and a ref have in common. @throws InputError if the ref names no commit, or there is none */
export function mergeBase(ref: string): string {
  const commit = commitOf(ref);
  try {
    return git(repositoryRoot(), ["merge-base", commit, "HEAD"]);
  } catch {
    throw new InputError(ref, 0, `has no commit in common with HEAD (${FETCH})`);
  }
}

/** Whether anything is changed or new in the working tree. */
export function isDirty(): boolean {
  return git(repositoryRoot(), ["status", "--porcelain"]) !== "";
}

/**
 * Synthesizes revisions and hands their trees to `use`, in their order; they are gone when it ends, and when it is
 * interrupted. The packages are those that are installed, for each revision.
 *
 * @param paths deployments' files and folders, from the repository's root; default: DATAPLANE_DEPLOYMENTS, `deployments`
 * @throws InputError if a path is outside of the repository
 */
export async function withTrees<T>(
  revisions: readonly Revision[],
  use: (trees: readonly Tree[]) => T | Promise<T>,
  paths: readonly string[] = [],
): Promise<T> {
  const root = repositoryRoot();
  const deployments = deploymentsWithin(root, paths);
  // Named before it is there, so that an interruption at any moment finds it.
  const scratch = join(realpathSync(tmpdir()), `dataplane-trees-${randomUUID()}`);
  const running = new Set<ChildProcess>();
  const cleanUp = () => {
    for (const child of running) child.kill("SIGKILL");
    rmSync(scratch, { recursive: true, force: true, maxRetries: 3 });
  };
  const interrupted = (signal: NodeJS.Signals) => {
    cleanUp();
    process.kill(process.pid, signal);
  };
  for (const signal of SIGNALS) process.once(signal, interrupted);
  try {
    mkdirSync(scratch, { mode: 0o700 });
    const trees = revisions.map(async (revision, index): Promise<Tree> => {
      const folder = join(scratch, String(index));
      mkdirSync(folder);
      const sources = revision === WORKING_TREE ? root : layOut(revision, folder, root);
      const there = deployments.map((path) => join(sources, path)).filter(holdsDeployment);
      if (there.length === 0) return { state: "empty" };
      const outdir = join(folder, "cdktf.out");
      const environment = {
        DATAPLANE_DEPLOYMENTS: there.join(delimiter),
        CDKTF_OUTDIR: outdir,
        // It keeps what it compiles by the path, which is another one each time.
        ...(sources !== root && { TSX_DISABLE_CACHE: "1" }),
      };
      const said = await synthesize(sources, environment, running);
      // Exit code 1 may be the verdict on a tree that is there, which is for the caller to judge.
      if (!existsSync(join(outdir, "manifest.json")))
        return { state: "failed", reason: said.replaceAll(`${sources}/`, "").trim() };
      const title = revision === WORKING_TREE ? "cdktf.out" : `${revision.slice(0, 7)}:cdktf.out`;
      return { state: "synthesized", folder: outdir, title };
    });
    return await use(await Promise.all(trees));
  } finally {
    for (const signal of SIGNALS) process.off(signal, interrupted);
    cleanUp();
  }
}

/** Plain data with the trees' folders, which are gone soon and named at random, by their titles. */
export function titled<T>(data: T, trees: readonly Tree[]): T {
  const text = trees.reduce((json, tree) => {
    if (tree.state !== "synthesized") return json;
    // Input may have been named from the working directory.
    const names = [tree.folder, relative("", tree.folder)];
    return names.reduce((sofar, name) => sofar.replaceAll(within(name), within(tree.title)), json);
  }, JSON.stringify(data));
  return JSON.parse(text) as T;
}

/** A text as it is inside of a longer one in JSON. */
const within = (text: string) => JSON.stringify(text).slice(1, -1);

const SIGNALS: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];

/** What a clone that lacks commits needs. */
const FETCH = "of a shallow clone: `git fetch --unshallow`, or fetch-depth: 0 of actions/checkout";

function git(root: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}): string {
  const env = { ...process.env, ...environment };
  return execFileSync("git", args, { cwd: root, env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
}

function deploymentsWithin(root: string, paths: readonly string[]): string[] {
  const given = process.env["DATAPLANE_DEPLOYMENTS"];
  const asked = paths.length > 0 ? paths : given ? given.split(delimiter) : ["deployments"];
  return asked.map((path) => {
    const inside = relative(root, resolve(root, path));
    if (inside.startsWith("..")) throw new InputError(path, 0, "is outside of the repository");
    return inside;
  });
}

function holdsDeployment(path: string): boolean {
  if (!existsSync(path)) return false;
  return !statSync(path).isDirectory() || readdirSync(path).some((name) => /\.ya?ml$/.test(name));
}

/** The files of a commit, by an index of their own: unlike a worktree, it leaves no trace in the repository. */
function layOut(commit: string, folder: string, root: string): string {
  const sources = join(folder, "sources");
  const index = { GIT_INDEX_FILE: join(folder, "index") };
  mkdirSync(sources, { recursive: true });
  git(root, ["read-tree", commit], index);
  git(root, ["checkout-index", "--all", `--prefix=${sources}/`], index);
  const modules = join(root, "node_modules");
  if (existsSync(modules)) symlinkSync(modules, join(sources, "node_modules"), "dir");
  return sources;
}

/** Runs the application; what it said on standard error. */
function synthesize(folder: string, environment: NodeJS.ProcessEnv, running: Set<ChildProcess>): Promise<string> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, ["--import", "tsx", "main.ts"], {
      cwd: folder,
      env: { ...process.env, ...environment },
      stdio: ["ignore", "ignore", "pipe"],
    });
    running.add(child);
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
    child.on("error", fail);
    child.on("close", () => {
      running.delete(child);
      done(said);
    });
  });
}
