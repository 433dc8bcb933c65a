/** Checked access to JSON of which only the shape is known, as `terraform show -json` prints it. */
import { InputError } from "../input-error";
import type { JsonText, Path } from "./json-locations";

export type JsonObject = Readonly<Record<string, unknown>>;

export function isJsonObject(json: unknown): json is JsonObject {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}

/** A member that is a list of objects, empty where it is absent. @throws InputError on anything else */
export function arrayIn(document: JsonText, path: Path, object: JsonObject, key: string): readonly JsonObject[] {
  const json = object[key];
  if (json === undefined || json === null) return [];
  if (Array.isArray(json) && json.every(isJsonObject)) return json;
  throw misshapen(document, [...path, key], "a list of objects");
}

/** A member that is a text. @throws InputError on anything else */
export function textIn(document: JsonText, path: Path, object: JsonObject, key: string): string {
  const json = object[key];
  if (typeof json === "string") return json;
  throw misshapen(document, [...path, key], "a text");
}

/** An error that says what should stand at `path`. */
export function misshapen(document: JsonText, path: Path, expected: string): InputError {
  return new InputError(document.file, document.lineOf(path), `${path.join(".")} is not ${expected}`);
}
