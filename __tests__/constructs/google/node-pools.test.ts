import type { GoogleDeployment, NodePool } from "../../../config/deployment";
import { NodePools, type NodePoolsProps } from "../../../constructs/google/node-pools";
import { Token } from "../../../framework";
import { Synthesized } from "../../support/constructs";

type Pool = NodePool<GoogleDeployment>;

/** An account that is made: its address is known once it is. */
const MADE_ACCOUNT = Token.asString({ resolve: () => "node@acme" });

const pool = (fields: Partial<Pool> = {}): Pool => ({
  role: "worker",
  machineType: "n2-standard-16",
  min: 0,
  max: 10,
  spot: false,
  diskGiB: 100,
  labels: {},
  ...fields,
});

function synthesize(props: Partial<NodePoolsProps> = {}) {
  return Synthesized.of((scope) => {
    new NodePools(scope, "node-pools", {
      clusterName: "acme",
      region: "us-east5",
      zones: undefined,
      nodeAccount: MADE_ACCOUNT,
      nodeTag: "acme-node",
      keyId: "key",
      pools: { worker: pool() },
      systemPool: { machineType: "e2-standard-2", min: 3, max: 6 },
      ...props,
    });
  });
}

const one = (fields: Partial<Pool>, props: Partial<NodePoolsProps> = {}) =>
  synthesize({ pools: { big: pool(fields) }, ...props })
    .all("google_container_node_pool")
    .find(({ name }) => name.startsWith("big")) ?? {};

test("every node is private, tagged, shielded, encrypted with the key, keeps its credentials from pods and their CPU limits", () => {
  const pools = synthesize().all("google_container_node_pool");
  expect(pools).toHaveLength(2);
  for (const { network_config, node_config } of pools) {
    expect(network_config).toEqual({ enable_private_nodes: true });
    expect(node_config).toMatchObject({
      tags: ["acme-node"],
      service_account: "node@acme",
      boot_disk_kms_key: "key",
      shielded_instance_config: { enable_secure_boot: true, enable_integrity_monitoring: true },
      workload_metadata_config: { mode: "GKE_METADATA" },
      metadata: { "disable-legacy-endpoints": "true" },
      kubelet_config: { insecure_kubelet_readonly_port_enabled: "FALSE", cpu_cfs_quota: true },
    });
  }
});

test("labels and taints keep services and workers apart", () => {
  const { labels, taint } = one({
    role: "services",
    labels: { zone: "quiet", "union.ai/node-role": "other" },
  }).node_config;
  expect(labels).toEqual({ "union.ai/node-role": "services", "union.ai/pool": "big", zone: "quiet" });
  expect(taint).toEqual([{ key: "union.ai/node-role", value: "services", effect: "NO_SCHEDULE" }]);
});

test("the cluster's own parts have a pool whose taint they alone tolerate", () => {
  const key = "components.gke.io/gke-managed-components";
  expect(synthesize().one("google_container_node_pool", { name: "system" })).toMatchObject({
    autoscaling: { total_min_node_count: 3, total_max_node_count: 6 },
    node_config: { machine_type: "e2-standard-2", taint: [{ key, value: "true", effect: "NO_SCHEDULE" }] },
  });
});

test.each([
  { min: 3, zones: undefined, each: 1 },
  { min: 2, zones: undefined, each: 0 },
  { min: 5, zones: ["us-east5-a", "us-east5-b"], each: 2 },
])("a pool of at least $min in $zones starts with $each a zone; from then on its size is the autoscaler's", (row) => {
  const { autoscaling, initial_node_count, lifecycle } = one({ min: row.min, max: 9 }, { zones: row.zones });
  expect(autoscaling).toMatchObject({ total_min_node_count: row.min, total_max_node_count: 9 });
  expect(initial_node_count).toBe(row.each);
  expect(lifecycle.ignore_changes).toContain("initial_node_count");
});

test.each([
  { spot: false, location_policy: "BALANCED" },
  { spot: true, location_policy: "ANY" },
])("spot $spot takes machines $location_policy", ({ spot, location_policy }) => {
  expect(one({ spot })).toMatchObject({ node_config: { spot }, autoscaling: { location_policy } });
});

