/** Node pools of GKE: https://cloud.google.com/kubernetes-engine/docs/concepts/node-pools */
import { GPU } from "../../../config/scheduling";
import type { Resource, Value } from "../../model";
import { at, blocks, field, isOpaque, number, text } from "../../values";
import { labelsOf, roomOf, taintOf, type NodePool } from "../node-pool";
import type { TerraformInput } from "../terraform-input";

/** Pools of their own, those inside of a cluster, and the cluster's first, unless that is removed. */
export function googleNodePools(input: TerraformInput): NodePool[] {
  const own = input.managed("google_container_node_pool").map((resource) => poolOf(resource, [], input));
  const inClusters = input.managed("google_container_cluster").flatMap((cluster) => {
    const inside = blocks(field(cluster, "node_pool")).map((_, i) => poolOf(cluster, ["node_pool", i], input));
    const removed = text(field(cluster, "remove_default_node_pool")) === "true";
    return removed || inside.length > 0 ? inside : [poolOf(cluster, [], input)];
  });
  return [...own, ...inClusters];
}

function poolOf(resource: Resource, path: readonly (string | number)[], input: TerraformInput): NodePool {
  const read = (...steps: readonly (string | number)[]) => input.follow(field(resource, ...path, ...steps), resource);
  const name = text(read("name"));
  const accelerators = blocks(read("node_config", "guest_accelerator"));
  const [accelerator] = accelerators;
  const counts = accelerators.map((block) => number(at(block, "count")) ?? 0);
  const gpus = counts.reduce<number | undefined>(
    (sum, count) => (sum === undefined || isOpaque(count) ? undefined : sum + count),
    0,
  );
  const spot = read("node_config", "spot") ?? read("node_config", "preemptible");
  return {
    name: typeof name === "string" ? name : resource.address,
    resource,
    taints: [
      ...blocks(read("node_config", "taint")).map((block) =>
        taintOf(["key", "value", "effect"].map((part) => input.follow(at(block, part), resource))),
      ),
      // GKE adds it where pools without GPUs are beside.
      ...(accelerators.length > 0 ? [{ key: GPU, value: "present", effect: "NoSchedule" }] : []),
    ],
    ...labelsOf(read("node_config", "labels"), {
      "cloud.google.com/gke-spot": spotLabel(spot),
      "cloud.google.com/gke-accelerator": text(at(accelerator, "type")),
      "kubernetes.io/os": "linux",
    }),
    room: roomOf(
      "google",
      [text(read("node_config", "machine_type")) ?? "e2-medium"],
      read("node_config", "disk_size_gb"),
      gpus,
    ),
    lacksDevicePlugin: false,
  };
}

/** Nodes that are no spot machines have no such label. */
function spotLabel(spot: Value | undefined) {
  const read = text(spot);
  return isOpaque(read) ? read : read === "true" ? "true" : undefined;
}
