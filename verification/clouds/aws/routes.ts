/**
 * Routes: which far addresses a subnet's interfaces can exchange packets with.
 *
 * Amazon VPC User Guide, "Configure route tables"
 * (https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html) and "Route priority"
 * (https://docs.aws.amazon.com/vpc/latest/userguide/route-tables-priority.html): the most specific
 * route decides, and the VPC's own blocks are always routed inside it; a subnet without a table of its own has the
 * VPC's main one. "Enable internet access for a VPC using an internet gateway"
 * (https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html): IPv4 through it needs a public address.
 * "NAT gateways" (https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html) and "Enable outbound IPv6
 * traffic using an egress-only internet gateway"
 * (https://docs.aws.amazon.com/vpc/latest/userguide/egress-only-internet-gateway.html): nobody outside can open a
 * connection through either.
 *
 * What lies behind a transit gateway, a VPN, a peering, Direct Connect, a core network, a carrier or local gateway is
 * not in the input: from a VPC that has one, every address is taken to be able to open a connection, and the rules
 * alone decide.
 */
import type { Endpoint, Resource, Value } from "../../model";
import { isReference, isUnknown, referenceTo } from "../../model";
import { AddressSet, parseCidr } from "../../../packets/address-set";
import { blocks, isObject, isOpaque, text } from "../../values";
import { append, isAbsent, type TerraformInput } from "../terraform-input";
import { ANY_V6, type Networks, type Subnet, type Vpc } from "./network";
import { serviceOf, type PrefixLists } from "./prefix-list";

type RouteSets = NonNullable<Endpoint["routes"]>;

/**
 * How a route's target treats connections. `appliance`: an interface or firewall endpoint, which may stop anything.
 * `nowhere`: the target is declared nowhere, so that what goes there is lost.
 */
type Way = "local" | "internet" | "nat" | "egress-only" | "private" | "service" | "appliance" | "nowhere";

interface Route {
  readonly way: Way;
  readonly addresses: AddressSet;
  /** Bits of the destination's prefix: the longest decides. */
  readonly prefix: number;
  /** The subnet of a NAT gateway in the input, and whether it has a public address. */
  readonly nat?: { readonly subnet: Subnet; readonly isPublic: boolean };
}

interface Table {
  readonly routes: Route[];
  /** Why its routes are not all known. */
  unknown?: string;
}

/** Whether an interface may have a public IPv4 address. */
export interface Exposure {
  readonly publicV4: boolean;
  readonly v6: boolean;
}

/** Named sets and IPv6 blocks are not told apart by length; a service's own route is the most specific there is. */
const SERVICE_PREFIX = 129;

const TABLE_TYPES = new Set(["aws_route_table", "aws_default_route_table"]);

/** Fields that name a route's target, but for `gateway_id`, which stands for several. */
const WAYS: Readonly<Record<string, Way>> = {
  nat_gateway_id: "nat",
  egress_only_gateway_id: "egress-only",
  transit_gateway_id: "private",
  vpc_peering_connection_id: "private",
  core_network_arn: "private",
  carrier_gateway_id: "private",
  local_gateway_id: "private",
  network_interface_id: "appliance",
  instance_id: "appliance",
  vpc_endpoint_id: "appliance",
};

/** Every field that names a route's target. */
export const TARGET_FIELDS: readonly string[] = ["gateway_id", ...Object.keys(WAYS)];

/** What `gateway_id` stands for, by the resource's type or the id's beginning. */
const GATEWAYS: readonly (readonly [pattern: RegExp, way: Way])[] = [
  [/(^|\.)aws_internet_gateway\.|^igw-/, "internet"],
  [/(^|\.)aws_vpn_gateway\.|^vgw-/, "private"],
  [/^local$/, "local"],
  [/(^|\.)aws_vpc_endpoint\.|^vpce-/, "service"],
];

/** Resources that connect a VPC to other networks, and the fields that name the VPC. */
const ATTACHMENTS: Readonly<Record<string, readonly string[]>> = {
  aws_ec2_transit_gateway_vpc_attachment: ["vpc_id"],
  aws_vpn_gateway: ["vpc_id"],
  aws_vpn_gateway_attachment: ["vpc_id"],
  aws_vpc_peering_connection: ["vpc_id", "peer_vpc_id"],
  aws_networkmanager_vpc_attachment: ["vpc_arn"],
  aws_ec2_carrier_gateway: ["vpc_id"],
  aws_ec2_local_gateway_route_table_vpc_association: ["vpc_id"],
};

