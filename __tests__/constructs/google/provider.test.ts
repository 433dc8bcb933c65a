import { addGoogleProvider } from "../../../constructs/google/provider";
import { TerraformStack, Testing } from "../../../framework";
import type { Json } from "../../support/constructs";
import { googleDeployment } from "../../support/deployments";

function providerOf(fields: Readonly<Record<string, unknown>> = {}): Json {
  const stack = new TerraformStack(Testing.app(), "stack");
  addGoogleProvider(stack, googleDeployment(fields));
  return JSON.parse(Testing.synth(stack)).provider.google[0];
}

test("works in one project and region, labels what it makes, and has no credentials of its own", () => {
  expect(providerOf({ tags: { "cost-center": "ml" } })).toEqual({
    project: "acme-data-plane",
    region: "us-east5",
    default_labels: { "union-deployment": "acme-prod", "cost-center": "ml" },
  });
});

test("acts as the given service account", () => {
  const account = "deployer@acme-data-plane.iam.gserviceaccount.com";
  expect(providerOf({ impersonateServiceAccount: account }).impersonate_service_account).toBe(account);
});

test.each([
  ["an upper-case key", { Team: "ml" }],
  ["a value with a space", { team: "machine learning" }],
  ["a value that is too long", { team: "x".repeat(64) }],
])("a tag that can be no label is refused: %s", (_, tags) => {
  expect(() => googleDeployment({ tags })).toThrow(/is no tag's (name|value) \(allowed: a label of Google Cloud: /);
});
