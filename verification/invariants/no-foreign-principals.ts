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
import { checkedByClouds } from "../clouds/index";
import type { Invariant } from "./invariant";

export const invariant: Invariant = {
  id: "no-foreign-principals",
  title: "Credentials and resources of another account can't be used from inside, through what egress leaves open.",
  paragraph: "Egress configuration",
  remedy:
    "Bind what leads to the cloud's APIs to this account: endpoints' policies, a service perimeter, private endpoints.",
  isAnswered: ({ deployment }) => deployment !== undefined,
  check: (judged) => checkedByClouds("no-foreign-principals", judged),
};
