/**
 * Assets of what holds data, keys and identities as resources of the provider, and every IAM policy as its members.
 *
 * Cloud Storage JSON API (https://cloud.google.com/storage/docs/json_api/v1/buckets), Cloud KMS API, Secret Manager API,
 * Artifact Registry API, IAM API (https://cloud.google.com/iam/docs/reference/rest) and Cloud Logging API.
 */
import { lastSegment, shown } from "../../../../config/texts";
import type { Value } from "../../../model";
import { at, blocks, type ObjectValue } from "../../../values";
import type { AccountReader, Made, Records } from "../../account";
import { alike, dataOf, identity, made, pathOf } from "./asset";
import { oncePer } from "../../../once-per";

export const storage: AccountReader = {
  projects: (asset) => {
    const { project_id, project_number, name } = dataOf(asset);
    const id = project_id ?? lastSegment(pathOf(asset));
    return [
      {
        type: "google_project",
        name: shown(id),
        // It has whatever networks the assets show.
        values: {
          id: `projects/${shown(id)}`,
          project_id: id,
          number: project_number,
          name,
          auto_create_network: false,
        },
      },
    ];
  },
  buckets: (asset) => {
    const name = lastSegment(pathOf(asset));
    const data = dataOf(asset);
    const { acl, default_object_acl, iam_configuration, encryption, ...others } = data;
    const entries = (type: string, list: Value | undefined): Made[] =>
      blocks(list).map((one) => ({
        type,
        name: `${name}:${shown(at(one, "entity") ?? null)}`,
        values: { bucket: name, entity: at(one, "entity"), role: at(one, "role") },
      }));
    return [
      {
        type: "google_storage_bucket",
        name,
        values: {
          ...others,
          id: name,
          name,
          encryption: encryption && [encryption],
          uniform_bucket_level_access: at(iam_configuration, "uniform_bucket_level_access", "enabled") ?? false,
          public_access_prevention: at(iam_configuration, "public_access_prevention") ?? "inherited",
        },
      },
      ...entries("google_storage_bucket_access_control", acl),
      ...entries("google_storage_default_object_access_control", default_object_acl),
    ];
  },
  "key-rings": alike("google_kms_key_ring"),
  "crypto-keys": alike("google_kms_crypto_key", ({ name }) => ({
    key_ring: shown(name ?? null).replace(/\/cryptoKeys\/.*$/, ""),
  })),
  secrets: (asset, { scope }) => {
    const secret = lastSegment(pathOf(asset));
    const project = scope["account"] ?? null;
    return [
      // Its asset is called by the project's number.
      made(asset, "google_secret_manager_secret", ({ replication }) => ({
        id: `projects/${shown(project)}/secrets/${secret}`,
        project,
        secret_id: secret,
        replication: [replicationOf(replication)],
      })),
    ];
  },
  repositories: alike("google_artifact_registry_repository", ({ name }) => ({
    repository_id: lastSegment(shown(name ?? null)),
  })),
  "service-accounts": (asset) => {
    const data = dataOf(asset);
    const { email, display_name, disabled, project_id } = data;
    const [account = ""] = shown(email ?? null).split("@");
    const id = idOf(data);
    const values = { id, name: id, email, account_id: account, display_name, disabled, project: project_id };
    return [
      {
        type: "google_service_account",
        name: account,
        values: { ...values, member: `serviceAccount:${shown(email ?? null)}` },
      },
    ];
  },
  // Those that Google makes and changes by itself nobody holds.
  "service-account-keys": (asset) => {
    const { key_type } = dataOf(asset);
    if (key_type === "SYSTEM_MANAGED") return [];
    const account = pathOf(asset).replace(/\/keys\/.*$/, "");
    return [made(asset, "google_service_account_key", () => ({ service_account_id: account }))];
  },
  roles: (asset) =>
    dataOf(asset)["deleted"] === true
      ? []
      : [
          made(asset, "google_project_iam_custom_role", ({ name, included_permissions }) => ({
            name,
            id: name,
            role_id: lastSegment(shown(name ?? null)),
            permissions: included_permissions ?? [],
          })),
        ],
  "log-buckets": (asset) => {
    if (dataOf(asset)["lifecycle_state"] === "DELETE_REQUESTED") return [];
    return [made(asset, "google_logging_project_bucket_config", () => ({ bucket_id: lastSegment(pathOf(asset)) }))];
  },
  "log-sinks": alike("google_logging_project_sink"),
  "iam-policies": (asset, records) => {
    const on = target(asset, records);
    return blocks(at(asset["iamPolicy"], "bindings")).flatMap((binding) =>
      blocks(at(binding, "members")).map((member) => grant(on, binding, member)),
    );
  },
};

