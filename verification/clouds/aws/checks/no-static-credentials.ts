/** Keys of IAM, whom roles trust, and what they may do. */
import type { AwsDeployment } from "../../../../config/deployment";
import { blocks, field, knownText, texts } from "../../../values";
import { problemAt, type Problem } from "../../../problem";
import { isUnknown, type Resource } from "../../../model";
import { judgeCredentials } from "../../credentials";
import type { Check } from "../../cloud";
import { judgeSettings, required, type Setting } from "../../setting";
import { inputOf } from "../../lookup";
import type { TerraformInput } from "../../terraform-input";
import { addonSubjects, judgeAwsAccounts, judgeBoundary, ownRoles } from "../identity";
import { isEverybody, isPartial, policyStatements, type Statement } from "../policy-document";

/** Types that are a credential, and what they are. */
const CREDENTIALS = {
  aws_iam_access_key: "an access key",
  aws_iam_user_login_profile: "a user's password",
  aws_iam_service_specific_credential: "a user's password for one service",
  aws_iam_user_ssh_key: "a user's SSH key",
  aws_iam_signing_certificate: "a user's signing certificate",
};

/** What else holds in a deployment of this package. */
const OWN_SETTINGS: readonly Setting[] = [
  required(
    "aws_launch_template",
    "metadata_options.http_tokens",
    ["required"],
    "credentials of nodes can be had without a session",
  ),
  required(
    "aws_launch_template",
    "metadata_options.http_put_response_hop_limit",
    ["1"],
    "pods can have the credentials of their node",
  ),
];

export const check: Check = function* ({ system, deployment }) {
  const input = inputOf(system);
  yield* judgeCredentials(CREDENTIALS, input);
  const onAws = deployment?.cloud === "aws" ? deployment : undefined;
  for (const role of input.managed("aws_iam_role")) {
    yield* judgeTrust(role, input, onAws);
    if (onAws) yield* judgeBoundary(role, input, onAws);
  }
  if (!deployment) return;
  yield* judgeSettings(OWN_SETTINGS, system);
  for (const user of input.managed("aws_iam_user")) {
    yield problemAt(user, [], "violated", "is an IAM user: a data plane has roles only");
  }
  yield* judgePolicies(input);
  if (onAws) yield* judgeAwsAccounts(system, onAws);
};

// ---------------------------------------------------------------- who may be a role

function* judgeTrust(role: Resource, input: TerraformInput, deployment: AwsDeployment | undefined): Generator<Problem> {
  const path = ["assume_role_policy"];
  const statements = policyStatements(role.values["assume_role_policy"], role, input);
  if (isUnknown(statements)) {
    yield problemAt(role, path, "unknown", `its trust policy can't be read: ${statements.reason}`);
    return;
  }
  const name = knownText(input.follow(role.values["name"], role));
  const own = deployment && ownRoles(deployment).find((role) => role.name === name);
  for (const statement of statements.filter(({ effect }) => effect !== "Deny")) {
    if (statement.except.principals || (statement.principals.some(isEverybody) && !namesCaller(statement))) {
      yield problemAt(role, path, "violated", "its trust policy admits everybody");
    }
    if (!isWebIdentity(statement)) continue;
    const { subjects, problem } = judgeSubjects(statement);
    if (problem) yield problemAt(role, path, ...problem);
    else if (deployment) {
      const admitted = own ? own.subjects : addonSubjects(deployment);
      const others = subjects.filter((subject) => !admitted.includes(subject));
      if (others.length > 0) {
        yield problemAt(role, path, "violated", `its trust policy admits ${others.join(", ")}, whose role it is not`);
      }
    }
  }
}

/** Whether a condition says who the caller is. */
const namesCaller = ({ conditions }: Statement) => conditions.some(({ key }) => /^aws:(principal|source)/.test(key));

/** Providers that give no subject of their own choice to a role. */
const SOCIAL = /^(cognito-identity\.amazonaws\.com|accounts\.google\.com|www\.amazon\.com|graph\.facebook\.com)$/;

