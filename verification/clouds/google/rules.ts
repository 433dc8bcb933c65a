/** Rules of Google's firewalls before they are put to a machine: whom they target, and in which order they decide. */
import type { Direction, Filter, Peer, Resource, Rule, Value } from "../../model";
import { isReference, isUnknown } from "../../model";
import { AddressSet } from "../../../packets/address-set";
import { ServiceSet } from "../../../packets/service-set";
import { isList, isOpaque, text } from "../../values";
import { admitting } from "../service-endpoint";
import { append, isAbsent } from "../terraform-input";
import { blockPeers } from "../aws/network";
import { reasonOf, type GoogleInput } from "./input";
import { ANY_V4, ANY_V6, type Network } from "./network";

/** By what rules choose their targets. */
export type Trait = "tag" | "service-account" | "secure-tag";

/** A network interface as firewalls see it. */
export interface Machine {
  readonly network: Network;
  /** Undefined: not known. */
  readonly region: string | undefined;
  /** `tag:web`, `service-account:NAME`, `secure-tag:NAME`: see {@link traitKey}. */
  readonly traits: ReadonlySet<string>;
  /** Why it may have further traits of a kind. */
  readonly unknown: Readonly<Partial<Record<Trait, string>>>;
  readonly addresses: AddressSet;
  /** Whether packets of other addresses than its own may come to it or from it: a router, behind a load balancer. */
  readonly forwards: boolean;
  /** Set for whoever is in a network that stands elsewhere: only rules of the input are its business. */
  readonly isElsewhere?: boolean;
}

/** Which machines a rule applies to. */
export interface Targets {
  /** Traits of which a machine must have one; undefined: every machine. */
  readonly traits?: readonly string[] | undefined;
  /** Networks that the rule is limited to, by id. */
  readonly networks?: ReadonlySet<string> | undefined;
  /** The machine's own addresses that the rule is limited to: destinations of ingress, sources of egress. */
  readonly own?: AddressSet | undefined;
  /** Why it may apply to further machines. */
  readonly unknown?: string | undefined;
  /** Why it may not apply to all packets of those. */
  readonly unclear?: string | undefined;
}

/** A trait as a rule or a machine names it, or why it can't be told. */
export type NamedTrait =
  | { readonly key: string; readonly isOutside?: true; readonly reason?: never }
  | { readonly reason: string; readonly key?: never };

export interface WrittenRule {
  /** Set where the input does not hold it, and the cloud may. */
  readonly isPrepopulated?: true;
  readonly direction: Direction;
  /** The lowest decides first. */
  readonly priority: number;
  readonly rule: Rule;
  readonly targets: Targets;
}

export const ANYWHERE: readonly Peer[] = [{ kind: "addresses", addresses: AddressSet.all }];

export const DIRECTIONS = ["inbound", "outbound"] as const;
/** Every IPv4 address, and what has a name, since names stand for public IPv4 addresses too. */
export const EVERY_V4 = AddressSet.ofCidrs(["0.0.0.0/0"]);
/** Before every priority that can be written: where a rule stands whose priority is not known. */
export const UNKNOWN_PRIORITY = -1;

export function traitKey(trait: Trait, name: string): string {
  return `${trait}:${name}`;
}

/** What rules call the machines of one network that have a trait; secure tags reach across networks. */
export function groupOf(network: Network, key: string): string {
  return key.startsWith("secure-tag:") ? key : `${network.id}#${key}`;
}

/** The rules of one firewall: a network's own rules, or a policy. */
export class RuleBook {
  private readonly every: Record<Direction, WrittenRule[]> = { inbound: [], outbound: [] };
  private readonly byTrait: Record<Direction, Map<string, WrittenRule[]>> = { inbound: new Map(), outbound: new Map() };
  private readonly unclear: Record<Direction, WrittenRule[]> = { inbound: [], outbound: [] };
  /** Groups that its rules name as the far side. */
  readonly sources = new Set<string>();
  isEmpty = true;
  /** Whether any rule depends on the machine's own addresses. */
  judgesOwnAddresses = false;

  add(written: WrittenRule): void {
    const { direction, targets, rule } = written;
    this.isEmpty = false;
    this.judgesOwnAddresses ||= targets.own !== undefined;
    for (const peer of rule.peers) if (peer.kind === "group") this.sources.add(peer.id);
    if (!targets.traits) this.every[direction].push(written);
    for (const trait of targets.traits ?? []) append(this.byTrait[direction], trait, written);
    if (targets.traits && targets.unknown !== undefined) this.unclear[direction].push(written);
  }