export class Routes {
  private readonly tables = new Map<string, Table>();
  /** Keys of tables by subnet, and of main tables by VPC; undefined: the table is not in the input. */
  private readonly ofSubnet = new Map<string, string | undefined>();
  private readonly main = new Map<string, string | undefined>();
  /** VPCs that have a table in the input. */
  private readonly tabled = new Set<string>();
  /** VPCs that other networks may reach. */
  private readonly attached = new Set<string>();
  private anyAttached = false;
  /** VPCs with an internet gateway, whose routes are there too, in the input or not. */
  private readonly gatewayed = new Set<string>();
  private anyGateway = false;
  /** Set where a subnet's table may be another than the one found. */
  private strayAssociation = false;
  /** Set where a route may be of any table. */
  private strayRoute = false;
  /** Keys of the tables that lead to each gateway endpoint; undefined for a table that is not in the input. */
  private readonly toEndpoint = new Map<Resource, (string | undefined)[]>();

  constructor(
    private readonly input: TerraformInput,
    private readonly networks: Networks,
    private readonly prefixLists: PrefixLists,
  ) {
    for (const resource of input.managed(...TABLE_TYPES)) this.readTable(resource);
    for (const resource of input.managed("aws_route")) this.readApart(resource);
    for (const resource of input.managed("aws_vpn_gateway_route_propagation")) {
      this.tableAt(resource.values["route_table_id"], resource)?.routes.push(...PROPAGATED);
    }
    this.readGatewayEndpoints();
    this.readAssociations();
    this.readAttachments();
  }

  /** The far addresses of an interface in `subnet`; undefined where the subnet's routes are not in the input. */
  of(subnet: Subnet, { publicV4, v6 }: Exposure): RouteSets | undefined {
    const table = this.tableOf(subnet);
    if (!table) return this.withoutGateway(subnet);
    if (table.unknown !== undefined || !subnet.vpc?.cidrs) return undefined;
    const claims = this.claims(table, subnet.vpc);
    const open = AddressSet.unionOf([...(publicV4 ? [ANY_V4_NAMED] : []), ...(v6 ? [ANY_V6] : [])]);
    const through = (...ways: Way[]) =>
      AddressSet.unionOf(claims.filter(({ way }) => ways.includes(way)).map(({ addresses }) => addresses));
    const local = through("local");
    const internet = through("internet").intersect(open);
    const appliance = through("appliance");
    const nat = claims.filter(({ way }) => way === "nat").map((claim) => this.throughNat(claim, new Set([subnet.id])));
    const isAttached =
      this.anyAttached || this.attached.has(subnet.vpc.id) || claims.some(({ way }) => way === "private");
    const outward = through("private", "service").union(through("egress-only").intersect(ANY_V6));
    const reasons = [
      ...(appliance.isEmpty ? [] : ["what an appliance on the way lets pass is not in the input"]),
      ...(table.routes.some((entry) => PROPAGATED.includes(entry))
        ? ["routes that a VPN gateway tells are not in the input"]
        : []),
    ];
    return {
      outbound: withNames(AddressSet.unionOf([local, internet, appliance, outward, ...nat])),
      inbound: isAttached
        ? AddressSet.all
        : withNames(AddressSet.unionOf([local, internet, appliance.intersect(open)])),
      ...(reasons.length > 0 && { unknown: reasons.join("; ") }),
    };
  }

  /** Nobody outside comes into a VPC of the input that has neither routes nor gateways there; what leaves is not known. */
  private withoutGateway({ id, vpc }: Subnet): RouteSets | undefined {
    if (vpc?.resource?.mode !== "managed" || !vpc.cidrs || this.ofSubnet.has(id) || this.tabled.has(vpc.id)) {
      return undefined;
    }
    const mayLead = this.strayRoute || this.strayAssociation || this.anyGateway || this.anyAttached;
    if (mayLead || this.gatewayed.has(vpc.id) || this.attached.has(vpc.id) || this.main.has(vpc.id)) return undefined;
    return { outbound: AddressSet.all, inbound: withNames(AddressSet.ofCidrs(vpc.cidrs)) };
  }

  /** Why the routes of a subnet are not all known; undefined where they are. */
  unclear(subnet: Subnet): string | undefined {
    const table = this.tableOf(subnet);
    return table ? table.unknown : `the route table of ${subnet.id} is not in the input`;
  }

