/** Each example's project, as Google's services tell it, is collected and judged as what is written is. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../../cli/index";
import { infrastructureStack } from "../../../config/names";
import type { Report } from "../../../verification/verify";
import { AssetInventory } from "../../support/asset-inventory";
import { testEnvironment } from "../../support/environment";
import { EXAMPLES, readStack, synthesizeExamples } from "../../support/examples";
import { googleAnswers } from "../../support/google-assets";
import { scratchFolder } from "../../support/scratch";
import { standingPlanOf } from "../../support/standing-plan";

const scratch = scratchFolder();
testEnvironment({
  DATAPLANE_DEPLOYMENTS: EXAMPLES,
  GOOGLE_APPLICATION_CREDENTIALS: "",
  CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDASSET: "",
  CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE: "",
});

const { folder, loaded } = synthesizeExamples();
const names = loaded.flatMap(({ deployment }) =>
  deployment.cloud === "google" ? [infrastructureStack(deployment)] : [],
);

/** The folder of each stack of a deployment. */
const stacksIn = (name: string) => [name, `${name}-workloads`].map((stack) => join(folder, "stacks", stack));

let inventory: AssetInventory;
beforeAll(async () => {
  inventory = await AssetInventory.start();
});
beforeEach(() => Object.assign(process.env, inventory.environment(scratch("."))));
afterAll(() => inventory.stop());

test.each(names)("%s", async (name) => {
  const stack = readStack(folder, name);
  inventory.tells(googleAnswers(stack));
  const collected = scratch(name);
  const collect = await run(["collect", name, "--output", collected]);
  expect([collect.stderr, collect.exitCode]).toEqual(["", 0]);
  const state = scratch(`${name}.json`);
  writeFileSync(state, JSON.stringify(standingPlanOf(stack)));
  const told = async (...args: readonly string[]) => {
    const { stdout, stderr } = await run([...args, "--format", "json"]);
    expect(stderr).toBe("");
    const { findings, warnings = [] } = JSON.parse(stdout) as Report;
    return {
      findings: findings.map(({ status, invariant, message }) => `${status} ${invariant}: ${message}`).sort(),
      warnings: warnings.filter((line) => !line.includes("objects were not collected")),
    };
  };
  const written = await told("verify", ...stacksIn(name));
  const audited = await told("audit", name, collected, "--state", state);
  expect(audited).toEqual({ findings: written.findings, warnings: [] });
});
