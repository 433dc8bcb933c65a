/** Services that a provider runs at public addresses of its own, as endpoints. */
import { AddressSet } from "../../packets/address-set";
import type { Endpoint, Filter, Resource, Rule } from "../model";

const ANY_ADDRESS = AddressSet.all.numeric();

/** A service that only answers: what it sends, it sends as its provider's own. */
export function serviceEndpoint(id: string, { location }: Resource, filter: Filter): Endpoint {
  return {
    id,
    kind: "service",
    location,
    addresses: ANY_ADDRESS,
    groups: new Set(),
    filters: [filter],
    routes: { outbound: AddressSet.empty, inbound: AddressSet.all },
  };
}

/** Lets in what rules say and nothing else. */
export const admitting = (name: string, system: string, rules: readonly Rule[]): Filter => ({
  name,
  system,
  direction: "inbound",
  stateful: true,
  levels: [rules],
  otherwise: "deny",
});
