import { invariant } from "../../../verification/invariants/no-static-credentials";
import { one, pick, testMutations, testTable, type Json } from "../../support/judge";
import { manifests } from "../../support/manifests";
import { resourcesOf } from "../../support/resources";

const TRUST = {
  Effect: "Allow",
  Principal: { Federated: "${aws_iam_openid_connect_provider.p.arn}" },
  Action: "sts:AssumeRoleWithWebIdentity",
  Condition: { StringEquals: { "issuer:aud": "sts.amazonaws.com", "issuer:sub": "system:serviceaccount:a:b" } },
};
const role = (statement: object) =>
  one("aws_iam_role", { assume_role_policy: JSON.stringify({ Statement: [statement] }) });
const condition = (conditions: object) => role({ ...TRUST, Condition: conditions });
const AUD = { "issuer:aud": "sts.amazonaws.com" };
const NO_SUBJECT = "violated aws_iam_role.a: its trust policy names no subject";

describe("trust policies", () => {
  testTable(invariant, [
    ["an exact subject", role(TRUST)],
    [
      "two exact subjects",
      condition({ StringEquals: { ...AUD, "issuer:sub": ["system:serviceaccount:a:b", "system:serviceaccount:a:c"] } }),
    ],
    [
      "equality written as a pattern",
      condition({ StringEquals: AUD, StringLike: { "issuer:sub": "system:serviceaccount:a:b" } }),
    ],
    [
      "an issuer that is not known",
      condition({ StringEquals: { "${local.issuer}:aud": "x", "${local.issuer}:sub": "y" } }),
    ],
    ["a service", role({ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" })],
    ["an account", role({ Effect: "Allow", Principal: { AWS: "arn:aws:iam::1:root" }, Action: "sts:AssumeRole" })],
    [
      "everybody of an organization",
      role({
        Effect: "Allow",
        Principal: "*",
        Action: "sts:AssumeRole",
        Condition: { StringEquals: { "aws:PrincipalOrgID": "o-1" } },
      }),
    ],
    ["a denial", role({ ...TRUST, Effect: "Deny", Condition: {} })],
    [
      "everybody",
      role({ Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:AssumeRole" }),
      "violated aws_iam_role.a: its trust policy admits everybody",
    ],
    [
      "everybody else",
      role({ Effect: "Allow", NotPrincipal: { AWS: "arn:aws:iam::1:root" }, Action: "sts:AssumeRole" }),
      "violated aws_iam_role.a: its trust policy admits everybody",
    ],
    [
      "no condition",
      role({ ...TRUST, Condition: undefined }),
      "violated aws_iam_role.a: its trust policy names no audience",
    ],
    ["no subject", condition({ StringEquals: AUD }), NO_SUBJECT],
    [
      "no audience",
      condition({ StringEquals: { "issuer:sub": "a" } }),
      "violated aws_iam_role.a: its trust policy names no audience",
    ],
    [
      "a subject that may be missing",
      condition({ StringEquals: AUD, StringEqualsIfExists: { "issuer:sub": "a" } }),
      NO_SUBJECT,
    ],
    ["a subject that it is not", condition({ StringEquals: AUD, StringNotEquals: { "issuer:sub": "a" } }), NO_SUBJECT],
    [
      "a pattern",
      condition({ StringEquals: AUD, StringLike: { "issuer:sub": "system:serviceaccount:a:*" } }),
      "violated aws_iam_role.a: its trust policy has a pattern for a subject",
    ],
    [
      "a pattern beside equality",
      condition({ StringEquals: { ...AUD, "issuer:sub": "a" }, StringLike: { "issuer:sub": "*" } }),
    ],
    [
      "the second of two subjects",
      condition({ StringEquals: AUD, StringLike: { "issuer:sub": ["system:serviceaccount:a:b", "*"] } }),
      "violated aws_iam_role.a: its trust policy has a pattern for a subject",
    ],
    [
      "a subject in parts not known",
      condition({ StringEquals: { ...AUD, "issuer:sub": "system:serviceaccount:${var.a}:b" } }),
      "unknown aws_iam_role.a: a subject of its trust policy can't be told",
    ],
    [
      "a policy not known",
      one("aws_iam_role", { assume_role_policy: "${var.trust} " }),
      "unknown aws_iam_role.a: its trust policy can't be read: ${var.trust}  is not known",
    ],
    [
      "a document of its own",
      resourcesOf({
        resource: { aws_iam_role: { a: { assume_role_policy: "${data.aws_iam_policy_document.d.json}" } } },
        data: {
          aws_iam_policy_document: {
            d: {
              statement: [
                {
                  actions: ["sts:AssumeRoleWithWebIdentity"],
                  principals: [{ type: "Federated", identifiers: ["${aws_iam_openid_connect_provider.p.arn}"] }],
                  condition: [
                    { test: "StringEquals", variable: "${local.issuer}:aud", values: ["sts.amazonaws.com"] },
                    { test: "StringLike", variable: "${local.issuer}:sub", values: ["system:serviceaccount:*:*"] },
                  ],
                },
              ],
            },
          },
        },
      }),
      "violated aws_iam_role.a: its trust policy has a pattern for a subject",
    ],
  ]);
});

const secret = (content: string) => manifests(`{apiVersion: v1, kind: Secret, metadata: {name: a}, ${content}}`);
const environment = (variable: string) =>
  manifests(`{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{name: a, env: [${variable}]}]}}`);

describe("credentials", () => {
  testTable(invariant, [
    ["an access key", one("aws_iam_access_key", {}), "violated aws_iam_access_key.a: makes an access key"],
    [
      "a password",
      one("aws_iam_user_login_profile", {}),
      "violated aws_iam_user_login_profile.a: makes a user's password",
    ],
    ["a user alone", one("aws_iam_user", { name: "a" })],
    [
      "Google, a key",
      one("google_service_account_key", {}),
      "violated google_service_account_key.a: makes a service account's key",
    ],
    [
      "Google, everybody",
      one("google_service_account_iam_member", { member: "allUsers" }),
      "violated google_service_account_iam_member.a: lets allUsers be the service account",
    ],
    [
      "Google, one service account",
      one("google_service_account_iam_member", { member: "serviceAccount:p.svc.id.goog[union/union]" }),
    ],
    [
      "Azure, a password",
      one("azuread_application_password", {}),
      "violated azuread_application_password.a: makes an application's password",
    ],
    ["Azure, a registry", one("azurerm_container_registry", {})],
    [
      "Azure, a registry's admin",
      one("azurerm_container_registry", { admin_enabled: true }),
      "violated azurerm_container_registry.a: admin_enabled is true: the registry has an admin account with passwords",
    ],
    ["a Secret of another kind", secret("stringData: {client_secret: x}")],
    [
      "a key in a Secret",
      secret("stringData: {AWS_ACCESS_KEY_ID: x}"),
      "violated Secret/default/a: AWS_ACCESS_KEY_ID is a key of a cloud",
    ],
    [
      "a file of a key",
      secret(`data: {sa.json: ${Buffer.from('{"type": "service_account"}').toString("base64")}}`),
      "violated Secret/default/a: sa.json is a key of a cloud",
    ],
    [
      "a token",
      secret("type: kubernetes.io/service-account-token"),
      "violated Secret/default/a: holds a token that does not expire",
    ],
    [
      "a Secret that can't be read",
      one("kubernetes_secret_v1", { metadata: { name: "a" }, data: "${var.data} " }),
      "unknown kubernetes_secret_v1.a: what it holds can't be told: ${var.data}  is not known",
    ],
    ["a region", environment("{name: AWS_REGION, value: us-east-2}")],
    [
      "a key in the environment",
      environment("{name: AWS_SECRET_ACCESS_KEY, valueFrom: {secretKeyRef: {name: a, key: b}}}"),
      "violated Pod/default/a: a container gets a key of a cloud as AWS_SECRET_ACCESS_KEY",
    ],
  ]);
});

const inText =
  (type: string, part: string, argument: string, from: string | RegExp, to: string) => (resource: Json) => {
    const found = pick(resource, type, part);
    const changed = found[argument].replace(from, to);
    if (changed === found[argument]) throw new Error(`no '${from}' in ${argument}`);
    found[argument] = changed;
  };
const trust = (from: string | RegExp, to: string) =>
  inText("aws_iam_role", "identity_task_", "assume_role_policy", from, to);
const policy =
  (...statements: object[]) =>
  (resource: Json) => {
    pick(resource, "aws_iam_role_policy", "identity_task-policy").policy = JSON.stringify({ Statement: statements });
  };
const ANNOTATION = "eks.amazonaws.com/role-arn";
const account = (resource: Json) => pick(resource, "kubernetes_service_account_v1", "platform-account").metadata;

describe("our own", () => {
  testMutations(invariant, [
    [
      "a pattern for a subject",
      (resource) => {
        trust("StringEquals", "StringLike")(resource);
        trust("serviceaccount:union:union", "serviceaccount:*:*")(resource);
      },
      "violated its trust policy has a pattern for a subject",
    ],
    [
      "another account's subject",
      trust("serviceaccount:union:union", "serviceaccount:union:union-system"),
      "violated its trust policy admits system:serviceaccount:union:union-system, whose role it is not",
    ],
    ["no audience", trust(/"[^"]*:aud":"[^"]*",/, ""), "violated its trust policy names no audience"],
    [
      "everything on everything",
      policy({ Effect: "Allow", Action: ["s3:GetObject", "*"], Resource: "*" }),
      "violated allows every action on every resource",
    ],
    [
      "everything of a service on everything",
      policy({ Effect: "Allow", Action: ["s3:GetObject", "s3:*"], Resource: "*" }),
      "violated allows every action on every resource",
    ],
    [
      "an administrator's policy",
      (resource) => {
        pick(resource, "aws_iam_role_policy_attachment", "vpc-cni").policy_arn =
          "arn:aws:iam::aws:policy/AdministratorAccess";
      },
      "violated attaches arn:aws:iam::aws:policy/AdministratorAccess, which allows nearly everything",
    ],
    [
      "a user",
      (resource) => (resource.aws_iam_user = { a: { name: "a" } }),
      "violated is an IAM user: a data plane has roles only",
    ],
    [
      "an account without a role",
      (resource) => (account(resource).annotations = {}),
      "violated has no role of its own",
    ],
    [
      "an account with another role",
      (resource) => (account(resource).annotations[ANNOTATION] = "arn:aws:iam::123456789012:role/acme-prod-task"),
      "violated has the role arn:aws:iam::123456789012:role/acme-prod-task, which is not its own",
    ],
    [
      "credentials of nodes for pods",
      (resource) => (pick(resource, "aws_launch_template", "worker").metadata_options.http_put_response_hop_limit = 2),
      "violated metadata_options.http_put_response_hop_limit is 2: pods can have the credentials of their node",
    ],
    [
      "credentials of nodes without a session",
      (resource) => (pick(resource, "aws_launch_template", "worker").metadata_options.http_tokens = "optional"),
      "violated metadata_options.http_tokens is optional: credentials of nodes can be had without a session",
    ],
  ]);
});
