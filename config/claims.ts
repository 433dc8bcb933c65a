/** What two deployments in one network or project of the customer's can't both make there. */
import { claimsOf as claimsOnAws } from "./aws/claims";
import { claimsOf as claimsOnAzure } from "./azure/claims";
import type { Deployment } from "./deployment";
import { claimsOf as claimsOnGoogle } from "./google/claims";
import type { Claim } from "./claim";

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
