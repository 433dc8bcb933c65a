/**
 * Records of what holds data, keys and identities as resources of the provider.
 *
 * API references of Amazon S3, AWS KMS, AWS IAM, Amazon ECR, AWS Secrets Manager and CloudWatch Logs
 * (https://docs.aws.amazon.com).
 */
import { isUnknown, type Value } from "../../../model";
import { at, blocks, unknown, type ObjectValue } from "../../../values";
import { nameAt, type AccountReader, type Made } from "../../account";
import { shown } from "../../../../config/texts";

/** A document as IAM tells it: some of its answers are URL-encoded. */
const document = (value: Value | undefined): Value | undefined =>
  typeof value === "string" && value.startsWith("%") ? decodeURIComponent(value) : value;

const isGiven = (value: Value | undefined): value is Value => value !== undefined && value !== null;

export const storage: AccountReader = {
  buckets: (record) => {
    const name = nameAt(record, "Name");
    const of = (type: string, values: Made["values"]): Made => ({
      type,
      name,
      values: { id: record["Name"], bucket: record["Name"], ...values },
    });
    const { Policy: policy, PublicAccessBlock: blocked, Ownership: ownership, Versioning: versioning } = record;
    // Without a block of its own, nothing of the bucket's is blocked.
    const isBlocked = (field: string): Value => (isUnknown(blocked) ? blocked : (at(blocked, field) ?? false));
    return [
      of("aws_s3_bucket", { arn: `arn:aws:s3:::${name}` }),
      ...(isGiven(policy) ? [of("aws_s3_bucket_policy", { policy })] : []),
      of("aws_s3_bucket_public_access_block", {
        block_public_acls: isBlocked("BlockPublicAcls"),
        block_public_policy: isBlocked("BlockPublicPolicy"),
        ignore_public_acls: isBlocked("IgnorePublicAcls"),
        restrict_public_buckets: isBlocked("RestrictPublicBuckets"),
      }),
      ...encryption(record["Encryption"], of),
      ...(isGiven(ownership)
        ? [of("aws_s3_bucket_ownership_controls", { rule: [{ object_ownership: ownership }] })]
        : []),
      ...(isGiven(versioning)
        ? [of("aws_s3_bucket_versioning", { versioning_configuration: [{ status: versioning }] })]
        : []),
      ...cors(record["Cors"], of),
      ...grants(record["Grants"], of),
    ];
  },
  "account-public-access": (record) => {
    const told = record["notTold"];
    const isBlocked = (field: string): Value =>
      typeof told === "string" ? unknown(`it was not collected: ${told}`) : (record[field] ?? false);
    return [
      {
        type: "aws_s3_account_public_access_block",
        name: "account",
        values: {
          block_public_acls: isBlocked("BlockPublicAcls"),
          block_public_policy: isBlocked("BlockPublicPolicy"),
          ignore_public_acls: isBlocked("IgnorePublicAcls"),
          restrict_public_buckets: isBlocked("RestrictPublicBuckets"),
        },
      },
    ];
  },
  "kms-keys": (record) =>
    record["KeyState"] === "PendingDeletion"
      ? []
      : [
          {
            type: "aws_kms_key",
            name: nameAt(record, "KeyId"),
            values: {
              id: record["KeyId"],
              key_id: record["KeyId"],
              arn: record["Arn"],
              policy: record["Policy"],
              is_enabled: record["Enabled"],
              enable_key_rotation: record["RotationEnabled"],
            },
          },
        ],
  "kms-aliases": (record) => {
    const name = nameAt(record, "AliasName");
    if (name.startsWith("alias/aws/")) return [];
    return [
      {
        type: "aws_kms_alias",
        name,
        values: { id: name, name, arn: record["AliasArn"], target_key_id: record["TargetKeyId"] },
      },
    ];
  },
  "iam-roles": (record) => {
    const name = nameAt(record, "RoleName");
    return [
      {
        type: "aws_iam_role",
        name,
        values: {
          id: name,
          name,
          arn: record["Arn"],
          path: record["Path"],
          assume_role_policy: document(record["AssumeRolePolicyDocument"]),
          permissions_boundary: at(record["PermissionsBoundary"], "PermissionsBoundaryArn"),
        },
      },
      ...blocks(record["RolePolicyList"]).map((one) => {
        const policy = shown(at(one, "PolicyName"));
        return {
          type: "aws_iam_role_policy",
          name: `${name}:${policy}`,
          values: { id: `${name}:${policy}`, name: policy, role: name, policy: document(at(one, "PolicyDocument")) },
        };
      }),
      ...blocks(record["AttachedManagedPolicies"]).map((one) => ({
        type: "aws_iam_role_policy_attachment",
        name: `${name}/${shown(at(one, "PolicyArn"))}`,
        values: { role: name, policy_arn: at(one, "PolicyArn") },
      })),
    ];
  },
  "iam-policies": (record) => {
    const version = blocks(record["PolicyVersionList"]).find((one) => at(one, "IsDefaultVersion") === true);
    return [
      {
        type: "aws_iam_policy",
        name: nameAt(record, "PolicyName"),
        values: {
          id: record["Arn"],
          arn: record["Arn"],
          name: record["PolicyName"],
          policy: document(at(version, "Document")),
        },
      },
    ];
  },
  "ecr-repositories": (record) => {
    const name = nameAt(record, "repositoryName");
    const encrypted = record["encryptionConfiguration"];
    return [
      {
        type: "aws_ecr_repository",
        name,
        values: {
          id: name,
          name,
          arn: record["repositoryArn"],
          registry_id: record["registryId"],
          image_tag_mutability: record["imageTagMutability"],
          encryption_configuration: encrypted && [
            { encryption_type: at(encrypted, "encryptionType") ?? null, kms_key: at(encrypted, "kmsKey") ?? null },
          ],
        },
      },
      ...(isGiven(record["Policy"])
        ? [{ type: "aws_ecr_repository_policy", name, values: { repository: name, policy: record["Policy"] } }]
        : []),
    ];
  },
  "ecr-pull-through-rules": (record) => [
    {
      type: "aws_ecr_pull_through_cache_rule",
      name: nameAt(record, "ecrRepositoryPrefix"),
      values: {
        id: record["ecrRepositoryPrefix"],
        ecr_repository_prefix: record["ecrRepositoryPrefix"],
        upstream_registry_url: record["upstreamRegistryUrl"],
        upstream_repository_prefix: record["upstreamRepositoryPrefix"],
        credential_arn: record["credentialArn"],
        custom_role_arn: record["customRoleArn"],
      },
    },
  ],
  secrets: (record) => {
    const name = nameAt(record, "Name");
    return [
      {
        type: "aws_secretsmanager_secret",
        name,
        values: { id: record["ARN"], arn: record["ARN"], name, kms_key_id: record["KmsKeyId"] },
      },
      ...(isGiven(record["Policy"])
        ? [
            {
              type: "aws_secretsmanager_secret_policy",
              name,
              values: { secret_arn: record["ARN"], policy: record["Policy"] },
            },
          ]
        : []),
    ];
  },
  "log-groups": (record) => [
    {
      type: "aws_cloudwatch_log_group",
      name: nameAt(record, "logGroupName"),
      values: {
        id: record["logGroupName"],
        name: record["logGroupName"],
        arn: record["logGroupArn"],
        kms_key_id: record["kmsKeyId"],
        retention_in_days: record["retentionInDays"],
      },
    },
  ],
  "oidc-providers": (record) => {
    const arn = nameAt(record, "Arn");
    const url = arn.replace(/^.*:oidc-provider\//, "");
    return [
      {
        type: "aws_iam_openid_connect_provider",
        name: url,
        values: { id: arn, arn, url, client_id_list: record["ClientIDList"] },
      },
    ];
  },
};

type Of = (type: string, values: Made["values"]) => Made;

function encryption(told: Value | undefined, of: Of): Made[] {
  const type = "aws_s3_bucket_server_side_encryption_configuration";
  if (isUnknown(told)) return [of(type, { rule: told })];
  if (!isGiven(told)) return [];
  const rule = blocks(told).map((one): ObjectValue => {
    const kind = at(one, "ApplyServerSideEncryptionByDefault");
    return {
      bucket_key_enabled: at(one, "BucketKeyEnabled") ?? null,
      apply_server_side_encryption_by_default: [
        { sse_algorithm: at(kind, "SSEAlgorithm") ?? null, kms_master_key_id: at(kind, "KMSMasterKeyID") ?? null },
      ],
    };
  });
  return [of(type, { rule })];
}

function cors(told: Value | undefined, of: Of): Made[] {
  if (!isGiven(told)) return [];
  if (isUnknown(told)) return [of("aws_s3_bucket_cors_configuration", { cors_rule: told })];
  const rules = blocks(told).map((one) => ({
    allowed_origins: at(one, "AllowedOrigins") ?? null,
    allowed_methods: at(one, "AllowedMethods") ?? null,
    allowed_headers: at(one, "AllowedHeaders") ?? null,
    expose_headers: at(one, "ExposeHeaders") ?? null,
  }));
  return [of("aws_s3_bucket_cors_configuration", { cors_rule: rules })];
}

/** Groups of everybody in a bucket's access control list; other grantees are accounts by their ids. */
function grants(told: Value | undefined, of: Of): Made[] {
  if (isUnknown(told)) return [of("aws_s3_bucket_acl", { access_control_policy: told })];
  const grant = blocks(told)
    .filter((one) => isGiven(at(one, "URI")))
    .map((one) => ({ grantee: [{ uri: at(one, "URI") ?? null }], permission: at(one, "Permission") ?? null }));
  return grant.length > 0 ? [of("aws_s3_bucket_acl", { access_control_policy: [{ grant }] })] : [];
}
