/** Functions that write values as texts and read them back: JSON, YAML, CSV, base64, hashes. */
import { createHash } from "node:crypto";

import { parseDocument, type ScalarTag } from "yaml";

import type { Value } from "../../../model";
import { isList, isObject, isOpaque } from "../../../values";
import { fail, text, type Implementation } from "./implementation";
import { canonicalText, inKnownParts, isKnown, sortedEntries, unknownFrom, unknownPartsWithin } from "../partial-value";

/** Terraform's encoder: keys in order, and `<`, `>`, `&` escaped. */
export const toJson = (value: Value): string =>
  canonicalText(value).replaceAll(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

const jsondecode = text((value) => {
  try {
    return JSON.parse(value) as Value;
  } catch {
    return fail("'jsondecode' of no JSON");
  }
});

/** Of a value that is known in part, the text keeps what is known, with `${}` for the rest. */
const encoder =
  (encode: (value: Value) => string): Implementation =>
  (value = null) => {
    if (isKnown(value)) return encode(value);
    if (isOpaque(value)) return unknownFrom(value);
    return { ...unknownFrom(value), text: encode(inKnownParts(value)), parts: unknownPartsWithin(value) };
  };

/** What Terraform takes for true and false beyond YAML 1.2: the words of 1.1. */
const WORDS: ScalarTag = {
  identify: () => false,
  default: true,
  tag: "tag:yaml.org,2002:bool",
  test: /^(?:y|Y|yes|Yes|YES|on|On|ON|n|N|no|No|NO|off|Off|OFF)$/,
  resolve: (word: string) => /^(y|on)/i.test(word),
};

/** A day is a time of it. */
const DAY: ScalarTag = {
  identify: () => false,
  default: true,
  tag: "tag:yaml.org,2002:timestamp",
  test: /^\d{4}-\d{2}-\d{2}$/,
  resolve: (day: string) => `${day}T00:00:00Z`,
};

const yamldecode = text((value) => {
  const document = parseDocument(value, {
    merge: true,
    customTags: (tags) => [WORDS, DAY, ...tags],
    logLevel: "silent",
  });
  if (document.errors.length > 0 || document.warnings.length > 0 || document.contents === null)
    return fail("'yamldecode' of no YAML");
  try {
    return plain(document.toJS());
  } catch (error) {
    // Aliases that multiply.
    return fail(`'yamldecode': ${(error as Error).message}`);
  }
});

/** A value of the language: numbers beyond it, times and binary data are none. */
function plain(value: unknown): Value {
  if (value === null || typeof value === "boolean" || typeof value === "string") return value;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
  return fail("'yamldecode' of a value that Terraform has not");
}

/** Block style, keys in order, every text in quotes. */
function toYaml(value: Value, depth = 0): string {
  const indent = "  ".repeat(depth);
  const below = (item: Value, isInMap: boolean): string => {
    if (isList(item) && item.length > 0) return isInMap ? `\n${toYaml(item, depth)}` : nested(item);
    if (isObject(item) && Object.keys(item).length > 0) return isInMap ? `\n${toYaml(item, depth + 1)}` : nested(item);
    return ` ${toYaml(item)}`;
  };
  const nested = (item: Value) => ` ${toYaml(item, depth + 1).trimStart()}`;
  if (isList(value) && value.length > 0) return value.map((item) => `${indent}-${below(item, false)}`).join("\n");
  if (isObject(value) && Object.keys(value).length > 0)
    return sortedEntries(value)
      .map(([key, item]) => `${indent}${JSON.stringify(key)}:${below(item, true)}`)
      .join("\n");
  return isList(value) ? "[]" : isObject(value) ? "{}" : JSON.stringify(value);
}

/** Rows of RFC 4180 under a line of names. */
const csvdecode = text((value) => {
  const [names, ...rows] = csvRows(value);
  if (!names || new Set(names).size < names.length) return fail("'csvdecode' needs a line of distinct names");
  return rows.map((row) =>
    row.length === names.length
      ? Object.fromEntries(names.map((name, i) => [name, row[i] ?? ""]))
      : fail("'csvdecode' of a row that is longer or shorter than its names"),
  );
});

function csvRows(csv: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y;
  while (field.lastIndex < csv.length) {
    const found = field.exec(csv);
    if (!found) return fail("'csvdecode' of no CSV");
    const [, quoted, bare = "", end] = found;
    row.push(quoted === undefined ? bare : quoted.replaceAll('""', '"'));
    if (end === "," && field.lastIndex < csv.length) continue;
    if (end === ",") row.push("");
    if (row.length > 1 || row[0] !== "") rows.push(row);
    row = [];
  }
  return rows;
}

/** Bytes that are no UTF-8 are no text of Terraform. */
export function decodeUtf8(bytes: Buffer, what: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return fail(`${what} is no UTF-8 text`);
  }
}

export const hash = (algorithm: string, encoding: "hex" | "base64", data: string | Buffer): string =>
  createHash(algorithm).update(data).digest(encoding);
const hashing = (algorithm: string, encoding: "hex" | "base64") => text((value) => hash(algorithm, encoding, value));

export const ENCODINGS: Readonly<Record<string, Implementation>> = {
  base64decode: text((value) =>
    /^[A-Za-z0-9+/]*={0,2}$/.test(value) && value.length % 4 === 0
      ? decodeUtf8(Buffer.from(value, "base64"), "what 'base64decode' reads")
      : fail("'base64decode' of no base64"),
  ),
  base64encode: text((value) => Buffer.from(value, "utf8").toString("base64")),
  base64sha256: hashing("sha256", "base64"),
  base64sha512: hashing("sha512", "base64"),
  csvdecode,
  jsondecode,
  jsonencode: encoder(toJson),
  md5: hashing("md5", "hex"),
  sha1: hashing("sha1", "hex"),
  sha256: hashing("sha256", "hex"),
  sha512: hashing("sha512", "hex"),
  yamldecode,
  yamlencode: encoder((value) => `${toYaml(value)}\n`),
};
