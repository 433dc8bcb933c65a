import { metadataBucket } from "../../../../config/google/names";
import { invariant } from "../../../../verification/invariants/no-static-credentials";
import { googleDeployment } from "../../../support/deployments";
import { drop, judgeOwn, pick, testMutations, type Json, type Mutation } from "../../../support/judge";
import { add } from "../../../support/tree";

const GOOGLE = { cloud: "google", taskNamespaces: ["acme-development"] };
const MEMBER = "google_service_account_iam_member";
const email = (id: string) => `${id}@acme-data-plane.iam.gserviceaccount.com`;
const account = (id: string) => `serviceAccount:${email(id)}`;
const workload = (namespace: string, name: string) =>
  `serviceAccount:acme-data-plane.svc.id.goog[${namespace}/${name}]`;

const granted = (type: string, values: Json) => (resource: Json) => add({ resource }, type, values);
const onProject = (values: Json) => granted("google_project_iam_member", { project: "acme-data-plane", ...values });
const onBucket = (values: Json) =>
  granted("google_storage_bucket_iam_member", { bucket: "b", role: "roles/storage.objectAdmin", ...values });

const FEDERATION: readonly Mutation[] = [
  [
    "a namespace more than those of tasks",
    granted(MEMBER, {
      service_account_id: `projects/acme-data-plane/serviceAccounts/${email("acme-prod-task")}`,
      role: "roles/iam.workloadIdentityUser",
      member: workload("other", "default"),
    }),
    `violated admits ${workload("other", "default")}, whose identity it is not`,
  ],
  [
    "a pattern of accounts",
    (resource) => {
      pick(resource, MEMBER, "platform-workload").member =
        "principalSet://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/acme-data-plane.svc.id.goog/namespace/union";
    },
    "violated does not let serviceAccount:acme-data-plane.svc.id.goog[union/union-system] be it",
    "violated admits principalSet://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/acme-data-plane.svc.id.goog/namespace/union, whose identity it is not",
  ],
  [
    "a member that is not known",
    (resource) => (pick(resource, MEMBER, "platform-workload").member = "${var.member}"),
    "unknown whom it admits can't be told: var.member is not declared",
  ],
  [
    "an account that may be another",
    granted(MEMBER, {
      service_account_id: `projects/acme-data-plane/serviceAccounts/${email("acme-prod-platform")}`,
      role: "roles/iam.serviceAccountTokenCreator",
      member: account("acme-prod-task"),
    }),
    "violated gives roles/iam.serviceAccountTokenCreator on a service account to acme-prod-task, which is not its own",
  ],
  [
    "a service account more",
    granted("google_service_account", { account_id: "helper" }),
    "violated is an identity that the deployment does not have",
  ],
];

