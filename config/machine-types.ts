import { machineTypes as aws } from "./aws/machine-types";
import { machineTypes as azure } from "./azure/machine-types";
import type { Cloud } from "./deployment";
import { machineTypes as google } from "./google/machine-types";
import type { MachineType, MachineTypes } from "./machine-type";

const TYPES: Readonly<Record<Cloud, MachineTypes>> = { aws, google, azure };

/** What a cloud's type of machine has; undefined for a type that is not among those known here. */
export const machineType = (cloud: Cloud, name: string): MachineType | undefined => TYPES[cloud].machineType(name);

/** How a cloud writes its types of machines: whatever is not so, it has not. */
export const machineTypeForm = (cloud: Cloud): MachineTypes["form"] => TYPES[cloud].form;

/** Whether machines of a type have GPUs of NVIDIA without being asked for them. */
export const hasGpus = (cloud: Cloud, name: string): boolean => TYPES[cloud].hasGpus(name);

/** What pods may request of a node together. */
export interface Allocatable {
  /** In thousandths of a processor. */
  readonly cpu: number;
  /** In MiB. */
  readonly memory: number;
  readonly gpus: number;
}

/** The most memory that any of the clouds keeps from pods, on a node of any size, in MiB: AKS, for 250 pods. */
const MOST_RESERVED = 5150;

/**
 * What a kubelet leaves to pods: at least this much on each cloud. They keep different parts of a machine, of processors
 * AKS the most, of memory AKS on large machines and Google on small ones.
 */
export const allocatable = ({ cpu, memory, gpus = 0 }: MachineType): Allocatable => ({
  cpu: cpu * 1000 - (100 + cpu * 10),
  memory: Math.floor(memory * 1024 - Math.min(memory * 1024 * 0.25, MOST_RESERVED) - 100),
  gpus,
});

/**
 * What a kubelet leaves to pods of a disk, in GiB: a tenth of it is the threshold of eviction, 1 GiB is reserved, and the
 * file system takes a little.
 */
export const ephemeralStorage = (diskGiB: number): number => Math.floor(diskGiB * 0.9) - 2;
