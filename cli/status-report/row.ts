/** One row of `dataplane status`. */

export type Verdict = "well" | "not well" | "unknown";

export interface Row {
  readonly subject: string;
  readonly verdict: Verdict;
  /** One sentence. */
  readonly detail: string;
}

export const row = (subject: string, verdict: Verdict, detail: string): Row => ({ subject, verdict, detail });

export const judged = (subject: string, isWell: boolean, detail: string): Row =>
  row(subject, isWell ? "well" : "not well", detail);

const DAY = 24 * 60 * 60 * 1000;

/** Whole days. */
export const daysSince = (then: Date, now: Date): number => Math.floor((now.getTime() - then.getTime()) / DAY);

/** Well where it is of so many days at most; not a number of days is no such age. */
export const aged = (subject: string, what: string, age: number, most: number): Row =>
  judged(subject, age <= most, `${what}, ${age} days ago (at most ${most})`);
