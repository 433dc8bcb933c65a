/**
 * Firewall policies: hierarchical ones of organisations and folders, global and regional ones of networks.
 *
 * Google Cloud NGFW, "Firewall policies" (https://cloud.google.com/firewall/docs/firewall-policies-overview),
 * "Hierarchical firewall policies" (https://cloud.google.com/firewall/docs/firewall-policies), "Firewall policy rule
 * components" (https://cloud.google.com/firewall/docs/firewall-policies-rule-details): a policy counts only where it is
 * associated; of its rules the one with the lowest priority number that matches allows, denies or hands on to what is
 * evaluated next, as does a policy none of whose rules matches. Sources of one rule add up; a network scope narrows
 * them; an ingress rule's destinations and an egress rule's sources are addresses of the machine itself.
 *
 * What Google's own lists tell (FQDNs, countries, threat intelligence) is not in the input, so such a peer is unknown.
 * A rule that hands packets to a security profile group may let them pass or not.
 */
import type { Resource, Unjudged, Value } from "../../model";
import { isUnknown } from "../../model";
import { isObject, type ObjectValue } from "../../values";
import { Hierarchy, type Node } from "./hierarchy";
import { reasonOf, type GoogleInput } from "./input";
import type { Network, Networks } from "./network";
import { RuleBook, unreadRules, type RuleParts, type WrittenRule } from "./rules";
import { lastSegment } from "../../../config/texts";
import { PolicyRules } from "./policy-rules";

interface Policy {
  readonly id: string;
  readonly resource: Resource;
  readonly rules: WrittenRule[];
  readonly book: RuleBook;
  isAssociated: boolean;
}

/** A policy that holds in one region of a network, or everywhere in it. */
interface Attached {
  readonly book: RuleBook;
  /** Undefined for global policies. */
  readonly region?: string | undefined;
}

/** The types of one kind of policy. */
interface Kind {
  readonly policy: string;
  readonly withRules: string;
  readonly rule: string;
  readonly association: string;
}
const HIERARCHICAL: Kind = {
  policy: "google_compute_firewall_policy",
  withRules: "google_compute_firewall_policy_with_rules",
  rule: "google_compute_firewall_policy_rule",
  association: "google_compute_firewall_policy_association",
};
const GLOBAL: Kind = {
  policy: "google_compute_network_firewall_policy",
  withRules: "google_compute_network_firewall_policy_with_rules",
  rule: "google_compute_network_firewall_policy_rule",
  association: "google_compute_network_firewall_policy_association",
};
const REGIONAL: Kind = {
  policy: "google_compute_region_network_firewall_policy",
  withRules: "google_compute_region_network_firewall_policy_with_rules",
  rule: "google_compute_region_network_firewall_policy_rule",
  association: "google_compute_region_network_firewall_policy_association",
};

export class FirewallPolicies {
  readonly unjudged: Unjudged[] = [];
  /** Number of rules read. */
  rules = 0;

  private readonly policies = new Map<Resource, Policy>();
  private readonly ofNetwork = new Map<string, { readonly network: Network; readonly attached: Attached[] }>();
  private readonly ofNode = new Map<string, { readonly node: Node; readonly policies: Policy[] }>();
  private readonly written: PolicyRules;
  private readonly hierarchy: Hierarchy;

  constructor(
    private readonly input: GoogleInput,
    private readonly networks: Networks,
    private readonly parts: RuleParts,
  ) {
    this.hierarchy = new Hierarchy(input);
    this.written = new PolicyRules(input, networks, parts);
    for (const kind of [HIERARCHICAL, GLOBAL, REGIONAL]) {
      for (const resource of input.managed(kind.policy)) this.declare(resource);
      for (const resource of input.managed(kind.withRules)) this.readInline(resource);
      for (const resource of input.managed(kind.rule)) this.readApart(resource, kind);
    }
    for (const kind of [GLOBAL, REGIONAL]) {
      for (const resource of input.managed(kind.association)) this.associate(resource, kind);
    }
    for (const resource of input.managed(HIERARCHICAL.association)) this.attach(resource);
    this.judgeAlone();
  }

