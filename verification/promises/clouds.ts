/** What each cloud adds to the promises of a deployment: the one place that lists them. */
import type { Cloud, Deployment } from "../../config/deployment";
import { givenOnAws } from "../clouds/aws/given";
import { awsTerms } from "../clouds/aws/terms";
import { givenOnAzure } from "../clouds/azure/given";
import { azureTerms } from "../clouds/azure/terms";
import { givenOnGoogle } from "../clouds/google/given";
import { googleTerms } from "../clouds/google/terms";
import type { Terms } from "./deployment-policy/terms";
import type { Given } from "./given";

interface CloudPromises<D extends Deployment = Deployment> {
  /** How its own parts are called, and what they need. */
  terms(deployment: D): Terms;
  /** What the customer brings, of which the deployment is the only source. */
  given(deployment: D): readonly Given[];
}

const CLOUDS: { readonly [C in Cloud]: CloudPromises<Extract<Deployment, { cloud: C }>> } = {
  aws: { terms: awsTerms, given: givenOnAws },
  google: { terms: googleTerms, given: givenOnGoogle },
  azure: { terms: azureTerms, given: givenOnAzure },
};

/** What the deployment's own cloud adds. */
export const promisesOf = ({ cloud }: Deployment): CloudPromises => CLOUDS[cloud];
