/** Interfaces of resources as endpoints: with the filters and routes of the subnets that they are in. */
import { AddressSet } from "../../../../packets/address-set";
import type { Endpoint, Filter, Resource } from "../../../model";
import type { TerraformInput } from "../../terraform-input";
import { ANY_ADDRESS, ANY_V6, UNKNOWN_SUBNET, type Subnet, type Vpc } from "../network";
import type { NetworkAcls } from "../network-acl";
import { exposed, publicBlocksOf, unrouted } from "../private-addresses";
import type { Routes } from "../routes";
import type { SecurityGroup, SecurityGroups } from "../security-group";
import { unlessPrivate, type Publicity } from "../../publicity";
import { oncePer } from "../../../once-per";

/** One resource's interfaces, before its subnets are told apart. */
export interface Attachment {
  readonly resource: Resource;
  readonly kind: Endpoint["kind"];
  readonly groups: readonly SecurityGroup[];
  /** Why it may be in further groups. */
  readonly unknown?: string | undefined;
  /** Set where it is more than its groups that filter, or less. */
  readonly filters?: readonly Filter[];
  /** Filters of the cloud's own beside these. */
  readonly beside?: readonly Filter[];
  /** Whether connections reach it beside every route. */
  readonly besideRoutes?: boolean;
  readonly subnets: readonly Subnet[];
  /** Where the subnets do not tell it. */
  readonly vpc?: Vpc | undefined;
  readonly isPublic: (subnet: Subnet) => Publicity;
  /** Its own IPv4 addresses, where they are known. */
  readonly given?: AddressSet | undefined;
  readonly more?: Partial<Pick<Endpoint, "serves" | "unnamed" | "labels">>;
}

/** Filters and routes of a subnet; equal keys mean equal ones. */
interface Way {
  readonly key: string;
  readonly filters: readonly Filter[];
  readonly routes: Endpoint["routes"];
}

export class Attachments {
  readonly endpoints: Endpoint[] = [];
  private readonly used = new Set<SecurityGroup>();
  private readonly waysOf = oncePer<Subnet, Map<string, Way>>(() => new Map());

  constructor(
    private readonly input: TerraformInput,
    private readonly groups: SecurityGroups,
    private readonly acls: NetworkAcls,
    private readonly routes: Routes,
  ) {}

  /** One endpoint, or one for each kind of subnet where network ACLs or routes differ. All have the resource's id. */
  add(attachment: Attachment): void {
    const { resource, kind, groups, subnets, isPublic, given, more } = attachment;
    for (const group of groups) this.used.add(group);
    const own = attachment.filters ?? this.groups.filtersOf(groups, attachment.unknown);
    const vpc = attachment.vpc ?? subnets.find((subnet) => subnet.vpc)?.vpc;
    const views = new Map<string, Way & { readonly subnets: Subnet[] }>();
    for (const subnet of subnets) {
      const { key, filters, routes } = this.wayIn(subnet, isPublic(subnet), attachment);
      const view = views.get(key);
      if (view) view.subnets.push(subnet);
      else views.set(key, { key, subnets: [subnet], filters, routes });
    }
    if (views.size === 0) views.set("", { key: "", subnets: [], filters: [], routes: this.withoutSubnet(attachment) });
    for (const view of views.values()) {
      this.endpoints.push({
        id: this.input.id(resource),
        kind,
        location: resource.location,
        addresses: addressesIn(view.subnets, vpc, given),
        groups: new Set(groups.map(({ id }) => id)),
        network: vpc?.id,
        local: publicBlocksOf(vpc),
        filters: [...own, ...view.filters, ...(attachment.beside ?? [])],
        routes: view.routes,
        ...more,
      });
    }
  }

  /** What decides over everything in a subnet that is as public: many interfaces have one way. */
  private wayIn(subnet: Subnet, publicity: Publicity, { besideRoutes = false }: Attachment): Way {
    const known = this.waysOf(subnet);
    const asked = [publicity, besideRoutes].join("\n");
    const way = known.get(asked) ?? this.readWay(subnet, publicity, besideRoutes);
    known.set(asked, way);
    return way;
  }

