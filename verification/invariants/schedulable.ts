/**
 * `schedulable`. Document: "Direct gRPC connection": "TaskAction polling, scheduling decisions, and reconciliation".
 *
 * A data plane whose pods wait for a node for ever does nothing. Every pod finds a pool of nodes of the input whose
 * taints it tolerates, whose labels it selects and whose machines have room for what it requests; a DaemonSet runs on
 * all nodes that it selects. So do the parts of a cluster that its cloud starts by itself.
 *
 * In a deployment of this package, so does a task as the lease worker makes it, where the input holds that: interruptible or not, and with GPUs where
 * there are some, which a device plugin makes a resource of each node that has them; and none runs on nodes of the
 * platform's services.
 *
 * Other inputs are judged where all their nodes are of pools of the input.
 */
import { checkedByClouds } from "../clouds/index";
import type { Invariant } from "./invariant";

export const invariant: Invariant = {
  id: "schedulable",
  title: "Every pod finds nodes that it may run on, and tasks run on nodes for tasks only.",
  paragraph: "Direct gRPC connection: action lifecycle",
  remedy: "Let the pod tolerate and select a pool of nodes that has room for it.",
  check: (judged) => checkedByClouds("schedulable", judged),
};
