/**
 * On what each action is granted: by the deployment's names where they are in an ARN, by its tag where they are not, and
 * in its region alone where something is made that has neither yet.
 */
import { logGroups, pullThroughPrefix, secretPrefix } from "../../config/aws/names";
import type { AwsDeployment } from "../../config/deployment";
import type { Stacks } from "../../preflight/stacks";
import { field } from "../../verification/values";

/** Statement of a policy of IAM, but for its actions. */
export interface Scope {
  readonly sid: string;
  readonly resources: readonly string[];
  readonly condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** Roles that AWS makes for its own services, at their first use in an account. */
const SERVICE_ROLES = [
  ...["autoscaling", "eks", "eks-nodegroup", "elasticloadbalancing", "pullthroughcache.ecr", "spot"],
].map((name) => `${name}.amazonaws.com`);

/** The scope of each action of a deployment. `boundary`: the ARN of the permissions boundary of every role. */
export function scopeOf(
  deployment: AwsDeployment,
  stacks: Stacks,
  boundary: string,
): (action: string) => readonly Scope[] {
  const { account, cloudRegion: region, name } = deployment;
  const arn = (service: string, rest: string) => `arn:aws:${service}:${region}:${account}:${rest}`;
  const namesOf = (type: string, argument: string) =>
    stacks.ofType(type).flatMap((resource) => stacks.text(field(resource, argument)) ?? []);
  const roles = namesOf("aws_iam_role", "name").map(
    (role) => `arn:aws:iam::${account}:role${deployment.rolePath}${role}`,
  );
  const own = { StringEquals: { "aws:ResourceTag/union:deployment": name } };
  const inRegion = { StringEquals: { "aws:RequestedRegion": region } };
  const everywhere: Scope = { sid: "Read", resources: ["*"] };
  const bounded = { StringEquals: { "iam:PermissionsBoundary": boundary } };
  const attached = [
    ...new Set(
      stacks.ofType("aws_iam_role_policy_attachment").flatMap((one) => stacks.text(field(one, "policy_arn")) ?? []),
    ),
  ];
  const one = (action: string): Scope => {
    const [service = "", call = ""] = action.split(":");
    switch (service) {
      case "ec2":
        return ofEc2(call, everywhere, own, inRegion);
      case "s3":
        return {
          sid: "Buckets",
          resources: namesOf("aws_s3_bucket", "bucket").map((bucket) => `arn:aws:s3:::${bucket}`),
        };
      case "eks":
        return {
          sid: "Cluster",
          resources: [
            arn("eks", `cluster/${name}`),
            ...["nodegroup", "addon", "access-entry"].map((kind) => arn("eks", `${kind}/${name}/*`)),
          ],
        };
      case "ecr":
        return /PullThroughCacheRule|RepositoryCreationTemplate/.test(call)
          ? { sid: "Caches", resources: ["*"], condition: inRegion }
          : {
              sid: "Repositories",
              resources: [`union/${name}/*`, `${pullThroughPrefix(deployment)}/*`].map((path) =>
                arn("ecr", `repository/${path}`),
              ),
            };
      case "logs":
        return call === "DescribeLogGroups"
          ? everywhere
          : { sid: "Logs", resources: logGroups(deployment).map((group) => arn("logs", `log-group:${group}`)) };
      case "secretsmanager":
        return { sid: "Secrets", resources: [arn("secretsmanager", `secret:${secretPrefix(deployment)}*`)] };
      case "kms":
        return ofKms(call, everywhere, own, inRegion, arn, deployment);
      case "elasticloadbalancing":
        if (call.startsWith("Describe")) return everywhere;
        return {
          sid: "Balancers",
          resources: ["loadbalancer", "listener", "targetgroup"].map((kind) => arn(service, `${kind}/*`)),
        };
      case "iam":
        return ofIam(call, roles, attached, bounded, account, region);
      default:
        return everywhere;
    }
  };
  // What has no tag yet gets the deployment's; what has it already may get others.
  const first: Scope = {
    sid: "Tag",
    resources: ["*"],
    condition: {
      StringEquals: { ...inRegion.StringEquals, "aws:RequestTag/union:deployment": name },
      Null: { "aws:ResourceTag/union:deployment": "true" },
    },
  };
  return (action) => (action === "ec2:CreateTags" ? [first, one(action)] : [one(action)]);
}

type Condition = NonNullable<Scope["condition"]>;

function ofEc2(call: string, everywhere: Scope, own: Condition, inRegion: Condition): Scope {
  if (/^(Describe|Get)/.test(call)) return everywhere;
  // What is made has no tag yet, and EC2 starts nodes with what the launch template names.
  if (/^(Create(?!Tags)|Allocate|RunInstances)/.test(call))
    return { sid: "Make", resources: ["*"], condition: inRegion };
  // A rule is made in a group, a route in a table: the group or table has the tag, the rule has none yet; and the
  // network's own first group and table are made without one.
  if (
    /^(Authorize|Revoke|Associate|Attach|Replace|DeleteRoute$|ModifyVpcEndpoint$|ModifySecurityGroupRules)/.test(call)
  )
    return {
      sid: "Connect",
      resources: ["*"],
      condition: { ...inRegion, StringEqualsIfExists: own["StringEquals"] ?? {} },
    };
  return { sid: "Change", resources: ["*"], condition: own };
}

function ofKms(
  call: string,
  everywhere: Scope,
  own: Condition,
  inRegion: Condition,
  arn: (service: string, rest: string) => string,
  { name, encryption }: AwsDeployment,
): Scope {
  if (call === "ListAliases") return everywhere;
  if (call === "CreateKey") return { sid: "MakeKey", resources: ["*"], condition: inRegion };
  if (/Alias$/.test(call))
    return { sid: "KeyAlias", resources: [arn("kms", `alias/union/${name}`), arn("kms", "key/*")] };
  return encryption === undefined
    ? { sid: "Key", resources: [arn("kms", "key/*")], condition: own }
    : { sid: "Key", resources: [encryption.keyArn] };
}

function ofIam(
  call: string,
  roles: readonly string[],
  attached: readonly string[],
  bounded: Condition,
  account: string,
  region: string,
): Scope {
  if (/OpenIDConnectProvider/.test(call))
    return {
      sid: "Issuer",
      resources: [`arn:aws:iam::${account}:oidc-provider/oidc.eks.${region}.amazonaws.com/id/*`],
    };
  if (call === "CreateServiceLinkedRole")
    return {
      sid: "ServiceRoles",
      resources: [`arn:aws:iam::${account}:role/aws-service-role/*`],
      condition: { StringEquals: { "iam:AWSServiceName": SERVICE_ROLES } },
    };
  if (call === "PassRole")
    return {
      sid: "PassRoles",
      resources: roles,
      condition: {
        StringEquals: {
          "iam:PassedToService": ["ec2", "ecr", "eks", "vpc-flow-logs"].map((service) => `${service}.amazonaws.com`),
        },
      },
    };
  if (call === "AttachRolePolicy" || call === "DetachRolePolicy")
    return {
      sid: "AttachPolicies",
      resources: roles,
      condition: { ...bounded, ArnEquals: { "iam:PolicyARN": attached } },
    };
  if (call === "CreateRole" || call === "PutRolePolicy" || call === "DeleteRolePolicy")
    return { sid: "BoundedRoles", resources: roles, condition: bounded };
  return { sid: "Roles", resources: roles };
}
