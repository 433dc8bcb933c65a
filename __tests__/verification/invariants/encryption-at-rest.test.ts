import { invariant } from "../../../verification/invariants/encryption-at-rest";
import { azureDeployment } from "../../support/deployments";
import { drop, one, pick, testMutations, testTable, type Row } from "../../support/judge";

const NO = "what it stores is not encrypted";
const NO_KEY = "it is not encrypted with a key of the customer";
const KEY = { aws_kms_key: { k: {} } };
const eks = (config?: object) => one("aws_eks_cluster", { encryption_config: config }, KEY);
const REFERENCE = "${aws_kms_key.k.arn}";

/** Rows for settings that must be on: left out, off, on and not known. */
const mustBeOn = (
  type: string,
  argument: string,
  value: (on: unknown) => object = (on) => ({ [argument]: on }),
  risk = NO,
): Row[] => [
  [`${type}, on`, one(type, value(true))],
  [`${type}, off`, one(type, value(false)), `violated ${type}.a: ${argument} is false: ${risk}`],
  [`${type}, left out`, one(type, {}), `violated ${type}.a: ${argument} is left out: ${risk}`],
  [
    `${type}, not known`,
    one(type, value("${var.on} ")),
    `unknown ${type}.a: ${argument} can't be told: \${var.on}  is not known`,
  ],
];

const DISK = "the disk is not encrypted";
const template = (...ebs: object[]) =>
  one("aws_launch_template", { block_device_mappings: ebs.map((ebs) => ({ device_name: "/dev/xvda", ebs })) });

