/** The identities of a deployment: whose each is, and which rights it has on what. */
import type { GoogleDeployment } from "../../../config/deployment";
import { fluentBitAccount, nodeAccount, platformAccount, taskAccount } from "../../../config/google/names";
import {
  FLUENT_BIT_SERVICE_ACCOUNT,
  FLUENT_BIT_NAMESPACE,
  PLATFORM_NAMESPACE,
  PLATFORM_SERVICE_ACCOUNT,
  taskServiceAccounts,
} from "../../../config/names";

/** What a grant is on: the type of its resource, less `_iam_member` and the like. */
export const ACCOUNT = "google_service_account";
export const BUCKET = "google_storage_bucket";
export const REPOSITORY = "google_artifact_registry_repository";
export const PROJECT = "google_project";
export const LOG_VIEW = "google_logging_log_view";

/** One right of an identity. */
interface Right {
  readonly on: string;
  /** A role of Google's, or every permission that a role of the customer's own may have. */
  readonly role: string | RegExp;
  /** Whether it must be narrowed to the deployment's own secrets. */
  readonly ownSecrets?: true;
}

export interface Identity {
  readonly account: (deployment: GoogleDeployment) => string;
  /** Kubernetes service accounts that are it; nodes have none. */
  readonly workloads: (
    deployment: GoogleDeployment,
  ) => readonly { readonly namespace: string; readonly name: string }[];
  readonly rights: readonly Right[];
  /** Further rights, where the deployment builds images. */
  readonly imageBuilds?: readonly Right[];
}

const OBJECTS: readonly Right[] = [
  { on: BUCKET, role: "roles/storage.objectAdmin" },
  { on: BUCKET, role: "roles/storage.legacyBucketReader" },
];

export const IDENTITIES: readonly Identity[] = [
  {
    account: platformAccount,
    workloads: () => [{ namespace: PLATFORM_NAMESPACE, name: PLATFORM_SERVICE_ACCOUNT }],
    rights: [
      ...OBJECTS,
      { on: REPOSITORY, role: "roles/artifactregistry.writer" },
      { on: LOG_VIEW, role: "roles/logging.viewAccessor" },
      // Logs are asked for by project, which Google can't narrow.
      { on: PROJECT, role: "roles/logging.viewer" },
      // Google asks for these on the project itself: they tell names, and no value.
      { on: PROJECT, role: /^secretmanager\.secrets\.(create|list)$/ },
      { on: PROJECT, role: /^secretmanager\.(secrets\.(get|update|delete)|versions\.\w+)$/, ownSecrets: true },
      // Presigned URLs are signed by the account itself.
      { on: ACCOUNT, role: "roles/iam.serviceAccountTokenCreator" },
    ],
  },
  {
    account: taskAccount,
    workloads: taskServiceAccounts,
    rights: OBJECTS,
    imageBuilds: [
      { on: REPOSITORY, role: "roles/artifactregistry.writer" },
      { on: REPOSITORY, role: "roles/artifactregistry.reader" },
    ],
  },
  {
    account: fluentBitAccount,
    workloads: () => [{ namespace: FLUENT_BIT_NAMESPACE, name: FLUENT_BIT_SERVICE_ACCOUNT }],
    rights: [{ on: PROJECT, role: "roles/logging.logWriter" }],
  },
  {
    account: nodeAccount,
    workloads: () => [],
    rights: [
      { on: PROJECT, role: "roles/container.defaultNodeServiceAccount" },
      { on: REPOSITORY, role: "roles/artifactregistry.reader" },
    ],
  },
];

/** What a grant is on, in words. */
export const PLACES: Readonly<Record<string, string>> = {
  [BUCKET]: "a bucket",
  [REPOSITORY]: "a repository",
  [PROJECT]: "the project",
  [LOG_VIEW]: "a log view",
  [ACCOUNT]: "a service account",
};
