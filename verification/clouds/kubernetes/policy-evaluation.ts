/** What NetworkPolicies mean for pods. */
import { ServiceSet } from "../../../packets/service-set";
import type { Direction, Filter, Peer, Rule } from "../../model";
import { isOpaque, whyOpaque } from "../../values";
import {
  ALL_PODS,
  DIRECTIONS,
  EVERYBODY,
  PROTOCOLS,
  groupId,
  groupPeer,
  type NamedPort,
  type NetworkPolicy,
  type PodPeer,
  type PolicyRule,
} from "./network-policy";
import { NAMESPACE_NAME, matches, type Namespaces } from "./selectors";
import type { Pods } from "./workloads";
import { and, or, type Ternary } from "../../ternary";

/** A policy that applies to some pods, or may. */
interface Selection {
  readonly policy: NetworkPolicy;
  readonly selected: Ternary;
}

/** What the policies of the input make of its pods. */
export class NetworkPolicyEvaluation {
  private readonly policies = new Map<string | undefined, NetworkPolicy[]>();
  /** Peers by the namespace that they name, under `undefined` those that may be of any. */
  private readonly peers = new Map<string | undefined, Map<string, PodPeer>>();
  private readonly selections = new Map<Pods, readonly Selection[]>();
  private readonly outboundNamed = new Map<PolicyRule, readonly Rule[]>();

  constructor(
    policies: readonly NetworkPolicy[],
    private readonly namespaces: Namespaces,
    private readonly pods: readonly Pods[],
  ) {
    this.addPeer(ALL_PODS);
    for (const policy of policies) {
      const same = this.policies.get(policy.namespace);
      if (same) same.push(policy);
      else this.policies.set(policy.namespace, [policy]);
      for (const rule of DIRECTIONS.flatMap((direction) => policy.rules[direction])) rule.pods.forEach(this.addPeer);
    }
  }

  /** Whether some policy isolates the pods in `direction`. */
  isolated(pods: Pods, direction: Direction): Ternary {
    return or(this.selecting(pods).map(({ policy, selected }) => and([policy.isolates[direction], selected])));
  }

  /** The filters of the pods: one for each direction in which they are, or may be, isolated. */
  filters(pods: Pods): Filter[] {
    return DIRECTIONS.flatMap((direction) => {
      const isolated = this.isolated(pods, direction);
      if (isolated === false) return [];
      const filter: Filter = {
        name: `NetworkPolicy in namespace ${pods.namespace ?? "?"}`,
        system: "kubernetes",
        direction,
        stateful: true,
        levels: [this.selecting(pods).flatMap((selection) => this.rules(selection, pods, direction))],
        otherwise: "deny",
      };
      return isolated === true
        ? [filter]
        : [{ ...filter, unknown: `whether a policy isolates ${pods.id} is not known` }];
    });
  }

  /** The groups that name the pods certainly, and those that may. */
  memberships(pods: Pods): { readonly certain: ReadonlySet<string>; readonly possible: ReadonlySet<string> } {
    const groups = { certain: new Set([pods.id]), possible: new Set<string>() };
    const buckets =
      pods.namespace === undefined
        ? [...this.peers.values()]
        : [this.peers.get(pods.namespace), this.peers.get(undefined)];
    for (const [id, peer] of buckets.flatMap((bucket) => [...(bucket ?? [])])) {
      const answer = this.names(peer, pods);
      if (answer !== false) groups[answer === true ? "certain" : "possible"].add(id);
    }
    return groups;
  }

  private readonly addPeer = (peer: PodPeer): void => {
    const name = peer.namespaces.requirements.find(({ key, operator }) => key === NAMESPACE_NAME && operator === "In");
    for (const namespace of name?.values ?? [undefined]) {
      const bucket = this.peers.get(namespace) ?? new Map<string, PodPeer>();
      this.peers.set(namespace, bucket.set(groupId(peer), peer));
    }
  };

  /** The policies that select the pods, or may. */
  private selecting(pods: Pods): readonly Selection[] {
    const known = this.selections.get(pods);
    if (known) return known;
    const candidates =
      pods.namespace === undefined
        ? [...this.policies.values()]
        : [this.policies.get(pods.namespace), this.policies.get(undefined)];
    const selections = candidates.flatMap((policies = []) =>
      policies
        .map((policy) => ({ policy, selected: selects(policy, pods) }))
        .filter(({ selected }) => selected !== false),
    );
    this.selections.set(pods, selections);
    return selections;
  }

  /** Whether a peer names the pods. */
  private names(peer: PodPeer, pods: Pods): Ternary {
    const answer = and([
      matches(peer.namespaces, this.namespaces.labels(pods.namespace)),
      matches(peer.pods, pods.labels),
    ]);
    return answer === true && pods.hostNetwork !== false ? "unknown" : answer;
  }

  private rules({ policy, selected }: Selection, pods: Pods, direction: Direction): readonly Rule[] {
    const applies = and([policy.isolates[direction], selected]);
    if (applies === false) return [];
    const rules = policy.rules[direction].flatMap((rule) => [
      ...rule.rules,
      ...(direction === "inbound"
        ? rule.named.flatMap((port) => namedRules(rule, port, pods, [...rule.addresses, ...rule.pods.map(groupPeer)]))
        : this.outboundNamedRules(rule)),
    ]);
    if (applies === true) return rules;
    return rules.map((rule) => ({ ...rule, unknown: `whether the policy selects ${pods.id} is not known` }));
  }

  /** A named port of an egress rule may be another one at each pod that the rule leads to. */
  private outboundNamedRules(rule: PolicyRule): readonly Rule[] {
    const known = this.outboundNamed.get(rule);
    if (known) return known;
    const peers = rule.addresses.includes(EVERYBODY) ? [ALL_PODS] : rule.pods;
    const rules = rule.named.flatMap((port) => {
      const atPods = this.pods.flatMap((pods) => {
        const answer = or(peers.map((peer) => this.names(peer, pods)));
        if (answer === false) return [];
        const named = namedRules(rule, port, pods, [{ kind: "group", id: pods.id }]);
        if (answer === true) return named;
        return named.map((one) => ({ ...one, unknown: `whether the peer selects ${pods.id} is not known` }));
      });
      if (rule.addresses.length === 0) return atPods;
      const reason = `which port '${port.name}' is at an address that is no pod of the input is not known`;
      return [...atPods, rule.allow(ServiceSet.all, rule.addresses, reason)];
    });
    this.outboundNamed.set(rule, rules);
    return rules;
  }
}

/** Whether a policy, of the same namespace for all that is known, applies to the pods. */
export function selects({ namespace, selector }: NetworkPolicy, pods: Pods): Ternary {
  if (pods.hostNetwork === true) return false;
  const selected = isOpaque(selector) ? "unknown" : matches(selector, pods.labels);
  const sure = namespace !== undefined && pods.namespace === namespace && pods.hostNetwork === false;
  return sure ? selected : and([selected, "unknown"]);
}

/** The rule for a named port as it is at `pods`; none where they have no such port. */
function namedRules(rule: PolicyRule, { name, protocol }: NamedPort, pods: Pods, peers: readonly Peer[]): Rule[] {
  if (isOpaque(pods.ports)) return [rule.allow(ServiceSet.all, peers, whyOpaque(pods.ports))];
  const services = pods.ports
    .filter((port) => port.name === name && port.protocol === protocol)
    .map(({ port }) => ServiceSet.of(PROTOCOLS[protocol], port));
  return services.length === 0 ? [] : [rule.allow(ServiceSet.unionOf(services), peers)];
}
