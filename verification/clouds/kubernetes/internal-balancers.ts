/** Which load balancers have private addresses only, by the annotations and classes of the three clouds. */
import type { Resource, Value } from "../../model";
import { field, text } from "../../values";
import type { KubernetesObjects, Ternary } from "./objects";

/** An annotation of a cloud's load balancer controller, and what its values say. */
interface Marker {
  readonly provider: "aws" | "google" | "azurerm";
  readonly annotation: string;
  readonly internal: string;
  readonly external: string;
}

/**
 * https://docs.aws.amazon.com/eks/latest/userguide/network-load-balancing.html,
 * https://cloud.google.com/kubernetes-engine/docs/how-to/internal-load-balancing,
 * https://learn.microsoft.com/azure/aks/internal-lb
 */
const MARKERS: readonly Marker[] = [
  {
    provider: "aws",
    annotation: "service.beta.kubernetes.io/aws-load-balancer-scheme",
    internal: "internal",
    external: "internet-facing",
  },
  {
    provider: "aws",
    annotation: "service.beta.kubernetes.io/aws-load-balancer-internal",
    internal: "true",
    external: "false",
  },
  {
    provider: "google",
    annotation: "networking.gke.io/load-balancer-type",
    internal: "Internal",
    external: "External",
  },
  { provider: "google", annotation: "cloud.google.com/load-balancer-type", internal: "Internal", external: "External" },
  {
    provider: "azurerm",
    annotation: "service.beta.kubernetes.io/azure-load-balancer-internal",
    internal: "true",
    external: "false",
  },
];

export const ALB_SCHEME: Marker = {
  provider: "aws",
  annotation: "alb.ingress.kubernetes.io/scheme",
  internal: "internal",
  external: "internet-facing",
};

export const APPLICATION_GATEWAY: Marker = {
  provider: "azurerm",
  annotation: "appgw.ingress.kubernetes.io/use-private-ip",
  internal: "true",
  external: "false",
};

export function annotationOf(object: Resource, annotation: string): Value | undefined {
  return field(object, "metadata", "annotations", annotation);
}

/** What a marker says of an object, `undefined` where it says nothing. */
export function marked(object: Resource, marker: Marker): Ternary | undefined {
  const value = annotationOf(object, marker.annotation);
  if (value === undefined) return undefined;
  const said = text(value);
  return said === marker.internal ? true : said === marker.external ? false : "unknown";
}

/** Annotations of another cloud than the input's own have no effect. */
export function isInternalService(service: Resource, objects: KubernetesObjects): Ternary {
  const providers = new Set(MARKERS.map(({ provider }) => provider).filter((provider) => objects.uses(provider)));
  const answers = MARKERS.filter(({ provider }) => providers.size === 0 || providers.has(provider))
    .map((marker) => marked(service, marker))
    .filter((answer) => answer !== undefined);
  const [first = "unknown", ...others] = answers;
  if (answers.length > 0) return others.every((answer) => answer === first) ? first : "unknown";
  // A class names a controller with a default of its own.
  return field(service, "spec", "loadBalancerClass") === undefined ? false : "unknown";
}
