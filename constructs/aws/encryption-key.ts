import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { Construct } from "../../framework";
import { policyDocument } from "./iam-policy";
import { logGroups } from "../../config/aws/names";

/** Whose key it is, and where. */
export interface EncryptionKeyProps {
  /** The deployment's name; the alias is `alias/union/NAME`. */
  readonly name: string;
  /** The account, of 12 digits. */
  readonly accountId: string;
  /** The AWS region. */
  readonly region: string;
}

/**
 * The deployment's KMS key: cluster secrets, node volumes, buckets, log groups, registry and secret store.
 *
 * No plan may destroy it: whoever ends the deployment gives it to the customer first.
 *
 * IAM governs the account's own principals, which is also how EKS, S3, ECR and Secrets Manager come to use the key: on
 * behalf of the caller. CloudWatch Logs and EC2 Auto Scaling use it by themselves, and get no more than they need.
 * Document: none; it speaks of encryption in transit, this is at rest.
 */
export class EncryptionKey extends Construct {
  /** ARN of the key, for whatever encrypts with it. */
  readonly arn: string;

  constructor(scope: Construct, id: string, { name, accountId, region }: EncryptionKeyProps) {
    super(scope, id);
    // A key policy that names a missing role is refused, and an account that never scaled a group lacks this one: the
    // condition names it instead of the principal, to the same effect.
    const autoScaling = {
      ArnEquals: {
        "aws:PrincipalArn": `arn:aws:iam::${accountId}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`,
      },
    };
    const key = new KmsKey(this, "key", {
      description: `Data plane ${name}: cluster secrets, node volumes, buckets, logs, registry, client secret`,
      enableKeyRotation: true,
      deletionWindowInDays: 30,
      // What it encrypted outlives the stack: objects, kept logs, images, snapshots. Its deletion is a person's own step.
      lifecycle: { preventDestroy: true },
      policy: policyDocument([
        {
          Sid: "AccountAdministers",
          Effect: "Allow",
          Principal: { AWS: `arn:aws:iam::${accountId}:root` },
          Action: "kms:*",
          Resource: "*",
        },
        {
          Sid: "LogGroupsOfThisDeployment",
          Effect: "Allow",
          Principal: { Service: `logs.${region}.amazonaws.com` },
          Action: ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"],
          Resource: "*",
          Condition: {
            ArnLike: {
              "kms:EncryptionContext:aws:logs:arn": logGroups({ name }).map(
                (group) => `arn:aws:logs:${region}:${accountId}:log-group:${group}`,
              ),
            },
          },
        },
        {
          Sid: "NodeVolumes",
          Effect: "Allow",
          Principal: { AWS: "*" },
          Action: ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"],
          Resource: "*",
          Condition: autoScaling,
        },
        {
          Sid: "NodeVolumeGrants",
          Effect: "Allow",
          Principal: { AWS: "*" },
          Action: "kms:CreateGrant",
          Resource: "*",
          Condition: { ...autoScaling, Bool: { "kms:GrantIsForAWSResource": "true" } },
        },
      ]),
    });
    new KmsAlias(this, "alias", { name: `alias/union/${name}`, targetKeyId: key.keyId });
    this.arn = key.arn;
  }
}