const RIGHTS: readonly Mutation[] = [
  [
    "another bucket",
    onBucket({ member: account("acme-prod-task") }),
    "violated gives roles/storage.objectAdmin on a bucket to acme-prod-task, which is not its own",
  ],
  [
    "an administrator of a bucket",
    (resource) => {
      pick(resource, "google_storage_bucket_iam_member", "task-objects-0").role = "roles/storage.admin";
    },
    "violated gives roles/storage.admin on a bucket to acme-prod-task, which is not its own",
  ],
  [
    "a binding of several",
    granted("google_storage_bucket_iam_binding", {
      bucket: metadataBucket(googleDeployment()),
      role: "roles/storage.objectAdmin",
      members: [account("acme-prod-task"), "group:everyone@example.com"],
    }),
    "violated gives roles/storage.objectAdmin to group:everyone@example.com, whom the deployment does not know",
  ],
  [
    "a policy in place of all grants",
    granted("google_project_iam_policy", { project: "acme-data-plane", policy_data: "{}" }),
    "violated replaces every grant there is, Google's own among them",
  ],
  [
    "an editor",
    onProject({ role: "roles/editor", member: "serviceAccount:1-compute@developer.gserviceaccount.com" }),
    "violated roles/editor allows nearly everything",
  ],
  [
    "a folder's role",
    granted("google_folder_iam_member", {
      folder: "1",
      role: "roles/logging.logWriter",
      member: account("acme-prod-fluent-bit"),
    }),
    "violated gives roles/logging.logWriter on google_folder to acme-prod-fluent-bit, which is not its own",
  ],
  [
    "another project",
    onProject({ project: "other", role: "roles/logging.logWriter", member: account("acme-prod-fluent-bit") }),
    "violated gives roles/logging.logWriter on the project to acme-prod-fluent-bit, which is not its own",
  ],
  [
    "a role that is not known",
    onProject({ role: "${var.role}", member: account("acme-prod-task") }),
    "unknown its role can't be told: var.role is not declared",
  ],
  [
    "permissions that are not known",
    (resource) => (pick(resource, "google_project_iam_custom_role", "role-secrets").permissions = "${var.all}"),
    "unknown what acme-prod-platform may do can't be told",
  ],
  [
    "logs other than the pods'",
    (resource) => (pick(resource, "google_logging_log_view_iam_member").bucket = "_Default"),
    "violated gives roles/logging.viewAccessor on a log view to acme-prod-platform, which is not its own",
  ],
  [
    "logs of another deployment, whose name goes on after this one's",
    (resource) => (pick(resource, "google_logging_log_view_iam_member").bucket = "acme-prod-pods-b"),
    "violated gives roles/logging.viewAccessor on a log view to acme-prod-platform, which is not its own",
  ],
  [
    "images other than its builds",
    (resource) => {
      pick(resource, "google_artifact_registry_repository_iam_member", "platform-builds").repository = "base";
    },
    "violated gives roles/artifactregistry.writer on a repository to acme-prod-platform, which is not its own",
  ],
  [
    "a key for an identity",
    granted("google_kms_crypto_key_iam_member", {
      crypto_key_id: "k",
      role: "roles/cloudkms.cryptoKeyDecrypter",
      member: account("acme-prod-task"),
    }),
    "violated gives roles/cloudkms.cryptoKeyDecrypter on google_kms_crypto_key to acme-prod-task, which is not its own",
  ],
];

describe("who may be an identity", () => testMutations(invariant, FEDERATION, GOOGLE));
describe("what an identity may do", () => testMutations(invariant, RIGHTS, GOOGLE));

const GIVEN = {
  ...GOOGLE,
  serviceAccounts: {
    platform: email("given-platform"),
    tasks: email("given-tasks"),
    fluentBit: email("given-fluent-bit"),
    nodes: email("given-nodes"),
  },
};

describe("identities that are given", () =>
  testMutations(
    invariant,
    [
      [
        "one that its pods may not be",
        (resource) => drop(resource, MEMBER, "platform-workload"),
        "violated does not let serviceAccount:acme-data-plane.svc.id.goog[union/union-system] be the service account given-platform",
      ],
      [
        "one that has another's right",
        onProject({ role: "roles/logging.logWriter", member: account("given-tasks") }),
        "violated gives roles/logging.logWriter on the project to given-tasks, which is not its own",
      ],
      [
        "nodes that are another",
        (resource) =>
          (pick(resource, "google_container_node_pool", "worker").node_config.service_account = email("given-tasks")),
        "violated its nodes are given-tasks, not their own",
      ],
    ],
    GIVEN,
  ));

test("of identities that are given none is made", () => {
  judgeOwn(invariant, (resource) => expect(resource).not.toHaveProperty("google_service_account"), GIVEN);
  expect.assertions(1);
});

test("services of Google's that act for the customer are no strangers", () => {
  const member = "serviceAccount:service-123@gcp-sa-artifactregistry.iam.gserviceaccount.com";
  expect(judgeOwn(invariant, onBucket({ member }), GOOGLE)).toEqual([]);
});

test.each(["acme-prod-pods", "acme-prod-pods-0a1b2c3d"])("log bucket %s is the pods'", (bucket) => {
  const found = judgeOwn(
    invariant,
    (resource) => (pick(resource, "google_logging_log_view_iam_member").bucket = bucket),
    GOOGLE,
  );
  expect(found).toEqual([]);
});

test("an identity without a service account is none", () => {
  const found = judgeOwn(invariant, (resource) => drop(resource, "google_service_account", "fluent-bit"), GOOGLE);
  expect(found).toContainEqual(expect.stringMatching(/the service account acme-prod-fluent-bit is not there$/));
});

test("Fluent Bit is where the chart has it", () => {
  expect(judgeOwn(invariant, undefined, { ...GOOGLE, workloads: "chart" })).toEqual([]);
});
