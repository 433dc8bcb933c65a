import { Cluster, type ClusterProps } from "../../../constructs/google/cluster";
import { TerraformResource } from "../../../framework";
import { Synthesized } from "../../support/constructs";

function synthesize(props: Partial<ClusterProps> = {}, use: (cluster: Cluster) => void = () => {}) {
  return Synthesized.of((scope) => {
    use(
      new Cluster(scope, "cluster", {
        name: "acme",
        generation: "0a1b2c3d",
        project: "acme-data-plane",
        region: "us-east5",
        zones: undefined,
        version: "1.35",
        releaseChannel: "REGULAR",
        maintenanceWindow: { days: ["saturday", "sunday"], start: "02:00", hours: 6 },
        deletionProtection: true,
        dns: "node-local",
        dnsEndpoint: false,
        networkId: "network",
        nodeSubnetId: "nodes",
        podRangeName: "pods",
        serviceRangeName: "services",
        clusterSubnetId: "cluster",
        authorizedCidrs: [],
        keyId: "key",
        logRetentionDays: 90,
        nodeAccount: "node@acme",
        nodeTag: "acme-node",
        dependsOn: [new TerraformResource(scope, "rule", { terraformResourceType: "google_compute_firewall" })],
        ...props,
      }),
    );
  });
}

const cluster = (props?: Partial<ClusterProps>) => synthesize(props).one("google_container_cluster");

test("the Kubernetes API and the nodes are private, in the given subnets", () => {
  expect(cluster()).toMatchObject({
    network: "network",
    subnetwork: "nodes",
    ip_allocation_policy: {
      stack_type: "IPV4",
      cluster_secondary_range_name: "pods",
      services_secondary_range_name: "services",
    },
    private_cluster_config: {
      enable_private_nodes: true,
      enable_private_endpoint: true,
      private_endpoint_subnetwork: "cluster",
    },
    control_plane_endpoints_config: { dns_endpoint_config: { allow_external_traffic: false } },
  });
});

test.each([
  [undefined, undefined],
  [[], undefined],
  [["google_compute_subnetwork.nodes.secondary_ip_range[0].ip_cidr_range"], true],
])("another block of its ranges, of %j, would make it anew: %s", (rangeBlocks, isAnew) => {
  expect(cluster(rangeBlocks && { rangeBlocks }).lifecycle.replace_triggered_by).toEqual(
    isAnew === true ? rangeBlocks : undefined,
  );
});

test.each([{ authorizedCidrs: [] }, { authorizedCidrs: ["10.9.0.0/24", "10.3.0.64/26"] }])(
  "beside the node subnet, $authorizedCidrs reach the API",
  ({ authorizedCidrs }) => {
    expect(cluster({ authorizedCidrs }).master_authorized_networks_config).toEqual({
      gcp_public_cidrs_access_enabled: false,
      private_endpoint_enforcement_enabled: true,
      cidr_blocks: authorizedCidrs.map((cidr_block) => ({ cidr_block })),
    });
  },
);

test("the DNS endpoint is open where it is asked for, and beside it the address still private", () => {
  const { control_plane_endpoints_config, private_cluster_config } = cluster({ dnsEndpoint: true });
  expect(control_plane_endpoints_config.dns_endpoint_config.allow_external_traffic).toBe(true);
  expect(private_cluster_config.enable_private_endpoint).toBe(true);
});

test("secrets are encrypted with the key; no certificate and no legacy authorization give access", () => {
  expect(cluster()).toMatchObject({
    database_encryption: { state: "ENCRYPTED", key_name: "key" },
    master_auth: { client_certificate_config: { issue_client_certificate: false } },
    enable_legacy_abac: false,
    workload_identity_config: { workload_pool: "acme-data-plane.svc.id.goog" },
  });
});

test("policies are enforced, flows within a node are seen, and no load balancer faces outside", () => {
  expect(cluster()).toMatchObject({
    datapath_provider: "ADVANCED_DATAPATH",
    enable_intranode_visibility: true,
    addons_config: { http_load_balancing: { disabled: true } },
    service_external_ips_config: { enabled: false },
  });
});

