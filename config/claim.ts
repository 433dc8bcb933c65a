/** What a deployment makes in a place that others use too, and what that place can hold once only. */
import type { Problem } from "./problem";

export interface Claim {
  /** Field that names the place, or has it make things there. */
  readonly path: Problem["path"];
  readonly what: "network" | "project";
  /** The place, as the field names it or by its full name. */
  readonly place: string;
  /** Each thing that is made, in words: equal words of two deployments are one thing. */
  readonly makes: readonly string[];
  /** How two deployments can share them. */
  readonly allowed: string;
}