testTable(invariant, [
  ...mustBeOn("aws_ebs_volume", "encrypted", undefined, DISK),
  ...mustBeOn("aws_efs_file_system", "encrypted"),
  ...mustBeOn("aws_db_instance", "storage_encrypted"),
  ...mustBeOn("aws_rds_cluster", "storage_encrypted"),
  ...mustBeOn("aws_elasticache_replication_group", "at_rest_encryption_enabled"),
  ...mustBeOn("aws_opensearch_domain", "encrypt_at_rest.enabled", (enabled) => ({ encrypt_at_rest: [{ enabled }] })),
  ["a replica is as its source", one("aws_db_instance", { replicate_source_db: "arn:aws:rds:x" })],
  [
    "a replica that says no",
    one("aws_db_instance", { replicate_source_db: "x", storage_encrypted: false }),
    `violated aws_db_instance.a: storage_encrypted is false: ${NO}`,
  ],
  ["a stream with a key", one("aws_kinesis_stream", { encryption_type: "KMS" })],
  ["a stream", one("aws_kinesis_stream", {}), `violated aws_kinesis_stream.a: encryption_type is left out: ${NO}`],
  ["a queue", one("aws_sqs_queue", {})],
  [
    "a queue that says no",
    one("aws_sqs_queue", { sqs_managed_sse_enabled: false }),
    `violated aws_sqs_queue.a: sqs_managed_sse_enabled is false: ${NO}`,
  ],
  ["a queue with a key", one("aws_sqs_queue", { sqs_managed_sse_enabled: false, kms_master_key_id: REFERENCE }, KEY)],
  [
    "what AWS encrypts",
    [...one("aws_s3_bucket", {}), ...one("aws_cloudwatch_log_group", {}), ...one("aws_ecr_repository", {})],
  ],

  ["an instance", one("aws_instance", { root_block_device: [{ encrypted: true }] })],
  [
    "an instance of an image",
    one("aws_instance", {}),
    `violated aws_instance.a: root_block_device.encrypted is left out: ${DISK}`,
  ],
  [
    "the second of two disks",
    one("aws_instance", {
      root_block_device: { encrypted: true },
      ebs_block_device: [{ encrypted: true }, { encrypted: false }],
    }),
    `violated aws_instance.a: ebs_block_device.encrypted is false: ${DISK}`,
  ],
  ["disks by the account", one("aws_instance", {}, { aws_ebs_encryption_by_default: { all: {} } })],
  [
    "disks against the account",
    one("aws_ebs_volume", { encrypted: false }, { aws_ebs_encryption_by_default: { all: { enabled: true } } }),
    `violated aws_ebs_volume.a: encrypted is false: ${DISK}`,
  ],
  [
    "disks of an account that says no",
    one("aws_ebs_volume", {}, { aws_ebs_encryption_by_default: { all: { enabled: false } } }),
    `violated aws_ebs_volume.a: encrypted is left out: ${DISK}`,
  ],
  [
    "disks of an account that may say no",
    one("aws_ebs_volume", {}, { aws_ebs_encryption_by_default: { all: { enabled: "${var.a}${var.b}" } } }),
    expect.stringMatching(/^unknown aws_ebs_volume\.a: encrypted can't be told/),
  ],
  ["a launch template", template({ encrypted: "true" })],
  [
    "a launch template with a slot of no volume",
    one("aws_launch_template", { block_device_mappings: [{ no_device: true }] }),
  ],
  [
    "a launch template's second volume",
    template({ encrypted: true }, { volume_size: 20 }),
    `violated aws_launch_template.a: block_device_mappings.ebs.encrypted is left out: ${DISK}`,
  ],
  [
    "a launch template of an image",
    one("aws_launch_template", {}),
    "violated aws_launch_template.a: says nothing of the root volume: it is not encrypted",
  ],

  ["EKS", eks({ provider: { key_arn: REFERENCE }, resources: ["secrets"] })],
  ["EKS, a key from elsewhere", eks({ provider: { key_arn: "arn:aws:kms:x" }, resources: ["secrets"] })],
  ["EKS without", eks(), `violated aws_eks_cluster.a: encryption_config.provider.key_arn is left out: ${NO_KEY}`],
  [
    "EKS, other resources",
    eks({ provider: { key_arn: REFERENCE }, resources: [] }),
    "violated aws_eks_cluster.a: encryption_config.resources leaves secrets out",
  ],
  [
    "EKS, a key not known",
    eks({ provider: { key_arn: "${var.key} " }, resources: ["secrets"] }),
    "unknown aws_eks_cluster.a: encryption_config.provider.key_arn can't be told: ${var.key}  is not known",
  ],
  ["GKE", one("google_container_cluster", { database_encryption: [{ state: "ENCRYPTED", key_name: "projects/k" }] })],
  [
    "GKE, decrypted",
    one("google_container_cluster", { database_encryption: { state: "DECRYPTED", key_name: "projects/k" } }),
    `violated google_container_cluster.a: database_encryption.state is DECRYPTED: ${NO_KEY}`,
  ],
  ["a disk of Azure", one("azurerm_managed_disk", {})],
  [
    "a database of Azure that says no",
    one("azurerm_mssql_database", { transparent_data_encryption_enabled: false }),
    `violated azurerm_mssql_database.a: transparent_data_encryption_enabled is false: ${NO}`,
  ],
  [
    "a storage class",
    one("kubernetes_storage_class_v1", { storage_provisioner: "ebs.csi.aws.com", parameters: { encrypted: "true" } }),
  ],
  ["a storage class of others", one("kubernetes_storage_class_v1", { storage_provisioner: "example.com/nfs" })],
  [
    "a storage class without",
    one("kubernetes_storage_class_v1", { storage_provisioner: "ebs.csi.aws.com" }),
    "violated kubernetes_storage_class_v1.a: parameters.encrypted is left out: volumes of pods are not encrypted",
  ],
]);

describe("our own", () => {
  testMutations(invariant, [
    [
      "a disk",
      (resource) => (pick(resource, "aws_launch_template", "worker").block_device_mappings[0].ebs.encrypted = "false"),
      `violated block_device_mappings.ebs.encrypted is false: ${DISK}`,
    ],
    [
      "a disk without the key",
      (resource) => delete pick(resource, "aws_launch_template", "worker").block_device_mappings[0].ebs.kms_key_id,
      `violated block_device_mappings.ebs.kms_key_id is left out: ${NO_KEY}`,
    ],
    [
      "secrets of Kubernetes",
      (resource) => delete pick(resource, "aws_eks_cluster").encryption_config,
      `violated encryption_config.provider.key_arn is left out: ${NO_KEY}`,
    ],
    [
      "a log group",
      (resource) => delete pick(resource, "aws_cloudwatch_log_group", "cluster").kms_key_id,
      `violated kms_key_id is left out: ${NO_KEY}`,
    ],
    [
      "a log group with a key of AWS",
      (resource) => (pick(resource, "aws_cloudwatch_log_group", "cluster").kms_key_id = "alias/aws/logs"),
      `violated kms_key_id is alias/aws/logs: ${NO_KEY}`,
    ],
    [
      "the registry with S3's key",
      (resource) =>
        (pick(resource, "aws_ecr_repository", "builds").encryption_configuration = [{ encryption_type: "AES256" }]),
      `violated encryption_configuration.encryption_type is AES256: ${NO_KEY}`,
      `violated encryption_configuration.kms_key is left out: ${NO_KEY}`,
    ],
    [
      "cached images",
      (resource) => delete pick(resource, "aws_ecr_repository_creation_template").encryption_configuration[0].kms_key,
      `violated encryption_configuration.kms_key is left out: ${NO_KEY}`,
    ],
    [
      "the client secret",
      (resource) => delete pick(resource, "aws_secretsmanager_secret").kms_key_id,
      `violated kms_key_id is left out: ${NO_KEY}`,
    ],
    [
      "a bucket without encryption of its own",
      (resource) => drop(resource, "aws_s3_bucket_server_side_encryption_configuration", "metadata"),
      `violated has no encryption configuration: ${NO_KEY}`,
    ],
    [
      "a bucket with S3's key",
      (resource) => {
        const bucket = pick(resource, "aws_s3_bucket_server_side_encryption_configuration", "metadata");
        bucket.rule[0].apply_server_side_encryption_by_default = { sse_algorithm: "AES256" };
      },
      `violated rule.apply_server_side_encryption_by_default.sse_algorithm is AES256: ${NO_KEY}`,
      `violated rule.apply_server_side_encryption_by_default.kms_master_key_id is left out: ${NO_KEY}`,
    ],
  ]);
});

describe("a deployment on Azure", () => {
  const OPEN_KEY = {
    keyVaultId:
      "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/keys/providers/Microsoft.KeyVault/vaults/open",
    keyId: "https://open.vault.azure.net/keys/own/0123456789abcdef0123456789abcdef",
  };
  const KEY = "https://v.vault.azure.net/keys/k";
  const apart = (service: string, type: string, values: object, key: object) =>
    one(service, values, { [type]: { k: key } });
  const kusto = (key: object) =>
    apart(
      "azurerm_kusto_cluster",
      "azurerm_kusto_cluster_customer_managed_key",
      { disk_encryption_enabled: true },
      key,
    );
  const account = (values: object, key: object = {}) =>
    apart("azurerm_storage_account", "azurerm_storage_account_customer_managed_key", values, key);
  const aks = (values: object) =>
    one("azurerm_kubernetes_cluster", {
      disk_encryption_set_id: "/subscriptions/1/x",
      key_management_service: [{ key_vault_key_id: KEY }],
      default_node_pool: [{ host_encryption_enabled: true }],
      ...values,
    });
  const ON_HOST = "caches and temporary disks of nodes are not encrypted";
  testTable(
    invariant,
    [
      ["a cluster", aks({})],
      [
        "a cluster without KMS",
        aks({ key_management_service: [] }),
        `violated azurerm_kubernetes_cluster.a: key_management_service.key_vault_key_id is left out: ${NO_KEY}`,
      ],
      [
        "a cluster without encryption on its hosts",
        aks({ default_node_pool: [{ name: "system" }] }),
        `violated azurerm_kubernetes_cluster.a: default_node_pool.host_encryption_enabled is left out: ${ON_HOST}`,
      ],
      [
        "a pool without",
        one("azurerm_kubernetes_cluster_node_pool", { host_encryption_enabled: false }),
        `violated azurerm_kubernetes_cluster_node_pool.a: host_encryption_enabled is false: ${ON_HOST}`,
      ],
      [
        "disks with a key of Azure",
        one("azurerm_disk_encryption_set", {}),
        `violated azurerm_disk_encryption_set.a: key_vault_key_id is left out: ${NO_KEY}`,
      ],
      ["a storage account", account({ customer_managed_key: [{ key_vault_key_id: KEY }] })],
      [
        "a storage account with its key apart",
        account({}, { storage_account_id: "${azurerm_storage_account.a.id}", key_name: "k" }),
      ],
      [
        "a storage account with a key of Azure",
        account({}, { storage_account_id: "/x", key_name: "k" }),
        `violated azurerm_storage_account.a: has no key of its own: ${NO_KEY}`,
      ],
      [
        "a storage account that may have one",
        account({}, { storage_account_id: "${var.a}-x", key_name: "k" }),
        "unknown azurerm_storage_account.a: whether azurerm_storage_account_customer_managed_key.k is its encryption can't be told",
      ],
      [
        "a registry with a key of Azure",
        one("azurerm_container_registry", {}),
        `violated azurerm_container_registry.a: encryption.key_vault_key_id is left out: ${NO_KEY}`,
      ],
      ["a log cluster", kusto({ cluster_id: "${azurerm_kusto_cluster.a.id}", key_name: "k" })],
      [
        "a log cluster with a key of Azure",
        kusto({ cluster_id: "/x", key_name: "k" }),
        `violated azurerm_kusto_cluster.a: has no key of its own: ${NO_KEY}`,
      ],
    ],
    azureDeployment({ logCluster: { encryption: OPEN_KEY }, registry: { encryption: OPEN_KEY } }),
  );
  testTable(
    invariant,
    [
      ["a log cluster that has Azure's key, as chosen", kusto({ cluster_id: "/x", key_name: "k" })],
      ["a registry that has Azure's key, as chosen", one("azurerm_container_registry", {})],
    ],
    azureDeployment({ logCluster: {} }),
  );
});
