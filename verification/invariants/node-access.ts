/**
 * `node-access`. Document: "Outbound-only model": there are no listening services on the customer's network.
 *
 * Who rules a node rules every pod on it, whatever NetworkPolicies and roles say. Two things come near: a privileged
 * container, which is root of its node unless its pod has a user namespace (Kubernetes, "User Namespaces":
 * `hostUsers: false`), and the right to speak to kubelets through the Kubernetes API, `nodes/proxy`, by which commands
 * run in any container. That right may be had for pages that tell metrics, or be taken with all that lies in no namespace, as
 * an admission policy says it in exactly this package's words: no other words are understood.
 *
 * AWS Systems Manager is a third: its agent on a node, which EKS's images have, opens sessions as root to whoever the
 * account lets start them, once the node's role may open channels
 * (https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-getting-started-instance-profile.html).
 */
import { checkedByClouds } from "../clouds/index";
import type { Invariant } from "./invariant";

export const invariant: Invariant = {
  id: "node-access",
  title: "No pod rules its node, and nobody speaks to kubelets but for their metrics.",
  paragraph: "Outbound-only model",
  remedy: "Give a privileged pod a user namespace; bind the right to 'nodes/proxy' to metrics by an admission policy.",
  check: (judged) => checkedByClouds("node-access", judged),
};
