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
import type { Endpoint, Resource } from "../../model";
import { referenceTo } from "../../model";
import { AddressSet } from "../../../packets/address-set";
import { isAbsent, type TerraformInput } from "../terraform-input";
import { BlockPublicAccess } from "./block-public-access";
import { ANY_V6, type Networks, type Subnet, type Vpc } from "./network";
import type { PrefixLists } from "./prefix-list";
import { unlessPrivate } from "../publicity";
import {
  type Way,
  type Route,
  type Table,
  TABLE_TYPES,
  ANY_V4_NAMED,
  PROPAGATED,
  RouteTables,
  route,
} from "./route-tables";

type RouteSets = NonNullable<Endpoint["routes"]>;

/** Whether an interface may have a public IPv4 address. */
export interface Exposure {
  readonly publicV4: boolean;
  readonly v6: boolean;
}

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
  readonly blocked: BlockPublicAccess;
  private readonly tables: RouteTables;
  /** VPCs that other networks may reach. */
  private readonly attached = new Set<string>();
  private anyAttached = false;
  /** VPCs with an internet gateway, whose routes are there too, in the input or not. */
  private readonly gatewayed = new Set<string>();
  private anyGateway = false;
  constructor(
    private readonly input: TerraformInput,
    private readonly networks: Networks,
    prefixLists: PrefixLists,
  ) {
    this.blocked = new BlockPublicAccess(input, networks);
    this.tables = new RouteTables(input, networks, prefixLists);
    this.readAttachments();
  }

  /** The far addresses of an interface in `subnet`; undefined where the subnet's routes are not in the input. */
  of(subnet: Subnet, { publicV4, v6 }: Exposure): RouteSets | undefined {
    const table = this.tables.of(subnet);
    if (!table) return this.withoutGateway(subnet);
    if (table.unknown !== undefined || !subnet.vpc?.cidrs) return undefined;
    const claims = this.claims(table, subnet.vpc);
    const open = reachable({ publicV4, v6 });
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

  /**
   * Far addresses of something public in a subnet whose table is in the input, and not all of its routes: only those that
   * an internet gateway is known to lead to are proved. Undefined where no such table decides.
   */
  partly(subnet: Subnet, exposure: Exposure): RouteSets | undefined {
    const table = this.tables.of(subnet);
    if (table?.unknown === undefined || !subnet.vpc?.cidrs) return undefined;
    const known = this.claims(table, subnet.vpc).filter(({ way }) => way === "local" || way === "internet");
    const led = AddressSet.unionOf(known.map(({ addresses }) => addresses)).intersect(reachable(exposure));
    const inbound = AddressSet.all.subtract(withNames(led));
    return {
      outbound: AddressSet.all,
      inbound: AddressSet.all,
      unproved: { outbound: AddressSet.empty, inbound, why: table.unknown },
    };
  }

  /** Nobody outside comes into a VPC of the input that has neither routes nor gateways there; what leaves is not known. */
  private withoutGateway({ id, vpc }: Subnet): RouteSets | undefined {
    if (
      vpc?.resource?.mode !== "managed" ||
      !vpc.cidrs ||
      this.tables.ofSubnet.has(id) ||
      this.tables.tabled.has(vpc.id)
    ) {
      return undefined;
    }
    const mayLead = this.tables.strayAssociation || this.anyGateway || this.anyAttached;
    if (mayLead || this.gatewayed.has(vpc.id) || this.attached.has(vpc.id) || this.tables.main.has(vpc.id))
      return undefined;
    const closed = { outbound: AddressSet.all, inbound: withNames(AddressSet.ofCidrs(vpc.cidrs)) };
    const stray = this.tables.strayRoute;
    return stray === undefined ? closed : unlessPrivate(undefined, closed, stray);
  }

  /** Why the routes of a subnet are not all known; undefined where they are. */
  unclear(subnet: Subnet): string | undefined {
    const table = this.tables.of(subnet);
    return table ? table.unknown : `the route table of ${subnet.id} is not in the input`;
  }

  /** The VPC that a route table is in. */
  vpcOf(table: Resource): Vpc | undefined {
    return this.tables.vpcOf(table);
  }

  /** Whether a route table, or the one that an association gives, leads to an internet gateway. */
  leadToInternet(table: Resource): boolean {
    const named = table.values["route_table_id"];
    const found = this.tables.at(isAbsent(named) ? referenceTo(table.address) : named, table);
    return found?.routes.some(({ way }) => way === "internet") === true;
  }

  /** Addresses from which route tables lead to a gateway endpoint; undefined where that can't be told. */
  leadingTo(endpoint: Resource): AddressSet | undefined {
    const keys = this.tables.toEndpoint.get(endpoint) ?? [];
    if (this.tables.strayAssociation || keys.includes(undefined)) return undefined;
    const leads = (key: string | undefined) => key !== undefined && keys.includes(key);
    const known = this.input
      .managed("aws_subnet", "aws_default_subnet")
      .map((subnet) => this.networks.subnet(referenceTo(subnet.address), subnet));
    const ids = new Set(known.map(({ id }) => id));
    if ([...this.tables.ofSubnet].some(([id, key]) => leads(key) && !ids.has(id))) return undefined;
    return AddressSet.unionOf(
      known.filter((subnet) => leads(this.tables.keyOf(subnet))).map(({ addresses }) => addresses),
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
    const table = nat && this.tables.of(nat.subnet);
    if (!nat || !table || table.unknown !== undefined || !nat.subnet.vpc) return addresses;
    const behind = this.claims(table, nat.subnet.vpc).map((claim) => {
      if (claim.way === "internet") return nat.isPublic ? claim.addresses : AddressSet.empty;
      if (claim.way === "nat") return this.throughNat(claim, new Set([...seen, nat.subnet.id]));
      return claim.way === "egress-only" || claim.way === "nowhere" ? AddressSet.empty : claim.addresses;
    });
    // IPv6 destinations of NAT64 stand for IPv4 ones, which the NAT's subnet need not route as such.
    return addresses.intersect(AddressSet.unionOf([...behind, ANY_V6]));
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
      const vpc = this.tables.vpcOf(resource);
      const table = this.tables.at(referenceTo(resource.address), resource);
      if (vpc && table?.routes.some(({ way }) => way === "private")) this.attached.add(vpc.id);
    }
  }
}

/** What an internet gateway leads to. */
const reachable = ({ publicV4, v6 }: Exposure): AddressSet =>
  AddressSet.unionOf([...(publicV4 ? [ANY_V4_NAMED] : []), ...(v6 ? [ANY_V6] : [])]);

/** Routes that together lead to all of the internet lead to the named sets too. */
function withNames(addresses: AddressSet): AddressSet {
  return addresses.union(AddressSet.ofCidrs(addresses.toCidrs()));
}
