/**
 * What a role may do by the policies that an input gives it: statements that deny win, then those that allow
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html). What a condition narrows
 * can be told as far as the request is known.
 */
import { isReference, isUnknown, type Resource, type Value } from "../../model";
import { at, blocks, field, isList, text, knownText } from "../../values";
import { holds, isLike, type RequestContext } from "./conditions";
import { isPartial, policyStatements, type Spelling, type Statement } from "./policy-document";
import { isAbsent, type TerraformInput } from "../terraform-input";
import { and, not, or, type Ternary } from "../../ternary";

export interface Permissions {
  readonly statements: readonly Statement[];
  /** Whether policies that can't be read may allow more. */
  readonly maybeMore: boolean;
  /** Whether policies that can't be read may deny some of it. */
  readonly maybeLess: boolean;
}

const PULL = ["ecr:GetAuthorizationToken", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];

/** What the VPC CNI calls to give pods addresses. */
const POD_ADDRESSES = [
  "AssignPrivateIpAddresses",
  "AttachNetworkInterface",
  "CreateNetworkInterface",
  "CreateTags",
  "DeleteNetworkInterface",
  "DescribeInstanceTypes",
  "DescribeInstances",
  "DescribeNetworkInterfaces",
  "DescribeSubnets",
  "DescribeTags",
  "DetachNetworkInterface",
  "ModifyNetworkInterfaceAttribute",
  "UnassignPrivateIpAddresses",
].map((action) => `ec2:${action}`);

/** Policies of AWS's own, by what they allow of what is asked here: https://docs.aws.amazon.com/aws-managed-policy/latest/reference/ */
const MANAGED: Readonly<Record<string, readonly string[]>> = {
  AmazonEC2ContainerRegistryPullOnly: [...PULL, "ecr:BatchImportUpstreamImage"],
  AmazonEC2ContainerRegistryReadOnly: PULL,
  AmazonEC2ContainerRegistryPowerUser: PULL,
  AmazonEC2ContainerRegistryFullAccess: ["ecr:*"],
  PowerUserAccess: ["*"],
  AdministratorAccess: ["*"],
  AmazonEKSClusterPolicy: ["ec2:DescribeInstances", "kms:DescribeKey"],
  AmazonEKSWorkerNodePolicy: ["ec2:DescribeInstances", "eks:DescribeCluster"],
  AmazonEKSWorkerNodeMinimalPolicy: [],
  AmazonEKS_CNI_Policy: POD_ADDRESSES,
  AmazonEBSCSIDriverPolicy: [],
  AmazonSSMManagedInstanceCore: ["ssm:UpdateInstanceInformation", "ssmmessages:*", "ec2messages:*"],
  CloudWatchAgentServerPolicy: [],
};

const OWN_POLICY = /^arn:aws[a-z-]*:iam::aws:policy\/(?:[\w-]+\/)?(\w+)$/;

/** What the policies of a role say. */
export function permissionsOf(role: Resource, input: TerraformInput, spelling?: Spelling): Permissions {
  const statements: Statement[] = [];
  let maybeMore = false;
  // A boundary is what a role may have at most.
  let maybeLess = boundsMore(role, input);
  const add = (read: ReturnType<typeof policyStatements>) => {
    if (isUnknown(read)) maybeMore = maybeLess = true;
    else statements.push(...read);
  };
  const attach = (policy: Value | undefined, from: Resource) => {
    const target = input.find(isReference(policy) ? { ...policy, attribute: "" } : policy, from, "policy");
    if (target.kind === "resource" && target.resource.type === "aws_iam_policy" && target.resource.mode === "managed") {
      add(policyStatements(target.resource.values["policy"], target.resource, input, spelling));
      return;
    }
    const arn = text(input.follow(policy, from));
    const [, name] = typeof arn === "string" ? (OWN_POLICY.exec(arn) ?? []) : [];
    if (name !== undefined && Object.hasOwn(MANAGED, name)) statements.push(allowing(MANAGED[name] ?? []));
    else maybeMore = true;
    maybeLess ||= name === undefined;
  };
  const isOf = (value: Value | undefined, from: Resource) => namesRole(value, from, role, input);

  for (const block of blocks(field(role, "inline_policy")))
    add(policyStatements(at(block, "policy"), role, input, spelling));
  const arns = input.follow(role.values["managed_policy_arns"], role);
  for (const arn of blocks(arns)) attach(arn, role);
  for (const own of input.managed("aws_iam_role_policy")) {
    if (isOf(own.values["role"], own)) add(policyStatements(own.values["policy"], own, input, spelling));
  }
  for (const own of input.managed("aws_iam_role_policy_attachment")) {
    if (isOf(own.values["role"], own)) attach(own.values["policy_arn"], own);
  }
  for (const own of input.managed("aws_iam_policy_attachment")) {
    const roles = input.follow(own.values["roles"], own);
    if (isList(roles) && roles.some((one) => isOf(one, own))) attach(own.values["policy_arn"], own);
  }
  return { statements, maybeMore, maybeLess };
}

