/**
 * Network security groups: which packets pass at an interface and at a subnet's edge.
 *
 * Microsoft, "Network security groups"
 * (https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview): rules of one direction are gone
 * through by priority, the lowest number first, and the first that matches decides; answers of an allowed connection
 * pass. Below the rules of its own each group has six that can't be removed: from and to `VirtualNetwork` allowed
 * (65000), from `AzureLoadBalancer` and to `Internet` allowed (65001), all else denied (65500).
 * "How network security groups filter network traffic"
 * (https://learn.microsoft.com/azure/virtual-network/network-security-group-how-it-works): a packet must pass the group
 * of the subnet and that of the interface, also between two interfaces of one subnet; without either, all passes.
 * "Application security groups" (https://learn.microsoft.com/azure/virtual-network/application-security-groups): a rule
 * may name interfaces by the groups that they are in.
 *
 * Terraform, "azurerm_network_security_group"
 * (https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/network_security_group): rules are
 * written within the group or apart. Where both are, they are judged together.
 *
 * Not filtered by security groups unless a rule names their tags, so not judged here: the platform's DNS, DHCP and
 * metadata at 168.63.129.16 and 169.254.169.254.
 */
import { isDeepStrictEqual } from "node:util";
import type { Direction, Filter, Location, Resource, Rule, Unjudged, Value } from "../../model";
import { isUnknown } from "../../model";
import { AddressSet } from "../../../packets/address-set";
import { ServiceSet } from "../../../packets/service-set";
import { blocks, isObject, type ObjectValue } from "../../values";
import { isAbsent, type AzureInput, type Target } from "./input";
import type { VirtualNetworkTag } from "./virtual-network-tag";
import {
  EVERYONE,
  isForAll,
  rulesAt,
  shareOf,
  type Member,
  type SecurityRules,
  type Side,
  type WrittenRule,
} from "./security-rule";
import { AZURE_HOST } from "./service-tags";
import { oncePer } from "../../once-per";

export interface NetworkSecurityGroup {
  /** Address of the resource; of the owner with `#aks-nsg` where Azure makes the group. */
  readonly id: string;
  readonly location: Location;
  readonly rules: Readonly<Record<Direction, WrittenRule[]>>;
  /** Why its rules are not all known. */
  readonly unknown: Partial<Record<Direction, string>>;
  /** Whether AKS makes and changes it. */
  readonly isAks: boolean;
}

/** How a group acts at one endpoint: its rules speak of `member`, and `VirtualNetwork` stands for `network`. */
export interface Place {
  readonly member: Member;
  readonly network: VirtualNetworkTag;
}

const DIRECTIONS = ["inbound", "outbound"] as const;
const NOBODY: Side = { ...EVERYONE, addresses: AddressSet.empty };
const VIRTUAL_NETWORK: Side = { ...NOBODY, virtualNetwork: true };

/** The rules that every group ends with, by what the far side is. */
const DEFAULTS: Readonly<Record<Direction, readonly Pick<WrittenRule, "priority" | "action" | "far">[]>> = {
  inbound: [
    { priority: 65000, action: "allow", far: VIRTUAL_NETWORK },
    { priority: 65001, action: "allow", far: { ...NOBODY, addresses: AZURE_HOST } },
    { priority: 65500, action: "deny", far: EVERYONE },
  ],
  outbound: [
    { priority: 65000, action: "allow", far: VIRTUAL_NETWORK },
    { priority: 65001, action: "allow", far: { ...NOBODY, internet: true } },
    { priority: 65500, action: "deny", far: EVERYONE },
  ],
};

/** Rules that speak of some of a group's members only, one for each way to do so: they tell its members apart. */
const tellingRules = oncePer((group: NetworkSecurityGroup): readonly WrittenRule[] => {
  const rules = DIRECTIONS.flatMap((direction) => group.rules[direction]).filter(({ near }) => !isForAll(near));
  return [...new Map(rules.map((rule) => [`${rule.action} ${sideKey(rule.near)}`, rule])).values()];
});

export class NetworkSecurityGroups {
  readonly unjudged: Unjudged[] = [];
  /** Number of rules read, the default ones among them. */
  rules = 0;

  private readonly groups = new Map<string, NetworkSecurityGroup>();
  /** Rules that are written apart, by the resource of their group. */
  private readonly apart = new Map<Resource, Resource[]>();
  private readonly filters = new Map<string, readonly Filter[]>();

  constructor(
    private readonly input: AzureInput,
    private readonly written: SecurityRules,
  ) {
    const apart = input
      .managed("azurerm_network_security_rule")
      .map(
        (rule) =>
          [rule, input.findNamed("network_security_group_name", "azurerm_network_security_group", rule)] as const,
      );
    for (const [rule, target] of apart)
      if (target.kind === "resource")
        this.apart.set(target.resource, [...(this.apart.get(target.resource) ?? []), rule]);
    for (const resource of input.resources) {
      // A data source that was read tells the rules of its group.
      const isTold = resource.mode === "managed" || "security_rule" in resource.values;
      if (resource.type === "azurerm_network_security_group" && isTold) this.declare(resource);
    }
    for (const [rule, target] of apart) {
      const group = this.groupOf(target);
      // A rule of a group that can't be told is judged as if it were all there is of a group of its own.
      if (typeof group === "string") this.leave(rule, `the security group that it belongs to is not known: ${group}`);
      const known = typeof group === "string" ? this.outside(this.input.id(rule), group, rule) : group;
      this.add(known, rule, [], rule.values);
    }
    for (const group of this.groups.values()) this.checkPriorities(group);
  }

  /** Every group that is declared in the input, or that a rule or resource of it speaks of. */
  all(): NetworkSecurityGroup[] {
    return [...this.groups.values()];
  }

