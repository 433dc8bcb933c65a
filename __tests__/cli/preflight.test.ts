import { run } from "../../cli/index";
import { EXAMPLES } from "../support/examples";

beforeEach(() => (process.env["DATAPLANE_DEPLOYMENTS"] = EXAMPLES));
afterEach(() => delete process.env["DATAPLANE_DEPLOYMENTS"]);

test("a script whose every line is a comment, a setting or a command of gcloud", async () => {
  const { exitCode, stdout } = await run(["preflight", "acme-gcp-eu-west-2"]);
  expect(exitCode).toBe(0);
  const lines = stdout.split("\n").filter((line) => line !== "");
  expect(lines.slice(0, 3)).toEqual(["#!/bin/sh", "# Before the first deploy of acme-gcp-eu-west-2.", "set -eu"]);
  for (const line of lines.slice(3)) expect(line).toMatch(/^(# .*\.$|gcloud |NUMBER=\$\(gcloud )/);
  expect(stdout).toContain("gcloud kms keys add-iam-policy-binding acme --project acme-keys");
});

test("another cloud has none", async () => {
  const { exitCode, stderr } = await run(["preflight", "acme-us-east-2"]);
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/'cloud: google'/);
});
