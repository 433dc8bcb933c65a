import { PrivateConnectivity } from "../../../constructs/google/private-connectivity";
import { Synthesized } from "../../support/constructs";

const made = Synthesized.of((scope) => {
  new PrivateConnectivity(scope, "private-connectivity", {
    name: "acme",
    region: "us-east5",
    networkId: "network",
    subnetId: "cluster-subnet",
    addresses: { privateConnectivity: "10.3.0.16/28", proxies: "10.3.0.64/26" },
    apiAddress: "10.3.0.2",
    projects: ["union-management", "union-support"],
  });
});
/** The reference to the id of the only resource of a type. */
const only = (type: string) => `\${${made.address(type)}.id}`;

test("a connection needs a given project, and ends when the project is taken out", () => {
  expect(made.one("google_compute_service_attachment")).toMatchObject({
    connection_preference: "ACCEPT_MANUAL",
    consumer_accept_lists: ["union-management", "union-support"].map((project_id_or_num) => ({
      project_id_or_num,
      connection_limit: 10,
    })),
    reconcile_connections: true,
    enable_proxy_protocol: false,
    target_service: only("google_compute_forwarding_rule"),
    nat_subnets: [`\${${made.address("google_compute_subnetwork", { purpose: "PRIVATE_SERVICE_CONNECT" })}.id}`],
  });
});

test("the service attachment names the invariant that it departs from", () => {
  expect(made.one("google_compute_service_attachment").description).toMatch(/exception to no-inbound/);
});

test("the load balancer is internal, and answers on TCP 443 alone", () => {
  expect(made.one("google_compute_forwarding_rule")).toMatchObject({
    load_balancing_scheme: "INTERNAL_MANAGED",
    network: "network",
    subnetwork: "cluster-subnet",
    ip_protocol: "TCP",
    port_range: "443",
    target: only("google_compute_region_target_tcp_proxy"),
    depends_on: [made.address("google_compute_subnetwork", { purpose: "REGIONAL_MANAGED_PROXY" })],
  });
  expect(made.one("google_compute_region_target_tcp_proxy").backend_service).toBe(
    only("google_compute_region_backend_service"),
  );
});

test("only the Kubernetes API lies behind it", () => {
  expect(made.one("google_compute_region_backend_service")).toMatchObject({
    load_balancing_scheme: "INTERNAL_MANAGED",
    protocol: "TCP",
    health_checks: [only("google_compute_region_health_check")],
    backend: [expect.objectContaining({ group: only("google_compute_network_endpoint_group") })],
  });
  expect(made.one("google_compute_network_endpoint_group")).toMatchObject({
    network: "network",
    network_endpoint_type: "NON_GCP_PRIVATE_IP_PORT",
    default_port: 443,
  });
  expect(made.one("google_compute_network_endpoint")).toMatchObject({
    network_endpoint_group: `\${${made.address("google_compute_network_endpoint_group")}.name}`,
    ip_address: "10.3.0.2",
    port: 443,
  });
});

test("those who connect and the proxies have subnets of their own", () => {
  const subnet = (purpose: string) => made.one("google_compute_subnetwork", { purpose });
  expect(subnet("PRIVATE_SERVICE_CONNECT")).toMatchObject({ network: "network", ip_cidr_range: "10.3.0.16/28" });
  expect(subnet("REGIONAL_MANAGED_PROXY")).toMatchObject({
    network: "network",
    ip_cidr_range: "10.3.0.64/26",
    role: "ACTIVE",
  });
});
