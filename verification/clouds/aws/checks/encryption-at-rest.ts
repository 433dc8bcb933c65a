/** Disks, databases, buckets and secrets of AWS, and the keys that encrypt them. */
import { isCloudManaged } from "../../../../config/encryption";
import { at, blocks, bool, field, isOpaque, knownText, texts, whyOpaque, type Opaque } from "../../../values";
import { problemAt, type Problem } from "../../../problem";
import type { Resource } from "../../../model";
import {
  CUSTOMERS,
  NO_KEY,
  UNENCRYPTED,
  judgeKey,
  judgeKeys,
  keyPaths,
  withoutKeys,
  type Keys,
} from "../../encryption";
import type { Check } from "../../cloud";
import { ON, judgeSetting, judgeSettings, optional, required, type Setting } from "../../setting";
import { attachmentsOf, inputOf } from "../../lookup";
import { isAbsent, type TerraformInput } from "../../terraform-input";

/** What each type must say in any input. */
const ENCRYPTED: readonly Setting[] = [
  required("aws_efs_file_system", "encrypted", ON, UNENCRYPTED),
  required("aws_elasticache_replication_group", "at_rest_encryption_enabled", ON, UNENCRYPTED),
  required("aws_opensearch_domain aws_elasticsearch_domain", "encrypt_at_rest.enabled", ON, UNENCRYPTED),
  required("aws_dax_cluster", "server_side_encryption.enabled", ON, UNENCRYPTED),
  required("aws_kinesis_stream", "encryption_type", ["KMS"], UNENCRYPTED),
  required("aws_workspaces_workspace", "root_volume_encryption_enabled", ON, UNENCRYPTED),
  optional("aws_redshift_cluster", "encrypted", ON, UNENCRYPTED),
];

/** Keys of Kubernetes secrets, required of any input. */
const SECRETS_KEYS: readonly Setting[] = [
  required("aws_eks_cluster", "encryption_config.provider.key_arn", CUSTOMERS, NO_KEY),
];

/** What each type must say in a deployment of this package: where it names its key. */
const KEYS = keyPaths(
  ["aws_cloudwatch_log_group aws_secretsmanager_secret aws_efs_file_system aws_ebs_volume", "kms_key_id"],
  ["aws_db_instance aws_rds_cluster aws_docdb_cluster aws_redshift_cluster", "kms_key_id"],
  ["aws_elasticache_replication_group", "kms_key_id"],
  ["aws_launch_template", "block_device_mappings.*.ebs.*.kms_key_id"],
  ["aws_ecr_repository aws_ecr_repository_creation_template", "encryption_configuration.kms_key"],
  ["aws_dynamodb_table", "server_side_encryption.kms_key_arn"],
  ["aws_sns_topic aws_sqs_queue", "kms_master_key_id"],
);

/** What takes no key: encryption of another kind. */
const KINDS: readonly Setting[] = [
  required(
    "aws_ecr_repository aws_ecr_repository_creation_template",
    "encryption_configuration.encryption_type",
    /^KMS/,
    NO_KEY,
  ),
];

const KEY: Keys = { types: /^aws_kms_(key|replica_key|external_key|alias)$/ };

const BUCKET_DEFAULT = "rule.*.apply_server_side_encryption_by_default";
const BUCKET_KIND = required("", `${BUCKET_DEFAULT}.sse_algorithm`, /^aws:kms(:dsse)?$/, NO_KEY);
const BUCKET_KEY = required("", `${BUCKET_DEFAULT}.kms_master_key_id`, CUSTOMERS, NO_KEY);

export const check: Check = function* ({ system, deployment }) {
  const input = inputOf(system);
  const isManaged = deployment !== undefined && isCloudManaged(deployment);
  yield* judgeSettings(ENCRYPTED, system);
  if (!isManaged) yield* judgeKeys(SECRETS_KEYS, input, KEY);
  for (const cluster of input.managed("aws_eks_cluster")) yield* judgeEksSecrets(cluster, input);
  yield* judgeDatabases(input);
  yield* judgeQueues(input);
  yield* judgeDisks(input);
  yield* judgeStorageClasses(input);
  if (!deployment) return;
  yield* judgeSettings(KINDS, system);
  if (isManaged) yield* judgeSettings(withoutKeys([...SECRETS_KEYS, ...KEYS]), system);
  else {
    yield* judgeKeys(KEYS, input, KEY);
    for (const bucket of input.managed("aws_s3_bucket")) yield* judgeBucket(bucket, input);
  }
};