  private readWay(subnet: Subnet, publicity: Publicity, besideRoutes: boolean): Way {
    const filters = this.acls.filtersOf(subnet);
    const led = (publicV4: boolean, v6: boolean) => this.routes.of(subnet, { publicV4, v6 });
    const open = (v6: boolean) =>
      routesIf(
        publicity,
        () => led(true, v6) ?? this.routes.partly(subnet, { publicV4: true, v6 }),
        () => led(false, v6) ?? unrouted(v6 ? subnet : undefined, this.routes.unclear(subnet)),
      );
    const written = open(subnet.addresses.overlaps(ANY_V6));
    const without = subnet.maybeNoV6 === undefined ? undefined : open(false);
    const certain = without ? unlessPrivate(written, without, subnet.maybeNoV6 ?? "") : written;
    const blocked = this.routes.blocked.reasonIn(subnet);
    const found =
      blocked === undefined ? certain : unlessPrivate(certain, led(false, false) ?? unrouted(undefined), blocked);
    const routes = found && besideRoutes ? exposed(found) : found;
    // The rule for traffic inside a subnet is each subnet's own, so subnets with an ACL are never one.
    const acl = filters.length > 0 ? subnet.id : "";
    const ways = routes && [
      routes.outbound.key(),
      routes.inbound.key(),
      routes.unknown,
      routes.unproved?.inbound.key(),
      routes.unproved?.outbound.key(),
    ];
    return { key: [acl, ways?.join("|") ?? ""].join("\n"), filters, routes };
  }

  /** Groups of which nothing in the input is a member: judged as whoever may come to be one. */
  addUnattached(): void {
    for (const group of this.groups.all()) {
      // A group that the input only names is judged where it is declared.
      const isElsewhere = group.outside && group.rules.inbound.length === 0 && group.rules.outbound.length === 0;
      if (!this.used.has(group) && !isElsewhere) this.endpoints.push(this.unattached(group));
    }
  }

  private unattached(group: SecurityGroup): Endpoint {
    const { id, location, vpc } = group;
    const addresses = vpc?.cidrs ? AddressSet.ofCidrs(vpc.cidrs).numeric() : ANY_ADDRESS;
    const filters = this.groups.filtersOf([group]);
    const groups = new Set([id]);
    const local = publicBlocksOf(vpc);
    const elsewhere = group.outside ? { elsewhere: true } : {};
    const blocked = this.routes.blocked.reasonIn({ ...UNKNOWN_SUBNET, vpc });
    const routes = blocked === undefined ? undefined : unlessPrivate(undefined, unrouted(undefined), blocked);
    return { id, kind: "group", location, addresses, groups, network: vpc?.id, local, filters, routes, ...elsewhere };
  }

  /** Routes of what names no subnet. */
  private withoutSubnet({ isPublic }: Attachment): Endpoint["routes"] {
    const open = routesIf(
      isPublic(UNKNOWN_SUBNET),
      () => undefined,
      () => unrouted(undefined),
    );
    const blocked = this.routes.blocked.reasonIn(UNKNOWN_SUBNET);
    return blocked === undefined ? open : unlessPrivate(open, unrouted(undefined), blocked);
  }
}

/** Routes by whether there is a public address, `open` with one and `closed` without. */
function routesIf(
  publicity: Publicity,
  open: () => Endpoint["routes"],
  closed: () => NonNullable<Endpoint["routes"]>,
): Endpoint["routes"] {
  if (typeof publicity === "string") return unlessPrivate(open(), closed(), publicity);
  return publicity ? open() : closed();
}

/** The subnets' addresses, or the VPC's where there is none; `given` stands in for the IPv4 ones. */
function addressesIn(subnets: readonly Subnet[], vpc: Vpc | undefined, given: AddressSet | undefined): AddressSet {
  const inVpc = vpc?.cidrs ? AddressSet.ofCidrs(vpc.cidrs).numeric() : ANY_ADDRESS;
  const addresses = subnets.length > 0 ? AddressSet.unionOf(subnets.map((subnet) => subnet.addresses)) : inVpc;
  return given ? given.union(addresses.intersect(ANY_V6)) : addresses;
}
