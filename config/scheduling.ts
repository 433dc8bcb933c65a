/** Which pods run on which nodes: the same labels, taints and tolerations in node pools, workloads and chart values. */
import type { Cloud, Deployment, NodePool } from "./deployment";
import { machineType } from "./machine-types";

/** Label and taint of every node of a pool: what the pool is for. */
export const NODE_ROLE = "union.ai/node-role";
/** Label of every node: its pool's name. */
export const POOL = "union.ai/pool";
/** The resource that pods request GPUs by; nodes that have some are tainted by its name too. */
export const GPU = "nvidia.com/gpu";

export type NodeRole = "services" | "worker";

/** A taint as Kubernetes has it. */
export interface Taint {
  readonly key: string;
  readonly value: string;
  readonly effect: "NoSchedule" | "PreferNoSchedule";
}

/** A toleration as Kubernetes writes it. */
export interface Toleration {
  /** Key of the taint that it lets a pod past. */
  readonly key: string;
  /** `Equal` asks for the taint's `value` too, `Exists` for the key alone. */
  readonly operator: "Equal" | "Exists";
  /** The taint's value; left out with `Exists`. */
  readonly value?: string;
  /** No taint of a pool evicts pods that run: each keeps away only those that are not placed yet. */
  readonly effect: "NoSchedule";
}

const tolerationOf = ({ key, value }: Omit<Taint, "effect">): Toleration => ({
  key,
  operator: "Equal",
  value,
  effect: "NoSchedule",
});

/** Lets a pod onto the nodes of a role. */
export const roleToleration = (role: NodeRole): Toleration => tolerationOf({ key: NODE_ROLE, value: role });

/** Leads a pod to the nodes of a role. */
export const roleSelector = (role: NodeRole): Readonly<Record<string, string>> => ({ [NODE_ROLE]: role });

/** Leads a pod to the nodes with GPUs. */
export const GPU_SELECTOR: Readonly<Record<string, string>> = { "nvidia.com/gpu.present": "true" };

/** Lets a pod onto nodes with GPUs, whatever value the taint has: Google's own is another than ours. */
const GPU_TOLERATION: Toleration = { key: GPU, operator: "Exists", effect: "NoSchedule" };

/** How a cloud's nodes tell what they are. */
interface CloudNodes {
  /** Label and taint of spot machines: a label keeps away only those pods that Union builds itself. */
  readonly spot: { readonly label: Label; readonly taint: Taint };
  /** Label whose value is the GPUs' name. */
  readonly acceleratorLabel: string;
  /** What the cloud adds to nodes by itself, so that pools don't say so. */
  readonly adds: readonly ("spotLabel" | "gpuTaint" | "acceleratorLabel")[];
}

interface Label {
  readonly key: string;
  readonly value: string;
}

const spotTaint = (label: Label): Taint => ({ ...label, effect: "NoSchedule" });

const GKE_SPOT: Label = { key: "cloud.google.com/gke-spot", value: "true" };
const AKS_SPOT: Label = { key: "kubernetes.azure.com/scalesetpriority", value: "spot" };

const NODES: Readonly<Record<Cloud, CloudNodes>> = {
  aws: {
    spot: {
      label: { key: "eks.amazonaws.com/capacityType", value: "SPOT" },
      taint: spotTaint({ key: "union.ai/capacity-type", value: "interruptible" }),
    },
    // By it the cluster autoscaler knows, too, that a new node's GPUs are still to come.
    acceleratorLabel: "k8s.amazonaws.com/accelerator",
    adds: ["spotLabel"],
  },
  google: {
    spot: { label: GKE_SPOT, taint: spotTaint(GKE_SPOT) },
    acceleratorLabel: "cloud.google.com/gke-accelerator",
    adds: ["spotLabel", "gpuTaint", "acceleratorLabel"],
  },
  azure: {
    // AKS adds both, and changes a pool that does not say so back and forth.
    spot: { label: AKS_SPOT, taint: spotTaint(AKS_SPOT) },
    // AKS tells the GPUs' maker only.
    acceleratorLabel: "union.ai/accelerator",
    adds: [],
  },
};

