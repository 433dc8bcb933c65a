/**
 * Machines: what has a network interface in a VPC network, and by which traits firewalls know it.
 *
 * Google Cloud VPC, "Multiple network interfaces" (https://cloud.google.com/vpc/docs/multiple-interfaces-concepts): each
 * interface is in one network and passes its firewall alone. Compute Engine, "IP addresses"
 * (https://cloud.google.com/compute/docs/ip-addresses): an access configuration is an external address; packets to it
 * arrive at the internal one.
 */
import { isIP } from "node:net";
import type { Endpoint, Filter, Resource, Unjudged, Value } from "../../model";
import { isUnknown, referenceTo } from "../../model";
import { AddressSet } from "../../../packets/address-set";
import { at, bool, isObject, text, type ObjectValue } from "../../values";
import { append, isAbsent } from "../terraform-input";
import type { Clusters, NodePool } from "./cluster";
import type { Filters } from "./filters";
import type { VpcFirewall } from "./firewall";
import type { FirewallPolicies } from "./firewall-policy";
import { reasonOf, type GoogleInput } from "./input";
import type { LoadBalancing } from "./load-balancing";
import { ANY_ADDRESS, type Network, type Networks, type Subnet } from "./network";
import type { Exposure, Routes } from "./routes";
import { DEFAULT_ACCOUNT, groupOf, traitKey, type Machine, type NamedTrait, type RuleParts, type Trait } from "./rules";
import { serviceMachines } from "./service-machines";

/** Where the parts of a machine are written: fields of the instance, its template or its node configuration. */
export interface Written {
  readonly resource: Resource;
  readonly tags: readonly Value[];
  /** The service account's address; null: none; undefined: the default one. */
  readonly account: Value | undefined;
  readonly secureTags: Value | undefined;
}

/** A network interface as its machine writes it. */
export interface Interface {
  readonly network: Network | undefined;
  readonly subnet: Subnet;
  readonly v4: AddressSet;
  readonly v6: AddressSet;
  readonly externalV4: boolean;
  readonly externalV6: boolean;
  /** Why it can't be told whether it has an external address. */
  readonly unclear?: string | undefined;
}

export class Endpoints {
  readonly unjudged: Unjudged[] = [];
  private readonly endpoints: Endpoint[] = [];
  /** Traits that endpoints of a network have, and the regions that they are in. */
  private readonly present = new Map<string, { readonly traits: Set<string>; readonly regions: Set<string> }>();
  private readonly templated = new Set<Resource>();
  /** Secure tags that are bound to a machine apart from it. */
  private readonly bound = new Map<string, NamedTrait[]>();
  private anyBound: string | undefined;

  constructor(
    private readonly input: GoogleInput,
    private readonly networks: Networks,
    private readonly parts: RuleParts,
    private readonly vpc: VpcFirewall,
    private readonly policies: FirewallPolicies,
    private readonly filters: Filters,
    private readonly clusters: Clusters,
    private readonly routes: Routes,
    private readonly balancing: LoadBalancing,
  ) {
    this.readTagBindings();
  }

  all(): readonly Endpoint[] {
    for (const resource of this.input.managed("google_compute_instance")) this.instance(resource, resource, "instance");
    for (const resource of this.input.managed("google_compute_instance_from_template")) this.fromTemplate(resource);
    for (const resource of this.input.managed(...MANAGERS)) this.manager(resource);
    for (const resource of this.input.managed(...TEMPLATES)) {
      if (!this.templated.has(resource)) this.instance(resource, resource, "instance");
    }
    for (const { resource, face, written } of serviceMachines(this.input, this.networks)) {
      this.emit(resource, "instance", face, written);
    }
    for (const pool of this.clusters.pools()) this.emit(pool.resource, "node", pool.face, pool.written, pool);
    this.groups();
    return this.endpoints;
  }

  /** The filters of what runs in a network by its tags alone, such as a service that sends through it. */
  filtersOf(network: Network, region: string | undefined, tags: readonly Value[], from: Resource): readonly Filter[] {
    const addresses = this.networks.within(network, region).v4;
    const written = { resource: from, tags, account: undefined, secureTags: undefined };
    return this.filters.of({ network, region, addresses, forwards: false, ...this.traitsOf(written) });
  }

