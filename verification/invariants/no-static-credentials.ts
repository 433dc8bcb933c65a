/**
 * `no-static-credentials`. Document: "Cloudflare Tunnel" (service tokens are rotated) and "Task Pods to Object Store:
 * Cloud provider SDK"; facts: workload identity federation only, no secret may hold cloud keys.
 *
 * Of any input, violated by:
 * - a key that the cloud makes and that does not expire: IAM access keys, passwords and service credentials of IAM users;
 *   keys and HMAC keys of Google service accounts, API keys; passwords of Azure applications, a registry's admin account;
 *   certificates or passwords of a cluster's own users; Kubernetes' token secrets;
 * - Secrets, ConfigMaps or containers that carry a cloud's key under the names that its SDKs read;
 * - a role whose trust policy admits more than exact identities: everybody, or an OIDC provider without equality on
 *   audience and subject, or with a pattern in the subject.
 *
 * Of a deployment of this package also: each role trusts exactly its own service accounts, each service account bears
 * exactly its own role, no policy allows an action of every kind on every resource, and pods can't take a node's role
 * (IMDSv2, one hop).
 */
import type { AwsDeployment, Deployment } from "../../config/deployment";
import { addonSubjects, judgeBoundary, judgeAwsAccounts, ownRoles } from "../clouds/aws/identity";
import { judgeAzureIdentity } from "../clouds/azure/identity";
import { judgeGoogleIdentity } from "../clouds/google/identity";
import { isUnknown, type Resource, type System } from "../model";
import type { TerraformInput } from "../clouds/terraform-input";
import { isEverybody, isPartial, policyStatements, type Statement } from "../clouds/aws/policy-document";
import { type KubernetesObjects, objectsOf } from "../clouds/kubernetes/objects";
import { blocks, field, isObject, isOpaque, text, texts, knownText, whyOpaque } from "../values";
import { containersOf } from "../clouds/kubernetes/containers";
import { problemAt, type Invariant, type Problem } from "./invariant";
import { inputOf, partialText } from "../clouds/lookup";
import { judgeSettings, ON, optional, required, type Setting } from "../clouds/setting";

/** Types that are a credential, and what they are. */
const CREDENTIALS: Readonly<Record<string, string>> = {
  aws_iam_access_key: "an access key",
  aws_iam_user_login_profile: "a user's password",
  aws_iam_service_specific_credential: "a user's password for one service",
  aws_iam_user_ssh_key: "a user's SSH key",
  aws_iam_signing_certificate: "a user's signing certificate",
  google_service_account_key: "a service account's key",
  google_storage_hmac_key: "a service account's HMAC key",
  google_apikeys_key: "an API key",
  azuread_application_password: "an application's password",
  azuread_service_principal_password: "a service principal's password",
  azurerm_container_registry_token_password: "a registry's password",
  azurerm_storage_account_local_user: "a storage account's user",
};

const OFF = ["false"];

const SETTINGS: readonly Setting[] = [
  optional("azurerm_container_registry", "admin_enabled", OFF, "the registry has an admin account with passwords"),
  optional("azurerm_container_registry", "anonymous_pull_enabled", OFF, "whoever reaches the registry has its images"),
  optional("azurerm_kubernetes_cluster", "service_principal.client_secret", /^$/, "the cluster has a password"),
  optional(
    "google_container_cluster",
    "master_auth.client_certificate_config.issue_client_certificate",
    OFF,
    "the cluster issues a certificate that does not expire",
  ),
  optional("google_container_cluster", "master_auth.username", /^$/, "the cluster has a user with a password"),
  required(
    "google_iam_workload_identity_pool_provider",
    "attribute_condition",
    /./,
    "every identity of the provider is trusted",
  ),
];

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
  required(
    "google_container_node_pool",
    "node_config.workload_metadata_config.mode",
    ["GKE_METADATA"],
    "pods can have the credentials of their node",
  ),
  required(
    "google_container_cluster",
    "workload_identity_config.workload_pool",
    /^[^.]+\.svc\.id\.goog$/,
    "service accounts have no identity of their own",
  ),
  optional("google_container_cluster", "enable_legacy_abac", OFF, "whoever has a certificate may do everything"),
  required("google_storage_bucket", "uniform_bucket_level_access", ON, "objects may have readers of their own"),
  required("google_storage_bucket", "public_access_prevention", ["enforced"], "it may be opened to everybody"),
  required("azurerm_storage_account", "shared_access_key_enabled", OFF, "whoever has the account's key has its data"),
  required("azurerm_kubernetes_cluster", "local_account_disabled", ON, "the cluster has an account with a certificate"),
  required("azurerm_kubernetes_cluster", "workload_identity_enabled", ON, "pods have no identities of their own"),
  required("azurerm_log_analytics_workspace", "local_authentication_enabled", OFF, "the workspace has keys"),
  required("azurerm_key_vault", "rbac_authorization_enabled", ON, "who may do what is not said by roles"),
];

