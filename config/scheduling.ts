/** Which pods run on which nodes: the same labels, taints and tolerations in node pools, workloads and chart values. */

/** Label and taint of every node of a pool: what the pool is for. */
export const NODE_ROLE = "union.ai/node-role";

export type NodeRole = "services" | "worker";

/** A toleration as Kubernetes writes it. */
export interface Toleration {
  readonly key: string;
  readonly operator: "Equal" | "Exists";
  readonly value?: string;
  readonly effect: "NoSchedule";
}

/** Lets a pod onto the nodes of a role. */
export const roleToleration = (role: NodeRole): Toleration => ({
  key: NODE_ROLE,
  operator: "Equal",
  value: role,
  effect: "NoSchedule",
});

/** Leads a pod to the nodes of a role. */
export const roleSelector = (role: NodeRole): Readonly<Record<string, string>> => ({ [NODE_ROLE]: role });
