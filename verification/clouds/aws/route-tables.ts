/**
 * Route tables as they are written: the routes of each, which subnets and VPCs have it, and which gateway endpoints it
 * leads to.
 *
 * Amazon VPC User Guide, "Configure route tables"
 * (https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html): a subnet without a table of its own has the
 * VPC's main one.
 */
import type { Resource, Value } from "../../model";
import { isReference, isUnknown } from "../../model";
import { AddressSet, parseCidr } from "../../../packets/address-set";
import { blocks, isObject, isOpaque, text } from "../../values";
import { append, isAbsent, type TerraformInput } from "../terraform-input";
import { ANY_V6, type Networks, type Subnet, type Vpc } from "./network";
import { serviceOf, type PrefixLists } from "./prefix-list";

/**
 * How a route's target treats connections. `appliance`: an interface or firewall endpoint, which may stop anything.
 * `nowhere`: the target is declared nowhere, so that what goes there is lost.
 */
export type Way = "local" | "internet" | "nat" | "egress-only" | "private" | "service" | "appliance" | "nowhere";

export interface Route {
  readonly way: Way;
  readonly addresses: AddressSet;
  /** Bits of the destination's prefix: the longest decides. */
  readonly prefix: number;
  /** The subnet of a NAT gateway in the input, and whether it has a public address. */
  readonly nat?: { readonly subnet: Subnet; readonly isPublic: boolean };
}

export interface Table {
  readonly routes: Route[];
  /** Why its routes are not all known. */
  unknown?: string;
}

/** Named sets and IPv6 blocks are not told apart by length; a service's own route is the most specific there is. */
const SERVICE_PREFIX = 129;

export const TABLE_TYPES = new Set(["aws_route_table", "aws_default_route_table"]);

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

/** IPv4 as a rule of 0.0.0.0/0 means it: with the named sets, which are public IPv4 addresses too. */
export const ANY_V4_NAMED = AddressSet.ofCidrs(["0.0.0.0/0"]);

/** Routes that a VPN gateway tells may be any. */
export const PROPAGATED: readonly Route[] = [
  { way: "private", addresses: ANY_V4_NAMED, prefix: 0 },
  { way: "private", addresses: ANY_V6, prefix: 0 },
];

export class RouteTables {
  private readonly tables = new Map<string, Table>();
  /** Keys of tables by subnet, and of main tables by VPC; undefined: the table is not in the input. */
  readonly ofSubnet = new Map<string, string | undefined>();
  readonly main = new Map<string, string | undefined>();
  /** VPCs that have a table in the input. */
  readonly tabled = new Set<string>();
  /** Set where a subnet's table may be another than the one found. */
  strayAssociation = false;
  /** Why a route may be of a main table that nothing else tells of. Default: none may. */
  strayRoute: string | undefined;
  /** Keys of the tables that lead to each gateway endpoint; undefined for a table that is not in the input. */
  readonly toEndpoint = new Map<Resource, (string | undefined)[]>();

  constructor(
    private readonly input: TerraformInput,
    private readonly networks: Networks,
    private readonly prefixLists: PrefixLists,
  ) {
    for (const resource of input.managed(...TABLE_TYPES)) this.readTable(resource);
    this.readAssociations();
    for (const resource of input.managed("aws_route")) this.readApart(resource);
    for (const resource of input.managed("aws_vpn_gateway_route_propagation")) {
      this.at(resource.values["route_table_id"], resource)?.routes.push(...PROPAGATED);
    }
    this.readGatewayEndpoints();
  }

  /** The table that decides for a subnet; undefined where it is not in the input. */
  of(subnet: Subnet): Table | undefined {
    const { vpc } = subnet;
    const key = this.keyOf(subnet);
    const table = this.tables.get(key ?? "");
    if (this.ofSubnet.has(subnet.id) || !vpc) return table;
    // A VPC of the input whose main table nobody touches has the local route there, and nothing else.
    const untouched = key === mainKey(vpc.id) && vpc.resource?.mode === "managed" && this.tabled.has(vpc.id);
    const unknown = this.strayRoute === undefined ? {} : { unknown: this.strayRoute };
    return table ?? (untouched ? { routes: [], ...unknown } : undefined);
  }

  /** The key of the table that decides for a subnet. */
  keyOf({ id, vpc }: Subnet): string | undefined {
    if (this.ofSubnet.has(id)) return this.ofSubnet.get(id);
    if (!vpc || this.strayAssociation) return undefined;
    return this.main.has(vpc.id) ? this.main.get(vpc.id) : mainKey(vpc.id);
  }

