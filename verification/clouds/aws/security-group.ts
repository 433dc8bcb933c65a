/**
 * Security groups and their rules, wherever they are written.
 *
 * Amazon VPC User Guide, "Security group rules"
 * (https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html): rules only allow; all rules of all
 * groups of an interface count together; what none allows is dropped; answers of an allowed connection pass; a rule
 * that names a group speaks of the private addresses of that group's members.
 * "Default security groups" (https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html): a VPC's own
 * group lets its members reach each other and everything outside.
 * Amazon EKS User Guide, "View Amazon EKS security group requirements for clusters"
 * (https://docs.aws.amazon.com/eks/latest/userguide/sec-group-reqs.html): a cluster's own group does the same.
 * Terraform, "Resource: aws_security_group"
 * (https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/security_group): the rule that AWS gives
 * each new group, out to everywhere, is removed.
 *
 * Not filtered by security groups, so not judged here: Amazon's DNS, DHCP, instance metadata and time.
 */
import type { Direction, Filter, Location, Peer, Resource, Rule, Unjudged, Value } from "../../model";
import { isUnknown } from "../../model";
import { AddressSet } from "../../../packets/address-set";
import { ServiceSet } from "../../../packets/service-set";
import { blocks, bool, isList, isObject, isOpaque, text } from "../../values";
import { isAbsent, type TerraformInput } from "../terraform-input";
import { blockPeers, type Networks, type Vpc } from "./network";
import type { PrefixLists } from "./prefix-list";
import { WrittenServices, type WrittenService } from "./services";

export interface SecurityGroup {
  /** Address of the resource; of the owner with `#cluster-security-group` and the like where AWS makes the group. */
  readonly id: string;
  readonly location: Location;
  readonly vpc: Vpc | undefined;
  readonly rules: Readonly<Record<Direction, Rule[]>>;
  /** Why its rules are not all known. */
  readonly unknown: Partial<Record<Direction, string>>;
  /** True where its members are not all known, since others of its members are outside the input. */
  readonly outside: boolean;
}

/** The fields of one rule as one of its resource types spells them. */
interface Spelling {
  readonly protocol: string;
  readonly cidrs: readonly string[];
  readonly prefixLists: string;
  readonly group: string;
}

const INLINE: Spelling = {
  protocol: "protocol",
  cidrs: ["cidr_blocks", "ipv6_cidr_blocks"],
  prefixLists: "prefix_list_ids",
  group: "security_groups",
};
const APART: Spelling = { ...INLINE, group: "source_security_group_id" };
const ONE_PEER: Spelling = {
  protocol: "ip_protocol",
  cidrs: ["cidr_ipv4", "cidr_ipv6"],
  prefixLists: "prefix_list_id",
  group: "referenced_security_group_id",
};

const DIRECTIONS = ["inbound", "outbound"] as const;
const BLOCK: Record<Direction, string> = { inbound: "ingress", outbound: "egress" };
/** The account's default VPC, which what names no VPC is in. */
const DEFAULT_VPC = "default VPC";
const EVERYWHERE: readonly Peer[] = [{ kind: "addresses", addresses: AddressSet.all }];
/** Whoever comes in through PrivateLink, from networks of other accounts. */
const CONSUMERS: readonly Peer[] = [{ kind: "addresses", addresses: AddressSet.ofName("aws:privatelink") }];

export class SecurityGroups {
  readonly unjudged: Unjudged[] = [];
  /** Number of rules read. */
  rules = 0;

  private readonly groups = new Map<string, SecurityGroup>();
  private readonly defaults = new Map<string, SecurityGroup>();
  private readonly addresses = new Map<string, readonly Peer[]>();
  private readonly filters = new Map<string, readonly Filter[]>();
  private readonly services = new WrittenServices();