test("the first pool, which GKE deletes at once, is as hardened as the others, and never replaces the cluster", () => {
  const { node_config, lifecycle, ...values } = cluster();
  expect(values).toMatchObject({ remove_default_node_pool: true, initial_node_count: 1 });
  expect(node_config).toMatchObject({
    service_account: "node@acme",
    tags: ["acme-node"],
    boot_disk_kms_key: "key",
    shielded_instance_config: { enable_secure_boot: true, enable_integrity_monitoring: true },
    workload_metadata_config: { mode: "GKE_METADATA" },
  });
  expect(lifecycle.ignore_changes).toContain("node_config");
});

test("what newer control planes turn on or answer by themselves is no change", () => {
  const { enable_l4_ilb_subsetting, lifecycle } = cluster();
  expect(enable_l4_ilb_subsetting).toBe(true);
  expect(lifecycle.ignore_changes).toContain("database_encryption[0].state");
});

test.each([
  [
    { days: ["sunday", "saturday"], start: "02:00", hours: 6 },
    ["2024-01-06T02:00:00Z", "2024-01-06T08:00:00Z", "SA,SU"],
  ],
  [{ days: ["monday"], start: "22:30", hours: 24 }, ["2024-01-01T22:30:00Z", "2024-01-02T22:30:00Z", "MO"]],
] as const)("the window %j is %j", (maintenanceWindow, [start_time, end_time, days]) => {
  const window = { ...maintenanceWindow, days: [...maintenanceWindow.days] };
  expect(cluster({ maintenanceWindow: window }).maintenance_policy.recurring_window).toEqual({
    start_time,
    end_time,
    recurrence: `FREQ=WEEKLY;BYDAY=${days}`,
  });
});

// Provider 6.50.0 takes PROVIDER_UNSPECIFIED, PLATFORM_DEFAULT and CLOUD_DNS.
test.each([
  ["node-local", true, { cluster_dns: "PLATFORM_DEFAULT" }],
  ["kube-dns", false, { cluster_dns: "PLATFORM_DEFAULT" }],
  ["cloud-dns", false, { cluster_dns: "CLOUD_DNS", cluster_dns_scope: "CLUSTER_SCOPE" }],
] as const)("names by %s: cache %s, provider %j", (dns, enabled, provider) => {
  expect(cluster({ dns })).toMatchObject({
    addons_config: { dns_cache_config: { enabled } },
    dns_config: provider,
  });
});

test("upgrades come by the channel, from the version on, and destruction is refused unless it is allowed", () => {
  expect(cluster({ releaseChannel: "STABLE", deletionProtection: false })).toMatchObject({
    release_channel: { channel: "STABLE" },
    min_master_version: "1.35",
    deletion_protection: false,
  });
  expect(cluster().deletion_protection).toBe(true);
});

test("nodes are in the zones that are given", () => {
  expect(cluster({ zones: ["us-east5-a"] }).node_locations).toEqual(["us-east5-a"]);
  expect(cluster()).not.toHaveProperty("node_locations");
});

test("logs of the control plane are kept, encrypted and with an end; those of pods are not among them", () => {
  const made = synthesize();
  expect(made.one("google_container_cluster").logging_config.enable_components).toEqual([
    "SYSTEM_COMPONENTS",
    "APISERVER",
    "CONTROLLER_MANAGER",
    "SCHEDULER",
  ]);
  expect(made.one("google_logging_project_bucket_config")).toMatchObject({
    bucket_id: "acme-cluster-0a1b2c3d",
    retention_days: 90,
    cmek_settings: { kms_key_name: "key" },
  });
  const { filter } = made.one("google_logging_project_sink");
  expect(filter).toContain('resource.labels.cluster_name="acme"');
  expect(filter).toContain('NOT labels."union.ai/deployment":*');
});

test("it waits for what nodes need to join, and tells its private address", () => {
  let address = "";
  const made = synthesize({}, ({ apiAddress }) => (address = apiAddress));
  expect(made.one("google_container_cluster").depends_on).toEqual(["google_compute_firewall.rule"]);
  expect(address).toMatch(/\$\{TfToken\[/);
});
