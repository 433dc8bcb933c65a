import { existsSync } from "node:fs";
import type { Account } from "../../account/account";
import { writeFolder } from "../../account/folder";
import { run } from "../../cli/index";
import { testEnvironment } from "../support/environment";
import { EXAMPLES } from "../support/examples";
import { scratchFolder } from "../support/scratch";

const scratch = scratchFolder();
testEnvironment({ DATAPLANE_DEPLOYMENTS: EXAMPLES });

const NAME = "acme-us-east-2";

/** A folder of an account in which nothing was found. */
async function empty(name: string, scope = { account: "123456789012", region: "us-east-2" }): Promise<string> {
  const folder = scratch(name);
  const account: Account = {
    cloud: "aws",
    scope,
    kinds: ["vpcs"],
    pages: async function* () {
      yield await Promise.resolve({ kind: "vpcs", records: [] });
    },
  };
  await writeFolder(folder, [account], () => undefined);
  return folder;
}

test.each([
  ["no deployment's name", ["audit"], /^NAME: is missing, or --account-only$/],
  ["no region of an account that is no deployment's", ["collect", "--output", "x"], /^--region: is missing/],
  ["a state beside --account-only", ["audit", "--account-only", "x", "--state", "y"], /cannot be used with/],
  ["a folder that is none of ours", ["audit", NAME, EXAMPLES], /collected\.json: does not exist/],
])("%s is one line and exit code 2", async (_, args, message) => {
  const { exitCode, stdout, stderr } = await run(args);
  expect([exitCode, stdout]).toEqual([2, ""]);
  expect(stderr.trim()).toMatch(message);
  expect(stderr.trim().split("\n")).toHaveLength(1);
  expect(existsSync("x")).toBe(false);
});

test("a deployment of which nothing runs there is said to be so", async () => {
  const { exitCode, stderr } = await run(["audit", NAME, await empty("empty")]);
  expect([exitCode, stderr]).toEqual([2, expect.stringMatching(/has no cluster of the deployment 'acme-us-east-2'/)]);
});

test("a folder that is not whole is never a pass", async () => {
  const { exitCode, stdout } = await run(["audit", "--account-only", await empty("partial")]);
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/unknown no-inbound: .*security-groups were not collected: collect again/);
});

test("a folder of another account, or region, is refused", async () => {
  for (const scope of [
    { account: "999999999999", region: "us-east-2" },
    { account: "123456789012", region: "us-west-2" },
  ]) {
    const { exitCode, stderr } = await run(["audit", NAME, await empty(`other-${scope.region}`, scope)]);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining("(needed: 123456789012 in us-east-2)")]);
  }
});
