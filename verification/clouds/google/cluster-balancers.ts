/**
 * Load balancers that GKE makes of Services, Ingresses and Gateways.
 *
 * https://cloud.google.com/kubernetes-engine/docs/how-to/internal-load-balancing,
 * https://cloud.google.com/kubernetes-engine/docs/concepts/ingress,
 * https://cloud.google.com/kubernetes-engine/docs/concepts/gateway-api
 */
import type { ClusterBalancers } from "../cloud";
import type { Balancer } from "../kubernetes/exposure";

/** By the class of an Ingress, whether it listens at private addresses. */
const INGRESSES: Readonly<Record<string, boolean>> = { gce: false, "gce-internal": true };
/** The GatewayClasses that listen at private addresses; the others are public. */
const INTERNAL_GATEWAYS = ["gke-l7-rilb", "gke-l7-rilb-mc", "gke-l7-cross-regional-internal-managed-mc"];

const forEverybody = (internal: boolean): Balancer => ({ internal, sourceRanges: undefined });

export const googleBalancers: ClusterBalancers = {
  services: [
    { annotation: "networking.gke.io/load-balancer-type", internal: "Internal", external: "External" },
    { annotation: "cloud.google.com/load-balancer-type", internal: "Internal", external: "External" },
  ],
  ingress: (_, className) => {
    const internal = INGRESSES[className];
    return internal === undefined ? undefined : forEverybody(internal);
  },
  gateway: (_, className) =>
    className.startsWith("gke-l7-") ? forEverybody(INTERNAL_GATEWAYS.includes(className)) : undefined,
};
