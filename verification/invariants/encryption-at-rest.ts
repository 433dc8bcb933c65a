/**
 * `encryption-at-rest`. Document: "Outbound-only model" and "Data flow": customer data stays in the customer's account,
 * encrypted with the customer's key.
 *
 * Judged by one table of settings, in two strictnesses:
 * - Of any input: what a cloud stores unencrypted unless told otherwise must be told otherwise (disks of EC2, EFS, RDS,
 *   caches, search domains, streams). What a cloud always encrypts by itself (S3, CloudWatch Logs, ECR, Secrets Manager,
 *   DynamoDB, SNS; all storage of Google and Azure) holds unless it is switched off. The secrets of Kubernetes are the
 *   exception: they hold credentials, so that a customer's key for them is required of everybody (EKS, GKE).
 * - Of a deployment of this package: everything has a key of the customer. A key that the cloud manages is none, unless
 *   the deployment says `cloud-managed`: then nothing names one, and the exception that this implies is in every report.
 *
 * Where the input switches EBS encryption on for the whole account, disks need not say it again.
 */
import { CLOUD_MANAGED, isCloudManaged } from "../../config/encryption";
import { beginningOf, isReference, type Resource, type System } from "../model";
import { isAbsent, type TerraformInput } from "../clouds/terraform-input";
import { keyDeployment } from "../clouds/azure/template";
import { at, blocks, bool, field, isOpaque, texts, knownText, whyOpaque } from "../values";
import { problemAt, type Invariant, type Problem } from "./invariant";
import { attachmentsOf, inputOf } from "../clouds/lookup";
import { judgeSetting, judgeSettings, ON, optional, required, type Setting } from "../clouds/setting";

const UNENCRYPTED = "what it stores is not encrypted";
const NO_KEY = "it is not encrypted with a key of the customer";
/** What a finding names where the deployment says that the cloud's own keys encrypt. */
export const CLOUD_KEYS = `encryption: ${CLOUD_MANAGED}`;
/** Any key but those that AWS manages. */
const CUSTOMERS = /^(?!.*alias\/aws\/)/;

/** What each type must say in any input. */
const ENCRYPTED: readonly Setting[] = [
  required("aws_efs_file_system", "encrypted", ON, UNENCRYPTED),
  required("aws_elasticache_replication_group", "at_rest_encryption_enabled", ON, UNENCRYPTED),
  required("aws_opensearch_domain aws_elasticsearch_domain", "encrypt_at_rest.enabled", ON, UNENCRYPTED),
  required("aws_dax_cluster", "server_side_encryption.enabled", ON, UNENCRYPTED),
  required("aws_kinesis_stream", "encryption_type", ["KMS"], UNENCRYPTED),
  required("aws_workspaces_workspace", "root_volume_encryption_enabled", ON, UNENCRYPTED),
  optional("aws_redshift_cluster", "encrypted", ON, UNENCRYPTED),
  optional("azurerm_managed_disk", "encryption_settings.enabled", ON, UNENCRYPTED),
  optional("azurerm_mssql_database", "transparent_data_encryption_enabled", ON, UNENCRYPTED),
  optional("azurerm_data_lake_store", "encryption_state", ["Enabled"], UNENCRYPTED),
];

/** Keys of Kubernetes secrets, required of any input. */
const SECRETS_KEYS: readonly Setting[] = [
  required(
    "google_container_cluster",
    "database_encryption.state",
    /^(ENCRYPTED|ALL_OBJECTS_ENCRYPTION_ENABLED)$/,
    NO_KEY,
  ),
  required("aws_eks_cluster", "encryption_config.provider.key_arn", CUSTOMERS, NO_KEY),
  required("google_container_cluster", "database_encryption.key_name", CUSTOMERS, NO_KEY),
];

