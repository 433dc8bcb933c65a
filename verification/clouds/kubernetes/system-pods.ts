/** Pods that a cloud starts by itself on the nodes that it is given, and that a cluster does not work without. */
import type { Resource, Value } from "../../model";
import { at, field, isOpaque, text, unknown } from "../../values";
import type { PlacedPods } from "./scheduling";
import { TerraformInput } from "../terraform-input";

interface Addon {
  readonly what: string;
  /** Where in its configuration the pods' settings are. */
  readonly within: readonly string[];
  /** What EKS gives the pods where the configuration says nothing of it. */
  readonly tolerations: readonly { readonly [field: string]: Value }[];
}

const CRITICAL = { key: "CriticalAddonsOnly", operator: "Exists" };

/** EKS add-ons whose pods are not on each node. */
const ADDONS: Readonly<Record<string, Addon>> = {
  coredns: {
    what: "cluster DNS",
    within: [],
    tolerations: [CRITICAL, { key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" }],
  },
  "metrics-server": { what: "the metrics server", within: [], tolerations: [] },
  "aws-ebs-csi-driver": {
    what: "the volume driver",
    within: ["controller"],
    tolerations: [CRITICAL, { operator: "Exists", effect: "NoExecute" }],
  },
};

/** Taints that the clouds' own parts tolerate. */
const OWN_PARTS: Readonly<Record<string, string>> = {
  google_container_cluster: "components.gke.io/gke-managed-components",
  azurerm_kubernetes_cluster: "CriticalAddonsOnly",
};

/** The parts of managed clusters that are not on each node: cluster DNS above all. */
export function systemPods(resources: readonly Resource[]): PlacedPods[] {
  const input = TerraformInput.of(resources);
  const addons = input.managed("aws_eks_addon").flatMap((addon) => {
    const name = text(field(addon, "addon_name"));
    const known = typeof name === "string" && Object.hasOwn(ADDONS, name) ? ADDONS[name] : undefined;
    if (!known) return [];
    const spec = settingsOf(addon, known, input);
    return [{ what: known.what, resource: addon, path: ["configuration_values"], spec, onEachNode: false }];
  });
  const own = Object.entries(OWN_PARTS).flatMap(([type, key]) =>
    input.managed(type).map((cluster) => ({
      what: "a part of the cluster itself",
      resource: cluster,
      path: [],
      spec: { tolerations: [{ key, operator: "Exists" }] },
      onEachNode: false,
    })),
  );
  return [...addons, ...own];
}

/** An add-on's configuration, which has the names of a pod's `spec`. */
function settingsOf(addon: Resource, { within, tolerations }: Addon, input: TerraformInput): Value | undefined {
  const written = text(input.follow(field(addon, "configuration_values"), addon)) ?? "{}";
  if (isOpaque(written)) return written;
  try {
    const settings = at(JSON.parse(written) as Value, ...within);
    return at(settings, "tolerations") === undefined ? { ...(settings as object | undefined), tolerations } : settings;
  } catch {
    return unknown("configuration_values is no JSON");
  }
}
