import { reach } from "../../../../verification/evaluate";
import { AddressSet } from "../../../../packets/address-set";
import { awsPart } from "../../../../verification/clouds/aws/index";
import { resourcesOf, type TerraformJson } from "../../../support/resources";

const INTERNET = { addresses: AddressSet.ofCidrs(["8.0.0.0/8"]), groups: new Set<string>() };
const GITHUB = "token.actions.githubusercontent.com";
const AUDIENCE = { [`${GITHUB}:aud`]: "sts.amazonaws.com" };
const arn = (issuer: string) => `arn:aws:iam::111122223333:oidc-provider/${issuer}`;
const provider = (url: string) => ({ aws_iam_openid_connect_provider: { p: { url, client_id_list: ["a"] } } });

function fromInternet(json: TerraformJson): string {
  const verdicts = awsPart(resourcesOf(json)).endpoints.map((one) => reach(one, "inbound", INTERNET));
  if (verdicts.some(({ allowed }) => !allowed.isEmpty)) return "open";
  return verdicts.some(({ possible }) => !possible.isEmpty) ? "unknown" : "closed";
}

const allow = (principal: string, conditions: object = {}) => ({
  Effect: "Allow",
  Action: "sts:AssumeRoleWithWebIdentity",
  Principal: { Federated: principal },
  Condition: conditions,
});
const github = (conditions: object) => allow(arn(GITHUB), conditions);
const deny = (conditions: object, principal: object | string = "*") => ({
  ...github(conditions),
  Effect: "Deny",
  Principal: principal,
});
const trusting = (statements: readonly object[], others: NonNullable<TerraformJson["resource"]> = {}) =>
  fromInternet({
    resource: { ...others, aws_iam_role: { r: { assume_role_policy: JSON.stringify({ Statement: statements }) } } },
  });

test.each<[conditions: object, open: string]>([
  [{}, "open"],
  [{ StringEquals: AUDIENCE }, "open"],
  [{ StringLike: { [`${GITHUB}:sub`]: "*" } }, "open"],
  [{ StringLike: { [`${GITHUB}:sub`]: "repo:*" } }, "open"],
  [{ StringLike: { [`${GITHUB}:sub`]: "repo:*/infra:ref:refs/heads/main" } }, "open"],
  [{ "ForAnyValue:StringLike": { [`${GITHUB}:sub`]: ["repo:acme/a:*", "*"] } }, "open"],
  [{ StringNotEquals: { [`${GITHUB}:sub`]: "repo:acme/a:ref:refs/heads/x" } }, "open"],
  [{ Null: { [`${GITHUB}:sub`]: "false" } }, "open"],
  [{ StringLike: { [`${GITHUB}:sub`]: "repo:acme*" } }, "unknown"],
  [{ StringLike: { [`${GITHUB}:sub`]: "*infra*" } }, "unknown"],
  [{ StringLike: { [`${GITHUB}:sub`]: "repo:${var.a}/a:*" } }, "unknown"],
  [{ StringLike: { [`${GITHUB}:sub`]: "${var.a}" } }, "unknown"],
  [{ StringEquals: { [`${GITHUB}:environment`]: "production" } }, "unknown"],
  [{ NumericEquals: { [`${GITHUB}:sub`]: "1" } }, "unknown"],
  [{ StringLike: { [`${GITHUB}:sub`]: "repo:acme/*" } }, "closed"],
  [{ StringLike: { [`${GITHUB}:sub`]: "repo:acme/${var.a}:*" } }, "closed"],
  [{ StringEquals: { ...AUDIENCE, [`${GITHUB}:sub`]: "repo:acme/a:ref:refs/heads/main" } }, "closed"],
  [{ StringEquals: { [`${GITHUB}:sub`]: "repo:${var.a}:ref:refs/heads/main" } }, "closed"],
  // It is no pattern there, and nobody's subject.
  [{ StringEquals: { [`${GITHUB}:sub`]: "repo:*" } }, "closed"],
  [{ StringEquals: AUDIENCE, IpAddress: { "aws:SourceIp": "10.0.0.0/8" } }, "closed"],
])("tokens of GitHub by %j: %s", (conditions, open) => {
  expect(trusting([github(conditions)])).toBe(open);
});