function isWebIdentity({ actions, principals }: Statement): boolean {
  return (
    actions.some((action) => /^(\*|sts:(\*|assumerole\*|assumerolewithwebidentity))$/i.test(action)) &&
    principals.some(({ type, id }) => type === "Federated" && !/:saml-provider\//.test(id) && !SOCIAL.test(id))
  );
}

type Judgement = { readonly subjects: readonly string[]; readonly problem?: readonly ["violated" | "unknown", string] };

/**
 * Operators that need the key to be there and equal: `IfExists` and `ForAllValues` hold where it is missing
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html).
 */
const EQUAL = /^(foranyvalue:)?string(equals|like|equalsignorecase)$/;

function judgeSubjects({ conditions }: Statement): Judgement {
  const equal = conditions.filter(({ operator }) => EQUAL.test(operator));
  const subjects = equal.filter(({ key }) => key.endsWith(":sub"));
  const isHidden = conditions.some(({ operator, key }) => isPartial(operator) || key === "${}");
  const lacking = (what: string): Judgement => ({
    subjects: [],
    problem: isHidden
      ? ["unknown", `the ${what} of its trust policy can't be told`]
      : ["violated", `its trust policy names no ${what}`],
  });
  if (!equal.some(({ key }) => /:aud$/.test(key))) return lacking("audience");
  if (subjects.length === 0) return lacking("subject");
  const isPattern = (operator: string, value: string) => operator.endsWith("like") && /[*?]/.test(value);
  const exact = subjects.find(({ operator, values }) => !values.some((value) => isPattern(operator, value)));
  if (!exact) return { subjects: [], problem: ["violated", "its trust policy has a pattern for a subject"] };
  if (exact.values.some(isPartial))
    return { subjects: [], problem: ["unknown", "a subject of its trust policy can't be told"] };
  return { subjects: exact.values };
}

// ---------------------------------------------------------------- what a role may do

const POLICIES = ["aws_iam_policy", "aws_iam_role_policy", "aws_iam_user_policy", "aws_iam_group_policy"];
const ADMINISTRATORS = /:policy\/(AdministratorAccess|PowerUserAccess|IAMFullAccess)$/;

function* judgePolicies(input: TerraformInput): Generator<Problem> {
  for (const policy of input.managed(...POLICIES)) yield* judgePolicy(policy, ["policy"], input);
  for (const role of input.managed("aws_iam_role")) {
    for (const i of blocks(role.values["inline_policy"]).keys()) {
      yield* judgePolicy(role, ["inline_policy", i, "policy"], input);
    }
    for (const arn of texts(role.values["managed_policy_arns"])) {
      if (typeof arn === "string" && ADMINISTRATORS.test(arn)) {
        yield problemAt(role, ["managed_policy_arns"], "violated", `has ${arn}, which allows nearly everything`);
      }
    }
  }
  for (const attachment of input.managed("aws_iam_role_policy_attachment", "aws_iam_policy_attachment")) {
    const arn = knownText(input.follow(attachment.values["policy_arn"], attachment));
    if (arn !== undefined && ADMINISTRATORS.test(arn)) {
      yield problemAt(attachment, ["policy_arn"], "violated", `attaches ${arn}, which allows nearly everything`);
    }
  }
}

function* judgePolicy(
  resource: Resource,
  path: readonly (string | number)[],
  input: TerraformInput,
): Generator<Problem> {
  const statements = policyStatements(field(resource, ...path), resource, input);
  if (isUnknown(statements)) {
    yield problemAt(resource, path, "unknown", `its policy can't be read: ${statements.reason}`);
    return;
  }
  for (const { effect, actions, resources, except } of statements.filter(({ effect }) => effect !== "Deny")) {
    const isWide = except.actions || actions.some((action) => /^(\*|[\w-]+:\*)$/.test(action));
    const isEverywhere = except.resources || resources.includes("*");
    if (isWide && isEverywhere) yield problemAt(resource, path, "violated", "allows every action on every resource");
    else if ([effect, ...actions].some((part) => part === "${}") && isEverywhere) {
      yield problemAt(resource, path, "unknown", "what it allows on every resource can't be told");
    }
  }
}
