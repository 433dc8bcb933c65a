/**
 * Terraform's functions, over values that may be known in part.
 *
 * `try` and `can`, which catch errors of their arguments, and `templatefile` and `templatestring`, which evaluate
 * expressions, are the evaluator's own. A function that is not here is unknown by its name.
 */
import { ADDRESSES } from "./addresses";
import { COLLECTIONS } from "./collections";
import { ENCODINGS } from "./encodings";
import type { Implementation } from "./implementation";
import { TEXTS } from "./texts";

export { FILES } from "./files";

/** By Terraform's names. */
export const FUNCTIONS: ReadonlyMap<string, Implementation> = new Map(
  Object.entries({ ...ADDRESSES, ...COLLECTIONS, ...ENCODINGS, ...TEXTS }),
);

/** Functions of Terraform that are not evaluated, and why. */
export const NOT_EVALUATED: Readonly<Record<string, string>> = {
  abspath: "where the input lies is no part of it",
  base64gzip: "packed bytes depend on who packs them",
  bcrypt: "its result is another each time",
  formatdate: "no rule rests on a date",
  issensitive: "what is sensitive is not followed",
  plantimestamp: "it is the time of a plan",
  rsadecrypt: "it needs a secret",
  textdecodebase64: "other encodings than UTF-8 are not read",
  textencodebase64: "other encodings than UTF-8 are not written",
  timeadd: "no rule rests on a date",
  timecmp: "no rule rests on a date",
  timestamp: "it is the time of a plan",
  uuid: "its result is another each time",
  uuidv5: "no rule rests on it",
};
