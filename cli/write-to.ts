import { writeFileSync } from "node:fs";
import { InputError } from "../verification/input-error";
import { errorCode } from "../config/texts";

/** @throws InputError if the file can't be written */
export function writeTo(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new InputError(file, 0, `can't be written (${errorCode(error)})`);
  }
}
