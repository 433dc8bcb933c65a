/**
 * The control plane's side of every connection, read from data: `regions.json` (document: "Regional endpoints") and
 * `cloudflare-ips.json` (document: "Egress configuration").
 */
import regions from "../regions.json";
import { AddressSet } from "../packets/address-set";
import { cloudflareIps, type TunnelRegion } from "./cloudflare-ips";

export { TUNNEL_REGIONS, type TunnelRegion } from "./cloudflare-ips";

/** A control-plane region: a key of `regions.json`. */
export type Region = keyof typeof regions;

/** Blocks of both address families. */
export interface Cidrs {
  /** CIDR blocks; may be empty. */
  readonly ipv4: readonly string[];
  /** CIDR blocks; may be empty. */
  readonly ipv6: readonly string[];
}

export const REGIONS = Object.keys(regions) as [Region, ...Region[]];

/** Cloudflare's published blocks (cloudflare.com/ips); they are read, and checked, when they are first asked for. */
export const CLOUDFLARE: Cidrs = {
  get ipv4() {
    return cloudflareIps().published.ipv4;
  },
  get ipv6() {
    return cloudflareIps().published.ipv6;
  },
};

/** Where cloudflared connects in one region of the tunnel's edge; both blocks of a family are needed (region1, region2). */
export function tunnelEdge(region: TunnelRegion): Cidrs {
  return cloudflareIps().tunnelEdge[region];
}

/** Names of that edge, which cloudflared looks up and needs both of. */
export function tunnelHosts(region: TunnelRegion): readonly string[] {
  const prefix = region === "global" ? "" : `${region}-`;
  return [1, 2].map((number) => `${prefix}region${number}.v2.argotunnel.com`);
}

/** The control plane's host name for one tenant, e.g. `acme.us-west-2.unionai.cloud`. */
export function controlPlaneHost(tenant: string, region: Region): string {
  return `${tenant}.${regions[region].endpoint}`;
}

/** Cidrs as an exact set of addresses. */
export function addressesOf(cidrs: Cidrs): AddressSet {
  return AddressSet.ofCidrs([...cidrs.ipv4, ...cidrs.ipv6]);
}

/** Sorts a mixed list into its families. */
export function byFamily(cidrs: readonly string[]): Cidrs {
  return { ipv4: cidrs.filter((cidr) => !cidr.includes(":")), ipv6: cidrs.filter((cidr) => cidr.includes(":")) };
}

/** The union of lists, without repeats. */
export function unionOfCidrs(lists: readonly Cidrs[]): Cidrs {
  const flat = (family: keyof Cidrs) => [...new Set(lists.flatMap((list) => list[family]))];
  return { ipv4: flat("ipv4"), ipv6: flat("ipv6") };
}
