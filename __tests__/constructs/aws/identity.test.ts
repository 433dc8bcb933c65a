import { Identity, type IdentityProps } from "../../../constructs/aws/identity";
import { statement, statements, Synthesized } from "../../support/constructs";

const KEY = "arn:aws:kms:us-east-2:123456789012:key/own";
const PROVIDER = "arn:aws:iam::123456789012:oidc-provider/oidc.eks.us-east-2.amazonaws.com/id/ABC";
const BUCKETS = ["arn:aws:s3:::meta", "arn:aws:s3:::fast"];
const LOG_OBJECTS = "arn:aws:s3:::meta/persisted-logs/*";
const LOG_GROUP = "arn:aws:logs:us-east-2:123456789012:log-group:/union/acme/pods";
const BUILDS = "arn:aws:ecr:us-east-2:123456789012:repository/union/acme/builds";

const synthesize = (more: Partial<IdentityProps> = {}) =>
  Synthesized.of((scope) => {
    new Identity(scope, "identity", {
      names: {
        platform: "acme-platform",
        task: "acme-task",
        fluentBit: "acme-fluent-bit",
        autoscaler: "acme-autoscaler",
      },
      accountId: "123456789012",
      region: "us-east-2",
      clusterName: "acme",
      oidcProviderArn: PROVIDER,
      issuer: "oidc.eks.us-east-2.amazonaws.com/id/ABC",
      taskServiceAccounts: [
        { namespace: "union", name: "union" },
        { namespace: "flytesnacks-development", name: "default" },
      ],
      fluentBitServiceAccount: { namespace: "union-fluent-bit", name: "fluentbit-system" },
      bucketArns: BUCKETS,
      keyArn: KEY,
      logs: { objectArn: LOG_OBJECTS },
      repositoryArn: BUILDS,
      secretNamePrefixes: ["union/acme/"],
      ...more,
    });
  });
const made = synthesize();
const withLogGroup = synthesize({ logs: { groupArn: LOG_GROUP } });

const trust = (role: string) => statements(made.one("aws_iam_role", { name: role }).assume_role_policy);
const policy = (name: string, of = made): string => of.one("aws_iam_role_policy", { name }).policy;

test.each([
  { role: "acme-platform", accounts: ["system:serviceaccount:union:union-system"] },
  {
    role: "acme-task",
    accounts: ["system:serviceaccount:union:union", "system:serviceaccount:flytesnacks-development:default"],
  },
  { role: "acme-fluent-bit", accounts: ["system:serviceaccount:union-fluent-bit:fluentbit-system"] },
  { role: "acme-autoscaler", accounts: ["system:serviceaccount:union-autoscaler:cluster-autoscaler"] },
])("$role trusts exactly $accounts", ({ role, accounts }) => {
  expect(trust(role)).toEqual([
    {
      Effect: "Allow",
      Principal: { Federated: PROVIDER },
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition: {
        StringEquals: {
          "oidc.eks.us-east-2.amazonaws.com/id/ABC:aud": "sts.amazonaws.com",
          "oidc.eks.us-east-2.amazonaws.com/id/ABC:sub": accounts,
        },
      },
    },
  ]);
});

test("nothing but what AWS can't narrow is allowed on every resource", () => {
  const wide = made
    .all("aws_iam_role_policy")
    .flatMap((rolePolicy) => statements(rolePolicy.policy))
    .filter(({ Resource }) => [Resource].flat().includes("*"))
    .flatMap(({ Action }) => Action as string | string[]);
  expect(wide.sort()).toEqual([
    "autoscaling:DescribeAutoScalingGroups",
    "autoscaling:DescribeAutoScalingInstances",
    "autoscaling:DescribeLaunchConfigurations",
    "autoscaling:DescribeScalingActivities",
    "ec2:DescribeImages",
    "ec2:DescribeInstanceTypes",
    "ec2:DescribeLaunchTemplateVersions",
    "ec2:GetInstanceTypesFromInstanceRequirements",
    "ecr:GetAuthorizationToken",
    "secretsmanager:ListSecrets",
  ]);
});

test("no identity may do all of a service", () => {
  const all = ["platform", "task", "fluent-bit", "autoscaler"]
    .flatMap((name) => statements(policy(name)))
    .filter(({ Effect }) => Effect === "Allow")
    .flatMap(({ Action }) => Action);
  expect(all.filter((action) => /^\*|:\*/.test(action))).toEqual([]);
});

