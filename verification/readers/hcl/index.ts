/** Reads folders of Terraform and OpenTofu configuration as it is written, without running either. */
import { join, resolve } from "node:path";
import { InputError } from "../../input-error";
import type { Resource } from "../../model";
import { asResource } from "../../not-read";
import { givenValues, type Given } from "./given-values";
import { InstalledModules, isYetToInstall } from "./installed-modules";
import { lockedProviders } from "./lock-file";
import { readModuleFiles } from "./module-files";
import { localModules, remoteModules } from "./calls";
import { readModule, type LocalModule, type ModuleFile } from "./terraform-module";

export { loadsByItself, undecided, valuesIn, type Given } from "./given-values";
export { isTerraformFile, isValuesFile, moduleFileNames } from "./module-files";
export { variablesOf } from "./calls";

/** A root module with all modules that it calls and that lie in the input. */
export interface RootModule extends LocalModule {
  readonly folder: string;
  /** Folders of the modules that it calls, resolved. */
  readonly called: ReadonlySet<string>;
}

/**
 * Resources of a root module and of the modules that it calls, with the values that `terraform.tfvars` and
 * `*.auto.tfvars` give. A module from a registry or repository that no init has installed is one resource of type
 * `terraform:module`.
 *
 * @throws InputError if the folder or a local module holds no configuration, or a file can't be parsed
 */
export async function readHcl(folder: string, given: Given = {}): Promise<Resource[]> {
  return readRoot(await new HclFolders().load(folder), given);
}

/** The resources of a root module with the values that it loads by itself and those that are given. */
export async function readRoot({ folder, files, modules }: RootModule, given: Given = {}): Promise<Resource[]> {
  const { values: variables, unread } = await givenValues(folder, files, given);
  const [otherwise] = unread;
  const resources = readModule(files, {
    ...{ unit: folder, folder, modules },
    ...{ variables, otherwise, workspace: given.workspace },
  });
  return [
    ...resources,
    ...(resources.length > 0 ? await lockedProviders(folder) : []),
    // What it may decide is unknown where it is asked for.
    ...unread.map(({ path, why }) => asResource({ path, what: why, matters: false }, folder)),
  ];
}

/** The modules of an input, each folder of which is parsed once however many call it. */
export class HclFolders {
  private readonly parsed = new Map<string, Promise<readonly ModuleFile[]>>();

  /** The folders that the module in `folder` calls. @throws InputError if a file can't be parsed */
  async calledBy(folder: string): Promise<string[]> {
    return (await this.filesOf(folder)).flatMap(localModules).map(({ source }) => resolve(folder, source));
  }

  /** @throws InputError if the folder or a module that it calls holds no configuration, or a file can't be parsed */
  async load(folder: string): Promise<RootModule> {
    const called = new Set<string>();
    const loading = { installed: await InstalledModules.of(folder), called, loaded: new Map<string, LocalModule>() };
    const module = await this.loadModule(folder, "", [], loading);
    return { ...module, folder, called };
  }

  private filesOf(folder: string): Promise<readonly ModuleFile[]> {
    const known = this.parsed.get(resolve(folder)) ?? readModuleFiles(folder);
    this.parsed.set(resolve(folder), known);
    return known;
  }

  /** @param key names of the calls from the root down, joined by dots */
  private async loadModule(
    folder: string,
    key: string,
    callers: readonly string[],
    loading: Loading,
  ): Promise<LocalModule> {
    const files = await this.filesOf(folder);
    const own = resolve(folder);
    const modules = new Map<string, LocalModule>();
    const remote = files.flatMap(remoteModules).flatMap(({ name, source, version, location }) => {
      const target = loading.installed.folderOf({ key: keyOf(key, name), source, version });
      return target === undefined ? [] : [{ name, target, location }];
    });
    // Where each of a module's own calls leads is the same for all who call it, unless something is installed for them.
    const isShared = !loading.installed.isAny;
    const known = isShared ? loading.loaded.get(own) : undefined;
    if (known) return known;
    const local = files
      .flatMap(localModules)
      .map((call) => ({ ...call, target: join(folder, call.source) }))
      .filter(({ target }) => !isYetToInstall(target));
    for (const { name, target, location } of [...local, ...remote]) {
      if ([...callers, own].includes(resolve(target))) {
        throw new InputError(location.file, location.line, `module '${name}' calls itself`);
      }
      loading.called.add(resolve(target));
      modules.set(name, await this.loadModule(target, keyOf(key, name), [...callers, own], loading));
    }
    const module = { folder, files, modules };
    if (isShared) loading.loaded.set(own, module);
    return module;
  }
}

/** What is known while the modules of one root are loaded. */
interface Loading {
  readonly installed: InstalledModules;
  readonly called: Set<string>;
  /** Modules by their folders: calls of one multiply. */
  readonly loaded: Map<string, LocalModule>;
}

const keyOf = (caller: string, name: string) => (caller === "" ? name : `${caller}.${name}`);
