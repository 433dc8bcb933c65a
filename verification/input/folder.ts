/** Finds out what a folder holds, and reads it: Terraform by root modules, everything else file by file. */
import { readdir, realpath, stat } from "node:fs/promises";
import { basename, dirname, join, normalize, resolve, sep } from "node:path";

import { InputError } from "../input-error";
import type { Resource, OfSystem } from "../model";
import { asResource } from "../not-read";
import { isCollection, readAccounts } from "../readers/account";
import type { Alike } from "../readers/alike";
import { isCdktfManifest, readCdktfOutput, UNFINISHED } from "../readers/cdktf-output";
import { chartAt } from "../readers/helm-chart";
import { isTerraformFile, isValuesFile, moduleFileNames, type Given } from "../readers/hcl/index";
import { componentsOf, isKustomization, patchFiles, resourcesOf } from "../readers/kustomize";
import { readYamlDocuments } from "../readers/kubernetes-manifests";
import { isJsonObject } from "../readers/json-values";
import { readJson, readText } from "../readers/text-file";
import { readChart } from "./charts";
import { readFoundFile } from "./file";
import { kustomized, type Kustomization, type Objects } from "./kustomizations";
import { filledIn } from "./filled-in";
import { readRootModules, type RootResources } from "./root-modules";
import { errorCode } from "../../config/texts";

/** Folders of version control, of continuous integration and of tools: no infrastructure is written there. */
export const OF_TOOLS =
  /^(\.git|\.github|\.gitlab|\.gitea|\.circleci|\.terraform|\.terragrunt-cache|\.vscode|\.idea|\.venv|\.tox|node_modules)$/;

/** Resources of one system: of the folder's own, where it holds no more than one. */
export interface Group {
  readonly system?: OfSystem | undefined;
  readonly resources: readonly Resource[];
  /** Names of the variables of its root modules. */
  readonly variables?: readonly string[];
}

/** How a folder is read. */
export interface FolderOptions {
  readonly given: Given;
  /** Whether files of values that no one named are each a system of their own. */
  readonly givesValues: boolean;
  /** Files that are no input, resolved. */
  readonly aside: ReadonlySet<string>;
  /** How records of an account are told that are read as one; default: each is read. */
  readonly alike?: Alike;
}

/**
 * Everything in a folder and in all folders in it. Each root module is a system, with the files in its folder and below
 * that lie below no other; if there is one only, all other files are of it.
 *
 * @throws InputError if the folder can't be read, or its own Terraform files can't
 */
export async function readFolder(
  folder: string,
  { given, givesValues, aside, alike }: FolderOptions,
): Promise<Group[]> {
  const names = await namesIn(folder);
  if (await isCdktfOutput(folder, names)) return [{ resources: await readCdktfOutput(folder) }];
  if (isCollection(names)) return [{ resources: await readAccounts(folder, alike) }];
  const found = new Found(folder, aside);
  await search(folder, undefined, new Set(), found);
  const objects = await readFiles(folder, found);
  const roots = await readRootModules(folder, found.modules, found.values, { given, givesValues });
  return groupsOf(folder, roots, objects);
}

interface FoundFile {
  readonly path: string;
  /** The nearest folder above that holds Terraform. */
  readonly module: string | undefined;
}

/** What a search of folders comes upon. */
class Found {
  constructor(
    /** The folder that is searched, and what lies in it and is no input. */
    readonly unit: string,
    readonly aside: ReadonlySet<string>,
  ) {}

  readonly modules: string[] = [];
  readonly files: FoundFile[] = [];
  readonly values: FoundFile[] = [];
  readonly kustomizations: FoundFile[] = [];
  readonly others: Objects[] = [];
}

