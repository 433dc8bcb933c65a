/** Functions that read files of the input. */
import { isUnknown, type Value } from "../../../model";
import { decodeUtf8, hash } from "./encodings";
import { strict } from "./implementation";
import type { InputFiles } from "../input-files";
import { toSet, toText } from "../partial-value";

type FileFunction = (files: InputFiles, ...args: Value[]) => Value;

/** A function of one file's bytes. */
const reading =
  (make: (bytes: Buffer, path: string) => Value): FileFunction =>
  (files, ...args) =>
    strict((path = null) => {
      const bytes = files.read(toText(path));
      return isUnknown(bytes) ? bytes : make(bytes, toText(path));
    })(...args);

const hashing = (algorithm: string, encoding: "hex" | "base64") => reading((bytes) => hash(algorithm, encoding, bytes));

export const FILES: Readonly<Record<string, FileFunction>> = {
  file: reading((bytes, path) => decodeUtf8(bytes, path)),
  filebase64: reading((bytes) => bytes.toString("base64")),
  filebase64sha256: hashing("sha256", "base64"),
  filebase64sha512: hashing("sha512", "base64"),
  fileexists: (files, ...args) => strict((path = null) => files.exists(toText(path)))(...args),
  filemd5: hashing("md5", "hex"),
  fileset: (files, ...args) =>
    strict((folder = null, pattern = null) => {
      const found = files.matching(toText(folder), toText(pattern));
      return isUnknown(found) ? found : toSet(found);
    })(...args),
  filesha1: hashing("sha1", "hex"),
  filesha256: hashing("sha256", "hex"),
  filesha512: hashing("sha512", "hex"),
};
