/**
 * Routes: which far addresses a network interface can exchange packets with.
 *
 * Google Cloud VPC, "Routes" (https://cloud.google.com/vpc/docs/routes): a network has a default route to the internet
 * unless it is made without; of the routes that apply to a machine the most specific decides, then the one with the
 * lowest priority number; ranges of the network itself are always routed inside it. "Special return paths" (same page):
 * IAP, Cloud DNS and serverless connectors reach machines without any address outside, load balancers and health checks
 * those behind them. "Internet access requirements" (https://cloud.google.com/vpc/docs/vpc#internet_access_reqs): an
 * external address or NAT besides the route. Cloud NAT, "Overview" (https://cloud.google.com/nat/docs/overview): it is
 * outbound only. "Private Google Access" (https://cloud.google.com/vpc/docs/private-google-access): machines without an
 * external address reach Google's APIs through the route to the internet, also under the two blocks of
 * private.googleapis.com and restricted.googleapis.com.
 *
 * VPC Network Peering (https://cloud.google.com/vpc/docs/vpc-peering): subnet routes are exchanged, static and dynamic
 * ones where one side exports and the other imports them, and never a route to the default internet gateway; what a peer
 * has of its other peers it does not pass on.
 *
 * What lies behind a VPN, an interconnect or a peering with a network outside of the input is not known: routes of a
 * network that has one are not judged, and the rules alone decide. Neither are those of a network that the input does not
 * declare.
 */
import type { Endpoint, Filter, Resource, Unjudged } from "../../model";
import { AddressSet, parseCidr } from "../../../packets/address-set";
import { ServiceSet } from "../../../packets/service-set";
import { at, bool, isOpaque, text } from "../../values";
import { append, isAbsent } from "../terraform-input";
import { METADATA_SERVER } from "./filters";
import { ONLY_LEADS, unjudgedFor } from "../classification";
import { unlessPrivate, type Publicity } from "../publicity";
import type { GoogleInput } from "./input";
import { ANY_V6, PRIVATE, type Network, type Networks, type Subnet } from "./network";
import { EVERY_V4, unknownPeer } from "./rules";
import { lastSegment } from "../../../config/texts";

type RouteSets = NonNullable<Endpoint["routes"]>;

/** Where packets of an interface may go beside its network. */
export interface Exposure {
  /** Whether it has external addresses. */
  readonly externalV4: Publicity;
  readonly externalV6: Publicity;
  /** Whether packets from the internet come to it through a load balancer or a forwarded protocol. */
  readonly passthrough: boolean;
  /** Whether a load balancer or a health check connects to it. */
  readonly balanced: boolean;
  /** Its network tags, which routes may be limited to; undefined: not known. */
  readonly tags: ReadonlySet<string> | undefined;
}

/** What is known of it, where it has those external addresses that it may have, or has none of these. */
type Known = Exposure & Readonly<Record<"externalV4" | "externalV6", boolean>>;

const knownAs = (exposure: Exposure, external: boolean): Known => ({
  ...exposure,
  externalV4: typeof exposure.externalV4 === "string" ? external : exposure.externalV4,
  externalV6: typeof exposure.externalV6 === "string" ? external : exposure.externalV6,
});

/** Why it can't be told whether it has an external address; undefined where it can. */
const unclear = ({ externalV4, externalV6 }: Exposure): string | undefined =>
  [externalV4, externalV6].find((one) => typeof one === "string");

type Way = "internet" | "appliance";

interface Route {
  readonly way: Way;
  readonly addresses: AddressSet;
  /** Bits of the destination's prefix: the longest decides. */
  readonly prefix: number;
  /** At one length the lowest decides. */
  readonly priority: number;
  readonly tags: readonly string[];
}

interface Table {
  readonly routes: Route[];
  /** Whether its routes can't all be told. */
  isUnread: boolean;
}

interface Nat {
  readonly region: string | undefined;
  /** Ids of the subnets that it serves; undefined: all of its region. */
  readonly subnets: ReadonlySet<string> | undefined;
}

const DEFAULT_PRIORITY = 1000;

/** private.googleapis.com and restricted.googleapis.com. */
const GOOGLE_APIS_V4 = AddressSet.ofCidrs(["199.36.153.8/30", "199.36.153.4/30"]);
const GOOGLE_APIS_V6 = AddressSet.ofCidrs(["2600:2d00:2:2000::/56", "2600:2d00:2:1000::/56"]);
/** The public addresses of Google's APIs, which Google publishes and the input does not hold. */
const GOOGLE_APIS_NAME = AddressSet.ofName("google:googleapis.com");

