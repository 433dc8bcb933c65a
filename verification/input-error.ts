/** Input that can't be used: missing, unreadable, malformed. The message is one line, `FILE:LINE: what`. */
export class InputError extends Error {
  override readonly name = "InputError";
  /** The message without the place. */
  readonly what: string;

  /** @param line its number, the first is 1; 0 leaves it out, where the file as a whole is meant */
  constructor(
    file: string,
    readonly line: number,
    what: string,
  ) {
    const oneLine = what.replaceAll(/\s+/g, " ").trim();
    super(`${line > 0 ? `${file}:${line}` : file}: ${oneLine}`);
    this.what = oneLine;
  }
}

/** Input that is fine, and holds nothing that anything is said of. */
export class NothingToJudge extends InputError {
  constructor(file: string, what: string) {
    super(file, 0, what);
  }
}
