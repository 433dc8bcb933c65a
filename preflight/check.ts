/** What a preflight asks before an apply, whichever the cloud. Every look is a call that changes nothing. */
import type { FailedCall } from "../account/account";

/** What is asked, in the order of the answers. Each cloud answers all of them. */
export const CONCERNS = [
  "identity",
  "services",
  "quotas",
  "machines",
  "versions",
  "names",
  "network",
  "endpoints",
  "keys",
  "images",
  "client-secret",
  "inside",
] as const;
export type Concern = (typeof CONCERNS)[number];

/** What came of one look. */
export interface Answer {
  /** Unknown: it could not be told, which is no pass. */
  readonly status: "ok" | "fails" | "unknown";
  /** What was found. */
  readonly found: string;
  /** What to do about it; undefined where it holds. */
  readonly remedy?: string | undefined;
}

/** One thing that must hold. */
export interface Check {
  /** What it is about, as a reader knows it: `Elastic IPs`, `bucket union-acme-metadata`. */
  readonly about: string;
  /** @throws UntoldError where the cloud does not tell */
  readonly look: () => Promise<Answer>;
}

/** What must hold, by what it concerns; a concern that is left out has nothing to ask. */
export type Checks = Readonly<Partial<Record<Concern, readonly Check[]>>>;

/** One line of the answer. */
export interface Line extends Answer {
  readonly concern: Concern;
  readonly about: string;
}

export const holds = (found: string): Answer => ({ status: "ok", found });
export const fails = (found: string, remedy: string): Answer => ({ status: "fails", found, remedy });
export const unknown = (found: string, remedy: string): Answer => ({ status: "unknown", found, remedy });

/** The cloud did not tell what a check rests on. */
export class UntoldError extends Error {
  override readonly name = "UntoldError";

  constructor(readonly failed: Omit<FailedCall, "kind">) {
    super(failed.message);
  }
}

/**
 * Looks at everything, one check after the other. Where the identity is not the one that is needed, nothing else is
 * looked at: what another account tells says nothing of this one.
 *
 * @param tell gets each line as it comes
 */
export async function preflight(checks: Checks, tell: (line: Line) => void = () => undefined): Promise<Line[]> {
  const lines: Line[] = [];
  for (const concern of CONCERNS) {
    const isOther = lines.some((line) => line.concern === "identity" && line.status !== "ok");
    for (const { about, look } of checks[concern] ?? []) {
      const answer = isOther && concern !== "identity" ? notLookedAt : await answerOf(look);
      const line = { concern, about, ...answer };
      tell(line);
      lines.push(line);
    }
  }
  return lines;
}

const notLookedAt = unknown("not looked at: the identity is not the one that is needed", "use the one that is");

async function answerOf(look: Check["look"]): Promise<Answer> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof UntoldError)) throw error;
    const { call, lacks, message } = error.failed;
    return lacks === undefined
      ? unknown(`${call} failed (${message})`, "look by hand, or run it again")
      : unknown(`${call} was refused (${message})`, `give the identity the right ${lacks}`);
  }
}

/** One call for several checks: asked at the first of them. */
export function once<Told>(ask: () => Promise<Told>): () => Promise<Told> {
  let told: Promise<Told> | undefined;
  return () => (told ??= ask());
}