  constructor(
    private readonly input: TerraformInput,
    private readonly networks: Networks,
    private readonly prefixLists: PrefixLists,
  ) {
    // Rules may name any group, so all groups come before the first rule.
    const written = input.managed("aws_security_group", "aws_default_security_group");
    const declared = written.map((resource) => ({ resource, group: this.declare(resource) }));
    for (const cluster of input.managed("aws_eks_cluster")) this.clusterGroup(cluster);
    for (const { resource, group } of declared) this.readInline(resource, group);
    for (const rule of input.managed("aws_security_group_rule")) {
      const type = text(input.follow(rule.values["type"], rule));
      const direction = DIRECTIONS.find((candidate) => BLOCK[candidate] === type);
      if (direction) this.readApart(rule, direction, APART);
      else this.leave(rule, "whether it is a rule of ingress or egress is not known");
    }
    for (const [type, direction] of [
      ["aws_vpc_security_group_ingress_rule", "inbound"],
      ["aws_vpc_security_group_egress_rule", "outbound"],
    ] as const) {
      for (const rule of input.managed(type)) this.readApart(rule, direction, ONE_PEER);
    }
  }

  /** Every group that a rule or a resource of the input speaks of. */
  all(): SecurityGroup[] {
    return [...this.groups.values()];
  }

  /** The group that `value` names, or why it can't be told. */
  find(value: Value | undefined, from: Resource): SecurityGroup | string {
    const target = this.input.find(value, from, "security group");
    if (isUnknown(target)) return target.reason;
    if (target.kind === "outside") {
      return (
        this.groups.get(target.name) ?? this.groupOfId(target.name) ?? this.outsideGroup(target.name, undefined, from)
      );
    }
    const { resource, attribute } = target;
    if (resource.type === "aws_security_group" || resource.type === "aws_default_security_group") {
      return (
        this.groups.get(this.input.id(resource)) ?? this.outsideGroup(this.input.id(resource), undefined, resource)
      );
    }
    if (attribute.endsWith("default_security_group_id")) {
      return this.defaultGroup(this.networks.vpcOf(resource), resource);
    }
    if (attribute.endsWith("cluster_security_group_id") && resource.type === "aws_eks_cluster") {
      return resource.mode === "managed"
        ? this.clusterGroup(resource)
        : this.outsideGroup(this.input.id(resource), undefined, resource);
    }
    return `${[resource.address, attribute].filter(Boolean).join(".")} can't be told to be a security group`;
  }

  /** The group that a VPC gives to what names none. */
  defaultGroup(vpc: Vpc | undefined, from: Resource): SecurityGroup {
    const key = vpc?.id ?? DEFAULT_VPC;
    const known = this.defaults.get(key);
    if (known) return known;
    const id = `${key}#default-security-group`;
    const group =
      vpc?.resource?.mode === "managed"
        ? this.awsGroup(id, vpc.resource, vpc)
        : this.outsideGroup(
            id,
            `${from.address} is in the default security group of a VPC that is not in the input`,
            from,
          );
    this.defaults.set(key, group);
    return group;
  }

  /** The group that EKS makes for a cluster. */
  clusterGroup(cluster: Resource): SecurityGroup {
    const id = `${this.input.id(cluster)}#cluster-security-group`;
    const known = this.groups.get(id);
    if (known) return known;
    const [subnet] = this.input.collect(cluster, "vpc_config.subnet_ids");
    return this.awsGroup(id, cluster, subnet === undefined ? undefined : this.networks.subnet(subnet, cluster).vpc);
  }

  /** A group that EKS makes for SSH to a node group: from `sources`, or from everywhere where none is named. */
  remoteAccessGroup(nodeGroup: Resource, vpc: Vpc | undefined): SecurityGroup {
    const sources = this.input.collect(nodeGroup, "remote_access.source_security_group_ids");
    const path = ["remote_access"];
    const peers = sources.length > 0 ? sources.flatMap((source) => this.groupPeers(source, nodeGroup)) : EVERYWHERE;
    const group = this.add(`${this.input.id(nodeGroup)}#remote-access-security-group`, nodeGroup, vpc);
    group.rules.inbound.push(allow(nodeGroup, path, { services: ServiceSet.of(6, 22) }, peers));
    group.rules.outbound.push(allow(nodeGroup, path, { services: ServiceSet.all }, EVERYWHERE));
    this.rules += 2;
    return group;
  }

