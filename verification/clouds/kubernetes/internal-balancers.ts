/** Which load balancers have private addresses only, by the annotations and classes of the three clouds. */
import type { Resource, Value } from "../../model";
import { AddressSet } from "../../../packets/address-set";
import { PRIVATE } from "../../../config/common-checks";
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
export const MARKERS: readonly Marker[] = [
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

/**
 * Annotations by which a controller gives a load balancer its addresses: those of Cilium
 * (https://docs.cilium.io/en/stable/network/lb-ipam), MetalLB (https://metallb.io/usage) and kube-vip
 * (https://kube-vip.io/docs/usage/cloud-provider).
 */
const ADDRESSES = [
  "lbipam.cilium.io/ips",
  "io.cilium/lb-ipam-ips",
  "metallb.io/loadBalancerIPs",
  "metallb.universe.tf/loadBalancerIPs",
  "kube-vip.io/loadbalancerIPs",
];

const PRIVATE_ADDRESSES = AddressSet.ofCidrs([...PRIVATE, "fc00::/7"]);

/** Whether it asks for addresses, and for private ones only. */
function asksForPrivate(service: Resource): boolean {
  const named = ADDRESSES.map((annotation) => annotationOf(service, annotation));
  const asked = [field(service, "spec", "loadBalancerIP"), ...named].filter((value) => value !== undefined);
  const addresses = asked.flatMap((value) => {
    const written = text(value);
    return typeof written === "string" ? written.split(",").map((one) => one.trim()) : [undefined];
  });
  return addresses.length > 0 && addresses.every((one) => one !== undefined && isPrivate(one));
}

function isPrivate(address: string): boolean {
  try {
    return AddressSet.ofCidr(address).isSubsetOf(PRIVATE_ADDRESSES);
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** Annotations of another cloud than the input's own have no effect. */
export function isInternalService(service: Resource, objects: KubernetesObjects): Ternary {
  const providers = new Set(MARKERS.map(({ provider }) => provider).filter((provider) => objects.uses(provider)));
  const answers = MARKERS.filter(({ provider }) => providers.size === 0 || providers.has(provider))
    .map((marker) => marked(service, marker))
    .filter((answer) => answer !== undefined);
  const [first = "unknown", ...others] = answers;
  if (answers.length > 0) return others.every((answer) => answer === first) ? first : "unknown";
  if (asksForPrivate(service)) return true;
  // A class names a controller with a default of its own.
  return field(service, "spec", "loadBalancerClass") === undefined ? false : "unknown";
}
