import { googleDeployment } from "../../support/deployments";
import { infrastructureOf } from "../../support/synthesized";
import type { Json } from "../../support/constructs";

const GIVEN = {
  network: "corporate",
  nodeSubnet: { name: "own-nodes", cidr: "10.2.0.0/16" },
  podRange: { name: "own-pods", cidr: "10.0.0.0/15" },
  serviceRange: "own-services",
  clusterSubnet: { name: "own-cluster", cidr: "10.3.0.0/28" },
};

/** The synthesized infrastructure stack of the smallest deployment, with fields replaced or added. */
const infrastructure = (fields: Readonly<Record<string, unknown>> = {}): Json =>
  infrastructureOf(googleDeployment(fields));

const one = (stack: Json, type: string): Json => {
  const found = Object.values<Json>(stack.resource[type] ?? {});
  expect(found).toHaveLength(1);
  return found[0];
};

test.each([
  ["local", undefined, { local: { path: "../../../acme-prod/acme-data-plane/us-east5/infrastructure.tfstate" } }],
  [
    "gcs",
    { backend: "gcs", bucket: "acme-state" },
    { gcs: { bucket: "acme-state", prefix: "acme-prod/acme-data-plane/us-east5/infrastructure" } },
  ],
])("%s state", (_name, state, backend) => {
  expect(infrastructure(state && { state }).terraform.backend).toEqual(backend);
});

test("a network, a key, buckets, a secret and a mirror that are given are used and not made", () => {
  const keyId = "projects/acme-keys/locations/us-east5/keyRings/ring/cryptoKeys/key";
  const stack = infrastructure({
    encryption: { keyId },
    objectStore: { existing: { metadata: "acme-meta", fastRegistration: "acme-fast" } },
    clientSecretId: "projects/acme-data-plane/secrets/own",
    images: { mirror: "us-east5-docker.pkg.dev/acme-data-plane/mirror" },
    network: {
      existing: GIVEN,
    },
  });
  for (const type of [
    "google_compute_network",
    "google_compute_subnetwork",
    "google_compute_route",
    "google_compute_router_nat",
    "google_kms_crypto_key",
    "google_storage_bucket",
    "google_secret_manager_secret",
  ]) {
    expect(Object.keys(stack.resource)).not.toContain(type);
  }
  expect(one(stack, "google_artifact_registry_repository").mode).toBe("STANDARD_REPOSITORY");
  expect(one(stack, "google_container_cluster")).toMatchObject({
    network: "projects/acme-data-plane/global/networks/corporate",
    subnetwork: "projects/acme-data-plane/regions/us-east5/subnetworks/own-nodes",
    ip_allocation_policy: {
      cluster_secondary_range_name: "own-pods",
      services_secondary_range_name: "own-services",
    },
    private_cluster_config: {
      private_endpoint_subnetwork: "projects/acme-data-plane/regions/us-east5/subnetworks/own-cluster",
    },
    database_encryption: { key_name: keyId },
  });
  const buckets = Object.values<Json>(stack.resource.google_storage_bucket_iam_member).map(({ bucket }) => bucket);
  expect([...new Set(buckets)]).toEqual(["acme-meta", "acme-fast"]);
});

test("nodes come after their way out, the firewall, the private names and their own rights", () => {
  const { depends_on } = one(infrastructure(), "google_container_cluster");
  expect(new Set(depends_on.map((address: string) => address.split(".")[0]))).toEqual(
    new Set([
      "google_compute_route",
      "google_compute_router_nat",
      "google_compute_firewall",
      "google_dns_managed_zone",
      "google_dns_record_set",
      "google_project_iam_member",
    ]),
  );
});

test.each([true, false])(
  "deletion protection %s: whether a plan may take what other blocks would make anew",
  (isOn) => {
    const { resource } = infrastructure({ deletionProtection: isOn });
    for (const type of ["google_container_cluster", "google_compute_network", "google_compute_subnetwork"]) {
      for (const { lifecycle } of Object.values<Json>(resource[type]))
        expect(lifecycle?.prevent_destroy ?? false).toBe(isOn);
    }
  },
);

