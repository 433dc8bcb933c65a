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
  /** Whether what it is about may lead from one system of an input to another: then all are judged as one. Default: no. */
  readonly isAcross?: boolean;
  /** Whether it holds or not by what the policy says. Default: whatever that says. */
  readonly asksPolicy?: boolean;
  /** Whether all is said that it asks of the policy and the deployment. Default: it asks nothing. */
  readonly isAnswered?: (judged: Judged) => boolean;
  /** A problem for each violation, and for each thing that it needs and could not read. */
  check(judged: Judged): Iterable<Problem>;
}