/** IAP's TCP forwarding, Cloud DNS and Service Directory, serverless connectors. */
const SPECIAL_SOURCES = AddressSet.ofCidrs(["35.235.240.0/20", "35.199.192.0/19", "35.199.224.0/19"]);
/** Load balancers' proxies and health checks. */
export const BALANCER_SOURCES = AddressSet.ofCidrs([
  "35.191.0.0/16",
  "130.211.0.0/22",
  "209.85.152.0/22",
  "209.85.204.0/22",
  "2600:1901:8001::/48",
  "2600:2d00:1:1::/64",
  "2600:2d00:1:b029::/64",
]);
/** Destinations that NAT64 translates. */
const NAT64 = AddressSet.ofCidr("64:ff9b::/96");

/** Resources that connect a network to others, with the fields that name the network. */
const CONNECTIONS: Readonly<Record<string, readonly string[]>> = {
  google_compute_vpn_gateway: ["network"],
  google_compute_ha_vpn_gateway: ["network"],
  google_compute_vpn_tunnel: ["network"],
  google_compute_interconnect_attachment: ["network"],
  google_compute_router_peer: ["network"],
  google_compute_router_interface: ["network"],
  google_network_connectivity_policy_based_route: ["network"],
  google_network_connectivity_spoke: ["network"],
};

export class Routes {
  private readonly tables = new Map<string, Table>();
  private readonly nats = new Map<string, Nat[]>();
  private readonly arrivals = new Map<string, Filter>();
  /** Networks that others may reach. */
  private readonly connected = new Set<string>();
  private anyConnected = false;
  /** Networks whose subnets a network reaches as its own, by its id. */
  private readonly peers = new Map<string, Network[]>();
  /** Peerings with networks that are not in the input, or that bring routes which can't be told. */
  readonly unjudged: Unjudged[] = [];

  constructor(
    private readonly input: GoogleInput,
    private readonly networks: Networks,
  ) {
    for (const resource of input.managed("google_compute_route")) this.readRoute(resource);
    for (const resource of input.managed("google_compute_router_nat")) this.readNat(resource);
    for (const [type, fields] of Object.entries(CONNECTIONS)) {
      for (const resource of input.managed(type)) this.readConnection(resource, fields);
    }
    for (const resource of input.managed("google_service_networking_connection")) {
      // Google's own services are at ranges reserved in the network, and lead nowhere else.
      const service = input.textAt(resource, "service");
      if (service !== "servicenetworking.googleapis.com") this.readConnection(resource, ["network"]);
    }
    this.readPeerings();
  }

  /** The far addresses of an interface in `subnet`; undefined where the network's routes are not in the input. */
  of(network: Network, subnet: Subnet, exposure: Exposure): RouteSets | undefined {
    const closed = this.ofKnown(network, subnet, knownAs(exposure, false));
    const why = unclear(exposure);
    if (!closed || why === undefined) return closed;
    return unlessPrivate(this.ofKnown(network, subnet, knownAs(exposure, true)), closed, why);
  }

  private ofKnown(network: Network, subnet: Subnet, exposure: Known): RouteSets | undefined {
    const { resource } = network;
    if (resource?.mode !== "managed" || !this.isAlone(network) || !subnet.isKnown) return undefined;
    const claims = this.claims(network, resource, exposure.tags);
    if (!claims) return undefined;
    const through = (way: Way) =>
      AddressSet.unionOf(claims.flatMap((claim) => (claim.way === way ? claim.addresses : [])));
    const local = this.reached(network);
    const internet = through("internet");
    const appliance = through("appliance");
    const open = AddressSet.unionOf([
      ...(exposure.externalV4 ? [EVERY_V4] : []),
      ...(exposure.externalV6 ? [ANY_V6] : []),
    ]);
    const hasNat = this.hasNat(network, subnet);
    const outward = AddressSet.unionOf([
      open,
      ...(hasNat ? [EVERY_V4, NAT64] : []),
      ...(this.reachesGoogle(subnet) ? [GOOGLE_APIS_V4, GOOGLE_APIS_V6, GOOGLE_APIS_NAME] : []),
    ]);
    const inward = exposure.passthrough ? open.union(EVERY_V4) : open;
    return {
      outbound: AddressSet.unionOf([local, METADATA_SERVER, appliance, internet.intersect(outward)]),
      inbound: AddressSet.unionOf([
        local,
        SPECIAL_SOURCES,
        internet.intersect(inward),
        appliance,
        ...(exposure.balanced ? [BALANCER_SOURCES] : []),
      ]),
      ...(!appliance.isEmpty && { unknown: "what an appliance on the way lets pass is not in the input" }),
    };
  }

