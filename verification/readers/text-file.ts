import { readFile } from "node:fs/promises";

import { InputError } from "../input-error";
import { JsonText, refuseRepeatedKeys } from "./json-locations";
import { isJsonObject } from "./json-values";
import { errorCode } from "../../config/texts";

/**
 * Text of a file in UTF-8, or in UTF-16 as PowerShell writes what it redirects; kubectl reads it too.
 *
 * @throws InputError if the file can't be read or is in neither encoding
 */
export async function readText(file: string): Promise<string> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    const code = errorCode(cause);
    throw new InputError(file, 0, code === "ENOENT" ? "does not exist" : `can't be read (${code})`);
  });
  const mark = bytes.toString("latin1", 0, 2);
  const encoding = mark === "\u00ff\u00fe" ? "utf-16le" : mark === "\u00fe\u00ff" ? "utf-16be" : "utf-8";
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw new InputError(file, 0, "is not a text file");
  }
}

/** What is in ASCII of a file that is no text: enough to tell what it may be of. */
export const asciiOf = (file: string): Promise<string> => readFile(file, "latin1").catch(() => "");

/** A file of JSON. @throws InputError if it can't be read, is no JSON, or has a key twice in one object */
export async function readJson(file: string): Promise<JsonText> {
  const text = await readText(file);
  const document = new JsonText(file, text);
  if (!isPrinted(document.value)) refuseRepeatedKeys(file, text, document.value);
  return document;
}

/** Whether Terraform printed the document, a plan or state: these are large, and no one's hand repeats keys in them. */
function isPrinted(json: unknown): boolean {
  return isJsonObject(json) && ("format_version" in json || "lineage" in json);
}
