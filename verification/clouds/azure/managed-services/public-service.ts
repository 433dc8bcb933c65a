import type { Endpoint, Resource } from "../../../model";
import { AddressSet } from "../../../../packets/address-set";
import type { AzureInput } from "../input";
import { serviceNames } from "../service-tags";

/** What answers at the public addresses of a service, whose tag tells them, or else at some of Azure's. */
export function publicService(input: AzureInput, resource: Resource, tag?: string): Omit<Endpoint, "filters"> {
  const names = serviceNames(tag ?? "AzureCloud", input.regionOf(resource));
  return {
    id: input.id(resource),
    kind: "service",
    location: resource.location,
    addresses: AddressSet.unionOf(names.map((name) => AddressSet.ofName(name))),
    groups: new Set(),
    ...(tag !== undefined && { serves: names }),
  };
}
