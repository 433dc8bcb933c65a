/**
 * `cluster-ip-only`. Document: "Verification": services "should be ClusterIP type or, if LoadBalancer, should serve only
 * Apps & Serving endpoints".
 *
 * Nothing in the cluster listens outside of it. In a deployment of this package each namespace refuses services that
 * would, whoever makes them: by a quota of none.
 */
import { checkedByClouds } from "../clouds/index";
import type { Invariant } from "./invariant";

export const invariant: Invariant = {
  id: "cluster-ip-only",
  title: "Every service is of type ClusterIP; only Apps & Serving may have a load balancer.",
  paragraph: "Verification: Outbound-only model",
  remedy: "Make the service ClusterIP; what must be reached from outside comes through the tunnel.",
  check: (judged) => checkedByClouds("cluster-ip-only", judged),
};
