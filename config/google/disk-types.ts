/** Boot disks of nodes: what a series of machines takes, by cloud.google.com/compute/docs/disks. */

export const DISK_TYPES = ["pd-standard", "pd-balanced", "pd-ssd", "hyperdisk-balanced"] as const;
export type DiskType = (typeof DISK_TYPES)[number];

/** Size of the boot disk of nodes of the cluster's own parts, in GiB. */
export const SYSTEM_DISK_GIB = 100;

/** Series that no Persistent Disk boots. */
const HYPERDISK_ONLY = /^((a4|a4x|c4|c4a|c4d|g4|h4d|m4|n4|n4a|n4d|x4)-|a3-ultragpu-)/;
/** Series that Hyperdisk Balanced does not boot. */
const PERSISTENT_ONLY = /^(a2|c2|c2d|e2|g2|n1|n2|n2d|t2a|t2d)-/;
/** Series that take no standard Persistent Disk. */
const SOLID_STATE_ONLY = /^(a3|c3|c3d|h3|m3|z3)-/;

/** Boot disks that a type of machine takes; of a type that is not known here, every one. */
export function diskTypesOf(machineType: string): readonly DiskType[] {
  return DISK_TYPES.filter((type) => {
    if (type === "hyperdisk-balanced") return !PERSISTENT_ONLY.test(machineType);
    if (HYPERDISK_ONLY.test(machineType)) return false;
    return type !== "pd-standard" || !SOLID_STATE_ONLY.test(machineType);
  });
}

/** The boot disk of a type of machine for which a deployment names none. */
export const defaultDiskType = (machineType: string): DiskType =>
  diskTypesOf(machineType).includes("pd-balanced") ? "pd-balanced" : "hyperdisk-balanced";
