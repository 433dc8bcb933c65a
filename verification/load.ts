/** Turns paths into resources: finds out what each path is and has its reader read it. */
import { readdir, realpath, stat } from "node:fs/promises";
import { basename, dirname, extname, join, resolve } from "node:path";

import { InputError } from "./input-error";
import type { Resource } from "./model";
import {
  deploymentOf,
  isCdktfManifest,
  isTerraformJson,
  readCdktfOutput,
  readTerraformJson,
  UNFINISHED,
} from "./readers/cdktf-output";
import { readHcl } from "./readers/hcl/index";
import { resolveIdentifiers } from "./readers/identifiers";
import type { JsonText } from "./readers/json-locations";
import { isManifest, jsonDocument, readManifest, readYamlDocuments } from "./readers/kubernetes-manifests";
import { isShownPlan, readPlan } from "./readers/plan";
import { isShownState, isStateFile, readShownState, readStateFile } from "./readers/state";
import { kubernetesObjects } from "./readers/terraform-kubernetes";
import { readJson, readText } from "./readers/text-file";

const READABLE =
  "readable: a cdktf.out folder, a folder of .tf files or of Kubernetes manifests, *.tf.json, " +
  "`terraform show -json` of a plan or state, a *.tfstate file, Kubernetes YAML or JSON";

/** Folders that hold tools' own files. */
const NOT_SEARCHED = /^(\..+|node_modules)$/;

/**
 * Resources of everything at `paths`, to be judged as one system.
 *
 * A folder is searched for manifests with all folders in it; Terraform files count in the folder itself, or else in the
 * topmost folders that hold any, since those below are its modules. YAML and JSON files in it that hold neither kind nor
 * API version are other tools' and passed over; a file that is named itself must be readable.
 *
 * @throws InputError on the first path that is missing, can't be parsed, is of no kind that is read, or holds nothing
 */
export async function loadResources(paths: readonly string[]): Promise<Resource[]> {
  if (paths.length === 0) throw new InputError("input", 0, `names no path (${READABLE})`);
  const distinct = new Map(paths.map((path) => [resolve(path), path]));
  const found: Resource[][] = [];
  for (const path of distinct.values()) {
    const resources = await withinLimits(path, () => readPath(path));
    if (resources.length === 0) throw new InputError(path, 0, "holds nothing to judge");
    found.push(resources);
  }
  // Not as arguments of a call: a thousand deployments have more resources than the stack has room for.
  const resources = found.flat();
  return withinLimits(paths.join(", "), () => kubernetesObjects(resolveIdentifiers(resources)));
}

/** Values are walked by recursion; what is nested deeper than the stack is no real input. */
async function withinLimits<T>(path: string, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new InputError(path, 0, /call stack/.test(cause.message) ? "is nested too deeply" : "is too large");
  }
}

async function readPath(path: string): Promise<Resource[]> {
  const found = await stat(path).catch(refused(path));
  if (found.isDirectory()) return readFolder(path);
  if (!found.isFile() && !found.isFIFO()) throw new InputError(path, 0, "is neither a file nor a folder");
  const resources = await readFile(path);
  if (resources === undefined) throw new InputError(path, 0, `is of no kind that is read (${READABLE})`);
  return resources;
}

// ---------------------------------------------------------------- folders

async function readFolder(folder: string): Promise<Resource[]> {
  const names = await namesIn(folder);
  if (names.includes("manifest.json") && isCdktfManifest((await readJson(join(folder, "manifest.json"))).value)) {
    return readCdktfOutput(folder);
  }
  return searchFolder(folder, { unit: folder, isModule: false, above: new Set() });
}

interface Search {
  /** The folder that was named. */
  readonly unit: string;
  /** Whether a folder above holds Terraform files, so that those here are its modules. */
  readonly isModule: boolean;
  /** Real paths of the folders above: a link to one of them leads in a circle. */
  readonly above: ReadonlySet<string>;
}