// ---------------------------------------------------------------- nodes

/** A pool of nodes by what decides which pods it takes. */
export interface Pool {
  readonly cloud: Cloud;
  readonly name: string;
  readonly role: NodeRole;
  readonly spot: boolean;
  readonly gpu: boolean;
  /** What Flyte calls the GPUs; undefined where there are none, or the machines are not known. */
  readonly accelerator: string | undefined;
  /** Further labels of its nodes. */
  readonly labels: Readonly<Record<string, string>>;
}

/** A pool as a deployment describes it, on whichever cloud. */
export function poolOf(name: string, pool: NodePool<Deployment>): Pool {
  const { role, spot, labels } = pool;
  const common = { name, role, spot, labels };
  if ("instanceTypes" in pool) {
    const { gpu, instanceTypes } = pool;
    return { ...common, cloud: "aws", gpu, accelerator: acceleratorOf("aws", instanceTypes) };
  }
  if ("vmSize" in pool) {
    const { gpu, vmSize } = pool;
    return { ...common, cloud: "azure", gpu, accelerator: acceleratorOf("azure", [vmSize]) };
  }
  return { ...common, cloud: "google", gpu: pool.accelerator !== undefined, accelerator: pool.accelerator?.type };
}

/** The pools of a deployment's `nodePools`. */
export const poolsOf = ({ nodePools }: Pick<Deployment, "nodePools">): readonly Pool[] =>
  Object.entries<NodePool<Deployment>>(nodePools).map(([name, pool]) => poolOf(name, pool));

/**
 * Whether this package makes the nodes' GPUs a resource that pods can request, whoever deploys the workloads: Google's
 * nodes do so by themselves.
 */
export const bringsDevicePlugin = (deployment: Deployment): boolean =>
  deployment.cloud !== "google" && poolsOf(deployment).some(({ gpu }) => gpu);

/** The GPUs of machines that all have the same. */
function acceleratorOf(cloud: Cloud, types: readonly string[]): string | undefined {
  const [first, ...others] = types.map((type) => machineType(cloud, type)?.accelerator);
  return others.every((other) => other === first) ? first : undefined;
}

/** Labels that a pool gives its nodes, beside those that the cloud adds. */
export function labelsOf({ cloud, name, role, spot, gpu, accelerator, labels }: Pool): Record<string, string> {
  const { spot: ofSpot, acceleratorLabel, adds } = NODES[cloud];
  return {
    ...(gpu && accelerator !== undefined && !adds.includes("acceleratorLabel") && { [acceleratorLabel]: accelerator }),
    ...labels,
    ...(gpu && GPU_SELECTOR),
    ...roleSelector(role),
    [POOL]: name,
    ...(spot && !adds.includes("spotLabel") && { [ofSpot.label.key]: ofSpot.label.value }),
  };
}

/**
 * Whether pods that tolerate nothing are to find a node among the services': Union's chart gives tolerations neither to
 * the job before an upgrade nor to its gateway, by any value.
 */
export const servicesTakeOthers = ({ workloads }: Deployment): boolean => workloads === "chart";

/**
 * Taints that a pool gives its nodes, beside those that the cloud adds.
 *
 * @param othersOnServices whether the services' nodes only ask to be left alone: tasks keep to worker nodes all the same
 */
export function taintsOf({ cloud, role, spot, gpu }: Pool, othersOnServices = false): readonly Taint[] {
  const { spot: ofSpot, adds } = NODES[cloud];
  return [
    {
      key: NODE_ROLE,
      value: role,
      effect: othersOnServices && role === "services" ? "PreferNoSchedule" : "NoSchedule",
    },
    ...(gpu && !adds.includes("gpuTaint") ? [{ key: GPU, value: "true", effect: "NoSchedule" as const }] : []),
    ...(spot ? [ofSpot.taint] : []),
  ];
}

