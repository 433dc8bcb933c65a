/** Deployments whose data the cloud's own keys encrypt: one statement in each report, and one fault at a time. */
import { invariant } from "../../verification/invariants/encryption-at-rest";
import { googleDeployment, azureDeployment } from "../support/deployments";
import { judge as judgeResources, own } from "../support/judge";
import { copyOf, find, judge, synthesize, type Tree } from "../support/tree";
import type { Json } from "../support/workloads";

const ID = "encryption-at-rest";
const MANAGED = { encryption: "cloud-managed" };
const BYOC = { reason: "Union operates the cluster", expires: "2099-12-31" };

const google = synthesize({
  cloud: "google",
  ...MANAGED,
  privateManagement: { projects: ["union-management"], ...BYOC },
});
const azure = synthesize({ cloud: "azure", ...MANAGED });

const messages = async (tree: Tree) =>
  (await judge(tree)).findings.map(({ invariant, message }) => [invariant, message]);

test.each([
  { cloud: "Google Cloud", original: google },
  { cloud: "Azure", original: azure },
])("on $cloud everything holds, no key is made or named, and the report says so", async ({ original }) => {
  const { findings, exceptions } = await judge(copyOf(original));
  expect(findings).toEqual([]);
  expect(exceptions.filter(({ id }) => id === ID)).toMatchObject([
    { resource: "encryption: cloud-managed", state: "used", reason: expect.stringMatching(/the cloud's own keys/) },
  ]);
  // What Terraform is told to pass over is no key.
  const written = JSON.stringify(original.infrastructure.resource, (name, value: unknown) =>
    name === "ignore_changes" ? undefined : value,
  );
  expect(written).not.toMatch(
    /kms_key|key_name|customer_managed|disk_encryption_set|key_management_service|google_kms_/,
  );
});

test.each([
  { cloud: "google", deployment: googleDeployment() },
  { cloud: "azure", deployment: azureDeployment() },
])("on $cloud it is no key for a deployment that does not say so", ({ cloud, deployment }) => {
  const found = judgeResources(invariant, own({ cloud, ...MANAGED }).resources, deployment);
  expect(found.filter((line) => /not encrypted with a key of the customer/.test(line)).length).toBeGreaterThan(3);
});

const KEY = "projects/others/locations/us-east5/keyRings/a/cryptoKeys/b";

test.each<readonly [fault: string, original: Tree, apply: (tree: Tree) => void, message: RegExp]>([
  [
    "a bucket with a key",
    google,
    ({ infrastructure }) =>
      (find(infrastructure, "google_storage_bucket", /metadata/)[0].encryption = { default_kms_key_name: KEY }),
    /encryption\.default_kms_key_name is .*the deployment says that it has no key/,
  ],
  [
    "secrets of Kubernetes with a key",
    google,
    ({ infrastructure }) =>
      (find(infrastructure, "google_container_cluster")[0].database_encryption = { state: "ENCRYPTED", key_name: KEY }),
    /database_encryption\.key_name is .*the deployment says that it has no key/,
  ],
  [
    "nodes whose hosts do not encrypt",
    azure,
    ({ infrastructure }) =>
      find(infrastructure, "azurerm_kubernetes_cluster_node_pool", /worker/).forEach(
        (pool: Json) => (pool.host_encryption_enabled = false),
      ),
    /caches and temporary disks of nodes are not encrypted/,
  ],
])("%s", async (_, original, apply, message) => {
  const tree = copyOf(original);
  apply(tree);
  expect(await messages(tree)).toEqual([[ID, expect.stringMatching(message)]]);
});