  /** Networks that a policy holds for; one of its own for each policy that no network of the input is under. */
  all(): Network[] {
    const under = this.ofNode.size > 0 ? this.declared().map((resource) => this.networks.networkOf(resource)) : [];
    return [...under, ...[...this.ofNetwork.values()].map(({ network }) => network)];
  }

  /** Global policies of the network. */
  global(network: Network): RuleBook[] {
    return this.attached(network).flatMap(({ book, region }) => (region === undefined ? book : []));
  }

  /** Regional policies of the network. */
  regional(network: Network): { readonly region: string; readonly book: RuleBook }[] {
    return this.attached(network).flatMap(({ book, region }) => (region === undefined ? [] : { book, region }));
  }

  /**
   * Policies above the network, in the order in which they are evaluated.
   *
   * Where the input does not tell what a network is under, the organisation and the folders of the input are taken to
   * be above it; folders of which it can't be told which is above which may be so or not.
   */
  above(network: Network): RuleBook[] {
    const known = this.hierarchy.above(network);
    const attached = [...this.ofNode.values()].map((entry) => ({ ...entry, chain: this.hierarchy.chain(entry.node) }));
    const isComplete = known.at(-1)?.isOrganisation ?? false;
    const holds = (node: Node) => known.some(({ id }) => id === node.id);
    const candidates = attached.filter(({ node }) => holds(node) || !isComplete);
    const ordered = candidates.sort(
      (a, b) => Number(b.node.isOrganisation) - Number(a.node.isOrganisation) || a.chain.length - b.chain.length,
    );
    const isLine = ordered.every(({ node }, i) => {
      const next = ordered[i + 1];
      return !next || (node.isOrganisation && !next.node.isOrganisation) || next.chain.some(({ id }) => id === node.id);
    });
    return ordered.flatMap(({ node, policies }) => {
      const isCertain = holds(node) || (isLine && (known.length === 0 || node.isOrganisation));
      return policies.map(({ book, rules }) =>
        isCertain ? book : uncertain(rules, `whether ${node.id} is above network ${network.id} is not known`),
      );
    });
  }

  private attached(network: Network): readonly Attached[] {
    return this.ofNetwork.get(network.id)?.attached ?? [];
  }

  private declare(resource: Resource): Policy {
    const id = this.input.id(resource);
    const policy: Policy = { id, resource, rules: [], book: new RuleBook(), isAssociated: false };
    this.policies.set(resource, policy);
    return policy;
  }

  // -------------------------------------------------------------- rules

  private readInline(resource: Resource): void {
    const policy = this.declare(resource);
    this.parts.elements(resource.values["rule"], resource).forEach((block, index) => {
      if (isObject(block)) this.addRule(policy, resource, ["rule", index], block);
      else this.addUnread(policy, resource, reasonOf(block, "a rule is not readable"));
    });
  }

  private readApart(resource: Resource, kind: Kind): void {
    const policy = this.find(resource.values["firewall_policy"], resource, kind);
    if (typeof policy === "object") {
      this.addRule(policy, resource, [], resource.values);
      return;
    }
    this.leave(resource, `the policy that it belongs to is not in the input: ${policy}`);
    // It is judged as if it were all there is of a policy.
    this.addRule(this.declare(resource), resource, [], resource.values);
  }

  private addRule(policy: Policy, resource: Resource, path: readonly (string | number)[], values: ObjectValue): void {
    this.rules++;
    for (const rule of this.written.of(resource, path, values)) this.enter(policy, rule);
  }

  private enter(policy: Policy, rule: WrittenRule): void {
    policy.rules.push(rule);
    policy.book.add(rule);
  }

  private addUnread(policy: Policy, resource: Resource, reason: string): void {
    for (const rule of unreadRules(resource, reason)) this.enter(policy, rule);
  }

  // -------------------------------------------------------------- associations

