import { run } from "../../cli/index";
import { EXAMPLES } from "../support/examples";

beforeEach(() => (process.env["DATAPLANE_DEPLOYMENTS"] = EXAMPLES));
afterEach(() => delete process.env["DATAPLANE_DEPLOYMENTS"]);

test("a script whose every line is a comment, a setting or a command of gcloud", async () => {
  const { exitCode, stdout } = await run(["preflight", "acme-gcp-eu-west-2", "--script"]);
  expect(exitCode).toBe(0);
  const lines = stdout.split("\n").filter((line) => line !== "");
  expect(lines.slice(0, 3)).toEqual(["#!/bin/sh", "# Before the first deploy of acme-gcp-eu-west-2.", "set -eu"]);
  for (const line of lines.slice(3)) expect(line).toMatch(/^(# .*\.$|gcloud |NUMBER=\$\(gcloud )/);
  expect(stdout).toContain("gcloud kms keys add-iam-policy-binding acme --project acme-keys");
});

test.each([
  { args: ["acme-us-east-2", "--script"], says: /'cloud: google'/ },
  {
    args: ["acme-us-east-2", "--only", "weather"],
    says: /^--only: 'weather' is nothing to look at \(allowed: identity, /,
  },
  { args: ["acme-us-east-2", "--format", "xml"], says: /^--format: 'xml' is no format \(allowed: text, json\)/ },
])("$args can't be used", async ({ args, says }) => {
  const { exitCode, stderr } = await run(["preflight", ...args]);
  expect([exitCode, stderr]).toEqual([2, expect.stringMatching(says)]);
});