export const invariant: Invariant = {
  id: "no-static-credentials",
  title: "Identities are federated and narrowed to exact service accounts; no long-lived key exists.",
  paragraph: "Cloudflare Tunnel; Communication paths, Task Pods to Object Store",
  remedy: "Give the workload an identity of its own by federation, and narrow what trusts it to exactly that identity.",
  *check({ system, deployment }) {
    const input = inputOf(system);
    const objects = objectsOf(system);
    for (const [type, what] of Object.entries(CREDENTIALS)) {
      for (const resource of input.managed(type)) yield problemAt(resource, [], "violated", `makes ${what}`);
    }
    yield* judgeSettings(SETTINGS, system);
    const onAws = deployment?.cloud === "aws" ? deployment : undefined;
    for (const role of input.managed("aws_iam_role")) {
      yield* judgeTrust(role, input, onAws);
      if (onAws) yield* judgeBoundary(role, input, onAws);
    }
    for (const member of input.managed("google_service_account_iam_member", "google_service_account_iam_binding")) {
      yield* judgeGoogleMembers(member);
    }
    yield* judgeKubernetes(objects, input);
    if (!deployment) return;
    yield* judgeSettings(OWN_SETTINGS, system);
    for (const user of input.managed("aws_iam_user")) {
      yield problemAt(user, [], "violated", "is an IAM user: a data plane has roles only");
    }
    yield* judgePolicies(input);
    yield* judgeIdentity(system, deployment);
  },
};

/** Each identity is its own service accounts', and each service account has exactly its own identity. */
function judgeIdentity(system: System, deployment: Deployment): Iterable<Problem> {
  switch (deployment.cloud) {
    case "aws":
      return judgeAwsAccounts(system, deployment);
    case "google":
      return judgeGoogleIdentity(system, deployment);
    case "azure":
      return judgeAzureIdentity(system, deployment);
  }
}

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

function* judgeGoogleMembers(binding: Resource): Generator<Problem> {
  for (const member of [text(binding.values["member"]), ...texts(binding.values["members"])]) {
    if (
      typeof member === "string" &&
      (/^(allUsers|allAuthenticatedUsers)$/.test(member) || /^principalSet:.*\/\*$/.test(member))
    ) {
      yield problemAt(binding, ["member"], "violated", `lets ${member} be the service account`);
    }
  }
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

// ---------------------------------------------------------------- Kubernetes

/** Names under which SDKs and tools look for a cloud's key, in lower case. */
const KEY_NAMES = new Set([
  "aws_access_key_id",
  "aws_secret_access_key",
  "aws_session_token",
  "aws_shared_credentials_file",
  "google_application_credentials",
  "google_credentials",
  "azure_client_secret",
  "azure_client_certificate_path",
  "azure_storage_key",
  "azure_storage_account_key",
  "azure_storage_connection_string",
  "arm_client_secret",
  "arm_access_key",
]);

/** Files of keys, whatever they are called. */
const KEY_FILES = /^\s*aws_secret_access_key\s*=|"type":\s*"service_account"|DefaultEndpointsProtocol=.*AccountKey=/m;

/** Secrets whose content is a token that does not expire. */
const TOKEN_SECRETS = /^(kubernetes\.io\/service-account-token|bootstrap\.kubernetes\.io\/token)$/;

function* judgeKubernetes(objects: KubernetesObjects, input: TerraformInput): Generator<Problem> {
  for (const secret of [...objects.ofKind("Secret", ""), ...objects.ofKind("ConfigMap", "")]) {
    const type = knownText(field(secret, "type")) ?? "";
    if (TOKEN_SECRETS.test(type)) yield problemAt(secret, ["type"], "violated", "holds a token that does not expire");
    for (const part of ["data", "stringData"]) {
      const values = field(secret, part);
      if (isOpaque(values)) {
        yield problemAt(secret, [part], "unknown", `what it holds can't be told: ${whyOpaque(values)}`);
        continue;
      }
      for (const [key, value] of isObject(values) ? Object.entries(values) : []) {
        const written = partialText(value, secret, input) ?? "";
        const decoded = part === "data" ? `${written}\n${Buffer.from(written, "base64").toString()}` : written;
        if (KEY_NAMES.has(key.toLowerCase()) || KEY_FILES.test(decoded)) {
          yield problemAt(secret, [part, key], "violated", `${key} is a key of a cloud`);
        }
      }
    }
  }
  for (const { pods, environment } of containersOf(objects)) {
    for (const { name, path } of environment) {
      if (name !== undefined && KEY_NAMES.has(name.toLowerCase())) {
        yield problemAt(pods.resource, path, "violated", `a container gets a key of a cloud as ${name}`);
      }
    }
  }
}
