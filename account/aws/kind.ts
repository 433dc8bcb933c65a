/** What is asked of AWS, kind by kind, and what becomes of a call that fails. */
import type { FailedCall, NotTold } from "../account";
import { Ways } from "../turned";
import type { Fields } from "../kept";
import type { Right } from "./rights";
import type { Services } from "./services";

/** Objects of one sort. */
export interface Kind {
  /** Name of its file. */
  readonly name: string;
  /** What is kept of each. */
  readonly fields: Fields;
  readonly answers: (services: Services, ask: Asking) => AsyncIterable<readonly object[]>;
}

/** A kind that one call lists. */
export function listed<Answer>(
  name: string,
  right: Right,
  pages: (services: Services) => AsyncIterable<Answer>,
  of: (answer: Answer) => readonly object[] | undefined,
  fields: Fields,
): Kind {
  return {
    name,
    fields,
    answers: async function* (services, ask) {
      for await (const answer of ask.pages(right, pages(services))) yield of(answer) ?? [];
    },
  };
}

/** Codes by which services say that a right lacks. */
const REFUSED = /^(AccessDenied|AccessDeniedException|UnauthorizedOperation|AuthorizationError|UnauthorizedAccess)$/;

/** The calls of one kind. One that fails is noted, and what it would have told is left untold. */
export class Asking {
  readonly failed: FailedCall[] = [];

  constructor(private readonly kind: string) {}

  /** Answers of a call that is asked page by page, up to where it fails. */
  async *pages<Answer>(right: Right, pages: AsyncIterable<Answer>): AsyncGenerator<Answer> {
    try {
      yield* sound(pages);
    } catch (error) {
      this.note(right, error);
    }
  }

  /**
   * The answer of one call, of which `take` is what counts; undefined where there is none.
   *
   * @param none codes by which the service says that there is nothing
   */
  async part<Answer, Part>(
    right: Right,
    call: Promise<Answer>,
    take: (answer: Answer) => Part,
    none: readonly string[] = [],
  ): Promise<Part | NotTold | undefined> {
    try {
      return take(answered(await call));
    } catch (error) {
      if (none.includes(codeOf(error))) return undefined;
      return this.note(right, error);
    }
  }

  private note(right: Right, error: unknown): NotTold {
    const failed = failedCall(right, error);
    this.failed.push({ kind: this.kind, ...failed });
    return { notTold: `${right}: ${failed.message}` };
  }
}

/** What a call that failed says of itself, by the right that it needs. */
export const failedCall = (right: string, error: unknown): Omit<FailedCall, "kind"> => ({
  call: right,
  lacks: REFUSED.test(codeOf(error)) ? right : undefined,
  message: messageOf(error),
});

/** What went wrong, on one line; an answer that is no API's is told by its status. */
function messageOf(error: unknown): string {
  const { $metadata, message } = error as { $metadata?: { httpStatusCode?: number }; readonly message?: unknown };
  const status = $metadata?.httpStatusCode;
  const isNoAnswer = error instanceof SyntaxError || /Deserialization error/.test(String(message));
  const what = isNoAnswer ? `status ${String(status)}` : String(message);
  return `${codeOf(error)}: ${what}`.replaceAll(/\s+/g, " ");
}

/** What a service calls an error: some name it by a code beside the name of its class. */
export function codeOf(error: unknown): string {
  const { name, Code } = error as { readonly name?: unknown; readonly Code?: unknown };
  return typeof Code === "string" ? Code : typeof name === "string" ? name : "error";
}

/** Every page of a call whose answers are few. */
export async function all<Answer>(pages: AsyncIterable<Answer>): Promise<readonly Answer[]> {
  const found: Answer[] = [];
  for await (const page of sound(pages)) found.push(page);
  return found;
}

/** @throws EndlessError if pages lead in a circle, Error if one is no answer of AWS's */
async function* sound<Answer>(pages: AsyncIterable<Answer>): AsyncGenerator<Answer> {
  const ways = new Ways();
  for await (const page of pages) {
    yield answered(page);
    ways.take(nextOf(page));
  }
}

/**
 * AWS gives each request an id; a proxy that answers in its place gives none, and its page would read as an empty list.
 *
 * @param answer of one call, or of several
 */
function answered<Answer>(answer: Answer): Answer {
  const { $metadata } = answer as { readonly $metadata?: { readonly requestId?: string } };
  if (Array.isArray(answer) || $metadata?.requestId !== undefined) return answer;
  throw new Error("what answers is not AWS: the request has no id");
}

/** What services call the token of the next page. */
const TOKENS = ["NextToken", "nextToken", "NextMarker", "nextMarker", "Marker", "marker", "position"];

function nextOf(page: unknown): string | undefined {
  const fields = Object.entries(page as object);
  const [, token] = fields.find(([name, value]) => TOKENS.includes(name) && typeof value === "string") ?? [];
  return token as string | undefined;
}
