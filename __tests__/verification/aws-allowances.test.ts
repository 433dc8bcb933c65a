/** Destinations beside the document's own: opened for task pods at both ends, told in the report, and no wider than said. */
import { renderMarkdown } from "../../report/markdown";
import { renderText } from "../../report/text";
import { copyOf, find, judge, remove, synthesize, type Tree } from "../support/tree";
import type { Json } from "../support/workloads";

const ALLOWANCES = [
  {
    to: "addresses",
    name: "warehouse",
    reason: "Tasks read features, once a day",
    cidrs: ["10.8.0.0/24"],
    ports: [5432, 5433],
  },
  {
    to: "bucket",
    name: "raw-events",
    reason: "Tasks read events of the shop",
    bucket: "acme-raw-events",
    keyArn: "arn:aws:kms:us-east-2:210987654321:key/1",
  },
  { to: "bucket", name: "models", reason: "Tasks write trained models", bucket: "acme-models", access: "read-write" },
  {
    to: "service",
    name: "bedrock",
    reason: "Tasks ask models of Bedrock",
    service: "bedrock-runtime",
    actions: ["bedrock:InvokeModel"],
    resources: ["arn:aws:bedrock:us-east-2::foundation-model/*"],
  },
];
const tree = synthesize({
  allowances: ALLOWANCES,
  network: { routes: [{ cidr: "10.8.0.0/16", via: "pcx-0a1b" }] },
  taskNamespaces: ["shop-production"],
});

test("every invariant holds, and reports tell each", async () => {
  const report = await judge(copyOf(tree));
  expect(report.findings).toEqual([]);
  expect(report.allowances).toEqual([
    { name: "warehouse", reason: "Tasks read features, once a day", to: "TCP 5432, 5433 at 10.8.0.0/24" },
    { name: "raw-events", reason: "Tasks read events of the shop", to: "bucket acme-raw-events (read)" },
    { name: "models", reason: "Tasks write trained models", to: "bucket acme-models (read-write)" },
    {
      name: "bedrock",
      reason: "Tasks ask models of Bedrock",
      to: "service bedrock-runtime (bedrock:InvokeModel)",
    },
  ]);
  expect(renderText(report)).toContain(
    "allowance warehouse: TCP 5432, 5433 at 10.8.0.0/24: Tasks read features, once a day\n",
  );
  expect(renderMarkdown(report)).toContain(
    "| `models` | bucket acme-models (read-write) | Tasks write trained models |",
  );
});

test("the task role alone has the rights that they give, and no more", () => {
  const statements = (role: RegExp): Json[] =>
    find(tree.infrastructure, "aws_iam_role_policy", role).flatMap(({ policy }) => JSON.parse(policy).Statement);
  const given = statements(/identity_task/).filter(({ Sid }) => Sid?.startsWith("Allowance"));
  expect(given).toMatchObject([
    { Action: "s3:ListBucket", Resource: "arn:aws:s3:::acme-raw-events" },
    { Action: ["s3:GetObject*"], Resource: "arn:aws:s3:::acme-raw-events/*" },
    { Action: ["kms:Decrypt"], Condition: { StringEquals: { "kms:ViaService": "s3.us-east-2.amazonaws.com" } } },
    { Action: "s3:ListBucket", Resource: "arn:aws:s3:::acme-models" },
    { Action: ["s3:GetObject*", "s3:PutObject*", "s3:DeleteObject"], Resource: "arn:aws:s3:::acme-models/*" },
    { Action: ["bedrock:InvokeModel"], Resource: ["arn:aws:bedrock:us-east-2::foundation-model/*"] },
  ]);
  for (const { Sid } of given) expect(Sid).toMatch(/^[A-Za-z0-9]+$/);
  expect(statements(/identity_(platform|fluent|autoscaler)/).filter(({ Sid }) => Sid?.startsWith("Allowance"))).toEqual(
    [],
  );
});

test("names that differ by a hyphen only make statements of different ids", () => {
  const reason = "Tasks use these services";
  const allowance = (name: string, service: string) => {
    const arn = `arn:aws:${service}:us-east-2:123456789012:any`;
    return { to: "service", name, reason, service, actions: [`${service}:Send`], resources: [arn] };
  };
  const { infrastructure } = synthesize({ allowances: [allowance("a-b", "sqs"), allowance("ab", "sns")] });
  const [task] = find(infrastructure, "aws_iam_role_policy", /identity_task/);
  const ids = (JSON.parse(task?.policy) as { Statement: { Sid: string }[] }).Statement.map(({ Sid }) => Sid);
  expect(ids.filter((id) => id.startsWith("Allowance"))).toHaveLength(2);
  expect(new Set(ids).size).toBe(ids.length);
});

test.each<[string, string, (tree: Tree) => void]>([
  [
    "closed at the nodes",
    "required-paths",
    ({ infrastructure }) => remove(infrastructure, "aws_vpc_security_group_egress_rule", /warehouse.*5433/),
  ],
  [
    "closed to the tasks",
    "required-paths",
    ({ workloads }) => {
      for (const { spec } of find(workloads, "kubernetes_network_policy_v1", /shop-production-tasks/))
        spec.egress = spec.egress.filter(({ ports }: Json) => ports?.[0]?.port !== "5432");
    },
  ],
  [
    "wider than said",
    "egress-allowlist",
    ({ infrastructure }) => {
      for (const rule of find(infrastructure, "aws_vpc_security_group_egress_rule", /warehouse/))
        rule.cidr_ipv4 = "10.8.0.0/23";
    },
  ],
  [
    "a service without its endpoint",
    "required-paths",
    ({ infrastructure }) => remove(infrastructure, "aws_vpc_endpoint", /bedrock/),
  ],
])("%s: found", async (_, invariant, change) => {
  const changed = copyOf(tree);
  change(changed);
  const { findings } = await judge(changed);
  expect([...new Set(findings.map((finding) => finding.invariant))]).toEqual([invariant]);
});