/** What each type must say in a deployment of this package: where it names its key. */
const KEYS: readonly Setting[] = [
  ["aws_cloudwatch_log_group aws_secretsmanager_secret aws_efs_file_system aws_ebs_volume", "kms_key_id"],
  ["aws_db_instance aws_rds_cluster aws_docdb_cluster aws_redshift_cluster", "kms_key_id"],
  ["aws_elasticache_replication_group", "kms_key_id"],
  ["aws_launch_template", "block_device_mappings.*.ebs.*.kms_key_id"],
  ["aws_ecr_repository aws_ecr_repository_creation_template", "encryption_configuration.kms_key"],
  ["aws_dynamodb_table", "server_side_encryption.kms_key_arn"],
  ["aws_sns_topic aws_sqs_queue", "kms_master_key_id"],
  ["google_storage_bucket", "encryption.default_kms_key_name"],
  ["google_artifact_registry_repository google_pubsub_topic google_filestore_instance", "kms_key_name"],
  ["google_container_node_pool", "node_config.boot_disk_kms_key"],
  ["google_logging_project_bucket_config", "cmek_settings.kms_key_name"],
  ["google_compute_disk", "disk_encryption_key.kms_key_self_link"],
  ["google_secret_manager_secret", "replication.user_managed.replicas.*.customer_managed_encryption.kms_key_name"],
  ["google_sql_database_instance", "encryption_key_name"],
  ["azurerm_managed_disk azurerm_kubernetes_cluster", "disk_encryption_set_id"],
  ["azurerm_disk_encryption_set", "key_vault_key_id"],
  ["azurerm_kubernetes_cluster", "key_management_service.key_vault_key_id"],
].map(([types = "", path = ""]) => required(types, path, CUSTOMERS, NO_KEY));

/** Azure lets neither a registry that is not made yet nor Data Explorer through a vault's firewall: by option only. */
const REGISTRY_KEY = required("azurerm_container_registry", "encryption.key_vault_key_id", CUSTOMERS, NO_KEY);

/** What may not be said where the cloud's own keys encrypt. */
const NO_KEYS = [...SECRETS_KEYS, ...KEYS]
  .filter(({ path }) => path !== "database_encryption.state")
  .map((setting) => ({
    ...setting,
    holds: () => false,
    otherwise: true,
    risk: "the deployment says that it has no key",
  }));

const ON_HOST = "caches and temporary disks of nodes are not encrypted";

/** What takes no key: encryption of another kind, and what the hosts of machines keep. */
const KINDS: readonly Setting[] = [
  required("azurerm_kubernetes_cluster", "default_node_pool.host_encryption_enabled", ON, ON_HOST),
  required("azurerm_kubernetes_cluster_node_pool", "host_encryption_enabled", ON, ON_HOST),
  required("azurerm_kusto_cluster", "disk_encryption_enabled", ON, UNENCRYPTED),
  required(
    "aws_ecr_repository aws_ecr_repository_creation_template",
    "encryption_configuration.encryption_type",
    /^KMS/,
    NO_KEY,
  ),
];

const BUCKET_DEFAULT = "rule.*.apply_server_side_encryption_by_default";
const BUCKET_KIND = required("", `${BUCKET_DEFAULT}.sse_algorithm`, /^aws:kms(:dsse)?$/, NO_KEY);
const BUCKET_KEY = required("", `${BUCKET_DEFAULT}.kms_master_key_id`, CUSTOMERS, NO_KEY);

export const invariant: Invariant = {
  id: "encryption-at-rest",
  title: "Everything that is stored is encrypted, in a data plane with the customer's key.",
  paragraph: "Cloudflare Tunnel: bulk data stays in the customer's object store",
  remedy: "Switch encryption on, and name the customer's key.",
  *check({ system, deployment }) {
    const input = inputOf(system);
    yield* judgeSettings(ENCRYPTED, system);
    const isManaged = deployment !== undefined && isCloudManaged(deployment);
    if (!isManaged) yield* judgeKeys(SECRETS_KEYS, input);
    for (const cluster of input.managed("aws_eks_cluster")) yield* judgeEksSecrets(cluster, input);
    yield* judgeDatabases(input);
    yield* judgeQueues(input);
    yield* judgeDisks(input);
    yield* judgeStorageClasses(input);
    if (!deployment) return;
    yield* judgeSettings(KINDS, system);
    if (isManaged) yield* judgeCloudManaged(system);
    else yield* judgeCustomersKeys(input);
    if (deployment.cloud !== "azure") return;
    if (deployment.registry.encryption) yield* judgeKeys([REGISTRY_KEY], input);
    for (const cluster of deployment.logCluster?.encryption ? input.managed("azurerm_kusto_cluster") : [])
      yield* judgeKeyApart(cluster, "azurerm_kusto_cluster_customer_managed_key", "cluster_id", input);
  },
};

