/**
 * Routes: which far addresses a subnet's interfaces can exchange packets with.
 *
 * Microsoft, "Virtual network traffic routing"
 * (https://learn.microsoft.com/azure/virtual-network/virtual-networks-udr-overview): the longest prefix decides, and
 * between equal ones a user-defined route goes before Azure's own. Azure routes the network's own and its peers'
 * addresses inside, private ranges beyond these nowhere, and everything else to the internet; next hop `None` drops.
 * Routes of the network, its peers and its service endpoints go before those that a gateway learns, however long these
 * are. "Default outbound access" (https://learn.microsoft.com/azure/virtual-network/ip-services/default-outbound-access): an
 * interface gets to the internet by a public address, a NAT gateway, a load balancer's, or one that Azure lends it
 * unless its subnet forbids that. "Public IP addresses"
 * (https://learn.microsoft.com/azure/virtual-network/ip-services/public-ip-addresses): addresses and load balancers of
 * the Standard SKU let nothing in where no security group allows it, those of the Basic SKU everything. "Virtual
 * network service endpoints"
 * (https://learn.microsoft.com/azure/virtual-network/virtual-network-service-endpoints-overview): their routes are more
 * specific than any other.
 *
 * Nobody on the internet can open a connection to an interface but through its public address, a load balancer, or an
 * appliance or gateway on the way. What lies behind gateways, appliances and peers that forward is not in the input:
 * where there is one, every address is taken to be able to open a connection, and the rules alone decide.
 */
import type { Endpoint, Resource, Unjudged, Value } from "../../model";
import { AddressSet, parseCidr } from "../../../packets/address-set";
import { blocks, bool, isObject, text } from "../../values";
import { unlessPrivate } from "../publicity";
import { append, isAbsent, type AzureInput, type HeldValue, type Target } from "./input";
import { ANY_V6, type AzureNetworks, type Subnet } from "./network";
import { AZURE_HOST, INSIDE, INTERNET, readPrefix, serviceNames } from "./service-tags";

type RouteSets = NonNullable<Endpoint["routes"]>;

/** How a route's next hop treats packets. */
type Way = "local" | "internet" | "none" | "appliance" | "gateway" | "service";

interface Route {
  readonly way: Way;
  readonly addresses: AddressSet;
  /** Bits of the destination's prefix: the longest decides. */
  readonly prefix: number;
}

interface Table {
  readonly resource: Resource | undefined;
  readonly routes: Route[];
  /** Whether routes that a gateway learns come into it too. */
  readonly propagates: boolean;
  /** Why its routes are not all known. */
  unknown?: string;
}

/** How an interface is connected to the internet beside its subnet. */
export interface Exposure {
  /** Whether it may be reached at an address of the internet. */
  readonly inbound: boolean;
  /** Whether it has an address of the internet to go out by. */
  readonly outbound: boolean;
}

const WAYS: Readonly<Record<string, Way>> = {
  vnetlocal: "local",
  internet: "internet",
  none: "none",
  virtualappliance: "appliance",
  virtualnetworkgateway: "gateway",
};

/** Longer than any block: named sets and service endpoints. */
const SERVICE_PREFIX = 129;

/** Ranges that Azure routes nowhere of itself. */
const DROPPED = ["10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16"];
const SYSTEM: readonly Route[] = [
  ...DROPPED.map((cidr) => blockRoute("none", cidr)),
  blockRoute("internet", "0.0.0.0/0"),
  blockRoute("internet", "::/0"),
];

/** The tags that service endpoints lead to, where they are not the service's own name. */
const SERVICES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    "Microsoft.Storage": "Storage",
    "Microsoft.Storage.Global": "Storage",
    "Microsoft.Sql": "Sql",
    "Microsoft.AzureCosmosDB": "AzureCosmosDB",
    "Microsoft.KeyVault": "AzureKeyVault",
    "Microsoft.ServiceBus": "ServiceBus",
    "Microsoft.EventHub": "EventHub",
    "Microsoft.Web": "AppService",
    "Microsoft.ContainerRegistry": "AzureContainerRegistry",
  }),
);

