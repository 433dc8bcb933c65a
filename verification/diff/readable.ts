/** Says changes of packets in the fewest words that are exact. */
import { addressesOf, CLOUDFLARE, TUNNEL_REGIONS, tunnelEdge } from "../../config/control-plane";
import type { NamedAddresses } from "../destinations";
import { listed, place } from "../crossings";
import type { Endpoint, Rule, System } from "../model";
import { AddressSet, publicAddresses } from "../../packets/address-set";
import { ServiceSet } from "../../packets/service-set";
import { groupBy } from "../group-by";
import type { PacketChange, RuleReference } from "./model";
import type { Crossing } from "./packets";

/** Changes of one deployment, equal ones of several endpoints and of several peers as one. */
export function readable(
  crossings: readonly Crossing[],
  { base, head }: Record<"base" | "head", System>,
): PacketChange[] {
  const kept = ({ change, certainty, direction, services, reason, isUnrouted }: Crossing) =>
    [change, certainty, direction, services.key(), reason ?? "", isUnrouted].join("\n");
  const peerOf = ({ peer }: Crossing) => (typeof peer === "string" ? peer : peer.key());
  const endpointOf = ({ endpoint }: Crossing) => `${endpoint.kind}\n${endpoint.id}`;
  // First the endpoints that change equally with one peer, then the peers with which the same endpoints do.
  const byPeer = [...groupBy(crossings, (one) => `${kept(one)}\n\n${peerOf(one)}`).values()];
  const alike = groupBy(byPeer, (group) => {
    const [first] = group as [Crossing];
    const isMember = typeof first.peer === "string";
    return [kept(first), isMember ? "members" : peerOf(first), ...group.map(endpointOf).sort()].join("\n");
  });
  const changes = [...alike.values()].map((groups) => {
    const all = groups.flat();
    const [first] = all as [Crossing];
    const { change, certainty, direction, services, reason, isUnrouted } = first;
    const endpoints = [...new Map(all.map(({ endpoint }) => [`${endpoint.kind}\n${endpoint.id}`, endpoint])).values()];
    const system = change === "opened" ? head : base;
    const members = new Set(all.flatMap(({ peer }) => (typeof peer === "string" ? [peer] : [])));
    const said = {
      ...{ change, certainty, direction },
      endpoints: [...new Set(endpoints.map(({ id }) => id))].sort(),
      services: servicesText(services),
      peers: typeof first.peer === "string" ? memberNames(members, system) : addressTexts(first.peer),
      rules: ruleReferences(all.flatMap(({ rules }) => rules)),
      reason,
    };
    return { ...said, text: sentence(said, endpointNames(endpoints, system), isUnrouted) };
  });
  return changes.sort((a, b) => ORDER(a) - ORDER(b) || compare(a.text, b.text));
}

/** What lets in comes first, then what lets out; what is closed last. */
const ORDER = ({ change, certainty, direction }: PacketChange) =>
  (change === "opened" ? 0 : 4) + (direction === "inbound" ? 0 : 2) + (certainty === "certain" ? 0 : 1);

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** Names shown of a list; the others are counted. */
const SHOWN = 6;

function sentence(
  { change, certainty, direction, services, peers, reason }: Omit<PacketChange, "text">,
  names: readonly string[],
  isUnrouted: boolean,
): string {
  const [who, whom] = [listed(names, 3), listed(peers, SHOWN)];
  const may = change === "opened" ? "may now" : "may no longer";
  const claim =
    direction === "outbound"
      ? `${who} ${may} open ${services} to ${whom}`
      : `${whom} ${may} reach ${who} on ${services}`;
  const told = isUnrouted ? `${claim}, by rules alone: no route leads there` : claim;
  return certainty === "certain" ? told : `perhaps ${told}: ${reason ?? "it can't be told"}`;
}

/** `TCP 443, 7844; UDP 7844`, `everything`, `any protocol but TCP 22` */
export function servicesText(services: ServiceSet): string {
  if (services.equals(ServiceSet.all)) return "any protocol";
  const [whole, rest] = [named(services), named(services.complement())];
  return rest.length < whole.length ? `any protocol but ${rest}` : whole;
}

const named = (services: ServiceSet) =>
  services
    .toString()
    .replaceAll(/(^|; )([a-z][\w+-]*)/g, (text, before: string, name: string) =>
      /^protocols?$/.test(name) ? text : `${before}${name.toUpperCase()}`,
    );

// ---------------------------------------------------------------- endpoints

const KINDS: Readonly<Record<Endpoint["kind"], string>> = {
  node: "nodes",
  instance: "instances",
  interface: "interfaces",
  pod: "pods",
  "cloud-service": "cloud endpoints",
  "cluster-api": "the cluster's API",
  "load-balancer": "load balancers",
  group: "groups",
  service: "services",
};

/** Kinds of which there may be one only, and that are called by their kind all the same. */
const ALWAYS_BY_KIND: readonly Endpoint["kind"][] = ["node", "cluster-api"];

