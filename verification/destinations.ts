/** Where a system can send to outside of it: every destination by name, with who may open what there. */
import { outsideOf } from "./crossings";
import { reach } from "./evaluate";
import { allowingRules, distinctRules } from "./evidence";
import type { DecidingRule } from "./way";
import type { Judged } from "./judged";
import type { Endpoint, System } from "./model";
import { AddressSet, publicAddresses } from "../packets/address-set";
import { PacketSet } from "../packets/packet-set";
import type { ServiceSet } from "../packets/service-set";
import { partyOf, type Policy } from "./policy";

export interface Destination {
  /** A set's name such as `Cloudflare` or `aws:s3`, or `other addresses`. */
  readonly name: string;
  /** The blocks, in full; empty for a set that only a cloud knows. */
  readonly blocks: readonly string[];
  readonly services: string;
  /** Ids of the endpoints that may send there. */
  readonly from: readonly string[];
  /** `unknown`: whether it is allowed can't be told. */
  readonly status: "allowed" | "unknown";
  readonly rules: readonly DecidingRule[];
}

interface Found extends Omit<Destination, "from" | "rules"> {
  readonly from: Set<string>;
  readonly rules: DecidingRule[];
}

/** Every address outside that anything in the system may open a connection to, by the names that its policy has. */
export function destinationsOf({ system, policy }: Judged): Destination[] {
  const remote = { addresses: outsideOf(policy, system, "outbound"), groups: new Set<string>() };
  const names = namedSets(policy);
  const nodes = system.endpoints.filter(({ kind }) => kind === "node");
  const reachOf = (endpoint: Endpoint) => reach(endpoint, "outbound", remote);
  const byNodes = PacketSet.unionOf(nodes.map((node) => reachOf(node).possible));
  const found = new Map<string, Found>();
  for (const endpoint of sendersOf(system)) {
    const { allowed, possible } = reachOf(endpoint);
    const onWire = endpoint.kind === "pod" && nodes.length > 0 ? byNodes : PacketSet.all;
    for (const [status, packets] of [
      ["allowed", possible.intersect(allowed).intersect(onWire)],
      ["unknown", possible.subtract(allowed).intersect(onWire)],
    ] as const) {
      for (const { name, addresses, services } of named(packets, names)) {
        const rules = allowingRules(endpoint, "outbound", remote, PacketSet.of(addresses, services));
        const key = [status, name, addresses.key(), services.key()].join("\n");
        const known = found.get(key);
        if (known) {
          known.from.add(endpoint.id);
          known.rules.push(...rules);
          continue;
        }
        const told = { name, blocks: addresses.toCidrs(), services: services.toString(), status };
        found.set(key, { ...told, from: new Set([endpoint.id]), rules: [...rules] });
      }
    }
  }
  return [...found.values()].map(({ from, rules, ...told }) => ({
    ...told,
    from: [...from],
    rules: distinctRules(rules),
  }));
}

/** Whoever sends packets of its own: not the names of services, nor endpoints without an address. */
function sendersOf({ endpoints }: System): Endpoint[] {
  return endpoints.filter(({ kind, addresses, filters }) => {
    if (kind === "service" || addresses.numeric().isEmpty) return false;
    return kind !== "pod" || filters.some(({ direction }) => direction === "outbound");
  });
}

export interface NamedAddresses {
  readonly name: string;
  readonly addresses: AddressSet;
}

/** Cloudflare's sets, the larger ones last. Read when they are first asked for: a fault in the list of them is one of input. */
let cloudflare: readonly NamedAddresses[] | undefined;
const cloudflareSets = (): readonly NamedAddresses[] => (cloudflare ??= CLOUDFLARE_SETS.map(setOf));

const CLOUDFLARE_SETS = [
  ["Cloudflare's tunnel edge", "cloudflare-tunnel"],
  ["Cloudflare's tunnel edge 'us'", "cloudflare-tunnel-us"],
  ["Cloudflare's tunnel edge 'fed'", "cloudflare-tunnel-fed"],
  ["Cloudflare", "cloudflare"],
] as const;

function setOf([name, set]: (typeof CLOUDFLARE_SETS)[number]): NamedAddresses {
  const party = partyOf(set);
  return { name, addresses: party.kind === "addresses" ? party.addresses : AddressSet.empty };
}

/** Names to tell addresses by: the policy's own first. */
export function policySets({ outbound = [] }: Policy): NamedAddresses[] {
  const own = outbound.flatMap(({ to }) => (to.kind === "addresses" && !to.addresses.isEmpty ? [to] : []));
  return [...own, ...cloudflareSets()];
}

/** Of one set under two names the first counts: `published` opens Cloudflare's blocks for the tunnel too. */
export const firstNamed = (sets: readonly NamedAddresses[]): NamedAddresses[] =>
  sets.filter(({ addresses }, i) => sets.findIndex((other) => other.addresses.equals(addresses)) === i);

const namedSets = (policy: Policy): NamedAddresses[] =>
  firstNamed(policySets(policy).flatMap((set) => [set, ...families(set)]));

/** A set of both families by each: most networks have one. */
function families({ name, addresses }: NamedAddresses): NamedAddresses[] {
  const v4 = addresses.intersect(EVERY_V4);
  const v6 = addresses.numeric().subtract(v4);
  if (v4.isEmpty || v6.isEmpty) return [];
  return [
    { name: `${name}, IPv4`, addresses: v4 },
    { name: `${name}, IPv6`, addresses: v6 },
  ];
}

const EVERY_V4 = AddressSet.ofCidr("0.0.0.0/0");

/** Packets cut by destination: whole named sets, the largest first, and what is left over. */
function* named(
  packets: PacketSet,
  names: readonly NamedAddresses[],
): Generator<NamedAddresses & { readonly services: ServiceSet }> {
  for (const { addresses, services } of packets.slabs()) {
    if (publicAddresses().isSubsetOf(addresses)) {
      yield { name: "any address", addresses: AddressSet.empty, services };
      continue;
    }
    let rest = addresses;
    for (const set of names) {
      if (rest.isEmpty || !set.addresses.isSubsetOf(rest)) continue;
      yield { ...set, services };
      rest = rest.subtract(set.addresses);
    }
    for (const set of names) {
      const part = rest.intersect(set.addresses);
      if (part.isEmpty) continue;
      yield { name: `part of ${set.name}`, addresses: part, services };
      rest = rest.subtract(part);
    }
    for (const name of rest.names().names) yield { name, addresses: AddressSet.ofName(name), services };
    const other = rest.numeric();
    if (!other.isEmpty) yield { name: "other addresses", addresses: other, services };
  }
}
