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

/** What is told of a deployment where its services give these answers. */
async function told(name: string, answers: ReturnType<typeof googleAnswers>) {
  inventory.tells(answers);
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
    warnings: warnings.filter((line) => !line.includes("objects were not collected")),
  };
}

let collections = 0;

test.each(names)("%s: the same findings, nothing opened, nothing closed, and nothing in no state", async (name) => {
  const written = await report("verify", ...stacksIn(name));
  const audited = await told(name, googleAnswers(readStack(folder, name)));
  expect(audited).toEqual({ findings: written.findings, warnings: [] });
});

test("what somebody closed is told, and what somebody opened", async () => {
  const [name = ""] = names;
  const answers = googleAnswers(readStack(folder, name));
  const allowed = answers.resources.find(
    ({ assetType, resource: { data } }) =>
      assetType === "compute.googleapis.com/Firewall" && data.direction === "EGRESS" && /tunnel/.test(data.name),
  );
  allowed.resource.data.destinationRanges = ["203.0.113.0/24"];
  const { warnings } = await told(name, answers);
  expect(warnings).toEqual([
    expect.stringMatching(/^not as Terraform left it: .* may now open TCP 7844; UDP 7844 to 203\.0\.113\.0\/24$/),
    expect.stringMatching(/^not as Terraform left it: .* may no longer open TCP 7844; UDP 7844 to /),
  ]);
});
