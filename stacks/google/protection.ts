import { ArtifactRegistryRepository } from "@cdktf/provider-google/lib/artifact-registry-repository";
import type { TerraformResource } from "../../framework";

/** Types that hold data, addresses or everything else. */
export const PROTECTED: readonly string[] = [
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
];

/** A cache of a public registry, whose new login makes it anew: the registry has all that is in it. */
export const isCache = (node: TerraformResource): boolean =>
  node instanceof ArtifactRegistryRepository && node.modeInput === "REMOTE_REPOSITORY";