  private associate(resource: Resource, kind: Kind): void {
    const network = this.networks.network(resource.values["attachment_target"], resource);
    const policy = this.find(resource.values["firewall_policy"], resource, kind);
    if (!network) {
      this.leaveOpen(resource, policy, "the network that it gives a policy to is not known");
      return;
    }
    if (typeof policy === "object") policy.isAssociated = true;
    const known = this.ofNetwork.get(network.id) ?? { network, attached: [] };
    this.ofNetwork.set(network.id, known);
    const book = typeof policy === "object" ? policy.book : this.unreadPolicy(resource, policy);
    if (kind === GLOBAL) {
      known.attached.push({ book });
      return;
    }
    const region = [resource, ...(typeof policy === "object" ? [policy.resource] : [])]
      .map((holder) => this.input.textAt(holder, "region"))
      .find((value) => typeof value === "string");
    if (typeof region === "string") known.attached.push({ book, region: lastSegment(region) });
    // Machines of every region may be governed by it.
    else known.attached.push({ book: this.unreadPolicy(resource, "the region of a policy is not known") });
  }

  private attach(resource: Resource): void {
    const node = this.hierarchy.node(resource.values["attachment_target"], resource);
    const found = this.find(resource.values["firewall_policy"], resource, HIERARCHICAL);
    if (!node) {
      this.leaveOpen(resource, found, "the organisation or folder that it gives a policy to is not known");
      return;
    }
    if (typeof found === "object") found.isAssociated = true;
    const known = this.ofNode.get(node.id) ?? { node, policies: [] };
    this.ofNode.set(node.id, known);
    if (typeof found === "object") {
      known.policies.push(found);
      return;
    }
    const rules = unreadRules(resource, found);
    known.policies.push({ id: this.input.id(resource), resource, rules, book: bookOf(rules), isAssociated: true });
  }

  private judgeAlone(): void {
    const above = this.declared("google_compute_firewall").length > 0 ? [] : [...this.ofNode.values()];
    const alone = new Set(above.flatMap(({ policies }) => policies));
    for (const policy of this.policies.values()) if (!policy.isAssociated) alone.add(policy);
    for (const { id, resource, rules } of alone) {
      if (rules.length === 0) continue;
      const network = { id, location: resource.location };
      this.ofNetwork.set(id, { network, attached: [{ book: bookOf(rules.map(inAnyNetwork)) }] });
    }
  }

  private declared(...more: readonly string[]): Resource[] {
    return this.input.managed("google_compute_network", ...more);
  }

  private unreadPolicy(resource: Resource, reason: string): RuleBook {
    return bookOf(unreadRules(resource, reason));
  }

  /** The policy that `value` names, or why it can't be told. */
  private find(value: Value | undefined, from: Resource, { policy: type, withRules }: Kind): Policy | string {
    const target = this.input.named(value, from, type, withRules);
    if (isUnknown(target)) return target.reason;
    if (target.kind === "outside") return `policy ${target.name} is not in the input`;
    return this.policies.get(target.resource) ?? `${target.resource.address} is no policy of the input`;
  }

  /** Wherever a policy of the input holds, its rules let in what they say: it is judged alone, and may stop the rest. */
  private leaveOpen(resource: Resource, policy: Policy | string, reason: string): void {
    this.leave(resource, reason, typeof policy === "object");
  }

  private leave(resource: Resource, reason: string, onlyStops = false): void {
    this.unjudged.push({
      resource: resource.address,
      location: resource.location,
      reason,
      ...(onlyStops && { onlyStops }),
    });
  }
}

function bookOf(rules: readonly WrittenRule[]): RuleBook {
  const book = new RuleBook();
  for (const rule of rules) book.add(rule);
  return book;
}

/**
 * A rule as it holds in a network that stands for each that its policy may hold in: what is let in to some of these
 * comes in, what some are kept from may come in to others.
 */
function inAnyNetwork(written: WrittenRule): WrittenRule {
  const { targets, rule } = written;
  if (!targets.networks) return written;
  const existence = rule.existence ?? "whether the network is one that it is limited to is not known";
  return {
    ...written,
    targets: { ...targets, networks: undefined },
    rule: rule.action === "allow" ? rule : { ...rule, existence },
  };
}

/** The same rules, each of which may not be there. */
function uncertain(rules: readonly WrittenRule[], reason: string): RuleBook {
  return bookOf(rules.map((written) => ({ ...written, rule: { ...written.rule, unknown: reason } })));
}
