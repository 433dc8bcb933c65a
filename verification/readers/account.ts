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
import { Mentions, Names, Sameness, type Alike, type Likenesses } from "./alike";
import { isJsonObject, type JsonObject } from "./json-values";
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
    const asked = Object.keys(kinds);
    resources.push(resourceAt(folder, join(folder, COLLECTED), 0, ACCOUNT, { cloud, scope, kinds: asked }));
    const likenesses = alike?.of(cloud);
    const names = likenesses && new Names(likenesses.spelled);
    names?.add(alike?.named);
    const mentions = new Mentions(likenesses?.mutual);
    const unread = (kind: string, what: string) =>
      resources.push(asResource({ path: fileOf(folder, cloud, kind), what, matters: true }, folder));
    for (const kind of inOrder(asked, likenesses)) {
      const { records, read } = await readRecords(folder, { cloud, kind }, { likenesses, names, mentions });
      const count = kinds[kind] ?? 0;
      if (read < count) throw new InputError(fileOf(folder, cloud, kind), 0, `it holds ${read} records of ${count}`);
      for (const record of records) resources.push(record);
      for (const { values } of records) names?.add(values);
    }
    for (const { kind, why } of mentions.gaps()) unread(kind, `not told as a whole: ${why}`);
    for (const call of failed) unread(call.kind, `not collected: ${lineOf(call)}`);
  }
  return resources;
}

/** Whoever is named stands for itself, so who names somebody is read before. */
function inOrder(asked: readonly string[], likenesses: Likenesses | undefined): string[] {
  const { kinds = {}, last = [] } = likenesses ?? {};
  const alike = Object.keys(kinds);
  const first = asked.filter((kind) => !alike.includes(kind) && !last.includes(kind));
  return [...first, ...[...alike, ...last].filter((kind) => asked.includes(kind))];
}

interface RecordsRead {
  readonly records: readonly Resource[];
  /** How many there are, with those that others stand for. */
  readonly read: number;
}

/** A record that stands for others. */
interface Standing {
  readonly index: number;
  readonly record: JsonObject;
  readonly line: number;
  others: number;
}

/** What was read so far, by which records are told that are alike. */
interface Known {
  readonly likenesses: Likenesses | undefined;
  readonly names: Names | undefined;
  readonly mentions: Mentions;
}

async function readRecords(
  folder: string,
  { cloud, kind }: { readonly cloud: string; readonly kind: string },
  { likenesses, names, mentions }: Known,
): Promise<RecordsRead> {
  const file = fileOf(folder, cloud, kind);
  const likeness = likenesses?.kinds[kind];
  const sameness = likeness && new Sameness(likeness);
  if (!existsSync(file)) throw new InputError(file, 0, "does not exist");
  const records: Resource[] = [];
  const resource = (line: number, record: JsonObject) =>
    resourceAt(folder, file, line, `${RECORD}${cloud}/${kind}`, valuesOf(record));
  const standing = new Map<string, Standing>();
  let [line, read] = [0, 0];
  for await (const text of createInterface({ input: createReadStream(file, "utf8"), crlfDelay: Infinity })) {
    line++;
    if (text.trim() === "") continue;
    read++;
    const record = parsed(file, line, text);
    mentions.add(kind, record);
    if (sameness && names && !sameness.isNamed(record, names)) {
      if (sameness.tellsNothing(record)) continue;
      const key = sameness.keyOf(record);
      const known = standing.get(key);
      if (known) {
        known.others++;
        continue;
      }
      standing.set(key, { index: records.length, record, line, others: 0 });
    }
    records.push(resource(line, record));
  }
  for (const { index, record, line, others } of standing.values()) {
    if (others > 0) records[index] = resource(line, sameness?.common(record, others) ?? record);
  }
  return { records, read };
}

function parsed(file: string, line: number, text: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new InputError(file, line, "is not valid JSON");
  }
  if (!isJsonObject(value)) throw new InputError(file, line, "is not a record");
  return value;
}

const valuesOf = (record: JsonObject): Resource["values"] =>
  Object.fromEntries(Object.entries(record).map(([name, field]) => [name, told(field)]));

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
