/**
 * VPC firewall rules: a network's own.
 *
 * Google Cloud NGFW, "VPC firewall rules" (https://cloud.google.com/firewall/docs/firewalls): the rule with the lowest
 * priority number that matches decides, at one priority a deny before an allow; priority is 1000 and direction ingress
 * unless written. A rule without targets applies to every machine of its network. Sources are ranges or tags or service
 * accounts, any of which may match; tags and service accounts mean the machines of the same network that have them. An
 * ingress rule without any source, and an egress rule without destinations, speaks of every IPv4 address and of no IPv6
 * one. Destinations of an ingress rule and sources of an egress rule limit it to such addresses of the machine itself.
 * "Pre-populated rules in the default network" (same page): SSH, RDP and ICMP from everywhere, and all inside.
 */
import type { Direction, Peer, Resource, Rule, Unjudged, Value } from "../../model";
import { AddressSet } from "../../../packets/address-set";
import { ServiceSet } from "../../../packets/service-set";
import { bool, isOpaque, number } from "../../values";
import { isAbsent } from "../terraform-input";
import { reasonOf, type GoogleInput } from "./input";
import type { Network, Networks } from "./network";
import {
  EVERY_V4,
  groupOf,
  RuleBook,
  traitKey,
  UNKNOWN_PRIORITY,
  unknownPeer,
  type NamedTrait,
  type RuleParts,
  type Targets,
} from "./rules";
import { WrittenServices } from "./services";
import { lastSegment } from "../../../config/texts";

const DEFAULT_PRIORITY = 1000;
/** That of the rules which Google writes into the default network. */
const PREPOPULATED_PRIORITY = 65534;
const TCP = 6;
const ICMP = 1;

const ANY_IPV4: readonly Peer[] = [{ kind: "addresses", addresses: EVERY_V4 }];

const PREPOPULATED: readonly (readonly [name: string, services: ServiceSet, source: AddressSet])[] = [
  ["default-allow-internal", ServiceSet.all, AddressSet.ofCidr("10.128.0.0/9")],
  ["default-allow-ssh", ServiceSet.of(TCP, 22), EVERY_V4],
  ["default-allow-rdp", ServiceSet.of(TCP, 3389), EVERY_V4],
  ["default-allow-icmp", ServiceSet.of(ICMP), EVERY_V4],
];

export class VpcFirewall {
  readonly unjudged: Unjudged[] = [];
  /** Number of rules read. */
  rules = 0;

  private readonly books = new Map<string, { readonly network: Network; readonly book: RuleBook }>();
  /** Ids of networks that the input holds rules of. */
  private readonly written = new Set<string>();
  private readonly services = new WrittenServices();

  constructor(
    private readonly input: GoogleInput,
    private readonly networks: Networks,
    private readonly parts: RuleParts,
  ) {
    for (const resource of input.managed("google_compute_firewall")) this.read(resource);
  }

  /** Networks that have rules, those that Google writes included. */
  all(): Network[] {
    return [...this.books.values()].flatMap(({ network, book }) =>
      book.isEmpty && !this.holdsRulesOf(network) ? [] : network,
    );
  }

  /** Whether the input itself holds rules of `network`. */
  holdsRulesOf({ id }: Network): boolean {
    return this.written.has(id);
  }

  /** The rules of `network`; an empty book where it has none. */
  book(network: Network): RuleBook {
    let known = this.books.get(network.id);
    if (!known) {
      this.books.set(network.id, (known = { network, book: new RuleBook() }));
      if (isDefaultNetwork(network)) prepopulate(known.book, network);
    }
    return known.book;
  }

  private read(resource: Resource): void {
    const { values } = resource;
    const network = this.networkOf(resource);
    const book = this.book(network);
    this.written.add(network.id);
    const disabled = bool(this.input.follow(values["disabled"], resource)) ?? false;
    const priority = number(this.input.follow(values["priority"], resource)) ?? DEFAULT_PRIORITY;
    const written = this.input.textAt(resource, "direction") ?? "INGRESS";
    const directions: Direction[] =
      written === "INGRESS" ? ["inbound"] : written === "EGRESS" ? ["outbound"] : ["inbound", "outbound"];
    const reasons = [
      isOpaque(disabled) ? "whether it is disabled is not known" : undefined,
      isOpaque(priority) ? "its priority is not known" : undefined,
      directions.length > 1 ? "its direction is not known" : undefined,
    ].filter((reason) => reason !== undefined);
    for (const direction of directions) {
      const { peers, targets } = this.ends(resource, direction, network);
      for (const action of this.actions(resource)) {
        this.rules++;
        if (disabled === true) continue;
        const { services, unknown } = this.services.of(this.parts.elements(values[action], resource), "protocol");
        const all = unknown === undefined ? reasons : [unknown, ...reasons];
        const rule: Rule = { resource: resource.address, location: resource.location, action, services, peers };
        book.add({
          direction,
          priority: isOpaque(priority) ? UNKNOWN_PRIORITY : priority,
          rule: all.length === 0 ? rule : { ...rule, unknown: all.join("; ") },
          targets,
        });
      }
    }
  }