  /**
   * Both directions of all `groups` of one endpoint: one filter each.
   *
   * @param unknown why there may be further groups
   * @param bypass the PrivateLink service whose connections they do not filter
   */
  filtersOf(groups: readonly SecurityGroup[], unknown?: string, bypass?: Resource): readonly Filter[] {
    const unique = [...new Set(groups)].sort((a, b) => (a.id < b.id ? -1 : 1));
    const name = unique.map(({ id }) => id).join(", ");
    const key = [name, unknown, bypass && this.input.id(bypass)].join("\n");
    let filters = this.filters.get(key);
    if (!filters) {
      const further = {
        inbound: bypass ? [allow(bypass, [], { services: ServiceSet.all }, CONSUMERS)] : [],
        outbound: [],
      };
      filters = DIRECTIONS.map((direction) => filter(direction, name, unique, unknown, further[direction]));
      this.filters.set(key, filters);
    }
    return filters;
  }

  private declare(resource: Resource): SecurityGroup {
    const named = resource.values["vpc_id"];
    const vpc = isAbsent(named) ? undefined : this.networks.vpc(named, resource);
    const group = this.add(this.input.id(resource), resource, vpc);
    if (resource.type === "aws_default_security_group") this.defaults.set(vpc?.id ?? DEFAULT_VPC, group);
    return group;
  }

  private readInline(resource: Resource, group: SecurityGroup): void {
    for (const direction of DIRECTIONS) {
      const field = BLOCK[direction];
      const written = this.input.follow(resource.values[field], resource);
      blocks(written).forEach((block, index) => {
        if (isObject(block)) {
          const path = Array.isArray(written) ? [field, index] : [field];
          group.rules[direction].push(this.rule(resource, path, block, INLINE, group));
        } else if (!isAbsent(block)) {
          group.unknown[direction] =
            `${field} of ${resource.address}: ${isUnknown(block) ? block.reason : "not readable"}`;
        }
      });
    }
  }

  private readApart(resource: Resource, direction: Direction, spelling: Spelling): void {
    const found = this.find(resource.values["security_group_id"], resource);
    // A rule of a group that can't be told is judged as if it were all there is of a group of its own.
    const group = typeof found === "string" ? this.outsideGroup(this.input.id(resource), found, resource) : found;
    if (typeof found === "string") this.leave(resource, `the security group that it belongs to is not known: ${found}`);
    group.rules[direction].push(this.rule(resource, [], resource.values, spelling, group));
  }

  private rule(
    resource: Resource,
    path: readonly (string | number)[],
    values: { readonly [key: string]: Value },
    spelling: Spelling,
    group: SecurityGroup,
  ): Rule {
    this.rules++;
    const from = this.input.follow(values["from_port"], resource);
    const to = this.input.follow(values["to_port"], resource);
    const services = this.services.of({
      protocol: this.input.follow(values[spelling.protocol], resource),
      from,
      to,
      icmpType: from,
      icmpCode: to,
      withoutPorts: "all",
    });
    const self = bool(this.input.follow(values["self"], resource));
    const addresses = this.addressPeers(values, spelling.cidrs, resource);
    const peers: Peer[] = [];
    for (const list of this.elements(values[spelling.prefixLists], resource)) {
      peers.push(...this.prefixLists.find(list, resource).peers);
    }
    for (const named of this.elements(values[spelling.group], resource))
      peers.push(...this.groupPeers(named, resource));
    if (isOpaque(self)) peers.push(unknownPeer("whether it speaks of its own group is not known"));
    if (self === true) peers.push(...this.peersOf(group));
    return allow(resource, path, services, peers.length > 0 ? [...addresses, ...peers] : addresses);
  }

  /** Elements of a list, or the one value of a field that takes one; a reference to a list is followed. */
  private elements(value: Value | undefined, from: Resource): readonly Value[] {
    if (isAbsent(value)) return [];
    if (isList(value)) return value;
    if (!isOpaque(value)) return [value];
    const list = this.input.follow(value, from);
    return isList(list) ? list : [value];
  }

