/** A pool of nodes, as the scheduler sees what a cloud makes of it. */
import type { Cloud } from "../../config/deployment";
import { allocatable, ephemeralStorage, machineType } from "../../config/machine-types";
import { GPU } from "../../config/scheduling";
import type { Resource, Value } from "../model";
import { isOpaque, number, object, text, unknown, type Opaque } from "../values";

export interface Taint {
  readonly key: string;
  readonly value: string;
  /** `NoSchedule`, `NoExecute` or `PreferNoSchedule`. */
  readonly effect: string;
}

/** Nodes that are all alike. */
export interface NodePool {
  readonly name: string;
  readonly resource: Resource;
  readonly taints: readonly (Taint | Opaque)[];
  /** The value of a label; undefined: its nodes certainly have no such label. */
  readonly label: (key: string) => string | Opaque | undefined;
  /** Every label whose value is known. */
  readonly labels: Readonly<Record<string, string>>;
  /** What one pod may request of a node, in processors, bytes and pieces; resources that are left out are not judged. */
  readonly room: ReadonlyMap<string, number>;
  /** Whether its nodes have GPUs, and leave it to a device plugin of the cluster to make them a resource. */
  readonly lacksDevicePlugin: boolean;
}

/** Whether nodes are known to have GPUs. */
export const hasGpus = (room: NodePool["room"]): boolean => (room.get(GPU) ?? 0) > 0;

/** Domains whose labels Kubernetes and the clouds set by themselves. */
const SET_BY_OTHERS = /(^|\.)(kubernetes\.io|k8s\.io|amazonaws\.com|google\.com|gke\.io|azure\.com)\//;

/**
 * How labels of a pool are read: those that it writes, then those that its cloud `adds` (undefined: it certainly adds
 * none of this name); any other of a cloud's own domains is not known.
 */
export function labelsOf(
  written: Value | undefined,
  adds: Readonly<Record<string, string | Opaque | undefined>>,
): Pick<NodePool, "label" | "labels"> {
  const labels = object(written) ?? {};
  const label: NodePool["label"] = (key) => {
    if (Object.hasOwn(adds, key) && adds[key] !== undefined) return adds[key];
    if (isOpaque(labels)) return labels;
    if (Object.hasOwn(labels, key)) return text(labels[key]) ?? "";
    return SET_BY_OTHERS.test(key) && !Object.hasOwn(adds, key) ? unknown(`the cloud sets ${key}`) : undefined;
  };
  const all = Object.keys({ ...(isOpaque(labels) ? {} : labels), ...adds }).map((key) => [key, label(key)] as const);
  return {
    label,
    labels: Object.fromEntries(all.filter((one): one is [string, string] => typeof one[1] === "string")),
  };
}

/** Effects as clouds' APIs write them. */
const EFFECTS: Readonly<Record<string, string>> = {
  NO_SCHEDULE: "NoSchedule",
  NO_EXECUTE: "NoExecute",
  PREFER_NO_SCHEDULE: "PreferNoSchedule",
};

/** A taint of three parts; unknown where one of them is. */
export function taintOf(parts: readonly (Value | undefined)[]): Taint | Opaque {
  const [key, value, effect] = parts.map((part) => text(part) ?? "");
  if (isOpaque(key)) return key;
  if (isOpaque(value)) return value;
  if (isOpaque(effect)) return effect;
  return { key: key ?? "", value: value ?? "", effect: EFFECTS[effect ?? ""] ?? effect ?? "" };
}

const MIB = 2 ** 20;
const GIB = 2 ** 30;

/**
 * Room on nodes of which the cloud may choose any of these machines, with a disk of this size in GiB.
 *
 * @param gpus of each node, where that is not the machine's own
 */
export function roomOf(
  cloud: Cloud,
  types: readonly (string | Opaque)[],
  disk: Value | undefined,
  gpus?: number,
): ReadonlyMap<string, number> {
  const room = new Map<string, number>();
  const machines = types.map((type) => (typeof type === "string" ? machineType(cloud, type) : undefined));
  const known = machines.flatMap((machine) => (machine ? [allocatable(machine)] : []));
  if (known.length > 0 && known.length === machines.length) {
    const least = (of: "cpu" | "memory" | "gpus") => Math.min(...known.map((machine) => machine[of]));
    room.set("cpu", least("cpu") / 1000);
    room.set("memory", least("memory") * MIB);
    room.set(GPU, least("gpus"));
  }
  if (gpus !== undefined) room.set(GPU, gpus);
  const size = number(disk);
  if (typeof size === "number") room.set("ephemeral-storage", ephemeralStorage(size) * GIB);
  return room;
}