  private readTable(resource: Resource): void {
    const vpc = this.vpcOf(resource);
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

  /** The VPC that a table is in. */
  vpcOf(resource: Resource): Vpc | undefined {
    if (!isAbsent(resource.values["vpc_id"])) return this.networks.vpc(resource.values["vpc_id"], resource);
    const id = resource.values["default_route_table_id"];
    const target = this.input.find(id, resource, "route table");
    if (target.kind === "resource") return this.networks.vpc(id, resource);
    const owner = this.input.managed("aws_vpc", "aws_default_vpc").find(({ values }) => isMainTable(values, id));
    return owner && this.networks.vpcOf(owner);
  }

  private readApart(resource: Resource): void {
    const table = this.at(resource.values["route_table_id"], resource);
    if (table) this.addRoute(table, resource.values, resource);
    else this.readStray(resource);
  }

  /** A route of a table that is not in the input, unless it is one by another name. */
  private readStray(route: Resource): void {
    const target = this.input.find(route.values["route_table_id"], route, "route table");
    const stray = `${route.address} may belong to any route table`;
    if (target.kind === "unknown") {
      for (const any of this.tables.values()) any.unknown = stray;
      this.strayRoute = stray;
    } else if (target.kind === "resource" && this.mayBeMain(target.resource) && this.mayLeadIn(route))
      this.strayRoute = stray;
  }

  /** Whether a table that is looked up may be the main one of a VPC of the input. */
  private mayBeMain(table: Resource): boolean {
    if (table.type !== "aws_route_table" || table.mode !== "data") return false;
    const vpc = this.networks.vpc(table.values["vpc_id"], table);
    return vpc === undefined || vpc.resource?.mode === "managed";
  }

  /** Whether connections from elsewhere may come the way that a route leads. */
  private mayLeadIn(route: Resource): boolean {
    const way = this.target(route.values, route)?.way;
    return way === undefined || way === "internet" || way === "private" || way === "appliance";
  }

  private readGatewayEndpoints(): void {
    for (const endpoint of this.input.managed("aws_vpc_endpoint")) {
      const service = serviceOf(this.input, endpoint.values["service_name"], endpoint);
      if (!service) continue;
      const leads: Route = { way: "service", addresses: AddressSet.ofName(service), prefix: SERVICE_PREFIX };
      for (const id of this.input.collect(endpoint, "route_table_ids")) {
        this.at(id, endpoint)?.routes.push(leads);
        append(this.toEndpoint, endpoint, this.keyAt(id, endpoint));
      }
    }
    for (const association of this.input.managed("aws_vpc_endpoint_route_table_association")) {
      const target = this.input.find(association.values["vpc_endpoint_id"], association, "VPC endpoint");
      if (target.kind !== "resource") continue;
      const service = serviceOf(this.input, target.resource.values["service_name"], target.resource);
      if (!service) continue;
      const leads: Route = { way: "service", addresses: AddressSet.ofName(service), prefix: SERVICE_PREFIX };
      this.at(association.values["route_table_id"], association)?.routes.push(leads);
      append(this.toEndpoint, target.resource, this.keyAt(association.values["route_table_id"], association));
    }
  }

  private readAssociations(): void {
    for (const association of this.input.managed("aws_route_table_association")) {
      if (isAbsent(association.values["subnet_id"])) continue; // that of a gateway
      const subnet = this.input.find(association.values["subnet_id"], association, "subnet");
      const key = this.keyAt(association.values["route_table_id"], association);
      if (isUnknown(subnet)) this.strayAssociation = true;
      else this.ofSubnet.set(subnet.kind === "outside" ? subnet.name : this.input.id(subnet.resource), key);
    }
    for (const association of this.input.managed("aws_main_route_table_association")) {
      const vpc = this.networks.vpc(association.values["vpc_id"], association);
      const key = this.keyAt(association.values["route_table_id"], association);
      if (vpc) this.main.set(vpc.id, key);
      else this.strayAssociation = true;
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

  /** The table that an argument names. */
  at(value: Value | undefined, from: Resource): Table | undefined {
    const key = this.keyAt(value, from);
    return key === undefined ? undefined : this.table(key);
  }

  /** The key of a table of the input; undefined where the table is not in it. */
  private keyAt(value: Value | undefined, from: Resource): string | undefined {
    const target = this.input.find(value, from, "route table");
    if (target.kind === "resource") {
      const { resource } = target;
      if (resource.type === "aws_vpc" || resource.type === "aws_default_vpc") {
        return resource.mode === "managed" ? mainKey(this.input.id(resource)) : undefined;
      }
      if (resource.mode === "data") return this.keyOfLookedUp(resource);
      if (!TABLE_TYPES.has(resource.type)) return undefined;
      const vpc = resource.type === "aws_default_route_table" ? this.vpcOf(resource) : undefined;
      return vpc ? mainKey(vpc.id) : this.input.id(resource);
    }
    const owner = this.input.managed("aws_vpc", "aws_default_vpc").find(({ values }) => isMainTable(values, value));
    return owner && mainKey(this.input.id(owner));
  }

  /** The key of a table that is looked up by a subnet of the input. */
  private keyOfLookedUp(table: Resource): string | undefined {
    if (isAbsent(table.values["subnet_id"])) return undefined;
    const subnet = this.networks.subnet(table.values["subnet_id"], table);
    return subnet.vpc?.resource?.mode === "managed" ? this.keyOf(subnet) : undefined;
  }

  private table(key: string): Table {
    let table = this.tables.get(key);
    if (!table) this.tables.set(key, (table = { routes: [] }));
    return table;
  }
}

/** Whether a target is a gateway of the input by name, and nothing declares it. */
function isUndeclared(value: Value | undefined): boolean {
  return isUnknown(value) && value.undeclared !== undefined;
}

export function mainKey(vpcId: string): string {
  return `${vpcId}#main`;
}

function isMainTable(values: Resource["values"], id: Value | undefined): boolean {
  return typeof id === "string" && [values["main_route_table_id"], values["default_route_table_id"]].includes(id);
}

/** @throws RangeError if `cidr` is malformed */
export function route(way: Way, cidr: string): Route {
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