  /**
   * What comes to an interface without an external address in a network whose routes are not in the input: whoever is
   * inside, load balancers before it, and perhaps others, by ways that the input does not tell.
   */
  arrival(network: Network, exposure: Exposure): Filter[] {
    const { externalV4, externalV6, passthrough, balanced } = exposure;
    if (externalV4 === true || externalV6 === true || passthrough) return [];
    const inside = AddressSet.unionOf([this.inside(network), ...(balanced ? [BALANCER_SOURCES] : [])]);
    const reason =
      unclear(exposure) ??
      `it has no external address, and the routes of network ${network.id} are not in the input: ` +
        "add the network with its subnets, routes and peerings";
    const key = [network.id, balanced, reason].join("\n");
    let filter = this.arrivals.get(key);
    if (!filter) this.arrivals.set(key, (filter = arrivalFilter(network, inside, reason)));
    return [filter];
  }

  /** Whether nothing but the internet lies beyond the network, as far as the input tells. */
  private isAlone({ id }: Network): boolean {
    return !this.anyConnected && !this.connected.has(id);
  }

  /** Addresses from which services inside the network are reached. */
  inside(network: Network | undefined): AddressSet {
    return network?.resource?.mode === "managed" && this.isAlone(network) ? this.reached(network) : PRIVATE;
  }

  /** Every address inside a network and those that it is peered with. */
  private reached(network: Network): AddressSet {
    const peers = this.peers.get(network.id) ?? [];
    return AddressSet.unionOf([network, ...peers].map((one) => this.networks.local(one)));
  }

  /** Where each address beyond the network goes: the most specific route takes it first. */
  private claims(network: Network, resource: Resource, tags: Exposure["tags"]): Route[] | undefined {
    const deletes = bool(this.input.follow(resource.values["delete_default_routes_on_create"], resource)) ?? false;
    const table = this.tables.get(network.id) ?? { routes: [], isUnread: false };
    if (table.isUnread || isOpaque(deletes)) return undefined;
    if (tags === undefined && table.routes.some((route) => route.tags.length > 0)) return undefined;
    const routes = [...table.routes, ...(deletes ? [] : DEFAULT_ROUTES)]
      .filter((route) => route.tags.length === 0 || route.tags.some((tag) => tags?.has(tag)))
      .sort((a, b) => b.prefix - a.prefix || a.priority - b.priority);
    let taken = this.reached(network);
    return routes.map((route) => {
      const addresses = route.addresses.subtract(taken);
      // Of routes alike in both, any may be taken.
      const rivals = routes.filter(
        (r) => r.prefix === route.prefix && r.priority === route.priority && r.way !== route.way,
      );
      if (rivals.length === 0) taken = taken.union(route.addresses);
      return { ...route, addresses };
    });
  }

  private hasNat(network: Network, subnet: Subnet): boolean {
    return (this.nats.get(network.id) ?? []).some(({ region, subnets }) => {
      if (subnets) return subnets.has(subnet.id);
      return region === undefined || subnet.region === undefined || region === subnet.region;
    });
  }

  private reachesGoogle({ resource }: Subnet): boolean {
    if (!resource) return true;
    const isOn = bool(this.input.follow(resource.values["private_ip_google_access"], resource));
    return isOn === undefined ? resource.mode === "data" : isOpaque(isOn) || isOn;
  }

  private readRoute(resource: Resource): void {
    const { values } = resource;
    const network = this.networks.network(values["network"], resource);
    if (!network) {
      this.anyConnected = true;
      return;
    }
    let table = this.tables.get(network.id);
    if (!table) this.tables.set(network.id, (table = { routes: [], isUnread: false }));
    const destination = text(this.input.follow(values["dest_range"], resource));
    const priority = this.input.textAt(resource, "priority") ?? String(DEFAULT_PRIORITY);
    const tags = this.input.collect(resource, "tags");
    const gateway = values["next_hop_gateway"];
    const way: Way = isAbsent(gateway) ? "appliance" : "internet";
    const isReadable =
      typeof destination === "string" &&
      typeof priority === "string" &&
      tags.every((tag) => typeof tag === "string") &&
      (way === "appliance" || (typeof gateway === "string" && lastSegment(gateway) === "default-internet-gateway"));
    const known = isReadable ? readable(destination) : undefined;
    if (!known || !isAbsent(values["next_hop_vpn_tunnel"])) table.isUnread = true;
    else
      table.routes.push({ ...known, way, priority: Number(priority), tags: tags.filter((t) => typeof t === "string") });
  }

