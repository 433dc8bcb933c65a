/** Input that can't be used: missing, unreadable, malformed. The message is one line, `FILE:LINE: what`. */
export class InputError extends Error {
  override readonly name = "InputError";

  /** @param line 1-based; 0 leaves it out, where the file as a whole is meant */
  constructor(file: string, line: number, what: string) {
    super(`${line > 0 ? `${file}:${line}` : file}: ${what.replaceAll(/\s+/g, " ").trim()}`);
  }
}
