/** Turns paths into resources: finds out what each path is and has its reader read it. */
import { stat } from "node:fs/promises";
import { resolve } from "node:path";

import { alikeRecords, recordsAsResources } from "./clouds/index";
import { cloudObjects } from "./clouds/kubernetes/cloud-objects";
import { groupBy } from "./group-by";
import { READABLE, readNamedFile } from "./input/file";
import { isCdktfOutput, namesIn, readFolder, refused, type Group } from "./input/folder";
import { InputError, NothingToJudge } from "./input-error";
import type { Resource } from "./model";
import { holdsSomething } from "./not-read";
import { readStacks, stackFiles, type StackFile } from "./readers/cdktf-output";
import type { Given } from "./readers/hcl/index";
import { resolveIdentifiers } from "./readers/identifiers";
import { kubernetesObjects } from "./readers/terraform-kubernetes";

/** What to read beside the paths, and what not to. */
export interface LoadOptions extends Given {
  /** Whether files of values that no one named are each tried, as a system of their own; default: they are not read. */
  readonly givesValues?: boolean | undefined;
  /**
   * Files that the command was given for another purpose, such as a policy: wherever they lie, they are no input.
   * Default: none.
   */
  readonly aside?: readonly (string | undefined)[] | undefined;
  /**
   * Where given, records of an account that are judged alike are read as one, for accounts of any size, but for whoever
   * a text in these values names; default: each by itself.
   */
  readonly alike?: readonly unknown[] | undefined;
}

/**
 * Resources of everything at `paths`, to be judged as one system, but for the systems of a folder that holds several.
 *
 * A folder is searched with all folders in it; what lies there and is not read is among the resources, as what stands
 * for it. A file that is named itself must be readable. Document: "Verification" (what there is to review).
 *
 * @throws InputError on the first path that is missing, can't be parsed, is of no kind that is read, or holds nothing
 */
export async function loadResources(paths: readonly string[], options: LoadOptions = {}): Promise<Resource[]> {
  if (paths.length === 0) throw new InputError("input", 0, `names no path (${READABLE})`);
  const distinct = new Map(paths.map((path) => [resolve(path), path]));
  const found: Group[] = [];
  for (const path of distinct.values()) {
    const groups = await withinLimits(path, () => readPath(path, options));
    if (!groups.some(({ resources }) => holdsSomething(resources)))
      throw new NothingToJudge(path, "holds nothing to judge");
    found.push(...groups);
  }
  refuseUndeclared(found, options);
  return withinLimits(paths.join(", "), () => resolved(found));
}

/**
 * The stacks of a `cdktf.out` folder, part by part: those whose names are of one part. Undefined, where `path` is no such
 * folder or holds one part only.
 *
 * @throws InputError as {@link loadResources}
 */
export async function partsIn(
  path: string,
  partOf: (stack: string) => string,
): Promise<ReadonlyMap<string, readonly StackFile[]> | undefined> {
  const isFolder = (await stat(path).catch(refused(path))).isDirectory();
  if (!isFolder || !(await isCdktfOutput(path, await namesIn(path)))) return undefined;
  const parts = groupBy(await stackFiles(path), ({ name }) => partOf(name));
  return parts.size < 2 ? undefined : parts;
}

/**
 * Resources of one part of a `cdktf.out` folder. Nothing else is in it, so that of several parts one at a time is in
 * memory.
 *
 * @throws InputError as {@link loadResources}
 */
export const loadPart = (path: string, files: readonly StackFile[]): Promise<Resource[]> =>
  withinLimits(path, async () => resolved([{ resources: await readStacks(files) }]));

/** @throws InputError on a value for a variable that no root module has: the name is misspelled */
function refuseUndeclared(groups: readonly Group[], { values = {} }: LoadOptions): void {
  const declared = new Set(groups.flatMap(({ variables = [] }) => variables));
  const wrong = Object.keys(values).find((name) => !declared.has(name));
  if (wrong === undefined) return;
  const allowed = [...declared].sort().slice(0, 12).join(", ");
  throw new InputError("--var", 0, `'${wrong}' is no variable of a root module (allowed: ${allowed || "none"})`);
}

/** What was read already, as {@link loadResources} gives it. */
export const loaded = (resources: readonly Resource[]): Resource[] => resolved([{ resources }]);

/** Values are walked by recursion; what is nested deeper than the stack is no real input. */
async function withinLimits<T>(path: string, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    // eslint-disable-next-line no-restricted-syntax -- JavaScript tells the two apart by its words alone
    throw new InputError(path, 0, /call stack/.test(cause.message) ? "is nested too deeply" : "is too large");
  }
}

async function readPath(
  path: string,
  { givesValues = false, aside = [], alike, ...given }: LoadOptions,
): Promise<Group[]> {
  const found = await stat(path).catch(refused(path));
  const other = new Set(aside.flatMap((file) => (file === undefined ? [] : resolve(file))));
  const options = { given, givesValues, aside: other, ...(alike && { alike: alikeRecords(alike) }) };
  if (found.isDirectory()) return readFolder(path, options);
  if (!found.isFile() && !found.isFIFO()) throw new InputError(path, 0, "is neither a file nor a folder");
  return [{ resources: await readNamedFile(path) }];
}

/** Names that lead to other resources of the same system are references to them; objects of Terraform are manifests. */
function resolved(groups: readonly Group[]): Resource[] {
  // Not as arguments of a call: a thousand deployments have more resources than the stack has room for.
  const shared = recordsAsResources(
    groups.filter(({ system }) => system === undefined).flatMap(({ resources }) => resources),
  );
  const systems = groups.filter(({ system }) => system !== undefined);
  const all = [
    ...kubernetesObjects(resolveIdentifiers(shared)),
    ...systems.flatMap(({ system, resources }) => {
      const together = resolveIdentifiers([...resources, ...shared]);
      return kubernetesObjects(together.slice(0, resources.length)).map((resource) => ({ ...resource, system }));
    }),
  ];
  return cloudObjects(all);
}
