import { formatAddress, parseCidr } from "../../packets/address-set";
import type { GoogleDeployment } from "../deployment";

/** The blocks of a deployment's network. */
export interface AddressPlan {
  /** Pods: half of the network's block; GKE gives each node a /24 of it. */
  readonly pods: string;
  /** Nodes: a quarter of the block. */
  readonly nodes: string;
  /** The Kubernetes API's address: a /28. */
  readonly cluster: string;
  /** Private Service Connect's translated addresses of those who connect, for BYOC: a /28. */
  readonly privateConnectivity: string;
  /** The proxies in front of the Kubernetes API, for BYOC: a /26. */
  readonly proxies: string;
}

/** Smallest network: half of it holds eight nodes' pods. */
const LONGEST_PREFIX = 20;

/**
 * Cuts the network's block into ranges, or takes those that are given.
 *
 * @throws RangeError if the block is too small
 */
export function planAddresses({ network }: GoogleDeployment): AddressPlan {
  const { first, prefix } = parseCidr(network.cidr);
  if (prefix > LONGEST_PREFIX) {
    throw new RangeError(`'${network.cidr}' is too small (allowed: a /${LONGEST_PREFIX} or larger)`);
  }
  const quarter = 1n << BigInt(32 - prefix - 2);
  const small = first + 3n * quarter;
  const block = (start: bigint, length: number) => `${formatAddress(4, start)}/${length}`;
  const { existing } = network;
  return {
    pods: existing?.podRange.cidr ?? block(first, prefix + 1),
    nodes: existing?.nodeSubnet.cidr ?? block(first + 2n * quarter, prefix + 2),
    cluster: existing?.clusterSubnet.cidr ?? block(small, 28),
    privateConnectivity: existing?.consumerSubnet?.cidr ?? block(small + 16n, 28),
    proxies: existing?.proxySubnet?.cidr ?? block(small + 64n, 26),
  };
}