function replicationOf(told: Value | undefined): Value {
  const replicas = at(told, "user_managed", "replicas");
  const own = at(told, "automatic", "customer_managed_encryption");
  if (replicas !== undefined) return { user_managed: [{ replicas }] };
  return { auto: [own === undefined ? {} : { customer_managed_encryption: [own] }] };
}

/** What a policy is on: the provider's type, and the argument that names it. */
const ON: Readonly<Record<string, readonly [type: string, argument: string]>> = {
  "cloudresourcemanager.googleapis.com/Project": ["google_project", "project"],
  "storage.googleapis.com/Bucket": ["google_storage_bucket", "bucket"],
  "artifactregistry.googleapis.com/Repository": ["google_artifact_registry_repository", "repository"],
  "iam.googleapis.com/ServiceAccount": ["google_service_account", "service_account_id"],
  "cloudkms.googleapis.com/CryptoKey": ["google_kms_crypto_key", "crypto_key_id"],
  "cloudkms.googleapis.com/KeyRing": ["google_kms_key_ring", "key_ring_id"],
  "secretmanager.googleapis.com/Secret": ["google_secret_manager_secret", "secret_id"],
  "logging.googleapis.com/LogView": ["google_logging_log_view", "name"],
  "compute.googleapis.com/Subnetwork": ["google_compute_subnetwork", "subnetwork"],
  "compute.googleapis.com/Instance": ["google_compute_instance", "instance_name"],
  "pubsub.googleapis.com/Topic": ["google_pubsub_topic", "topic"],
  "run.googleapis.com/Service": ["google_cloud_run_service", "service"],
};

/** A policy's resource in the provider's words: its type, and the arguments that name it. */
interface Target {
  readonly type: string;
  readonly name: string;
  readonly values: Made["values"];
}

function target(asset: ObjectValue, records: Records): Target {
  const path = pathOf(asset);
  const assetType = shown(asset["assetType"] ?? null);
  const [type, argument] = ON[assetType] ?? [`google_${lastSegment(assetType).toLowerCase()}`, "name"];
  const name = lastSegment(path);
  const of = (value: Value): Target => ({ type, name, values: { [argument]: value } });
  switch (type) {
    // Its asset is called by the project's number.
    case "google_project":
      return of(records.scope["account"] ?? name);
    case "google_storage_bucket":
      return of(name);
    // Its asset is called by a number too.
    case "google_service_account":
      return of(accounts(records).get(path) ?? path);
    case "google_artifact_registry_repository":
      return { ...of(path), values: { ...identity(asset), id: undefined, name: undefined, repository: path } };
    default:
      return of(path);
  }
}

/** Ids of service accounts as the provider has them, by the paths of their assets. */
const accounts = oncePer(
  (records: Records): ReadonlyMap<string, string> =>
    new Map(records.of("service-accounts").map(({ values }) => [pathOf(values), idOf(dataOf(values))])),
);

const idOf = ({ project_id, email }: ObjectValue): string =>
  `projects/${shown(project_id ?? null)}/serviceAccounts/${shown(email ?? null)}`;

function grant({ type, name, values }: Target, binding: Value, member: Value): Made {
  const role = at(binding, "role");
  const condition = at(binding, "condition");
  return {
    type: `${type}_iam_member`,
    name: [name, shown(role ?? null), shown(member)].join(" "),
    values: { ...values, role, member, condition: condition && [condition] },
  };
}