test("the cluster goes with the blocks of its ranges, of which Google changes none, and rules come after the subnets", () => {
  const { resource } = infrastructure();
  const [address] = Object.entries<Json>(resource.google_compute_subnetwork).flatMap(
    ([name, { secondary_ip_range }]) => (secondary_ip_range ? [`google_compute_subnetwork.${name}`] : []),
  );
  expect(one({ resource } as Json, "google_container_cluster").lifecycle.replace_triggered_by).toEqual([
    `${address}.secondary_ip_range[0].ip_cidr_range`,
    `${address}.secondary_ip_range[1].ip_cidr_range`,
  ]);
  const subnets = Object.keys(resource.google_compute_subnetwork).map((name) => `google_compute_subnetwork.${name}`);
  for (const { depends_on } of Object.values<Json>(resource.google_compute_firewall))
    expect(new Set(depends_on)).toEqual(new Set(subnets));
});

test.each([
  ["made", {}, ["network.cidr", "network.existing", "network.serviceCidr"]],
  [
    "given",
    { existing: GIVEN },
    [
      "network.existing",
      "network.existing.clusterSubnet.name",
      "network.existing.network",
      "network.existing.nodeSubnet.name",
      "network.existing.podRange.name",
      "network.existing.serviceRange",
    ],
  ],
])("of a network that is %s, it remembers what a cluster keeps", (_how, network, fields) => {
  const remembered = Object.values<Json>(infrastructure({ network }).resource.terraform_data).filter(
    ({ input }) => input,
  );
  expect(remembered.map(({ input }) => Object.keys(input).sort())).toEqual([fields]);
});

test("the firewall's rules and the nodes have the same tag", () => {
  const { resource } = infrastructure();
  const tags = Object.values<Json>(resource.google_compute_firewall).flatMap(({ target_tags }) => target_tags ?? []);
  expect(new Set(tags)).toEqual(new Set(["acme-prod-node"]));
  for (const { node_config } of Object.values<Json>(resource.google_container_node_pool)) {
    expect(node_config.tags).toEqual(["acme-prod-node"]);
  }
});

test("private management is off by default, and a declared exception where it is on", () => {
  expect(infrastructure().resource).not.toHaveProperty("google_compute_service_attachment");
  const privateManagement = { projects: ["union-management"], reason: "BYOC agreement", expires: "2027-01-01" };
  const stack = infrastructure({ privateManagement, cluster: { accessFromCidrs: ["10.99.0.0/24"] } });
  expect(one(stack, "google_compute_service_attachment")).toMatchObject({
    connection_preference: "ACCEPT_MANUAL",
    consumer_accept_lists: [{ project_id_or_num: "union-management" }],
  });
  // The proxies in front of the API are who connects to it.
  expect(one(stack, "google_container_cluster").master_authorized_networks_config.cidr_blocks).toEqual([
    { cidr_block: "10.99.0.0/24" },
    { cidr_block: "10.3.0.64/26" },
  ]);
  const tag = ["acme-prod-proxy"];
  const machines = Object.values<Json>(stack.resource.google_compute_instance);
  expect(machines.map(({ zone, tags }) => [zone, tags])).toEqual([
    ["us-east5-a", tag],
    ["us-east5-b", tag],
  ]);
  const ofProxies = Object.values<Json>(stack.resource.google_compute_firewall).filter(
    ({ target_tags }) => target_tags?.[0] === tag[0],
  );
  expect(ofProxies.map(({ name }) => name).sort()).toEqual([
    "acme-prod-from-consumers",
    "acme-prod-from-health-checks",
    "acme-prod-to-cluster-from-proxies",
  ]);
  expect(Object.keys(stack.output)).toEqual(
    expect.arrayContaining(["private_management_service", "verify_private_management_commands"]),
  );
});