function* judgeCustomersKeys(input: TerraformInput): Generator<Problem> {
  yield* judgeKeys(KEYS, input);
  for (const bucket of input.managed("aws_s3_bucket")) yield* judgeBucket(bucket, input);
  for (const account of input.managed("azurerm_storage_account")) {
    if (isAbsent(account.values["customer_managed_key"])) {
      yield* judgeKeyApart(account, "azurerm_storage_account_customer_managed_key", "storage_account_id", input);
    } else yield* judgeKey(required("", "customer_managed_key.key_vault_key_id", CUSTOMERS, NO_KEY), account, input);
  }
}

/** One statement for all that is stored, and a problem for each key that is named all the same. */
function* judgeCloudManaged(system: System): Generator<Problem> {
  const location = beginningOf(system.resources);
  const message = "the cloud's own keys encrypt all that is stored: no customer can take them away";
  yield { status: "violated", resource: CLOUD_KEYS, location, message };
  yield* judgeSettings(NO_KEYS, system);
}

/** What names its key by a resource of its own: without one, Azure encrypts with a key that it manages. */
function* judgeKeyApart(service: Resource, type: string, argument: string, input: TerraformInput): Generator<Problem> {
  const { found, unclear } = attachmentsOf(service, input.managed(type), argument, input);
  const [encryption] = found;
  const [other] = unclear;
  if (encryption) yield* judgeSetting(required("", "key_name", CUSTOMERS, NO_KEY), encryption, input);
  else if (other) yield problemAt(service, [], "unknown", `whether ${other.address} is its encryption can't be told`);
  else yield problemAt(service, [], "violated", `has no key of its own: ${NO_KEY}`);
}

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
  const byAccount = input
    .managed("aws_ebs_encryption_by_default")
    .some(({ values }) => (bool(values["enabled"]) ?? true) === true);
  const encrypted = (path: string) => ({
    ...required("", path, ON, "the disk is not encrypted"),
    otherwise: byAccount,
  });
  for (const volume of input.managed("aws_ebs_volume")) yield* judgeSetting(encrypted("encrypted"), volume, input);
  for (const instance of input.managed("aws_instance", "aws_launch_configuration")) {
    // Without a block of its own the root volume is as the image has it, and public images are not encrypted.
    yield* judgeSetting(encrypted("root_block_device.encrypted"), instance, input);
    yield* judgeSetting(encrypted("ebs_block_device.*.encrypted"), instance, input);
  }
  for (const template of input.managed("aws_launch_template")) {
    const mappings = template.values["block_device_mappings"];
    if (blocks(mappings).length === 0 && !byAccount) {
      yield problemAt(
        template,
        ["block_device_mappings"],
        "violated",
        "says nothing of the root volume: it is not encrypted",
      );
    }
    yield* judgeSetting(encrypted("block_device_mappings.*.ebs.*.encrypted"), template, input);
  }
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
    yield* judgeKey(BUCKET_KEY, encryption, input);
  } else if (other) yield problemAt(bucket, [], "unknown", `whether ${other.address} is its encryption can't be told`);
  else yield problemAt(bucket, [], "violated", `has no encryption configuration: ${NO_KEY}`);
}

// ---------------------------------------------------------------- keys

const KEY =
  /^(aws_kms_(key|replica_key|external_key|alias)|google_kms_crypto_key|azurerm_(key_vault_key|disk_encryption_set))$/;

function* judgeKeys(settings: readonly Setting[], input: TerraformInput): Generator<Problem> {
  for (const setting of settings) {
    for (const resource of input.managed(...setting.types)) yield* judgeKey(setting, resource, input);
  }
}

/** A reference to a key of the input is a key, though only the cloud will know its ARN. */
function judgeKey(setting: Setting, resource: Resource, input: TerraformInput): Generator<Problem> {
  return judgeSetting(setting, resource, input, (value) => {
    const template = keyDeployment(value, resource, input);
    if (template) return template.address;
    const target = isReference(value) ? input.find(value, resource, "key") : undefined;
    if (target?.kind !== "resource" || !KEY.test(target.resource.type)) return input.follow(value, resource);
    const { address, mode, values } = target.resource;
    // A data source may look up a key that the cloud manages.
    return mode === "managed" ? address : (knownText(values["name"]) ?? knownText(values["key_id"]) ?? address);
  });
}