  /** Addresses from which route tables lead to a gateway endpoint; undefined where that can't be told. */
  leadingTo(endpoint: Resource): AddressSet | undefined {
    const keys = this.toEndpoint.get(endpoint) ?? [];
    if (this.strayAssociation || keys.includes(undefined)) return undefined;
    const leads = (key: string | undefined) => key !== undefined && keys.includes(key);
    const known = this.input
      .managed("aws_subnet", "aws_default_subnet")
      .map((subnet) => this.networks.subnet(referenceTo(subnet.address), subnet));
    const ids = new Set(known.map(({ id }) => id));
    if ([...this.ofSubnet].some(([id, key]) => leads(key) && !ids.has(id))) return undefined;
    return AddressSet.unionOf(
      known.filter((subnet) => leads(this.keyOfTable(subnet))).map(({ addresses }) => addresses),
    );
  }

  /** Where each address goes: the most specific route takes it first. */
  private claims(table: Table, vpc: Vpc): Route[] {
    const local = (vpc.cidrs ?? []).map((cidr) => route("local", cidr));
    const ordered = [...local, ...table.routes].sort((a, b) => b.prefix - a.prefix);
    let taken = AddressSet.empty;
    return ordered.map((candidate) => {
      const addresses = candidate.addresses.subtract(taken);
      taken = taken.union(candidate.addresses);
      return { ...candidate, addresses };
    });
  }

  /** A NAT gateway leads as far as its own subnet does. */
  private throughNat({ addresses, nat }: Route, seen: ReadonlySet<string>): AddressSet {
    // Routes that lead in a circle lead nowhere.
    if (nat && seen.has(nat.subnet.id)) return AddressSet.empty;
    const table = nat && this.tableOf(nat.subnet);
    if (!nat || !table || table.unknown !== undefined || !nat.subnet.vpc) return addresses;
    const behind = this.claims(table, nat.subnet.vpc).map((claim) => {
      if (claim.way === "internet") return nat.isPublic ? claim.addresses : AddressSet.empty;
      if (claim.way === "nat") return this.throughNat(claim, new Set([...seen, nat.subnet.id]));
      return claim.way === "egress-only" || claim.way === "nowhere" ? AddressSet.empty : claim.addresses;
    });
    // IPv6 destinations of NAT64 stand for IPv4 ones, which the NAT's subnet need not route as such.
    return addresses.intersect(AddressSet.unionOf([...behind, ANY_V6]));
  }

  private tableOf(subnet: Subnet): Table | undefined {
    const { vpc } = subnet;
    const key = this.keyOfTable(subnet);
    const table = this.tables.get(key ?? "");
    if (this.ofSubnet.has(subnet.id) || !vpc) return table;
    // A VPC of the input whose main table nobody touches has the local route there, and nothing else.
    const untouched = key === mainKey(vpc.id) && vpc.resource?.mode === "managed" && this.tabled.has(vpc.id);
    return table ?? (untouched ? { routes: [] } : undefined);
  }

  private keyOfTable({ id, vpc }: Subnet): string | undefined {
    if (this.ofSubnet.has(id)) return this.ofSubnet.get(id);
    if (!vpc || this.strayAssociation) return undefined;
    return this.main.has(vpc.id) ? this.main.get(vpc.id) : mainKey(vpc.id);
  }

  private readTable(resource: Resource): void {
    const vpc = this.vpcOfTable(resource);
    if (vpc) this.tabled.add(vpc.id);
    const key = resource.type === "aws_default_route_table" && vpc ? mainKey(vpc.id) : this.input.id(resource);
    const table = this.table(key);
    const written = this.input.follow(resource.values["route"], resource);
    for (const block of blocks(written)) {
      if (isObject(block)) this.addRoute(table, block, resource);
      else if (!isAbsent(block)) table.unknown = `the routes of ${resource.address} are not known`;
    }
    if (this.input.collect(resource, "propagating_vgws").length > 0) table.routes.push(...PROPAGATED);
  }

  private vpcOfTable(resource: Resource): Vpc | undefined {
    if (!isAbsent(resource.values["vpc_id"])) return this.networks.vpc(resource.values["vpc_id"], resource);
    const id = resource.values["default_route_table_id"];
    const target = this.input.find(id, resource, "route table");
    if (target.kind === "resource") return this.networks.vpc(id, resource);
    const owner = this.input.managed("aws_vpc", "aws_default_vpc").find(({ values }) => isMainTable(values, id));
    return owner && this.networks.vpcOf(owner);
  }

