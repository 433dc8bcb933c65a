import type { MachineType, MachineTypes } from "../machine-type";

/** Graviton families carry a `g` right after the generation: m7g, c6gn, im4gn; not g5 or g4dn. */
const ARM_FAMILY = /^(a1|[a-z]+\d+g[a-z]*)\./;

/** Whether an EC2 instance type has ARM processors. */
export const isArmInstance = (type: string): boolean => ARM_FAMILY.test(type);

/** Families by the beginning of their name: memory for each processor, in GiB. */
const MEMORY: readonly (readonly [family: RegExp, memory: number])[] = [
  [/^c([678]|5[ad]?$)/, 2],
  [/^m([678]|5)/, 4],
  [/^r([678]|5)/, 8],
  [/^(g4dn|g5|g6)$/, 4],
  [/^g5g$/, 2],
  [/^(g6e|gr6)$/, 8],
  [/^p4de?$/, 12],
  [/^(p5en?|p6-b200)$/, 2048 / 192],
];

/** GPUs by family: their name, and how many a size has, where it is not one. */
const GPUS: Readonly<Record<string, { readonly name: string; readonly counts: Readonly<Record<string, number>> }>> = {
  g4dn: { name: "nvidia-tesla-t4", counts: { "12xlarge": 4 } },
  g5: { name: "nvidia-a10g", counts: { "12xlarge": 4, "24xlarge": 4, "48xlarge": 8 } },
  g5g: { name: "nvidia-t4g", counts: { "16xlarge": 2 } },
  g6: { name: "nvidia-l4", counts: { "12xlarge": 4, "24xlarge": 4, "48xlarge": 8 } },
  gr6: { name: "nvidia-l4", counts: {} },
  g6e: { name: "nvidia-l40s", counts: { "12xlarge": 4, "24xlarge": 4, "48xlarge": 8 } },
  p4d: { name: "nvidia-tesla-a100", counts: { "24xlarge": 8 } },
  p4de: { name: "nvidia-a100-80gb", counts: { "24xlarge": 8 } },
  p5e: { name: "nvidia-h200", counts: { "48xlarge": 8 } },
  p5en: { name: "nvidia-h200", counts: { "48xlarge": 8 } },
  "p6-b200": { name: "nvidia-b200", counts: { "48xlarge": 8 } },
};

/** Processors of a size: four for each `xlarge`. */
function processorsOf(size: string): number | undefined {
  const [, count] = /^(\d*)xlarge$/.exec(size) ?? [];
  if (count !== undefined) return 4 * Number(count || "1");
  return size === "large" ? 2 : size === "medium" ? 1 : undefined;
}

/** Types that do not follow their family's rule. */
const IRREGULAR: ReadonlyMap<string, MachineType> = new Map([
  ["p5.4xlarge", { cpu: 16, memory: 256, gpus: 1, accelerator: "nvidia-h100" }],
  ["p5.48xlarge", { cpu: 192, memory: 2048, gpus: 8, accelerator: "nvidia-h100" }],
]);

/** An EC2 instance type of the general, compute, memory and GPU families; undefined for any other, and for bare metal. */
function machineType(name: string): MachineType | undefined {
  const irregular = IRREGULAR.get(name);
  if (irregular) return irregular;
  const [family = "", size = ""] = name.split(".");
  const cpu = processorsOf(size);
  const [, memory] = MEMORY.find(([pattern]) => pattern.test(family)) ?? [];
  if (cpu === undefined || memory === undefined) return undefined;
  const gpus = GPUS[family];
  return { cpu, memory: cpu * memory, ...(gpus && { gpus: gpus.counts[size] ?? 1, accelerator: gpus.name }) };
}

const TYPE =
  /^([a-z]{1,3}[1-9][a-z]*(-[a-z0-9]+)?|u(7i[a-z]*)?-\d+tb\d*)\.(nano|micro|small|medium|large|\d*xlarge|metal(-\d+xl)?)$/;

/** What EC2 calls its types: a family and a size. */
const FORM = { pattern: TYPE, example: "m6i.2xlarge" } as const;

/** Whether a type has GPUs of NVIDIA; those of g4ad are another's. */
const hasGpus = (type: string): boolean =>
  /^(g|gr|p)[2-9][a-z]*(-[a-z0-9]+)?\./.test(type) && !type.startsWith("g4ad.");

/** EC2's. */
export const machineTypes: MachineTypes = { machineType, form: FORM, hasGpus };
