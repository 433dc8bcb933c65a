/** What holds data, keys and identities. */
import { below, kind, type Kind } from "../kind";

export const STORAGE: readonly Kind[] = [
  kind("projects", "cloudresourcemanager.googleapis.com/Project", "projectId", "projectNumber", "name", "parent"),
  kind(
    "buckets",
    "storage.googleapis.com/Bucket",
    ...["name", "location", "storageClass", "encryption.defaultKmsKeyName", "versioning", "cors", "ipFilter"],
    ...["acl.entity", "acl.role", "defaultObjectAcl.entity", "defaultObjectAcl.role"],
    ...["iamConfiguration.uniformBucketLevelAccess.enabled", "iamConfiguration.publicAccessPrevention"],
  ),
  kind("key-rings", "cloudkms.googleapis.com/KeyRing", "name"),
  kind("crypto-keys", "cloudkms.googleapis.com/CryptoKey", "name", "purpose", "rotationPeriod", "nextRotationTime"),
  kind("secrets", "secretmanager.googleapis.com/Secret", "name", "replication", "customerManagedEncryption"),
  kind(
    "repositories",
    "artifactregistry.googleapis.com/Repository",
    ...["name", "format", "mode", "kmsKeyName"],
    ...below("remoteRepositoryConfig", "dockerRepository", "commonRepository", "description"),
    ...below("remoteRepositoryConfig.upstreamCredentials.usernamePasswordCredentials", "username"),
  ),
  kind(
    "service-accounts",
    "iam.googleapis.com/ServiceAccount",
    ...["name", "email", "uniqueId", "projectId", "displayName", "disabled"],
  ),
  kind("service-account-keys", "iam.googleapis.com/ServiceAccountKey", "name", "keyType", "keyOrigin", "disabled"),
  kind("roles", "iam.googleapis.com/Role", "name", "title", "includedPermissions", "deleted"),
  kind(
    "log-buckets",
    "logging.googleapis.com/LogBucket",
    ...["name", "retentionDays", "cmekSettings.kmsKeyName", "lifecycleState"],
  ),
  kind("log-sinks", "logging.googleapis.com/LogSink", "name", "destination", "filter", "writerIdentity", "disabled"),
];
