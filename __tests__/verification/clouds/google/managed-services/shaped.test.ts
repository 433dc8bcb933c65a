import { certain, judged, only, opens } from "../../../../support/google-part";

const NET = "${google_compute_network.n.id}";
const NETWORK = { google_compute_network: { n: { auto_create_subnetworks: false } } };
const NONE = certain("nothing");
const HTTPS = certain("tcp 443");
const PSC = [{ enable_private_service_connect: true }];
const allowed = (...ranges: string[]) => ({
  config: [{ web_server_network_access_control: [{ allowed_ip_range: ranges.map((value) => ({ value })) }] }],
});

describe.each<[string, readonly (readonly [what: string, values: object, expected: [string, string]])[]]>([
  [
    "google_alloydb_instance",
    [
      ["private unless written", {}, NONE],
      ["private", { network_config: [{ enable_public_ip: false }] }, NONE],
      ["public", { network_config: [{ enable_public_ip: true }] }, ["nothing", "tcp 5433"]],
      [
        "public, to everyone",
        { network_config: [{ enable_public_ip: true, authorized_external_networks: [{ cidr_range: "0.0.0.0/0" }] }] },
        ["tcp 5432", "tcp 5432-5433"],
      ],
      [
        "public, to another network",
        { network_config: [{ enable_public_ip: true, authorized_external_networks: [{ cidr_range: "2.0.0.0/8" }] }] },
        ["nothing", "tcp 5433"],
      ],
      ["unknown", { network_config: [{ enable_public_ip: "a${x.y}" }] }, ["nothing", "tcp 5433"]],
    ],
  ],
  ["google_api_gateway_gateway", [["public always", {}, HTTPS]]],
  [
    "google_composer_environment",
    [
      ["its web server, open unless written", {}, HTTPS],
      ["its web server, to everyone", allowed("0.0.0.0/0"), HTTPS],
      ["its web server, to another network", allowed("2.0.0.0/8"), NONE],
    ],
  ],
  [
    "google_data_fusion_instance",
    [
      ["public unless written", {}, HTTPS],
      ["private", { private_instance: true }, NONE],
      ["unknown", { private_instance: "a${x.y}" }, ["nothing", "tcp 443"]],
    ],
  ],
  ["google_firebase_app_hosting_backend", [["public always", {}, certain("tcp 80, 443")]]],
  ["google_firebase_hosting_site", [["public always", {}, certain("tcp 80, 443")]]],
  [
    "google_looker_instance",
    [
      ["public unless written", {}, HTTPS],
      ["private", { public_ip_enabled: false, private_ip_enabled: true }, NONE],
    ],
  ],
  ["google_network_services_edge_cache_service", [["public always", {}, certain("tcp 80, 443")]]],
  [
    "google_secure_source_manager_instance",
    [
      ["public unless written", {}, certain("tcp 22, 443")],
      ["private", { private_config: [{ is_private: true, ca_pool: "p" }] }, NONE],
    ],
  ],
  [
    "google_vertex_ai_endpoint",
    [
      ["public unless written", {}, HTTPS],
      ["public of its own", { dedicated_endpoint_enabled: true }, HTTPS],
      ["peered", { network: NET }, NONE],
      ["over Private Service Connect", { private_service_connect_config: PSC }, NONE],
      [
        "Private Service Connect turned off",
        { private_service_connect_config: [{ enable_private_service_connect: false }] },
        HTTPS,
      ],
      ["unknown", { network: "a${x.y}" }, ["nothing", "tcp 443"]],
    ],
  ],
  [
    "google_vertex_ai_endpoint_with_model_garden_deployment",
    [
      ["public unless written", {}, HTTPS],
      ["over Private Service Connect", { endpoint_config: [{ private_service_connect_config: PSC }] }, NONE],
    ],
  ],
  [
    "google_vertex_ai_feature_online_store",
    [
      ["public unless written", { optimized: [{}] }, HTTPS],
      ["over Private Service Connect", { dedicated_serving_endpoint: [{ private_service_connect_config: PSC }] }, NONE],
    ],
  ],
  [
    "google_vertex_ai_index_endpoint",
    [
      ["private unless written", {}, NONE],
      ["public", { public_endpoint_enabled: true }, HTTPS],
    ],
  ],
  [
    "google_workstations_workstation_cluster",
    [
      ["public unless written", {}, certain("tcp 80, 443")],
      ["private", { private_cluster_config: [{ enable_private_endpoint: true }] }, NONE],
    ],
  ],
])("%s", (type, rows) => {
  test.each(rows)("%s", (_, values, expected) => {
    const part = judged({ ...NETWORK, [type]: { x: values } });
    const services = part.endpoints.filter(({ id, kind }) => id === `${type}.x` && kind === "service");
    expect(services.map((service) => opens(service, "1.1.1.1"))).toEqual([expected]);
    expect(part.unjudged).toEqual([]);
  });
});

test("what asks Google's shared API for features listens nowhere", () => {
  const part = judged({ google_vertex_ai_feature_online_store: { x: { bigtable: [{}] } } });
  expect(part).toEqual({ endpoints: [], unjudged: [], rules: 0 });
});

test.each<[type: string, values: object, services: string]>([
  ["google_active_directory_domain", { authorized_networks: [NET] }, "tcp; udp"],
  ["google_apigee_instance", {}, "tcp 443"],
  ["google_backup_dr_management_server", { networks: [{ network: NET }] }, "tcp 443"],
  ["google_dataproc_metastore_service", { network: NET }, "tcp"],
  ["google_filestore_instance", { networks: [{ network: NET }] }, "tcp 111, 2049; udp 111, 2049"],
  ["google_lustre_instance", { network: NET }, "tcp 988"],
  ["google_managed_kafka_cluster", {}, "tcp 9092"],
  ["google_memcache_instance", { authorized_network: NET }, "tcp 11211"],
  ["google_memorystore_instance", {}, "tcp 6379, 11000-13047"],
  ["google_netapp_volume", {}, "tcp 111, 445, 2049; udp 111, 2049"],
  ["google_oracle_database_autonomous_database", { network: NET }, "tcp"],
  ["google_oracle_database_cloud_vm_cluster", { network: NET }, "tcp"],
  ["google_parallelstore_instance", { network: NET }, "tcp"],
  ["google_redis_cluster", { psc_configs: [{ network: NET }] }, "tcp 6379, 11000-13047"],
  ["google_redis_instance", { authorized_network: NET }, "tcp 6378-6379"],
])("%s answers inside alone", (type, values, services) => {
  const part = judged({ ...NETWORK, [type]: { x: values } });
  const endpoint = only(part, `${type}.x`);
  expect(opens(endpoint, "1.1.1.1")).toEqual(NONE);
  expect(opens(endpoint, "10.0.0.1")).toEqual(certain(services));
  expect(part.unjudged).toEqual([]);
  if (Object.keys(values).length > 0) expect(endpoint.network).toBe("google_compute_network.n");
});

test("the block that a network uses as its own is inside", () => {
  const endpoint = only(
    judged({
      ...NETWORK,
      google_compute_subnetwork: { s: { network: NET, ip_cidr_range: "6.0.0.0/24" } },
      google_redis_instance: { x: { authorized_network: NET } },
    }),
    "google_redis_instance.x",
  );
  expect([opens(endpoint, "6.0.0.1"), opens(endpoint, "6.0.1.1")]).toEqual([certain("tcp 6378-6379"), NONE]);
});
