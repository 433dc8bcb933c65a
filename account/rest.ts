/** Calls of a cloud's own API over HTTP, of one that publishes it as JSON: each with its token, until it is answered. */
import { setTimeout as wait } from "node:timers/promises";

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
      if (!(answer instanceof Response)) {
        if (tried === MOST_TRIES) throw new RestError(0, answer.message);
        await wait(FIRST_WAIT * 2 ** (tried - 1));
        continue;
      }
      const text = await answer.text();
      if (answer.ok) return parsed(text, answer.status);
      if (!isPassing(answer.status) || tried === MOST_TRIES) {
        throw new RestError(answer.status, messageOf(text, answer.status));
      }
      await wait(Math.min(waitOf(answer.headers) ?? FIRST_WAIT * 2 ** (tried - 1), LONGEST_WAIT));
    }
  }

  private async try(url: string, body: object | undefined): Promise<Response | Error> {
    const headers = { authorization: `Bearer ${await this.token()}`, "content-type": "application/json" };
    const sent = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
    return fetch(url, { headers, ...sent, redirect: "error", signal: AbortSignal.timeout(PATIENCE) }).catch(
      (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
    );
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

/** Both Google's and Azure's errors are `{error: {code, message}}`. */
function messageOf(text: string, status: number): string {
  try {
    const { error } = JSON.parse(text) as { readonly error?: Readonly<Record<"code" | "message", string>> };
    if (error !== undefined) return `${error.code}: ${error.message}`.replaceAll(/\s+/g, " ");
  } catch {
    // A proxy on the way answers in words of its own.
  }
  return `status ${status}`;
}