  private readApart(resource: Resource): void {
    const table = this.tableAt(resource.values["route_table_id"], resource);
    if (table) this.addRoute(table, resource.values, resource);
    else if (this.input.find(resource.values["route_table_id"], resource, "route table").kind === "unknown") {
      // It may be a route of any table.
      this.strayRoute = true;
      for (const any of this.tables.values()) any.unknown = `${resource.address} may belong to any route table`;
    }
  }

  private readGatewayEndpoints(): void {
    for (const endpoint of this.input.managed("aws_vpc_endpoint")) {
      const service = serviceOf(this.input, endpoint.values["service_name"], endpoint);
      if (!service) continue;
      const leads: Route = { way: "service", addresses: AddressSet.ofName(service), prefix: SERVICE_PREFIX };
      for (const id of this.input.collect(endpoint, "route_table_ids")) {
        this.tableAt(id, endpoint)?.routes.push(leads);
        append(this.toEndpoint, endpoint, this.keyOf(id, endpoint));
      }
    }
    for (const association of this.input.managed("aws_vpc_endpoint_route_table_association")) {
      const target = this.input.find(association.values["vpc_endpoint_id"], association, "VPC endpoint");
      if (target.kind !== "resource") continue;
      const service = serviceOf(this.input, target.resource.values["service_name"], target.resource);
      if (!service) continue;
      const leads: Route = { way: "service", addresses: AddressSet.ofName(service), prefix: SERVICE_PREFIX };
      this.tableAt(association.values["route_table_id"], association)?.routes.push(leads);
      append(this.toEndpoint, target.resource, this.keyOf(association.values["route_table_id"], association));
    }
  }

  private readAssociations(): void {
    for (const association of this.input.managed("aws_route_table_association")) {
      if (isAbsent(association.values["subnet_id"])) continue; // that of a gateway
      const subnet = this.input.find(association.values["subnet_id"], association, "subnet");
      const key = this.keyOf(association.values["route_table_id"], association);
      if (isUnknown(subnet)) this.strayAssociation = true;
      else this.ofSubnet.set(subnet.kind === "outside" ? subnet.name : this.input.id(subnet.resource), key);
    }
    for (const association of this.input.managed("aws_main_route_table_association")) {
      const vpc = this.networks.vpc(association.values["vpc_id"], association);
      const key = this.keyOf(association.values["route_table_id"], association);
      if (vpc) this.main.set(vpc.id, key);
      else this.strayAssociation = true;
    }
  }

  private readAttachments(): void {
    for (const [type, fields] of Object.entries(ATTACHMENTS)) {
      for (const attachment of this.input.managed(type)) {
        for (const field of fields) {
          const value = attachment.values[field];
          if (isAbsent(value)) continue;
          const vpc = this.networks.vpc(value, attachment);
          if (vpc) this.attached.add(vpc.id);
          else this.anyAttached = true;
        }
      }
    }
    for (const gateway of this.input.managed("aws_internet_gateway", "aws_internet_gateway_attachment")) {
      const value = gateway.values["vpc_id"];
      if (isAbsent(value)) continue;
      const vpc = this.networks.vpc(value, gateway);
      if (vpc) this.gatewayed.add(vpc.id);
      else this.anyGateway = true;
    }
    // The accepting side of a peering does not say which VPC it is in.
    if (this.input.managed("aws_vpc_peering_connection_accepter").length > 0) this.anyAttached = true;
    for (const resource of this.input.managed(...TABLE_TYPES)) {
      const vpc = this.vpcOfTable(resource);
      const table = this.tableAt(referenceTo(resource.address), resource);
      if (vpc && table?.routes.some(({ way }) => way === "private")) this.attached.add(vpc.id);
    }
  }

  private addRoute(table: Table, values: { readonly [key: string]: Value }, from: Resource): void {
    const target = this.target(values, from);
    if (!target) {
      table.unknown = `where a route of ${from.address} leads is not known`;
      return;
    }
    const { way, nat } = target;
    const more = nat ? { nat } : {};
    for (const field of ["cidr_block", "destination_cidr_block", "ipv6_cidr_block", "destination_ipv6_cidr_block"]) {
      const cidr = text(this.input.follow(values[field], from));
      if (isAbsent(cidr)) continue;
      const known = isOpaque(cidr) ? undefined : readable(way, cidr);
      if (known) table.routes.push({ ...known, ...more });
      else table.unknown = `the destination of a route of ${from.address} is not known`;
    }
    const list = values["destination_prefix_list_id"];
    if (isAbsent(list)) return;
    const { cidrs, name, peers } = this.prefixLists.find(list, from);
    if (peers.some(({ kind }) => kind === "unknown")) table.unknown = `a prefix list of ${from.address} is not known`;
    if (name) table.routes.push({ way, addresses: AddressSet.ofName(name), prefix: SERVICE_PREFIX, ...more });
    table.routes.push(...cidrs.flatMap((cidr) => readable(way, cidr) ?? []).map((entry) => ({ ...entry, ...more })));
  }

