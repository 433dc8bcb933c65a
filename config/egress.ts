import {
  addressesOf,
  byFamily,
  CLOUDFLARE,
  tunnelEdge,
  unionOfCidrs,
  type Cidrs,
  type TunnelRegion,
} from "./control-plane";
import { isSevered, severedChannels } from "./channels";
import type { Deployment } from "./deployment";
import { AddressSet } from "../packets/address-set";

/** What a deployment lets out, as blocks. Document: "Egress configuration". */
export interface Egress {
  /** Cloudflare's blocks, as the mode names them, whether or not a channel to them is severed. */
  readonly cloudflare: Cidrs;
  /** TCP 443: the control plane's endpoint, which ends at the Cloudflare edge. */
  readonly https: Cidrs;
  /** Port 7844, over {@link Egress.tunnelProtocols}: the Cloudflare Tunnel. */
  readonly tunnel: Cidrs;
  /** What `tunnel.protocol` may use: UDP for `quic`, TCP for `http2`, both for `auto`. */
  readonly tunnelProtocols: readonly ("tcp" | "udp")[];
  /** TCP 443: the deployment's further control-plane blocks. */
  readonly controlPlane: Cidrs;
}

export const HTTPS_PORT = 443;
export const TUNNEL_PORT = 7844;

const NOWHERE: Cidrs = { ipv4: [], ipv6: [] };

/** The blocks that a deployment's `egress` and `tunnel` settings stand for, but for those of severed channels. */
export function egressOf(deployment: Deployment): Egress {
  const whole = unseveredEgressOf(deployment);
  return {
    ...whole,
    ...(isSevered(deployment, "tunnel") && { tunnel: NOWHERE }),
    ...(isSevered(deployment, "grpc") && { https: NOWHERE, controlPlane: NOWHERE }),
  };
}

/** The same, were no channel severed. */
export function unseveredEgressOf({ egress, tunnel }: Deployment): Egress {
  const cloudflare = egress.mode === "list" ? byFamily(egress.cidrs ?? []) : CLOUDFLARE;
  return {
    cloudflare,
    https: cloudflare,
    tunnel: egress.mode === "tunnel-regions" ? unionOfCidrs((egress.tunnelRegions ?? []).map(tunnelEdge)) : cloudflare,
    tunnelProtocols: { auto: ["tcp", "udp"] as const, http2: ["tcp"] as const, quic: ["udp"] as const }[
      tunnel.protocol
    ],
    controlPlane: byFamily(egress.controlPlaneCidrs),
  };
}

/**
 * Whether all of what cloudflared looks at when it starts is open: both transports to the edge, and api.cloudflare.com,
 * which may be at any of Cloudflare's published addresses.
 */
export function reachesPreChecks(deployment: Deployment): boolean {
  const { egress, tunnel } = deployment;
  return egress.mode !== "list" && tunnel.protocol === "auto" && severedChannels(deployment).length === 0;
}

/** The region of the edge that cloudflared connects to. */
export function tunnelRegionOf({ egress, tunnel }: Deployment): TunnelRegion {
  return tunnel.region ?? egress.tunnelRegions?.[0] ?? "global";
}

/** Blocks of `list` that are not wholly inside Cloudflare's published ones. */
export function outsideCloudflare(list: readonly string[]): string[] {
  const published = addressesOf(CLOUDFLARE);
  return list.filter((cidr) => !AddressSet.ofCidr(cidr).isSubsetOf(published));
}