  // -------------------------------------------------------------- instances

  /** @param held where its interfaces are written: itself or its template */
  private instance(resource: Resource, held: Resource, kind: Endpoint["kind"]): void {
    const interfaces = this.parts.elements(held.values["network_interface"], held);
    if (interfaces.length === 0) this.leave(resource, "its network interfaces are not known");
    const account = this.accountBlock(held);
    const written: Written = {
      resource: held,
      tags: this.parts.elements(held.values["tags"], held),
      account: account === undefined ? null : isObject(account) ? (account["email"] ?? undefined) : account,
      secureTags: at(held.values["params"], "resource_manager_tags") ?? held.values["resource_manager_tags"],
    };
    for (const block of interfaces) {
      if (isObject(block)) this.emit(resource, kind, this.interfaceOf(block, held), written);
      else this.leave(resource, `a network interface is not known: ${reasonOf(block, "not readable")}`);
    }
  }

  /** Without a block a machine runs as nobody; without an address in it as the default account. */
  private accountBlock(held: Resource): Value | undefined {
    return this.parts.elements(held.values["service_account"], held)[0];
  }

  private fromTemplate(resource: Resource): void {
    const template = this.template(resource.values["source_instance_template"], resource);
    if (typeof template === "string") this.leave(resource, `its template: ${template}`);
    else {
      // What it says itself goes before what its template says.
      const written = Object.entries(resource.values).filter(([, value]) => !isAbsent(value));
      this.instance(
        resource,
        { ...template, values: { ...template.values, ...Object.fromEntries(written) } },
        "instance",
      );
    }
  }

  private manager(resource: Resource): void {
    const written = this.input.collect(resource, "version.instance_template");
    if (written.length === 0) this.leave(resource, "the template of what it makes is not known");
    for (const value of written) {
      const template = this.template(value, resource);
      if (typeof template === "string") this.leave(resource, `its template: ${template}`);
      else this.instance(resource, template, "instance");
    }
  }

  private template(value: Value | undefined, from: Resource): Resource | string {
    const target = this.input.named(value, from, ...TEMPLATES);
    if (isUnknown(target)) return target.reason;
    if (target.kind === "outside") return `${target.name} is not in the input`;
    this.templated.add(target.resource);
    return target.resource;
  }

  private interfaceOf(block: ObjectValue, from: Resource): Interface {
    const { network, subnet } = this.networks.place(block["network"], block["subnetwork"], from);
    const given = text(this.input.follow(block["network_ip"], from));
    const aliases = this.parts.elements(block["alias_ip_range"], from).map((alias) => {
      return this.networks.block(at(alias, "ip_cidr_range"), from) ?? subnet.secondary.union(subnet.v4);
    });
    const own = typeof given === "string" && isIP(given) === 4 ? AddressSet.ofCidr(given) : subnet.v4;
    const stack = text(this.input.follow(block["stack_type"], from));
    const hasExternalV6 = !isAbsent(block["ipv6_access_config"]) && !isEmpty(block["ipv6_access_config"]);
    const hasV6 = hasExternalV6 || (stack !== undefined && stack !== "" && stack !== "IPV4_ONLY");
    return {
      network,
      subnet,
      v4: AddressSet.unionOf([own, ...aliases]),
      v6: hasV6 ? subnet.v6 : AddressSet.empty,
      externalV4: !isAbsent(block["access_config"]) && !isEmpty(block["access_config"]),
      externalV6: hasExternalV6 || (hasV6 && this.networks.givesExternalV6(subnet)),
    };
  }

  // -------------------------------------------------------------- networks

  /**
   * Whoever may come to be in a network that has rules: one for each trait that rules choose by and no endpoint has,
   * and one without any if there is no endpoint at all, or if the network stands elsewhere and so may hold others; by
   * regions where they have policies of their own.
   */
  private groups(): void {
    const networks = [...this.vpc.all(), ...this.policies.all()];
    for (const network of new Map(networks.map((each) => [each.id, each])).values()) this.groupsOf(network);
  }

