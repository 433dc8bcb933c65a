/** Each example's subscription, as Azure tells it, is collected and judged as what is written is. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../../cli/index";
import { infrastructureStack } from "../../../config/names";
import type { Report } from "../../../verification/verify";
import { azureAnswers } from "../../support/azure-resources";
import { testEnvironment } from "../../support/environment";
import { EXAMPLES, readStack, synthesizeExamples } from "../../support/examples";
import { ResourceGraph } from "../../support/resource-graph";
import { scratchFolder } from "../../support/scratch";
import { standingPlanOf } from "../../support/standing-plan";
import type { Json } from "../../support/workloads";

const scratch = scratchFolder();
testEnvironment({
  DATAPLANE_DEPLOYMENTS: EXAMPLES,
  AZURE_TOKEN_CREDENTIALS: "",
  IDENTITY_ENDPOINT: "",
  IDENTITY_HEADER: "",
  AZURE_RESOURCE_MANAGER_URL: "",
});

const { folder, loaded } = synthesizeExamples();
const names = loaded.flatMap(({ deployment }) =>
  deployment.cloud === "azure" ? [infrastructureStack(deployment)] : [],
);

/** The folder of each stack of a deployment. */
const stacksIn = (name: string) => [name, `${name}-workloads`].map((stack) => join(folder, "stacks", stack));

/** The plan that stands for a state has no ids of what nothing else names. */
const TOLD_ANYWAY =
  /objects were not collected|^in no state of Terraform's: azurerm_(\w+_link|network_watcher_flow_log|\w+_node_pool|role_assignment|federated_identity_credential|storage_management_policy|\w+_cache_rule|virtual_network_peering|private_link_service|\w+_principal_assignment)\./;

let graph: ResourceGraph;
beforeAll(async () => {
  graph = await ResourceGraph.start();
});
beforeEach(() => Object.assign(process.env, graph.environment()));
afterAll(() => graph.stop());

/** What is told of a deployment where its services give these answers. */
async function told(name: string, answers: ReturnType<typeof azureAnswers>) {
  graph.tells(answers);
  const collected = scratch(`${name}-${++collections}`);
  const collect = await run(["collect", name, "--output", collected]);
  expect([collect.stderr, collect.exitCode]).toEqual(["", 0]);
  const state = scratch(`${name}.json`);
  writeFileSync(state, JSON.stringify(standingPlanOf(readStack(folder, name))));
  return report("audit", name, collected, "--state", state);
}

async function report(...args: readonly string[]) {
  const { stdout, stderr } = await run([...args, "--format", "json"]);
  expect(stderr).toBe("");
  const { findings, warnings = [] } = JSON.parse(stdout) as Report;
  return {
    findings: findings.map(({ status, invariant, message }) => `${status} ${invariant}: ${message}`).sort(),
    warnings: warnings.filter((line) => !TOLD_ANYWAY.test(line)),
  };
}

let collections = 0;

test.each(names)("%s: the same findings, nothing opened, nothing closed, and nothing in no state", async (name) => {
  const written = await report("verify", ...stacksIn(name));
  const audited = await told(name, azureAnswers(readStack(folder, name)));
  expect(audited).toEqual({ findings: written.findings, warnings: [] });
});

test("what somebody closed is told, and what somebody opened", async () => {
  const [name = ""] = names;
  const answers = azureAnswers(readStack(folder, name));
  const rules = answers.rows
    .filter(({ type }) => type === "microsoft.network/networksecuritygroups")
    .flatMap(({ properties }) => properties.securityRules as Json[]);
  const allowed = rules.filter(({ name, properties }) => /tunnel/.test(name) && properties.direction === "Outbound");
  expect(allowed).not.toEqual([]);
  for (const { properties } of allowed)
    Object.assign(properties, { destinationAddressPrefix: "203.0.113.0/24", destinationAddressPrefixes: [] });
  const { warnings } = await told(name, answers);
  expect(warnings).toEqual([
    expect.stringMatching(/^not as Terraform left it: .* may now open TCP 7844; UDP 7844 to 203\.0\.113\.0\/24$/),
    expect.stringMatching(/^not as Terraform left it: .* may no longer open TCP 7844; UDP 7844 to /),
  ]);
});
