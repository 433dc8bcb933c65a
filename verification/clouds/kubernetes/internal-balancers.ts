/** Which load balancers of Services have private addresses only, by annotations of the clouds and of controllers. */
import type { Resource } from "../../model";
import { AddressSet } from "../../../packets/address-set";
import { PRIVATE } from "../../../config/common-checks";
import { field, text } from "../../values";
import { HOSTS } from "../hosts";
import { annotationOf, marked } from "./markers";
import type { KubernetesObjects } from "./objects";
import type { Ternary } from "../../ternary";

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

/** The clouds that the cluster may be on: those of the input, if it has resources of any. */
export function hostsOf(objects: KubernetesObjects): typeof HOSTS {
  const used = HOSTS.filter(({ prefix }) => objects.uses(prefix));
  return used.length > 0 ? used : HOSTS;
}

/** Annotations of another cloud than the input's own have no effect. */
export function isInternalService(service: Resource, objects: KubernetesObjects): Ternary {
  const answers = hostsOf(objects)
    .flatMap(({ balancers }) => balancers.services.map((marker) => marked(service, marker)))
    .filter((answer) => answer !== undefined);
  const [first = "unknown", ...others] = answers;
  if (answers.length > 0) return others.every((answer) => answer === first) ? first : "unknown";
  if (asksForPrivate(service)) return true;
  // A class names a controller with a default of its own.
  return field(service, "spec", "loadBalancerClass") === undefined ? false : "unknown";
}
