import { googlePart } from "../../verification/clouds/google/index";
import { reach } from "../../verification/evaluate";
import type { Endpoint, PartialSystem } from "../../verification/model";
import { AddressSet } from "../../packets/address-set";
import { resourcesOf, type TerraformJson } from "./resources";

export type Resources = Record<string, Record<string, object>>;

/** Google's part of Terraform JSON. */
export const judged = (resource: Resources, data: TerraformJson["data"] = {}): PartialSystem =>
  googlePart(resourcesOf({ resource, data }));

/** The first endpoint with this id. */
export function only(part: PartialSystem, id: string): Endpoint {
  const [found] = part.endpoints.filter((candidate) => candidate.id === id);
  if (!found) throw new Error(`${id} is not one of ${part.endpoints.map((e) => e.id).join(", ")}`);
  return found;
}

/** What an address, or a set of them by its name (`google:...`), may open, certainly and at most. */
export function opens(endpoint: Endpoint, address: string): [certain: string, possible: string] {
  const { allowed, possible } = reach(endpoint, "inbound", {
    addresses: address.startsWith("google:") ? AddressSet.ofName(address) : AddressSet.ofCidr(address),
    groups: new Set(),
  });
  return [allowed.services().toString(), possible.services().toString()];
}

export const certain = (text: string): [string, string] => [text, text];
