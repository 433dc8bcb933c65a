import { run } from "../../../cli/index";
import { planOf } from "../../support/plan";
import { scratchFolder, writeFiles } from "../../support/scratch";
import { synthesize } from "../../support/tree";
import type { Json } from "../../support/workloads";

const scratch = scratchFolder();
const tree = synthesize();
const STACKS = { "acme-prod": tree.infrastructure, "acme-prod-workloads": tree.workloads };

writeFiles(
  Object.fromEntries(
    Object.entries({ "manifest.json": tree.manifest, ...tree.files }).map(([path, json]) => [scratch(path), json]),
  ),
);

/** What `verify --plan` says of a plan of the stack, which `change` has its way with. */
async function judged(stack: keyof typeof STACKS, change: (plan: Json) => void = () => undefined) {
  const plan = planOf(STACKS[stack]);
  change(plan);
  writeFiles({ [scratch("plan.json")]: plan });
  return run(["verify", scratch(), "--plan", `${stack}=${scratch("plan.json")}`]);
}

const plannedOf = (plan: Json, type: string): Json[] =>
  plan.planned_values.root_module.resources.filter((resource: Json) => resource.type === type);

test.each(Object.keys(STACKS) as (keyof typeof STACKS)[])(
  "a plan that makes %s is judged like the stack, though ids come with apply only",
  async (stack) => {
    expect(await judged(stack)).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^pass: /m) });
  },
);

test("both at once", async () => {
  for (const [stack, json] of Object.entries(STACKS)) writeFiles({ [scratch(`${stack}.json`)]: planOf(json) });
  const plans = Object.keys(STACKS).flatMap((stack) => ["--plan", `${stack}=${scratch(`${stack}.json`)}`]);
  expect(await run(["verify", scratch(), ...plans])).toMatchObject({ exitCode: 0 });
});

test("a rule that only the plan has is found, and where", async () => {
  const { exitCode, stdout } = await judged("acme-prod", (plan) => {
    const [group] = plannedOf(plan, "aws_security_group");
    plan.planned_values.root_module.resources.push({
      ...{ address: "aws_vpc_security_group_ingress_rule.open", mode: "managed" },
      ...{ type: "aws_vpc_security_group_ingress_rule", name: "open" },
      values: { ip_protocol: "tcp", from_port: 22, to_port: 22, cidr_ipv4: "0.0.0.0/0", security_group_id: "sg-1" },
    });
    group.values.id = "sg-1";
    delete plan.resource_changes.find(({ address }: Json) => address === group.address).change.after_unknown.id;
  });
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/violated no-inbound[^]*aws_vpc_security_group_ingress_rule\.open \([^)]*plan\.json/);
});

test("what the plan knows counts, whatever the stack says", async () => {
  const { exitCode, stdout } = await judged("acme-prod", (plan) => {
    const [list] = plannedOf(plan, "aws_ec2_managed_prefix_list");
    list.values.entry.push({ cidr: "203.0.113.0/24" });
  });
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/violated egress-allowlist/);
});

describe("what stands already, which a plan names as AWS does", () => {
  /** The plan with `key` as the ARN of the key where policies of the tasks' role name it. */
  const withKey = (key: string) => (plan: Json) => {
    const [own] = plannedOf(plan, "aws_kms_key");
    own.values.arn = KEY;
    const [name = "", written] =
      Object.entries<Json>(tree.infrastructure.resource.aws_iam_role_policy).find(([name]) => name.includes("task")) ??
      [];
    const policy = written.policy
      .replaceAll(/\$\{aws_kms_key\.[^}]+\}/g, key)
      .replaceAll(/\$\{aws_s3_bucket\.([^.}]+)\.arn\}/g, (_: string, bucket: string) => {
        return `arn:aws:s3:::${tree.infrastructure.resource.aws_s3_bucket[bucket].bucket}`;
      });
    expect(policy).not.toContain("${");
    const planned = plannedOf(plan, "aws_iam_role_policy").find((one) => one.name === name);
    planned.values.policy = policy;
    const { change } = plan.resource_changes.find(({ address }: Json) => address === planned.address);
    delete change.after_unknown.policy;
  };
  const KEY = "arn:aws:kms:us-east-2:123456789012:key/50de4acd-5c19-4c77-87be-a09b1fa3da08";

  test("a policy that names the deployment's key by its ARN", async () => {
    expect((await judged("acme-prod", withKey(KEY))).stdout).toMatch(/^pass: /m);
  });

  test("and one that names another", async () => {
    const { exitCode, stdout } = await judged("acme-prod", withKey(KEY.replace("50de", "60de")));
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/violated required-paths[^]*it is not allowed kms:Decrypt/);
  });

  test("a group that has its rules as values of its own too counts each once", async () => {
    const rules = Object.values<Json>(tree.infrastructure.resource.aws_vpc_security_group_egress_rule);
    const lists = (count: number) => (plan: Json) => {
      const groups = plannedOf(plan, "aws_security_group");
      const nodes = groups.find(({ name }) => rules.some((rule) => rule.security_group_id.includes(name)));
      const ids = plannedOf(plan, "aws_ec2_managed_prefix_list").map((list, index) => (list.values.id = `pl-${index}`));
      const ports = Array.from({ length: count }, (_, index) => 443 + index);
      nodes.values.egress = ports.map((port) => ({
        ...{ protocol: "tcp", from_port: port, to_port: port, prefix_list_ids: ids },
        ...{ cidr_blocks: [], ipv6_cidr_blocks: [], security_groups: [], self: false },
      }));
      for (const { address, change } of plan.resource_changes)
        if (address.startsWith("aws_ec2_managed_prefix_list.")) delete change.after_unknown.id;
    };
    expect((await judged("acme-prod", lists(1))).stdout).toMatch(/^pass: /m);
    const { stdout } = await judged("acme-prod", lists(9));
    expect(stdout).toMatch(/counts \d+ egress rules, above AWS's quota of 60/);
  });
});

test("what the plan takes away is missing", async () => {
  const { exitCode, stdout } = await judged("acme-prod-workloads", (plan) => {
    const { root_module } = plan.planned_values;
    const isPolicy = ({ type }: Json) => /^kubernetes_network_policy(_v1)?$/.test(type);
    root_module.resources = root_module.resources.filter((resource: Json) => !isPolicy(resource));
    for (const { change } of plan.resource_changes.filter(isPolicy))
      Object.assign(change, { actions: ["delete"], before: change.after, after: null });
  });
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/default-deny/);
});

test.each([
  { plan: "acme-prod", message: /Allowed: STACK=FILE/ },
  {
    plan: "nobody=plan.json",
    message: /'nobody' is no stack with a deployment \(allowed: acme-prod, acme-prod-workloads\)/,
  },
  { plan: "acme-prod=missing.json", message: /missing\.json: does not exist/ },
])("unusable: --plan $plan", async ({ plan, message }) => {
  const { exitCode, stderr } = await run(["verify", scratch(), "--plan", plan]);
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(message);
});
