/** Answers of a judge that does not see everything: a question is unknown where its answer hangs on what is not known. */
import type { Value } from "./model";
import { bool } from "./values";

/** True, false, or not known from the input. */
export type Ternary = boolean | "unknown";

export function and(answers: Iterable<Ternary>): Ternary {
  let result: Ternary = true;
  for (const answer of answers) {
    if (answer === false) return false;
    if (answer === "unknown") result = "unknown";
  }
  return result;
}

export function or(answers: Iterable<Ternary>): Ternary {
  let result: Ternary = false;
  for (const answer of answers) {
    if (answer === true) return true;
    if (answer === "unknown") result = "unknown";
  }
  return result;
}

export const not = (answer: Ternary): Ternary => (answer === "unknown" ? answer : !answer);

/** A boolean field whose default is `otherwise`. */
export function flag(value: Value | undefined, otherwise: boolean): Ternary {
  const read = bool(value) ?? otherwise;
  return typeof read === "boolean" ? read : "unknown";
}
