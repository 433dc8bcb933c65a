/** Node pools of AKS: https://learn.microsoft.com/azure/aks/create-node-pools */
import type { Resource, Value } from "../../model";
import { at, blocks, field, isOpaque, text, texts, type Opaque } from "../../values";
import { hasGpus, labelsOf, roomOf, taintOf, type NodePool, type Taint } from "../node-pool";
import type { TerraformInput } from "../terraform-input";

const SPOT = { key: "kubernetes.azure.com/scalesetpriority", value: "spot" };
/** What keeps all but the cluster's own parts from its system pool. */
const CRITICAL: Taint = { key: "CriticalAddonsOnly", value: "true", effect: "NoSchedule" };

/** Pools of their own, and the one that each cluster has. */
export function azureNodePools(input: TerraformInput): NodePool[] {
  return [
    ...input
      .managed("azurerm_kubernetes_cluster_node_pool")
      .map((resource) => poolOf(resource, resource.values, input)),
    ...input
      .managed("azurerm_kubernetes_cluster")
      .flatMap((cluster) => blocks(field(cluster, "default_node_pool")).map((block) => poolOf(cluster, block, input))),
  ];
}

function poolOf(resource: Resource, pool: Value, input: TerraformInput): NodePool {
  const read = (argument: string) => input.follow(at(pool, argument), resource);
  const [name, size, priority, critical] = ["name", "vm_size", "priority", "only_critical_addons_enabled"].map(
    (argument) => text(read(argument)),
  );
  const isSpot = priority === "Spot";
  const room = roomOf("azure", size === undefined ? [] : [size], read("os_disk_size_gb"));
  const driver = text(read("gpu_driver"));
  const spotLabel = isOpaque(priority) ? priority : isSpot ? SPOT.value : undefined;
  const written = texts(read("node_taints")).map(readTaint);
  const said = written.some((taint) => !isOpaque(taint) && taint.key === SPOT.key);
  return {
    name: typeof name === "string" ? name : resource.address,
    resource,
    taints: [
      ...written,
      // AKS adds it, whether it is written or not.
      ...(isSpot && !said ? [{ ...SPOT, effect: "NoSchedule" }] : []),
      ...(isOpaque(critical) ? [critical] : critical === "true" ? [CRITICAL] : []),
    ],
    ...labelsOf(read("node_labels"), { [SPOT.key]: spotLabel, "kubernetes.io/os": osOf(read("os_type")) }),
    room,
    // Who brings a driver brings the plugin too; what AKS installs is the driver alone.
    lacksDevicePlugin: driver === "Install" || (driver !== "None" && hasGpus(room)),
  };
}

/** `KEY=VALUE:EFFECT`, or `KEY:EFFECT`. */
function readTaint(written: string | Opaque): Taint | Opaque {
  if (isOpaque(written)) return written;
  const [, key, value, effect] = /^([^=:]+)(?:=([^:]*))?:(\w+)$/.exec(written) ?? [];
  return taintOf([key, value, effect]);
}

function osOf(type: Value | undefined): string | Opaque {
  const read = text(type) ?? "Linux";
  return isOpaque(read) ? read : read.toLowerCase();
}
