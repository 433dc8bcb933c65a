/** What two deployments in one network or project of the customer's can't both make there. */
import { claimsOf as claimsOnAws } from "./aws/claims";
import { claimsOf as claimsOnAzure } from "./azure/claims";
import type { Problem } from "./checks";
import type { Deployment } from "./deployment";
import { claimsOf as claimsOnGoogle } from "./google/claims";

/** What a deployment makes in a place that others use too, and what that place can hold once only. */
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

/** Nothing for a deployment whose network and project are its own. */
export function claimsOf(deployment: Deployment): readonly Claim[] {
  switch (deployment.cloud) {
    case "aws":
      return claimsOnAws(deployment);
    case "google":
      return claimsOnGoogle(deployment);
    case "azure":
      return claimsOnAzure(deployment);
  }
}
