/** Compares two states of the repository in words of connectivity. */
import { diffPaths, type Diff, type DiffProblem } from "../verification/diff/index";
import { InputError } from "../verification/input-error";
import { commitOf, foldersOf, isDirty, telling, titled, withTrees, WORKING_TREE, type Tree } from "./git-trees";

/** How the working tree is called where a ref is expected. */
const WORKING_TREE_NAME = ".";

/**
 * The diff between two refs; HEAD may be `.`, the working tree. A BASE that does not synthesize is told of, and all of
 * HEAD counts as new.
 *
 * @param paths deployments' files and folders, from the repository's root; default: DATAPLANE_DEPLOYMENTS, `deployments`
 * @throws InputError for an unknown ref, a path outside of the repository, a HEAD that can't be synthesized, or no deployment
 * on either side
 */
export async function diffRefs(base: string, head: string, paths: readonly string[] = []): Promise<Diff> {
  if (base === WORKING_TREE_NAME) throw new InputError("BASE", 0, "must be a ref: the working tree can only be HEAD");
  const from = commitOf(base);
  const to = head === WORKING_TREE_NAME ? WORKING_TREE : commitOf(head);
  const problems = to === WORKING_TREE ? [] : uncommitted(head, to);
  return withTrees(
    [from, to],
    async (trees) => {
      const [was, is] = trees as [Tree, Tree];
      if (is.state === "failed")
        throw new InputError(`HEAD (${head})`, 0, `can't be synthesized: ${telling(is.reason)}`);
      if (was.state === "failed") {
        const message = `BASE (${base}) can't be synthesized, so that all of HEAD counts as new: ${telling(was.reason)}`;
        problems.push({ side: "base", message });
      }
      if (was.state === "empty" && is.state === "empty") {
        throw new InputError(paths.join(", ") || "deployments", 0, `holds no deployment in ${base}, nor in ${head}`);
      }
      return titled(await diffPaths(foldersOf(was), foldersOf(is), { problems }), trees);
    },
    paths,
  );
}

/** Who compares with the commit that is checked out may mean what is in the folder. */
function uncommitted(head: string, commit: string): DiffProblem[] {
  if (commit !== commitOf("HEAD") || !isDirty()) return [];
  const message = `the working tree has changes that are not in ${head} and so not compared: name . to compare them`;
  return [{ side: "head", message }];
}
