/**
 * `no-foreign-principals`. Document: "Egress configuration": what egress leaves open to the cloud's own APIs is no way
 * out for data, which it would be for whoever brings credentials of another account into a pod.
 *
 * Each cloud bounds it in its own way, and where one does not, its deployments imply an exception that every report lists:
 * - AWS: the policy of each VPC endpoint admits this account's principals, or speaks of this account's resources alone;
 *   and no role of pods may write to what is another account's.
 * - Google: restricted.googleapis.com bounds which APIs are reached, and a service perimeter whose resources.
 * - Azure: a private endpoint leads to one resource. A service tag leads to every tenant's: those of Microsoft's own
 *   parts hold nothing of customers', all others may.
 */
import type { Deployment } from "../../config/deployment";
import { judgeAwsPrincipals } from "../clouds/aws/principals";
import { judgeGooglePerimeter } from "../clouds/google/perimeter";
import { judgeAzureTenants } from "../clouds/azure/tenants";
import type { System } from "../model";
import type { Invariant, Problem } from "./invariant";

export const invariant: Invariant = {
  id: "no-foreign-principals",
  title: "Credentials and resources of another account can't be used from inside, through what egress leaves open.",
  paragraph: "Egress configuration",
  remedy:
    "Bind what leads to the cloud's APIs to this account: endpoints' policies, a service perimeter, private endpoints.",
  *check({ system, deployment }) {
    if (deployment) yield* judge(system, deployment);
  },
};

function judge(system: System, deployment: Deployment): Iterable<Problem> {
  switch (deployment.cloud) {
    case "aws":
      return judgeAwsPrincipals(system, deployment);
    case "google":
      return judgeGooglePerimeter(system, deployment);
    case "azure":
      return judgeAzureTenants(system, deployment);
  }
}
