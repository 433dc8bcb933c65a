import { InputError } from "../verification/input-error";
import type { Report } from "../verification/verify";

/** What the exit code of a verdict means. */
export const EXIT_CODES =
  "\nExit code: 0, every invariant holds; 1, one is violated or unknown; 2, the input can't be used, or holds nothing to judge.";

/** The option by which an empty input is meant. */
export const ALLOW_EMPTY = ["--allow-empty", "let an input pass in which nothing has an address or a rule"] as const;

/** The exit code that a verdict stands for. @throws InputError where nothing was judged, unless that is meant */
export function exitCodeOf({ verdict, empty }: Report, paths: readonly string[], allowEmpty: boolean): number {
  if (verdict === "fail") return 1;
  if (empty && !allowEmpty) {
    const message = "holds nothing to judge: nothing in it has an address or a rule (--allow-empty lets that pass)";
    throw new InputError(paths.join(", "), 0, message);
  }
  return 0;
}