export class AzureRoutes {
  readonly unjudged: Unjudged[] = [];

  private readonly tables = new Map<string, Table>();
  private readonly ofSubnet = new Map<string, HeldValue[]>();
  private readonly translated = new Set<string>();

  constructor(
    private readonly input: AzureInput,
    private readonly networks: AzureNetworks,
  ) {
    for (const resource of input.managed("azurerm_route_table")) this.readTable(resource);
    for (const resource of input.managed("azurerm_route")) {
      const table = this.tableAt(input.findNamed("route_table_name", "azurerm_route_table", resource));
      if (table) this.addRoute(table, resource.values, resource);
      else this.leave(resource, "the route table that it belongs to is not in the input");
    }
    for (const association of input.managed("azurerm_subnet_route_table_association")) {
      const { subnet_id, route_table_id } = association.values;
      append(this.ofSubnet, networks.subnet(subnet_id, association).id, {
        value: route_table_id ?? null,
        from: association,
      });
    }
    for (const association of input.managed("azurerm_subnet_nat_gateway_association")) {
      this.translated.add(networks.subnet(association.values["subnet_id"], association).id);
    }
  }

  /** The prefixes of the subnet's user-defined routes; undefined where they are not known. */
  prefixes(subnet: Subnet): AddressSet | undefined {
    const table = this.tableOf(subnet);
    if (!table || table.unknown !== undefined) return undefined;
    return addressesOf(table.routes);
  }

  /** The far addresses of an interface in `subnet`; undefined where its routes are not known. */
  of(subnet: Subnet, exposure: Exposure): RouteSets | undefined {
    const why = subnet.defaultOutbound;
    if (typeof why !== "string") return this.led(subnet, exposure);
    const closed = this.led({ ...subnet, defaultOutbound: false }, exposure);
    return closed && unlessPrivate(this.led({ ...subnet, defaultOutbound: true }, exposure), closed, why);
  }

  private led(subnet: Subnet, exposure: Exposure): RouteSets | undefined {
    const table = this.tableOf(subnet);
    const space = subnet.network?.space;
    if (!table || table.unknown !== undefined || !(space ?? subnet.network?.resource)) return undefined;
    const beyond = this.networks.beyond(subnet.network);
    const others = table.routes.some(({ way }) => way === "appliance" || way === "gateway") || beyond.forwarded;
    // Whatever addresses the network has, the internet is not among them.
    if (!space) return { outbound: AddressSet.all, inbound: others || exposure.inbound ? AddressSet.all : INSIDE };
    const inside = space.union(beyond.certain);
    const local = inside.toCidrs().map((cidr) => blockRoute("local", cidr));
    const owner = subnet.network.resource;
    const region = owner && this.input.regionOf(owner);
    const services = subnet.serviceEndpoints.flatMap((service) => serviceRoute(service, region));
    const claims = claim([...table.routes, ...services, ...local, ...SYSTEM]);
    const through = (...ways: Way[]) => addressesOf(claims.filter(({ way }) => ways.includes(way)));
    const translates = exposure.outbound || subnet.defaultOutbound === true || this.translated.has(subnet.id);
    // Neither NAT gateways nor default outbound access translate IPv6.
    const open = AddressSet.unionOf([
      ...(translates ? [AddressSet.ofCidrs(["0.0.0.0/0"])] : []),
      ...(exposure.outbound ? [ANY_V6] : []),
    ]);
    const outbound = AddressSet.unionOf([
      through("local", "appliance", "gateway", "service"),
      through("internet").intersect(open),
      AZURE_HOST,
    ]);
    const inbound = others
      ? AddressSet.all
      : AddressSet.unionOf([inside, AZURE_HOST, ...(exposure.inbound ? [INTERNET] : [])]);
    const learns = beyond.learnsRoutes && table.propagates;
    return {
      outbound: withoutStrayNames(outbound, addressesOf(claims.filter(({ prefix }) => prefix === SERVICE_PREFIX))),
      inbound,
      ...(learns && {
        unknown: "the routes that a gateway learns are not in the input",
        certain: AddressSet.unionOf([through("local", "service"), AZURE_HOST]),
      }),
    };
  }

