import type { MachineType } from "../machine-types";

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
export function machineType(name: string): MachineType | undefined {
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
