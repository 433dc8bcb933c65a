/** Interfaces of resources as endpoints: with the filters and routes of the subnets that they are in. */
import { AddressSet } from "../../../../packets/address-set";
import type { Endpoint, Filter, Resource } from "../../../model";
import type { TerraformInput } from "../../terraform-input";
import { ANY_ADDRESS, ANY_V6, UNKNOWN_SUBNET, type Subnet, type Vpc } from "../network";
import type { NetworkAcls } from "../network-acl";
import { exposed, publicBlocksOf, unlessPrivate, unrouted } from "../private-addresses";
import type { Routes } from "../routes";
import type { SecurityGroup, SecurityGroups } from "../security-group";
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
  readonly isPublic: (subnet: Subnet) => boolean;
  /** Set where that can't be told. */
  readonly doubt?: string | undefined;
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
  private wayIn(subnet: Subnet, publicV4: boolean, { besideRoutes = false, doubt }: Attachment): Way {
    const known = this.waysOf(subnet);
    const asked = [publicV4, besideRoutes, doubt].join("\n");
    const way = known.get(asked) ?? this.readWay(subnet, publicV4, besideRoutes, doubt);
    known.set(asked, way);
    return way;
  }

  private readWay(subnet: Subnet, publicV4: boolean, besideRoutes: boolean, doubt: string | undefined): Way {
    const filters = this.acls.filtersOf(subnet);
    const exposure = { publicV4, v6: subnet.addresses.overlaps(ANY_V6) };
    const hidden = publicV4 ? undefined : unrouted(subnet, this.routes.unclear(subnet));
    const found = this.routes.of(subnet, exposure) ?? hidden;
    const led = found && besideRoutes ? exposed(found) : found;
    const routes = doubt === undefined ? led : unlessPrivate(led, doubt);
    // The rule for traffic inside a subnet is each subnet's own, so subnets with an ACL are never one.
    const acl = filters.length > 0 ? subnet.id : "";
    const ways = routes && [
      routes.outbound.key(),
      routes.inbound.key(),
      routes.unknown,
      routes.unproved?.addresses.key(),
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
    return { id, kind: "group", location, addresses, groups, network: vpc?.id, local, filters, ...elsewhere };
  }

  /** Routes of what names no subnet. */
  private withoutSubnet({ isPublic, doubt }: Attachment): Endpoint["routes"] {
    const routes = isPublic(UNKNOWN_SUBNET) ? undefined : unrouted(undefined);
    return doubt === undefined ? routes : unlessPrivate(routes, doubt);
  }
}

/** The subnets' addresses, or the VPC's where there is none; `given` stands in for the IPv4 ones. */
function addressesIn(subnets: readonly Subnet[], vpc: Vpc | undefined, given: AddressSet | undefined): AddressSet {
  const inVpc = vpc?.cidrs ? AddressSet.ofCidrs(vpc.cidrs).numeric() : ANY_ADDRESS;
  const addresses = subnets.length > 0 ? AddressSet.unionOf(subnets.map((subnet) => subnet.addresses)) : inVpc;
  return given ? given.union(addresses.intersect(ANY_V6)) : addresses;
}