  private tableOf(subnet: Subnet): Table | undefined {
    if (!subnet.resource) return undefined;
    const named = [...(this.ofSubnet.get(subnet.id) ?? []), ...(subnet.routeTable ? [subnet.routeTable] : [])];
    const [first] = named;
    if (!first) {
      // A data source that was not read does not tell its table.
      const isTold = subnet.resource.mode === "managed" || "route_table_id" in subnet.resource.values;
      return isTold ? NO_TABLE : undefined;
    }
    return this.tableAt(this.input.find(first.value, first.from, "route table"));
  }

  private tableAt(target: Target): Table | undefined {
    return target.kind === "resource" ? this.tables.get(this.input.id(target.resource)) : undefined;
  }

  private readTable(resource: Resource): void {
    const { values } = resource;
    const enabled = bool(this.input.follow(values["bgp_route_propagation_enabled"], resource));
    const disabled = bool(this.input.follow(values["disable_bgp_route_propagation"], resource));
    const table: Table = { resource, routes: [], propagates: enabled !== false && disabled !== true };
    this.tables.set(this.input.id(resource), table);
    for (const block of blocks(this.input.follow(values["route"], resource))) {
      if (isObject(block)) this.addRoute(table, block, resource);
      else if (!isAbsent(block)) table.unknown = `the routes of ${resource.address} are not known`;
    }
  }

  private addRoute(table: Table, values: Readonly<Record<string, Value>>, from: Resource): void {
    const prefix = text(this.input.follow(values["address_prefix"], from));
    const hop = text(this.input.follow(values["next_hop_type"], from));
    const way = typeof hop === "string" ? WAYS[hop.toLowerCase()] : undefined;
    const route = way && typeof prefix === "string" ? userRoute(way, prefix) : undefined;
    if (route) table.routes.push(route);
    else table.unknown = `where a route of ${from.address} leads is not known`;
  }

  private leave(resource: Resource, reason: string): void {
    this.unjudged.push({ resource: resource.address, location: resource.location, reason });
  }
}

const NO_TABLE: Table = { resource: undefined, routes: [], propagates: true };

/** Where each address goes: the longest prefix takes it first, and between equal ones that which comes first. */
function claim(routes: readonly Route[]): Route[] {
  const ordered = [...routes].sort((a, b) => b.prefix - a.prefix);
  let taken = AddressSet.empty;
  return ordered.map((candidate) => {
    const addresses = candidate.addresses.subtract(taken);
    taken = taken.union(candidate.addresses);
    return { ...candidate, addresses };
  });
}

/** @throws RangeError if `cidr` is malformed */
function blockRoute(way: Way, cidr: string): Route {
  return { way, addresses: AddressSet.ofCidrs([cidr]), prefix: parseCidr(cidr).prefix };
}

function userRoute(way: Way, prefix: string): Route | undefined {
  const read = readPrefix(prefix);
  if (read.kind === "block") return blockRoute(way, read.cidr);
  return read.kind === "tag" ? { way, addresses: read.addresses, prefix: SERVICE_PREFIX } : undefined;
}

function serviceRoute(service: string, region: string | undefined): Route[] {
  const tag = SERVICES.get(service);
  if (tag === undefined) return [];
  return serviceNames(tag, region).map((name) => ({
    way: "service",
    addresses: AddressSet.ofName(name),
    prefix: SERVICE_PREFIX,
  }));
}

/** Named sets are public addresses: they are reached where any of these are, or by routes of their own. */
function withoutStrayNames(reached: AddressSet, own: AddressSet): AddressSet {
  const isPublic = reached.numeric().intersect(INTERNET).size(4) > 0n;
  return isPublic ? reached : reached.numeric().union(reached.intersect(own));
}

function addressesOf(routes: readonly Route[]): AddressSet {
  return AddressSet.unionOf(routes.map(({ addresses }) => addresses));
}
