/** Finds the root modules among the folders that hold Terraform, and the values that each may be given. */
import { basename, join, resolve } from "node:path";

import { InputError } from "../input-error";
import type { Resource } from "../model";
import { asResource } from "../not-read";
import { DEPLOYMENT, deploymentOf } from "../readers/cdktf-output";
import {
  HclFolders,
  loadsByItself,
  readRoot,
  undecided,
  valuesIn,
  variablesOf,
  type Given,
  type RootModule,
} from "../readers/hcl/index";
import { readJson } from "../readers/text-file";

/** What one root module is, with one set of values. */
export interface RootResources {
  readonly root: string;
  /** The file of values that it is given beside those that it loads by itself. */
  readonly values?: string | undefined;
  readonly resources: readonly Resource[];
  /** Whether it is a stack of a deployment of this package, which says itself what it belongs to. */
  readonly isDeployment: boolean;
  /** Names of its variables. */
  readonly variables: readonly string[];
}

interface ValuesFile {
  readonly path: string;
  readonly module: string | undefined;
}

interface Options {
  readonly given: Given;
  readonly givesValues: boolean;
}

/** As many files of values as one module is judged with; what lies beyond is not read. */
const MOST_VALUES_FILES = 20;

/**
 * The folder itself, and every folder that no module calls: those of `examples` and `tests` too, and of what is called in
 * a circle one. What can't be parsed is an error in the folder itself; elsewhere it is told of as not read.
 *
 * @param modules folders that hold Terraform, the ones above first
 * @throws InputError if the folder itself holds Terraform that can't be read
 */
export async function readRootModules(
  folder: string,
  modules: readonly string[],
  valuesFiles: readonly ValuesFile[],
  options: Options,
): Promise<RootResources[]> {
  const roots = await rootsAmong(folder, modules);
  const own = (root: string) => valuesFiles.filter(({ module }) => module === root).map(({ path }) => path);
  const read: RootResources[] = [];
  for (const root of roots) {
    if (root instanceof NotLoaded) {
      read.push({ root: root.folder, resources: [root.resource], isDeployment: false, variables: [] });
    } else read.push(...(await readWithValues(root, own(root.folder), options)));
  }
  return read;
}

/** A root module that can't be parsed. */
class NotLoaded {
  constructor(
    readonly folder: string,
    readonly error: InputError,
  ) {}

  get resource(): Resource {
    return asResource({ path: this.folder, what: this.error.message, matters: true }, this.folder);
  }
}

async function rootsAmong(folder: string, modules: readonly string[]): Promise<(RootModule | NotLoaded)[]> {
  const folders = new HclFolders();
  const called = new Set<string>();
  for (const module of modules) {
    // What can't be parsed calls nothing, and is told of where it is loaded.
    for (const one of await folders.calledBy(module).catch(() => [])) called.add(one);
  }
  const isCalled = (module: string) => module !== folder && called.has(resolve(module));
  const roots: (RootModule | NotLoaded)[] = [];
  const reached = new Set<string>();
  const load = async (module: string) => {
    reached.add(resolve(module));
    const root = await folders.load(module).catch((error: unknown) => {
      if (module === folder || !(error instanceof InputError)) throw error;
      return new NotLoaded(module, error);
    });
    roots.push(root);
    if (!(root instanceof NotLoaded)) for (const one of root.called) reached.add(one);
  };
  for (const module of modules.filter((one) => !isCalled(one))) await load(module);
  // Modules that call one another, and no root module any of them.
  for (const module of modules) if (!reached.has(resolve(module))) await load(module);
  return roots;
}

async function readWithValues(root: RootModule, files: readonly string[], options: Options): Promise<RootResources[]> {
  const { given, givesValues } = options;
  const { folder } = root;
  const deployment = await deploymentsOf(root);
  const variables = [...variablesOf(root.files).keys()];
  const isDeployment = deployment.some(({ type }) => type === DEPLOYMENT);
  const others = files.filter((path) => !loadsByItself(basename(path)) || !isIn(path, folder));
  const asked = givesValues && !given.files?.length ? others : [];
  const { usable, unread } = await usableFor(root, asked);
  const beside = [...deployment, ...unread];
  const base = { root: folder, resources: [...(await readRoot(root, given)), ...beside], isDeployment, variables };
  const variants: RootResources[] = [];
  for (const values of usable) {
    const resources = [...(await readRoot(root, { ...given, files: [values] })), ...beside];
    variants.push({ root: folder, values, resources, isDeployment, variables });
  }
  // Terraform asks for values that a module can't do without: where files have them, one of these is taken.
  const isComplete = (await undecided(root, given)).length === 0;
  return isComplete || variants.length === 0 ? [base, ...variants] : variants;
}

const isIn = (path: string, folder: string) => resolve(path) === resolve(join(folder, basename(path)));

/** Files that give a value to a variable of the module; of the others, what stands for those that may matter. */
async function usableFor(
  { folder, files }: RootModule,
  paths: readonly string[],
): Promise<{ readonly usable: readonly string[]; readonly unread: readonly Resource[] }> {
  const declared = variablesOf(files);
  const usable: string[] = [];
  const unread: Resource[] = [];
  for (const path of paths) {
    const values = await valuesIn(path).catch((error: unknown) => {
      if (error instanceof InputError) return error;
      throw error;
    });
    const skip = (what: string, matters: boolean) => unread.push(asResource({ path, what, matters }, folder));
    if (values instanceof InputError) skip(values.what, true);
    else if (!Object.keys(values).some((name) => declared.has(name)))
      skip("it gives no variable of the module a value", false);
    else if (usable.length === MOST_VALUES_FILES)
      skip(`the module is judged with ${MOST_VALUES_FILES} files of values`, true);
    else usable.push(path);
  }
  return { usable, unread };
}

/** The deployments that this package's stacks carry, if a folder is one of theirs. */
async function deploymentsOf({ folder, files }: RootModule): Promise<Resource[]> {
  const json = files.filter(({ path }) => path.endsWith(".tf.json")).map(({ path }) => readJson(path));
  return (await Promise.all(json)).flatMap((document) => deploymentOf(document, folder));
}
