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

/** The name of the deployment that a stack is of by its own name, if it is of any. */
export const deploymentOfStack = (stack: string): string => stack.replace(/-workloads$/, "");

/** Account, project or subscription: whatever a cloud calls the place that it bills, and that names are made in. */
export function accountOf(deployment: Deployment): string {
  switch (deployment.cloud) {
    case "aws":
      return deployment.account;
    case "google":
      return deployment.project;
    case "azure":
      return deployment.subscription;
  }
}

/**
 * Where a deployment's states lie in their bucket or folder. It names account and region, below whatever key the
 * deployment gives: with another of them Terraform would find nothing of what the state holds, forget it, and make all
 * anew, while what runs goes on running and costing. So another place has a state of its own.
 */
export function stateFolder(deployment: Deployment): string {
  const { name, state, cloudRegion } = deployment;
  const given = ("key" in state && state.key) || ("prefix" in state && state.prefix) || name;
  return `${given}/${accountOf(deployment)}/${cloudRegion}`;
}

/** Where a deployment's states lie in all the world; equal for no two deployments. */
export function stateKey(deployment: Deployment): string {
  const { state } = deployment;
  const folder = stateFolder(deployment);
  switch (state.backend) {
    case "local":
      return `${state.directory}/${folder}`;
    case "s3":
      return `s3://${state.bucket}/${folder}`;
    case "gcs":
      return `gs://${state.bucket}/${folder}`;
    case "azurerm":
      return `azurerm://${state.storageAccount}/${state.container}/${folder}`;
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

/** Who a service account is to the Kubernetes API, and the subject of its tokens. */
export const serviceAccountUser = (namespace: string, name: string) => `system:serviceaccount:${namespace}:${name}`;

/** Namespaces where task pods run. */
export const namespacesOfTasks = ({ taskNamespaces: given }: Deployment): readonly string[] =>
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
