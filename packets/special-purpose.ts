/**
 * Addresses with a purpose of their own: IANA, "IPv4 Special-Purpose Address Registry" and "IPv6 Special-Purpose Address
 * Registry" (https://www.iana.org/assignments/iana-ipv4-special-registry), RFC 1112 and 4291 for multicast.
 */
import { AddressSet } from "./address-set";

/** Addresses that no network shares with the internet: RFC 1918, 4193, 6598, loopback and link-local. */
export const PRIVATE = AddressSet.ofCidrs([
  ...["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"],
  ...["fc00::/7", "fe80::/10", "::1/128"],
]);

/** Blocks of IPv6 from which hosts beyond the own link send: global unicast, and unique local. */
const ROUTED_V6 = AddressSet.ofCidrs(["2000::/3", "fc00::/7"]);

/**
 * Addresses from which no packet comes that another host sent over a router: this host, loopback, link-local, protocol
 * assignments, documentation, benchmarks, multicast and what is reserved.
 */
export const NO_SENDERS = AddressSet.ofCidrs([
  ...["0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "192.0.0.0/24", "192.0.2.0/24", "198.18.0.0/15"],
  ...["198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3", "2001:db8::/32", "3fff::/20"],
]).union(AddressSet.ofCidr("::/0").subtract(ROUTED_V6));
