import { AddressSet, formatAddress, parseCidr } from "../../packets/address-set";
import { zonesOfRegion } from "../cloud-regions";
import type { AwsDeployment } from "../deployment";

/** One availability zone's subnets, as CIDR blocks. */
export interface ZonePlan {
  /** Name of the availability zone, e.g. `us-east-2a`; another account may call another place so. */
  readonly zone: string;
  /** Nodes and pods: the large private subnet. */
  readonly node: string;
  /** The Kubernetes API's addresses and the VPC endpoints: a small private subnet without a way out. */
  readonly cluster: string;
  /** NAT gateway only. */
  readonly public: string;
  /** Pods, where they have a block of their own. Default: they have none. */
  readonly pod?: string;
  /**
   * Nodes have left the zone: its blocks stay taken, and EKS keeps the Kubernetes API's subnet of it. Default: nodes
   * are in it.
   */
  readonly isLeft?: true;
}

/** Zones that a deployment's network was made with: given, or the first three of its region. */
export const zonesOf = ({ cloudRegion, network }: AwsDeployment): readonly string[] =>
  network.zones ?? zonesOfRegion("aws", cloudRegion).slice(0, 3);

/**
 * Cuts the network's block into subnets: one node block a zone, and from the block behind them a small cluster and a
 * small public one a zone (/24, smaller where node subnets are smaller than /21). A zone that was added takes the first
 * blocks that are free, and moves none of those before it; one that was left keeps its own.
 *
 * @throws RangeError if the block is too small for its zones
 */
export function planAddresses(deployment: AwsDeployment): ZonePlan[] {
  const { cidr, nodeSubnetPrefix, addedZones, leftZones } = deployment.network;
  const zones = zonesOf(deployment);
  const { first, prefix } = parseCidr(cidr);
  const blocks = 2 ** Math.max(0, nodeSubnetPrefix - prefix);
  if (nodeSubnetPrefix <= prefix || blocks < zones.length + 1) {
    const enough = nodeSubnetPrefix - Math.ceil(Math.log2(zones.length + 1));
    throw new RangeError(
      `'${cidr}' is too small for ${zones.length} zones: each takes a /${nodeSubnetPrefix} for nodes, and one more /${nodeSubnetPrefix} holds the small subnets ` +
        `(allowed: ${enough < LARGEST_NETWORK ? "" : `a /${enough} or larger, `}fewer 'zones', a longer 'nodeSubnetPrefix', or, of a network that stands, the further zone in 'addedZones')`,
    );
  }
  const smallPrefix = Math.max(24, nodeSubnetPrefix + Math.ceil(Math.log2(2 * zones.length)));
  if (smallPrefix > 28) {
    throw new RangeError(
      `'nodeSubnetPrefix' ${nodeSubnetPrefix} leaves no room for the small subnets of ${zones.length} zones (allowed: at most ${nodeSubnetPrefix - smallPrefix + 28})`,
    );
  }
  const small = first + sizeOf(nodeSubnetPrefix) * BigInt(zones.length);
  const plan = zones.map((zone, index) => ({
    zone,
    node: block(first, nodeSubnetPrefix, index),
    public: block(small, smallPrefix, index),
    cluster: block(small, smallPrefix, zones.length + index),
  }));
  for (const zone of addedZones) plan.push(addedZone(zone, deployment.network, smallPrefix, plan));
  const { podCidr } = deployment.network;
  return plan.map((planned, index) => ({
    ...planned,
    ...(podCidr !== undefined && { pod: podBlock(podCidr, index) }),
    ...(leftZones.includes(planned.zone) && { isLeft: true as const }),
  }));
}

/** Prefix of the largest block that AWS gives a VPC. */
export const LARGEST_NETWORK = 16;

/** Zones that a block of pods is cut for, so that one that is added moves none. */
const POD_SLOTS = 8;

function podBlock(podCidr: string, index: number): string {
  if (index >= POD_SLOTS) throw new RangeError(`'podCidr' has blocks for ${POD_SLOTS} zones (allowed: fewer zones)`);
  const { first, prefix } = parseCidr(podCidr);
  return block(first, prefix + Math.log2(POD_SLOTS), index);
}

/** Longest prefix of a node subnet. */
const SMALLEST_NODE_SUBNET = 25;

/** The first free blocks of the network; those of nodes are smaller where no block of their usual size is left. */
function addedZone(
  zone: string,
  { cidr, nodeSubnetPrefix }: AwsDeployment["network"],
  smallPrefix: number,
  before: readonly ZonePlan[],
): ZonePlan {
  const { first, prefix } = parseCidr(cidr);
  const taken = before.flatMap((planned) => [planned.node, planned.public, planned.cluster]);
  const take = (shortest: number, longest: number) => {
    for (let length = shortest; length <= longest; length++) {
      for (let index = 0; index < 2 ** Math.max(0, length - prefix); index++) {
        const free = block(first, length, index);
        if (taken.some((other) => AddressSet.ofCidr(other).overlaps(AddressSet.ofCidr(free)))) continue;
        taken.push(free);
        return free;
      }
    }
    throw new RangeError(
      `'${cidr}' has no room left for '${zone}' (allowed: fewer 'addedZones'; blocks of zones that stand are never moved)`,
    );
  };
  // The small ones first: they go where no larger block fits.
  const [publicBlock, cluster] = [take(smallPrefix, smallPrefix), take(smallPrefix, smallPrefix)];
  return { zone, node: take(nodeSubnetPrefix, SMALLEST_NODE_SUBNET), public: publicBlock, cluster };
}

const sizeOf = (prefix: number) => 1n << BigInt(32 - prefix);

/** The block of this prefix length that has `index` such before it, from `start` on. */
const block = (start: bigint, prefix: number, index: number) =>
  `${formatAddress(4, start + sizeOf(prefix) * BigInt(index))}/${prefix}`;

/** Blocks of the private subnets, of a network that is made or given. */
export function privateSubnets(deployment: AwsDeployment): {
  readonly node: readonly string[];
  readonly cluster: readonly string[];
} {
  const { existing } = deployment.network;
  if (existing)
    return {
      node: existing.nodeSubnets.map(({ cidr }) => cidr),
      cluster: existing.clusterSubnets.map(({ cidr }) => cidr),
    };
  const plan = planAddresses(deployment);
  return {
    node: plan.flatMap(({ node, isLeft }) => (isLeft ? [] : [node])),
    cluster: plan.map(({ cluster }) => cluster),
  };
}
