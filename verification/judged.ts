import type { Deployment } from "../config/deployment";
import type { System } from "./model";
import type { Policy } from "./policy";

/** What an invariant judges: one system, and what is allowed in it. */
export interface Judged {
  readonly system: System;
  readonly policy: Policy;
  /** Set where the input is this package's own output: what it promises beyond what a policy can say. */
  readonly deployment?: Deployment | undefined;
}
