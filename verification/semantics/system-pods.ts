/** Pods that a cloud starts by itself on the nodes that it is given, and that a cluster does not work without. */
import type { Resource, Value } from "../model";
import { at, field, isOpaque, text, unknown } from "../values";
import type { PlacedPods } from "./kubernetes-scheduling";
import { TerraformInput } from "./terraform-input";

/** What EKS gives the pods of CoreDNS where their add-on's configuration says nothing of it. */
const COREDNS_TOLERATIONS = [
  { key: "CriticalAddonsOnly", operator: "Exists" },
  { key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" },
];

/** Taints that the clouds' own parts tolerate. */
const OWN_PARTS: Readonly<Record<string, string>> = {
  google_container_cluster: "components.gke.io/gke-managed-components",
  azurerm_kubernetes_cluster: "CriticalAddonsOnly",
};

/** The parts of managed clusters that are not on each node: cluster DNS above all. */
export function systemPods(resources: readonly Resource[]): PlacedPods[] {
  const input = TerraformInput.of(resources);
  const dns = input
    .managed("aws_eks_addon")
    .filter((addon) => text(field(addon, "addon_name")) === "coredns")
    .map((addon) => ({
      what: "cluster DNS",
      resource: addon,
      path: ["configuration_values"],
      spec: settingsOf(addon, input),
      onEachNode: false,
    }));
  const own = Object.entries(OWN_PARTS).flatMap(([type, key]) =>
    input.managed(type).map((cluster) => ({
      what: "a part of the cluster itself",
      resource: cluster,
      path: [],
      spec: { tolerations: [{ key, operator: "Exists" }] },
      onEachNode: false,
    })),
  );
  return [...dns, ...own];
}

/** An add-on's configuration, which has the names of a pod's `spec`. */
function settingsOf(addon: Resource, input: TerraformInput): Value {
  const written = text(input.follow(field(addon, "configuration_values"), addon)) ?? "{}";
  if (isOpaque(written)) return written;
  try {
    const settings = JSON.parse(written) as Value;
    return at(settings, "tolerations") === undefined
      ? { ...(settings as object), tolerations: COREDNS_TOLERATIONS }
      : settings;
  } catch {
    return unknown("configuration_values is no JSON");
  }
}
