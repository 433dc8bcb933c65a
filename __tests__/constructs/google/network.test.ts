import { Network } from "../../../constructs/google/network";
import { Synthesized } from "../../support/constructs";

const PROPS = {
  name: "acme",
  region: "us-east5",
  addresses: { nodes: "10.2.0.0/16", pods: "10.0.0.0/15", cluster: "10.3.0.0/28" },
  serviceCidr: "172.20.0.0/16",
  natAddresses: 3,
  flowLogs: { project: "acme-data-plane", retentionDays: 365, keyId: "key", generation: "0a1b2c3d" },
};
const made = Synthesized.of((scope) => {
  new Network(scope, "network", PROPS);
});
const network = `\${${made.address("google_compute_network")}.id}`;
const nodes = made.one("google_compute_subnetwork", { name: "acme-nodes" });
const cluster = made.one("google_compute_subnetwork", { name: "acme-cluster" });

test("Google makes neither subnets nor routes in it", () => {
  expect(made.one("google_compute_network")).toMatchObject({
    auto_create_subnetworks: false,
    delete_default_routes_on_create: true,
    routing_mode: "REGIONAL",
  });
});

test("its subnets are the plan's, IPv4 only, and log every flow with all that is known of it", () => {
  expect(made.all("google_compute_subnetwork")).toHaveLength(2);
  expect(nodes).toMatchObject({
    ip_cidr_range: "10.2.0.0/16",
    secondary_ip_range: [
      { range_name: "pods", ip_cidr_range: "10.0.0.0/15" },
      { range_name: "services", ip_cidr_range: "172.20.0.0/16" },
    ],
  });
  expect(cluster).toMatchObject({ ip_cidr_range: "10.3.0.0/28" });
  for (const subnet of [nodes, cluster]) {
    expect(subnet).toMatchObject({
      network,
      region: "us-east5",
      stack_type: "IPV4_ONLY",
      private_ip_google_access: true,
      log_config: { aggregation_interval: "INTERVAL_5_SEC", flow_sampling: 1, metadata: "INCLUDE_ALL_METADATA" },
    });
  }
});

test("one route leads out, to Google's gateway", () => {
  expect(made.one("google_compute_route")).toMatchObject({
    network,
    dest_range: "0.0.0.0/0",
    next_hop_gateway: "default-internet-gateway",
  });
});

describe("NAT", () => {
  const nat = made.one("google_compute_router_nat");

  test("serves the node subnet alone, with reserved addresses alone", () => {
    const addresses = made.all("google_compute_address");
    expect(addresses).toHaveLength(3);
    for (const address of addresses) expect(address).toMatchObject({ region: "us-east5", address_type: "EXTERNAL" });
    expect(new Set(nat.nat_ips).size).toBe(3);
    expect(nat).toMatchObject({
      router: `\${${made.address("google_compute_router")}.name}`,
      nat_ip_allocate_option: "MANUAL_ONLY",
      source_subnetwork_ip_ranges_to_nat: "LIST_OF_SUBNETWORKS",
      subnetwork: [
        {
          name: `\${${made.address("google_compute_subnetwork", { name: "acme-nodes" })}.id}`,
          source_ip_ranges_to_nat: ["ALL_IP_RANGES"],
        },
      ],
    });
    expect(made.one("google_compute_router").network).toBe(network);
  });

  test("goes by addresses that are there already, where they are given, and makes none", () => {
    const given = Synthesized.of((scope) => {
      new Network(scope, "network", { ...PROPS, natAddresses: ["egress-a", "egress-b"] });
    });
    expect(given.all("google_compute_address")).toEqual([]);
    expect(given.one("google_compute_router_nat")).toMatchObject({
      nat_ip_allocate_option: "MANUAL_ONLY",
      nat_ips: ["egress-a", "egress-b"].map((name) =>
        expect.stringMatching(`data.google_compute_address.*${name}.*self_link`),
      ),
    });
  });

  test("logs each translation", () => {
    expect(nat.log_config).toEqual({ enable: true, filter: "ALL" });
  });

  // Google refuses dynamic ports beside endpoint-independent mapping, and bounds that are no powers of two.
  test("hands out ports as they are needed", () => {
    expect(nat).toMatchObject({ enable_dynamic_port_allocation: true, enable_endpoint_independent_mapping: false });
    for (const bound of [nat.min_ports_per_vm, nat.max_ports_per_vm]) expect(Math.log2(bound) % 1).toBe(0);
    expect(nat.max_ports_per_vm).toBeGreaterThan(nat.min_ports_per_vm);
  });
});

describe("flow logs", () => {
  const bucket = `\${${made.address("google_logging_project_bucket_config")}.id}`;
  const { filter } = made.one("google_logging_project_sink");

  test("are kept in a bucket of their own, with the key", () => {
    expect(made.one("google_logging_project_bucket_config")).toMatchObject({
      project: "acme-data-plane",
      location: "us-east5",
      bucket_id: "acme-network-0a1b2c3d",
      retention_days: 365,
      cmek_settings: { kms_key_name: "key" },
    });
    expect(made.one("google_logging_project_sink").destination).toBe(`logging.googleapis.com/${bucket}`);
  });

  test("are those of this network's subnets, firewall and NAT, and lie nowhere else", () => {
    const reference = (type: string, name: string) => `\${${made.address(type, { name })}.name}`;
    const subnets = ["acme-nodes", "acme-cluster"].map((name) => `"${reference("google_compute_subnetwork", name)}"`);
    expect(filter.split(" OR (log_id(")).toEqual([
      `((log_id("compute.googleapis.com/vpc_flows") OR log_id("compute.googleapis.com/firewall")) AND resource.labels.subnetwork_name=(${subnets.join(" OR ")}))`,
      `"compute.googleapis.com/nat_flows") AND resource.labels.gateway_name="${reference("google_compute_router_nat", "acme")}")`,
    ]);
    expect(made.one("google_logging_project_exclusion").filter).toBe(filter);
  });
});
