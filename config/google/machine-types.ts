import type { MachineType, MachineTypes } from "../machine-type";

/** Series by kind of machine: memory for each processor, in GiB. */
const MEMORY: readonly (readonly [series: RegExp, memory: number])[] = [
  [/^n1-standard$/, 3.75],
  [/^n1-highmem$/, 6.5],
  [/^n1-highcpu$/, 0.9],
  [/^(e2|n2|n2d|c2|c2d|c3|c3d|n4|t2d|g2)-standard$/, 4],
  [/^(e2|n2|n2d|c2d|c3|c3d|n4)-highmem$/, 8],
  [/^(e2|n2|n2d)-highcpu$/, 1],
  [/^(c2d|c3|c3d|n4)-highcpu$/, 2],
];

/** Of each GPU of the A2 series: processors and memory, in GiB. */
const A2: ReadonlyMap<string, readonly [cpu: number, memory: number]> = new Map([
  ["highgpu", [12, 85]],
  ["ultragpu", [12, 170]],
]);

/** Types that do not follow their series' rule. */
const IRREGULAR: ReadonlyMap<string, MachineType> = new Map([
  ["n2-highmem-128", { cpu: 128, memory: 864 }],
  ["a2-megagpu-16g", { cpu: 96, memory: 1360 }],
  ["a3-highgpu-8g", { cpu: 208, memory: 1872 }],
]);

/**
 * A Compute Engine machine type of the common series; undefined for any other. How many GPUs a node has, and which, is
 * what its pool says.
 */
function machineType(name: string): MachineType | undefined {
  const irregular = IRREGULAR.get(name);
  if (irregular) return irregular;
  const [series = "", kind = "", count = ""] = name.split("-");
  const a2 = series === "a2" && /^\d+g$/.test(count) ? A2.get(kind) : undefined;
  if (a2) return { cpu: a2[0] * parseInt(count), memory: a2[1] * parseInt(count) };
  const [, memory] = MEMORY.find(([pattern]) => pattern.test(`${series}-${kind}`)) ?? [];
  return memory !== undefined && /^\d+$/.test(count) && name.split("-").length === 3
    ? { cpu: Number(count), memory: Number(count) * memory }
    : undefined;
}

const TYPE =
  /^[a-z]{1,2}\d[a-z]*-([a-z]+-\d+[a-z]?(-[a-z0-9]+)*|custom-(\w+-)?\d+-\d+(-ext)?|micro|small|medium)$|^custom-\d+-\d+(-ext)?$/;

/** What Compute Engine calls its types: a series, a kind, and a number of processors or accelerators. */
const FORM = { pattern: TYPE, example: "n2-standard-8" } as const;

/** GPUs that machines take or have, by the beginning of their type's name. */
const GPUS: readonly (readonly [types: RegExp, names: readonly string[]])[] = [
  [/^(n1-|custom-)/, ["nvidia-tesla-t4", "nvidia-tesla-v100", "nvidia-tesla-p100", "nvidia-tesla-p4"]],
  [/^a2-(highgpu|megagpu)-/, ["nvidia-tesla-a100"]],
  [/^a2-ultragpu-/, ["nvidia-a100-80gb"]],
  [/^a3-(highgpu|edgegpu)-/, ["nvidia-h100-80gb"]],
  [/^a3-megagpu-/, ["nvidia-h100-mega-80gb"]],
  [/^a3-ultragpu-/, ["nvidia-h200-141gb"]],
  [/^a4-/, ["nvidia-b200"]],
  [/^a4x-/, ["nvidia-gb200"]],
  [/^g2-/, ["nvidia-l4"]],
  [/^g4-/, ["nvidia-rtx-pro-6000"]],
];

/** GPUs that a type of machine takes or has, none where it takes none. */
export const gpusOf = (type: string): readonly string[] => GPUS.find(([types]) => types.test(type))?.[1] ?? [];

/** Whether a type has GPUs that it can't be without. */
export const hasGpus = (type: string): boolean => /^(a[2-9]x?|g[2-9])-/.test(type);

/** Compute Engine's. */
export const machineTypes: MachineTypes = { machineType, form: FORM, hasGpus };