/** Whether a boundary may take away what the role's policies allow. */
function boundsMore(role: Resource, input: TerraformInput): boolean {
  const boundary = role.values["permissions_boundary"];
  if (isAbsent(boundary)) return false;
  const target = input.find(isReference(boundary) ? { ...boundary, attribute: "" } : boundary, role, "policy");
  const policy =
    target.kind === "outside"
      ? input.resources.find(({ type, values }) => type === "aws_iam_policy" && values["arn"] === target.name)
      : target.kind === "resource" && target.resource.type === "aws_iam_policy" && target.resource;
  if (!policy) return true;
  const statements = policyStatements(policy.values["policy"], policy, input);
  return isUnknown(statements) || !statements.every(allowsAll) || statements.length === 0;
}

const allowsAll = ({ effect, actions, resources, except, conditions }: Statement) =>
  effect === "Allow" &&
  actions.includes("*") &&
  resources.includes("*") &&
  !except.actions &&
  !except.resources &&
  conditions.length === 0;

function namesRole(value: Value | undefined, from: Resource, role: Resource, input: TerraformInput): boolean {
  const target = input.find(isReference(value) ? { ...value, attribute: "" } : value, from, "role");
  if (target.kind === "resource") return target.resource === role;
  return target.kind === "outside" && target.name === knownText(input.follow(role.values["name"], role));
}

const allowing = (actions: readonly string[]): Statement => ({
  effect: "Allow",
  principals: [],
  actions,
  resources: ["*"],
  except: { principals: false, actions: false, resources: false },
  conditions: [],
});

/** Whether an action is allowed on a resource, by its ARN, in a request of which no more is known than `context`. */
export function allows(
  { statements, maybeMore, maybeLess }: Permissions,
  action: string,
  resource: string,
  context: RequestContext = {},
): Ternary {
  const says = (effect: string): Ternary => {
    let answer: Ternary = false;
    for (const statement of statements) {
      if (statement.effect !== effect) continue;
      answer = or([answer, applies(statement, action, resource, context)]);
      if (answer === true) break;
    }
    return answer;
  };
  const allowed = or([says("Allow"), maybeMore && "unknown"]);
  if (allowed === false) return false;
  const denied = or([says("Deny"), maybeLess && "unknown"]);
  return and([allowed, not(denied)]);
}

/** Most statements speak of other actions: of these no more is asked. */
function applies(statement: Statement, action: string, resource: string, context: RequestContext): Ternary {
  const { actions, resources, except, conditions } = statement;
  const asked = action.toLowerCase();
  const isAction = or(actions.map((pattern) => matches(asked, pattern.toLowerCase())));
  const speaksOfAction = except.actions ? not(isAction) : isAction;
  if (speaksOfAction === false) return false;
  const isResource = or(resources.map((pattern) => matches(resource, pattern)));
  const speaksOf = and([speaksOfAction, except.resources ? not(isResource) : isResource]);
  return speaksOf === false ? false : and([speaksOf, ...conditions.map((condition) => holds(condition, context))]);
}

/** Whether a pattern, of which parts may not be known, stands for a text. */
function matches(text: string, pattern: string): Ternary {
  const answer = isLike(text, pattern.replaceAll("${}", "*"));
  return answer && isPartial(pattern) ? "unknown" : answer;
}