/** @param above real paths of the folders above: a link to one of them leads in a circle */
async function search(
  folder: string,
  above: string | undefined,
  circle: ReadonlySet<string>,
  found: Found,
): Promise<void> {
  const real = await realpath(folder).catch(refused(folder));
  if (circle.has(real)) return;
  const names = (await namesIn(folder)).sort();
  const isModule = names.some(isTerraformFile);
  if (isModule) found.modules.push(folder);
  const module = isModule ? folder : above;
  const add = (...resources: readonly Resource[]) => found.others.push({ module, resources });
  const { shadowed } = moduleFileNames(names);
  for (const name of shadowed) {
    const what = "OpenTofu reads the .tofu file of this name in its place";
    add(asResource({ path: join(folder, name), what, matters: false }, folder));
  }
  const chart = await chartAt(folder, names);
  if (chart) add(...(await readChart(folder, found.unit, chart)));
  for (const name of names.filter((one) => !isTerraformFile(one))) {
    if (name === CDKTF && (await isSynthesized(folder, names))) continue;
    const path = join(folder, name);
    const status = await stat(path).catch(() => undefined);
    if (!status) add(asResource({ path, what: "it can't be read", matters: /\.(ya?ml|json)$/i.test(name) }, folder));
    else if (status.isDirectory()) {
      if (OF_TOOLS.test(name) || (chart && isOfChart(name))) continue;
      if (await isCdktfOutput(path, await namesIn(path))) add(...(await readCdktfOutput(path)));
      else await search(path, module, new Set([...circle, real]), found);
    } else if (status.isFile() && !(chart && isOfChart(name)) && !found.aside.has(resolve(path))) {
      const kind = isValuesFile(name) ? found.values : isKustomization(name) ? found.kustomizations : found.files;
      kind.push({ path, module });
    }
  }
}

/** What a chart is made of, in the folder of its `Chart.yaml`. */
const isOfChart = (name: string) =>
  /^(templates|charts|crds|(Chart|requirements|values[\w.-]*)\.(ya?ml|lock))$/.test(name);

/** What lies in a folder. @throws InputError if a synth into it has not come to its end */
export async function namesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(refused(folder));
  if (!names.includes(UNFINISHED)) return names;
  const reason = (await readText(join(folder, UNFINISHED))).trim();
  throw new InputError(folder, 0, `holds no stacks to judge, for its synth has not come to its end: ${reason}`);
}

export async function isCdktfOutput(folder: string, names: readonly string[]): Promise<boolean> {
  if (!names.includes("manifest.json")) return false;
  const manifest = await readJson(join(folder, "manifest.json")).catch(() => undefined);
  return isCdktfManifest(manifest?.value);
}

/** The file of a program of CDKTF. */
const CDKTF = "cdktf.json";

/** Whether the output that a `cdktf.json` names lies beside it, `cdktf.out` where it names none. */
async function isSynthesized(folder: string, names: readonly string[]): Promise<boolean> {
  const written = await readJson(join(folder, CDKTF)).catch(() => undefined);
  const { output = "cdktf.out" } = isJsonObject(written?.value) ? written.value : {};
  const name = typeof output === "string" ? normalize(output) : "";
  if (!names.includes(name) || OF_TOOLS.test(name)) return false;
  const found = await readdir(join(folder, name)).catch(() => []);
  return isCdktfOutput(join(folder, name), found);
}

/** Turns what the file system says of a path into an {@link InputError}. */
export function refused(path: string): (cause: unknown) => never {
  return (cause) => {
    const code = errorCode(cause);
    throw new InputError(path, 0, code === "ENOENT" ? "does not exist" : `can't be read (${code})`);
  };
}

// ---------------------------------------------------------------- files