test("task pods reach the two buckets and nothing else, and no logs in them", () => {
  const allowed = statements(policy("task")).filter(({ Effect }) => Effect === "Allow");
  expect(allowed.flatMap(({ Action }) => Action)).toEqual([
    "s3:ListBucket",
    "s3:GetObject*",
    "s3:PutObject*",
    "s3:DeleteObject",
    "kms:Decrypt",
    "kms:GenerateDataKey",
  ]);
  expect(statement(policy("task"), "NoLogs")).toMatchObject({ Effect: "Deny", Action: "s3:*", Resource: LOG_OBJECTS });
  expect(statement(policy("task"), "Buckets").Resource).toEqual(BUCKETS);
  expect(statement(policy("task"), "Objects").Resource).toEqual(BUCKETS.map((bucket) => `${bucket}/*`));
});

test("task pods that build images push to the builds alone, and pull what they build on", () => {
  const task = synthesize({ baseImageArns: ["arn:aws:ecr:us-east-2:123456789012:repository/acme/*"] }).one(
    "aws_iam_role_policy",
    { name: "task" },
  ).policy as string;
  expect(statement(task, "ImageBuilds").Resource).toBe(BUILDS);
  const { Resource, Action } = statement(task, "BaseImages");
  expect(Resource).toEqual(["arn:aws:ecr:us-east-2:123456789012:repository/acme/*"]);
  expect([Action].flat().join()).not.toMatch(/Put|Upload|Create|Delete/);
});

test.each([
  { name: "task", services: ["s3.us-east-2.amazonaws.com"] },
  { name: "platform", services: ["s3.us-east-2.amazonaws.com", "secretsmanager.us-east-2.amazonaws.com"] },
])("$name uses the key through $services only", ({ name, services }) => {
  const { Resource, Condition } = statement(policy(name), "KeyThroughServices");
  expect(Resource).toBe(KEY);
  expect(Condition).toEqual({ StringEquals: { "kms:ViaService": services } });
});

test("the platform manages the deployment's secrets, reads its log group and pushes to its repository", () => {
  const platform = policy("platform", withLogGroup);
  expect(statement(platform, "Secrets").Resource).toEqual([
    "arn:aws:secretsmanager:us-east-2:123456789012:secret:union/acme/*",
  ]);
  expect(statement(platform, "LogsRead").Resource).toBe(`${LOG_GROUP}:*`);
  expect(statement(platform, "LogsRead").Action.join()).not.toMatch(/Put|Create|Delete/);
  expect(statement(platform, "ImageBuilds").Resource).toBe(BUILDS);
});

test("Fluent Bit writes logs to their folder, encrypted, and can't read them", () => {
  expect(statements(policy("fluent-bit"))).toEqual([
    { Sid: "LogsWrite", Effect: "Allow", Action: "s3:PutObject", Resource: LOG_OBJECTS },
    statement(policy("task"), "KeyThroughServices"),
  ]);
});

test("Fluent Bit writes to its log group and can't read it", () => {
  const [write, ...others] = statements(policy("fluent-bit", withLogGroup));
  expect(others).toEqual([]);
  expect(write).toMatchObject({
    Action: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
    Resource: `${LOG_GROUP}:*`,
  });
});

test("the autoscaler sizes this cluster's groups only", () => {
  const writes = statements(policy("autoscaler")).filter(({ Action }) => !/Describe|Get/.test([Action].flat().join()));
  expect(writes).toEqual([
    {
      Sid: "SizeThisClustersGroups",
      Effect: "Allow",
      Action: ["autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"],
      Resource: "arn:aws:autoscaling:us-east-2:123456789012:autoScalingGroup:*:autoScalingGroupName/eks-*",
      Condition: { StringEquals: { "aws:ResourceTag/eks:cluster-name": "acme" } },
    },
  ]);
});

test("a task namespace's own role has the rights of the first, for its own service accounts only", () => {
  const own = { namespace: "a-development", role: "acme-task-a-development" };
  const accounts = [{ namespace: "a-development", name: "default" }];
  const apart = synthesize({ namespaceTaskRoles: [{ ...own, accounts }] });
  const [trusted] = statements(apart.one("aws_iam_role", { name: own.role }).assume_role_policy);
  expect(trusted.Condition.StringEquals["oidc.eks.us-east-2.amazonaws.com/id/ABC:sub"]).toEqual([
    "system:serviceaccount:a-development:default",
  ]);
  expect(policy("task-a-development", apart)).toBe(policy("task", apart));
});