  private target(values: { readonly [key: string]: Value }, from: Resource): Pick<Route, "way" | "nat"> | undefined {
    const gateway = values["gateway_id"];
    if (TARGET_FIELDS.some((field) => isUndeclared(values[field]))) return { way: "nowhere" };
    if (!isAbsent(gateway)) {
      const name = isReference(gateway) ? `${gateway.address}.` : typeof gateway === "string" ? gateway : "";
      const way = GATEWAYS.find(([pattern]) => pattern.test(name))?.[1];
      return way && { way };
    }
    const field = Object.keys(WAYS).find((candidate) => !isAbsent(values[candidate]));
    const way = field && WAYS[field];
    if (!field || !way) return undefined;
    const target = way === "nat" ? this.input.find(values[field], from, "NAT gateway") : undefined;
    if (target?.kind !== "resource" || target.resource.type !== "aws_nat_gateway") return { way };
    const { resource } = target;
    const { values: nat } = resource;
    // A public gateway without an address of its own is none that AWS makes.
    const isPublic =
      text(nat["connectivity_type"]) !== "private" &&
      (!isAbsent(nat["allocation_id"]) || nat["availability_mode"] === "regional");
    return { way, nat: { subnet: this.networks.subnet(resource.values["subnet_id"], resource), isPublic } };
  }

  private tableAt(value: Value | undefined, from: Resource): Table | undefined {
    const key = this.keyOf(value, from);
    return key === undefined ? undefined : this.table(key);
  }

  /** The key of a table of the input; undefined where the table is not in it. */
  private keyOf(value: Value | undefined, from: Resource): string | undefined {
    const target = this.input.find(value, from, "route table");
    if (target.kind === "resource") {
      const { resource } = target;
      if (resource.type === "aws_vpc" || resource.type === "aws_default_vpc") {
        return resource.mode === "managed" ? mainKey(this.input.id(resource)) : undefined;
      }
      if (resource.mode !== "managed" || !TABLE_TYPES.has(resource.type)) return undefined;
      const vpc = resource.type === "aws_default_route_table" ? this.vpcOfTable(resource) : undefined;
      return vpc ? mainKey(vpc.id) : this.input.id(resource);
    }
    const owner = this.input.managed("aws_vpc", "aws_default_vpc").find(({ values }) => isMainTable(values, value));
    return owner && mainKey(this.input.id(owner));
  }

  private table(key: string): Table {
    let table = this.tables.get(key);
    if (!table) this.tables.set(key, (table = { routes: [] }));
    return table;
  }
}

/** IPv4 as a rule of 0.0.0.0/0 means it: with the named sets, which are public IPv4 addresses too. */
const ANY_V4_NAMED = AddressSet.ofCidrs(["0.0.0.0/0"]);

/** Routes that a VPN gateway tells may be any. */
const PROPAGATED: readonly Route[] = [
  { way: "private", addresses: ANY_V4_NAMED, prefix: 0 },
  { way: "private", addresses: ANY_V6, prefix: 0 },
];

/** Routes that together lead to all of the internet lead to the named sets too. */
function withNames(addresses: AddressSet): AddressSet {
  return addresses.union(AddressSet.ofCidrs(addresses.toCidrs()));
}

/** Whether a target is a gateway of the input by name, and nothing declares it. */
function isUndeclared(value: Value | undefined): boolean {
  return isUnknown(value) && value.undeclared !== undefined;
}

function mainKey(vpcId: string): string {
  return `${vpcId}#main`;
}

function isMainTable(values: Resource["values"], id: Value | undefined): boolean {
  return typeof id === "string" && [values["main_route_table_id"], values["default_route_table_id"]].includes(id);
}

/** @throws RangeError if `cidr` is malformed */
function route(way: Way, cidr: string): Route {
  return { way, addresses: AddressSet.ofCidrs([cidr]), prefix: parseCidr(cidr).prefix };
}

function readable(way: Way, cidr: string): Route | undefined {
  try {
    return route(way, cidr);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
