import type { Deployment } from "../../config/deployment";
import type { Counterexample, Finding, Location, Resource, System } from "../model";
import type { Policy } from "../policy";

/** What an invariant judges: one system, and what is allowed in it. */
export interface Judged {
  readonly system: System;
  readonly policy: Policy;
  /** Set where the input is this package's own output: what it promises beyond what a policy can say. */
  readonly deployment?: Deployment | undefined;
}

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

/** A finding before its invariant's id and remedy are added. */
export interface Problem {
  readonly status: Finding["status"];
  readonly resource: string;
  readonly location: Location;
  readonly message: string;
  readonly counterexample?: Counterexample | undefined;
  /** Digest (`extentOf`) of all that it stands for, where the message shows a part of that. */
  readonly extent?: string | undefined;
  /** Where it differs from the invariant's own. */
  readonly remedy?: string;
}

/** A problem of one resource, at one of its fields. */
export function problemAt(
  resource: Resource,
  path: readonly (string | number)[],
  status: Finding["status"],
  message: string,
  extent?: string,
): Problem {
  return {
    status,
    resource: resource.address,
    location: resource.locate(path),
    message,
    ...(extent !== undefined && { extent }),
  };
}
