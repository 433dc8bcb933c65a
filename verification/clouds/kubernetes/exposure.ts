/** Ways in from outside a cluster: what those who find them share. */
import type { Location, Resource, Unknown } from "../../model";
import type { AddressSet } from "../../../packets/address-set";
import { ServiceSet } from "../../../packets/service-set";
import type { KubernetesObjects } from "./objects";
import type { Ternary } from "../../ternary";

/** One way in from outside the cluster. */
export interface Exposure {
  readonly kind:
    | "NodePort"
    | "LoadBalancer"
    | "Private Link Service"
    | "load balancer's NodePort"
    | "externalIPs"
    | "Ingress"
    | "Gateway"
    | "hostNetwork"
    | "hostPort"
    | "Route"
    | "Knative gateway"
    | "TransportServer"
    | "VirtualServer"
    | "VirtualService"
    | "IngressRoute"
    | "HTTPProxy"
    | "Kafka listener";
  /** Address of the resource. */
  readonly resource: string;
  readonly location: Location;
  /** `undefined` where it can't be told. */
  readonly namespace: string | undefined;
  readonly name: string;
  /** What connections may be opened to. */
  readonly ports: ServiceSet;
  /** Whether it listens at a private address only, by the annotations and classes of the clouds. */
  readonly internal: Ternary;
  /**
   * Set where the object itself asks to be reached by whoever comes, and only what the input does not hold could keep them
   * away: what that is. It is as open as a rule of a group that stands elsewhere, whatever `internal` says.
   */
  readonly without?: string | undefined;
  /** Who may open connections; `undefined`: everybody; unknown where what narrows them can't be told. */
  readonly sourceRanges: AddressSet | Unknown | undefined;
}

/** What a controller's load balancer says of who comes to it. */
export type Balancer = Pick<Exposure, "internal" | "sourceRanges">;

/** Ports of a protocol; all of them where these are none (the API server refuses such an object). */
export function portSet(protocol: number, [first, last]: readonly [number, number?]): ServiceSet {
  const valid = Number.isInteger(first) && first >= 0 && first <= (last ?? first) && (last ?? first) <= 65535;
  return valid ? ServiceSet.of(protocol, first, last) : ServiceSet.of(protocol);
}

/** What an exposure says of the object that makes it. */
export function named(object: Resource, objects: KubernetesObjects): Pick<Exposure, "namespace" | "name"> {
  return { namespace: objects.namespaceOf(object), name: objects.nameOf(object) ?? "?" };
}
