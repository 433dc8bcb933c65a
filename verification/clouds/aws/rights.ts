/**
 * Whether all on the way of a call to AWS let it: the caller's own policies and who may be it, the policy of the
 * service's VPC endpoint, and that of the bucket or key. Part of `required-paths`.
 *
 * AWS Identity and Access Management User Guide, "Policy evaluation logic"
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html); Amazon EKS User Guide,
 * "IAM roles for service accounts" (https://docs.aws.amazon.com/eks/latest/userguide/iam-roles-for-service-accounts.html)
 * and "Amazon EKS node IAM role" (https://docs.aws.amazon.com/eks/latest/userguide/create-node-role.html); AWS KMS,
 * "Key policies" (https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html); CloudWatch Logs, "Encrypt log
 * data" (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html); EC2 Auto Scaling, "Required
 * key policy" (https://docs.aws.amazon.com/autoscaling/ec2/userguide/key-policy-requirements-EBS-encryption.html).
 */
import type { AwsDeployment } from "../../../config/deployment";
import { listed } from "../../crossings";
import { extentOf } from "../../extent";
import { problemAt, type Problem } from "../../problem";
import { inputOf } from "../lookup";
import { beginningOf, isReference, isUnknown, type Resource, type System, type Value } from "../../model";
import type { RequestContext } from "./conditions";
import { allows, permissionsOf, type Permissions } from "./permissions";
import { policyStatements, type Spelling, type Statement } from "./policy-document";
import { isAbsent, type TerraformInput } from "../terraform-input";
import { bool, field, texts, knownText } from "../../values";
import { ownRoles } from "./identity";
import { OWN_KEY, type Calls } from "./calls";
import { ownNames } from "./own-names";
import { KEY, type Caller, PoliciesOnTheWay, contextOf } from "./policies-on-the-way";
import { and, type Ternary } from "../../ternary";

const ROLE = "aws_iam_role";
const TOKENS = "sts.amazonaws.com";

export function* judgeAwsRights(system: System, deployment: AwsDeployment): Generator<Problem> {
  const rights = new Rights(inputOf(system), deployment);
  yield* rights.ofPods();
  rights.ofRunners();
  yield* rights.ofServices();
  yield* rights.ofKeys();
  yield* rights.refusals();
}

/** Whether flow logs can be written; part of `flow-logs`. */
export const judgeFlowLogRights = (system: System, deployment: AwsDeployment): Generator<Problem> =>
  new Rights(inputOf(system), deployment).ofFlowLogs();

/** What the agent of Systems Manager on a node calls. */
const OPENS_SESSIONS: Calls = {
  actions: [
    "ssm:UpdateInstanceInformation",
    "ssmmessages:CreateControlChannel",
    "ssmmessages:OpenDataChannel",
    "ec2messages:GetMessages",
  ],
  on: ["*"],
};

class Rights {
  private readonly account: string;
  private readonly spelling: Spelling;
  private readonly onTheWay: PoliciesOnTheWay;

  constructor(
    private readonly input: TerraformInput,
    private readonly deployment: AwsDeployment,
  ) {
    this.account = deployment.account;
    this.spelling = ownNames(input, deployment);
    this.onTheWay = new PoliciesOnTheWay(input, deployment);
  }

  // -------------------------------------------------------------- roles of pods

  *ofPods(): Generator<Problem> {
    const { input, deployment } = this;
    const roles = input.managed(ROLE);
    for (const { name, arn, subjects, calls } of ownRoles(deployment)) {
      const role = roles.find((one) => knownText(input.follow(one.values["name"], one)) === name);
      if (!role) {
        const location = beginningOf(input.resources);
        const message = `what pods call of AWS can't be told: the role ${name} is not in the input`;
        yield { status: "unknown", resource: name, location, message };
        continue;
      }
      const caller = { arn };
      yield* this.trust(role, subjects);
      this.onTheWay.atEndpoint(
        { arn: undefined },
        {
          endpoint: "aws:sts",
          actions: ["sts:AssumeRoleWithWebIdentity"],
          on: [arn],
        },
      );
      const permissions = permissionsOf(role, input, this.spelling);
      yield* this.rights(role, permissions, caller, calls);
      for (const call of calls) {
        this.onTheWay.atEndpoint(caller, call);
        if (call.endpoint === "aws:s3") this.onTheWay.atBuckets(caller, call);
        else if (call.on.includes(OWN_KEY)) this.onTheWay.atKeys(caller, call);
      }
    }
  }

  /** Runners inside take the role that deploys, it may be with credentials of another account. */
  ofRunners(): void {
    const { assumeRole, cluster, network } = this.deployment;
    const inside = [...cluster.accessFromSecurityGroups, ...(network.existing?.endpoints.admitSecurityGroups ?? [])];
    if (!assumeRole || inside.length === 0) return;
    const context = { "aws:principalaccount": OTHER_ACCOUNT };
    const runner = { arn: `arn:aws:iam::${OTHER_ACCOUNT}:role/runner` };
    this.onTheWay.atEndpoint(runner, {
      endpoint: "aws:sts",
      actions: ["sts:AssumeRole"],
      on: [assumeRole.arn],
      context,
    });
  }

