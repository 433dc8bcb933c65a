import { certain, judged, only, opens, type Resources } from "../../../../support/google-part";

const BUCKET = "google_storage_bucket.b";
const NAME = "${google_storage_bucket.b.name}";
const OPEN = certain("tcp 443");
const member = (name: string, more: object = {}): Resources => ({
  google_storage_bucket_iam_member: { m: { bucket: NAME, role: "roles/storage.objectViewer", member: name, ...more } },
});
const opened = (more: Resources, bucket: object = {}, data: Resources = {}) => {
  const part = judged({ google_storage_bucket: { b: { name: "b", ...bucket } }, ...more }, data);
  return part.endpoints.map((endpoint) => [endpoint.id, ...opens(endpoint, "1.1.1.1")]);
};

test.each<[string, Resources]>([
  ["a member that is everyone", member("allUsers")],
  ["a member that is whoever has an account", member("allAuthenticatedUsers")],
  ["a bucket named by its name", member("allUsers", { bucket: "b" })],
  ["a binding", { google_storage_bucket_iam_binding: { m: { bucket: NAME, members: ["user:a@b.c", "allUsers"] } } }],
  [
    "a policy in JSON",
    {
      google_storage_bucket_iam_policy: {
        m: { bucket: NAME, policy_data: JSON.stringify({ bindings: [{ members: ["allUsers"] }] }) },
      },
    },
  ],
  ["a canned list", { google_storage_bucket_acl: { m: { bucket: NAME, predefined_acl: "publicRead" } } }],
  ["a list", { google_storage_bucket_acl: { m: { bucket: NAME, role_entity: ["READER:allUsers"] } } }],
  ["one entry of a list", { google_storage_bucket_access_control: { m: { bucket: NAME, entity: "allUsers" } } }],
  [
    "a list of new objects",
    { google_storage_default_object_acl: { m: { bucket: NAME, role_entity: ["READER:allUsers"] } } },
  ],
  ["an object's list", { google_storage_object_acl: { m: { bucket: NAME, predefined_acl: "publicRead" } } }],
])("a bucket is open by %s", (_, more) => {
  expect(opened(more)).toEqual([[BUCKET, ...OPEN]]);
});

test("a bucket is open by a policy of a data source", () => {
  const policy = {
    google_storage_bucket_iam_policy: { m: { bucket: NAME, policy_data: "${data.google_iam_policy.p.policy_data}" } },
  };
  const data = (...members: string[]) => ({ google_iam_policy: { p: { binding: [{ role: "r", members }] } } });
  expect(opened(policy, {}, data("allUsers"))).toEqual([[BUCKET, ...OPEN]]);
  expect(opened(policy, {}, data("user:a@b.c"))).toEqual([]);
});

test.each<[string, Resources, object]>([
  ["a member that is somebody", member("user:a@b.c"), {}],
  ["a service account of the input", member("serviceAccount:${google_service_account.a.email}"), {}],
  ["what another resource is known by", member("${google_service_account.a.member}"), {}],
  ["everyone, where public access is prevented", member("allUsers"), { public_access_prevention: "enforced" }],
  [
    "a list, where lists do not count",
    { google_storage_bucket_acl: { m: { bucket: NAME, predefined_acl: "publicRead" } } },
    { uniform_bucket_level_access: true },
  ],
  ["no grant", {}, {}],
  ["a private list", { google_storage_bucket_acl: { m: { bucket: NAME, predefined_acl: "projectPrivate" } } }, {}],
])("a bucket is not open by %s", (_, more, bucket) => {
  expect(opened(more, bucket)).toEqual([]);
});

test.each<[string, Resources, object]>([
  [
    "a grant, where it is not known whether the public is kept out",
    member("allUsers"),
    { public_access_prevention: "a${x.y}" },
  ],
  [
    "a list, where it is not known whether lists count",
    { google_storage_bucket_acl: { m: { bucket: NAME, predefined_acl: "publicRead" } } },
    { uniform_bucket_level_access: "a${x.y}" },
  ],
])("a bucket may be open by %s", (_, more, bucket) => {
  expect(opened(more, bucket)).toEqual([[BUCKET, "nothing", "tcp 443"]]);
});

test("a member that is not known may be everyone", () => {
  expect(opened(member("a${x.y}"))).toEqual([[BUCKET, "nothing", "tcp 443"]]);
});

test("a bucket's IP filter narrows who everyone is", () => {
  const filter = (mode: string, ...allowed: string[]) => ({
    ip_filter: [{ mode, public_network_source: [{ allowed_ip_cidr_ranges: allowed }] }],
  });
  expect(opened(member("allUsers"), filter("Enabled", "2.0.0.0/8"))).toEqual([[BUCKET, ...certain("nothing")]]);
  expect(opened(member("allUsers"), filter("Enabled", "1.0.0.0/8"))).toEqual([[BUCKET, ...OPEN]]);
  expect(opened(member("allUsers"), filter("Disabled", "2.0.0.0/8"))).toEqual([[BUCKET, ...OPEN]]);
  expect(opened(member("allUsers"), filter("a${x.y}"))).toEqual([[BUCKET, "nothing", "tcp 443"]]);
});

