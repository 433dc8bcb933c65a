/**
 * `tunnel-region`. Document: "Egress configuration": blocks "can be further restricted to specific Cloudflare regions".
 *
 * Each container that runs `cloudflared tunnel` connects to a region of Cloudflare's edge that exists: the global one
 * (nothing said), or one of the names that cloudflared knows. Flags count, and so do the environment variables that
 * stand for them; a flag wins.
 *
 * In a deployment of this package, region and protocol are those that it names; cloudflared does not replace itself,
 * shows its insides only where the deployment says so, and has its token by its environment alone; with
 * `egress.mode: tunnel-regions` nodes and the tunnel's pods reach port 7844 in the edges of the named regions only.
 */
import { addressesOf, tunnelEdge, unionOfCidrs } from "../../config/control-plane";
import type { Deployment } from "../../config/deployment";
import { TUNNEL_PORT } from "../../config/egress";
import { PLATFORM_NAMESPACE } from "../../config/names";
import { AddressSet } from "../../packets/address-set";
import { protocolName } from "../../packets/protocols";
import { ServiceSet } from "../../packets/service-set";
import { checkedByClouds } from "../clouds/index";
import { reach } from "../evaluate";
import { extentOf } from "../extent";
import type { Endpoint } from "../model";
import type { Invariant } from "./invariant";
import type { Judged } from "../judged";
import type { Problem } from "../problem";

export const invariant: Invariant = {
  id: "tunnel-region",
  title: "The tunnel connects to the region of Cloudflare's edge that is named, and to no other.",
  paragraph: "Egress configuration",
  remedy: "Give cloudflared the region, the protocol and the egress that the deployment names.",
  *check(judged) {
    yield* checkedByClouds("tunnel-region", judged);
    if (judged.deployment) yield* judgeEgress(judged, judged.deployment);
  },
};

/** The Deployment whose pods hold the tunnel. */
const TUNNEL = "union-operator-proxy";

function* judgeEgress({ system, policy }: Judged, { egress }: Deployment): Generator<Problem> {
  if (egress.mode !== "tunnel-regions") return;
  const edges = addressesOf(unionOfCidrs((egress.tunnelRegions ?? []).map(tunnelEdge)));
  const beyond = {
    addresses: AddressSet.all.numeric().subtract(policy.inside).subtract(edges),
    groups: new Set<string>(),
  };
  for (const endpoint of system.endpoints.filter(holdsTunnel)) {
    const { allowed, possible } = reach(endpoint, "outbound", beyond);
    const packets = possible.onServices(ServiceSet.of("any", TUNNEL_PORT));
    const packet = packets.sample();
    if (!packet) continue;
    const isCertain = allowed.onServices(ServiceSet.of("any", TUNNEL_PORT)).overlaps(possible);
    yield {
      status: isCertain ? "violated" : "unknown",
      resource: endpoint.id,
      location: endpoint.location,
      message: `reaches port ${TUNNEL_PORT} beyond the edge of ${(egress.tunnelRegions ?? []).join(", ")}`,
      counterexample: {
        direction: "outbound",
        protocol: protocolName(packet.protocol),
        source: endpoint.addresses.sample() ?? endpoint.id,
        destination: packet.address,
        port: packet.port,
      },
      extent: extentOf(packets.key()),
    };
  }
}

const holdsTunnel = ({ kind, id }: Endpoint) => kind === "node" || id === `deployment/${PLATFORM_NAMESPACE}/${TUNNEL}`;
