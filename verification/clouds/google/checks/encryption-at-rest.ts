/** What Google Cloud encrypts by itself, and the keys that it is told to take. */
import { isCloudManaged } from "../../../../config/encryption";
import { CUSTOMERS, NO_KEY, judgeKeys, keyPaths, withoutKeys, type Keys } from "../../encryption";
import type { Check } from "../../cloud";
import { judgeSettings, required } from "../../setting";
import { inputOf } from "../../lookup";

/** Keys of Kubernetes secrets, required of any input. */
const SECRETS_STATE = required(
  "google_container_cluster",
  "database_encryption.state",
  /^(ENCRYPTED|ALL_OBJECTS_ENCRYPTION_ENABLED)$/,
  NO_KEY,
);
const SECRETS_KEY = required("google_container_cluster", "database_encryption.key_name", CUSTOMERS, NO_KEY);

/** What each type must say in a deployment of this package: where it names its key. */
const KEYS = keyPaths(
  ["google_storage_bucket", "encryption.default_kms_key_name"],
  ["google_artifact_registry_repository google_pubsub_topic google_filestore_instance", "kms_key_name"],
  ["google_container_node_pool", "node_config.boot_disk_kms_key"],
  ["google_logging_project_bucket_config", "cmek_settings.kms_key_name"],
  ["google_compute_disk", "disk_encryption_key.kms_key_self_link"],
  ["google_secret_manager_secret", "replication.user_managed.replicas.*.customer_managed_encryption.kms_key_name"],
  ["google_sql_database_instance", "encryption_key_name"],
);

const KEY: Keys = { types: /^google_kms_crypto_key$/ };

export const check: Check = function* ({ system, deployment }) {
  const input = inputOf(system);
  const isManaged = deployment !== undefined && isCloudManaged(deployment);
  if (!isManaged) yield* judgeKeys([SECRETS_STATE, SECRETS_KEY], input, KEY);
  if (!deployment) return;
  if (isManaged) yield* judgeSettings(withoutKeys([SECRETS_KEY, ...KEYS]), system);
  else yield* judgeKeys(KEYS, input, KEY);
};
