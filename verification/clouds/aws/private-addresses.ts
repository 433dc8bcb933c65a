/**
 * What has private addresses only is reached from other networks by routes alone: where the input has none of them, whether
 * a packet from outside arrives can't be told.
 *
 * Amazon VPC User Guide, "IP addressing for your VPCs and subnets"
 * (https://docs.aws.amazon.com/vpc/latest/userguide/vpc-ip-addressing.html): a VPC's own block may be of public addresses,
 * and is still reached inside of the VPC alone; an IPv6 address is public wherever a gateway leads to it.
 */
import type { Endpoint } from "../../model";
import { AddressSet } from "../../../packets/address-set";
import { ANY_V6, type Subnet, type Vpc } from "./network";
import { oncePer } from "../../once-per";

type Routes = NonNullable<Endpoint["routes"]>;

/** RFC 1918, 6598 and 4193: whoever has such an address is in a network that is connected, if at all. */
const PRIVATE = AddressSet.ofCidrs(["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"]);
const ELSEWHERE = AddressSet.all.subtract(PRIVATE);
const CONSUMERS = AddressSet.ofName("aws:privatelink");

const MISSING = "the subnet that it is in is not in the input";
const ADD = "add it with the VPC's route tables, gateways, peerings and VPNs";

/**
 * Routes of an interface without a public address where those of its subnet are not all known.
 *
 * @param why what is not known of them
 */
export function unrouted(subnet: Subnet | undefined, why = MISSING): Routes {
  // The addresses of a subnet that is not in the input are not known, and so not known to be public.
  const hasV6 = subnet?.resource !== undefined && subnet.addresses.overlaps(ANY_V6);
  return {
    outbound: AddressSet.all,
    inbound: AddressSet.all,
    unproved: {
      outbound: AddressSet.empty,
      inbound: hasV6 ? ELSEWHERE.subtract(ANY_V6) : ELSEWHERE,
      why: `it has private addresses only, and ${why}: ${ADD}`,
    },
  };
}

/** `routes` of what a PrivateLink service exposes: its consumers come beside them. */
export function exposed(routes: Routes): Routes {
  const { unproved } = routes;
  return {
    ...routes,
    inbound: AddressSet.all,
    ...(unproved && { unproved: { ...unproved, inbound: unproved.inbound.subtract(CONSUMERS) } }),
  };
}

/** The VPC's own blocks of public addresses, undefined where it has none. */
export const publicBlocksOf = (vpc: Vpc | undefined): AddressSet | undefined => vpc?.cidrs && publicOf(vpc.cidrs);

const publicOf = oncePer((cidrs: readonly string[]): AddressSet | undefined => {
  const blocks = AddressSet.unionOf(cidrs.map((cidr) => AddressSet.ofCidr(cidr))).subtract(PRIVATE);
  return blocks.isEmpty ? undefined : blocks;
});