test.each([
  { driver: "default", gpu_driver_version: "DEFAULT" },
  { driver: "latest", gpu_driver_version: "LATEST" },
  { driver: "none", gpu_driver_version: "INSTALLATION_DISABLED" },
] as const)("accelerators come with driver $driver of Google's; their taint is GKE's", (row) => {
  const { driver, gpu_driver_version } = row;
  const { guest_accelerator, taint } = one({ accelerator: { type: "nvidia-l4", count: 2, driver } }).node_config;
  expect(guest_accelerator).toEqual([
    { type: "nvidia-l4", count: 2, gpu_driver_installation_config: { gpu_driver_version } },
  ]);
  expect(taint).toHaveLength(1);
});

test("a pool's own zones go before the cluster's, and its first size is that of its zones", () => {
  const pools = synthesize({
    pools: { big: pool({ min: 4, zones: ["us-east5-b"] }) },
    zones: ["us-east5-a", "us-east5-c"],
  });
  expect(pools.one("google_container_node_pool", { name: "big" })).toMatchObject({
    node_locations: ["us-east5-b"],
    initial_node_count: 4,
  });
  expect(pools.one("google_container_node_pool", { name: "system" }).node_locations).toEqual([
    "us-east5-a",
    "us-east5-c",
  ]);
});

test.each([
  { machineType: "n2-standard-16", diskType: undefined, disk_type: "pd-balanced" },
  { machineType: "n2-standard-16", diskType: "pd-ssd", disk_type: "pd-ssd" },
  { machineType: "c3-standard-8", diskType: undefined, disk_type: "pd-balanced" },
  { machineType: "n4-standard-8", diskType: undefined, disk_type: "hyperdisk-balanced" },
  { machineType: "a3-ultragpu-8g", diskType: undefined, disk_type: "hyperdisk-balanced" },
] as const)("$machineType boots from $disk_type", ({ disk_type, ...fields }) => {
  expect(one(fields).node_config.disk_type).toBe(disk_type);
});

test("local SSDs hold what pods write, with a key that ends with the machine", () => {
  expect(one({ localSsds: 2 }).node_config).toMatchObject({
    ephemeral_storage_local_ssd_config: { local_ssd_count: 2 },
    local_ssd_encryption_mode: "EPHEMERAL_KEY_ENCRYPTION",
  });
  expect(one({}).node_config).not.toHaveProperty("local_ssd_encryption_mode");
});

test("machines come from the reservation that is named, and from nowhere else", () => {
  expect(one({ reservation: "h100" }).node_config.reservation_affinity).toEqual({
    consume_reservation_type: "SPECIFIC_RESERVATION",
    key: "compute.googleapis.com/reservation-name",
    values: ["h100"],
  });
  expect(one({}).node_config).not.toHaveProperty("reservation_affinity");
});

test("machines carry the labels", () => {
  expect(one({}, { labels: { team: "data" } }).node_config.resource_labels).toEqual({ team: "data" });
});

test("nodes repair and upgrade themselves, one more at a time and none fewer", () => {
  expect(one({})).toMatchObject({
    management: { auto_repair: true, auto_upgrade: true },
    upgrade_settings: { max_surge: 1, max_unavailable: 0 },
  });
});

test("new nodes are there before old ones go: what makes a pool anew changes its name, what does not keeps it", () => {
  const named = (fields: Partial<Pool>, props: Partial<NodePoolsProps> = {}) => {
    const [made] = synthesize({ pools: { big: pool(fields) }, ...props })
      .all("google_container_node_pool")
      .filter(({ name }) => !name.startsWith("system"));
    expect(made?.lifecycle.create_before_destroy).toBe(true);
    return made?.name as string;
  };
  for (const fields of [{}, { machineType: "n2-standard-8" }, { diskGiB: 200 }, { max: 3 }, { labels: { a: "b" } }]) {
    expect(named(fields)).toBe("big");
  }
  const anew = [
    named({ spot: true }),
    named({ accelerator: { type: "nvidia-l4", count: 1, driver: "default" } }),
    named({ accelerator: { type: "nvidia-l4", count: 2, driver: "default" } }),
    named({ localSsds: 1 }),
    named({ localSsds: 2 }),
    named({ reservation: "mine" }),
  ];
  expect(new Set(anew).size).toBe(anew.length);
  for (const name of anew) expect(name).toMatch(/^big-[0-9a-f]{4}$/);
  expect(named({}, { nodeAccount: "given@acme" })).toMatch(/^big-[0-9a-f]{4}$/);
});
