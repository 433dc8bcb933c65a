import { reach } from "../../../../verification/evaluate";
import { AddressSet } from "../../../../packets/address-set";
import { awsPart } from "../../../../verification/clouds/aws/index";
import { resourcesOf, type TerraformJson } from "../../../support/resources";

type Types = NonNullable<TerraformJson["resource"]>;

const INTERNET = { addresses: AddressSet.ofCidrs(["8.0.0.0/8"]), groups: new Set<string>() };
const UNKNOWN = "${var.a}${var.b}";
const policyOf = (statement: object) =>
  JSON.stringify({ Statement: [{ Effect: "Allow", Principal: "*", Action: "*", Resource: "*", ...statement }] });
const EVERYBODY = policyOf({});
const OWN = policyOf({ Principal: { AWS: "arn:aws:iam::111122223333:root" } });
const IN_VPC = { Condition: { StringEquals: { "aws:SourceVpc": "vpc-1" } } };
const like = (arn: string) => ({ Condition: { StringLike: { "aws:SourceArn": arn } } });
const OWNER = policyOf({ Condition: { StringEquals: { "aws:SourceAccount": "111122223333" } } });

function fromInternet(types: Types): string {
  const verdicts = awsPart(resourcesOf({ resource: types })).endpoints.map((one) => reach(one, "inbound", INTERNET));
  if (verdicts.some(({ allowed }) => !allowed.isEmpty)) return "open";
  return verdicts.some(({ possible }) => !possible.isEmpty) ? "unknown" : "closed";
}

describe.each<[type: string, argument: string]>([
  ["aws_sqs_queue_policy", "policy"],
  ["aws_sqs_queue", "policy"],
  ["aws_sns_topic_policy", "policy"],
  ["aws_kms_key", "policy"],
  ["aws_kms_key_policy", "policy"],
  ["aws_secretsmanager_secret_policy", "policy"],
  ["aws_ecr_repository_policy", "policy"],
  ["aws_glacier_vault", "access_policy"],
  ["aws_cloudwatch_log_resource_policy", "policy_document"],
  ["aws_media_store_container_policy", "policy"],
  ["aws_prometheus_resource_policy", "policy_document"],
  ["aws_s3vectors_vector_bucket_policy", "policy"],
  ["aws_iam_role", "assume_role_policy"],
  ["aws_oam_sink_policy", "policy"],
  ["aws_redshift_resource_policy", "policy"],
  ["aws_sagemaker_model_package_group_policy", "resource_policy"],
  ["aws_schemas_registry_policy", "policy"],
  ["aws_vpclattice_resource_policy", "policy"],
])("%s", (type, argument) => {
  test.each([
    [EVERYBODY, "open"],
    [OWN, "closed"],
    [OWNER, "closed"],
    [UNKNOWN, "unknown"],
    [policyOf({ Principal: { AWS: "${var.a}" } }), "unknown"],
    [policyOf({ Principal: "${var.a}" }), "unknown"],
    [policyOf({ Principal: { AWS: "${aws_iam_role.r.arn}" } }), "closed"],
    [policyOf({ Principal: { AWS: "arn:aws:iam::${var.a}:root" } }), "closed"],
    [policyOf({ Principal: { Service: "${var.a}" } }), "closed"],
    [policyOf({ Principal: { AWS: "${var.a}" }, ...IN_VPC }), "closed"],
    [policyOf(like("arn:aws:s3:::b")), "closed"],
    [policyOf(like("arn:aws:s3:::${var.a}")), "closed"],
    [policyOf(like("${aws_s3_bucket.b.arn}")), "closed"],
    [policyOf(like("${var.a}")), "unknown"],
    [policyOf({ Condition: { Null: { "aws:PrincipalArn": "false" } } }), "closed"],
    [policyOf({ Condition: { Null: { "aws:PrincipalArn": "${var.a}" } } }), "unknown"],
  ])("%s: %s", (policy, open) => {
    expect(fromInternet({ [type]: { x: { [argument]: policy } } })).toBe(open);
  });
});

test.each<[permission: object, open: string]>([
  [{ principal: "*" }, "open"],
  [{ principal: "*", source_account: "111122223333" }, "closed"],
  [{ principal: "*", principal_org_id: "o-1" }, "closed"],
  [{ principal: "*", source_account: "${var.a}" }, "unknown"],
  [{ principal: "*", source_account: "${var.a}", principal_org_id: "o-1" }, "closed"],
  [{ principal: "*", source_arn: "${aws_s3_bucket.b.arn}" }, "closed"],
  [{ principal: "*", source_arn: "arn:aws:s3:::${var.a}" }, "closed"],
  [{ principal: "s3.amazonaws.com", source_account: "${var.a}" }, "closed"],
  [{ principal: "s3.amazonaws.com" }, "unknown"],
  [{ principal: "elasticloadbalancing.amazonaws.com" }, "unknown"],
  [{ principal: "alexa-appkit.amazon.com", event_source_token: "t" }, "closed"],
  [{ principal: "apigateway.amazonaws.com", source_arn: "${aws_api_gateway_rest_api.a.execution_arn}/*" }, "closed"],
  [{ principal: "arn:aws:iam::111122223333:user/a.amazonaws.com" }, "closed"],
  [{ principal: "111122223333" }, "closed"],
  [{ principal: "${var.a}" }, "unknown"],
  [{ principal: "${var.a}", principal_org_id: "o-1" }, "closed"],
  [{ principal: "${data.aws_caller_identity.current.account_id}" }, "closed"],
])("a permission of Lambda for %j: %s", (permission, open) => {
  expect(fromInternet({ aws_lambda_permission: { x: permission } })).toBe(open);
});

