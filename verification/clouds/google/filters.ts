/**
 * All firewalls of a machine, in the order in which they decide.
 *
 * Google Cloud NGFW, "Evaluation order for firewall policies and rules"
 * (https://cloud.google.com/firewall/docs/firewall-policies-rule-eval-order): hierarchical policies from the
 * organisation down; then the network's VPC firewall rules and after them its global and its regional policy, or the
 * policies first if the network says BEFORE_CLASSIC_FIREWALL; at last what is implied: nothing in, everything out.
 * "VPC firewall rules", sections "Implied rules" and "Always allowed traffic"
 * (https://cloud.google.com/firewall/docs/firewalls#default_firewall_rules): both hold for IPv4 and IPv6; no rule keeps
 * a machine from its metadata server, which also answers DNS, DHCP and NTP.
 *
 * A network's rules are those that the input holds. Of a network that the input neither declares nor has a rule for,
 * nothing is known.
 */
import type { Direction, Filter, Rule } from "../../model";
import { AddressSet } from "../../../packets/address-set";
import { ServiceSet } from "../../../packets/service-set";
import { isDefaultNetwork, type VpcFirewall } from "./firewall";
import type { FirewallPolicies } from "./firewall-policy";
import type { GoogleInput } from "./input";
import type { Network } from "./network";
import { DIRECTIONS, type Machine, type RuleBook } from "./rules";

/** The metadata server, over IPv4 and IPv6. */
export const METADATA_SERVER = AddressSet.ofCidrs(["169.254.169.254", "fd20:ce::254"]);

/** Firewalls of a network: those that all its machines pass, and those of one region. */
interface Stack {
  readonly books: readonly RuleBook[];
  readonly before: readonly RuleBook[];
  readonly classic: RuleBook;
  readonly global: readonly RuleBook[];
  readonly regional: readonly { readonly region: string; readonly book: RuleBook }[];
  readonly policiesFirst: boolean;
  readonly judgesOwnAddresses: boolean;
  readonly unknown: string | undefined;
}

export class Filters {
  private readonly stacks = new Map<string, Stack>();
  private readonly filters = new Map<string, readonly Filter[]>();

  constructor(
    private readonly input: GoogleInput,
    private readonly vpc: VpcFirewall,
    private readonly policies: FirewallPolicies,
  ) {}

  /** What packets of a machine pass: one filter each way, the same for machines that are alike. */
  of(machine: Machine): readonly Filter[] {
    const stack = this.stack(machine.network);
    const { network, region, traits, unknown, addresses, forwards, isElsewhere } = machine;
    const key = JSON.stringify([
      network.id,
      isElsewhere ?? false,
      stack.regional.length > 0 ? (region ?? null) : "",
      [...traits].sort(),
      unknown,
      stack.judgesOwnAddresses ? [addresses.key(), forwards] : "",
    ]);
    let filters = this.filters.get(key);
    if (!filters) {
      filters = DIRECTIONS.map((direction) => filter(stack, machine, direction));
      this.filters.set(key, filters);
    }
    return filters;
  }

  /** Traits that rules of the network choose their targets by. */
  traits(network: Network): Set<string> {
    return new Set(this.stack(network).books.flatMap((book) => book.traits()));
  }

  /** Groups that rules of the network name as the far side. */
  sources(network: Network): Set<string> {
    return new Set(this.stack(network).books.flatMap((book) => [...book.sources]));
  }

  /** Regions of the network that a policy of their own governs. */
  regions(network: Network): string[] {
    return [...new Set(this.stack(network).regional.map(({ region }) => region))];
  }

  private stack(network: Network): Stack {
    let stack = this.stacks.get(network.id);
    if (!stack) this.stacks.set(network.id, (stack = this.read(network)));
    return stack;
  }

  private read(network: Network): Stack {
    const before = this.policies.above(network);
    const classic = this.vpc.book(network);
    const global = this.policies.global(network);
    const regional = this.policies.regional(network);
    const books = [...before, classic, ...global, ...regional.map(({ book }) => book)];
    const { resource } = network;
    const order = resource && this.input.textAt(resource, "network_firewall_policy_enforcement_order");
    const isOpen = typeof order === "object" && !classic.isEmpty && global.length + regional.length > 0;
    const isDeclared = resource?.mode === "managed" || isDefaultNetwork(network);
    const isUnread = !isDeclared && !this.vpc.holdsRulesOf(network) && global.length + regional.length === 0;
    return {
      books,
      before,
      classic,
      global,
      regional,
      policiesFirst: order === "BEFORE_CLASSIC_FIREWALL",
      judgesOwnAddresses: books.some((book) => book.judgesOwnAddresses),
      unknown: isOpen
        ? `in which order the firewalls of ${network.id} are evaluated is not known`
        : isUnread
          ? `neither network ${network.id} nor any rule of it is in the input`
          : undefined,
    };
  }
}

function filter(stack: Stack, machine: Machine, direction: Direction): Filter {
  const { network, region } = machine;
  const level = (book: RuleBook) => book.level(machine, direction);
  const classic = [level(stack.classic)];
  const policies = [
    ...stack.global.map(level),
    ...stack.regional.flatMap(({ region: where, book }) =>
      region === undefined ? [level(book).map(perhapsElsewhere)] : region === where ? [level(book)] : [],
    ),
  ];
  const levels = [
    ...(direction === "outbound" ? [[toMetadataServer(network)]] : []),
    ...stack.before.map(level),
    ...(stack.policiesFirst ? [...policies, ...classic] : [...classic, ...policies]),
  ];
  return {
    name: `firewall of ${network.id}`,
    system: "google-firewall",
    direction,
    stateful: true,
    levels: levels.filter((rules) => rules.length > 0),
    otherwise: direction === "inbound" ? "deny" : "allow",
    ...(stack.unknown !== undefined && { unknown: stack.unknown }),
  };
}

function perhapsElsewhere(rule: Rule): Rule {
  return { ...rule, existence: rule.existence ?? "whether the machine is in the region of its policy is not known" };
}

function toMetadataServer({ id, location }: Network): Rule {
  return {
    resource: `${id}#metadata-server`,
    location,
    action: "allow",
    services: ServiceSet.all,
    peers: [{ kind: "addresses", addresses: METADATA_SERVER }],
  };
}