  /** A rule has one of the two blocks; both where that can't be told. */
  private actions(resource: Resource): ("allow" | "deny")[] {
    const actions = ["allow", "deny"] as const;
    const written = actions.filter((action) => this.parts.elements(resource.values[action], resource).length > 0);
    return written.length > 0 ? written : [...actions];
  }

  private ends(
    resource: Resource,
    direction: Direction,
    network: Network,
  ): { readonly peers: readonly Peer[]; readonly targets: Targets } {
    const { values } = resource;
    const isInbound = direction === "inbound";
    const ranges = this.parts.addressPeers(values[isInbound ? "source_ranges" : "destination_ranges"], resource);
    const members = isInbound ? this.traits(resource, "source_tags", "source_service_accounts") : [];
    const peers = members.length > 0 ? [...ranges, ...members.map((trait) => memberPeer(trait, network))] : ranges;
    const chosen = this.traits(resource, "target_tags", "target_service_accounts");
    const limited = this.parts.own(values[isInbound ? "destination_ranges" : "source_ranges"], resource);
    return {
      peers: peers.length > 0 ? peers : ANY_IPV4,
      targets:
        chosen.length === 0
          ? limited
          : {
              ...limited,
              traits: chosen.flatMap(({ key }) => key ?? []),
              unknown: chosen.find(({ reason }) => reason !== undefined)?.reason,
            },
    };
  }

  private traits(resource: Resource, tags: string, accounts: string): NamedTrait[] {
    const { values } = resource;
    if (isAbsent(values[tags]) && isAbsent(values[accounts])) return [];
    return [...this.tags(values[tags], resource), ...this.accounts(values[accounts], resource)];
  }

  private tags(value: Value | undefined, from: Resource): NamedTrait[] {
    return this.parts.elements(value, from).map((element) => {
      const tag = this.input.follow(element, from);
      return typeof tag === "string" ? { key: traitKey("tag", tag) } : { reason: reasonOf(tag, "a tag is not known") };
    });
  }

  private accounts(value: Value | undefined, from: Resource): NamedTrait[] {
    return this.parts.elements(value, from).map((element) => this.parts.serviceAccount(element, from));
  }

  /** A rule of a network that can't be told is judged as if it were all there is of a network of its own. */
  private networkOf(resource: Resource): Network {
    const network = this.networks.network(resource.values["network"], resource);
    if (network) return network;
    const reason = isAbsent(resource.values["network"]) ? "it names no network" : "its network is not known";
    this.unjudged.push({ resource: resource.address, location: resource.location, reason });
    return { id: `${this.input.id(resource)}#network`, location: resource.location };
  }
}

function memberPeer(trait: NamedTrait, network: Network): Peer {
  return trait.key === undefined ? unknownPeer(trait.reason) : { kind: "group", id: groupOf(network, trait.key) };
}

/** The network that Google makes with each project, not one of that name which the input declares. */
export function isDefaultNetwork({ id, resource }: Network): boolean {
  return resource ? resource.mode === "data" && resource.values["name"] === "default" : lastSegment(id) === "default";
}

/** Rules of the default network that the project's owner may have deleted. */
function prepopulate(book: RuleBook, network: Network): void {
  for (const [name, services, addresses] of PREPOPULATED) {
    const peers: Peer[] = [{ kind: "addresses", addresses }];
    const existence = `whether the network still has the rule ${name}, which Google writes into it, is not known`;
    book.add({
      isPrepopulated: true,
      direction: "inbound",
      priority: PREPOPULATED_PRIORITY,
      rule: {
        resource: `${network.id}#${name}`,
        location: network.location,
        action: "allow",
        services,
        peers,
        existence,
      },
      targets: {},
    });
  }
}