  /** Every trait that its rules choose their targets by. */
  traits(): string[] {
    return [...new Set(DIRECTIONS.flatMap((direction) => [...this.byTrait[direction].keys()]))];
  }

  /** The rules that apply to `machine`, in the order in which they decide; those that may apply are unknown. */
  level(machine: Machine, direction: Direction): Rule[] {
    const byTrait = this.byTrait[direction];
    const targeted = Object.values<string | undefined>(machine.unknown).some((reason) => reason !== undefined)
      ? [...byTrait.values()].flat()
      : [...machine.traits].flatMap((trait) => byTrait.get(trait) ?? []);
    const candidates = new Set([...this.every[direction], ...targeted, ...this.unclear[direction]]);
    return [...candidates].sort(byPriority).flatMap((written) => {
      const answer = applies(written, machine);
      if (answer === "no") return [];
      return answer === "yes" ? written.rule : mayApply(written.rule, answer.reason);
    });
  }
}

/** At one priority what denies decides first. */
function byPriority(a: WrittenRule, b: WrittenRule): number {
  return a.priority - b.priority || Number(a.rule.action !== "deny") - Number(b.rule.action !== "deny");
}

/** `reason`: it may. */
function applies(
  { rule, targets, isPrepopulated }: WrittenRule,
  machine: Machine,
): "yes" | "no" | { readonly reason: string } {
  const { traits, networks, own, unknown, unclear } = targets;
  if (isPrepopulated && machine.isElsewhere) return "no";
  const reasons = unclear === undefined ? [] : [unclear];
  if (networks && !networks.has(machine.network.id)) {
    if (unknown === undefined) return "no";
    reasons.push(unknown);
  }
  if (traits && !traits.some((trait) => machine.traits.has(trait))) {
    const further = traits.flatMap((trait) => machine.unknown[trait.slice(0, trait.indexOf(":")) as Trait] ?? []);
    const open = unknown ?? further[0];
    if (open === undefined) return "no";
    reasons.push(open);
  }
  if (own) {
    const concerned = addressesFacing(rule, machine.addresses);
    if (!concerned.overlaps(own) && !machine.forwards) return "no";
    if (!concerned.isSubsetOf(own) || machine.forwards) reasons.push("it speaks of some own addresses only");
  }
  return reasons.length === 0 ? "yes" : { reason: reasons.join("; ") };
}

/** The own addresses that packets of the rule can have: IPv4 where its far side has IPv4 alone, and the like. */
function addressesFacing({ peers }: Rule, own: AddressSet): AddressSet {
  if (!peers.every((peer) => peer.kind === "addresses")) return own;
  const far = AddressSet.unionOf(peers.map(({ addresses }) => addresses));
  const v4 = far.overlaps(ANY_V4) ? own.intersect(ANY_V4) : AddressSet.empty;
  return far.overlaps(ANY_V6) ? v4.union(own.intersect(ANY_V6)) : v4;
}

function mayApply(rule: Rule, reason: string): Rule {
  return { ...rule, existence: rule.existence === undefined ? reason : `${rule.existence}; ${reason}` };
}

/** Rules that stand for others which can't be read: any packet may meet one that allows it, or one that denies it. */
export function unreadRules({ address, location }: Resource, unknown: string): WrittenRule[] {
  return DIRECTIONS.flatMap((direction) =>
    (["allow", "deny"] as const).map((action) => ({
      direction,
      priority: UNKNOWN_PRIORITY,
      rule: { resource: address, location, action, services: ServiceSet.all, peers: ANYWHERE, unknown },
      targets: {},
    })),
  );
}

const UNLIMITED: Targets = {};

/** Reads the parts that rules of every kind have in common. */
export class RuleParts {
  private readonly peers = new Map<string, readonly Peer[]>();
  /** Service accounts of the input by their account id. */
  private accounts: Map<string, Resource[]> | undefined;

  constructor(private readonly input: GoogleInput) {}

  /** Elements of a list, each followed to what it refers to; a list that is not known is one opaque element. */
  elements(value: Value | undefined, from: Resource): readonly Value[] {
    if (isAbsent(value)) return [];
    if (!isList(value)) {
      const list = isOpaque(value) ? this.input.follow(value, from) : value;
      return isList(list) ? this.elements(list, from) : [value];
    }
    return value.some(isAbsent) ? value.filter((element) => !isAbsent(element)) : value;
  }