  /** Whether the role's trust policy admits the accounts whose role it is. */
  private *trust(role: Resource, subjects: readonly string[]): Generator<Problem> {
    const path = ["assume_role_policy"];
    const statements = policyStatements(role.values["assume_role_policy"], role, this.input);
    // What can't be read, `no-static-credentials` says.
    if (isUnknown(statements)) return;
    const admits = (subject: string) =>
      allows(
        { statements: statements.map(onAnything), maybeMore: false, maybeLess: false },
        "sts:AssumeRoleWithWebIdentity",
        "*",
        tokenContext(statements, subject),
      );
    const refused = subjects.filter((subject) => admits(subject) !== true);
    if (refused.length > 0) {
      yield problemAt(
        role,
        path,
        "violated",
        `its trust policy does not admit ${listed(refused)}, whose role it is`,
        extentOf(...refused),
      );
    }
    const providers = this.input.managed("aws_iam_openid_connect_provider");
    const knows = (provider: Resource) =>
      texts(this.input.follow(provider.values["client_id_list"], provider)).includes(TOKENS);
    if (!providers.some(knows)) {
      yield problemAt(role, path, "violated", `no OIDC provider of the input takes tokens for ${TOKENS}`);
    }
  }

  /** Whether a role's own policies allow its calls. */
  private *rights(
    role: Resource,
    permissions: Permissions,
    caller: Caller,
    calls: readonly Calls[],
  ): Generator<Problem> {
    const answers = calls.flatMap(({ actions, on, context }) =>
      actions.map((action) => {
        const answer = and(on.map((one) => allows(permissions, action, one, contextOf(caller, this.account, context))));
        return [action, answer] as const;
      }),
    );
    const lacking = (status: Ternary) => [...new Set(answers.filter(([, one]) => one === status).map(([a]) => a))];
    const [never, maybe] = [lacking(false), lacking("unknown")];
    if (never.length > 0)
      yield problemAt(
        role,
        [],
        "violated",
        `it is not allowed ${listed(never, 6)}, which it calls`,
        extentOf(...never),
      );
    if (maybe.length > 0) {
      yield problemAt(
        role,
        [],
        "unknown",
        `whether it is allowed ${listed(maybe, 6)}, which it calls, can't be told`,
        extentOf(...maybe),
      );
    }
  }

  // -------------------------------------------------------------- services of AWS's

  /** Roles that services take: EKS, its nodes, the CNI. */
  *ofServices(): Generator<Problem> {
    const { input } = this;
    for (const cluster of input.managed("aws_eks_cluster")) {
      yield* this.serviceRole(cluster, "role_arn", "eks.amazonaws.com", [
        { actions: ["ec2:DescribeInstances"], on: ["*"] },
        ...(this.keyAt(cluster, field(cluster, "encryption_config", 0, "provider", "key_arn"))
          ? [{ actions: ["kms:Encrypt", "kms:Decrypt", "kms:DescribeKey"], on: [OWN_KEY] }]
          : []),
      ]);
    }
    const addons = input.managed("aws_eks_addon").filter(({ values }) => values["addon_name"] === "vpc-cni");
    const cni = addons.filter(({ values }) => !isAbsent(values["service_account_role_arn"]));
    for (const addon of cni) yield* this.serviceRole(addon, "service_account_role_arn", undefined, [GIVES_ADDRESSES]);
    for (const pool of input.managed("aws_eks_node_group")) {
      const addresses = cni.length === 0 ? [GIVES_ADDRESSES] : [];
      yield* this.metadataOf(pool);
      const joins = { actions: ["ec2:DescribeInstances"], on: ["*"] };
      const sessions = this.deployment.cluster.sessionManager === true ? [OPENS_SESSIONS] : [];
      yield* this.serviceRole(pool, "node_role_arn", "ec2.amazonaws.com", [joins, ...addresses, ...sessions]);
    }
  }

  private *serviceRole(
    of: Resource,
    argument: string,
    service: string | undefined,
    calls: readonly Calls[],
  ): Generator<Problem> {
    const role = roleAt(of, argument, this.input);
    if (!role) return;
    if (service !== undefined) {
      const statements = policyStatements(role.values["assume_role_policy"], role, this.input);
      const admits = (one: Statement) =>
        one.effect === "Allow" && one.principals.some(({ type, id }) => type === "Service" && id === service);
      if (!isUnknown(statements) && !statements.some(admits)) {
        const message = `its trust policy does not admit ${service}, which takes it for ${of.address}`;
        yield problemAt(role, ["assume_role_policy"], "violated", message);
      }
    }
    const problems = this.rights(role, permissionsOf(role, this.input, this.spelling), { arn: undefined }, calls);
    // What can't be told of the nodes' role, `images-reachable` says, which asks it for more.
    for (const problem of problems) if (argument !== "node_role_arn" || problem.status === "violated") yield problem;
  }

