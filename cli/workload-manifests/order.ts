import type { Manifest } from "./manifest";

/**
 * Kinds, first to last: a namespace before all in it, then what guards it, so that no pod is ever open; what pods name
 * before pods; what pods serve after them. A kind that is not here comes before the pods.
 */
const FIRST = [
  "Namespace",
  "NetworkPolicy",
  "ResourceQuota",
  "LimitRange",
  "CustomResourceDefinition",
  "PriorityClass",
  "ServiceAccount",
  "ClusterRole",
  "ClusterRoleBinding",
  "Role",
  "RoleBinding",
  "ConfigMap",
  "Secret",
  "SecretStore",
  "ExternalSecret",
];
const LAST = [
  "Service",
  "Deployment",
  "DaemonSet",
  "StatefulSet",
  "Job",
  "CronJob",
  "PodDisruptionBudget",
  "MutatingWebhookConfiguration",
  "ValidatingWebhookConfiguration",
];

/** Manifests in an order that applies. */
export function inOrder(manifests: readonly Manifest[]): Manifest[] {
  return [...manifests].sort((one, other) => rank(one) - rank(other));
}

function rank({ kind }: Manifest): number {
  const first = FIRST.indexOf(kind);
  if (first >= 0) return first;
  return FIRST.length + 1 + LAST.indexOf(kind);
}
