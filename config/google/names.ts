import type { GoogleDeployment } from "../deployment";
import { digest, fitted } from "../names";

/** Names of what a deployment makes on Google Cloud. Everything derives from the deployment, so that stacks need not read each other's state. */

/** Longest id of a service account. */
const ACCOUNT_ID = 30;

/** Bucket names are unique in all of Google Cloud, so the project's digest is part of them. */
const bucket = ({ name, project }: GoogleDeployment, purpose: string) => `union-${name}-${digest(project)}-${purpose}`;

export const metadataBucket = (deployment: GoogleDeployment) =>
  deployment.objectStore.existing?.metadata ?? bucket(deployment, "metadata");
export const fastRegistrationBucket = (deployment: GoogleDeployment) =>
  deployment.objectStore.existing?.fastRegistration ?? bucket(deployment, "fast-registration");

/** Ids of service accounts. Platform: buckets, secret manager, log read, image push. */
export const platformAccount = ({ name, serviceAccounts }: GoogleDeployment) =>
  idOf(serviceAccounts?.platform) ?? fitted(name, "platform", ACCOUNT_ID);
/** Task pods: buckets only. */
export const taskAccount = ({ name, serviceAccounts }: GoogleDeployment) =>
  idOf(serviceAccounts?.tasks) ?? fitted(name, "task", ACCOUNT_ID);
/** Fluent Bit: writes logs only. */
export const fluentBitAccount = ({ name, serviceAccounts }: GoogleDeployment) =>
  idOf(serviceAccounts?.fluentBit) ?? fitted(name, "fluent-bit", ACCOUNT_ID);
/** Nodes: what a kubelet needs, and image pulls. */
export const nodeAccount = ({ name, serviceAccounts }: GoogleDeployment) =>
  idOf(serviceAccounts?.nodes) ?? fitted(name, "node", ACCOUNT_ID);

/** The id in the e-mail address of an account that is given. */
const idOf = (email: string | undefined) => email?.split("@")[0];

/** Ids of the accounts that are there already. */
export const givenAccounts = ({ serviceAccounts }: GoogleDeployment) =>
  Object.values(serviceAccounts ?? {}).flatMap((email) => idOf(email) ?? []);

/** E-mail address of one of the deployment's service accounts. */
export const accountEmail = ({ project }: Pick<GoogleDeployment, "project">, accountId: string) =>
  `${accountId}@${project}.iam.gserviceaccount.com`;

/** The project's pool of Workload Identity. */
export const workloadPool = ({ project }: Pick<GoogleDeployment, "project">) => `${project}.svc.id.goog`;

/** How IAM names the pods of a Kubernetes service account, by Workload Identity. */
export const workloadIdentityMember = (
  deployment: Pick<GoogleDeployment, "project">,
  namespace: string,
  name: string,
) => `serviceAccount:${workloadPool(deployment)}[${namespace}/${name}]`;

/** Logs of pods: the name of their sink, and the beginning of their log bucket's id, which the generation ends. */
export const podLogs = ({ name }: GoogleDeployment) => `${name}-pods`;
/** Label that Fluent Bit gives its records, whose value is the deployment's name; by it they find their bucket. */
export const POD_LOG_LABEL = "union.ai/deployment";

/** Artifact Registry repository of images that the platform builds. */
export const buildRepository = ({ name }: GoogleDeployment) => `${name}-builds`;
/** Artifact Registry repository that stands for a public registry. */
export const remoteRepository = ({ name }: GoogleDeployment, upstream: string) => `${name}-${upstream}`;

/** Host of the Artifact Registry of a location. */
export const registryHost = (location: string) => `${location}-docker.pkg.dev`;

/** Subnet of the proxies in front of the Kubernetes API, for BYOC, where it is made. */
export const proxySubnet = ({ name }: Pick<GoogleDeployment, "name">) => `${name}-proxies`;

/** Node pool of the cluster's own parts. */
export const SYSTEM_POOL = "system";

/** Beginning of the ids of all secrets that the platform manages. */
export const secretPrefix = ({ name }: GoogleDeployment) => `union-${name}-`;
/** Id of the secret that is made for the client secret. */
export const secretName = (deployment: GoogleDeployment) => `${secretPrefix(deployment)}client-secret`;
/** Secret that holds the client secret, unless one is given: its full name. */
export const clientSecretId = (deployment: GoogleDeployment) =>
  deployment.clientSecretId ?? `projects/${deployment.project}/secrets/${secretName(deployment)}`;
