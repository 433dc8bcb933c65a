import type { Judged } from "../judged";
import type { Problem } from "../problem";

/**
 * One property of the outbound-only model, named by a stable id. `check` returns a finding for each violation and for
 * each thing that it needs and could not read; nothing else counts as holding.
 */
export interface Invariant {
  /** Kebab-case; what `--only` and exceptions name it by. */
  readonly id: string;
  /** One sentence that is true where the invariant holds. */
  readonly title: string;
  /** The document's paragraph that it implements. */
  readonly paragraph: string;
  /** What to do about a violation, as one imperative sentence. */
  readonly remedy: string;
  check(judged: Judged): Iterable<Problem>;
}
