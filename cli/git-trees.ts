/** Synthesizes what a git repository holds at a commit, beside the working tree and without touching it. */
import { execFile, execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { delimiter, isAbsolute, join, relative } from "node:path";
import { InputError } from "../verification/input-error";

const ROOT = join(__dirname, "..");

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

/** The commit that a ref names. @throws InputError if it names none */
export function commitOf(ref: string, root = ROOT): string {
  return known(ref, root, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`]);
}

/** The last commit that HEAD and a ref have in common. @throws InputError if the ref names no commit, or there is none */
export function mergeBase(ref: string, root = ROOT): string {
  const commit = commitOf(ref, root);
  try {
    return git(root, ["merge-base", commit, "HEAD"]);
  } catch {
    throw new InputError(ref, 0, `has no commit in common with HEAD (a shallow clone? ${FETCH})`);
  }
}

/** Whether anything is changed or new in the working tree. */
export function isDirty(root = ROOT): boolean {
  return known("the working tree", root, ["status", "--porcelain", "--", "."]) !== "";
}

/**
 * Synthesizes revisions and hands their trees to `use`, in their order; they are gone when it ends. The packages
 * are those that are installed, for each revision. DATAPLANE_DEPLOYMENTS names files of each revision.
 *
 * @param root the package's folder, in a git repository
 */
export async function withTrees<T>(
  revisions: readonly Revision[],
  use: (trees: readonly Tree[]) => Promise<T>,
  root = ROOT,
): Promise<T> {
  // In the package's folder, since Node looks for packages in the folders above a file.
  mkdirSync(join(root, ".dataplane"), { recursive: true });
  const scratch = mkdtempSync(join(root, ".dataplane/trees-"));
  const cleanUp = () => {
    rmSync(scratch, { recursive: true, force: true });
    try {
      git(root, ["worktree", "prune"]);
    } catch {
      // What git can't do here it could not do before either: there is no worktree.
    }
  };
  const interrupted = (signal: NodeJS.Signals) => {
    cleanUp();
    process.exit(signal === "SIGINT" ? 130 : 143);
  };
  process.once("SIGINT", interrupted).once("SIGTERM", interrupted);
  try {
    const checkouts = revisions.map((revision, index) => checkOut(revision, join(scratch, `source-${index}`), root));
    const trees = checkouts.map(async (folder, index): Promise<Tree> => {
      const revision = revisions[index] ?? WORKING_TREE;
      const title = revision === WORKING_TREE ? "cdktf.out" : `${revision.slice(0, 7)}:cdktf.out`;
      return synthesize(folder, join(scratch, `tree-${index}`), root, title);
    });
    return await use(await Promise.all(trees));
  } finally {
    process.off("SIGINT", interrupted).off("SIGTERM", interrupted);
    cleanUp();
  }
}

/** Plain data with the trees' folders, which are gone soon and named at random, by their titles. */
export function titled<T>(data: T, trees: readonly Tree[]): T {
  const text = trees.reduce((json, tree) => {
    if (tree.state !== "synthesized") return json;
    const [folder, title] = [tree.folder, tree.title].map((name) => JSON.stringify(name).slice(1, -1));
    return json.replaceAll(folder ?? "", title ?? "");
  }, JSON.stringify(data));
  return JSON.parse(text) as T;
}

/** The package's folder at a revision. */
function checkOut(revision: Revision, folder: string, root: string): string {
  if (revision === WORKING_TREE) return root;
  // Hooks are the customer's and may run anything; a checkout that is thrown away needs none.
  git(root, ["-c", "core.hooksPath=/dev/null", "worktree", "add", "--quiet", "--detach", folder, revision]);
  return join(folder, git(root, ["rev-parse", "--show-prefix"]));
}

async function synthesize(source: string, outdir: string, root: string, title: string): Promise<Tree> {
  const given = process.env["DATAPLANE_DEPLOYMENTS"];
  const deployments = given
    ?.split(delimiter)
    .map((path) => (isAbsolute(path) && isInside(path, root) ? join(source, relative(root, path)) : path));
  if (!(deployments ?? ["deployments"]).some((path) => holdsDeployment(join(isAbsolute(path) ? "" : source, path))))
    return { state: "empty" };
  const environment = { ...process.env, CDKTF_OUTDIR: outdir };
  if (deployments) Object.assign(environment, { DATAPLANE_DEPLOYMENTS: deployments.join(delimiter) });
  const said = await new Promise<string>((resolve) => {
    const options = { cwd: source, env: environment, maxBuffer: 64 * 1024 * 1024 };
    execFile(process.execPath, ["--import", "tsx", "main.ts"], options, (error, _, stderr) =>
      resolve(stderr.trim() || (error?.message ?? "")),
    );
  });
  // Exit code 1 may be the verdict on a tree that is there, which is for the caller to judge.
  if (existsSync(join(outdir, "manifest.json"))) return { state: "synthesized", folder: relative("", outdir), title };
  return { state: "failed", reason: said.replaceAll(`${source}/`, "") };
}

function holdsDeployment(path: string): boolean {
  if (!existsSync(path)) return false;
  return !statSync(path).isDirectory() || readdirSync(path).some((name) => /\.ya?ml$/.test(name));
}

function isInside(path: string, folder: string): boolean {
  return !relative(folder, path).startsWith("..");
}

const FETCH = "`git fetch --unshallow`, or fetch-depth: 0 of actions/checkout";

function git(root: string, args: readonly string[]): string {
  return execFileSync("git", args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
}

/** What git says of `ref`. @throws InputError if it does not know it, or there is no repository */
function known(ref: string, root: string, args: readonly string[]): string {
  try {
    return git(root, args);
  } catch (error) {
    const { code, stderr = "" } = error as NodeJS.ErrnoException & { readonly stderr?: string };
    if (code === "ENOENT") throw new InputError(ref, 0, "can't be looked up: git is not on the PATH");
    if (/not a git repository/.test(stderr))
      throw new InputError(ref, 0, "can't be looked up: this is no git repository");
    throw new InputError(
      ref,
      0,
      `names no commit (allowed: a branch, a tag or a commit; of a shallow clone: ${FETCH})`,
    );
  }
}