test("outputs name what a person needs next, and no secret", () => {
  const { output } = infrastructure();
  expect(Object.keys(output)).toEqual(
    expect.arrayContaining([
      "cluster_name",
      "kubeconfig_command",
      "client_secret_command",
      "metadata_bucket",
      "fast_registration_bucket",
      "build_repository",
      "platform_identity",
      "task_identity",
      "node_identity",
      "nat_addresses",
      "verify_firewall_command",
    ]),
  );
  for (const { description } of Object.values<Json>(output)) expect(description).toMatch(/.+/);
  expect(output.client_secret_command.value).toMatch(/--data-file=-$/);
});

const READER = "roles/artifactregistry.reader";
const readersOf = (stack: Json, repository: string) =>
  Object.values<Json>(stack.resource.google_artifact_registry_repository_iam_member)
    .filter((grant) => grant.repository === repository && grant.role === READER)
    .map(({ location }) => location);

test("nodes read a mirror and repositories of the project, and so do builds", () => {
  const images = {
    mirror: "us-docker.pkg.dev/acme-data-plane/mirror/union",
    repositories: ["projects/acme-data-plane/locations/us-east5/repositories/fraud"],
  };
  const stack = infrastructure({ images });
  expect(readersOf(stack, "mirror")).toEqual(["us"]);
  expect(readersOf(stack, "fraud")).toEqual(["us-east5"]);
  expect(stack.output).not.toHaveProperty("image_reader_commands");
  const building = infrastructure({ images, components: { imageBuilder: true } });
  expect(readersOf(building, "mirror")).toEqual(["us", "us"]);
});

test("what another project must allow is a command for it", () => {
  const stack = infrastructure({
    images: { repositories: ["projects/acme-images/locations/europe/repositories/base"] },
    components: { imageBuilder: true },
  });
  expect(readersOf(stack, "base")).toEqual([]);
  const { value } = stack.output.image_reader_commands;
  expect(value).toHaveLength(2);
  expect(value[0]).toMatch(
    /^gcloud artifacts repositories add-iam-policy-binding base --project acme-images --location europe --member serviceAccount:\$\{.*\.email\} --role roles\/artifactregistry\.reader$/,
  );
});

