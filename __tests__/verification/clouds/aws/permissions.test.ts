import { allows, permissionsOf } from "../../../../verification/clouds/aws/permissions";
import { TerraformInput } from "../../../../verification/clouds/terraform-input";
import { resourcesOf } from "../../../support/resources";

const ARN = "arn:aws:ecr:eu-west-1:123456789012:repository/a/b";
const statement = (fields: object) =>
  JSON.stringify({ Statement: [{ Effect: "Allow", Action: "ecr:BatchGetImage", Resource: "*", ...fields }] });
const inline = (policy: string, role = "${aws_iam_role.a.name}") => ({ aws_iam_role_policy: { p: { role, policy } } });
const managed = (policy_arn: string) => ({
  aws_iam_role_policy_attachment: { p: { role: "${aws_iam_role.a.name}", policy_arn } },
});

type Row = readonly [what: string, others: object, answer: boolean | "unknown", role?: object];

const ROWS: readonly Row[] = [
  ["no policy", {}, false],
  ["an inline policy", inline(statement({})), true],
  ["by the role's name", inline(statement({}), "nodes"), true],
  ["of another role", inline(statement({}), "others"), false],
  ["any action of the service", inline(statement({ Action: "ecr:*" })), true],
  ["in any case", inline(statement({ Action: "ECR:batchgetimage" })), true],
  ["another action", inline(statement({ Action: ["ecr:BatchDelete*", "s3:*"] })), false],
  ["all but an action", inline(statement({ Action: undefined, NotAction: "ecr:BatchGetImage" })), false],
  ["a pattern of repositories", inline(statement({ Resource: ARN.replace("/b", "/*") })), true],
  ["another repository", inline(statement({ Resource: `${ARN}c` })), false],
  ["a repository that is not known", inline(statement({ Resource: "${var.arn}/*" })), "unknown"],
  ["under a condition", inline(statement({ Condition: { Bool: { "aws:ViaAWSService": "true" } } })), "unknown"],
  [
    "denied",
    { ...managed("arn:aws:iam::aws:policy/AdministratorAccess"), ...inline(statement({ Effect: "Deny" })) },
    false,
  ],
  ["a policy that can't be read", inline("${var.policy}"), "unknown"],
  ["AWS's own", managed("arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly"), true],
  ["AWS's own of something else", managed("arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy"), false],
  ["AWS's own that is not known here", managed("arn:aws:iam::aws:policy/service-role/Other"), "unknown"],
  [
    "the customer's own",
    { ...managed("${aws_iam_policy.a.arn}"), aws_iam_policy: { a: { policy: statement({}) } } },
    true,
  ],
  ["one that is not in the input", managed("arn:aws:iam::123456789012:policy/a"), "unknown"],
  ["at the role itself", {}, true, { inline_policy: [{ name: "a", policy: statement({}) }] }],
  ["by a list of ARNs", {}, true, { managed_policy_arns: ["arn:aws:iam::aws:policy/AdministratorAccess"] }],
  [
    "within a boundary",
    inline(statement({})),
    "unknown",
    { permissions_boundary: "arn:aws:iam::123456789012:policy/b" },
  ],
];

test.each(ROWS.map(([what, others, answer, fields = {}]) => ({ what, others, answer, fields })))(
  "$what",
  ({ others, answer, fields }) => {
    const resources = resourcesOf({ resource: { aws_iam_role: { a: { name: "nodes", ...fields } }, ...others } });
    const input = TerraformInput.of(resources);
    const [role] = input.managed("aws_iam_role");
    expect(role && allows(permissionsOf(role, input), "ecr:BatchGetImage", ARN)).toBe(answer);
  },
);