function* judgeEksSecrets(cluster: Resource, input: TerraformInput): Generator<Problem> {
  const config = field(cluster, "encryption_config");
  const resources = texts(input.follow(at(config, "resources"), cluster));
  if (isAbsent(config) || isOpaque(config) || resources.includes("secrets")) return;
  const path = ["encryption_config", "resources"];
  const opaque = resources.find(isOpaque);
  yield opaque
    ? problemAt(cluster, path, "unknown", `encryption_config.resources can't be told: ${whyOpaque(opaque)}`)
    : problemAt(cluster, path, "violated", "encryption_config.resources leaves secrets out");
}

/** A replica, or what is restored from a snapshot, is encrypted as its source is. */
function* judgeDatabases(input: TerraformInput): Generator<Problem> {
  const types = [
    "aws_db_instance",
    "aws_rds_cluster",
    "aws_rds_global_cluster",
    "aws_docdb_cluster",
    "aws_neptune_cluster",
  ];
  const sources = ["replicate_source_db", "replication_source_identifier", "snapshot_identifier"];
  for (const database of input.managed(...types)) {
    const inherits = sources.some((source) => !isAbsent(database.values[source]));
    yield* judgeSetting(
      { ...required("", "storage_encrypted", ON, UNENCRYPTED), otherwise: inherits },
      database,
      input,
    );
  }
}

/** SQS encrypts with its own key unless it is told not to and given no other. */
function* judgeQueues(input: TerraformInput): Generator<Problem> {
  for (const queue of input.managed("aws_sqs_queue")) {
    if (!isAbsent(queue.values["kms_master_key_id"])) continue;
    yield* judgeSetting(optional("", "sqs_managed_sse_enabled", ON, UNENCRYPTED), queue, input);
  }
}

function* judgeDisks(input: TerraformInput): Generator<Problem> {
  const setting = (path: string) => required("", path, ON, "the disk is not encrypted");
  const byAccount = encryptedByAccount(input);
  const judge = (path: string, disk: Resource) =>
    judgeSetting(setting(path), disk, input, (value) => {
      const own = input.follow(value, disk);
      return isAbsent(own) ? byAccount : own;
    });
  for (const volume of input.managed("aws_ebs_volume")) yield* judge("encrypted", volume);
  for (const instance of input.managed("aws_instance", "aws_launch_configuration")) {
    // Without a block of its own the root volume is as the image has it, and public images are not encrypted.
    yield* judge("root_block_device.encrypted", instance);
    yield* judge("ebs_block_device.*.encrypted", instance);
  }
  for (const template of input.managed("aws_launch_template")) {
    const path = ["block_device_mappings"];
    if (blocks(template.values["block_device_mappings"]).length === 0 && byAccount !== true) {
      yield isOpaque(byAccount)
        ? problemAt(
            template,
            path,
            "unknown",
            `whether its root volume is encrypted can't be told: ${whyOpaque(byAccount)}`,
          )
        : problemAt(template, path, "violated", "says nothing of the root volume: it is not encrypted");
    }
    yield* judge("block_device_mappings.*.ebs.*.encrypted", template);
  }
}

/** Whether the account encrypts disks of which nothing is said; undefined where the input does not say that it does. */
function encryptedByAccount(input: TerraformInput): true | Opaque | undefined {
  const answers = input
    .managed("aws_ebs_encryption_by_default")
    .map((one) => bool(input.follow(one.values["enabled"], one)) ?? true);
  return answers.includes(true) || answers.find(isOpaque);
}

/** EBS volumes of pods: https://docs.aws.amazon.com/eks/latest/userguide/ebs-csi.html */
function* judgeStorageClasses(input: TerraformInput): Generator<Problem> {
  const encrypted = required("", "parameters.encrypted", ON, "volumes of pods are not encrypted");
  for (const storage of input.managed("kubernetes:StorageClass")) {
    const provisioner = knownText(storage.values["provisioner"]) ?? "";
    if (/^(ebs\.csi\.(aws|eks\.amazonaws)\.com|kubernetes\.io\/aws-ebs)$/.test(provisioner)) {
      yield* judgeSetting(encrypted, storage, input);
    }
  }
}

/** A bucket's encryption is a resource of its own; without it S3 encrypts with a key of AWS. */
function* judgeBucket(bucket: Resource, input: TerraformInput): Generator<Problem> {
  const candidates = input.managed("aws_s3_bucket_server_side_encryption_configuration");
  const { found, unclear } = attachmentsOf(bucket, candidates, "bucket", input, "bucket");
  const [encryption] = found;
  const [other] = unclear;
  if (encryption) {
    yield* judgeSetting(BUCKET_KIND, encryption, input);
    yield* judgeKey(BUCKET_KEY, encryption, input, KEY);
  } else if (other) yield problemAt(bucket, [], "unknown", `whether ${other.address} is its encryption can't be told`);
  else yield problemAt(bucket, [], "violated", `has no encryption configuration: ${NO_KEY}`);
}