describe("a Shared VPC", () => {
  const existing = {
    network: "projects/acme-host/global/networks/shared",
    nodeSubnet: { name: "nodes", cidr: "10.2.0.0/16" },
    podRange: { name: "pods", cidr: "10.0.0.0/15" },
    serviceRange: "services",
    clusterSubnet: { name: "api", cidr: "10.3.0.0/28" },
  };
  const stack = infrastructure({ network: { existing } });
  const inHost = (path: string) => `projects/acme-host/${path}`;

  test("has the cluster in the host project's subnets, and the firewall's rules in the host project", () => {
    expect(one(stack, "google_container_cluster")).toMatchObject({
      project: "acme-data-plane",
      network: inHost("global/networks/shared"),
      subnetwork: inHost("regions/us-east5/subnetworks/nodes"),
      private_cluster_config: { private_endpoint_subnetwork: inHost("regions/us-east5/subnetworks/api") },
    });
    const rules = Object.values<Json>(stack.resource.google_compute_firewall);
    expect(new Set(rules.map(({ project, network }) => `${project} ${network}`))).toEqual(
      new Set([`acme-host ${inHost("global/networks/shared")}`]),
    );
    expect(stack.output.verify_firewall_command.value).toContain("--project acme-host --filter='network~/shared$ ");
  });

  test("has private zones in the own project, bound to the host's network, but for those that are there", () => {
    const zones = Object.values<Json>(stack.resource.google_dns_managed_zone);
    expect(zones.map(({ dns_name }) => dns_name).sort()).toEqual(["gcr.io.", "googleapis.com.", "pkg.dev."]);
    for (const { private_visibility_config: visibility } of zones)
      expect(visibility.networks).toEqual([{ network_url: inHost("global/networks/shared") }]);
    const given = infrastructure({
      network: { existing: { ...existing, privateZones: ["googleapis.com", "gcr.io"] } },
    });
    expect(one(given, "google_dns_managed_zone").dns_name).toBe("pkg.dev.");
  });

  test("has proxies and those who connect in subnets that the host project gives", () => {
    const byoc = infrastructure({
      network: {
        existing: {
          ...existing,
          proxySubnet: { name: "proxies", cidr: "10.3.0.64/26" },
          consumerSubnet: { name: "consumers", cidr: "10.3.0.16/28" },
        },
      },
      privateManagement: { projects: ["union-management"], reason: "BYOC agreement", expires: "2027-01-01" },
    });
    expect(byoc.resource).not.toHaveProperty("google_compute_subnetwork");
    expect(one(byoc, "google_compute_service_attachment").nat_subnets).toEqual([
      inHost("regions/us-east5/subnetworks/consumers"),
    ]);
    for (const { network_interface } of Object.values<Json>(byoc.resource.google_compute_instance))
      expect(network_interface).toMatchObject([
        { network: inHost("global/networks/shared"), subnetwork: inHost("regions/us-east5/subnetworks/proxies") },
      ]);
    // Others' machines in the network are no business of ours.
    const denies = Object.values<Json>(byoc.resource.google_compute_firewall).filter(({ deny }) => deny);
    expect(denies.map(({ target_tags }) => target_tags)).toEqual(Array(4).fill(["acme-prod-node", "acme-prod-proxy"]));
    expect(byoc.output.host_project_commands.value.join("\n")).toContain("add-iam-policy-binding proxies ");
  });

  test("needs what its host project must allow, as commands", () => {
    const { value } = stack.output.host_project_commands;
    expect(value.join("\n")).toContain(
      "nodes --project acme-host --region us-east5 --member \"serviceAccount:service-$(gcloud projects describe acme-data-plane --format='value(projectNumber)')@container-engine-robot.iam.gserviceaccount.com\" --role roles/compute.networkUser",
    );
    for (const part of ["roles/container.hostServiceAgentUser", "compute.firewalls.create", "roles/dns.admin"])
      expect(value.join("\n")).toContain(part);
    expect(infrastructure().output).not.toHaveProperty("host_project_commands");
    const own = infrastructure({ network: { existing: { ...existing, network: "corporate" } } });
    expect(own.output).not.toHaveProperty("host_project_commands");
  });
});

describe("a service perimeter", () => {
  const around = (perimeter: object, fields: object = {}) => infrastructure({ network: { perimeter }, ...fields });
  const MADE = "google_access_context_manager_service_perimeter";
  const JOINED = "google_access_context_manager_service_perimeter_resource";

  test("is not there unless it is asked for", () => {
    const { resource } = infrastructure();
    expect(resource).not.toHaveProperty(MADE);
    expect(resource).not.toHaveProperty(JOINED);
  });

  test("is made last, lets in who deploys, and lets out what the deployment names", () => {
    const keyId = "projects/acme-keys/locations/us-east5/keyRings/ring/cryptoKeys/key";
    const stack = around(
      { accessPolicy: "123", deployers: ["user:ada@acme.example"] },
      {
        impersonateServiceAccount: "union-deployer@acme-admin.iam.gserviceaccount.com",
        encryption: { keyId },
        images: { repositories: ["projects/acme-images/locations/europe/repositories/base"] },
      },
    );
    const { status, depends_on } = one(stack, MADE);
    expect(status.ingress_policies[0].ingress_from.identities).toEqual([
      "serviceAccount:union-deployer@acme-admin.iam.gserviceaccount.com",
      "user:ada@acme.example",
    ]);
    expect(status.egress_policies.map(({ title }: Json) => title)).toEqual([
      "Other projects: artifactregistry",
      "Other projects: cloudkms",
    ]);
    expect(depends_on).toEqual([expect.stringMatching(/^google_container_cluster\./)]);
    expect(stack.output.perimeter_command.value).toBe(
      "gcloud artifacts vpcsc-config allow --project acme-data-plane --location us-east5",
    );
  });

  test("of the customer's own is joined, or left as it is", () => {
    const existing = "accessPolicies/123/servicePerimeters/acme";
    expect(one(around({ existing }), JOINED).perimeter_name).toBe(existing);
    expect(around({ existing, join: false }).resource).not.toHaveProperty(JOINED);
  });
});

