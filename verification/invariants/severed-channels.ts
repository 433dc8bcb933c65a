/**
 * `severed-channels`. Document: "Outbound-only model": "the customer can sever either channel at any time by blocking
 * outbound traffic or shutting down the data plane operator".
 *
 * A channel that a deployment has severed is open for no packet, by the rules of any node or pod: TCP and UDP 7844 to
 * Cloudflare and the tunnel's edge, or TCP 443 to Cloudflare and the deployment's further control-plane blocks. The
 * workloads whose work is that channel's have no pod, since a connection that is open outlives the rule that let it open.
 * Of a deployment by Union's chart the chart's own workloads are scaled by hand, and not judged here.
 */
import { CHANNEL_NAMES, severedChannels, type Channel } from "../../config/channels";
import { addressesOf, CLOUDFLARE } from "../../config/control-plane";
import type { Deployment } from "../../config/deployment";
import { HTTPS_PORT, TUNNEL_PORT, unseveredEgressOf } from "../../config/egress";
import { PacketSet } from "../../packets/packet-set";
import { ServiceSet } from "../../packets/service-set";
import { checkedByClouds } from "../clouds/index";
import { disallowedFlows, isFiltered } from "../crossings";
import type { Invariant } from "./invariant";

export const invariant: Invariant = {
  id: "severed-channels",
  title: "A channel that is severed is open for no packet, and its workloads have no pod.",
  paragraph: "Outbound-only model: sever either channel",
  remedy: "Take the rule away, or restore the channel with `dataplane restore NAME`.",
  *check(judged) {
    const { deployment, system } = judged;
    if (!deployment) return;
    // What no policy selects, as the cloud's own pods, reaches no more than its node.
    const senders = system.endpoints.filter(
      (endpoint) => endpoint.kind === "node" || (endpoint.kind === "pod" && isFiltered(endpoint, "outbound")),
    );
    for (const channel of severedChannels(deployment)) {
      const others = PacketSet.all.subtract(packetsOf(channel, deployment));
      for (const problem of disallowedFlows(judged, "outbound", senders, others))
        yield { ...problem, message: `${CHANNEL_NAMES[channel]} is severed: ${problem.message}` };
    }
    yield* checkedByClouds("severed-channels", judged);
  },
};

const TCP = 6;
const UDP = 17;

/** Every packet by which a channel could be open. */
export function packetsOf(channel: Channel, deployment: Deployment): PacketSet {
  const { tunnel, controlPlane } = unseveredEgressOf(deployment);
  const cloudflare = addressesOf(CLOUDFLARE);
  return channel === "tunnel"
    ? PacketSet.of(
        cloudflare.union(addressesOf(tunnel)),
        ServiceSet.unionOf([TCP, UDP].map((protocol) => ServiceSet.of(protocol, TUNNEL_PORT))),
      )
    : PacketSet.of(cloudflare.union(addressesOf(controlPlane)), ServiceSet.of(TCP, HTTPS_PORT));
}
