import fc from "fast-check";
import * as aws from "../../config/aws/names";
import * as azure from "../../config/azure/names";
import * as google from "../../config/google/names";
import type { Cloud } from "../../config/deployment";
import { fitted, stateKey } from "../../config/names";
import { awsDeployment, azureDeployment, deploymentOn, googleDeployment } from "../support/deployments";

/** Every name that a deployment may have; none holds 'google', which the checks refuse on Google Cloud. */
const names = fc
  .tuple(fc.stringMatching(/^[a-z]$/), fc.stringMatching(/^[a-z0-9-]{1,22}$/), fc.stringMatching(/^[a-z0-9]$/))
  .map((parts) => parts.join(""))
  .filter((name) => !name.includes("google"));

const BUCKET = /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/;
const ACCOUNT_ID = /^[a-z]([-a-z0-9]{4,28}[a-z0-9])$/;
const VAULT = /^(?!.*--)[a-zA-Z][a-zA-Z0-9-]{1,22}[a-zA-Z0-9]$/;

const AZURE_STATE = {
  backend: "azurerm",
  resourceGroup: "state",
  storageAccount: "acmestate",
  container: "terraform",
};

/** What each derived name must be like, by the cloud's own rule. */
const RULES: readonly (readonly [what: string, of: (name: string) => string, rule: RegExp])[] = [
  ["S3 bucket", (name) => aws.fastRegistrationBucket(awsDeployment({ name })), BUCKET],
  ["IAM role", (name) => aws.autoscalerRole(awsDeployment({ name })), /^[\w+=,.@-]{1,64}$/],
  ["ECR repository", (name) => aws.buildRepository(awsDeployment({ name })), /^[a-z0-9]+([._/-]+[a-z0-9]+)*$/],
  ["Cloud Storage bucket", (name) => google.fastRegistrationBucket(googleDeployment({ name })), BUCKET],
  ["service account", (name) => google.fluentBitAccount(googleDeployment({ name })), ACCOUNT_ID],
  ["node's service account", (name) => google.nodeAccount(googleDeployment({ name })), ACCOUNT_ID],
  [
    "Artifact Registry",
    (name) => google.buildRepository(googleDeployment({ name })),
    /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/,
  ],
  ["storage account", (name) => azure.storageAccount(azureDeployment({ name })), /^[a-z0-9]{3,24}$/],
  ["account of flow logs", (name) => azure.flowLogAccount(azureDeployment({ name })), /^[a-z0-9]{3,24}$/],
  ["key vault", (name) => azure.keyVault(azureDeployment({ name })), VAULT],
  ["container registry", (name) => azure.registry(azureDeployment({ name })), /^[a-zA-Z0-9]{5,50}$/],
  ["Data Explorer cluster", (name) => azure.logCluster(azureDeployment({ name })), /^[a-z][a-z0-9]{3,21}$/],
  ["resource group", (name) => azure.nodeResourceGroup(azureDeployment({ name })), /^[\w().-]{0,89}[\w()-]$/],
];

test.each(RULES)("every deployment's %s has a name that its cloud takes", (_, nameOf, rule) => {
  fc.assert(
    fc.property(names, (name) => {
      expect(nameOf(name)).toMatch(rule);
    }),
    { numRuns: 60, examples: [["a--------------------b9"], ["abcdefghijklmnopqrstuvwx"], ["a-1"]] },
  );
});

test("what must be unique in all the world differs between accounts, and stays what it was", () => {
  const other = "22222222-2222-3333-4444-555555555555";
  expect(azure.storageAccount(azureDeployment())).toBe("acmeprod390a7452");
  expect(azure.storageAccount(azureDeployment({ subscription: other }))).not.toBe("acmeprod390a7452");
  expect(google.metadataBucket(googleDeployment())).not.toBe(
    google.metadataBucket(googleDeployment({ project: "acme-other-project" })),
  );
});

test("names that are cut stay apart", () => {
  const [one, other] = ["acme-production-europe-1", "acme-production-europe-2"].map((name) =>
    fitted(name, "fluent-bit", 30),
  );
  expect(one).not.toBe(other);
});

// Another region or account holds nothing of what a state knows: Terraform would forget it all, and make it anew.
test.each<[Cloud, Record<string, unknown>, Record<string, unknown>]>([
  ["aws", { backend: "s3", bucket: "acme-state" }, { cloudRegion: "eu-west-1" }],
  ["aws", { backend: "s3", bucket: "acme-state", key: "unions/prod" }, { account: "210987654321" }],
  ["aws", { backend: "local" }, { cloudRegion: "eu-west-1" }],
  ["google", { backend: "gcs", bucket: "acme-state" }, { cloudRegion: "europe-west1" }],
  ["google", { backend: "gcs", bucket: "acme-state", prefix: "unions/prod" }, { project: "acme-other-project" }],
  ["google", { backend: "local", directory: "/var/state" }, { project: "acme-other-project" }],
  ["azure", AZURE_STATE, { cloudRegion: "westeurope" }],
  ["azure", { ...AZURE_STATE, key: "unions/prod" }, { subscription: "22222222-2222-3333-4444-555555555555" }],
  ["azure", { backend: "local" }, { cloudRegion: "westeurope" }],
])("on %s a deployment in %j has another state with %j", (cloud, state, change) => {
  const [before, after] = [{}, change].map((fields) => stateKey(deploymentOn(cloud, { state, ...fields })));
  expect(before).not.toBe(after);
});
