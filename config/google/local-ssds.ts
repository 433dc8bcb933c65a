/** Local SSDs of nodes: how many a type of machine takes, by cloud.google.com/compute/docs/disks/local-ssd. */

/** Series, and variants of series, that take none. */
const NONE = /^(e2|f1|g1|h3|n4|n4a|n4d|t2a|t2d)-|^(c3|c3d|c4|c4a|c4d|h4d)-(?!.*lssd)/;

const FLEXIBLE = [1, 2, 4, 8, 16, 24] as const;
const COMPUTE = [1, 2, 4, 8] as const;

/** By series: the most processors up to which machines take these numbers. */
const BY_PROCESSORS: Readonly<Record<string, readonly (readonly [most: number, counts: readonly number[]])[]>> = {
  n1: [[96, [1, 2, 3, 4, 5, 6, 7, 8, 16, 24]]],
  n2: [
    [10, FLEXIBLE],
    [20, FLEXIBLE.slice(1)],
    [40, FLEXIBLE.slice(2)],
    [80, FLEXIBLE.slice(3)],
    [128, FLEXIBLE.slice(4)],
  ],
  n2d: [
    [16, FLEXIBLE],
    [48, FLEXIBLE.slice(1)],
    [80, FLEXIBLE.slice(2)],
    [224, FLEXIBLE.slice(3)],
  ],
  c2: [
    [8, COMPUTE],
    [16, COMPUTE.slice(1)],
    [30, COMPUTE.slice(2)],
    [60, COMPUTE.slice(3)],
  ],
  c2d: [
    [16, COMPUTE],
    [32, COMPUTE.slice(1)],
    [56, COMPUTE.slice(2)],
    [112, COMPUTE.slice(3)],
  ],
};

/** By type of machine. */
const BY_TYPE: Readonly<Record<string, readonly number[]>> = {
  "a2-highgpu-1g": COMPUTE,
  "a2-highgpu-2g": COMPUTE.slice(1),
  "a2-highgpu-4g": COMPUTE.slice(2),
  "a2-highgpu-8g": COMPUTE.slice(3),
  "a2-megagpu-16g": COMPUTE.slice(3),
  "g2-standard-4": [1],
  "g2-standard-8": [1],
  "g2-standard-12": [1],
  "g2-standard-16": [1],
  "g2-standard-24": [2],
  "g2-standard-32": [1],
  "g2-standard-48": [4],
  "g2-standard-96": [8],
};

/** Numbers that a type of machine takes, none where it takes no local SSD; undefined for one that is not known here. */
export function localSsdsOf(machineType: string): readonly number[] | undefined {
  if (NONE.test(machineType)) return [];
  const [, series = "", processors] = /^([a-z0-9]+)-[a-z]+-(\d+)/.exec(machineType) ?? [];
  const bySeries = BY_PROCESSORS[series]?.find(([most]) => Number(processors) <= most);
  return BY_TYPE[machineType] ?? bySeries?.[1];
}