/** A taint's effect as AWS' and Google's APIs write it. */
export const EFFECTS: Readonly<Record<Taint["effect"], string>> = {
  NoSchedule: "NO_SCHEDULE",
  PreferNoSchedule: "PREFER_NO_SCHEDULE",
};

// ---------------------------------------------------------------- tasks

/** How a pod's `spec` says which nodes it runs on. */
export interface Placement {
  /** Labels that a node must have, all of them. */
  readonly nodeSelector: Readonly<Record<string, string>>;
  /** Taints that keep the pod from no node. */
  readonly tolerations: readonly Toleration[];
}

/** The platform's own pods. */
export const ON_SERVICES: Placement = {
  nodeSelector: roleSelector("services"),
  tolerations: [roleToleration("services")],
};

const onlySpot = (pools: readonly Pool[]) => pools.length > 0 && pools.every(({ spot }) => spot);

/** Worker pools: those for tasks that ask for no GPU, and those with GPUs; the same where there are no others. */
function workersOf(deployment: Deployment): { readonly plain: readonly Pool[]; readonly withGpus: readonly Pool[] } {
  const workers = poolsOf(deployment).filter(({ role }) => role === "worker");
  const [plain, withGpus] = [workers.filter(({ gpu }) => !gpu), workers.filter(({ gpu }) => gpu)];
  return { plain: plain.length > 0 ? plain : withGpus, withGpus };
}

/** A task that is not interruptible and asks for no GPU, and what is built for tasks. */
export function onWorkers(deployment: Deployment): Placement {
  const { plain } = workersOf(deployment);
  return {
    nodeSelector: roleSelector("worker"),
    tolerations: [
      roleToleration("worker"),
      ...(plain.every(({ gpu }) => gpu) ? [GPU_TOLERATION] : []),
      ...(onlySpot(plain) ? [tolerationOf(NODES[deployment.cloud].spot.taint)] : []),
    ],
  };
}

/**
 * Where task pods may run: a part of `plugins.k8s` of the lease worker's configuration, and of the operator's, by Flyte's
 * names (flyteplugins, flytek8s/config).
 *
 * Every task keeps to worker nodes. An interruptible one goes to spot machines, any other stays off them, as far as
 * there are such machines: with GPUs and without, each task finds a node.
 *
 * A key with dots in it stands in a list of maps, as in Union's own values: as a map's key it would be split at the dots.
 */
export function taskScheduling(deployment: Deployment): Record<string, unknown> {
  const { spot, acceleratorLabel } = NODES[deployment.cloud];
  const { plain, withGpus } = workersOf(deployment);
  const { nodeSelector, tolerations } = onWorkers(deployment);
  const kinds = [plain, ...(withGpus.length > 0 ? [withGpus] : [])];
  const hasSpot = kinds.flat().some((pool) => pool.spot);
  const spotToleration = tolerationOf(spot.taint);
  const requirement = (operator: "In" | "NotIn") => ({ key: spot.label.key, operator, values: [spot.label.value] });
  return {
    "default-tolerations": tolerations,
    "default-node-selector": [nodeSelector],
    ...(hasSpot && { "interruptible-tolerations": [spotToleration] }),
    ...(kinds.every((pools) => pools.some((pool) => pool.spot)) && {
      "interruptible-node-selector-requirement": requirement("In"),
    }),
    ...(hasSpot &&
      kinds.every((pools) => pools.some((pool) => !pool.spot)) && {
        "non-interruptible-node-selector-requirement": requirement("NotIn"),
      }),
    ...(withGpus.length > 0 && {
      "resource-tolerations": [{ [GPU]: [GPU_TOLERATION, ...(onlySpot(withGpus) ? [spotToleration] : [])] }],
      "gpu-device-node-label": acceleratorLabel,
    }),
  };
}
