/** The required paths of a deployment that leave its network: what a firewall on the way out must let through. */
import type { Deployment } from "../../../config/deployment";
import type { ServiceSet } from "../../../packets/service-set";
import type { AddressSet } from "../../../packets/address-set";
import { PUBLIC, type RequiredPath } from "../../policy";
import { policyOfDeployment, termsOf } from "./index";

export interface OutwardPath {
  /** Names of the required paths that go this way. */
  readonly names: readonly string[];
  /** The document's paragraphs that ask for them. */
  readonly paragraphs: readonly string[];
  /** Blocks, or on Azure service tags. */
  readonly to: readonly string[];
  readonly hosts: readonly string[];
  readonly services: ServiceSet;
  /** Whether a NAT stands before it: what lies in private networks, or has a way of the cloud's own, is reached without. */
  readonly byNat: boolean;
}

/** Blocks that these paths come from, before any NAT. */
export const outwardSources = (deployment: Deployment): readonly string[] => termsOf(deployment).sources;

/** Each destination once, with all paths to it, in the order of the policy. */
export function outwardPaths(deployment: Deployment): readonly OutwardPath[] {
  const { inside, required } = policyOfDeployment(deployment);
  const { beyond } = termsOf(deployment);
  const found = new Map<string, OutwardPath>();
  for (const path of required) {
    for (const place of placesOf(path, inside, beyond)) {
      const key = JSON.stringify([place.to, path.services.key()]);
      const known = found.get(key);
      const all = (before: readonly string[] | undefined, more: readonly string[]) => [
        ...new Set([...(before ?? []), ...more]),
      ];
      found.set(key, {
        names: all(known?.names, [path.name]),
        paragraphs: all(known?.paragraphs, [path.paragraph ?? "Communication paths"]),
        to: place.to,
        hosts: all(known?.hosts, place.hosts),
        services: path.services,
        byNat: place.byNat,
      });
    }
  }
  return [...found.values()];
}

type Beyond = ReturnType<typeof termsOf>["beyond"];

/** Where a path arrives beyond the network; nowhere where it stays inside. */
function placesOf({ from, to, withinCluster, hosts = [] }: RequiredPath, inside: AddressSet, beyond: Beyond) {
  if (to.kind !== "addresses" || from.kind !== "resource" || withinCluster === true) return [];
  const outside = to.addresses.numeric().subtract(inside);
  const blocks = outside.isEmpty ? [] : [{ to: outside.toCidrs(), hosts, byNat: outside.isSubsetOf(PUBLIC) }];
  const named = to.addresses.names().names.flatMap((name) => beyond(name) ?? []);
  // A service tag stands for public addresses.
  return [...blocks, ...named.map((one) => ({ ...one, byNat: one.to.every((place) => !place.includes("/")) }))];
}