test.each<[permission: object, open: string]>([
  [{ principal: "*" }, "open"],
  [{ principal: "*", organization_id: "o-1" }, "closed"],
  [{ principal: "111122223333" }, "closed"],
  [{ principal: "${var.a}" }, "unknown"],
])("a layer of Lambda for %j: %s", (permission, open) => {
  expect(fromInternet({ aws_lambda_layer_version_permission: { x: permission } })).toBe(open);
});

describe("guests of an identity pool", () => {
  test.each([
    [true, "unknown"],
    [UNKNOWN, "unknown"],
    [false, "closed"],
    [undefined, "closed"],
  ])("that lets them in: %j, %s", (allow_unauthenticated_identities, open) => {
    expect(fromInternet({ aws_cognito_identity_pool: { p: { allow_unauthenticated_identities } } })).toBe(open);
  });

  test.each<[pool: string, roles: unknown, open: string]>([
    ["us-east-1:1", { unauthenticated: "arn:aws:iam::111122223333:role/guest" }, "unknown"],
    ["${data.aws_cognito_identity_pool.p.id}", { unauthenticated: "${aws_iam_role.r.arn}" }, "unknown"],
    ["us-east-1:1", UNKNOWN, "unknown"],
    ["us-east-1:1", { authenticated: "arn:aws:iam::111122223333:role/user" }, "closed"],
    ["${aws_cognito_identity_pool.p.id}", { unauthenticated: "arn:aws:iam::111122223333:role/guest" }, "closed"],
  ])("of %s, with roles %j: %s", (identity_pool_id, roles, open) => {
    const aws_cognito_identity_pool = { p: { allow_unauthenticated_identities: false } };
    const aws_cognito_identity_pool_roles_attachment = { a: { identity_pool_id, roles } };
    expect(fromInternet({ aws_cognito_identity_pool, aws_cognito_identity_pool_roles_attachment })).toBe(open);
  });
});

describe("whoever may take a role", () => {
  const trusted = (statement: object): string =>
    fromInternet({ aws_iam_role: { r: { assume_role_policy: policyOf({ Action: "sts:AssumeRole", ...statement }) } } });
  const bySaid = (statement: object) => {
    const data = { aws_iam_policy_document: { d: { statement: [{ actions: ["sts:AssumeRole"], ...statement }] } } };
    const role = { r: { assume_role_policy: "${data.aws_iam_policy_document.d.json}" } };
    const { endpoints } = awsPart(resourcesOf({ resource: { aws_iam_role: role }, data }));
    return endpoints.length === 0 ? "closed" : endpoints.map((one) => reach(one, "inbound", INTERNET).allowed.isEmpty);
  };

  test.each<[statement: object, open: string]>([
    [{ Principal: { AWS: "*" } }, "open"],
    [{ Principal: { Service: "ec2.amazonaws.com" } }, "closed"],
    [{ Principal: { Federated: "${var.a}" } }, "closed"],
    [{ Condition: { StringEquals: { "sts:ExternalId": "${var.a}" } } }, "closed"],
    [{ Condition: { StringEquals: { "aws:PrincipalOrgID": "${var.a}" } } }, "closed"],
    [{ Condition: { StringLike: { "sts:RoleSessionName": "a" } } }, "unknown"],
  ])("%j: %s", (statement, open) => {
    expect(trusted(statement)).toBe(open);
  });

  test("by a document that the input makes", () => {
    expect(bySaid({ principals: [{ type: "AWS", identifiers: ["*"] }] })).toEqual([false]);
    expect(bySaid({ principals: [{ type: "Federated", identifiers: ["${var.a}"] }] })).toBe("closed");
    const condition = [{ test: "ArnLike", variable: "aws:PrincipalArn", values: ["${aws_iam_role.o.arn}"] }];
    expect(bySaid({ principals: [{ type: "AWS", identifiers: ["*"] }], condition })).toBe("closed");
  });
});

test.each([
  ["PUBLIC_READ", "open"],
  ["PRIVATE", "closed"],
  [undefined, "closed"],
  [UNKNOWN, "unknown"],
])("builds of CodeBuild that are %s: %s", (project_visibility, open) => {
  expect(fromInternet({ aws_codebuild_project: { p: { project_visibility } } })).toBe(open);
});

