/** Calls that fail, against a server that refuses and throttles as Azure does. */
import { existsSync, readFileSync } from "node:fs";
import { run } from "../../../cli/index";
import { refused, type Refusal } from "../../support/asset-inventory";
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

const asking = (query: string, answer: ReturnType<Refusal>) => (path: string) =>
  path.includes(query) ? answer : undefined;

describe("an answer that is none is one line, and never a pass:", () => {
  const rows = (answer: ReturnType<Refusal>) => asking("authorizationresources", answer);
  const parts = (answer: ReturnType<Refusal>) => asking("federatedIdentityCredentials", answer);
  const RIGHT = "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/read";
  const other = (message: string) => `other-resources: */read failed (${message})`;
  const part = (message: string) => `federated-credentials: ${RIGHT} failed (${message})`;
  const ROWS = "its data is no list of objects with id and type";
  const CIRCLE = "a page leads back to one that was told already";
  test.each<readonly [what: string, refusal: Refusal, line: string]>([
    ["nothing", rows([200, {}, null]), other("it answers with something that is no object")],
    ["a list", rows([200, {}, []]), other("it answers with something that is no object")],
    ["no rows", rows([200, {}, {}]), other(ROWS)],
    ["an error that is told as an answer", rows([200, {}, { error: { code: "E", message: "no" } }]), other("E: no")],
    ["a table of columns", rows([200, {}, { data: { columns: [], rows: [] } }]), other(ROWS)],
    ["a row that is null", rows([200, {}, { data: [null] }]), other(ROWS)],
    ["a row without its type", rows([200, {}, { data: [{ id: "i" }] }]), other(ROWS)],
    ["a row whose id is a number", rows([200, {}, { data: [{ id: 1, type: "t" }] }]), other(ROWS)],
    ["fewer rows than it says", rows([200, {}, { data: [], totalRecords: 3 }]), other("it tells 0 rows of 3")],
    ["a page that leads to itself", rows([200, {}, { data: [], $skipToken: "a" }]), other(CIRCLE)],
    ["a next page that is a number", rows([200, {}, { data: [], $skipToken: 1 }]), other("its $skipToken is no text")],
    ["a token that no longer holds", rows(refused(401, "expired")), other("401: expired")],
    ["an error without words", rows([400, {}, {}]), other("status 400")],
    ["a redirection", rows([307, { location: "https://elsewhere.example" }, {}]), other("status 307")],
    [
      "a right that lacks for one table",
      rows(refused(403, "no")),
      "other-resources: */read was refused: the right */read lacks (403: no)",
    ],
    ["a list without a value", parts([200, {}, {}]), part("its value is no list of objects")],
    ["a part that is a text", parts([200, {}, { value: ["x"] }]), part("its value is no list of objects")],
    ["parts that are an error", parts([200, {}, { error: { code: "E", message: "no" } }]), part("E: no")],
    [
      "a next link that is no address",
      parts([200, {}, { value: [], nextLink: "page 2" }]),
      part("its nextLink is no address"),
    ],
    [
      "a next link that leads to itself",
      parts([200, {}, { value: [], nextLink: "https://management.azure.com/federatedIdentityCredentials?page=2" }]),
      part(CIRCLE),
    ],
    [
      "a second page that is not there",
      (path) =>
        !path.includes("federatedIdentityCredentials")
          ? undefined
          : path.includes("page=2")
            ? refused(404, "gone")
            : [200, {}, { value: [], nextLink: "https://x.example/federatedIdentityCredentials?page=2" }],
      part("404: gone"),
    ],
    [
      "rights that are no list",
      asking("permissions", [200, {}, { value: {} }]),
      "other-resources: Microsoft.Authorization/permissions/read failed (its value is no list of objects)",
    ],
  ])("%s", async (what, refusal, line) => {
    graph.refusal = refusal;
    const folder = what.replaceAll(" ", "-");
    const { exitCode, stdout, stderr } = await collect(folder);
    expect([exitCode, stderr, stdout.trim().split("\n").slice(1)]).toEqual([1, "", [line]]);
    const audit = await run(["audit", "--account-only", scratch(folder)]);
    expect([audit.exitCode, audit.stdout]).toEqual([1, expect.stringContaining(`not collected: ${line}`)]);
  });
});

test("credentials that give no token are refused before anything is written", async () => {
  process.env["AZURE_TOKEN_CREDENTIALS"] = "EnvironmentCredential";
  const { exitCode, stderr } = await collect("nobody");
  expect([exitCode, stderr]).toEqual([2, expect.stringMatching(/^Azure's default credential: /)]);
  expect(existsSync(scratch("nobody"))).toBe(false);
});
