/** Places outside of the deployment's region, one at a time in this package's own output. */
import type { Cloud } from "../../config/deployment";
import { add, copyOf, find, judge, synthesize, type Tree } from "../support/tree";

const OUTPUTS: Readonly<Record<Cloud, Tree>> = {
  aws: synthesize({ cloud: "aws" }),
  google: synthesize({ cloud: "google" }),
  azure: synthesize({ cloud: "azure" }),
};

/** Sets fields of the first resource of a type. */
const set =
  (type: string, fields: Readonly<Record<string, unknown>>) =>
  ({ infrastructure }: Tree) =>
    void Object.assign(find(infrastructure, type)[0], fields);

const UNKNOWN = "${var.place}";
const OTHER_KEY = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555";

type Fault = readonly [what: string, cloud: Cloud, status: "violated" | "unknown", change: (tree: Tree) => void];

const FAULTS: readonly Fault[] = [
  ["a bucket of another region", "aws", "violated", set("aws_s3_bucket", { region: "eu-west-1" })],
  ["a log group whose region can't be told", "aws", "unknown", set("aws_cloudwatch_log_group", { region: UNKNOWN })],
  ["a secret of another provider", "aws", "unknown", set("aws_secretsmanager_secret", { provider: "aws.elsewhere" })],
  [
    "a secret with a replica",
    "aws",
    "violated",
    set("aws_secretsmanager_secret", { replica: [{ region: "eu-west-1" }] }),
  ],
  ["a key for every region", "aws", "violated", set("aws_kms_key", { multi_region: true })],
  ["logs with a key of another region", "aws", "violated", set("aws_cloudwatch_log_group", { kms_key_id: OTHER_KEY })],
  ["a network in another region", "aws", "violated", set("aws_subnet", { availability_zone: "us-west-2a" })],
  [
    "a bucket that is replicated",
    "aws",
    "violated",
    ({ infrastructure }) => add(infrastructure, "aws_s3_bucket_replication_configuration", { bucket: "b", role: "r" }),
  ],
  ["a bucket of many regions", "google", "violated", set("google_storage_bucket", { location: "US" })],
  ["a bucket somewhere", "google", "unknown", set("google_storage_bucket", { location: UNKNOWN })],
  ["keys everywhere", "google", "violated", set("google_kms_key_ring", { location: "global" })],
  ["images of many regions", "google", "violated", set("google_artifact_registry_repository", { location: "us" })],
  ["logs everywhere", "google", "violated", set("google_logging_project_bucket_config", { location: "global" })],
  [
    "a secret wherever Google keeps it",
    "google",
    "violated",
    set("google_secret_manager_secret", { replication: { auto: {} } }),
  ],
  [
    "a secret's replica elsewhere",
    "google",
    "violated",
    set("google_secret_manager_secret", {
      replication: { user_managed: { replicas: [{ location: "us-east5" }, { location: "europe-west4" }] } },
    }),
  ],
  [
    "data in the region's pair",
    "azure",
    "violated",
    set("azurerm_storage_account", { account_replication_type: "GZRS" }),
  ],
  ["a vault elsewhere", "azure", "violated", set("azurerm_key_vault", { location: "westeurope" })],
  ["a vault somewhere", "azure", "unknown", set("azurerm_key_vault", { location: UNKNOWN })],
  [
    "images in two regions",
    "azure",
    "violated",
    set("azurerm_container_registry", { georeplications: [{ location: "westeurope" }] }),
  ],
];

test.each(FAULTS)("%s on %s: %s", async (_, cloud, status, change) => {
  const tree = copyOf(OUTPUTS[cloud]);
  change(tree);
  const { findings } = await judge(tree, { only: ["residency"] });
  expect(findings.map((finding) => [finding.invariant, finding.status])).toEqual([["residency", status]]);
});

test("empty lists, as states have them, are no copies", async () => {
  for (const [cloud, type, field] of [
    ["aws", "aws_secretsmanager_secret", "replica"],
    ["azure", "azurerm_container_registry", "georeplications"],
  ] as const) {
    const tree = copyOf(OUTPUTS[cloud]);
    set(type, { [field]: [] })(tree);
    expect((await judge(tree, { only: ["residency"] })).findings).toEqual([]);
  }
});

test.each(Object.entries(OUTPUTS))("%s: nothing without a fault", async (_, tree) => {
  expect((await judge(tree, { only: ["residency"] })).findings).toEqual([]);
});
