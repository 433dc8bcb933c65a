/** Calls of a cloud's own API over HTTP, of one that publishes it as JSON: each with its token, until it is answered. */
import { setTimeout as wait } from "node:timers/promises";
import type { FailedCall } from "./account";
import { EndlessError } from "./turned";

/** Tries of one call: throttling is waited out, longer each time. */
const MOST_TRIES = 8;
/** Milliseconds until a call that gets no answer has failed. */
const PATIENCE = 30_000;
/** Milliseconds of the first wait, where the service does not say how long; the longest wait of all. */
const [FIRST_WAIT, LONGEST_WAIT] = [500, 60_000];

/** An answer that is none: what the service said, on one line. */
export class RestError extends Error {
  override readonly name = "RestError";

  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }

  /** Whether it was for want of a right. */
  get isRefusal(): boolean {
    return this.status === 403;
  }
}

export interface Call {
  readonly url: string;
  /** What is sent, as JSON; left out, it is a GET. */
  readonly body?: object;
}

/** Asks with a token that is given anew for each try, so that a long collection outlives it. */
export class Rest {
  constructor(private readonly token: () => Promise<string>) {}

  /** Whether there is a token at all: asked before anything is written. */
  async ready(): Promise<void> {
    await this.token();
  }

  /**
   * What the service answers. Throttled and unavailable services are asked again, when they say so or ever later.
   *
   * @throws RestError if it answers with an error, or not at all
   */
  async ask({ url, body }: Call): Promise<unknown> {
    for (let tried = 1; ; tried++) {
      const answer = await this.try(url, body);
      if (answer instanceof Error) {
        if (tried === MOST_TRIES) throw new RestError(0, answer.message);
        await wait(FIRST_WAIT * 2 ** (tried - 1));
        continue;
      }
      const { status, headers, text } = answer;
      if (status >= 200 && status < 300) return parsed(text, status);
      if (!isPassing(status) || tried === MOST_TRIES)
        throw new RestError(status, messageOf(text) ?? `status ${status}`);
      await wait(Math.min(waitOf(headers) ?? FIRST_WAIT * 2 ** (tried - 1), LONGEST_WAIT));
    }
  }

  /** An answer that breaks off is none; one that leads elsewhere is not followed, for the token goes nowhere else. */
  private async try(url: string, body: object | undefined) {
    const headers = { authorization: `Bearer ${await this.token()}`, "content-type": "application/json" };
    const sent = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
    try {
      const answer = await fetch(url, { headers, ...sent, redirect: "manual", signal: AbortSignal.timeout(PATIENCE) });
      return { status: answer.status, headers: answer.headers, text: await answer.text() };
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }
}

const isPassing = (status: number): boolean => status === 429 || status >= 500;

/** Milliseconds that a service asks to wait: in seconds, or as Resource Graph has it, in hours, minutes and seconds. */
function waitOf(headers: Headers): number | undefined {
  const seconds = headers.get("retry-after");
  if (seconds !== null && /^\d+$/.test(seconds)) return Number(seconds) * 1000;
  const [, hours, minutes, rest] = /^(\d+):(\d+):(\d+)$/.exec(headers.get("x-ms-user-quota-resets-after") ?? "") ?? [];
  return rest === undefined ? undefined : (Number(hours) * 3600 + Number(minutes) * 60 + Number(rest)) * 1000;
}

function parsed(text: string, status: number): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new RestError(status, "it answers with something that is not JSON");
  }
}

type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * A list of objects in an answer.
 *
 * @param fields texts that each must have
 * @param otherwise what it is where the answer has none; left out: it must have one
 * @throws RestError on anything else, such as an error that is told as an answer
 */
export function listIn<Field extends string>(
  answer: unknown,
  name: string,
  fields: readonly Field[],
  otherwise?: readonly [],
): readonly (Fields & Readonly<Record<Field, string>>)[] {
  if (!isObject(answer)) throw new RestError(200, "it answers with something that is no object");
  const { error, [name]: list = otherwise } = answer;
  if (error !== undefined) throw new RestError(200, messageOf(JSON.stringify({ error })) ?? "it answers with an error");
  const isWhole = (one: unknown) => isObject(one) && fields.every((field) => typeof one[field] === "string");
  if (Array.isArray(list) && list.every(isWhole)) return list as (Fields & Readonly<Record<Field, string>>)[];
  const needed = ["objects", ...(fields.length > 0 ? [`with ${fields.join(" and ")}`] : [])].join(" ");
  throw new RestError(200, `its ${name} is no list of ${needed}`);
}

/**
 * What a call that failed is told as.
 *
 * @param call the right that it needs
 * @throws whatever is no failure of the service
 */
export function failedCall(kind: string, call: string, error: unknown): FailedCall {
  if (error instanceof EndlessError) return { kind, call, message: error.message };
  if (!(error instanceof RestError)) throw error;
  return { kind, call, lacks: error.isRefusal ? call : undefined, message: error.message };
}

/** A text in an answer; undefined where it has none. @throws RestError if it is anything else */
export function textIn(answer: unknown, name: string): string | undefined {
  const text = isObject(answer) ? (answer[name] ?? undefined) : undefined;
  if (text === undefined || typeof text === "string") return text;
  throw new RestError(200, `its ${name} is no text`);
}

/** Both Google's and Azure's errors are `{error: {code, message}}`. */
function messageOf(text: string): string | undefined {
  try {
    const { error } = JSON.parse(text) as { readonly error?: Readonly<Record<"code" | "message", string>> };
    return error && `${error.code}: ${error.message}`.replaceAll(/\s+/g, " ");
  } catch {
    // A proxy on the way answers in words of its own.
    return undefined;
  }
}