  private readNat(resource: Resource): void {
    const { values } = resource;
    const kind = this.input.textAt(resource, "type");
    if (kind === "PRIVATE") return;
    const router = this.input.named(values["router"], resource, "google_compute_router");
    const held = router.kind === "resource" ? router.resource : undefined;
    const network = held && this.networks.network(held.values["network"], held);
    if (!network) return;
    const regions = [resource, held].map((holder) => this.input.textAt(holder, "region"));
    const region = regions.find((value) => typeof value === "string");
    const serves = this.input.textAt(resource, "source_subnetwork_ip_ranges_to_nat");
    const listed = this.input.collect(resource, "subnetwork.name");
    const subnets = new Set(listed.map((name) => this.networks.subnet(name, resource).id));
    append(this.nats, network.id, {
      region: typeof region === "string" ? lastSegment(region) : undefined,
      subnets: serves === "LIST_OF_SUBNETWORKS" && !subnets.has("unknown subnet") ? subnets : undefined,
    });
  }

  private readConnection(resource: Resource, fields: readonly string[]): void {
    const named = fields.filter((field) => !isAbsent(resource.values[field]));
    const found = named.map((field) => this.networks.network(resource.values[field], resource));
    for (const network of found) if (network) this.connected.add(network.id);
    // What does not say which network it is of may be of any; a router's peer says it through its router.
    if (named.length === 0 || found.some((network) => !network)) this.connect(this.viaRouter(resource));
  }

  private readPeerings(): void {
    const peerings = this.input.managed("google_compute_network_peering").map((resource) => ({
      resource,
      own: this.networks.network(resource.values["network"], resource),
      peer: this.networks.network(resource.values["peer_network"], resource),
    }));
    const isMade = (network: Network | undefined) => network?.resource?.mode === "managed";
    // Whether a peer has routes of its own to hand on is asked before any peering is one of them.
    const judged = peerings.map(({ resource, own, peer }) => {
      const imports = bool(this.input.follow(resource.values["import_custom_routes"], resource)) ?? false;
      const isBothSides = peerings.some((other) => other.own?.id === peer?.id && other.peer?.id === own?.id);
      return isMade(own) && isMade(peer) && isBothSides && (imports === false || !this.hasWaysOut(peer));
    });
    for (const [i, { resource, own, peer }] of peerings.entries()) {
      if (judged[i] && own && peer) append(this.peers, own.id, peer);
      else {
        this.unjudged.push(unjudgedFor(resource, ONLY_LEADS));
        this.readConnection(resource, ["network", "peer_network"]);
      }
    }
  }

  /** Whether it has routes to elsewhere than the internet. */
  private hasWaysOut(network: Network | undefined): boolean {
    if (!network || !this.isAlone(network)) return true;
    const table = this.tables.get(network.id);
    return table !== undefined && (table.isUnread || table.routes.some(({ way }) => way === "appliance"));
  }

  private connect(network: Network | undefined): void {
    if (network) this.connected.add(network.id);
    else this.anyConnected = true;
  }

  private viaRouter(resource: Resource): Network | undefined {
    const router = this.input.named(resource.values["router"], resource, "google_compute_router");
    if (router.kind !== "resource") return undefined;
    return this.networks.network(at(router.resource.values, "network"), router.resource);
  }
}

function arrivalFilter({ id, location }: Network, inside: AddressSet, reason: string): Filter {
  const rule = { resource: id, location, action: "allow", services: ServiceSet.all } as const;
  return {
    name: `routes of ${id}`,
    system: "google-routes",
    direction: "inbound",
    stateful: true,
    levels: [
      [
        { ...rule, peers: [{ kind: "addresses", addresses: inside }] },
        { ...rule, peers: [unknownPeer(reason)] },
      ],
    ],
    otherwise: "deny",
    keptByCloud: true,
  };
}

/** What every network has that is not made without; the IPv6 one leads out only what has an external address. */
const DEFAULT_ROUTES: readonly Route[] = [
  { way: "internet", addresses: EVERY_V4, prefix: 0, priority: DEFAULT_PRIORITY, tags: [] },
  { way: "internet", addresses: ANY_V6, prefix: 0, priority: DEFAULT_PRIORITY, tags: [] },
];

function readable(cidr: string): Pick<Route, "addresses" | "prefix"> | undefined {
  try {
    return { addresses: AddressSet.ofCidrs([cidr]), prefix: parseCidr(cidr).prefix };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
