/** What is lost for good, or with everything in it, where a resource is destroyed: the one list of it. */

export interface Precious {
  /** What it is: `bucket`. */
  readonly what: string;
  /** What is gone with it. */
  readonly lost: string;
}

/** By types of Terraform and of Kubernetes objects. */
const PRECIOUS: readonly (readonly [types: RegExp, what: string, lost: string])[] = [
  [/^(aws_s3_bucket|google_storage_bucket|azurerm_storage_container)$/, "bucket", "the objects in it"],
  [/^(azurerm_storage_account)$/, "storage account", "the objects in it"],
  [/^(aws_eks_cluster|google_container_cluster|azurerm_kubernetes_cluster)$/, "cluster", "all that runs in it"],
  [
    /^(aws_kms_(external_)?key|google_kms_(crypto_key|key_ring)|azurerm_key_vault_key)$/,
    "key",
    "all that is encrypted with it",
  ],
  [/^(azurerm_key_vault)$/, "key vault", "the keys and secrets in it"],
  [/^(aws_secretsmanager_secret|google_secret_manager_secret|azurerm_key_vault_secret)$/, "secret", "its value"],
  [
    /^(aws_ecr_repository|google_artifact_registry_repository|azurerm_container_registry)$/,
    "registry",
    "the images in it",
  ],
  [
    /^(aws_cloudwatch_log_group|google_logging_project_bucket_config|azurerm_log_analytics_workspace)$/,
    "log store",
    "the logs in it",
  ],
  [/^azurerm_kusto_(cluster|database)$/, "log store", "the logs in it"],
  [/^(aws_(db_instance|rds_cluster|dynamodb_table|efs_file_system|ebs_volume))$/, "data store", "the data in it"],
  [/^(google_(sql_database_instance|compute_disk|filestore_instance))$/, "data store", "the data in it"],
  [/^(azurerm_(managed_disk|cosmosdb_account|mssql_database))$/, "data store", "the data in it"],
  [
    /^(aws_eip|google_compute_(global_)?address|azurerm_public_ip(_prefix)?)$/,
    "public address",
    "an address that others may have on their lists",
  ],
  [/^(aws_vpc|google_compute_network|azurerm_virtual_network)$/, "network", "all that is in it"],
  [/^(azurerm_resource_group)$/, "resource group", "all that is in it"],
  [/^(kubernetes:Namespace|kubernetes_namespace(_v1)?)$/, "namespace", "all that is in it"],
  [/^(kubernetes:PersistentVolume(Claim)?|kubernetes_persistent_volume(_claim)?(_v1)?)$/, "volume", "the files on it"],
];

/** What is lost with a resource; undefined where it can be made again as it was. */
export function preciousOf(type: string, values: Readonly<Record<string, unknown>> = {}): Precious | undefined {
  const found = PRECIOUS.find(([types]) => types.test(type));
  // An address inside of a network is on nobody's list.
  return found && values["address_type"] !== "INTERNAL" ? { what: found[1], lost: found[2] } : undefined;
}