test.each<[issuer: string, conditions: object, open: string]>([
  ["gitlab.com", { StringLike: { "gitlab.com:sub": "project_path:*" } }, "open"],
  ["gitlab.com", { StringLike: { "gitlab.com:sub": "project_path:acme/*:ref_type:branch:ref:main" } }, "closed"],
  ["app.terraform.io", { StringLike: { "app.terraform.io:sub": "organization:*:workspace:a:run_phase:*" } }, "open"],
  ["app.terraform.io", { StringLike: { "app.terraform.io:sub": "organization:acme:workspace:*" } }, "closed"],
  ["cognito-identity.amazonaws.com", {}, "open"],
  [
    "cognito-identity.amazonaws.com",
    { StringEquals: { "cognito-identity.amazonaws.com:aud": "us-east-1:1" } },
    "closed",
  ],
  ["accounts.google.com", {}, "open"],
  ["accounts.google.com", { StringEquals: { "accounts.google.com:aud": "1.apps.googleusercontent.com" } }, "unknown"],
  ["accounts.google.com", { StringEquals: { "accounts.google.com:sub": "1" } }, "closed"],
  ["www.amazon.com", { StringEquals: { "www.amazon.com:app_id": "1" } }, "unknown"],
  ["oidc.eks.us-east-1.amazonaws.com/id/1", {}, "closed"],
  ["container.googleapis.com/v1/projects/a/locations/b/clusters/c", {}, "closed"],
  ["login.acme.example", {}, "unknown"],
  ["login.acme.example", { StringEquals: { "login.acme.example:sub": "1" } }, "closed"],
  ["${var.a}", {}, "unknown"],
  ["${var.a}", { StringEquals: AUDIENCE }, "open"],
  ["${var.a}", { StringLike: { "${var.b}:sub": "system:serviceaccount:union:*" } }, "closed"],
])("tokens of %s by %j: %s", (issuer, conditions, open) => {
  const isBuiltIn = /^(cognito|accounts|www|\$)/.test(issuer);
  expect(trusting([allow(isBuiltIn ? issuer : arn(issuer), conditions)])).toBe(open);
});

test.each<[denial: object, open: string]>([
  [deny({ StringNotLike: { [`${GITHUB}:sub`]: "repo:acme/*" } }), "closed"],
  [deny({ StringNotLike: { [`${GITHUB}:sub`]: "repo:acme/*" } }, { Federated: arn(GITHUB) }), "closed"],
  [deny({ StringLike: { [`${GITHUB}:sub`]: "repo:evil/*" } }), "open"],
  [deny({ StringNotLike: { [`${GITHUB}:sub`]: "repo:*" } }), "open"],
])("tokens of GitHub, and %j: %s", (denial, open) => {
  expect(trusting([github({ StringEquals: AUDIENCE }), denial])).toBe(open);
});

test.each<[url: string, open: string]>([
  [`https://${GITHUB}`, "open"],
  ["https://oidc.eks.us-east-1.amazonaws.com/id/1", "closed"],
  ["${aws_eks_cluster.c.identity[0].oidc[0].issuer}", "closed"],
  ["${var.a}", "unknown"],
])("tokens of a provider of the input at %s: %s", (url, open) => {
  const resource = { ...provider(url), aws_eks_cluster: { c: {} } };
  const reference = "${aws_iam_openid_connect_provider.p.arn}";
  const roles = { r: { assume_role_policy: "${data.aws_iam_policy_document.d.json}" } };
  const principals = [{ type: "Federated", identifiers: [reference] }];
  const statement = [{ actions: ["sts:AssumeRoleWithWebIdentity"], principals }];
  const data = { aws_iam_policy_document: { d: { statement } } };
  const roleOf = (json: TerraformJson) =>
    awsPart(resourcesOf(json)).endpoints.filter(({ id }) => id === "aws_iam_role.r");
  const endpoints = roleOf({ resource: { ...resource, aws_iam_role: roles }, data });
  const [role] = endpoints.map((one) => reach(one, "inbound", INTERNET));
  const verdict = !role ? "closed" : role.allowed.isEmpty ? "unknown" : "open";
  expect(verdict).toBe(open);
  expect(trusting([allow(reference)], provider(url))).toBe(open);
});

test("a role that takes no tokens is closed to them", () => {
  expect(trusting([{ ...github({}), Action: "sts:AssumeRoleWithSAML" }])).toBe("closed");
});
