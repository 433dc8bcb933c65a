/** What the tag `VirtualNetwork` stands for. */
import { AddressSet } from "../../../packets/address-set";
import type { Beyond, VirtualNetwork } from "./network";
import { AZURE_HOST } from "./service-tags";

/** What `VirtualNetwork` stands for at an endpoint of `network`. */
export interface VirtualNetworkTag {
  /** A text that is equal for equal tags only. */
  readonly key: string;
  /** The network's own address space: no part of the internet. */
  readonly own: AddressSet;
  readonly certain: AddressSet;
  /** Further addresses that it may stand for, and why. */
  readonly possible: AddressSet;
  /** Why it may stand for any address. */
  readonly unknown?: string | undefined;
  readonly reason?: string | undefined;
}

/**
 * @param prefixes those of the user-defined routes of the endpoint's subnet; undefined where they are not known
 * @param overlay further addresses that the network carries between its own machines
 */
export function virtualNetworkTag(
  network: VirtualNetwork | undefined,
  beyond: Beyond,
  prefixes: AddressSet | undefined,
  overlay = AddressSet.empty,
): VirtualNetworkTag {
  const own = AddressSet.unionOf([network?.space ?? AddressSet.empty, beyond.certain, overlay]);
  const certain = own.union(AZURE_HOST);
  const reasons = [
    ...(network?.space ? [] : [`the address space of ${network?.id ?? "its virtual network"} is not in the input`]),
    ...(beyond.possible ? [] : [beyond.reason ?? "what is behind a gateway is not in the input"]),
    ...(prefixes ? [] : ["the routes of its subnet are not known"]),
  ];
  const possible = (beyond.possible ?? AddressSet.empty).union(prefixes ?? AddressSet.empty).subtract(certain);
  const unknown = reasons.length > 0 ? reasons.join("; ") : undefined;
  const reason = possible.isEmpty ? undefined : (beyond.reason ?? "user-defined routes may widen VirtualNetwork");
  return {
    key: [network?.id, certain.key(), possible.key(), unknown].join("\n"),
    own,
    certain,
    possible,
    unknown,
    reason,
  };
}
