/** Calls that fail, against a server that refuses and throttles as Azure does. */
import { existsSync, readFileSync } from "node:fs";
import { run } from "../../../cli/index";
import { refused } from "../../support/asset-inventory";
import type { AzureAnswers } from "../../support/azure-resources";
import { testEnvironment } from "../../support/environment";
import { ResourceGraph } from "../../support/resource-graph";
import { scratchFolder } from "../../support/scratch";

const scratch = scratchFolder();
testEnvironment(ResourceGraph.ELSEWHERE);

const ID = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/i";
const ANSWERS: AzureAnswers = {
  subscription: "s",
  rows: [
    {
      ...{ id: ID, name: "i", type: "microsoft.managedidentity/userassignedidentities", location: "eastus2" },
      properties: { principalId: "p", clientId: "c", tenantId: "t" },
    },
  ],
  lists: {},
};

let graph: ResourceGraph;
beforeEach(async () => {
  graph = await ResourceGraph.start();
  graph.tells(ANSWERS);
  Object.assign(process.env, graph.environment());
});
afterEach(() => graph.stop());

const collect = (folder: string) => run(["collect", "--subscription", "s", "--output", scratch(folder)]);

test("a right that lacks is one line, a throttled call waits, and what was not told is unknown", async () => {
  let throttled = 0;
  graph.refusal = (path) => {
    if (path.includes("ResourceGraph") && throttled++ === 0) {
      return refused(429, "RateLimiting", { "x-ms-user-quota-resets-after": "00:00:00" });
    }
    return path.includes("federated") ? refused(403, "The client\nmay not") : undefined;
  };
  const { exitCode, stdout, stderr } = await collect("refused");
  expect([exitCode, stderr]).toEqual([1, ""]);
  expect(throttled).toBeGreaterThan(1);
  const right = "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/read";
  expect(stdout.trim().split("\n").slice(1)).toEqual([
    `federated-credentials: ${right} was refused: the right ${right} lacks (403: The client may not)`,
  ]);
  expect(readFileSync(scratch("refused/azure/identities.ndjson"), "utf8")).toBe(
    `{"id":"${ID}","name":"i","type":"microsoft.managedidentity/userassignedidentities","location":"eastus2","properties":{"principalId":"p","clientId":"c"}}\n`,
  );
  const audit = await run(["audit", "--account-only", scratch("refused")]);
  expect(audit.exitCode).toBe(1);
  expect(audit.stdout).toMatch(/unknown no-inbound: .*federated-credentials\.ndjson is not judged: not collected: /);
});

test("who may not read all is not told of all, and that is said", async () => {
  graph.refusal = (path) =>
    path.includes("permissions")
      ? [200, {}, { value: [{ actions: ["Microsoft.Network/*/read"], notActions: [] }] }]
      : undefined;
  const { exitCode, stdout } = await collect("blind");
  expect([exitCode, stdout]).toEqual([
    1,
    expect.stringMatching(/other-resources: \*\/read was refused: the right \*\/read lacks/),
  ]);
});

test("a list goes on where it says, and its token nowhere else", async () => {
  const asked: string[] = [];
  graph.refusal = (path) => {
    if (!path.includes("federated")) return undefined;
    asked.push(path);
    const value = [{ id: `${ID}/federatedIdentityCredentials/${asked.length}`, name: String(asked.length) }];
    const next = "https://elsewhere.example/subscriptions/s/federatedIdentityCredentials?page=2";
    return [200, {}, { value, ...(asked.length === 1 && { nextLink: next }) }];
  };
  expect(await collect("paged")).toMatchObject({ exitCode: 0 });
  expect(asked[1]).toBe("/subscriptions/s/federatedIdentityCredentials?page=2");
  expect(readFileSync(scratch("paged/azure/federated-credentials.ndjson"), "utf8").trim().split("\n")).toHaveLength(2);
});

test("an answer that is cut off is never a pass", async () => {
  graph.refusal = (path) =>
    path.includes("ResourceGraph") ? [200, {}, { data: ANSWERS.rows, resultTruncated: "true" }] : undefined;
  expect(await collect("cut")).toMatchObject({ exitCode: 1, stdout: expect.stringContaining("the answer is cut off") });
});

test("credentials that give no token are refused before anything is written", async () => {
  process.env["AZURE_TOKEN_CREDENTIALS"] = "EnvironmentCredential";
  const { exitCode, stderr } = await collect("nobody");
  expect([exitCode, stderr]).toEqual([2, expect.stringMatching(/^Azure's default credential: /)]);
  expect(existsSync(scratch("nobody"))).toBe(false);
});
