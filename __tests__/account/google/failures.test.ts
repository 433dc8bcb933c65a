/** Calls that fail, against a server that refuses and throttles as Google's services do. */
import { existsSync, readFileSync } from "node:fs";
import { run } from "../../../cli/index";
import { AssetInventory, refused, type Refusal } from "../../support/asset-inventory";
import { testEnvironment } from "../../support/environment";
import { scratchFolder } from "../../support/scratch";
import type { GoogleAnswers } from "../../support/google-assets";

const scratch = scratchFolder();
testEnvironment(AssetInventory.ELSEWHERE);

const PATH = "projects/p/global/networks/n";
const ANSWERS: GoogleAnswers = {
  project: "p",
  resources: [
    {
      name: `//compute.googleapis.com/${PATH}`,
      assetType: "compute.googleapis.com/Network",
      resource: { data: { name: "n", selfLink: `https://www.googleapis.com/compute/v1/${PATH}`, description: "d" } },
    },
  ],
  policies: [],
  compute: {},
};

let inventory: AssetInventory;
beforeEach(async () => {
  inventory = await AssetInventory.start();
  inventory.tells(ANSWERS);
  Object.assign(process.env, inventory.environment(scratch()));
});
afterEach(() => inventory.stop());

const collect = (folder: string) => run(["collect", "--project", "p", "--output", scratch(folder)]);

test("a right that lacks is one line, a throttled call waits, and what was not told is unknown", async () => {
  let throttled = 0;
  inventory.refusal = (path) => {
    if (path.includes("RESOURCE") && throttled++ === 0) return refused(429, "Quota exceeded", { "retry-after": "0" });
    return path.includes("IAM_POLICY") || path.includes("/compute/") ? refused(403, "Permission\ndenied") : undefined;
  };
  const { exitCode, stdout, stderr } = await collect("refused");
  expect([exitCode, stderr, throttled]).toEqual([1, "", 2]);
  expect(stdout.trim().split("\n").slice(1)).toEqual([
    "iam-policies: cloudasset.assets.listIamPolicy was refused: the right cloudasset.assets.listIamPolicy lacks (403: Permission denied)",
    "effective-firewall-policies: compute.networks.getEffectiveFirewalls was refused: the right compute.networks.getEffectiveFirewalls lacks (403: Permission denied)",
  ]);
  expect(readFileSync(scratch("refused/google/networks.ndjson"), "utf8")).toBe(
    `{"name":"//compute.googleapis.com/${PATH}","assetType":"compute.googleapis.com/Network","resource":{"data":{"name":"n","selfLink":"https://www.googleapis.com/compute/v1/${PATH}"}}}\n`,
  );
  const audit = await run(["audit", "--account-only", scratch("refused")]);
  expect(audit.exitCode).toBe(1);
  expect(audit.stdout).toMatch(/unknown no-inbound: .*iam-policies\.ndjson is not judged: not collected: .*lacks/);
});

test("an account of which a page is missing is never a pass", async () => {
  inventory.refusal = (path) => (path.includes("RESOURCE") ? refused(400, "Invalid page token") : undefined);
  const { exitCode, stdout } = await collect("broken");
  expect([exitCode, stdout]).toEqual([
    1,
    expect.stringContaining("other-assets: cloudasset.assets.listResource failed (400: Invalid page token)"),
  ]);
});

const NETWORK = ANSWERS.resources[0];
const page = (more: object): ReturnType<Refusal> => [200, {}, { assets: [NETWORK], ...more }];
const isAsked = (path: string, contentType: string) => path.includes(`contentType=${contentType}`);

