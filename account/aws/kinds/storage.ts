/** What holds data, keys and identities, and who may use it. */
import { listed, type Kind } from "../kind";

export const STORAGE: readonly Kind[] = [
  {
    name: "buckets",
    fields: ["Name", "Policy", "PublicAccessBlock", "Encryption", "Ownership", "Versioning", "Cors", "Grants"],
    answers: async function* ({ s3 }, ask) {
      const { client, sdk } = s3;
      for await (const { Buckets = [] } of ask.pages("s3:ListAllMyBuckets", sdk.paginateListBuckets(s3, {}))) {
        for (const { Name: Bucket } of Buckets) {
          const of = { Bucket };
          const [Policy, PublicAccessBlock, Encryption, Ownership, Versioning, Cors, Grants] = await Promise.all([
            ask.part("s3:GetBucketPolicy", client.send(new sdk.GetBucketPolicyCommand(of)), (answer) => answer.Policy, [
              "NoSuchBucketPolicy",
            ]),
            ask.part(
              "s3:GetBucketPublicAccessBlock",
              client.send(new sdk.GetPublicAccessBlockCommand(of)),
              (answer) => answer.PublicAccessBlockConfiguration,
              ["NoSuchPublicAccessBlockConfiguration"],
            ),
            ask.part(
              "s3:GetEncryptionConfiguration",
              client.send(new sdk.GetBucketEncryptionCommand(of)),
              (answer) => answer.ServerSideEncryptionConfiguration?.Rules,
              ["ServerSideEncryptionConfigurationNotFoundError"],
            ),
            ask.part(
              "s3:GetBucketOwnershipControls",
              client.send(new sdk.GetBucketOwnershipControlsCommand(of)),
              (answer) => answer.OwnershipControls?.Rules?.[0]?.ObjectOwnership,
              ["OwnershipControlsNotFoundError"],
            ),
            ask.part(
              "s3:GetBucketVersioning",
              client.send(new sdk.GetBucketVersioningCommand(of)),
              (answer) => answer.Status,
            ),
            ask.part("s3:GetBucketCORS", client.send(new sdk.GetBucketCorsCommand(of)), (answer) => answer.CORSRules, [
              "NoSuchCORSConfiguration",
            ]),
            ask.part("s3:GetBucketAcl", client.send(new sdk.GetBucketAclCommand(of)), (answer) =>
              answer.Grants?.map(({ Grantee, Permission }) => ({ URI: Grantee?.URI, Permission })),
            ),
          ]);
          yield [{ Name: Bucket, Policy, PublicAccessBlock, Encryption, Ownership, Versioning, Cors, Grants }];
        }
      }
    },
  },
  {
    name: "account-public-access",
    fields: ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets", "notTold"],
    answers: async function* ({ s3Control: { client, sdk }, sts }, ask) {
      const AccountId = await ask.part(
        "sts:GetCallerIdentity",
        sts.client.send(new sts.sdk.GetCallerIdentityCommand({})),
        ({ Account }) => Account,
      );
      if (typeof AccountId !== "string") return;
      const blocked = await ask.part(
        "s3:GetAccountPublicAccessBlock",
        client.send(new sdk.GetPublicAccessBlockCommand({ AccountId })),
        (answer) => answer.PublicAccessBlockConfiguration,
        ["NoSuchPublicAccessBlockConfiguration"],
      );
      yield blocked ? [blocked] : [];
    },
  },
  {
    name: "kms-keys",
    fields: ["KeyId", "Arn", "Enabled", "KeyState", "KeyManager", "Policy", "RotationEnabled", "notTold"],
    answers: async function* ({ kms }, ask) {
      const { client, sdk } = kms;
      for await (const { Keys = [] } of ask.pages("kms:ListKeys", sdk.paginateListKeys(kms, {}))) {
        for (const { KeyId, KeyArn } of Keys) {
          const of = { KeyId };
          const told = await ask.part(
            "kms:DescribeKey",
            client.send(new sdk.DescribeKeyCommand(of)),
            (answer) => answer.KeyMetadata,
          );
          // AWS's own keys, whose policies nobody changes.
          if (told && "KeyManager" in told && told.KeyManager === "AWS") continue;
          const Policy = await ask.part(
            "kms:GetKeyPolicy",
            client.send(new sdk.GetKeyPolicyCommand({ ...of, PolicyName: "default" })),
            (answer) => answer.Policy,
          );
          const RotationEnabled = await ask.part(
            "kms:GetKeyRotationStatus",
            client.send(new sdk.GetKeyRotationStatusCommand(of)),
            (answer) => answer.KeyRotationEnabled,
            // Keys that can't be rotated.
            ["UnsupportedOperationException"],
          );
          yield [{ Arn: KeyArn, KeyId, ...told, Policy, RotationEnabled }];
        }
      }
    },
  },
  listed(
    "kms-aliases",
    "kms:ListAliases",
    ({ kms }) => kms.sdk.paginateListAliases(kms, {}),
    ({ Aliases }) => Aliases,
    ["AliasName", "AliasArn", "TargetKeyId"],
  ),
  {
    name: "iam-roles",
    fields: [
      ...["RoleName", "Arn", "Path", "AssumeRolePolicyDocument", "RolePolicyList.PolicyName"],
      ...["RolePolicyList.PolicyDocument", "AttachedManagedPolicies.PolicyArn", "PermissionsBoundary"],
    ],
    answers: async function* ({ iam }, ask) {
      const pages = iam.sdk.paginateGetAccountAuthorizationDetails(iam, { Filter: ["Role"] });
      for await (const { RoleDetailList } of ask.pages("iam:GetAccountAuthorizationDetails", pages)) {
        yield RoleDetailList ?? [];
      }
    },
  },
  {
    name: "iam-policies",
    fields: ["PolicyName", "Arn", "DefaultVersionId", "PolicyVersionList"],
    answers: async function* ({ iam }, ask) {
      const pages = iam.sdk.paginateGetAccountAuthorizationDetails(iam, { Filter: ["LocalManagedPolicy"] });
      for await (const { Policies } of ask.pages("iam:GetAccountAuthorizationDetails", pages)) yield Policies ?? [];
    },
  },
  {
    name: "ecr-repositories",
    fields: [
      "repositoryName",
      "repositoryArn",
      "registryId",
      "encryptionConfiguration",
      "imageTagMutability",
      "Policy",
    ],
    answers: async function* ({ ecr }, ask) {
      const { client, sdk } = ecr;
      const pages = ask.pages("ecr:DescribeRepositories", sdk.paginateDescribeRepositories(ecr, {}));
      for await (const { repositories = [] } of pages) {
        for (const repository of repositories) {
          const { repositoryName } = repository;
          const Policy = await ask.part(
            "ecr:GetRepositoryPolicy",
            client.send(new sdk.GetRepositoryPolicyCommand({ repositoryName })),
            (answer) => answer.policyText,
            ["RepositoryPolicyNotFoundException"],
          );
          yield [{ ...repository, Policy }];
        }
      }
    },
  },
  listed(
    "ecr-pull-through-rules",
    "ecr:DescribePullThroughCacheRules",
    ({ ecr }) => ecr.sdk.paginateDescribePullThroughCacheRules(ecr, {}),
    ({ pullThroughCacheRules }) => pullThroughCacheRules,
    [...["ecrRepositoryPrefix", "upstreamRegistryUrl", "upstreamRepositoryPrefix", "credentialArn"], "customRoleArn"],
  ),
  {
    name: "secrets",
    // Never a value: only who may ask for it, and by which key it is kept.
    fields: ["ARN", "Name", "KmsKeyId", "Policy"],
    answers: async function* ({ secrets }, ask) {
      const { client, sdk } = secrets;
      const pages = ask.pages("secretsmanager:ListSecrets", sdk.paginateListSecrets(secrets, {}));
      for await (const { SecretList = [] } of pages) {
        for (const secret of SecretList) {
          const Policy = await ask.part(
            "secretsmanager:GetResourcePolicy",
            client.send(new sdk.GetResourcePolicyCommand({ SecretId: secret.ARN })),
            (answer) => answer.ResourcePolicy,
          );
          yield [{ ...secret, Policy }];
        }
      }
    },
  },
  listed(
    "log-groups",
    "logs:DescribeLogGroups",
    ({ logs }) => logs.sdk.paginateDescribeLogGroups(logs, {}),
    ({ logGroups }) => logGroups,
    ["logGroupName", "logGroupArn", "kmsKeyId", "retentionInDays"],
  ),
  {
    name: "oidc-providers",
    fields: ["Arn", "ClientIDList"],
    answers: async function* ({ iam }, ask) {
      const { client, sdk } = iam;
      const call = client.send(new sdk.ListOpenIDConnectProvidersCommand({}));
      const found = await ask.part(
        "iam:ListOpenIDConnectProviders",
        call,
        (answer) => answer.OpenIDConnectProviderList,
      );
      for (const { Arn } of Array.isArray(found) ? found : []) {
        const ClientIDList = await ask.part(
          "iam:GetOpenIDConnectProvider",
          client.send(new sdk.GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: Arn })),
          (answer) => answer.ClientIDList,
        );
        yield [{ Arn, ClientIDList }];
      }
    },
  },
];
