import { judged } from "../../../support/google-part";

const UNREAD = "a${x.y}";
const REASON = /by Private Service Connect/;
const isNamed = (type: string, values: object) => {
  const part = judged(
    {
      google_project: { own: { project_id: "made", auto_create_network: false } },
      google_compute_network: { n: { name: "n", auto_create_subnetworks: false } },
      [type]: { x: values },
    },
    {
      google_compute_network: { given: { name: "given" }, foreign: { name: "foreign", project: "theirs" } },
      google_project: { p: {} },
    },
  );
  return part.unjudged.some(({ resource, reason }) => resource === `${type}.x` && REASON.test(reason));
};

const sql = (psc: object) => ({ settings: [{ ip_configuration: [{ ipv4_enabled: false, psc_config: [psc] }] }] });
const projects = (...allowed_consumer_projects: string[]) => ({ psc_instance_config: [{ allowed_consumer_projects }] });
const ALLOW = (...project_allowlist: string[]) => ({ private_service_connect_config: [{ project_allowlist }] });

test.each<[string, object, boolean]>([
  ["google_sql_database_instance", sql({ psc_enabled: true, allowed_consumer_projects: ["theirs"] }), true],
  ["google_sql_database_instance", sql({ psc_enabled: true, allowed_consumer_projects: [UNREAD] }), true],
  ["google_sql_database_instance", sql({ psc_enabled: true, allowed_consumer_projects: UNREAD }), true],
  ["google_sql_database_instance", sql({ psc_enabled: true, allowed_consumer_projects: ["made"] }), false],
  ["google_sql_database_instance", sql({ psc_enabled: true }), false],
  ["google_sql_database_instance", {}, false],
  [
    "google_sql_database_instance",
    sql({ psc_auto_connections: [{ consumer_network: "${google_compute_network.n.id}" }] }),
    false,
  ],
  [
    "google_sql_database_instance",
    sql({ psc_auto_connections: [{ consumer_network: "projects/theirs/global/networks/n2" }] }),
    true,
  ],
  ["google_alloydb_instance", projects("theirs"), true],
  ["google_alloydb_instance", { project: "mine", ...projects("mine") }, false],
  ["google_alloydb_instance", { project: "mine", ...projects("mine", "theirs") }, true],
  ["google_alloydb_instance", projects("${google_project.own.number}"), false],
  ["google_alloydb_instance", projects("${data.google_project.p.number}"), true],
  [
    "google_alloydb_instance",
    { project: "${data.google_project.p.project_id}", ...projects("${data.google_project.p.project_id}") },
    false,
  ],
  ["google_redis_cluster", { psc_configs: [{ network: "${google_compute_network.n.id}" }] }, false],
  ["google_redis_cluster", { psc_configs: [{ network: "projects/theirs/global/networks/other" }] }, true],
  ["google_redis_cluster", { project: "p", psc_configs: [{ network: "projects/p/global/networks/other" }] }, false],
  ["google_redis_cluster", { psc_configs: [{ network: "${data.google_compute_network.given.id}" }] }, false],
  ["google_redis_cluster", { psc_configs: [{ network: "${data.google_compute_network.foreign.id}" }] }, true],
  ["google_redis_cluster", { psc_configs: [{ network: "${data.google_compute_network.lost.id}" }] }, true],
  ["google_redis_cluster", { psc_configs: [{ network: UNREAD }] }, true],
  ["google_vertex_ai_index_endpoint", ALLOW("theirs"), true],
  ["google_vertex_ai_endpoint", ALLOW("made"), false],
  ["google_looker_instance", { psc_config: [{ allowed_vpcs: ["projects/theirs/global/networks/a"] }] }, true],
  ["google_apigee_instance", { consumer_accept_list: ["theirs"] }, true],
  ["google_apigee_instance", {}, false],
  [
    "google_memorystore_instance",
    { desired_auto_created_endpoints: [{ network: "projects/theirs/global/networks/a", project_id: "theirs" }] },
    true,
  ],
])("%s %j is open to others: %s", (type, values, expected) => {
  expect(isNamed(type, values)).toBe(expected);
});
