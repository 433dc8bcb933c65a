/**
 * Which files of a folder are a module's, and what stands in them.
 *
 * OpenTofu reads `.tofu` beside `.tf`, and of two files of one name the `.tofu` alone
 * (opentofu.org/docs/language/files). Neither reads what editors leave behind (`.main.tf`, `main.tf~`, `#main.tf#`).
 */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { InputError } from "../../input-error";
import { mayExcept } from "../inline-exceptions";
import { readJson, readText } from "../text-file";
import { commentsIn, hclLocator } from "./locations";
import type { ModuleFile } from "./declarations";

/** Whether a file's name makes it one of a module. */
export const isTerraformFile = (name: string): boolean => /^[^.#].*\.(tf|tofu)(\.json)?$/.test(name);

/** Whether a file's name makes it one of values for a module's variables. */
export const isValuesFile = (name: string): boolean => /^[^.#].*\.tfvars(\.json)?$/.test(name);

/** The names of files that make up a module, and of those that OpenTofu reads another file in the place of. */
export function moduleFileNames(names: readonly string[]): {
  readonly read: readonly string[];
  readonly shadowed: readonly string[];
} {
  const own = names.filter(isTerraformFile).sort();
  const isShadowed = (name: string) =>
    own.includes(name.replace(/\.tf(\.json)?$/, ".tofu$1")) && /\.tf(\.json)?$/.test(name);
  return { read: own.filter((name) => !isShadowed(name)), shadowed: own.filter(isShadowed) };
}

/** Names of the files in a folder, sorted. @throws InputError if it is no folder that can be read */
export async function filesIn(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries
      .filter((entry) => !entry.isDirectory())
      .map(({ name }) => name)
      .sort();
  } catch {
    throw new InputError(folder, 0, "is no folder that can be read");
  }
}

/** A module's files. @throws InputError if the folder holds none, or one can't be parsed */
export async function readModuleFiles(folder: string): Promise<ModuleFile[]> {
  const { read } = moduleFileNames(await filesIn(folder));
  if (read.length === 0) throw new InputError(folder, 0, "holds no .tf files");
  const files: ModuleFile[] = [];
  for (const name of read) files.push(await readModuleFile(join(folder, name)));
  return files;
}

/** A file of a module or of values. @throws InputError if it can't be parsed */
export async function readModuleFile(path: string): Promise<ModuleFile> {
  if (path.endsWith(".json")) {
    const document = await readJson(path);
    return { path, json: document.value, locate: (at) => document.locate(at) };
  }
  const text = await readText(path);
  const comments = mayExcept(text) ? commentsIn(text) : undefined;
  return { path, json: await parseHcl(path, text), locate: hclLocator(path, text), comments };
}

/** Far beyond any real configuration; the parser goes down by recursion, and does not work again after an overflow. */
const MOST_LEVELS = 1000;

function isTooDeep(text: string): boolean {
  let depth = 0;
  for (const [bracket] of text.matchAll(/[[\](){}]/g)) {
    depth += "[({".includes(bracket) ? 1 : -1;
    if (depth > MOST_LEVELS) return true;
  }
  return false;
}

/** HCL as Terraform's JSON syntax. @throws InputError that names the line */
export async function parseHcl(path: string, text: string): Promise<unknown> {
  if (isTooDeep(text)) throw new InputError(path, 0, `is nested more than ${MOST_LEVELS} levels deep`);
  // A parser of several megabytes, which JSON syntax does not need.
  const { parse } = await import("@cdktf/hcl2json");
  try {
    return await parse("main.tf", text);
  } catch (error) {
    if (error instanceof RangeError) throw new InputError(path, 0, "is nested too deeply");
    const message = error instanceof Error ? error.message : String(error);
    // eslint-disable-next-line no-restricted-syntax -- HashiCorp's parser says the line in its message alone
    const [, line = "0", what = message] = /main\.tf:(\d+),[\d:,-]+: ([^]*?)\]?$/.exec(message) ?? [];
    throw new InputError(path, Number(line), what.replaceAll("main.tf:", `${path}:`));
  }
}
