/**
 * Reads a folder that `dataplane collect` wrote: each record as the cloud told it, and what stands for each call that
 * failed. Which resource a record is, its cloud says (clouds/CLOUD/account).
 */
import { createReadStream, existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { isNotTold } from "../../account/account";
import { COLLECTED, collectedSchema, fileOf, lineOf, type Collected } from "../../account/folder";
import { InputError } from "../input-error";
import type { Resource, Value } from "../model";
import { asResource } from "../not-read";
import { unknown } from "../values";
import { isJsonObject } from "./json-values";
import { readJson } from "./text-file";

/** How the types of records begin: `collected:aws/vpcs`. */
export const RECORD = "collected:";

/** Type of what stands for an account: its scope, and the kinds that were asked for. */
export const ACCOUNT = "collected:account";

/** Whether a folder with these names in it is such a one. */
export const isCollection = (names: readonly string[]): boolean => names.includes(COLLECTED);

/** @throws InputError if the folder's own file is not of this format */
export async function readCollected(folder: string): Promise<Collected> {
  const document = await readJson(join(folder, COLLECTED));
  const parsed = collectedSchema.safeParse(document.value);
  if (parsed.success) return parsed.data;
  const { path = [], message = "" } = parsed.error.issues[0] ?? {};
  const at = path as (string | number)[];
  throw new InputError(document.file, document.lineOf(at), `${at.join(".")}: ${message}`);
}

/** By what a record of a cloud's kind is told that is judged as others are; undefined: it stands for itself alone. */
export type Alike = (cloud: string, kind: string, record: Resource["values"]) => string | undefined;

/** Field of a record that stands for others too: how many. */
export const OTHERS_ALIKE = "othersAlike";

/**
 * Everything that the folder holds.
 *
 * @param alike where given, of records that are alike one is kept
 * @throws InputError if a file of it can't be used
 */
export async function readAccounts(folder: string, alike?: Alike): Promise<Resource[]> {
  const { accounts } = await readCollected(folder);
  const resources: Resource[] = [];
  for (const { cloud, scope, kinds, failed } of accounts) {
    resources.push(
      resourceAt(folder, join(folder, COLLECTED), 0, ACCOUNT, { cloud, scope, kinds: Object.keys(kinds) }),
    );
    for (const [kind, count] of Object.entries(kinds)) {
      const { records, read } = await readRecords(folder, cloud, kind, alike);
      if (read < count) {
        const what = `it holds ${read} records of ${count}`;
        throw new InputError(fileOf(folder, cloud, kind), 0, what);
      }
      for (const record of records) resources.push(record);
    }
    for (const call of failed) {
      const path = fileOf(folder, cloud, call.kind);
      resources.push(asResource({ path, what: `not collected: ${lineOf(call)}`, matters: true }, folder));
    }
  }
  return resources;
}

interface RecordsRead {
  readonly records: readonly Resource[];
  /** Those that others stand for too. */
  readonly read: number;
}

async function readRecords(folder: string, cloud: string, kind: string, alike?: Alike): Promise<RecordsRead> {
  const file = fileOf(folder, cloud, kind);
  if (!existsSync(file)) throw new InputError(file, 0, "does not exist");
  const records: Resource[] = [];
  const byKey = new Map<string, { readonly index: number; others: number }>();
  let [line, read] = [0, 0];
  for await (const text of createInterface({ input: createReadStream(file, "utf8"), crlfDelay: Infinity })) {
    line++;
    if (text.trim() === "") continue;
    read++;
    const values = parsed(file, line, text);
    const key = alike?.(cloud, kind, values);
    const known = key === undefined ? undefined : byKey.get(key);
    if (known) known.others++;
    else {
      if (key !== undefined) byKey.set(key, { index: records.length, others: 0 });
      records.push(resourceAt(folder, file, line, `${RECORD}${cloud}/${kind}`, values));
    }
  }
  for (const { index, others } of byKey.values()) {
    const record = records[index];
    if (record && others > 0) records[index] = { ...record, values: { ...record.values, [OTHERS_ALIKE]: others } };
  }
  return { records, read };
}

function parsed(file: string, line: number, text: string): Resource["values"] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new InputError(file, line, "is not valid JSON");
  }
  if (!isJsonObject(value)) throw new InputError(file, line, "is not a record");
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, told(field)]));
}

/** What a call of its own would have told, and did not, is unknown. */
function told(field: unknown): Value {
  if (isNotTold(field)) return unknown(`it was not collected: ${field.notTold}`);
  if (Array.isArray(field)) return field.map(told);
  if (!isJsonObject(field)) return field as Value;
  return Object.fromEntries(Object.entries(field).map(([name, below]) => [name, told(below)]));
}

function resourceAt(folder: string, file: string, line: number, type: string, values: Resource["values"]): Resource {
  const location = { file, line };
  return {
    type,
    address: `${type.slice(RECORD.length)}:${line}`,
    mode: "managed",
    unit: folder,
    values,
    location,
    locate: () => location,
  };
}
