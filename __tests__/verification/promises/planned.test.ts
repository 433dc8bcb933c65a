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

test("what the plan takes away is missing", async () => {
  const { exitCode, stdout } = await judged("acme-prod-workloads", (plan) => {
    const { root_module } = plan.planned_values;
    root_module.resources = root_module.resources.filter(
      ({ type }: Json) => type !== "kubernetes_network_policy_v1" && type !== "kubernetes_network_policy",
    );
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
