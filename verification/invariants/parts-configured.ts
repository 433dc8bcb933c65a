/**
 * `parts-configured`. Document: "Direct gRPC connection" ("action lifecycle", "event reporting").
 *
 * In a deployment of this package, each part that a run needs is told of the deployment (control plane, organization,
 * cluster, buckets, namespaces) and of the other parts by names that lead to them: services with their ports, the
 * template of task pods and its account in each namespace of tasks, the client secret where it is mounted. The pod webhook
 * is registered for the pods of tasks, and stops those that it could not give their secrets.
 *
 * Of a deployment by Union's chart that is asked of a render of it, which has the same settings; without one, nothing is
 * known of them. Whether a part is there at all is judged by `required-paths`.
 */
import { checkedByClouds } from "../clouds/index";
import type { Invariant } from "./invariant";

export const invariant: Invariant = {
  id: "parts-configured",
  title: "Every part that a run needs is told of this deployment, and of the others by names that lead to them.",
  paragraph: "Direct gRPC connection: action lifecycle",
  remedy: "Give the part the setting that this package writes.",
  check: (judged) => checkedByClouds("parts-configured", judged),
};
