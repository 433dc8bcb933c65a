/** Classes of Ingresses and Gateways: an object of the input says who serves one, whatever its name says. */
import type { Resource } from "../../model";
import { field, knownText } from "../../values";
import type { KubernetesObjects } from "./objects";

/** The group of a kind of classes, and the field that names who serves them. */
const KINDS = {
  IngressClass: ["networking.k8s.io", "controller"],
  GatewayClass: ["gateway.networking.k8s.io", "controllerName"],
} as const;

/** Whether nothing in the input says that the class of this name is served by another than `controller`. */
export function areServedBy(
  kind: keyof typeof KINDS,
  name: string,
  controller: string,
  objects: KubernetesObjects,
): boolean {
  const [group, served] = KINDS[kind];
  const isServed = (one: Resource) => knownText(field(one, "spec", served)) === controller;
  return objects
    .ofKind(kind, group)
    .filter((one) => objects.nameOf(one) === name)
    .every(isServed);
}
