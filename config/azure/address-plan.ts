import { AddressSet, formatAddress, parseCidr } from "../../packets/address-set";
import type { AzureDeployment } from "../deployment";

/** The subnets of a deployment's network, as CIDR blocks. Pods have overlay addresses, which no subnet holds. */
export interface AddressPlan {
  /** Nodes: half of the network's block. */
  readonly nodes: string;
  /** The Kubernetes API, delegated to AKS: a /28. */
  readonly cluster: string;
  /** Private endpoints: a /26. */
  readonly endpoints: string;
  /** The private link service in front of the Kubernetes API, for BYOC: a /28. */
  readonly privateConnectivity: string;
}

/** Smallest network: half of it holds 251 nodes. */
const LONGEST_PREFIX = 23;

/**
 * Cuts the network's block into subnets, or takes those that are given.
 *
 * @throws RangeError if the block is too small
 */
export function planAddresses({ network }: AzureDeployment): AddressPlan {
  const { first, prefix } = parseCidr(network.cidr);
  if (prefix > LONGEST_PREFIX) {
    throw new RangeError(`'${network.cidr}' is too small (allowed: a /${LONGEST_PREFIX} or larger)`);
  }
  const small = first + (1n << BigInt(32 - prefix - 1));
  const block = (start: bigint, length: number) => `${formatAddress(4, start)}/${length}`;
  const { existing } = network;
  return {
    nodes: existing?.nodeSubnet.cidr ?? block(first, prefix + 1),
    cluster: existing?.clusterSubnet.cidr ?? block(small, 28),
    privateConnectivity: existing?.privateLinkSubnet?.cidr ?? block(small + 16n, 28),
    endpoints: existing?.endpointSubnet.cidr ?? block(small + 64n, 26),
  };
}

/** Subnets of a given network; none where it is made. */
export function givenSubnets({ network: { existing } }: AzureDeployment) {
  if (!existing) return [];
  const { nodeSubnet, clusterSubnet, endpointSubnet, privateLinkSubnet } = existing;
  return [nodeSubnet, clusterSubnet, endpointSubnet, ...(privateLinkSubnet ? [privateLinkSubnet] : [])];
}

/** Blocks of the networks that the deployment's own is connected with. */
export const connectedBlocks = ({ network: { existing, peering } }: AzureDeployment): readonly string[] =>
  existing?.connectedCidrs ?? peering?.hubCidrs ?? [];

/** Addresses of private endpoints that are there already, outside of the endpoints' subnet. */
export function givenEndpoints(deployment: AzureDeployment): readonly string[] {
  const own = AddressSet.ofCidr(planAddresses(deployment).endpoints);
  const addresses = Object.values(deployment.objectStore.existing?.endpoints ?? {});
  return [...new Set(addresses)].filter((address) => !AddressSet.ofCidr(`${address}/32`).isSubsetOf(own));
}

/** The address of cluster DNS: the tenth of the service range, as AKS itself would choose. */
export function clusterDnsAddress({ network }: AzureDeployment): string {
  return formatAddress(4, parseCidr(network.serviceCidr).first + 10n);
}
