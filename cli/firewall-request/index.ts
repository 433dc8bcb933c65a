/** What the network team is asked to let out for a deployment, and what not: from the paths that verification requires. */
import { tunnelRegionOf } from "../../config/egress";
import type { Deployment } from "../../config/deployment";
import { outwardPaths, outwardSources } from "../../verification/promises/deployment-policy/outward";
import { cloudOf } from "../clouds/index";

/** One rule of a firewall; each opens connections from inside only. */
export interface RequestedRule {
  readonly direction: "outbound";
  readonly sources: readonly string[];
  /** Blocks, or on Azure service tags. */
  readonly destinations: readonly string[];
  readonly hosts: readonly string[];
  readonly protocol: string;
  readonly port: number;
  /** The paths that take it, as reports name them. */
  readonly reason: string;
  /** Paragraphs of the document. */
  readonly paragraph: string;
}

export interface FirewallRequest {
  readonly rules: readonly RequestedRule[];
  /** What must hold for these rules, as sentences. */
  readonly conditions: readonly string[];
  /** What nobody needs to open, as sentences. */
  readonly notAskedFor: readonly string[];
}

/** @param natAddresses of the deployment's own NAT, once it stands; default: they are not known */
export function firewallRequest(deployment: Deployment, natAddresses: readonly string[] = []): FirewallRequest {
  const nodes = outwardSources(deployment);
  const translated = natAddresses.length > 0 ? natAddresses.map((address) => `${address}/32`) : nodes;
  const rules = outwardPaths(deployment).flatMap(({ names, paragraphs, to, hosts, services, byNat }) =>
    services.ranges().flatMap(({ protocols: [protocol], ports: [first, last] }) =>
      Array.from({ length: last - first + 1 }, (_, i): RequestedRule => ({
        direction: "outbound",
        sources: byNat ? translated : nodes,
        destinations: to,
        hosts,
        protocol: PROTOCOLS[protocol] ?? String(protocol),
        port: first + i,
        reason: names.join("; "),
        paragraph: paragraphs.join("; "),
      })),
    ),
  );
  const isHidden = hasOwnNat(deployment) && natAddresses.length === 0;
  return { rules, conditions: [...conditions(deployment, isHidden)], notAskedFor: NOT_ASKED_FOR };
}

/** Those that a deployment may ask for. */
const PROTOCOLS: Readonly<Record<number, string>> = { 6: "TCP", 17: "UDP" };

/** @param isHidden whether sources are behind a NAT whose addresses are not known */
function* conditions(deployment: Deployment, isHidden: boolean): Generator<string> {
  const { tunnel, name } = deployment;
  yield "The firewall is stateful: answers to these connections come back, and nothing else comes in.";
  yield "TLS and QUIC are passed through, not inspected: cloudflared takes no certificate but Cloudflare's, and the operator none but the control plane's.";
  yield "There is no HTTP proxy on the way: cloudflared knows none.";
  yield `Both names of the tunnel's edge ('${tunnelRegionOf(deployment)}') are open: with one alone the tunnel is not highly available, or does not start.`;
  yield TRANSPORT[tunnel.protocol];
  yield "A firewall that reads names in TLS (SNI) sees h2.cftunnel.com on TCP 7844 and quic.cftunnel.com on UDP 7844, not the edge's own.";
  yield "Where rules are by address, follow Cloudflare's list (cloudflare.com/ips): a changed block is a new request.";
  if (isHidden)
    yield `These sources are behind the data plane's own NAT: a firewall beyond it sees the addresses that 'npx cdktf output ${name}' prints as 'nat_addresses'; '--outputs' has them in this ticket.`;
}

const TRANSPORT: Readonly<Record<Deployment["tunnel"]["protocol"], string>> = {
  auto: "The tunnel tries QUIC (UDP 7844) first, then HTTP/2 (TCP 7844). Where UDP stays closed, refuse it rather than drop it, or say so: 'tunnel.protocol: http2' then asks for TCP alone.",
  http2: "The tunnel is HTTP/2 over TCP 7844 alone: no UDP is asked for.",
  quic: "The tunnel is QUIC over UDP 7844 alone: where UDP is dropped or inspected there is no other way, and 'tunnel.protocol: http2' asks for TCP instead.",
};

/** Whether the deployment makes its own NAT, which hides nodes' addresses from whatever stands beyond. */
export function hasOwnNat(deployment: Deployment): boolean {
  return !deployment.network.existing && cloudOf(deployment).makesNat;
}

const NOT_ASKED_FOR: readonly string[] = [
  "Any inbound rule, port forwarding or public address: every connection is opened from inside.",
  "A VPN or a peering with Union.ai or Cloudflare.",
  "Any other port, and any other destination: no 0.0.0.0/0, no general HTTPS to the internet.",
  "Public registries and package servers: images come through the cloud's own registry.",
];
