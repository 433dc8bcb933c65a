import { Identity, NodeIdentity, type IdentityProps } from "../../../constructs/google/identity";
import { TerraformResource } from "../../../framework";
import { Synthesized, type Json } from "../../support/constructs";

const synthesize = (more: Partial<IdentityProps> = {}) =>
  Synthesized.of((scope) => {
    new Identity(scope, "identity", {
      name: "acme-prod",
      generation: "0a1b2c3d",
      accountIds: { platform: "acme-platform", task: "acme-task", fluentBit: "acme-fluent-bit" },
      project: "acme-data-plane",
      region: "us-east5",
      taskServiceAccounts: [
        { namespace: "union", name: "union" },
        { namespace: "flytesnacks-development", name: "default" },
      ],
      fluentBitServiceAccount: { namespace: "union-fluent-bit", name: "fluentbit-system" },
      buckets: ["meta", "fast"],
      logBucketId: "acme-pods",
      buildRepositoryId: "acme-builds",
      secretIdPrefixes: ["union-acme-prod-", "u__org__acme__"],
      cluster: new TerraformResource(scope, "acme", { terraformResourceType: "google_container_cluster" }),
      ...more,
    });
  });
const made = synthesize();

const account = (id: string) => made.address("google_service_account", { account_id: id });
/** Rights of an account, on resources of a type. */
const rights = (id: string, type: string): Json[] =>
  made.all(type).filter(({ member }) => member === `\${${account(id)}.member}`);
/** Who may do what as an account. */
const users = (id: string, role: string): Json[] =>
  made
    .all("google_service_account_iam_member")
    .filter((right) => right.service_account_id === `\${${account(id)}.name}` && right.role === role);
const customRole = (id: string) => made.one("google_project_iam_custom_role", { role_id: id });

test.each([
  { id: "acme-platform", accounts: ["union/union-system"] },
  { id: "acme-task", accounts: ["flytesnacks-development/default", "union/union"] },
  { id: "acme-fluent-bit", accounts: ["union-fluent-bit/fluentbit-system"] },
])("$id is exactly $accounts, once the cluster is there", ({ id, accounts }) => {
  const workloads = users(id, "roles/iam.workloadIdentityUser");
  expect(workloads.map(({ member }) => member).sort()).toEqual(
    accounts.map((account) => `serviceAccount:acme-data-plane.svc.id.goog[${account}]`),
  );
  for (const { depends_on } of workloads) expect(depends_on).toEqual(["google_container_cluster.acme"]);
});

test.each(["acme-platform", "acme-task"])("%s reads and writes the two buckets", (id) => {
  const found = rights(id, "google_storage_bucket_iam_member").map(({ bucket, role }) => `${bucket} ${role}`);
  expect(found.sort()).toEqual([
    "fast roles/storage.legacyBucketReader",
    "fast roles/storage.objectAdmin",
    "meta roles/storage.legacyBucketReader",
    "meta roles/storage.objectAdmin",
  ]);
});

test("task pods have no other right", () => {
  const types = made.types.filter((type) => type.endsWith("_iam_member") && rights("acme-task", type).length > 0);
  expect(types).toEqual(["google_storage_bucket_iam_member"]);
});

test("Fluent Bit writes logs and has no other right", () => {
  const all = made.types
    .filter((type) => type.endsWith("_iam_member"))
    .flatMap((type) => rights("acme-fluent-bit", type));
  expect(all.map(({ role }) => role)).toEqual(["roles/logging.logWriter"]);
});

test("the platform signs as itself, reads the pods' logs and pushes to its repository", () => {
  expect(users("acme-platform", "roles/iam.serviceAccountTokenCreator").map(({ member }) => member)).toEqual([
    `\${${account("acme-platform")}.member}`,
  ]);
  expect(rights("acme-platform", "google_logging_log_view_iam_member")).toMatchObject([
    { role: "roles/logging.viewAccessor", bucket: "acme-pods", name: "_AllLogs", parent: "projects/acme-data-plane" },
  ]);
  expect(rights("acme-platform", "google_artifact_registry_repository_iam_member")).toMatchObject([
    { role: "roles/artifactregistry.writer", repository: "acme-builds", location: "us-east5" },
  ]);
});

test("of all secrets the platform sees names; it manages those whose ids begin as its own", () => {
  const onProject = rights("acme-platform", "google_project_iam_member");
  const roleOf = (id: string) => `\${${made.address("google_project_iam_custom_role", { role_id: id })}.name}`;
  expect(onProject.map(({ role, condition }) => [role, condition?.expression])).toEqual([
    // The console's past logs are asked for by project.
    ["roles/logging.viewer", undefined],
    [roleOf("union_acme_prod_secret_names_0a1b2c3d"), undefined],
    [
      roleOf("union_acme_prod_secrets_0a1b2c3d"),
      'resource.name.extract("/secrets/{id}").startsWith("union-acme-prod-") || ' +
        'resource.name.extract("/secrets/{id}").startsWith("u__org__acme__")',
    ],
  ]);
  expect(customRole("union_acme_prod_secret_names_0a1b2c3d").permissions).toEqual([
    "secretmanager.secrets.create",
    "secretmanager.secrets.list",
  ]);
  expect(customRole("union_acme_prod_secrets_0a1b2c3d").permissions).toContain("secretmanager.versions.access");
  // Whoever sets the policy of a secret could give it to others.
  expect(customRole("union_acme_prod_secrets_0a1b2c3d").permissions.join()).not.toMatch(/[*]|Policy/);
});

test("nodes have what a kubelet needs and no other right", () => {
  const nodes = Synthesized.of((scope) => {
    new NodeIdentity(scope, "node-identity", { name: "acme", accountId: "acme-node", project: "acme-data-plane" });
  });
  expect(nodes.types).toEqual(["google_project_iam_member", "google_service_account"]);
  expect(nodes.one("google_project_iam_member")).toMatchObject({
    project: "acme-data-plane",
    role: "roles/container.defaultNodeServiceAccount",
    member: `\${${nodes.address("google_service_account")}.member}`,
  });
});

test("task pods that build images push to the builds alone, and pull what they build on", () => {
  const building = synthesize({
    baseImageRepositories: { "acme-ghcr": { location: "us-east5", repository: "acme-ghcr" } },
  });
  const task = `\${${building.address("google_service_account", { account_id: "acme-task" })}.member}`;
  const rights = building.all("google_artifact_registry_repository_iam_member").filter(({ member }) => member === task);
  expect(rights.map(({ repository, role }) => `${role} on ${repository}`).sort()).toEqual([
    "roles/artifactregistry.reader on acme-ghcr",
    "roles/artifactregistry.writer on acme-builds",
  ]);
});
