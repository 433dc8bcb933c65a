/** Answers that come in pages. */

/**
 * Page after page, up to the one that leads to no other.
 *
 * @param call what asks for the page at a token; undefined: for the first
 * @param next the token of the page after an answer; undefined or empty: there is none
 * @throws EndlessError where a page leads to one that was asked for already
 */
export async function* turned<Answer>(
  call: (from: string | undefined) => Promise<Answer>,
  next: (answer: Answer) => string | undefined,
): AsyncGenerator<Answer> {
  const ways = new Ways();
  let from: string | undefined;
  do {
    const answer = await call(from);
    yield answer;
    from = next(answer);
    ways.take(from);
  } while (from !== undefined && from !== "");
}

/** Pages that never end. */
export class EndlessError extends Error {
  override readonly name = "EndlessError";
}

/** Tokens by which pages were asked for. */
export class Ways {
  private readonly taken = new Set<string>();

  /** @throws EndlessError if this one was taken before */
  take(token: string | undefined): void {
    if (token === undefined || token === "") return;
    if (this.taken.has(token)) throw new EndlessError("a page leads back to one that was told already");
    this.taken.add(token);
  }
}
