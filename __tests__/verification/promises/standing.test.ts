/** Plans of deployments that stand: what a cloud has named is judged as what refers to it was. */
import { run } from "../../../cli/index";
import { infrastructureStack } from "../../../config/names";
import { readStack, synthesizeExamples } from "../../support/examples";
import { scratchFolder, writeFiles } from "../../support/scratch";
import { standingPlanOf } from "../../support/standing-plan";
import type { Json } from "../../support/workloads";

const { folder, loaded } = synthesizeExamples();
const scratch = scratchFolder();
const STACKS = loaded.map(({ deployment }) => infrastructureStack(deployment));

/** What `verify` says of the plans of stacks, which `change` has its way with. */
async function judged(stacks: readonly string[], change: (plan: Json) => void = () => undefined) {
  const plans = stacks.map((stack) => {
    const plan = standingPlanOf(readStack(folder, stack));
    change(plan);
    return [stack, plan] as const;
  });
  writeFiles(Object.fromEntries(plans.map(([stack, plan]) => [scratch(`${stack}.json`), plan])));
  return run(["verify", folder, ...stacks.flatMap((stack) => ["--plan", `${stack}=${scratch(`${stack}.json`)}`])]);
}

const planned = (plan: Json, type: string, part = ""): Json =>
  plan.planned_values.root_module.resources.find(
    ({ address }: Json) => address.startsWith(`${type}.`) && address.includes(part),
  ).values;

test("those of the examples hold, each of them", async () => {
  const { exitCode, stdout } = await judged(STACKS);
  expect(stdout).toMatch(/^pass: /m);
  expect(exitCode).toBe(0);
});

test("they are plans in which hardly anything refers to anything", () => {
  const left = STACKS.map((stack) => {
    const { resource_changes: changes } = standingPlanOf(readStack(folder, stack));
    return changes.flatMap(({ change }: Json) => Object.keys(change.after_unknown)).length;
  });
  expect(Math.max(...left)).toBeLessThan(12);
});

test.each<[what: string, stack: string, change: (plan: Json) => void, found: RegExp]>([
  [
    "a role that may use another key",
    "acme-us-east-2",
    (plan) => {
      const values = planned(plan, "aws_iam_role_policy", "identity_task");
      values.policy = values.policy.replace(/:key\/../g, ":key/zz");
    },
    /violated required-paths[^]*it is not allowed kms:Decrypt/,
  ],
  [
    "a role of the deployment's own with more permissions",
    "acme-gcp-us-east-2",
    (plan) => planned(plan, "google_project_iam_custom_role").permissions.push("compute.instances.create"),
    /violated no-static-credentials[^]*which is not its own/,
  ],
  [
    "a flow log of another network",
    "acme-azure-us-east-2",
    (plan) => {
      const values = planned(plan, "azurerm_resource_group_template_deployment", "flow-log");
      values.parameters_content = values.parameters_content.replace(/virtualNetworks\/[^"]+/, "virtualNetworks/other");
    },
    /violated flow-logs[^]*has no flow log/,
  ],
])("%s is found", async (_, stack, change, found) => {
  const { exitCode, stdout } = await judged([stack], change);
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(found);
});
