/**
 * Modules of registries and repositories as `terraform init` (or `tofu init`) leaves them in `.terraform/modules`, whose
 * `modules.json` tells for each call where its source lies. An entry of another source or version than the call asks
 * for is of an earlier init, and is not taken.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { isJsonObject } from "../json-values";
import { readJson } from "../text-file";

interface Installed {
  readonly source: string;
  readonly version: string | undefined;
  readonly folder: string;
}

/** A call of a module that is no folder of the configuration itself. */
export interface RemoteCall {
  /** Names of the calls from the root module down: `network.nat`. */
  readonly key: string;
  readonly source: string;
  readonly version: string | undefined;
}

export class InstalledModules {
  private constructor(private readonly byKey: ReadonlyMap<string, Installed>) {}

  /** What was installed for the root module in `folder`. @throws InputError if `modules.json` can't be parsed */
  static async of(folder: string): Promise<InstalledModules> {
    const list = join(folder, ".terraform/modules/modules.json");
    if (!existsSync(list)) return new InstalledModules(new Map());
    const { value } = await readJson(list);
    const entries = isJsonObject(value) && Array.isArray(value["Modules"]) ? (value["Modules"] as unknown[]) : [];
    const installed = entries.flatMap((entry): [string, Installed][] => {
      if (!isJsonObject(entry)) return [];
      const { Key: key, Source: source, Version: version, Dir: dir } = entry;
      if (typeof key !== "string" || typeof source !== "string" || typeof dir !== "string") return [];
      return [[key, { source, version: typeof version === "string" ? version : undefined, folder: join(folder, dir) }]];
    });
    return new InstalledModules(new Map(installed));
  }

  /** Whether an init has installed anything. */
  get isAny(): boolean {
    return this.byKey.size > 0;
  }

  /** The folder that holds what a call asks for; undefined if it is not installed. */
  folderOf({ key, source, version }: RemoteCall): string | undefined {
    const found = this.byKey.get(key);
    if (!found || !isSameSource(found.source, source)) return undefined;
    if (version !== undefined && !(found.version !== undefined && satisfies(found.version, version))) return undefined;
    return existsSync(found.folder) ? found.folder : undefined;
  }
}

/** Whether a folder is one of a module that an init will leave there: some name another call's by its path. */
export const isYetToInstall = (folder: string): boolean =>
  /[\\/]\.terraform[\\/]modules[\\/]/.test(folder) && !existsSync(folder);

/** A registry's module may be written without its host, which init adds. */
function isSameSource(installed: string, asked: string): boolean {
  return installed === asked || /^registry\.(terraform\.io|opentofu\.org)\/(.*)$/.exec(installed)?.[2] === asked;
}

/**
 * Whether a version fits a constraint such as `~> 5.1, != 5.3.0`; false if either can't be read.
 * Operators: developer.hashicorp.com/terraform/language/expressions/version-constraints.
 */
export function satisfies(version: string, constraint: string): boolean {
  const own = numbers(version);
  return constraint.split(",").every((part) => {
    const [, operator = "=", text = ""] = /^\s*(=|!=|>=|<=|>|<|~>)?\s*(\S+)\s*$/.exec(part) ?? [];
    const asked = numbers(text);
    if (!own || !asked) return operator === "=" && version === text;
    const order = compare(own, asked);
    switch (operator) {
      case "!=":
        return order !== 0;
      case ">":
        return order > 0;
      case ">=":
        return order >= 0;
      case "<":
        return order < 0;
      case "<=":
        return order <= 0;
      case "~>":
        // All but the last number that is written stay as they are.
        return order >= 0 && asked.slice(0, -1).every((number, i) => number === (own[i] ?? 0));
      default:
        return order === 0;
    }
  });
}

const numbers = (version: string): number[] | undefined =>
  /^v?\d+(\.\d+)*$/.test(version) ? version.replace(/^v/, "").split(".").map(Number) : undefined;

function compare(a: readonly number[], b: readonly number[]): number {
  const length = Math.max(a.length, b.length);
  const at = Array.from({ length }, (_, i) => i).find((i) => (a[i] ?? 0) !== (b[i] ?? 0));
  return at === undefined ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}
