import type { Report } from "../verification/verify";

/** What the exit code of a verdict means. */
export const EXIT_CODES =
  "\nExit code: 0, every invariant holds; 1, one is violated or unknown; 2, the input can't be used, or holds nothing to judge.";

/** The exit code that a verdict stands for. */
export function exitCodeOf({ verdict, empty }: Report, allowEmpty = false): number {
  if (verdict === "fail") return 1;
  return empty && !allowEmpty ? 2 : 0;
}