test("what is given now, or a mirror's, is forgotten where it was made here before, and not destroyed", () => {
  const addresses = (stack: Json) =>
    Object.entries<Json>(stack.resource).flatMap(([type, named]) =>
      Object.keys(named).map((name) => `${type}.${name}`),
    );
  const made = infrastructure();
  expect(made).not.toHaveProperty("removed");
  const given = infrastructure({
    encryption: { keyId: "projects/acme-keys/locations/us-east5/keyRings/ring/cryptoKeys/key" },
    objectStore: { existing: { metadata: "acme-meta", fastRegistration: "acme-fast" } },
    clientSecretId: "projects/acme-data-plane/secrets/own",
    images: { mirror: "us-east5-docker.pkg.dev/acme-data-plane/mirror" },
  });
  const forgotten = given.removed.map(({ from }: Json) => from).sort();
  const left = addresses(made).filter((address) => !addresses(given).includes(address));
  // All that leaves the stack, but rights: none is destroyed that holds something.
  expect(forgotten).toEqual(left.sort());
  expect(forgotten.map((address: string) => address.split(".")[0])).toEqual(
    expect.arrayContaining([
      "google_kms_key_ring",
      "google_kms_crypto_key",
      "google_kms_crypto_key_iam_binding",
      "google_storage_bucket",
      "google_secret_manager_secret",
      "google_artifact_registry_repository",
    ]),
  );
  expect(given.removed.every(({ lifecycle }: Json) => lifecycle.destroy === false)).toBe(true);
  expect(forgotten).not.toContain(addresses(made).find((address) => address.endsWith("registry_builds")));
});

test("with addresses of the customer's own, those that were made are forgotten, however many they were", () => {
  const addressesOf = (natAddresses: unknown) => {
    const { resource, removed = [] } = infrastructure({ network: { natAddresses } });
    const made = Object.keys(resource.google_compute_address ?? {}).map((name) => `google_compute_address.${name}`);
    return { made: made.sort(), forgotten: removed.map(({ from }: Json) => from).sort() };
  };
  expect(addressesOf(2)).toEqual({ made: [expect.any(String), expect.any(String)], forgotten: [] });
  expect(addressesOf(["acme-nat"])).toEqual({ made: [], forgotten: addressesOf(32).made });
});

test.each(["cloud-managed", { keyId: "projects/acme-keys/locations/us-east5/keyRings/ring/cryptoKeys/key" }])(
  "with another key, %j, the made one is forgotten, and registries and pools that stand keep it",
  (encryption) => {
    const stack = infrastructure({ encryption });
    expect(stack.removed.map(({ from }: Json) => from.split(".")[0]).sort()).toEqual([
      "google_kms_crypto_key",
      "google_kms_crypto_key_iam_binding",
      "google_kms_key_ring",
    ]);
    for (const repository of Object.values<Json>(stack.resource.google_artifact_registry_repository)) {
      expect(repository.lifecycle.ignore_changes).toContain("kms_key_name");
    }
    for (const pool of Object.values<Json>(stack.resource.google_container_node_pool)) {
      expect(pool.lifecycle.ignore_changes).toContain("node_config[0].boot_disk_kms_key");
    }
  },
);

test("caches of public registries take a new login, all else that holds something is protected", () => {
  const { resource } = infrastructure();
  for (const { mode, lifecycle } of Object.values<Json>(resource.google_artifact_registry_repository)) {
    expect(lifecycle.prevent_destroy).toBe(mode === "STANDARD_REPOSITORY" ? true : undefined);
  }
  for (const type of [
    "google_container_cluster",
    "google_compute_network",
    "google_compute_subnetwork",
    "google_compute_address",
    "google_storage_bucket",
    "google_kms_key_ring",
    "google_kms_crypto_key",
    "google_logging_project_bucket_config",
    "google_secret_manager_secret",
  ]) {
    for (const { lifecycle } of Object.values<Json>(resource[type])) expect(lifecycle.prevent_destroy).toBe(true);
  }
});
