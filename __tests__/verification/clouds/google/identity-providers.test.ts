import { judged } from "../../../support/google-part";

const TYPE = "google_iam_workload_identity_pool_provider";
const GITHUB = "https://token.actions.githubusercontent.com";
const UNREAD = "${var.a}";
const isNamed = (values: object) =>
  judged({ [TYPE]: { x: values } }).unjudged.some(({ resource }) => resource === `${TYPE}.x`);

test.each<[issuer: string, condition: string | undefined, isOpen: boolean]>([
  [GITHUB, undefined, true],
  [GITHUB, "true", true],
  [GITHUB, 'assertion.ref == "refs/heads/main"', true],
  [GITHUB, UNREAD, true],
  [`${GITHUB}/`, undefined, true],
  ["https://gitlab.com", undefined, true],
  ["https://app.terraform.io", undefined, true],
  ["https://login.acme.example", undefined, true],
  [UNREAD, undefined, true],
  ["https://oidc.vercel.com", undefined, true],
  [GITHUB, "assertion.repository_owner == 'acme'", false],
  [GITHUB, "assertion.repository_owner == '${var.a}'", false],
  [GITHUB, "assertion.sub.startsWith('repo:acme/')", false],
  [GITHUB, "attribute.repository == 'acme/a'", false],
  [GITHUB, "google.subject == 'repo:acme/a:ref:refs/heads/main'", false],
  ["https://gitlab.com", "assertion.namespace_id == '1'", false],
  ["https://app.terraform.io", "assertion.terraform_organization_id == 'org-1'", false],
  ["https://container.googleapis.com/v1/projects/a/locations/b/clusters/c", undefined, false],
  ["https://oidc.eks.us-east-1.amazonaws.com/id/1", undefined, false],
  ["https://sts.windows.net/99999999-8888-7777-6666-555555555555/", undefined, false],
])("tokens of %s by %s: %s", (issuer_uri, attribute_condition, isOpen) => {
  expect(isNamed({ oidc: [{ issuer_uri }], attribute_condition })).toBe(isOpen);
});

test("tokens for an audience of one customer's are that one's", () => {
  const oidc = [{ issuer_uri: "https://oidc.vercel.com", allowed_audiences: ["https://vercel.com/acme"] }];
  expect(isNamed({ oidc })).toBe(false);
});

test("an account of AWS and a provider of SAML are one customer's", () => {
  expect(isNamed({ aws: [{ account_id: "111122223333" }] })).toBe(false);
  expect(isNamed({ saml: [{ idp_metadata_xml: "a" }] })).toBe(false);
});
