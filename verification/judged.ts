import type { Deployment } from "../config/deployment";
import type { System } from "./model";
import type { Policy } from "./policy";

/** What an invariant judges: one system, and what is allowed in it. */
export interface Judged {
  /** Endpoints, rules and resources. */
  readonly system: System;
  /** What may come in and go out, what must be open, and the exceptions. */
  readonly policy: Policy;
  /** Set where the input is this package's own output: what it promises beyond what a policy can say. */
  readonly deployment?: Deployment | undefined;
}