/** The resources of all files but those of Terraform. */
async function readFiles(unit: string, found: Found): Promise<Objects[]> {
  const kustomizations = await readKustomizations(found);
  const patches = new Set(
    kustomizations.flatMap(({ path, value }) => patchFiles(value).map((patch) => resolve(dirname(path), patch))),
  );
  const names = found.files.map(({ path }) => basename(path));
  const templates = await filledIn(names, found.modules);
  const layered = new Set(kustomizations.map(({ path }) => resolve(dirname(path))));
  const objects: Objects[] = [...found.others];
  for (const { path, module } of found.files) {
    if (patches.has(resolve(path)) || templates.has(basename(path))) continue;
    const isSpare = layered.has(resolve(dirname(path)));
    objects.push({ module, path, resources: await readFoundFile(path, unit, isSpare) });
  }
  return kustomized(objects, kustomizations, unit);
}

/** Kustomize's files; what they take from outside of the folder is searched too. */
async function readKustomizations(found: Found): Promise<Kustomization[]> {
  const read: Kustomization[] = [];
  const isKnown = (path: string) =>
    [...found.files, ...found.kustomizations, ...found.values].some((one) => isAtOrBelow(resolve(one.path), path));
  // The list grows while it is gone through.
  for (const file of found.kustomizations) {
    const value = await readOne(file.path);
    read.push({ ...file, value });
    for (const name of [...resourcesOf(value), ...componentsOf(value)]) {
      const path = join(dirname(file.path), name);
      const status = isKnown(resolve(path)) ? undefined : await stat(path).catch(() => undefined);
      if (status?.isDirectory()) await search(path, file.module, new Set(), found);
      else if (status?.isFile()) found.files.push({ path, module: file.module });
    }
  }
  return read;
}

const isAtOrBelow = (path: string, folder: string) => path === folder || path.startsWith(folder + sep);

/** The one document of a file, or what is wrong with it. */
async function readOne(path: string): Promise<unknown> {
  try {
    return readYamlDocuments(path, await readText(path))[0]?.value ?? {};
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
}

// ---------------------------------------------------------------- systems

/** Joins each file's resources with the root module that they lie below; variants of objects are systems of their own. */
function groupsOf(folder: string, roots: readonly RootResources[], objects: readonly Objects[]): Group[] {
  const groups = besideRoots(
    folder,
    roots,
    objects.filter(({ variant }) => variant === undefined),
  );
  const variants = objects.flatMap(({ variant, resources }): Group[] =>
    variant === undefined ? [] : [{ system: { root: variant }, resources }],
  );
  if (variants.length === 0) return groups;
  const others = groups.filter(({ resources }) => resources.length > 0);
  return [...others.map((group) => ({ ...group, system: group.system ?? { root: folder } })), ...variants];
}

function besideRoots(folder: string, roots: readonly RootResources[], objects: readonly Objects[]): Group[] {
  const folders = [...new Set(roots.map(({ root }) => root))];
  const [only] = folders;
  const rootOf = (module: string | undefined) => (folders.length < 2 ? only : nearest(module, folders));
  const placed = objects.map(({ module, resources }) => ({ at: rootOf(module), resources }));
  const below = (root: string | undefined) =>
    placed.filter(({ at }) => at === root).flatMap(({ resources }) => resources);
  if (roots.length < 2) {
    return roots.length === 0
      ? [{ resources: below(undefined) }]
      : roots.map(({ resources, variables }) => ({ resources: [...resources, ...below(only)], variables }));
  }
  const groups: Group[] = roots.map(({ root, values, resources, isDeployment, variables }) => ({
    system: isDeployment ? undefined : { root, values },
    resources: [...resources, ...below(root)],
    variables,
  }));
  const others = below(undefined);
  return others.length > 0 && folders.length > 1
    ? [...groups, { system: { root: folder }, resources: others }]
    : groups;
}

/** The innermost of `folders` that a folder is or lies in. */
function nearest(folder: string | undefined, folders: readonly string[]): string | undefined {
  if (folder === undefined) return undefined;
  const around = folders.filter((one) => isAtOrBelow(resolve(folder), resolve(one)));
  return around.reduce<string | undefined>(
    (best, one) => (best === undefined || one.length > best.length ? one : best),
    undefined,
  );
}