/** What answers that are none are told as, each where it is asked. */
describe("an answer that is none is one line, and never a pass:", () => {
  const assets = (answer: ReturnType<Refusal>) => (path: string) => (isAsked(path, "RESOURCE") ? answer : undefined);
  const members = (answer: ReturnType<Refusal>) => (path: string) => (path.includes("/compute/") ? answer : undefined);
  const LIST = "cloudasset.assets.listResource";
  const FIREWALLS = "compute.networks.getEffectiveFirewalls";
  const other = (message: string) => `other-assets: ${LIST} failed (${message})`;
  const rule = (message: string) => `effective-firewall-policies: ${FIREWALLS} failed (${message})`;
  test.each<readonly [what: string, refusal: Refusal, line: string]>([
    ["nothing", assets([200, {}, null]), other("it answers with something that is no object")],
    ["a list", assets([200, {}, []]), other("it answers with something that is no object")],
    ["a text", assets([200, {}, "OK"]), other("it answers with something that is no object")],
    ["an error that is told as an answer", assets([200, {}, { error: { code: 7, message: "no" } }]), other("7: no")],
    ["no asset at all", assets([200, {}, {}]), other("it tells of no asset, and not even of the project")],
    [
      "assets that are null",
      assets(page({ assets: [null] })),
      other("its assets is no list of objects with name and assetType"),
    ],
    [
      "an asset without its type",
      assets(page({ assets: [{ name: "n" }] })),
      other("its assets is no list of objects with name and assetType"),
    ],
    [
      "an asset whose name is a number",
      assets(page({ assets: [{ name: 1, assetType: "t" }] })),
      other("its assets is no list of objects with name and assetType"),
    ],
    [
      "assets by name",
      assets(page({ assets: { n: NETWORK } })),
      other("its assets is no list of objects with name and assetType"),
    ],
    ["a next page that is a number", assets(page({ nextPageToken: 5 })), other("its nextPageToken is no text")],
    [
      "a page that leads to itself",
      assets(page({ nextPageToken: "a" })),
      other("a page leads back to one that was told already"),
    ],
    [
      "pages that lead in a circle",
      (path) =>
        isAsked(path, "RESOURCE") ? page({ nextPageToken: path.includes("pageToken=a") ? "b" : "a" }) : undefined,
      other("a page leads back to one that was told already"),
    ],
    [
      "a second page that is refused",
      (path) =>
        isAsked(path, "RESOURCE")
          ? path.includes("pageToken=a")
            ? refused(403, "no")
            : page({ nextPageToken: "a" })
          : undefined,
      `other-assets: ${LIST} was refused: the right ${LIST} lacks (403: no)`,
    ],
    [
      "a second page that is not there",
      (path) =>
        isAsked(path, "RESOURCE")
          ? path.includes("pageToken=a")
            ? refused(404, "gone")
            : page({ nextPageToken: "a" })
          : undefined,
      other("404: gone"),
    ],
    ["a token that no longer holds", assets(refused(401, "expired")), other("401: expired")],
    ["an error without words", assets([400, {}, {}]), other("status 400")],
    ["a redirection", assets([302, { location: "https://elsewhere.example" }, {}]), other("status 302")],
    [
      "a list of rules that is a text",
      members([200, {}, { firewallPolicys: "none" }]),
      rule("its firewallPolicys is no list of objects"),
    ],
    [
      "a rule that is a number",
      members([200, {}, { firewallPolicys: [1] }]),
      rule("its firewallPolicys is no list of objects"),
    ],
    ["rules that are an error", members([200, {}, { error: { code: 9, message: "no" } }]), rule("9: no")],
    [
      "a rule's page that leads to itself",
      members([200, {}, { firewallPolicys: [], nextPageToken: "x" }]),
      rule("a page leads back to one that was told already"),
    ],
    [
      "an API that is not enabled",
      members(refused(403, "API has not been used")),
      `effective-firewall-policies: ${FIREWALLS} was refused: the right ${FIREWALLS} lacks (403: API has not been used)`,
    ],
  ])("%s", async (what, refusal, line) => {
    inventory.refusal = refusal;
    const folder = what.replaceAll(" ", "-");
    const { exitCode, stdout, stderr } = await collect(folder);
    expect([exitCode, stderr, stdout.trim().split("\n").slice(1)]).toEqual([1, "", [line]]);
    const audit = await run(["audit", "--account-only", scratch(folder)]);
    expect([audit.exitCode, audit.stdout]).toEqual([1, expect.stringContaining(`not collected: ${line}`)]);
  });
});

test("credentials that give no token are refused before anything is written", async () => {
  inventory.refusal = (path) => (path === "/token" ? refused(400, "invalid_grant") : undefined);
  const { exitCode, stderr } = await collect("nobody");
  expect([exitCode, stderr]).toEqual([2, expect.stringMatching(/^application default credentials: /)]);
  expect(existsSync(scratch("nobody"))).toBe(false);
});
