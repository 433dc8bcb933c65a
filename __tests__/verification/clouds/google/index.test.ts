import { judged } from "../../../support/google-part";

describe("what is not modelled", () => {
  test.each<[string, object, boolean]>([
    ["google_compute_packet_mirroring", {}, true],
    ["google_colab_runtime_template", {}, true],
    ["google_gkeonprem_bare_metal_cluster", {}, true],
    ["google_gke_hub_feature", {}, false],
    ["google_gke_hub_feature", { spec: [{ multiclusteringress: [{ config_membership: "m" }] }] }, true],
    ["google_app_engine_application", {}, true],
    ["google_app_engine_application", { serving_status: "USER_DISABLED" }, false],
    ["google_firebaserules_ruleset", {}, true],
    ["google_newer_than_the_table", {}, true],
    ["google_project_service_identity", {}, false],
    ["google_project_iam_member", { member: "allUsers" }, false],
    ["google_cloud_run_v2_service_iam_member", { member: "user:a@b.c" }, false],
    ["google_service_account", {}, false],
    ["google_kms_crypto_key", {}, false],
    ["google_monitoring_alert_policy", {}, false],
    ["google_secret_manager_secret", {}, false],
    ["google_storage_bucket_object", {}, false],
    ["google_compute_network_attachment", {}, true],
    ["google_project", {}, true],
    ["google_project", { auto_create_network: false }, false],
    ["google_storage_bucket", {}, false],
    ["google_compute_address", {}, false],
  ])("%s %j is named: %s", (type, values, isNamed) => {
    const part = judged({ [type]: { x: values } });
    expect(part.unjudged.map(({ resource }) => resource)).toEqual(isNamed ? [`${type}.x`] : []);
    expect(part.endpoints).toEqual([]);
  });
});

test("an input without anything of Google's has no part", () => {
  expect(judged({ aws_vpc: { main: { cidr_block: "10.0.0.0/16" } } })).toEqual({
    endpoints: [],
    unjudged: [],
    rules: 0,
  });
});