  private groupsOf(network: Network): void {
    const present = this.present.get(network.id);
    const regions = this.filters.regions(network);
    const absent = [...this.filters.traits(network)].filter((trait) => !present?.traits.has(trait));
    const open = regions.filter((region) => !present?.regions.has(region));
    // A region that no policy is for stands for all such.
    const everywhere = ["", ...regions];
    const isElsewhere = network.resource?.mode !== "managed" && this.vpc.holdsRulesOf(network);
    for (const region of present ? open : everywhere) this.group(network, region, []);
    if (present && isElsewhere) this.group(network, "", [], "inbound");
    for (const trait of absent) for (const region of everywhere) this.group(network, region, [trait]);
  }

  /** @param only of others in a network that stands elsewhere, what they send is no business of the input's */
  private group(network: Network, region: string, traits: readonly string[], only?: "inbound"): void {
    const isElsewhere = network.resource?.mode !== "managed";
    const local = network.resource ? this.networks.local(network) : AddressSet.empty;
    const addresses = local.isEmpty ? ANY_ADDRESS : local;
    const filters = this.filters.of({
      network,
      region,
      traits: new Set(traits),
      unknown: {},
      addresses,
      forwards: true,
      isElsewhere,
    });
    const suffix = [...traits, ...(region === "" ? [] : [`region:${region}`])].map((part) => `#${part}`).join("");
    this.endpoints.push({
      id: `${network.id}${suffix}`,
      kind: "group",
      location: network.location,
      addresses,
      groups: new Set(traits.map((trait) => groupOf(network, trait))),
      network: network.id,
      filters: only ? [...filters.filter(({ direction }) => direction === only), SENDS_NOTHING] : filters,
      ...(isElsewhere && { elsewhere: true }),
    });
  }

  // -------------------------------------------------------------- parts

  private emit(resource: Resource, kind: Endpoint["kind"], face: Interface, written: Written, pool?: NodePool): void {
    const { network, subnet, v4, v6 } = face;
    const addresses = v4.union(v6);
    const id = this.input.id(resource);
    const location = resource.location;
    if (!network) {
      this.leave(resource, "the network that it is in is not known");
      const filters = [unreadFilter(resource, "inbound"), unreadFilter(resource, "outbound")];
      this.endpoints.push({ id, kind, location, addresses, groups: new Set(), filters });
      return;
    }
    const { traits, unknown } = this.traitsOf(written, resource);
    if (pool) traits.add(pool.trait);
    const behind = this.balancing.before(resource);
    const routes = bool(this.input.follow(written.resource.values["can_ip_forward"], written.resource)) ?? false;
    const forwards = behind.passthrough || routes !== false;
    const machine: Machine = { network, region: subnet.region, traits, unknown, addresses, forwards };
    const present = this.present.get(network.id) ?? { traits: new Set(), regions: new Set() };
    this.present.set(network.id, present);
    for (const trait of traits) present.traits.add(trait);
    if (subnet.region !== undefined) present.regions.add(subnet.region);
    const exposure: Exposure = {
      externalV4: face.externalV4,
      externalV6: face.externalV6,
      passthrough: behind.passthrough,
      // Services of a cluster are behind load balancers that the input need not hold.
      balanced: behind.balanced || pool !== undefined,
      tags: unknown.tag === undefined ? tagsAmong(traits) : undefined,
      unclear: face.unclear,
    };
    const led = this.routes.of(network, subnet, exposure);
    const possible = this.possibleGroups(machine);
    this.endpoints.push({
      id,
      kind,
      location,
      addresses,
      groups: new Set([...traits].map((trait) => groupOf(network, trait))),
      ...(possible.size > 0 && { possibleGroups: possible }),
      network: network.id,
      filters: led
        ? this.filters.of(machine)
        : [...this.filters.of(machine), ...this.routes.arrival(network, exposure)],
      routes: led,
      labels: pool?.labels,
    });
  }