  /** One peer for all known blocks, so that two that together make the internet are seen together. */
  addressPeers(value: Value | undefined, from: Resource): readonly Peer[] {
    const known: string[] = [];
    const opaque: Peer[] = [];
    for (const element of this.elements(value, from)) {
      const cidr = text(this.input.follow(element, from));
      if (isOpaque(cidr)) opaque.push(unknownPeer(reasonOf(cidr, "its addresses are not known")));
      else if (cidr !== undefined) known.push(cidr);
    }
    const key = known.join(",");
    let read = this.peers.get(key);
    if (!read) this.peers.set(key, (read = blockPeers(known)));
    return opaque.length === 0 ? read : [...read, ...opaque];
  }

  /** The machine's own addresses that a rule is limited to. */
  own(value: Value | undefined, from: Resource): Pick<Targets, "own" | "unclear"> {
    const peers = this.addressPeers(value, from);
    if (peers.length === 0) return UNLIMITED;
    const [first] = peers;
    if (peers.length === 1 && first?.kind === "addresses") return { own: first.addresses };
    return { unclear: "the addresses that it is limited to are not known" };
  }

  /** The name that a service account is known by throughout the input. */
  serviceAccount(value: Value, from: Resource): NamedTrait {
    const target = this.input.named(value, from, "google_service_account", "google_compute_default_service_account");
    if (isUnknown(target)) return { reason: target.reason };
    if (target.kind === "outside" && isReference(value)) return { reason: `${target.name} is not in the input` };
    if (target.kind === "resource") {
      const { type, values } = target.resource;
      if (type === "google_compute_default_service_account") return DEFAULT_ACCOUNT;
      if (type !== "google_service_account") return { reason: `${target.resource.address} is no service account` };
      const email = values["email"];
      return { key: this.accountKey(typeof email === "string" ? email : undefined, target.resource) };
    }
    return DEFAULT_EMAIL.test(target.name) ? DEFAULT_ACCOUNT : { key: this.accountKey(target.name, undefined) };
  }

  private accountKey(email: string | undefined, resource: Resource | undefined): string {
    const declared = resource?.mode === "managed" || email === undefined ? resource : this.accountOf(email);
    return traitKey("service-account", declared ? this.input.id(declared) : (email ?? "").toLowerCase());
  }

  /** The service account of the input that has this address: `ACCOUNT_ID@PROJECT.iam.gserviceaccount.com`. */
  private accountOf(email: string): Resource | undefined {
    this.accounts ??= this.readAccounts();
    const [name = "", domain] = email.toLowerCase().split("@");
    return this.accounts
      .get(name)
      ?.find(({ values: { project } }) => typeof project !== "string" || domain?.split(".")[0] === project);
  }

  private readAccounts(): Map<string, Resource[]> {
    const accounts = new Map<string, Resource[]>();
    for (const account of this.input.managed("google_service_account")) {
      const name = account.values["account_id"];
      if (typeof name === "string") append(accounts, name, account);
    }
    return accounts;
  }

  /** The name that a secure tag is known by throughout the input, wherever it is written. */
  secureTag(value: Value, from: Resource): NamedTrait {
    const target = this.input.named(value, from, "google_tags_tag_value");
    if (isUnknown(target)) return { reason: target.reason };
    if (target.kind === "outside") {
      if (isReference(value)) return { reason: `${target.name} is not in the input` };
      return { key: traitKey("secure-tag", target.name), isOutside: true };
    }
    return { key: traitKey("secure-tag", this.input.id(target.resource)) };
  }
}

/** What a machine runs as that names no service account, by any of its names. */
export const DEFAULT_ACCOUNT = { key: traitKey("service-account", "default") } as const;
const DEFAULT_EMAIL = /^(default|\d+-compute@developer\.gserviceaccount\.com)$/i;

export function unknownPeer(reason: string): Peer {
  return { kind: "unknown", reason };
}

/** What a service lets in that listens for these services, each from its own peers, and for nothing else. */
export function listening(
  { address, location }: Resource,
  accepted: readonly { readonly services: ServiceSet; readonly from: readonly Peer[] }[],
): Filter {
  const rules = accepted.map(({ services, from }): Rule => ({
    resource: address,
    location,
    action: "allow",
    services,
    peers: from,
  }));
  return admitting(`what ${address} listens for`, "google-service", rules);
}