  /** One peer for all known blocks, so that two that together make the internet are seen together. */
  private addressPeers(
    values: { readonly [key: string]: Value },
    fields: readonly string[],
    from: Resource,
  ): readonly Peer[] {
    const known: string[] = [];
    const peers: Peer[] = [];
    for (const field of fields) {
      for (const element of this.elements(values[field], from)) {
        const cidr = text(this.input.follow(element, from));
        if (isOpaque(cidr)) peers.push(unknownPeer(isUnknown(cidr) ? cidr.reason : "its addresses are not known"));
        else if (cidr !== undefined) known.push(cidr);
      }
    }
    const [only] = known;
    const key = only !== undefined && known.length === 1 ? only : known.join(",");
    let read = this.addresses.get(key);
    if (!read) this.addresses.set(key, (read = blockPeers(known)));
    return peers.length > 0 ? [...read, ...peers] : read;
  }

  private groupPeers(value: Value, from: Resource): Peer[] {
    const group = this.find(value, from);
    return typeof group === "string" ? [unknownPeer(group)] : this.peersOf(group);
  }

  private peersOf(group: SecurityGroup): Peer[] {
    const members: Peer = { kind: "group", id: group.id };
    return group.outside ? [members, unknownPeer(`security group ${group.id} is not in the input`)] : [members];
  }

  private add(id: string, resource: Resource, vpc: Vpc | undefined): SecurityGroup {
    const location = resource.location;
    const group: SecurityGroup = {
      id,
      location,
      vpc,
      rules: { inbound: [], outbound: [] },
      unknown: {},
      outside: false,
    };
    this.groups.set(id, group);
    return group;
  }

  /** A group that AWS makes: its members reach each other, and everything outside. */
  private awsGroup(id: string, owner: Resource, vpc: Vpc | undefined): SecurityGroup {
    const group = this.add(id, owner, vpc);
    const services = ServiceSet.all;
    group.rules.inbound.push(allow(owner, [], { services }, [{ kind: "group", id }]));
    group.rules.outbound.push(allow(owner, [], { services }, EVERYWHERE));
    this.rules += 2;
    return group;
  }

  /** A group whose own declaration is not in the input: rules of the input may add to it. */
  private outsideGroup(id: string, reason: string | undefined, from: Resource): SecurityGroup {
    const known = this.groups.get(id);
    if (known) return known;
    const { location } = from;
    const why = reason ?? `security group ${id} is not in the input`;
    const unknown = { inbound: why, outbound: why };
    const rules = { inbound: [], outbound: [] };
    const group: SecurityGroup = { id, location, vpc: undefined, rules, unknown, outside: true };
    this.groups.set(id, group);
    return group;
  }

  /** A group that AWS makes, by the id that a plan or a state tells of it. */
  private groupOfId(id: string): SecurityGroup | undefined {
    for (const cluster of this.input.managed("aws_eks_cluster")) {
      if (this.input.collect(cluster, "vpc_config.cluster_security_group_id").includes(id))
        return this.clusterGroup(cluster);
    }
    for (const vpc of this.input.managed("aws_vpc", "aws_default_vpc")) {
      if (vpc.values["default_security_group_id"] === id) return this.defaultGroup(this.networks.vpcOf(vpc), vpc);
    }
    return undefined;
  }

  private leave(resource: Resource, reason: string): void {
    this.unjudged.push({ resource: resource.address, location: resource.location, reason });
  }
}

function filter(
  direction: Direction,
  name: string,
  groups: readonly SecurityGroup[],
  unknown: string | undefined,
  further: readonly Rule[],
): Filter {
  const reasons = [...groups.map((group) => group.unknown[direction]), unknown].filter(
    (reason) => reason !== undefined,
  );
  const [only, ...rest] = groups;
  const rules = only && rest.length === 0 ? only.rules[direction] : groups.flatMap((group) => group.rules[direction]);
  return {
    name,
    system: "aws-security-group",
    direction,
    stateful: true,
    levels: [further.length > 0 ? [...rules, ...further] : rules],
    otherwise: "deny",
    ...(reasons.length > 0 && { unknown: reasons.join("; ") }),
  };
}

function allow(
  resource: Resource,
  path: readonly (string | number)[],
  { services, unknown }: WrittenService,
  peers: readonly Peer[],
): Rule {
  const location = path.length === 0 ? resource.location : resource.locate(path);
  const rule = { resource: resource.address, location, action: "allow", services, peers } as const;
  return unknown === undefined ? rule : { ...rule, unknown };
}

function unknownPeer(reason: string): Peer {
  return { kind: "unknown", reason };
}
