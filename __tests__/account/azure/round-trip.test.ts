/** Each example's subscription, as Azure tells it, is collected and judged as what is written is. */
import { azureAnswers } from "../../support/azure-resources";
import { testEnvironment } from "../../support/environment";
import { EXAMPLES } from "../../support/examples";
import { ResourceGraph } from "../../support/resource-graph";
import { roundTrips } from "../../support/round-trip";
import type { Json } from "../../support/workloads";

testEnvironment({ DATAPLANE_DEPLOYMENTS: EXAMPLES, ...ResourceGraph.ELSEWHERE });

/** The plan that stands for a state has no ids of what nothing else names. */
const TOLD_ANYWAY =
  /objects were not collected|^in no state of Terraform's: azurerm_(\w+_link|network_watcher_flow_log|\w+_node_pool|role_assignment|federated_identity_credential|storage_management_policy|\w+_cache_rule|virtual_network_peering|private_link_service|\w+_principal_assignment)\./;

const { names, stack, written, audited } = roundTrips("azure", (warning) => TOLD_ANYWAY.test(warning));

let graph: ResourceGraph;
beforeAll(async () => {
  graph = await ResourceGraph.start();
});
beforeEach(() => Object.assign(process.env, graph.environment()));
afterAll(() => graph.stop());

test.each(names)("%s: the same findings, nothing opened, nothing closed, and nothing in no state", async (name) => {
  graph.tells(azureAnswers(stack(name)));
  const { findings } = await written(name);
  expect(await audited(name)).toEqual({ findings, warnings: [] });
});

test("what somebody closed is told, and what somebody opened", async () => {
  const [name = ""] = names;
  const answers = azureAnswers(stack(name));
  const rules = answers.rows
    .filter(({ type }) => type === "microsoft.network/networksecuritygroups")
    .flatMap(({ properties }) => properties.securityRules as Json[]);
  const allowed = rules.filter(({ name, properties }) => /tunnel/.test(name) && properties.direction === "Outbound");
  expect(allowed).not.toEqual([]);
  for (const { properties } of allowed)
    Object.assign(properties, { destinationAddressPrefix: "203.0.113.0/24", destinationAddressPrefixes: [] });
  graph.tells(answers);
  const { warnings } = await audited(name);
  expect(warnings).toEqual([
    expect.stringMatching(/^not as Terraform left it: .* may now open TCP 7844; UDP 7844 to 203\.0\.113\.0\/24$/),
    expect.stringMatching(/^not as Terraform left it: .* may no longer open TCP 7844; UDP 7844 to /),
  ]);
});
