import type { AzureDeployment, NodePool } from "../../../config/deployment";
import { NodePools, type NodePoolsProps } from "../../../constructs/azure/node-pools";
import { Synthesized } from "../../support/constructs";

const CLUSTER = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/acme";

type Pool = NodePool<AzureDeployment>;

const pool = (fields: Partial<Pool> = {}): Pool => ({
  role: "worker",
  vmSize: "Standard_D16ds_v5",
  min: 0,
  max: 10,
  spot: false,
  gpu: false,
  diskGiB: 100,
  ephemeralDisk: false,
  labels: {},
  ...fields,
});

function synthesize(props: Partial<NodePoolsProps> = {}) {
  return Synthesized.of((scope) => {
    new NodePools(scope, "node-pools", {
      clusterId: CLUSTER,
      version: "1.35",
      versionByChannel: false,
      subnetId: "subnet",
      zones: ["1", "2", "3"],
      pools: { worker: pool() },
      tags: { team: "data" },
      ...props,
    });
  });
}

const made = (fields: Partial<Pool>) =>
  synthesize({ pools: { big: pool(fields) } }).one("azurerm_kubernetes_cluster_node_pool");

test("nodes are in the node subnet, without a public address", () => {
  expect(made({})).toMatchObject({
    kubernetes_cluster_id: CLUSTER,
    vnet_subnet_id: "subnet",
    node_public_ip_enabled: false,
    zones: ["1", "2", "3"],
    tags: { team: "data" },
  });
});

test("disks and the host's caches are encrypted", () => {
  expect(made({ diskGiB: 50 })).toMatchObject({
    os_disk_type: "Managed",
    os_disk_size_gb: 50,
    host_encryption_enabled: true,
  });
});

test("labels and taints keep services and workers apart", () => {
  const { node_labels, node_taints } = made({
    role: "services",
    labels: { zone: "quiet", "union.ai/node-role": "other" },
  });
  expect(node_labels).toEqual({ "union.ai/node-role": "services", "union.ai/pool": "big", zone: "quiet" });
  expect(node_taints).toEqual(["union.ai/node-role=services:NoSchedule"]);
});

test("GPU pools have drivers and a second taint", () => {
  const { gpu_driver, node_taints } = made({ gpu: true });
  expect(gpu_driver).toBe("Install");
  expect(node_taints).toEqual(["union.ai/node-role=worker:NoSchedule", "nvidia.com/gpu=true:NoSchedule"]);
  expect(made({ gpu: false }).gpu_driver).toBeUndefined();
});

test("AKS sizes a pool within its bounds, and Terraform leaves the size to it", () => {
  expect(made({ min: 2, max: 5 })).toMatchObject({
    auto_scaling_enabled: true,
    min_count: 2,
    max_count: 5,
    lifecycle: { ignore_changes: ["node_count", "zones"] },
  });
});

test.each([
  { versionByChannel: false, ignored: ["node_count", "zones"] },
  { versionByChannel: true, ignored: ["node_count", "orchestrator_version", "zones"] },
])("the version is the cluster's, unless a channel raises it ($versionByChannel)", ({ versionByChannel, ignored }) => {
  expect(synthesize({ versionByChannel }).one("azurerm_kubernetes_cluster_node_pool")).toMatchObject({
    orchestrator_version: "1.35",
    lifecycle: { ignore_changes: ignored },
  });
});

test("a spot pool says what AKS says of it, and nothing of upgrades, which it would refuse", () => {
  const spot = made({ spot: true });
  expect(spot).toMatchObject({ priority: "Spot", eviction_policy: "Delete", spot_max_price: -1 });
  expect(spot.node_labels["kubernetes.azure.com/scalesetpriority"]).toBe("spot");
  expect(spot.node_taints).toContain("kubernetes.azure.com/scalesetpriority=spot:NoSchedule");
  expect(spot.upgrade_settings).toBeUndefined();
  expect(made({ spot: false })).toMatchObject({ upgrade_settings: { max_surge: "33%" } });
  expect(made({ spot: false }).priority).toBeUndefined();
});

test("a pool's stand-in for changes has a name of its own that AKS takes", () => {
  const names = synthesize({ pools: { services: pool(), worker: pool(), workers: pool() } })
    .all("azurerm_kubernetes_cluster_node_pool")
    .map(({ temporary_name_for_rotation }) => temporary_name_for_rotation);
  expect(new Set(names).size).toBe(3);
  for (const name of names) expect(name).toMatch(/^[a-z][a-z0-9]{0,11}$/);
});

test("a pool moves when its own zones are named, and not all at once with the network's", () => {
  expect(made({ zones: ["1"] })).toMatchObject({ zones: ["1"], lifecycle: { ignore_changes: ["node_count"] } });
});
