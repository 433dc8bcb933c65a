import { ArtifactRegistryRepository } from "@cdktf/provider-google/lib/artifact-registry-repository";
import type { Cloud } from "../config/deployment";
import { TerraformResource, type TerraformStack } from "../framework";

/**
 * What holds data, addresses or everything else: a plan that would destroy one is refused by Terraform itself. A resource
 * that leaves the stack altogether is not: `dataplane diff` and `npm run deploy` look for those.
 */
const PROTECTED: Readonly<Record<Cloud, readonly string[]>> = {
  aws: [
    "aws_eks_cluster",
    "aws_vpc",
    "aws_subnet",
    "aws_eip",
    "aws_s3_bucket",
    "aws_kms_key",
    "aws_ecr_repository",
    "aws_cloudwatch_log_group",
    "aws_secretsmanager_secret",
  ],
  google: [
    "google_container_cluster",
    "google_compute_network",
    "google_compute_subnetwork",
    "google_compute_address",
    "google_storage_bucket",
    "google_kms_key_ring",
    "google_kms_crypto_key",
    "google_artifact_registry_repository",
    "google_logging_project_bucket_config",
    "google_secret_manager_secret",
  ],
  azure: [
    "azurerm_resource_group",
    "azurerm_kubernetes_cluster",
    "azurerm_virtual_network",
    "azurerm_subnet",
    "azurerm_public_ip",
    "azurerm_storage_account",
    "azurerm_storage_container",
    "azurerm_key_vault",
    "azurerm_disk_encryption_set",
    "azurerm_container_registry",
    "azurerm_log_analytics_workspace",
    "azurerm_kusto_cluster",
    "azurerm_kusto_database",
  ],
};

/** A cache of a public registry, whose new login makes it anew on Google Cloud: the registry has all that is in it. */
const isCache = (node: TerraformResource) =>
  node instanceof ArtifactRegistryRepository && node.modeInput === "REMOTE_REPOSITORY";

/** Adds `prevent_destroy` to all of a stack that is worth it. */
export function protect(stack: TerraformStack, cloud: Cloud): void {
  const types = new Set(PROTECTED[cloud]);
  for (const node of stack.node.findAll()) {
    if (!TerraformResource.isTerraformResource(node) || !types.has(node.terraformResourceType)) continue;
    if (isCache(node)) continue;
    node.lifecycle = { ...node.lifecycle, preventDestroy: true };
  }
}
