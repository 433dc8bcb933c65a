import { createHash } from "node:crypto";
import { CONNECTORS } from "./components";
import type { Deployment } from "./deployment";

/** Names of what a deployment makes. Everything derives from its name, so that stacks need not read each other's state. */

/** The infrastructure stack's name. */
export const infrastructureStack = ({ name }: Deployment) => name;
/** The Kubernetes stack's name. */
export const workloadsStack = ({ name }: Deployment) => `${name}-workloads`;
/** Names of a deployment's stacks, each before those that build on it. */
export const stacksOf = (deployment: Deployment): readonly string[] => [
  infrastructureStack(deployment),
  workloadsStack(deployment),
];

/** Where a stack's state lies; equal for no two stacks. */
export function stateKey({ name, state }: Deployment): string {
  switch (state.backend) {
    case "local":
      return `${state.directory}/${name}`;
    case "s3":
      return `s3://${state.bucket}/${state.key ?? name}`;
    case "gcs":
      return `gs://${state.bucket}/${state.prefix ?? name}`;
    case "azurerm":
      return `azurerm://${state.storageAccount}/${state.container}/${state.key ?? name}`;
  }
}

/** The cluster's name, which is also what the control plane calls it. */
export const clusterName = ({ name }: Deployment) => name;

/** Namespaces and service accounts, as trust policies and manifests both name them. */
export const PLATFORM_NAMESPACE = "union";
export const AUTOSCALER_NAMESPACE = "union-autoscaler";
/** One of its own, since Fluent Bit mounts the nodes' logs, which Pod Security forbids beside the platform. */
export const FLUENT_BIT_NAMESPACE = "union-fluent-bit";
export const DEVICE_PLUGIN_NAMESPACE = "union-device-plugin";
export const IMAGE_BUILDER_NAMESPACE = "union-image-builder";
export const PLATFORM_SERVICE_ACCOUNT = "union-system";
export const TASK_SERVICE_ACCOUNT = "union";
export const TASK_NAMESPACE_SERVICE_ACCOUNT = "default";
/** Namespace of a task's pods, as the platform's configuration writes it: its binaries fill in project and domain. */
export const namespaceTemplate = ({ taskNamespaces }: Deployment) =>
  taskNamespaces.length === 0 ? PLATFORM_NAMESPACE : "{{ project }}-{{ domain }}";
export const FLUENT_BIT_SERVICE_ACCOUNT = "fluentbit-system";
export const AUTOSCALER_SERVICE_ACCOUNT = "cluster-autoscaler";
export const IMAGE_BUILDER_SERVICE_ACCOUNT = "union-imagebuilder";

/** Namespaces where task pods run. */
export const taskNamespaces = ({ taskNamespaces: given }: Deployment): readonly string[] =>
  given.length > 0 ? given : [PLATFORM_NAMESPACE];

/** Every (namespace, service account) of the task pods, and of the connectors that do their work. */
export function taskServiceAccounts({
  taskNamespaces,
  components,
}: Deployment): { readonly namespace: string; readonly name: string }[] {
  return [
    { namespace: PLATFORM_NAMESPACE, name: TASK_SERVICE_ACCOUNT },
    ...(components.connectors ? [{ namespace: PLATFORM_NAMESPACE, name: CONNECTORS }] : []),
    ...taskNamespaces.map((namespace) => ({ namespace, name: TASK_NAMESPACE_SERVICE_ACCOUNT })),
  ];
}

/** Beginning of the names of the secrets that users of the organization create through the control plane. */
export const userSecretPrefix = ({ organization }: Deployment) => `u__org__${organization}__`;
/** Annotation of manifests that `dataplane manifests` prints: the deployment whose workloads they are. */
export const DEPLOYMENT_ANNOTATION = "union.ai/deployment";

/** Eight hexadecimal digits that stay the same for the same `parts`, for names that must be unique in all the world. */
export const digest = (...parts: readonly string[]) =>
  createHash("sha256").update(parts.join("/")).digest("hex").slice(0, 8);

/** `NAME-SUFFIX` in at most `most` characters: a name that is too long is cut and told apart by four digits. */
export function fitted(name: string, suffix: string, most: number): string {
  const whole = `${name}-${suffix}`;
  if (whole.length <= most) return whole;
  const cut = name.slice(0, most - suffix.length - 6).replace(/-+$/, "");
  return `${cut}-${digest(name).slice(0, 4)}-${suffix}`;
}
