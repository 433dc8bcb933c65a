import { PrivateConnectivity, type PrivateConnectivityProps } from "../../../constructs/google/private-connectivity";
import { Synthesized } from "../../support/constructs";

const synthesize = (given: PrivateConnectivityProps["given"] = {}) =>
  Synthesized.of((scope) => {
    new PrivateConnectivity(scope, "private-connectivity", {
      name: "acme",
      region: "us-east5",
      zones: ["us-east5-a", "us-east5-b"],
      networkId: "network",
      addresses: { privateConnectivity: "10.3.0.16/28", proxies: "10.3.0.64/26" },
      given,
      proxyTag: "acme-proxy",
      apiAddress: "10.3.0.2",
      keyId: "key",
      projects: ["union-management", "union-support"],
      dependsOn: [],
    });
  });
const made = synthesize();
/** The reference to the id of the only resource of a type. */
const only = (type: string) => `\${${made.address(type)}.id}`;
const subnet = (name: string) => `\${${made.address("google_compute_subnetwork", { name })}.id}`;

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
    nat_subnets: [subnet("acme-private-connectivity")],
  });
});

test("the service attachment names the invariant that it departs from", () => {
  expect(made.one("google_compute_service_attachment").description).toMatch(/exception to no-inbound/);
});

test("the load balancer is internal, and answers on TCP 443 alone", () => {
  expect(made.one("google_compute_forwarding_rule")).toMatchObject({
    load_balancing_scheme: "INTERNAL",
    network: "network",
    subnetwork: subnet("acme-proxies"),
    ip_protocol: "TCP",
    ports: ["443"],
    backend_service: only("google_compute_region_backend_service"),
  });
});

test("behind it is a machine in each zone, that the API answers through", () => {
  const machines = made.all("google_compute_instance");
  expect(machines.map(({ zone }) => zone)).toEqual(["us-east5-a", "us-east5-b"]);
  expect(made.one("google_compute_region_backend_service")).toMatchObject({
    load_balancing_scheme: "INTERNAL",
    protocol: "TCP",
    health_checks: [only("google_compute_health_check")],
    backend: machines.map(({ zone }) => ({
      group: `\${${made.address("google_compute_network_endpoint_group", { zone })}.id}`,
      balancing_mode: "CONNECTION",
    })),
  });
  for (const { zone, name } of machines) {
    expect(made.one("google_compute_network_endpoint_group", { zone }).network_endpoint_type).toBe("GCE_VM_IP");
    expect(made.one("google_compute_network_endpoint", { zone })).toMatchObject({
      instance: `\${${made.address("google_compute_instance", { zone })}.name}`,
      ip_address: `\${${made.address("google_compute_address", { name })}.address}`,
    });
  }
});

test("a machine has no public address, no service account and no key of its own, and an encrypted disk", () => {
  for (const machine of made.all("google_compute_instance")) {
    expect(machine).toMatchObject({
      tags: ["acme-proxy"],
      network_interface: [{ network: "network", subnetwork: subnet("acme-proxies"), stack_type: "IPV4_ONLY" }],
      shielded_instance_config: { enable_secure_boot: true },
      metadata: { "block-project-ssh-keys": "TRUE", "serial-port-enable": "FALSE" },
    });
    expect(machine.network_interface[0]).not.toHaveProperty("access_config");
    expect(machine).not.toHaveProperty("service_account");
  }
  for (const disk of made.all("google_compute_disk"))
    expect(disk).toMatchObject({
      image: "https://www.googleapis.com/compute/v1/projects/cos-cloud/global/images/family/cos-stable",
      disk_encryption_key: { kms_key_self_link: "key" },
    });
  expect(made.all("google_compute_address").map(({ address_type }) => address_type)).toEqual(["INTERNAL", "INTERNAL"]);
});

test("a machine leads TCP 443 to the API, from its own address, and passes nothing else on", () => {
  const { metadata_startup_script: script } = made.one("google_compute_instance", { zone: "us-east5-a" });
  expect(script).toContain("-t nat -A PREROUTING -p tcp --dport 443 -j DNAT --to-destination 10.3.0.2:443\n");
  expect(script).toContain("-t nat -A POSTROUTING -p tcp -d 10.3.0.2 --dport 443 -j MASQUERADE\n");
  const forwarded = script.match(/-A FORWARD .*/g);
  expect(forwarded).toHaveLength(2);
  for (const rule of forwarded) expect(rule).toMatch(/-p tcp -[sd] 10\.3\.0\.2 --[sd]port 443 /);
});

test("those who connect and the proxies have subnets of their own, or given ones", () => {
  expect(made.one("google_compute_subnetwork", { name: "acme-private-connectivity" })).toMatchObject({
    network: "network",
    ip_cidr_range: "10.3.0.16/28",
    purpose: "PRIVATE_SERVICE_CONNECT",
  });
  const proxies = made.one("google_compute_subnetwork", { name: "acme-proxies" });
  expect(proxies).toMatchObject({
    network: "network",
    ip_cidr_range: "10.3.0.64/26",
    log_config: { flow_sampling: 1 },
  });
  expect(proxies).not.toHaveProperty("purpose");
  const given = synthesize({ proxies: "own-proxies", consumers: "own-consumers" });
  expect(given.types).not.toContain("google_compute_subnetwork");
  expect(given.one("google_compute_forwarding_rule").subnetwork).toBe("own-proxies");
  expect(given.one("google_compute_service_attachment").nat_subnets).toEqual(["own-consumers"]);
});
