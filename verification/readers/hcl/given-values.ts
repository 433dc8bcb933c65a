/** The values that a root module's variables are given: by files that it loads by itself, and by whoever calls verify. */
import { join } from "node:path";
import { InputError } from "../../input-error";
import type { Unknown } from "../../model";
import { unknown } from "../../values";
import { isJsonObject, type JsonObject } from "../json-values";
import { filesIn, parseHcl, readModuleFile } from "./module-files";
import { variablesOf } from "./calls";
import type { ModuleFile } from "./declarations";
import { shown } from "../../../config/texts";

/** What is given beside the files that Terraform loads by itself, as its options of the same names do. */
export interface Given {
  /** `--var-file`, in order: later ones win. Default: none. */
  readonly files?: readonly string[] | undefined;
  /** `--var NAME=VALUE`; these win over files. Default: none. */
  readonly values?: Readonly<Record<string, string>> | undefined;
  /** The workspace that `terraform.workspace` names; default: not known. */
  readonly workspace?: string | undefined;
}

/** Whether Terraform loads a file of values without being told to. */
export const loadsByItself = (name: string): boolean =>
  /^terraform\.tfvars(\.json)?$|\.auto\.tfvars(\.json)?$/.test(name);

/** What a root module's variables are given. */
export interface GivenValues {
  /** Expressions by the names of variables. */
  readonly values: JsonObject;
  /** Files that Terraform loads by itself and that can't be read: each variable without a value here may have one there. */
  readonly unread: readonly UnreadFile[];
}

/** A file, and why it can't be read. */
export class UnreadFile {
  constructor(
    readonly path: string,
    readonly why: string,
  ) {}

  /** A variable that it may give a value. */
  variable(name: string): Unknown {
    const { path, why } = this;
    const reason = `var.${name} can't be told: ${path} can't be read: ${why}`;
    return unknown(reason, [], { kind: "file", path, isThere: true });
  }
}

/** What stands for a file that can't be read, whatever keeps it from that. */
const asUnread = (path: string) => (error: unknown) => {
  if (error instanceof InputError) return new UnreadFile(path, error.what);
  throw error;
};

/**
 * Values of the variables of the root module in `folder`. As in Terraform later ones win: `terraform.tfvars`, its JSON,
 * `*.auto.tfvars` and their JSON by name, files that are named, single values.
 *
 * @throws InputError if a file that is named can't be read or is no list of values
 */
export async function givenValues(
  folder: string,
  files: readonly ModuleFile[],
  { files: named = [], values = {} }: Given,
): Promise<GivenValues> {
  const names = (await filesIn(folder)).filter(loadsByItself);
  const first = ["terraform.tfvars", "terraform.tfvars.json"].filter((one) => names.includes(one));
  const own = [...first, ...names.filter((name) => !first.includes(name))].map((name) => join(folder, name));
  let given: Record<string, unknown> = {};
  const unread: UnreadFile[] = [];
  for (const path of own) {
    const found = await valuesIn(path).catch(asUnread(path));
    if (found instanceof UnreadFile) {
      unread.push(found);
      // It may give each of them another value.
      given = {};
    } else Object.assign(given, found);
  }
  for (const path of named) Object.assign(given, await valuesIn(path));
  const declared = variablesOf(files);
  for (const [name, text] of Object.entries(values)) {
    if (declared.has(name)) given[name] = await valueOf(name, text, declared.get(name)?.type);
  }
  return { values: given, unread };
}

/** The values of one file. @throws InputError if it can't be read or is no list of values */
export async function valuesIn(path: string): Promise<JsonObject> {
  const { json } = await readModuleFile(path);
  if (!isJsonObject(json)) throw new InputError(path, 0, "is no list of variables");
  return json;
}

/** A text that stands for itself; for a variable of a list, map or object it is an expression, as for `-var`. */
async function valueOf(name: string, text: string, type: unknown): Promise<unknown> {
  const isText = type === undefined || /^(\$\{)?\s*(string|number|bool)\s*(\})?$/.test(shown(type));
  // What looks like an interpolation is text too.
  if (isText) return text.replaceAll(/([$%])\{/g, "$1$1{");
  const parsed = await parseHcl(`--var ${name}`, `value = ${text}\n`);
  return isJsonObject(parsed) ? parsed["value"] : undefined;
}

/** Names of the variables of a root module that must be given a value and have none. */
export async function undecided(
  { folder, files }: { readonly folder: string; readonly files: readonly ModuleFile[] },
  given: Given,
): Promise<string[]> {
  const { values, unread } = await givenValues(folder, files, given);
  if (unread.length > 0) return [];
  return [...variablesOf(files)].flatMap(([name, body]) =>
    Object.hasOwn(body, "default") || Object.hasOwn(values, name) ? [] : [name],
  );
}