/** Endpoints by name; all of one kind by the kind. */
function endpointNames(endpoints: readonly Pick<Endpoint, "id" | "kind">[], { endpoints: all }: System): string[] {
  return [...groupBy(endpoints, ({ kind }) => kind)].flatMap(([kind, members]) => {
    const ids = new Set(members.map(({ id }) => id));
    const ofKind = new Set(all.filter((endpoint) => endpoint.kind === kind).map(({ id }) => id));
    const isWhole = ids.size === ofKind.size && [...ofKind].every((id) => ids.has(id));
    return isWhole && (ids.size > 1 || ALWAYS_BY_KIND.includes(kind)) ? [KINDS[kind]] : [...ids].sort();
  });
}

/** Endpoints by id, and groups that no endpoint is in. */
function memberNames(ids: ReadonlySet<string>, system: System): string[] {
  const endpoints = system.endpoints.filter(({ id }) => ids.has(id));
  const known = new Set(endpoints.map(({ id }) => id));
  return [...endpointNames(endpoints, system), ...[...ids].filter((id) => !known.has(id)).sort()];
}

function ruleReferences(rules: readonly Rule[]): RuleReference[] {
  const distinct = new Map(rules.map((rule) => [`${rule.resource}\n${place(rule.location)}`, rule]));
  return [...distinct.values()].map(({ resource, location: { file, line } }) => ({
    resource,
    location: { file, line },
  }));
}

// ---------------------------------------------------------------- addresses

const V4 = AddressSet.ofCidr("0.0.0.0/0");
const V6 = AddressSet.ofCidr("::/0");
const NUMERIC = V4.union(V6);

/** Sets that have a name whatever Cloudflare publishes, the larger ones first. */
const ALWAYS_KNOWN: readonly NamedAddresses[] = [
  { name: "every address", addresses: NUMERIC },
  { name: "every IPv4 address", addresses: V4 },
  { name: "every IPv6 address", addresses: V6 },
  { name: "every public address", addresses: publicAddresses() },
  { name: "every public IPv4 address", addresses: publicAddresses().intersect(V4) },
];

/** Cloudflare's own, read when they are first asked for: a fault in the list of them is one of input. */
let cloudflare: ReturnType<typeof cloudflareSets> | undefined;
const ofCloudflare = () => (cloudflare ??= cloudflareSets());

function cloudflareSets() {
  const edges = TUNNEL_REGIONS.map((region) => ({ region, addresses: addressesOf(tunnelEdge(region)) }));
  return {
    /** Sets that have a name, the larger ones first. */
    known: [
      ...family("Cloudflare's published blocks", addressesOf(CLOUDFLARE)),
      ...edges.flatMap(({ region, addresses }) => family(`the tunnel's edge (${region})`, addresses)),
    ],
    /** Sets that a block may lie in. */
    holders: [
      { name: "Cloudflare's tunnel edge", addresses: AddressSet.unionOf(edges.map(({ addresses }) => addresses)) },
      { name: "Cloudflare", addresses: addressesOf(CLOUDFLARE) },
    ],
  };
}

/** A set of both families, and each family by itself. */
function family(name: string, addresses: AddressSet) {
  return [
    { name, addresses },
    { name: `${name}, IPv4`, addresses: addresses.intersect(V4) },
    { name: `${name}, IPv6`, addresses: addresses.intersect(V6) },
  ];
}

/** The fewest names and blocks that make up a set, exactly. */
export function addressTexts(addresses: AddressSet): string[] {
  if (addresses.equals(AddressSet.all)) return ["every address"];
  const { except, names } = addresses.names();
  // Named sets are public addresses: whoever may reach all of these may reach them.
  const isCovered = except && publicAddresses().intersect(V4).isSubsetOf(addresses);
  const namedSets = isCovered
    ? names.length > 0
      ? [`but not ${names.join(", ")}`]
      : []
    : except
      ? [names.length > 0 ? `every set that a cloud names but ${names.join(", ")}` : "every set that a cloud names"]
      : names;
  return [...numericTexts(addresses.numeric()), ...namedSets];
}

function numericTexts(addresses: AddressSet): string[] {
  if (addresses.isEmpty) return [];
  const plain = plainTexts(addresses);
  const candidates = [plain];
  // Nearly everything reads better by what it lacks.
  for (const { name, addresses: whole } of ALWAYS_KNOWN) {
    const missing = whole.subtract(addresses);
    const rest = addresses.subtract(whole);
    if (!missing.isEmpty && missing.isSubsetOf(whole) && missing.toCidrs().length < plain.length) {
      candidates.push([`${name} but ${plainTexts(missing).join(", ")}`, ...plainTexts(rest)]);
    }
  }
  const length = (texts: readonly string[]) => texts.join(", ").length;
  return candidates.reduce((best, one) => (length(one) < length(best) ? one : best));
}

/** Well-known sets that are wholly in it, then the blocks that are left. */
function plainTexts(addresses: AddressSet): string[] {
  const found = [...ALWAYS_KNOWN, ...ofCloudflare().known].find((known) => known.addresses.isSubsetOf(addresses));
  return found ? [found.name, ...plainTexts(addresses.subtract(found.addresses))] : blockTexts(addresses);
}

function blockTexts(addresses: AddressSet): string[] {
  return addresses.toCidrs().map((cidr) => {
    const block = AddressSet.ofCidr(cidr);
    const holder = ofCloudflare().holders.find((one) => block.isSubsetOf(one.addresses));
    const text = cidr.replace(/(?<=\..*)\/32$|(?<=:.*)\/128$/, "");
    return holder ? `${text} (${holder.name})` : text;
  });
}