describe("buckets", () => {
  const bucket = "${aws_s3_bucket.b.id}";
  const block = (values: object): Types => ({ aws_s3_bucket_public_access_block: { p: { bucket, ...values } } });
  const OPENED = block({ block_public_policy: false, restrict_public_buckets: false });
  const withPolicy = (policy: string, more: Types): Types => ({
    aws_s3_bucket: { b: { bucket: "b" } },
    aws_s3_bucket_policy: { p: { bucket, policy } },
    ...more,
  });
  const withList = (list: object, more: Types): Types => ({
    aws_s3_bucket: { b: { bucket: "b" } },
    aws_s3_bucket_acl: { a: { bucket, ...list } },
    ...more,
  });
  const owned = (object_ownership: string) => ({
    aws_s3_bucket_ownership_controls: { o: { bucket, rule: [{ object_ownership }] } },
  });
  const grants = (uri: string) => ({ access_control_policy: [{ grant: [{ grantee: [{ type: "Group", uri }] }] }] });
  test.each<[what: string, types: Types, open: string]>([
    ["a policy of its own account", withPolicy(OWN, OPENED), "closed"],
    ["a policy for everybody, nothing blocked", withPolicy(EVERYBODY, OPENED), "open"],
    ["a policy for everybody, an empty block", withPolicy(EVERYBODY, block({})), "open"],
    ["a policy for everybody, blocked", withPolicy(EVERYBODY, block({ block_public_policy: true })), "closed"],
    ["a policy for everybody, restricted", withPolicy(EVERYBODY, block({ restrict_public_buckets: true })), "closed"],
    ["a policy for everybody, lists blocked", withPolicy(EVERYBODY, block({ block_public_acls: true })), "open"],
    [
      "a policy for everybody, a block that is not known",
      withPolicy(EVERYBODY, block({ block_public_policy: UNKNOWN })),
      "unknown",
    ],
    ["a policy for everybody, what AWS blocks by itself", withPolicy(EVERYBODY, {}), "unknown"],
    [
      "a policy for everybody of a directory bucket",
      {
        aws_s3_directory_bucket: { d: { bucket: UNKNOWN } },
        aws_s3_bucket_policy: { p: { bucket: "${aws_s3_directory_bucket.d.bucket}", policy: EVERYBODY } },
      },
      "closed",
    ],
    [
      "a policy for everybody of one outside of the input",
      { aws_s3_bucket_policy: { p: { bucket: "b--use1-az4--x-s3", policy: EVERYBODY } } },
      "closed",
    ],
    [
      "a policy for everybody of another bucket outside of the input",
      { aws_s3_bucket_policy: { p: { bucket: "b", policy: EVERYBODY } } },
      "unknown",
    ],
    ["a policy that is not known, blocked", withPolicy(UNKNOWN, block({ block_public_policy: true })), "closed"],
    ["a policy that is not known", withPolicy(UNKNOWN, OPENED), "unknown"],
    [
      "a policy for everybody, blocked in the account",
      withPolicy(EVERYBODY, {
        ...OPENED,
        aws_s3_account_public_access_block: { a: { restrict_public_buckets: true } },
      }),
      "closed",
    ],
    ["a list for everybody", withList({ acl: "public-read" }, OPENED), "open"],
    [
      "a list for everybody that counts for nothing",
      withList({ acl: "public-read" }, { ...OPENED, ...owned("BucketOwnerEnforced") }),
      "closed",
    ],
    [
      "a list for everybody that counts",
      withList({ acl: "public-read" }, { ...OPENED, ...owned("ObjectWriter") }),
      "open",
    ],
    ["a list for everybody, ignored", withList({ acl: "public-read" }, block({ ignore_public_acls: true })), "closed"],
    ...["aws_s3_object", "aws_s3_bucket_object", "aws_s3_object_copy"].flatMap(
      (type): [what: string, types: Types, open: string][] => [
        [`a list for everybody of ${type}`, { ...OPENED, [type]: { x: { bucket, acl: "public-read" } } }, "open"],
        [`a private list of ${type}`, { ...OPENED, [type]: { x: { bucket, acl: "private" } } }, "closed"],
      ],
    ),
    [
      "a grant to everybody of a copy",
      {
        ...OPENED,
        aws_s3_object_copy: { x: { bucket, grant: [{ uri: "http://acs.amazonaws.com/groups/global/AllUsers" }] } },
      },
      "open",
    ],
    ["a private list", withList({ acl: "private" }, OPENED), "closed"],
    ["a grant to everybody", withList(grants("http://acs.amazonaws.com/groups/global/AllUsers"), OPENED), "open"],
    ["a grant to the log group", withList(grants("http://acs.amazonaws.com/groups/s3/LogDelivery"), OPENED), "closed"],
    ["an access point for everybody", { aws_s3_access_point: { a: { bucket: "b", policy: EVERYBODY } } }, "unknown"],
    ["an access point of its own account", { aws_s3_access_point: { a: { bucket: "b", policy: OWN } } }, "closed"],
  ])("%s", (_, types, open) => {
    expect(fromInternet(types)).toBe(open);
  });
});
