import { isUnknown } from "../../../../verification/model";
import { TerraformInput } from "../../../../verification/clouds/terraform-input";
import { policyStatements, type Statement } from "../../../../verification/clouds/aws/policy-document";
import { resourcesOf } from "../../../support/resources";

/** The statements of `aws_iam_policy.a`, each as one line; the reason where they can't be read. */
function read(policy: unknown, documents: Readonly<Record<string, object>> = {}): string | string[] {
  const resources = resourcesOf({
    resource: { aws_iam_policy: { a: { policy } } },
    data: { aws_iam_policy_document: documents },
  });
  const [resource] = resources;
  if (!resource) throw new Error("no policy");
  const statements = policyStatements(resource.values["policy"], resource, new TerraformInput(resources));
  return isUnknown(statements) ? statements.reason : statements.map(line);
}

function line({ effect, principals, actions, resources, except, conditions }: Statement): string {
  const part = (name: keyof Statement["except"], texts: readonly string[]) =>
    texts.length > 0 ? [`${except[name] ? "but " : ""}${texts.join(",")}`] : [];
  return [
    effect,
    ...part(
      "principals",
      principals.map(({ type, id }) => `${type} ${id}`),
    ),
    ...part("actions", actions),
    ...part("resources", resources),
    ...conditions.map(({ operator, key, values }) => `${operator} ${key} ${values.join(",")}`),
  ].join("; ");
}

const json = (...statements: object[]) => JSON.stringify({ Statement: statements });

test.each<[string, unknown, string | string[]]>([
  ["one action", json({ Effect: "Allow", Action: "s3:*", Resource: "*" }), ["Allow; s3:*; *"]],
  [
    "one statement that is no list",
    JSON.stringify({ Statement: { Effect: "Deny", Principal: "*", Action: ["a:b", "a:c"], Resource: ["x", "y"] } }),
    ["Deny; * *; a:b,a:c; x,y"],
  ],
  [
    "principals of two types",
    json({ Effect: "Allow", Principal: { AWS: ["1", "2"], Service: "ec2.amazonaws.com" } }),
    ["Allow; AWS 1,AWS 2,Service ec2.amazonaws.com"],
  ],
  [
    "everything but",
    json({ Effect: "Allow", NotPrincipal: { AWS: "1" }, NotAction: "a:b", NotResource: "x" }),
    ["Allow; but AWS 1; but a:b; but x"],
  ],
  [
    "conditions, in lower case",
    json({ Effect: "Allow", Condition: { Bool: { "aws:SecureTransport": false }, StringLike: { "A:b": ["c", "D"] } } }),
    ["Allow; bool aws:securetransport false; stringlike a:b c,D"],
  ],
  [
    "parts that are not known",
    json({ Effect: "Allow", Action: "a:b", Resource: "${x.y.arn}/*" }),
    ["Allow; a:b; ${}/*"],
  ],
  ["nothing", undefined, []],
  ["what is not known", "${var.policy} ", "${var.policy}  is not known"],
  ["what is no JSON", "{", "it is no policy document"],
  ["what has no statement", "{}", "it is no policy document"],
  ["a condition that is not known", '{"Statement":[{"Effect":"Allow","Condition":"x"}]}', "it is no policy document"],
  ["what is no text", ["a"], "it is no text"],
])("%s", (_, policy, expected) => {
  expect(read(policy)).toEqual(expected);
});

describe("data sources", () => {
  const REFERENCE = "${data.aws_iam_policy_document.d.json}";

  test("are statements in blocks", () => {
    const statement = {
      actions: ["a:b"],
      not_resources: ["x"],
      principals: [{ type: "Federated", identifiers: ["${aws_iam_openid_connect_provider.p.arn}"] }],
      condition: [{ test: "StringEquals", variable: "${local.issuer}:sub", values: ["s"] }],
    };
    expect(read(REFERENCE, { d: { statement: [statement, { effect: "Deny" }] } })).toEqual([
      "Allow; Federated ${}; a:b; but x; stringequals ${}:sub s",
      "Deny",
    ]);
  });

  test("take in others", () => {
    const source = { source_policy_documents: [json({ Effect: "Deny" }), "${data.aws_iam_policy_document.e.json}"] };
    expect(read(REFERENCE, { d: { ...source, statement: [{ actions: ["a:b"] }] }, e: { statement: [{}] } })).toEqual([
      "Deny",
      "Allow",
      "Allow; a:b",
    ]);
  });

  test("override nothing by empty lists", () => {
    for (const override_policy_documents of [[], [null]])
      expect(read(REFERENCE, { d: { override_policy_documents, statement: [{}] } })).toEqual(["Allow"]);
  });

  test("what a dynamic block made none of is not there", () => {
    const statement = { actions: ["a:b"], principals: [{ type: "AWS", identifiers: ["1"] }], not_principals: [] };
    expect(read(REFERENCE, { d: { statement: [statement] } })).toEqual(["Allow; AWS 1; a:b"]);
    const except = { not_actions: ["a:b"], actions: [], principals: [], not_principals: statement.principals };
    expect(read(REFERENCE, { d: { statement: [except] } })).toEqual(["Allow; but AWS 1; but a:b"]);
  });

  test.each<[string, object, string]>([
    ["override others", { override_policy_documents: ["x"] }, "data.aws_iam_policy_document.d overrides statements"],
    [
      "go in a circle",
      { source_policy_documents: [REFERENCE] },
      "data.aws_iam_policy_document.d takes in too many others",
    ],
    ["have a statement that is not known", { statement: "${var.statement} " }, "${var.statement}  is not known"],
  ])("that %s are not known", (_, document, reason) => {
    expect(read(REFERENCE, { d: document })).toBe(reason);
  });

  test("hold their JSON in a state", () => {
    expect(read(REFERENCE, { d: { json: json({ Effect: "Deny" }) } })).toEqual(["Deny"]);
  });
});
