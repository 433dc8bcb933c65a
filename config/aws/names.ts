import type { AwsDeployment } from "../deployment";

/** Names of what a deployment makes on AWS. Everything derives from the deployment, so that stacks need not read each other's state. */

export const metadataBucket = ({ name, account, objectStore }: AwsDeployment) =>
  objectStore.existing?.metadata ?? `union-${name}-${account}-metadata`;
export const fastRegistrationBucket = ({ name, account, objectStore }: AwsDeployment) =>
  objectStore.existing?.fastRegistration ?? `union-${name}-${account}-fast-registration`;

// Names of roles are without the prefix of `roleName`.

/** Platform identity: buckets, secret manager, log read. */
export const platformRole = ({ name }: AwsDeployment) => `${name}-platform`;
/** Task pods' identity: buckets only. */
export const taskRole = ({ name }: AwsDeployment) => `${name}-task`;
/** Fluent Bit's identity: writes the task log group only. */
export const fluentBitRole = ({ name }: AwsDeployment) => `${name}-fluent-bit`;
/** The cluster autoscaler's identity: sizes this cluster's pools only. */
export const autoscalerRole = ({ name }: AwsDeployment) => `${name}-autoscaler`;

/** The whole name of a role: every one begins as the account demands. */
export const roleName = ({ roleNamePrefix }: AwsDeployment, role: string) => roleNamePrefix + role;
export const roleArn = (deployment: AwsDeployment, role: string) =>
  `arn:aws:iam::${deployment.account}:role${deployment.rolePath}${roleName(deployment, role)}`;

/** Beginning of the names of the log groups that a deployment makes. */
const logFolder = (name: string) => `/union/${name}`;
/** Beginning of the names of the log groups of an EKS cluster, which EKS chooses. */
const clusterLogFolder = (name: string) => `/aws/eks/${name}`;
/** Log group of task and platform pods' logs. */
export const taskLogGroup = ({ name }: Pick<AwsDeployment, "name">) => `${logFolder(name)}/pods`;
/** Log group of the network's flow logs. */
export const flowLogGroup = ({ name }: Pick<AwsDeployment, "name">) => `${logFolder(name)}/flow-logs`;
/** Log group of the cluster's control plane. */
export const clusterLogGroup = ({ name }: Pick<AwsDeployment, "name">) => `${clusterLogFolder(name)}/cluster`;
/** Patterns of the names of all of these. */
export const logGroups = ({ name }: Pick<AwsDeployment, "name">): readonly string[] =>
  [logFolder(name), clusterLogFolder(name)].map((folder) => `${folder}/*`);

export const bucketArn = (name: string) => `arn:aws:s3:::${name}`;
/** The bucket that ECR hands out image layers from: https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html */
export const layerBucketArn = (region: string) => bucketArn(`prod-${region}-starport-layer-bucket`);

/** A service as VPC endpoints and prefix lists name it. */
export const serviceName = (region: string, service: string) => `com.amazonaws.${region}.${service}`;

/** Host of an account's registry in a region. */
export const registryHost = (account: string, region: string) => `${account}.dkr.ecr.${region}.amazonaws.com`;

/** ECR repository of images that the platform builds. */
export const buildRepository = ({ name }: AwsDeployment) => `union/${name}/builds`;
/** Prefix of the ECR pull-through caches. */
export const pullThroughPrefix = ({ name }: AwsDeployment) => name;

/** Beginning of the names of all secrets that the platform manages. */
export const secretPrefix = ({ name }: AwsDeployment) => `union/${name}/`;
/** Secrets Manager secret that holds the client secret, unless one is given. */
export const clientSecretName = (deployment: AwsDeployment) => `${secretPrefix(deployment)}client-secret`;
