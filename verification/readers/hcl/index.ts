/** Reads a folder of Terraform configuration as it is written, `.tf` and `.tf.json`, without running Terraform. */
import { readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { InputError } from "../../input-error";
import type { Resource } from "../../model";
import { hclLocator } from "./locations";
import { isJsonObject } from "../json-values";
import { localModules, readModule, type LocalModule, type ModuleFile } from "./terraform-module";
import { readJson, readText } from "../text-file";

/**
 * Resources of a root module and of its local modules (`source = "./..."`), with the values that `terraform.tfvars` and
 * `*.auto.tfvars` give. A module from a registry or repository is one resource of type `terraform:module`.
 *
 * @throws InputError if the folder or a local module holds no configuration, or a file can't be parsed
 */
export async function readHcl(folder: string): Promise<Resource[]> {
  const { files, modules } = await load(folder, [], new Map());
  return readModule(files, { unit: folder, folder, variables: await givenVariables(folder), modules });
}

/** @param loaded the modules that are read already, by their folders: calls of one multiply */
async function load(
  folder: string,
  callers: readonly string[],
  loaded: Map<string, LocalModule>,
): Promise<LocalModule> {
  const known = loaded.get(resolve(folder));
  if (known) return known;
  const names = (await list(folder)).filter((name) => /\.tf(\.json)?$/.test(name));
  if (names.length === 0) throw new InputError(folder, 0, "holds no .tf files");
  const files: ModuleFile[] = [];
  for (const name of names) files.push(await readModuleFile(join(folder, name)));

  const modules = new Map<string, LocalModule>();
  for (const { name, source, location } of files.flatMap(localModules)) {
    const target = join(folder, source);
    if ([...callers, resolve(folder)].includes(resolve(target))) {
      throw new InputError(location.file, location.line, `module '${name}' calls itself`);
    }
    modules.set(name, await load(target, [...callers, resolve(folder)], loaded));
  }
  loaded.set(resolve(folder), { folder, files, modules });
  return { folder, files, modules };
}

async function list(folder: string): Promise<string[]> {
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

/** Later files win, as in Terraform: `terraform.tfvars`, its JSON, then `*.auto.tfvars` and their JSON by name. */
async function givenVariables(folder: string): Promise<Record<string, unknown>> {
  const names = await list(folder);
  const automatic = names.filter((name) => /\.auto\.tfvars(\.json)?$/.test(name));
  const variables: Record<string, unknown> = {};
  for (const name of ["terraform.tfvars", "terraform.tfvars.json"]
    .filter((one) => names.includes(one))
    .concat(automatic)) {
    const { path, json } = await readModuleFile(join(folder, name));
    if (!isJsonObject(json)) throw new InputError(path, 0, "is no list of variables");
    Object.assign(variables, json);
  }
  return variables;
}

async function readModuleFile(path: string): Promise<ModuleFile> {
  if (path.endsWith(".json")) {
    const document = await readJson(path);
    return { path, json: document.value, locate: (at) => document.locate(at) };
  }
  const text = await readText(path);
  return { path, json: await parseHcl(path, text), locate: hclLocator(path, text) };
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

async function parseHcl(path: string, text: string): Promise<unknown> {
  if (isTooDeep(text)) throw new InputError(path, 0, `is nested more than ${MOST_LEVELS} levels deep`);
  // A parser of several megabytes, which JSON syntax does not need.
  const { parse } = await import("@cdktf/hcl2json");
  try {
    return await parse("main.tf", text);
  } catch (error) {
    if (error instanceof RangeError) throw new InputError(path, 0, "is nested too deeply");
    const message = error instanceof Error ? error.message : String(error);
    const [, line = "0", what = message] = /main\.tf:(\d+),[\d:,-]+: ([^]*?)\]?$/.exec(message) ?? [];
    throw new InputError(path, Number(line), what.replaceAll("main.tf:", `${path}:`));
  }
}
