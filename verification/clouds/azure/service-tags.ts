/**
 * Address prefixes and service tags as Azure's rules and routes write them.
 *
 * Microsoft, "Virtual network service tags"
 * (https://learn.microsoft.com/azure/virtual-network/service-tags-overview): a tag stands for addresses that Microsoft
 * publishes and changes. `Internet` is what lies outside the virtual network and is reachable from the public internet,
 * Azure's own public addresses among it. "What is IP address 168.63.129.16?"
 * (https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16): the host's virtual address, the
 * same everywhere, from which health probes come.
 *
 * Every other tag is a named set of its own: `Storage.EastUS` is `azure:Storage.eastus`. Which numeric addresses it
 * stands for is not in the input, nor which other tags it overlaps (`AzureCloud` holds most of them).
 */
import { tagName } from "../../../config/azure/service-tags";
import { AddressSet, parseCidr } from "../../../packets/address-set";

/** The platform's address at each host: DNS, DHCP, health probes. No packet to or from it leaves the host. */
export const AZURE_HOST = AddressSet.ofCidr("168.63.129.16/32");
/** The instance metadata service, which answers on the host as well. */
const AZURE_METADATA = AddressSet.ofCidr("169.254.169.254/32");

/** Private, link-local, loopback, multicast and host addresses: nothing of the public internet has one. */
const NOT_INTERNET = AddressSet.unionOf(
  [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "224.0.0.0/3",
    "::/127",
    "fc00::/7",
    "fe80::/10",
    "ff00::/8",
  ].map((cidr) => AddressSet.ofCidr(cidr)),
).union(AZURE_HOST);

/** What the tag `Internet` stands for at an endpoint whose virtual network has no public addresses. */
export const INTERNET = AddressSet.all.subtract(NOT_INTERNET);

/** Where no packet of the internet comes from. */
export const INSIDE = AddressSet.all.subtract(INTERNET);

/** Tags whose addresses are the same everywhere and known. */
const FIXED: ReadonlyMap<string, AddressSet> = new Map(
  Object.entries({
    azureloadbalancer: AZURE_HOST,
    azure_loadbalancer: AZURE_HOST,
    azureplatformdns: AZURE_HOST,
    azureplatformimds: AZURE_METADATA,
  }),
);

export type Prefix =
  /** A block or one address, to be read together with the others of its list (`AddressSet.ofCidrs`). */
  | { readonly kind: "block"; readonly cidr: string }
  /** Addresses that are the same everywhere: all, or the host's. */
  | { readonly kind: "addresses"; readonly addresses: AddressSet }
  /** A named set. */
  | { readonly kind: "tag"; readonly addresses: AddressSet }
  | { readonly kind: "internet" }
  | { readonly kind: "virtual-network" }
  | { readonly kind: "unknown"; readonly reason: string };

const TAG = /^[a-z]\w*(\.[a-z]\w*)?$/i;

/** What one address prefix of a rule or route stands for: `*`, a block, an address or a service tag. */
export function readPrefix(text: string): Prefix {
  const lower = text.toLowerCase();
  if (lower === "*") return { kind: "addresses", addresses: AddressSet.all };
  if (lower === "internet") return { kind: "internet" };
  if (lower === "virtualnetwork" || lower === "virtual_network") return { kind: "virtual-network" };
  const fixed = FIXED.get(lower);
  if (fixed) return { kind: "addresses", addresses: fixed };
  if (TAG.test(text)) return { kind: "tag", addresses: AddressSet.ofName(tagName(text)) };
  try {
    parseCidr(text);
    return { kind: "block", cidr: text };
  } catch (error) {
    if (error instanceof RangeError) return { kind: "unknown", reason: error.message };
    throw error;
  }
}

/** What a service of a region may be named by: its tag, and that of the region where it is known. */
export function serviceNames(tag: string, region: string | undefined): string[] {
  return [tagName(tag), ...(region === undefined ? [] : [tagName(`${tag}.${region}`)])];
}
