/**
 * `pod-security`. Document: "Outbound-only model": there are no listening services on the customer's network; what a pod
 * may do to its node decides whether that, and every NetworkPolicy, holds.
 *
 * Admission refuses a pod that its namespace's level forbids, for ever and without a word in any plan: so each pod
 * template of the input must pass, as the API server gets it. In a deployment of this package each namespace enforces a
 * level, and the strictest that its pods pass: a laxer one admits what nobody asked for, such as folders, ports and
 * namespaces of the node.
 */
import { checkedByClouds } from "../clouds/index";
import type { Invariant } from "./invariant";

export const invariant: Invariant = {
  id: "pod-security",
  title:
    "Every pod passes the Pod Security level that its namespace enforces, and no level is laxer than its pods need.",
  paragraph: "Outbound-only model",
  remedy: "Have the pods give up what the level forbids, or give the namespace the level that they need.",
  check: (judged) => checkedByClouds("pod-security", judged),
};
