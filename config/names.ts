import type { AwsDeployment, Deployment } from "./deployment";

/** Names of what a deployment makes. Everything derives from its name, so that stacks need not read each other's state. */

/** The infrastructure stack's name. */
export const infrastructureStack = ({ name }: Deployment) => name;
/** The Kubernetes stack's name. */
export const workloadsStack = ({ name }: Deployment) => `${name}-workloads`;

/** Where a stack's state lies; equal for no two stacks. */
export function stateKey(deployment: Deployment): string {
  const { state } = deployment;
  return state.backend === "s3"
    ? `s3://${state.bucket}/${state.key ?? deployment.name}`
    : `${state.directory}/${deployment.name}`;
}

/** The cluster's name, which is also what the control plane calls it. */
export const clusterName = ({ name }: Deployment) => name;

export const metadataBucket = ({ name, account, objectStore }: AwsDeployment) =>
  objectStore.existing?.metadata ?? `union-${name}-${account}-metadata`;
export const fastRegistrationBucket = ({ name, account, objectStore }: AwsDeployment) =>
  objectStore.existing?.fastRegistration ?? `union-${name}-${account}-fast-registration`;

/** Platform identity: buckets, secret manager, log read. */
export const platformRole = ({ name }: AwsDeployment) => `${name}-platform`;
/** Task pods' identity: buckets only. */
export const taskRole = ({ name }: AwsDeployment) => `${name}-task`;
/** Fluent Bit's identity: writes the task log group only. */
export const fluentBitRole = ({ name }: AwsDeployment) => `${name}-fluent-bit`;
/** The cluster autoscaler's identity: sizes this cluster's pools only. */
export const autoscalerRole = ({ name }: AwsDeployment) => `${name}-autoscaler`;

export const roleArn = ({ account }: AwsDeployment, role: string) => `arn:aws:iam::${account}:role/${role}`;

/** Log group of task and platform pods' logs. */
export const taskLogGroup = ({ name }: Deployment) => `/union/${name}/pods`;

/** ECR repository of images that the platform builds. */
export const buildRepository = ({ name }: AwsDeployment) => `union/${name}/builds`;
/** Prefix of the ECR pull-through caches. */
export const pullThroughPrefix = ({ name }: AwsDeployment) => `${name}`;

/** Beginning of the names of all secrets that the platform manages. */
export const secretPrefix = ({ name }: AwsDeployment) => `union/${name}/`;
/** Beginning of the names of the secrets that users of the organization create through the control plane. */
export const userSecretPrefix = ({ organization }: AwsDeployment) => `u__org__${organization}__`;
/** Secrets Manager secret that holds the client secret, unless one is given. */
export const clientSecretName = (deployment: AwsDeployment) => `${secretPrefix(deployment)}client-secret`;

/** Namespaces and service accounts, as trust policies and manifests both name them. */
export const PLATFORM_NAMESPACE = "union";
export const AUTOSCALER_NAMESPACE = "union-autoscaler";
export const PLATFORM_SERVICE_ACCOUNT = "union-system";
export const TASK_SERVICE_ACCOUNT = "union";
export const TASK_NAMESPACE_SERVICE_ACCOUNT = "default";
export const FLUENT_BIT_SERVICE_ACCOUNT = "fluentbit-system";
export const AUTOSCALER_SERVICE_ACCOUNT = "cluster-autoscaler";

/**
 * Fluent Bit's namespace: one of its own, since it mounts the nodes' logs, which Pod Security forbids beside the
 * platform. Union's chart has it beside the platform.
 */
export const fluentBitNamespace = ({ workloads }: Deployment) =>
  workloads === "chart" ? PLATFORM_NAMESPACE : "union-fluent-bit";

/** Every (namespace, service account) of the task pods. */
export function taskServiceAccounts({
  taskNamespaces,
}: Deployment): { readonly namespace: string; readonly name: string }[] {
  return [
    { namespace: PLATFORM_NAMESPACE, name: TASK_SERVICE_ACCOUNT },
    ...taskNamespaces.map((namespace) => ({ namespace, name: TASK_NAMESPACE_SERVICE_ACCOUNT })),
  ];
}
