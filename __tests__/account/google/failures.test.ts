/** Calls that fail, against a server that refuses and throttles as Google's services do. */
import { existsSync, readFileSync } from "node:fs";
import { run } from "../../../cli/index";
import { AssetInventory, refused } from "../../support/asset-inventory";
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

test("credentials that give no token are refused before anything is written", async () => {
  inventory.refusal = (path) => (path === "/token" ? refused(400, "invalid_grant") : undefined);
  const { exitCode, stderr } = await collect("nobody");
  expect([exitCode, stderr]).toEqual([2, expect.stringMatching(/^application default credentials: /)]);
  expect(existsSync(scratch("nobody"))).toBe(false);
});
