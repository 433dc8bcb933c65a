/**
 * Load balancers that GKE makes of Services, Ingresses and Gateways.
 *
 * https://cloud.google.com/kubernetes-engine/docs/how-to/internal-load-balancing,
 * https://cloud.google.com/kubernetes-engine/docs/concepts/ingress,
 * https://cloud.google.com/kubernetes-engine/docs/concepts/gateway-api
 */
import type { ClusterBalancers } from "../cloud";
import { field, knownText } from "../../values";
import { areServedBy } from "../kubernetes/classes";
import type { Balancer } from "../kubernetes/exposure";
import { annotationOf } from "../kubernetes/markers";

/**
 * By the class of an Ingress, whether it listens at private addresses. The class is that of the annotation: GKE's
 * controller takes no Ingress by `spec.ingressClassName`.
 */
const INGRESSES: Readonly<Record<string, boolean>> = { gce: false, "gce-internal": true };
/** The GatewayClasses that listen at private addresses; the others are public. */
const INTERNAL_GATEWAYS = ["gke-l7-rilb", "gke-l7-rilb-mc", "gke-l7-cross-regional-internal-managed-mc"];

/** What GKE's own GatewayClasses are served by. */
const GATEWAY_CONTROLLER = "networking.gke.io/gateway";

const forEverybody = (internal: boolean): Balancer => ({ internal, sourceRanges: undefined });

export const googleBalancers: ClusterBalancers = {
  services: [
    { annotation: "networking.gke.io/load-balancer-type", internal: "Internal", external: "External" },
    { annotation: "cloud.google.com/load-balancer-type", internal: "Internal", external: "External" },
  ],
  ingress: (ingress) => {
    // That names another's class: who serves one that has both, which the API takes no more, can't be told.
    if (field(ingress, "spec", "ingressClassName") !== undefined) return undefined;
    const internal = INGRESSES[knownText(annotationOf(ingress, "kubernetes.io/ingress.class")) ?? ""];
    return internal === undefined ? undefined : forEverybody(internal);
  },
  gateway: (_, className, objects) =>
    className.startsWith("gke-l7-") && areServedBy("GatewayClass", className, GATEWAY_CONTROLLER, objects)
      ? forEverybody(INTERNAL_GATEWAYS.includes(className))
      : undefined,
};
