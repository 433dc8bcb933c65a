/** Names that the account, the region or all of AWS takes once: free, or the deployment's own already. */
import { field } from "../../verification/values";
import { fails, holds, once, type Check } from "../check";
import { askedFor, isOwn, type Looking, type Tagged } from "./ask";
import type { PreflightRight } from "./rights";

/** What has a name: undefined where it is free, else whether it can be told to be the deployment's own. */
type Taken = { readonly isOwn: boolean; readonly what?: string } | undefined;

interface Kind {
  readonly what: string;
  /** The resource's type, and the argument that is its name. */
  readonly type: string;
  readonly argument: string;
  readonly taken: (name: string) => Promise<Taken>;
}

export function names(looking: Looking): readonly Check[] {
  const { stacks } = looking;
  const stands = once(() => clusterStands(looking));
  return kinds(looking).flatMap(({ what, type, argument, taken }) => {
    const all = stacks.ofType(type).flatMap((resource) => stacks.text(field(resource, argument)) ?? []);
    return [...new Set(all)].map((name) => ({
      about: `${what} ${name}`,
      look: async () => {
        const found = await taken(name);
        if (found === undefined) return holds("is free");
        // What has no tags to tell it by is the deployment's own where its cluster is.
        if (found.isOwn || (await stands())) return holds("is the deployment's own already");
        return fails(
          found.what ?? "is taken",
          "give the deployment another 'name', or remove what has it (terraform import takes it into the state)",
        );
      },
    }));
  });
}

/** Whether the deployment's own cluster stands already. */
async function clusterStands({ deployment, services: { eks } }: Looking): Promise<boolean> {
  const call = eks.client.send(new eks.sdk.DescribeClusterCommand({ name: deployment.name }));
  const told = await askedFor("eks:DescribeCluster", call, ["ResourceNotFoundException"]);
  return told?.cluster?.tags?.["union:deployment"] === deployment.name;
}

function kinds(looking: Looking): readonly Kind[] {
  const { deployment, services } = looking;
  const { s3, eks, iam, kms, secrets, ecr, logs, ec2, balancers } = services;
  /** Something that one call asks for by its name. */
  const byName =
    <Told>(
      right: PreflightRight,
      none: readonly string[],
      ask: (name: string) => Promise<Told>,
      of: (told: Told) => Taken,
    ) =>
    async (name: string) => {
      const told = await askedFor(right, ask(name), none);
      return told === undefined ? undefined : of(told);
    };
  const tagged = (one: Tagged | undefined) => (one === undefined ? undefined : { isOwn: isOwn(deployment, one.Tags) });
  return [
    {
      what: "bucket",
      type: "aws_s3_bucket",
      argument: "bucket",
      taken: byName(
        "s3:ListBucket",
        ["NotFound", "404"],
        async (Bucket) => {
          try {
            await s3.client.send(new s3.sdk.HeadBucketCommand({ Bucket }));
            return { isOwn: false };
          } catch (error) {
            // Of a bucket of another account nobody is told more.
            const { $metadata } = error as { readonly $metadata?: { readonly httpStatusCode?: number } };
            if ($metadata?.httpStatusCode === 403) return { isOwn: false, what: "is taken, by another account" };
            throw error;
          }
        },
        (told) => told,
      ),
    },
    {
      what: "cluster",
      type: "aws_eks_cluster",
      argument: "name",
      taken: byName(
        "eks:DescribeCluster",
        ["ResourceNotFoundException"],
        (name) => eks.client.send(new eks.sdk.DescribeClusterCommand({ name })),
        () => ({ isOwn: false }),
      ),
    },
    {
      what: "role",
      type: "aws_iam_role",
      argument: "name",
      taken: byName(
        "iam:GetRole",
        ["NoSuchEntity", "NoSuchEntityException"],
        (RoleName) => iam.client.send(new iam.sdk.GetRoleCommand({ RoleName })),
        ({ Role }) => tagged(Role),
      ),
    },
    {
      what: "key alias",
      type: "aws_kms_alias",
      argument: "name",
      taken: byName(
        "kms:DescribeKey",
        ["NotFoundException"],
        (KeyId) => kms.client.send(new kms.sdk.DescribeKeyCommand({ KeyId })),
        () => ({ isOwn: false }),
      ),
    },
    {
      what: "secret",
      type: "aws_secretsmanager_secret",
      argument: "name",
      taken: byName(
        "secretsmanager:DescribeSecret",
        ["ResourceNotFoundException"],
        (SecretId) => secrets.client.send(new secrets.sdk.DescribeSecretCommand({ SecretId })),
        ({ DeletedDate, Tags }) =>
          DeletedDate === undefined
            ? tagged({ Tags })
            : { isOwn: false, what: `is taken until ${DeletedDate.toISOString()}, when it is deleted` },
      ),
    },
    {
      what: "repository",
      type: "aws_ecr_repository",
      argument: "name",
      taken: byName(
        "ecr:DescribeRepositories",
        ["RepositoryNotFoundException"],
        (name) => ecr.client.send(new ecr.sdk.DescribeRepositoriesCommand({ repositoryNames: [name] })),
        () => ({ isOwn: false }),
      ),
    },
    {
      what: "pull-through cache",
      type: "aws_ecr_pull_through_cache_rule",
      argument: "ecr_repository_prefix",
      taken: byName(
        "ecr:DescribePullThroughCacheRules",
        ["PullThroughCacheRuleNotFoundException"],
        (prefix) =>
          ecr.client.send(new ecr.sdk.DescribePullThroughCacheRulesCommand({ ecrRepositoryPrefixes: [prefix] })),
        () => ({ isOwn: false }),
      ),
    },
    {
      what: "log group",
      type: "aws_cloudwatch_log_group",
      argument: "name",
      taken: byName(
        "logs:DescribeLogGroups",
        [],
        (logGroupNamePrefix) => logs.client.send(new logs.sdk.DescribeLogGroupsCommand({ logGroupNamePrefix })),
        ({ logGroups = [] }) => (logGroups.length === 0 ? undefined : { isOwn: false }),
      ),
    },
    {
      what: "launch template",
      type: "aws_launch_template",
      argument: "name",
      taken: byName(
        "ec2:DescribeLaunchTemplates",
        ["InvalidLaunchTemplateName.NotFoundException"],
        (name) => ec2.client.send(new ec2.sdk.DescribeLaunchTemplatesCommand({ LaunchTemplateNames: [name] })),
        ({ LaunchTemplates = [] }) => tagged(LaunchTemplates[0]),
      ),
    },
    {
      what: "load balancer",
      type: "aws_lb",
      argument: "name",
      taken: byName(
        "elasticloadbalancing:DescribeLoadBalancers",
        ["LoadBalancerNotFoundException", "LoadBalancerNotFound"],
        (name) => balancers.client.send(new balancers.sdk.DescribeLoadBalancersCommand({ Names: [name] })),
        () => ({ isOwn: false }),
      ),
    },
  ];
}
