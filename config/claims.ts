/** What two deployments in one network of the customer's can't both make there. */
import { claimOf as claimOnAws } from "./aws/claims";
import type { Problem } from "./checks";
import type { Deployment } from "./deployment";

/** What a deployment makes in a network that it is given, and what that network can hold once only. */
export interface Claim {
  /** Field that names the network. */
  readonly path: Problem["path"];
  /** The network, as the field names it or by its full name. */
  readonly network: string;
  /** Each thing that is made, in words: equal words of two deployments are one thing. */
  readonly makes: readonly string[];
  /** How two deployments can share them. */
  readonly allowed: string;
}

/** Undefined for a deployment whose network is its own. */
export function claimOf(deployment: Deployment): Claim | undefined {
  switch (deployment.cloud) {
    case "aws":
      return claimOnAws(deployment);
    case "google":
    case "azure":
      return undefined;
  }
}