  /** The group that `value` names, or why it can't be told. */
  find(value: Value | undefined, from: Resource): NetworkSecurityGroup | string {
    return this.groupOf(this.input.find(value, from, "network security group"));
  }

  /** The group that Azure makes for a cluster's nodes: the default rules, and those for host ports that it asks for. */
  aksGroup(owner: Resource, hostPorts: readonly WrittenRule[]): NetworkSecurityGroup {
    const id = `${this.input.id(owner)}#aks-nsg`;
    const group = this.create(id, owner.location, {}, true);
    group.rules.inbound.push(...hostPorts);
    this.rules += hostPorts.length;
    return group;
  }

  /** Both directions of `group` at one place: one filter each, shared by all places where it acts alike. */
  filtersOf(group: NetworkSecurityGroup, place: Place): readonly Filter[] {
    const shares = tellingRules(group).map(({ near, action }) => shareOf(near, place.member, action));
    const key = [group.id, place.network.key, shares.join(",")].join("\n");
    let filters = this.filters.get(key);
    if (!filters) {
      filters = DIRECTIONS.map((direction) => filter(group, direction, place));
      this.filters.set(key, filters);
    }
    return filters;
  }

  private groupOf(target: Target): NetworkSecurityGroup | string {
    if (target.kind === "unknown") return target.reason;
    if (target.kind === "outside") return this.outside(target.name.toLowerCase());
    const { resource } = target;
    if (resource.type !== "azurerm_network_security_group") return `${resource.address} is no network security group`;
    return this.groups.get(this.input.id(resource)) ?? this.outside(this.input.id(resource));
  }

  private declare(resource: Resource): void {
    const group = this.create(this.input.id(resource), resource.location, {});
    const written = this.input.follow(resource.values["security_rule"], resource);
    blocks(written).forEach((block, index) => {
      const path = Array.isArray(written) ? ["security_rule", index] : ["security_rule"];
      if (isObject(block)) {
        // The provider has read the whole group: what is written apart stands in it once more.
        const isTwin = this.apart.get(resource)?.some(({ values }) => isSameRule(block, values));
        if (!isTwin) this.add(group, resource, path, block);
      } else if (!isAbsent(block)) {
        this.spoil(group, `security_rule of ${resource.address}: ${isUnknown(block) ? block.reason : "not readable"}`);
      }
    });
  }

  private add(
    group: NetworkSecurityGroup,
    resource: Resource,
    path: readonly (string | number)[],
    values: Readonly<Record<string, Value>>,
  ): void {
    this.rules++;
    const read = this.written.read(resource, path, values);
    if (typeof read === "string") this.spoil(group, `a rule of ${resource.address}: ${read}`);
    else group.rules[read.direction].push(read.rule);
  }

  /** Azure refuses two rules of one priority and direction, so which of them would go first is not known. */
  private checkPriorities(group: NetworkSecurityGroup): void {
    for (const direction of DIRECTIONS) {
      const rules = group.rules[direction].sort((a, b) => a.priority - b.priority);
      const twin = rules.find(({ priority }, i) => priority === rules[i + 1]?.priority);
      if (twin) group.unknown[direction] ??= `two ${direction} rules of ${group.id} have priority ${twin.priority}`;
    }
  }

  /** A group whose own declaration is not in the input: rules of the input may add to it. */
  private outside(
    id: string,
    reason = `security group ${id} is not in the input`,
    from?: Resource,
  ): NetworkSecurityGroup {
    const location = from?.location ?? { file: "", line: 0 };
    return this.groups.get(id) ?? this.create(id, location, { inbound: reason, outbound: reason });
  }

  private create(
    id: string,
    location: Location,
    unknown: NetworkSecurityGroup["unknown"],
    isAks = false,
  ): NetworkSecurityGroup {
    const group: NetworkSecurityGroup = { id, location, rules: { inbound: [], outbound: [] }, unknown, isAks };
    this.groups.set(id, group);
    if (unknown.inbound === undefined) this.rules += DEFAULTS.inbound.length + DEFAULTS.outbound.length;
    return group;
  }

  private spoil(group: NetworkSecurityGroup, reason: string): void {
    for (const direction of DIRECTIONS) group.unknown[direction] ??= reason;
  }

  private leave(resource: Resource, reason: string): void {
    this.unjudged.push({ resource: resource.address, location: resource.location, reason });
  }
}

function filter(group: NetworkSecurityGroup, direction: Direction, { member, network }: Place): Filter {
  const { id, location } = group;
  const defaults = DEFAULTS[direction].map((rule): WrittenRule => {
    return { resource: id, location, services: ServiceSet.all, near: EVERYONE, ...rule };
  });
  const rules: Rule[] = [];
  for (const rule of [...group.rules[direction], ...defaults]) rules.push(...rulesAt(rule, member, network));
  const reason = group.unknown[direction];
  return {
    name: id,
    system: "azure-nsg",
    direction,
    stateful: true,
    levels: [rules],
    otherwise: "deny",
    ...(group.isAks && { keptByCloud: true }),
    ...(reason !== undefined && { unknown: reason }),
  };
}

function sideKey({ addresses, groups, unknown }: Side): string {
  return [addresses.key(), groups.join(","), unknown.length].join("|");
}

/** Whether a rule within a group says all that one apart says, its name too: a group has no two of one name. */
function isSameRule(block: ObjectValue, apart: ObjectValue): boolean {
  const isUnset = (value: Value | undefined) => isAbsent(value) || value === "" || isDeepStrictEqual(value, []);
  return Object.entries(block).every(
    ([field, value]) => isDeepStrictEqual(value, apart[field]) || (isUnset(value) && isUnset(apart[field])),
  );
}
