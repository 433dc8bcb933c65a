/** The address space cut into zones: all addresses of one are alike to every rule and every set that has a name. */
import { AddressSet } from "../packets/address-set";
import { listed, outsideOf } from "../verification/crossings";
import { firstNamed, policySets, type NamedAddresses } from "../verification/destinations";
import type { Judged } from "../verification/judged";
import type { Endpoint } from "../verification/model";
import { partyOf } from "../verification/policy";

/** What flows with a zone carry: by way of Cloudflare, with the object store, with the cloud's other endpoints. */
export type Carries = "tunnel" | "object store" | "cloud endpoints" | "own network" | "rest";

export interface Zone {
  readonly id: number;
  readonly name: string;
  /** Of the deployment's own network, or the cloud's own on each host. */
  readonly inside: boolean;
  /** The cloud's own on each host, such as for DNS and health checks. */
  readonly platform: boolean;
  readonly carries: Carries;
  /** Addresses, or one set that only a cloud knows (`aws:s3`). */
  readonly addresses: AddressSet;
  /** The same, with the cloud's sets that its published ranges put these addresses into. */
  readonly alike: AddressSet;
  /** Who may have an address of it; nobody where only a NAT gateway stands. */
  readonly endpoints: readonly Endpoint[];
}

/** Addresses of sets that only a cloud knows, by the sets' names. */
export type PublishedRanges = ReadonlyMap<string, AddressSet>;

/** Sets of addresses by which the clouds' object stores are reached. */
const OBJECT_STORES = ["aws:s3", "azure:Storage", "google:googleapis.com"];

const KINDS: Readonly<Partial<Record<Endpoint["kind"], string>>> = {
  node: "nodes",
  interface: "pods",
  instance: "instances",
  "cluster-api": "Kubernetes API",
  "cloud-service": "the cloud's endpoints",
  "load-balancer": "load balancers",
};

/**
 * Zones that are alike to all of `sets`, to the policy's named sets and to the endpoints' own addresses. Every address
 * is in one of them, and every set that only a cloud knows.
 */
export function zonesOf(
  { policy, system }: Judged,
  endpoints: readonly Endpoint[],
  sets: readonly AddressSet[],
  published: PublishedRanges = new Map(),
): Zone[] {
  const named = firstNamed(policySets(policy));
  const { platform = AddressSet.empty } = system;
  const outside = outsideOf(policy, system, "outbound");
  const cuts = [
    outside,
    platform,
    ...named.map(({ addresses }) => addresses),
    ...endpoints.map(({ addresses }) => addresses),
    ...sets,
    ...published.values(),
  ];
  const names = new Set(cuts.flatMap((set) => (set.names().except ? [] : set.names().names)));
  const parts = [...cut(distinct(cuts)), ...[...names].map((name) => AddressSet.ofName(name))];
  return parts.map((addresses, id) => {
    const here = endpoints.filter((endpoint) => addresses.isSubsetOf(endpoint.addresses));
    const inside = !addresses.isSubsetOf(outside);
    const among = [...published]
      .filter(([, set]) => addresses.isSubsetOf(set))
      .map(([name]) => AddressSet.ofName(name));
    const alike = AddressSet.unionOf([addresses, ...among]);
    return {
      id,
      addresses,
      alike,
      inside,
      platform: addresses.isSubsetOf(platform),
      endpoints: here,
      carries: carriedBy(alike, inside, here),
      name: nameOf(alike, inside, here, named),
    };
  });
}

function distinct(sets: readonly AddressSet[]): AddressSet[] {
  return [...new Map(sets.map((set) => [set.numeric().key(), set.numeric()])).values()];
}

function cut(sets: readonly AddressSet[]): AddressSet[] {
  return sets.reduce(
    (parts, set) =>
      parts.flatMap((part) => [part.intersect(set), part.subtract(set)].filter(({ isEmpty }) => !isEmpty)),
    [AddressSet.all.numeric()],
  );
}

function carriedBy(addresses: AddressSet, inside: boolean, endpoints: readonly Endpoint[]): Carries {
  const cloudflare = partyOf("cloudflare");
  if (cloudflare.kind === "addresses" && addresses.isSubsetOf(cloudflare.addresses)) return "tunnel";
  const served = [...endpoints.flatMap(({ serves = [] }) => serves), ...addresses.names().names];
  if (served.some((name) => OBJECT_STORES.includes(name))) return "object store";
  if (served.length > 0 || endpoints.some(({ kind }) => kind === "cluster-api")) return "cloud endpoints";
  return inside ? "own network" : "rest";
}

function nameOf(
  addresses: AddressSet,
  inside: boolean,
  endpoints: readonly Endpoint[],
  named: readonly NamedAddresses[],
): string {
  const [set] = addresses.names().names;
  if (set !== undefined) return set;
  if (inside || endpoints.length > 0) {
    const kinds = [...new Set(endpoints.flatMap(({ kind }) => KINDS[kind] ?? []))];
    return `${kinds.join(", ") || "own network"} (${listed(addresses.toCidrs())})`;
  }
  const around = named.filter((one) => addresses.isSubsetOf(one.addresses));
  const smallest = around.sort((a, b) => Number(a.addresses.size(4) - b.addresses.size(4)))[0];
  return smallest?.name ?? "other addresses";
}
