/**
 * `private-api-endpoint`. Document: "Communication paths", row "Union.ai to Customer Kubernetes API (BYOC only)", and
 * "Outbound-only model": no listening service that can be reached from outside.
 *
 * The Kubernetes API of every managed cluster has a private address only. A public endpoint that is narrowed to some
 * addresses is still a public one. A cluster's defaults are public on every cloud, so what is left out does not hold.
 *
 * In a deployment of this package, what offers a private connection to others (AWS PrivateLink, Google Private Service
 * Connect, Azure Private Link) exists only where the deployment declares `privateManagement`, with exactly its
 * principals, each of whose connections a person must accept.
 */
import { checkedByClouds } from "../clouds/index";
import type { Invariant } from "./invariant";

export const invariant: Invariant = {
  id: "private-api-endpoint",
  title: "The Kubernetes API has a private endpoint only, and no connection to it is offered but a declared one.",
  paragraph: 'Communication paths, "Union.ai to Customer Kubernetes API (BYOC only)"',
  remedy:
    "Switch the cluster's public endpoint off and its private one on; declare a management connection in the deployment.",
  check: (judged) => checkedByClouds("private-api-endpoint", judged),
};
