/** The two channels between data plane and control plane (document: "Outbound-only model"), and which are severed. */
import { LEASE_WORKER, OPERATOR, OPERATOR_PROXY } from "./components";
import type { Deployment } from "./deployment";

/** `tunnel` is the Cloudflare Tunnel, `grpc` the direct connection over TLS. */
export const CHANNELS = ["tunnel", "grpc"] as const;

/** One of the two connections to the control plane, each of which the customer can cut off alone. */
export type Channel = (typeof CHANNELS)[number];

/** What a channel is called in the document. */
export const CHANNEL_NAMES: Readonly<Record<Channel, string>> = {
  tunnel: "Cloudflare Tunnel",
  grpc: "Direct gRPC connection",
};

/** Whether a deployment has cut a channel off. */
export const isSevered = ({ severed }: Pick<Deployment, "severed">, channel: Channel): boolean =>
  severed === "all" || severed === channel;

/** The channels that a deployment has cut off. */
export const severedChannels = (deployment: Pick<Deployment, "severed">): readonly Channel[] =>
  CHANNELS.filter((channel) => isSevered(deployment, channel));

/** What the field says of these channels; undefined: none is severed. */
export function severedField(channels: readonly Channel[]): Deployment["severed"] {
  return CHANNELS.every((channel) => channels.includes(channel)) ? "all" : channels[0];
}

/**
 * Deployments whose work is a channel's: they have no pod as long as it is severed, since a connection that is open
 * outlives the rule that let it open. The proxy uses both, and stays for the tunnel.
 */
export const CHANNEL_WORKLOADS: Readonly<Record<Channel, readonly string[]>> = {
  tunnel: [OPERATOR_PROXY],
  grpc: [OPERATOR, LEASE_WORKER],
};

/** Whether a Deployment of the platform has no pod, as its channel is severed. */
export const isStopped = (deployment: Pick<Deployment, "severed">, name: string): boolean =>
  severedChannels(deployment).some((channel) => CHANNEL_WORKLOADS[channel].includes(name));
