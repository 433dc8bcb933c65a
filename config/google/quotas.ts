/** Quotas of a region that a deployment's machines count against. */
import type { GoogleDeployment } from "../deployment";
import { machineType } from "../machine-types";
import { defaultDiskType, SYSTEM_DISK_GIB } from "./disk-types";

/** How much of a quota a deployment takes. */
export interface Quota {
  /** As `gcloud compute regions describe` names it. */
  readonly metric: string;
  /** Series of machines (`N4`), where its processors are a part of one metric; only Cloud Quotas tells of these. */
  readonly family?: string | undefined;
  /** With the fewest nodes of each pool. */
  readonly fewest: number;
  /** With the most nodes of each pool. */
  readonly most: number;
}

/** Series of machines whose processors have a quota of their own; those of E2 and N1 share one. */
const OWN_QUOTA = /^(a2|c2|c2d|c3|m1|m2|m3|n2|n2d|t2d)$/;
const LOCAL_SSD_GB = 375;
const DISK_METRICS = {
  "pd-standard": "DISKS_TOTAL_GB",
  "pd-balanced": "SSD_TOTAL_GB",
  "pd-ssd": "SSD_TOTAL_GB",
  "hyperdisk-balanced": "HDB_TOTAL_GB",
} as const;

type Metric = Pick<Quota, "metric" | "family">;

/** What one pool's node takes, by quota. */
function ofNode(pool: GoogleDeployment["nodePools"][string]): (readonly [Metric, amount: number])[] {
  const { machineType: type, accelerator, diskType, diskGiB, localSsds, spot } = pool;
  const cpus = machineType("google", type)?.cpu;
  return [
    ...(cpus === undefined ? [] : [[processors(type), cpus] as const]),
    [{ metric: DISK_METRICS[diskType ?? defaultDiskType(type)] }, diskGiB],
    ...(localSsds === undefined ? [] : [[{ metric: "LOCAL_SSD_TOTAL_GB" }, localSsds * LOCAL_SSD_GB] as const]),
    ...(accelerator ? [[{ metric: accelerators(accelerator.type, spot) }, accelerator.count] as const] : []),
  ];
}

function processors(type: string): Metric {
  const [series = ""] = type.split("-");
  if (series === "e2" || series === "n1") return { metric: "CPUS" };
  const family = series.toUpperCase();
  return OWN_QUOTA.test(series)
    ? { metric: `${family}_CPUS` }
    : { metric: `CPUS_PER_VM_FAMILY (vm_family ${family})`, family };
}

const accelerators = (type: string, spot: boolean) =>
  `${spot ? "PREEMPTIBLE_" : ""}${type.replace("tesla-", "").replaceAll("-", "_").toUpperCase()}_GPUS`;

/** Every quota of the region that the deployment's pools and addresses count against. */
export function quotasOf({ nodePools, cluster: { systemPool }, network }: GoogleDeployment): readonly Quota[] {
  const system = { ...systemPool, role: "services", spot: false, diskGiB: SYSTEM_DISK_GIB, labels: {} } as const;
  const taken = new Map<string, Quota>();
  const take = ({ metric, family }: Metric, fewest: number, most: number) => {
    const before = taken.get(metric);
    taken.set(metric, { metric, family, fewest: (before?.fewest ?? 0) + fewest, most: (before?.most ?? 0) + most });
  };
  for (const pool of [system, ...Object.values(nodePools)])
    for (const [metric, amount] of ofNode(pool)) take(metric, amount * pool.min, amount * pool.max);
  if (!network.existing) {
    const { natAddresses } = network;
    const count = typeof natAddresses === "number" ? natAddresses : natAddresses.length;
    if (typeof natAddresses === "number") take({ metric: "STATIC_ADDRESSES" }, count, count);
    take({ metric: "IN_USE_ADDRESSES" }, count, count);
  }
  return [...taken.values()];
}
