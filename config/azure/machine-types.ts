import type { MachineType, MachineTypes } from "../machine-type";

/** Sizes by name, whose first group is the number of processors: memory for each, in GiB. */
const MEMORY: readonly (readonly [size: RegExp, memory: number])[] = [
  [/^Standard_D(\d+)a?l[a-z]*_v[56]$/, 2],
  [/^Standard_D(\d+)(?![a-z]*[lp])[a-z]*_v[3456]$/, 4],
  // Larger ones have less for each processor.
  [/^Standard_E([248]|16|20|32|48)(?!p)[a-z]*_v[3456]$/, 8],
  [/^Standard_F(\d+)s_v2$/, 2],
];

/** Sizes with NVIDIA GPUs. */
const WITH_GPUS: ReadonlyMap<string, MachineType> = new Map([
  ["Standard_NC4as_T4_v3", { cpu: 4, memory: 28, gpus: 1, accelerator: "nvidia-tesla-t4" }],
  ["Standard_NC8as_T4_v3", { cpu: 8, memory: 56, gpus: 1, accelerator: "nvidia-tesla-t4" }],
  ["Standard_NC16as_T4_v3", { cpu: 16, memory: 110, gpus: 1, accelerator: "nvidia-tesla-t4" }],
  ["Standard_NC64as_T4_v3", { cpu: 64, memory: 440, gpus: 4, accelerator: "nvidia-tesla-t4" }],
  ["Standard_NC24ads_A100_v4", { cpu: 24, memory: 220, gpus: 1, accelerator: "nvidia-a100-80gb" }],
  ["Standard_NC48ads_A100_v4", { cpu: 48, memory: 440, gpus: 2, accelerator: "nvidia-a100-80gb" }],
  ["Standard_NC96ads_A100_v4", { cpu: 96, memory: 880, gpus: 4, accelerator: "nvidia-a100-80gb" }],
  ["Standard_ND96asr_v4", { cpu: 96, memory: 900, gpus: 8, accelerator: "nvidia-tesla-a100" }],
  ["Standard_ND96amsr_A100_v4", { cpu: 96, memory: 1800, gpus: 8, accelerator: "nvidia-a100-80gb" }],
  ["Standard_NC40ads_H100_v5", { cpu: 40, memory: 320, gpus: 1, accelerator: "nvidia-h100" }],
  ["Standard_NC80adis_H100_v5", { cpu: 80, memory: 640, gpus: 2, accelerator: "nvidia-h100" }],
  ["Standard_ND96isr_H100_v5", { cpu: 96, memory: 1900, gpus: 8, accelerator: "nvidia-h100" }],
  ["Standard_ND96isr_H200_v5", { cpu: 96, memory: 1850, gpus: 8, accelerator: "nvidia-h200" }],
]);

/** A size of Azure's virtual machines of the general, memory, compute and GPU families; undefined for any other. */
function machineType(name: string): MachineType | undefined {
  const withGpus = WITH_GPUS.get(name);
  if (withGpus) return withGpus;
  for (const [size, memory] of MEMORY) {
    const cpu = Number(size.exec(name)?.[1]);
    if (cpu > 0) return { cpu, memory: cpu * memory };
  }
  return undefined;
}

/** What Azure calls its sizes: a family with the number of processors, what it has besides, and a version. */
const FORM = {
  pattern: /^Standard_[A-Z]{1,2}\d+(-\d+)?[a-z]*(_[A-Za-z0-9]+)*$/,
  example: "Standard_D8ds_v5",
} as const;

/** Sizes with GPUs or FPGAs of others than NVIDIA. */
const OF_OTHERS = /^Standard_(NG|NP)|^Standard_NV\d+as_v4$|_V710_|_MI\d+X_/;

/** Whether a size has GPUs of NVIDIA. */
const hasGpus = (size: string): boolean => /^Standard_N[CDV]/.test(size) && !OF_OTHERS.test(size);

/** Azure's. */
export const machineTypes: MachineTypes = { machineType, form: FORM, hasGpus };
