/**
 * Network interfaces as endpoints, with the filters and routes of their network.
 *
 * Google Cloud VPC, "Multiple network interfaces" (https://cloud.google.com/vpc/docs/multiple-interfaces-concepts): each
 * interface is in one network and passes its firewall alone. Compute Engine, "IP addresses"
 * (https://cloud.google.com/compute/docs/ip-addresses): an access configuration is an external address; packets to it
 * arrive at the internal one.
 */
import { AddressSet } from "../../../../packets/address-set";
import type { Endpoint, Filter, Resource, Value } from "../../../model";
import { bool } from "../../../values";
import type { UnjudgedResources } from "../../unjudged-resources";
import type { Filters } from "../filters";
import type { VpcFirewall } from "../firewall";
import type { FirewallPolicies } from "../firewall-policy";
import type { GoogleInput } from "../input";
import { ANY_ADDRESS, type Network, type Networks } from "../network";
import type { Exposure, Routes } from "../routes";
import { groupOf, type Machine } from "../rules";
import type { Traits } from "./traits";
import type { Interface, Written } from "./interfaces";
import type { NodePool } from "./clusters";
import type { LoadBalancers } from "./load-balancers";

export class Attachments {
  readonly endpoints: Endpoint[] = [];
  /** Traits that endpoints of a network have, and the regions that they are in. */
  private readonly present = new Map<string, { readonly traits: Set<string>; readonly regions: Set<string> }>();

  constructor(
    private readonly input: GoogleInput,
    private readonly networks: Networks,
    private readonly traits: Traits,
    private readonly vpc: VpcFirewall,
    private readonly policies: FirewallPolicies,
    private readonly filters: Filters,
    private readonly routes: Routes,
    private readonly balancers: LoadBalancers,
    private readonly unjudged: UnjudgedResources,
  ) {}

  add(resource: Resource, kind: Endpoint["kind"], face: Interface, written: Written, pool?: NodePool): void {
    const { network, subnet, v4, v6 } = face;
    const addresses = v4.union(v6);
    const id = this.input.id(resource);
    const location = resource.location;
    if (!network) {
      this.unjudged.leave(resource, "the network that it is in is not known");
      const filters = [unreadFilter(resource, "inbound"), unreadFilter(resource, "outbound")];
      this.endpoints.push({ id, kind, location, addresses, groups: new Set(), filters });
      return;
    }
    const { traits, unknown } = this.traits.of(written, resource);
    if (pool) traits.add(pool.trait);
    const behind = this.balancers.before(resource);
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

  /** The filters of what runs in a network by its tags alone, such as a service that sends through it. */
  filtersOf(network: Network, region: string | undefined, tags: readonly Value[], from: Resource): readonly Filter[] {
    const addresses = this.networks.within(network, region).v4;
    const written = { resource: from, tags, account: undefined, secureTags: undefined };
    return this.filters.of({ network, region, addresses, forwards: false, ...this.traits.of(written) });
  }

  /**
   * Whoever may come to be in a network that has rules: one for each trait that rules choose by and no endpoint has,
   * and one without any if there is no endpoint at all, or if the network stands elsewhere and so may hold others; by
   * regions where they have policies of their own.
   */
  addUnattached(): void {
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

  /** Groups that rules of the network speak of and that the machine may be in. */
  private possibleGroups({ network, traits, unknown: unclear }: Machine): Set<string> {
    const kinds = Object.keys(unclear);
    if (kinds.length === 0) return new Set();
    const further = [...this.filters.sources(network)].filter(
      (trait) => kinds.some((kind) => trait.includes(`${kind}:`)) && !traits.has(trait),
    );
    return new Set(further);
  }
}

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

function tagsAmong(traits: ReadonlySet<string>): Set<string> {
  return new Set([...traits].flatMap((trait) => (trait.startsWith("tag:") ? trait.slice("tag:".length) : [])));
}