async function searchFolder(folder: string, { unit, isModule, above }: Search): Promise<Resource[]> {
  const real = await realpath(folder).catch(refused(folder));
  if (above.has(real)) return [];
  const names = (await namesIn(folder)).filter((name) => !NOT_SEARCHED.test(name)).sort();
  const holdsTerraform = names.some(isTerraformFile);
  const resources =
    holdsTerraform && !isModule ? [...(await readHcl(folder)), ...(await deploymentsIn(folder, names))] : [];
  const below = { unit, isModule: isModule || holdsTerraform, above: new Set([...above, real]) };
  for (const name of names.filter((name) => !isTerraformFile(name))) {
    const path = join(folder, name);
    const found = await stat(path).catch(() => {
      throw new InputError(path, 0, "can't be read");
    });
    if (found.isDirectory()) resources.push(...(await searchFolder(path, below)));
    else if (found.isFile()) resources.push(...((await readFile(path, unit)) ?? []));
  }
  return resources;
}

/** What lies in a folder. @throws InputError if a synth into it has not come to its end */
async function namesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(refused(folder));
  if (!names.includes(UNFINISHED)) return names;
  const reason = (await readText(join(folder, UNFINISHED))).trim();
  throw new InputError(folder, 0, `holds no stacks to judge, for its synth has not come to its end: ${reason}`);
}

/** The deployments that this package's stacks carry, if a folder is one of theirs. */
async function deploymentsIn(folder: string, names: readonly string[]): Promise<Resource[]> {
  const files = names.filter((name) => name.endsWith(".tf.json")).map((name) => readJson(join(folder, name)));
  return (await Promise.all(files)).flatMap((document) => deploymentOf(document, folder));
}

/** Turns what the file system says of a path into an {@link InputError}. */
function refused(path: string): (cause: NodeJS.ErrnoException) => never {
  return ({ code }) => {
    throw new InputError(path, 0, code === "ENOENT" ? "does not exist" : `can't be read (${code})`);
  };
}

function isTerraformFile(name: string): boolean {
  return /\.tf(\.json)?$/.test(name);
}

// ---------------------------------------------------------------- files

/**
 * Resources of one file; undefined if it is of no kind that is read.
 *
 * @param unit the folder that is searched; left out for a file that is named itself
 */
async function readFile(path: string, unit?: string): Promise<Resource[] | undefined> {
  switch (extname(path)) {
    case ".yaml":
    case ".yml": {
      const documents = readYamlDocuments(path, await readText(path));
      // A document of YAML that is no map may be anything; a map without a kind is some other tool's.
      const manifests = documents.filter(({ value }) => isManifest(value) || !isMap(value));
      return manifests.length === 0 ? undefined : manifests.flatMap((document) => readManifest(document, unit ?? path));
    }
    case ".tfstate":
      return readJsonFile(path, unit);
    case ".json":
      return readJsonFile(path, unit);
    case ".tf":
      throw new InputError(path, 0, `is one file of a module: name its folder, ${dirname(path)}`);
    default:
      return unit === undefined ? readUnnamedKind(path) : undefined;
  }
}

/** A file whose name does not tell: `terraform show -json > plan`. */
async function readUnnamedKind(path: string): Promise<Resource[] | undefined> {
  const text = await readText(path).catch((error: InputError) => error);
  if (text instanceof InputError) {
    throw new InputError(path, 0, "is not a text file; `terraform show -json FILE` makes a saved plan readable");
  }
  return /^\s*[{[]/.test(text) ? readJsonFile(path, undefined) : undefined;
}

async function readJsonFile(path: string, unit: string | undefined): Promise<Resource[] | undefined> {
  const document: JsonText = await readJson(path);
  const { value } = document;
  if (isShownPlan(value)) return readPlan(document);
  if (isShownState(value)) return readShownState(document);
  if (isStateFile(value)) return readStateFile(document);
  if (isManifest(value)) return readManifest(jsonDocument(document), unit ?? path);
  if (isCdktfManifest(value) && basename(path) === "manifest.json") return readCdktfOutput(dirname(path));
  return isTerraformJson(value) && unit === undefined ? readTerraformJson(document) : undefined;
}

function isMap(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
