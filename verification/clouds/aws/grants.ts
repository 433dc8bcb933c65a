/** What resources of AWS grant. */
import { isReference, isUnknown, type Resource, type Value } from "../../model";
import { at, blocks } from "../../values";
import { textOf } from "../../diff/spelled";
import {
  PUBLIC,
  corsGrants,
  elements,
  everybody,
  guarded,
  isTrue,
  nameOf,
  type Draft,
  type Guard,
  type Kind,
  type Reader,
  type Term,
} from "../grants";
import { isAbsent, type TerraformInput } from "../terraform-input";
import { policyStatements, type Statement } from "./policy-document";

const GUARDS: readonly Guard[] = [
  ...["block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"].map((argument) => ({
    types: /^aws_s3_bucket_public_access_block$/,
    path: [argument],
    isClosed: isTrue,
    action: `possible access (${argument} is off)`,
    target: "bucket",
  })),
  {
    types: /^aws_s3_bucket_acl$/,
    path: ["acl"],
    isClosed: (text) => text === undefined || !/^(public-|authenticated-)/.test(text),
    action: "access by its ACL",
    target: "bucket",
  },
];

/** Arguments that hold a policy, and those that name what it is on; left out: the resource itself. */
const RESOURCE_POLICIES: Readonly<Record<string, { readonly policy: string; readonly target?: string }>> = {
  aws_s3_bucket: { policy: "policy" },
  aws_s3_bucket_policy: { policy: "policy", target: "bucket" },
  aws_kms_key: { policy: "policy" },
  aws_kms_key_policy: { policy: "policy", target: "key_id" },
  aws_ecr_repository_policy: { policy: "policy", target: "repository" },
  aws_secretsmanager_secret_policy: { policy: "policy", target: "secret_arn" },
  aws_sns_topic_policy: { policy: "policy", target: "arn" },
  aws_sqs_queue_policy: { policy: "policy", target: "queue_url" },
  aws_vpc_endpoint: { policy: "policy" },
  aws_vpc_endpoint_policy: { policy: "policy", target: "vpc_endpoint_id" },
  aws_iam_role: { policy: "assume_role_policy" },
};

export const grants: readonly Kind[] = [
  ...guarded(GUARDS),
  {
    // Without a block of its own a bucket keeps nobody out.
    types: /^aws_s3_bucket$/,
    read: (bucket, input) => {
      const guards = input.managed("aws_s3_bucket_public_access_block");
      const isGuarded = guards.some((one) => nameOf(one.values["bucket"], one, input) === input.id(bucket));
      const actions = GUARDS.filter(({ types }) => types.test("aws_s3_bucket_public_access_block"));
      return isGuarded ? [] : actions.map(({ action }) => ({ holder: PUBLIC, action, on: input.id(bucket) }));
    },
  },
  ...Object.entries(RESOURCE_POLICIES).map(([type, { policy, target }]) => ({
    types: new RegExp(`^${type}$`),
    read: ((resource, input) => {
      const on = target ? nameOf(resource.values[target], resource, input) : input.id(resource);
      return policyGrants(resource.values[policy], resource, input, undefined, on);
    }) satisfies Reader,
  })),
  {
    types: /^aws_iam_(role|user|group)_policy$/,
    read: (resource, input) => {
      const kind = resource.type.split("_")[2] ?? "";
      return policyGrants(resource.values["policy"], resource, input, nameOf(resource.values[kind], resource, input));
    },
  },
  {
    types: /^aws_iam_role$/,
    read: (role, input) => [
      ...blocks(role.values["inline_policy"]).flatMap((block) =>
        policyGrants(at(block, "policy"), role, input, input.id(role)),
      ),
      ...elements(role.values["managed_policy_arns"], role, input).map((arn) => ({
        holder: input.id(role),
        action: "all its rights",
        on: arn,
      })),
    ],
  },
  {
    types: /^aws_iam_policy$/,
    read: (policy, input) =>
      holdersOf(policy, input).flatMap((holder) => policyGrants(policy.values["policy"], policy, input, holder)),
  },
  {
    types: /^aws_iam_(role|user|group)_policy_attachment$/,
    read: (attachment, input) => {
      const kind = attachment.type.split("_")[2] ?? "";
      const arn = attachment.values["policy_arn"];
      const target = isReference(arn) ? input.find(arn, attachment, "policy") : undefined;
      // A policy of the input is told of by its statements.
      if (target?.kind === "resource" && target.resource.type === "aws_iam_policy") return [];
      const holder = nameOf(attachment.values[kind], attachment, input);
      return [{ holder, action: "all its rights", on: nameOf(arn, attachment, input) }];
    },
  },
  {
    types: /^aws_eks_access_policy_association$/,
    read: (resource, input) => [
      {
        holder: nameOf(resource.values["principal_arn"], resource, input),
        action: nameOf(resource.values["policy_arn"], resource, input),
        on: nameOf(resource.values["cluster_name"], resource, input),
      },
    ],
  },
  {
    types: /^aws_eks_pod_identity_association$/,
    read: (resource, input) => {
      const part = (name: string) => nameOf(resource.values[name], resource, input);
      const holder = `serviceaccount/${part("namespace")}/${part("service_account")}`;
      return [{ holder, action: "the identity", on: part("role_arn") }];
    },
  },
  {
    types: /^aws_lambda_permission$/,
    read: (resource, input) => {
      const part = (name: string) => nameOf(resource.values[name], resource, input);
      return [{ holder: everybody(part("principal")), action: part("action"), on: part("function_name") }];
    },
  },
  {
    types: /^aws_vpc_endpoint_service$/,
    read: (resource, input) =>
      elements(resource.values["allowed_principals"], resource, input).map((principal) => ({
        holder: everybody(principal),
        action: "connections",
        on: input.id(resource),
      })),
  },
  {
    types: /^aws_s3_bucket_cors_configuration$/,
    read: corsGrants(["cors_rule"], "allowed_origins", "allowed_methods", "bucket"),
  },
  { types: /^aws_s3_bucket$/, read: corsGrants(["cors_rule"], "allowed_origins", "allowed_methods") },
];