  private traitsOf(written: Written, owner = written.resource): Pick<Machine, "unknown"> & { traits: Set<string> } {
    const { resource, tags, account, secureTags } = written;
    const named: (readonly [Trait, NamedTrait])[] = tags.map((element) => {
      const tag = this.input.follow(element, resource);
      return ["tag", typeof tag === "string" ? { key: traitKey("tag", tag) } : lost(tag, "its tags are not known")];
    });
    if (account === undefined) named.push(["service-account", DEFAULT_ACCOUNT]);
    else if (account !== null) named.push(["service-account", this.parts.serviceAccount(account, resource)]);
    const map = this.input.follow(secureTags, resource);
    if (isObject(map)) {
      for (const value of Object.values(map)) named.push(["secure-tag", this.parts.secureTag(value, resource)]);
    } else if (!isAbsent(map)) named.push(["secure-tag", lost(map, "its secure tags are not known")]);
    for (const tag of this.bound.get(this.input.id(owner)) ?? []) named.push(["secure-tag", tag]);
    if (this.anyBound !== undefined) named.push(["secure-tag", { reason: this.anyBound }]);
    return {
      traits: new Set(named.flatMap(([, { key }]) => key ?? [])),
      unknown: Object.fromEntries(
        named.flatMap(([trait, { reason }]) => (reason === undefined ? [] : [[trait, reason]])),
      ),
    };
  }

  /** Groups that rules of the network speak of and that the machine may be in. */
  private possibleGroups({ network, traits, unknown: unclear }: Machine): Set<string> {
    const kinds = Object.keys(unclear);
    if (kinds.length === 0) return new Set();
    const further = [...this.filters.sources(network)].filter(
      (trait) => kinds.some((kind) => trait.includes(`${kind}:`)) && !traits.has(trait),
    );
    return new Set(further);
  }

  private readTagBindings(): void {
    for (const binding of this.input.managed("google_tags_location_tag_binding")) {
      const { parent, tag_value: value } = binding.values;
      const name = typeof parent === "string" ? parent : isUnknown(parent) ? parent.text : undefined;
      if (name !== undefined && !/compute\.googleapis\.com.*\/instances\//.test(name)) continue;
      const owners = this.ownersOf(binding, parent);
      const tag = this.parts.secureTag(value ?? null, binding);
      for (const owner of owners) append(this.bound, this.input.id(owner), tag);
      if (owners.length === 0 && typeof parent !== "string") {
        this.anyBound = `what ${binding.address} binds its tag to is not known`;
      }
    }
  }

  /** The instances that a binding's parent names: as a full resource name, or put together from references. */
  private ownersOf(binding: Resource, parent: Value | undefined): Resource[] {
    const named = isUnknown(parent) ? parent.mentions.map((address) => referenceTo(address)) : [parent];
    return named.flatMap((value) => {
      const target = this.input.named(value, binding, "google_compute_instance");
      return target.kind === "resource" && target.resource.type === "google_compute_instance" ? [target.resource] : [];
    });
  }

  private leave(resource: Resource, reason: string): void {
    this.unjudged.push({ resource: resource.address, location: resource.location, reason });
  }
}

export const TEMPLATES = ["google_compute_instance_template", "google_compute_region_instance_template"];
export const MANAGERS = ["google_compute_instance_group_manager", "google_compute_region_instance_group_manager"];

const SENDS_NOTHING: Filter = {
  name: "what stands elsewhere",
  system: "google-firewall",
  direction: "outbound",
  stateful: true,
  levels: [],
  otherwise: "deny",
};

function unreadFilter(resource: Resource, direction: Filter["direction"]): Filter {
  return {
    name: `firewall of ${resource.address}`,
    system: "google-firewall",
    direction,
    stateful: true,
    levels: [],
    otherwise: "deny",
    unknown: "the network that it is in is not known",
  };
}

function lost(value: Value | undefined, otherwise: string): NamedTrait {
  return { reason: reasonOf(value, otherwise) };
}

function tagsAmong(traits: ReadonlySet<string>): Set<string> {
  return new Set([...traits].flatMap((trait) => (trait.startsWith("tag:") ? trait.slice("tag:".length) : [])));
}

function isEmpty(value: Value | undefined): boolean {
  return Array.isArray(value) && value.length === 0;
}