  /** Machines get the credentials of their role from their own metadata service. */
  private *metadataOf(pool: Resource): Generator<Problem> {
    const { input } = this;
    const target = input.find(field(pool, "launch_template", "id"), pool, "launch template");
    if (target.kind !== "resource") return;
    const { resource: template } = target;
    const path = ["metadata_options", "http_endpoint"];
    if (knownText(input.follow(field(template, ...path), template)) !== "disabled") return;
    yield problemAt(template, path, "violated", "nodes get no credentials: their metadata service is disabled");
  }

  /** Whether flow logs can be written. */
  *ofFlowLogs(): Generator<Problem> {
    for (const log of this.input.managed("aws_flow_log")) {
      const destination = log.values["log_destination"];
      const group = isReference(destination) ? this.spelling.reference(destination, log) : knownText(destination);
      if (group === undefined || !group.includes(":log-group:")) continue;
      const on = [`${group}:log-stream:any`];
      const writes = [{ actions: ["logs:CreateLogStream", "logs:PutLogEvents"], on }];
      yield* this.serviceRole(log, "iam_role_arn", "vpc-flow-logs.amazonaws.com", writes);
    }
  }

  /** Log groups and disks of nodes are encrypted by services that the key's policy must name. */
  *ofKeys(): Generator<Problem> {
    const { input, account, deployment } = this;
    for (const key of input.managed(KEY)) {
      if (bool(input.follow(key.values["is_enabled"], key)) === false) {
        yield problemAt(key, ["is_enabled"], "violated", "it is disabled: what it encrypts can't be read");
      }
    }
    const logs = { arn: undefined, service: `logs.${deployment.cloudRegion}.amazonaws.com` };
    for (const group of input.managed("aws_cloudwatch_log_group")) {
      const key = this.keyAt(group, group.values["kms_key_id"]);
      const name = knownText(input.follow(group.values["name"], group));
      if (!key || name === undefined) continue;
      const arn = `arn:aws:logs:${deployment.cloudRegion}:${account}:log-group:${name}`;
      const context = { "kms:encryptioncontext:aws:logs:arn": arn };
      this.onTheWay.atKey(key, group, logs, ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey"], context);
    }
    const scaling: Caller = { arn: `arn:aws:iam::${account}:role/${AUTO_SCALING}`, service: "EC2 Auto Scaling" };
    for (const template of input.managed("aws_launch_template")) {
      const key = this.keyAt(template, field(template, "block_device_mappings", 0, "ebs", "kms_key_id"));
      if (!key) continue;
      this.onTheWay.atKey(key, template, scaling, [
        "kms:CreateGrant",
        "kms:GenerateDataKeyWithoutPlaintext",
        "kms:Decrypt",
      ]);
    }
  }

  /** What no policy on the way lets through. */
  refusals(): Generator<Problem> {
    return this.onTheWay.refusals();
  }

  private keyAt(from: Resource, value: Value | undefined): Resource | undefined {
    const target = this.input.find(isReference(value) ? { ...value, attribute: "" } : value, from, "key");
    const key = target.kind === "resource" ? target.resource : undefined;
    return key?.type === KEY && key.mode === "managed" ? key : undefined;
  }
}

const OTHER_ACCOUNT = "000000000000";

/** What the VPC CNI cannot do without. */
const GIVES_ADDRESSES: Calls = {
  actions: ["ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:AttachNetworkInterface"],
  on: ["*"],
};

/** The role that EC2 Auto Scaling takes to start machines. */
const AUTO_SCALING = "aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling";

/** Trust policies name no resource: they are of their role. */
const onAnything = (statement: Statement): Statement => ({ ...statement, resources: ["*"] });

/** What a token of a service account says, under the keys that the conditions ask by. */
function tokenContext(statements: readonly Statement[], subject: string): RequestContext {
  const keys = statements.flatMap(({ conditions }) => conditions.map(({ key }) => key));
  return Object.fromEntries(
    keys.flatMap((key): [string, string][] => {
      if (key.endsWith(":aud")) return [[key, TOKENS]];
      return key.endsWith(":sub") ? [[key, subject]] : [];
    }),
  );
}

/** The role that an argument names, where it is in the input. */
function roleAt(of: Resource, argument: string, input: TerraformInput): Resource | undefined {
  const value = of.values[argument];
  const target = input.find(isReference(value) ? { ...value, attribute: "" } : value, of, "role");
  const role = target.kind === "resource" ? target.resource : undefined;
  return role?.type === ROLE && role.mode === "managed" ? role : undefined;
}