/** Grants of a policy: to its holder where it is an identity's, else to the principals that it names. */
function policyGrants(
  policy: Value | undefined,
  from: Resource,
  input: TerraformInput,
  holder?: string,
  on?: string,
): Draft[] {
  if (isAbsent(policy)) return [];
  const document = isUnknown(policy) ? textOf(policy, from, input, JSON_INSIDE) : policy;
  const statements = policyStatements(document, from, input);
  if (isUnknown(statements)) {
    const what = { holder: holder ?? PUBLIC, action: "rights of its policy", on: on ?? "*" };
    return [{ ...what, version: textOf(policy, from, input), unknown: statements.reason }];
  }
  return statements.flatMap((statement) => statementGrants(statement, holder, on));
}

/** Spelled-out parts of a text that is JSON must not end its texts. */
const JSON_INSIDE = (text: string) => JSON.stringify(text).slice(1, -1);

function statementGrants(statement: Statement, holder: string | undefined, on: string | undefined): Draft[] {
  const { effect, principals, actions, resources, except } = statement;
  const named = (all: readonly string[], isExcept: boolean): readonly Term[] => (isExcept ? [{ allBut: all }] : all);
  const who =
    holder === undefined
      ? named(
          principals.map(({ id }) => everybody(id)),
          except.principals,
        )
      : [holder];
  const what = resources.length > 0 ? named(resources, except.resources) : ["it"];
  const conditions = statement.conditions.map(({ operator, key, values }) => `${key} ${operator} ${values.join(", ")}`);
  return who.flatMap((one) =>
    named(actions, except.actions).flatMap((action) =>
      what.map((resource) => ({
        holder: one,
        action,
        on: on === undefined ? resource : ownTarget(resource, on),
        conditions,
        ...(effect !== "Allow" && { isDenial: true, subject: on ?? holder ?? "" }),
      })),
    ),
  );
}

/** In a resource's own policy `*` is that resource, and what is named by it is its own. */
function ownTarget(resource: Term, on: string): Term {
  if (typeof resource !== "string") return { allBut: resource.allBut.map((one) => ownText(one, on)) };
  return ownText(resource, on);
}

function ownText(resource: string, on: string): string {
  if (resource === "*" || resource === "it") return on;
  return resource.startsWith(`\${${on}.`) ? resource : `${resource} of ${on}`;
}

/** Whoever a policy of its own is attached to. */
function holdersOf(policy: Resource, input: TerraformInput): string[] {
  const attachments = ["role", "user", "group"].flatMap((kind) =>
    input.managed(`aws_iam_${kind}_policy_attachment`).map((attachment) => ({ attachment, kind })),
  );
  const holders = attachments
    .filter(({ attachment }) => nameOf(attachment.values["policy_arn"], attachment, input) === input.id(policy))
    .map(({ attachment, kind }) => nameOf(attachment.values[kind], attachment, input));
  return holders.length > 0 ? holders : [`whoever is given ${policy.address}`];
}