test.each<[string, Resources, string]>([
  [
    "a registry",
    {
      google_artifact_registry_repository: { x: { repository_id: "x" } },
      google_artifact_registry_repository_iam_member: {
        m: { repository: "${google_artifact_registry_repository.x.name}", member: "allUsers" },
      },
    },
    "google_artifact_registry_repository.x",
  ],
  [
    "a topic that is not in the input",
    { google_pubsub_topic_iam_member: { m: { topic: "t", member: "allUsers" } } },
    "google_pubsub_topic_iam_member.m",
  ],
  [
    "a data set",
    { google_bigquery_dataset: { x: { access: [{ role: "READER", special_group: "allAuthenticatedUsers" }] } } },
    "google_bigquery_dataset.x",
  ],
  [
    "a data set, by a resource of its own",
    {
      google_bigquery_dataset: { x: { dataset_id: "x" } },
      google_bigquery_dataset_access: {
        m: { dataset_id: "${google_bigquery_dataset.x.dataset_id}", iam_member: "allUsers" },
      },
    },
    "google_bigquery_dataset.x",
  ],
])("%s is open to everyone", (_, resources, id) => {
  const part = judged(resources);
  expect(part.endpoints.map((endpoint) => endpoint.id)).toEqual([id]);
  expect(opens(only(part, id), "1.1.1.1")).toEqual(OPEN);
});

test.each<[string, object, boolean]>([
  ["google_iap_web_iam_member", { member: "allUsers" }, true],
  ["google_iap_tunnel_iam_binding", { members: ["user:a@b.c", "allAuthenticatedUsers"] }, true],
  ["google_iap_web_backend_service_iam_member", { member: "a${x.y}" }, true],
  [
    "google_iap_tunnel_instance_iam_policy",
    { policy_data: JSON.stringify({ bindings: [{ members: ["allUsers"] }] }) },
    true,
  ],
  ["google_iap_web_iam_member", { member: "user:a@b.c" }, false],
  ["google_iap_tunnel_iam_member", { member: "serviceAccount:${google_service_account.a.email}" }, false],
])("Identity-Aware Proxy lets everyone pass, to what is not read: %s %j is named: %s", (type, values, isNamed) => {
  const part = judged({ [type]: { m: values } });
  const found = part.endpoints.map((endpoint) => [endpoint.id, ...opens(endpoint, "1.1.1.1")]);
  expect(found).toEqual(isNamed ? [[`${type}.m`, "nothing", "tcp 443"]] : []);
});

test.each(["google_project_iam_member", "google_compute_image_iam_member"])(
  "%s with everyone changes nobody's reach",
  (type) => {
    expect(judged({ [type]: { m: { member: "allUsers" } } })).toEqual({ endpoints: [], unjudged: [], rules: 0 });
  },
);

describe("what has an endpoint of its own", () => {
  const RUN = "google_cloud_run_v2_service";
  const grants = (more: Resources, data: Resources = {}) =>
    judged(more, data)
      .endpoints.filter(({ id }) => id.includes("_iam_"))
      .map((endpoint) => [endpoint.id, endpoint.elsewhere, ...opens(endpoint, "1.1.1.1")]);
  const everyone = { role: "roles/run.invoker", member: "allUsers" };
  const policy_data = JSON.stringify({ bindings: [{ role: "roles/run.invoker", members: ["allUsers"] }] });

  test.each<[string, object]>([
    ["google_cloud_run_service_iam_member", { service: "other", location: "l", ...everyone }],
    ["google_cloud_run_v2_service_iam_member", { name: "other", location: "l", ...everyone }],
    ["google_cloud_run_v2_service_iam_binding", { name: "other", role: "r", members: ["allAuthenticatedUsers"] }],
    ["google_cloud_run_v2_service_iam_policy", { name: "other", policy_data }],
    ["google_cloudfunctions_function_iam_member", { cloud_function: "other", ...everyone }],
    ["google_cloudfunctions2_function_iam_binding", { cloud_function: "other", members: ["allUsers"] }],
    ["google_vertex_ai_endpoint_iam_member", { endpoint: "other", ...everyone }],
    ["google_cloud_run_v2_service_iam_member", { name: "a${x.y}", ...everyone }],
  ])("is open elsewhere by %s", (type, values) => {
    expect(grants({ [type]: { m: values } })).toEqual([[`${type}.m`, true, ...OPEN]]);
  });

  test("is open elsewhere where a data source tells of it", () => {
    const m = { service: "${data.google_cloud_run_service.s.name}", ...everyone };
    const more = { google_cloud_run_service_iam_member: { m } };
    const id = "google_cloud_run_service_iam_member.m";
    expect(grants(more, { google_cloud_run_service: { s: { name: "other" } } })).toEqual([[id, true, ...OPEN]]);
  });

  test.each<[string, string, object]>([
    ["by a reference", `${RUN}_iam_member`, { name: `\${${RUN}.s.name}` }],
    ["by its name", `${RUN}_iam_member`, { name: "s" }],
    ["as one of the first API", "google_cloud_run_service_iam_member", { service: `\${${RUN}.s.name}` }],
    ["as one that a function is", "google_cloud_run_service_iam_member", { service: "f" }],
  ])("is judged by that where the input holds it, %s", (_, type, values) => {
    const google_cloudfunctions2_function = { f: { name: "f" } };
    const more = { [RUN]: { s: { name: "s" } }, google_cloudfunctions2_function };
    expect(grants({ ...more, [type]: { m: { ...values, ...everyone } } })).toEqual([]);
  });

  test("is not known where the grant may be on one of the input", () => {
    const more = { [RUN]: { s: { name: "s" } }, [`${RUN}_iam_member`]: { m: { name: "a${x.y}", ...everyone } } };
    expect(grants(more)).toEqual([[`${RUN}_iam_member.m`, true, "nothing", "tcp 443"]]);
  });

  test("is closed elsewhere to whoever is not everyone", () => {
    expect(grants({ [`${RUN}_iam_member`]: { m: { name: "other", member: "user:a@b.c" } } })).toEqual([]);
  });
});
