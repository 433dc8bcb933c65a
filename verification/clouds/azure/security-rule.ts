/**
 * One rule of a network security group, as it is written and as it acts at one endpoint.
 *
 * Microsoft, "Network security groups"
 * (https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview): a rule matches by protocol,
 * source, source ports, destination and destination ports, each a list or `*`. For ICMP, ESP and AH ports mean nothing;
 * a rule for every protocol that names ports matches packets that have ports.
 *
 * The packets judged here have no source port. A rule that names source ports matches only some of the packets that it
 * speaks of: as an allow it makes them possible and never certain, as a deny it stops none for certain. Clients take
 * source ports from 1024, so an allow that holds all of those is read as one that names none.
 *
 * A deny by a tag stops the tag's own set for certain, and may stop any public address: which ones the tag stands for
 * is not in the input.
 */
import type { Direction, Location, Peer, Resource, Rule, Value } from "../../model";
import { isUnknown } from "../../model";
import { AddressSet } from "../../../packets/address-set";
import { hasPorts, protocolNumber } from "../../../packets/protocols";
import { ServiceSet } from "../../../packets/service-set";
import { isList, isOpaque, number, text, type Opaque } from "../../values";
import { isAbsent, type AzureInput } from "./input";
import type { VirtualNetworkTag } from "./virtual-network-tag";
import { INTERNET, readPrefix } from "./service-tags";
import { shown } from "../../../config/texts";

/** One side of a rule: the union of what it names. */
export interface Side {
  /** Blocks, and what a prefix stands for everywhere. */
  readonly addresses: AddressSet;
  /** Named sets. */
  readonly tags: AddressSet;
  readonly internet: boolean;
  readonly virtualNetwork: boolean;
  /** Application security groups. */
  readonly groups: readonly string[];
  /** What it names that can't be read. */
  readonly unknown: readonly string[];
}

export interface WrittenRule {
  readonly resource: string;
  readonly location: Location;
  readonly priority: number;
  readonly action: "allow" | "deny";
  readonly services: ServiceSet;
  /** Why protocol or ports can't be told. */
  readonly unknown?: string | undefined;
  /** Source ports, where the rule names some but not all. */
  readonly sourcePorts?: ServiceSet | undefined;
  /** Who is at the other end, and which of the group's own endpoints it speaks of. */
  readonly far: Side;
  readonly near: Side;
}

/** Whose rules are asked for: an endpoint, or (`any`) whoever a group may come to filter. */
export interface Member {
  readonly addresses: AddressSet;
  readonly groups: ReadonlySet<string>;
  /** Groups that it may be in. */
  readonly possibleGroups: ReadonlySet<string>;
  readonly any: boolean;
}

/** How much of an endpoint a rule's near side holds. */
export type Share = "all" | "some" | "none";

const EVERY_PORT = ServiceSet.of(6);
/** Ports that clients take: a rule that holds these lets every ordinary client pass. */
const CLIENT_PORTS = ServiceSet.of(6, 1024, 65535);
export const EVERYONE: Side = {
  addresses: AddressSet.all,
  tags: AddressSet.empty,
  internet: false,
  virtualNetwork: false,
  groups: [],
  unknown: [],
};

/** Reads rules, and what is written alike only once: many rules speak of few sides and few services. */
export class SecurityRules {
  private readonly sides = new Map<string, Side>();
  private readonly ports = new Map<string, ServiceSet | string>();
  private readonly services = new Map<string, Pick<WrittenRule, "services" | "unknown">>();

  constructor(private readonly input: AzureInput) {}

  /** The rule with its direction, or why it has no place among the others. */
  read(
    resource: Resource,
    path: readonly (string | number)[],
    values: Readonly<Record<string, Value>>,
  ): { readonly direction: Direction; readonly rule: WrittenRule } | string {
    const at = (field: string) => this.input.follow(values[field], resource);
    const priority = number(at("priority"));
    const action = text(at("access"));
    const written = text(at("direction"));
    const direction = isText(written, "inbound") ? "inbound" : isText(written, "outbound") ? "outbound" : undefined;
    if (!direction) return "its direction is not known";
    if (!isText(action, "allow") && !isText(action, "deny")) return "whether it allows or denies is not known";
    if (typeof priority !== "number") return "its priority is not known";
    if (!Number.isInteger(priority) || priority < 100 || priority > 4096)
      return `its priority ${priority} is not 100 to 4096`;
    const source = this.side("source", values, resource);
    const destination = this.side("destination", values, resource);
    const sourcePorts = this.portsOf("source", values, resource);
    const ports = this.portsOf("destination", values, resource);
    const services = this.servicesOf(text(at("protocol")), ports);
    const [far, near] = direction === "inbound" ? [source, destination] : [destination, source];
    const unknown = services.unknown ?? (typeof sourcePorts === "string" ? sourcePorts : undefined);
    return {
      direction,
      rule: {
        resource: resource.address,
        location: path.length === 0 ? resource.location : resource.locate(path),
        priority,
        action: isText(action, "allow") ? "allow" : "deny",
        services: services.services,
        ...(unknown !== undefined && { unknown }),
        ...(typeof sourcePorts !== "string" && !sourcePorts.equals(EVERY_PORT) && { sourcePorts }),
        far,
        near,
      },
    };
  }

  /** The prefixes and application security groups of one side. */
  private side(which: "source" | "destination", values: Readonly<Record<string, Value>>, from: Resource): Side {
    const prefixes = [
      ...this.elements(values[`${which}_address_prefix`], from),
      ...this.elements(values[`${which}_address_prefixes`], from),
    ];
    const groups = this.elements(values[`${which}_application_security_group_ids`], from);
    if (groups.length > 0 || prefixes.length === 0 || prefixes.some(isOpaque))
      return this.readSide(which, prefixes, groups, from);
    const key = prefixes.map(shown).join(",");
    let side = this.sides.get(key);
    if (!side) this.sides.set(key, (side = this.readSide(which, prefixes, groups, from)));
    return side;
  }

  private readSide(
    which: string,
    prefixes: readonly (string | Opaque)[],
    groups: readonly Value[],
    from: Resource,
  ): Side {
    const cidrs: string[] = [];
    const sets: AddressSet[] = [];
    const tags: AddressSet[] = [];
    const unknown: string[] = [];
    let [internet, virtualNetwork] = [false, false];
    for (const prefix of prefixes) {
      const read = isOpaque(prefix)
        ? { kind: "unknown" as const, reason: reasonOf(prefix, `its ${which}`) }
        : readPrefix(prefix);
      if (read.kind === "block") cidrs.push(read.cidr);
      else if (read.kind === "addresses") sets.push(read.addresses);
      else if (read.kind === "tag") tags.push(read.addresses);
      else if (read.kind === "internet") internet = true;
      else if (read.kind === "virtual-network") virtualNetwork = true;
      else unknown.push(read.reason);
    }
    const ids = groups.map((group) => this.applicationGroup(group, from));
    if (prefixes.length === 0 && groups.length === 0) unknown.push(`its ${which} is left out`);
    return {
      addresses: AddressSet.unionOf([AddressSet.ofCidrs(cidrs), ...sets]),
      tags: AddressSet.unionOf(tags),
      internet,
      virtualNetwork,
      groups: ids.filter((id) => typeof id === "string"),
      unknown: [...unknown, ...ids.flatMap((id) => (typeof id === "string" ? [] : [id.reason]))],
    };
  }

  /** What an application security group is known by, whether it is in the input or not. */
  applicationGroup(value: Value, from: Resource): string | { readonly reason: string } {
    const target = this.input.find(value, from, "application security group");
    if (target.kind === "unknown") return { reason: target.reason };
    if (target.kind === "outside") return target.name.toLowerCase();
    const { resource } = target;
    if (resource.type !== "azurerm_application_security_group") {
      return { reason: `${resource.address} is no application security group` };
    }
    return this.input.id(resource);
  }

  /** The ports of one side, as ports of TCP; a text says why they can't be told. */
  private portsOf(
    which: "source" | "destination",
    values: Readonly<Record<string, Value>>,
    from: Resource,
  ): ServiceSet | string {
    const ranges = [
      ...this.elements(values[`${which}_port_range`], from),
      ...this.elements(values[`${which}_port_ranges`], from),
    ];
    if (ranges.length === 0) return `its ${which} ports are left out`;
    if (ranges.some(isOpaque)) return `its ${which} ports are not known`;
    const key = ranges.map(shown).join(",");
    let ports = this.ports.get(key);
    if (ports === undefined) this.ports.set(key, (ports = readPorts(ranges as string[])));
    return ports;
  }

  private servicesOf(
    protocol: string | Opaque | undefined,
    ports: ServiceSet | string,
  ): Pick<WrittenRule, "services" | "unknown"> {
    if (isOpaque(protocol)) return unreadable("its protocol is not known");
    const key = `${protocol ?? ""},${typeof ports === "string" ? ports : ports.key()}`;
    let services = this.services.get(key);
    if (!services) this.services.set(key, (services = readServices(protocol, ports)));
    return services;
  }

  /** Elements of a list, or the one value of a field that takes one, each followed; none where absent. */
  private elements(value: Value | undefined, from: Resource): (string | Opaque)[] {
    if (isAbsent(value)) return [];
    if (typeof value === "string") return [value];
    // Application security groups are named by reference: only a reference to a list is followed here.
    const followed = isOpaque(value) ? this.input.follow(value, from) : value;
    const list = isList(followed) ? followed : [isOpaque(followed) ? value : followed];
    return list.flatMap((element) => {
      if (isAbsent(element)) return [];
      const known = isOpaque(element) ? this.input.follow(element, from) : element;
      const read = text(known);
      return [read === undefined || isOpaque(read) ? (isOpaque(element) ? element : (read ?? "")) : read];
    });
  }
}

/** The rules that a written rule is to one member of its group, by what `VirtualNetwork` stands for there. */
export function rulesAt(written: WrittenRule, member: Member, network: VirtualNetworkTag): readonly Rule[] {
  const share = shareOf(written.near, member, written.action);
  if (share === "none") return [];
  const { resource, location, action, services, far, sourcePorts } = written;
  const reasons = [
    ...(written.unknown === undefined ? [] : [written.unknown]),
    ...(sourcePorts && !(action === "allow" && CLIENT_PORTS.isSubsetOf(sourcePorts))
      ? ["it is limited by source port"]
      : []),
    ...(share === "some" ? ["which of the endpoint's addresses it speaks of is not known"] : []),
  ];
  const sets = [
    far.addresses,
    far.tags,
    ...(far.internet ? [INTERNET.subtract(network.own)] : []),
    ...(far.virtualNetwork ? [network.certain] : []),
  ];
  const addresses = AddressSet.unionOf(sets.filter((set) => !set.isEmpty));
  const unknown = [...far.unknown, ...(far.virtualNetwork && network.unknown !== undefined ? [network.unknown] : [])];
  const peers: Peer[] = [
    ...(addresses.isEmpty ? [] : [{ kind: "addresses" as const, addresses }]),
    ...far.groups.map((id) => ({ kind: "group" as const, id })),
    ...unknown.map((reason) => ({ kind: "unknown" as const, reason })),
  ];
  const rule: Rule = { resource, location, action, services, peers };
  const rules: Rule[] = [reasons.length > 0 ? { ...rule, unknown: reasons.join("; ") } : rule];
  if (far.virtualNetwork && !network.possible.isEmpty) {
    const further = [{ kind: "addresses" as const, addresses: network.possible }];
    rules.push({ ...rule, peers: further, unknown: network.reason ?? "what VirtualNetwork stands for is not known" });
  }
  if (action === "deny" && !far.tags.isEmpty) {
    const further = [{ kind: "addresses" as const, addresses: INTERNET }];
    rules.push({ ...rule, peers: further, unknown: `the addresses of ${far.tags.toString()} are not in the input` });
  }
  return rules;
}

/** How much of `member` the near side of a rule holds. A public address or tag is nobody's in a virtual network. */
export function shareOf(near: Side, member: Member, action: "allow" | "deny"): Share {
  if (near.virtualNetwork || near.addresses.equals(AddressSet.all)) return "all";
  if (member.any) {
    const speaks = !near.addresses.isEmpty || near.groups.length > 0 || near.unknown.length > 0;
    // Whoever comes to be a member may be the one that it speaks of, or not.
    return speaks ? (action === "allow" ? "all" : "some") : "none";
  }
  if (near.groups.some((id) => member.groups.has(id))) return "all";
  const own = member.addresses;
  if (!own.isEmpty && own.isSubsetOf(near.addresses)) return "all";
  const mayBe = near.unknown.length > 0 || near.groups.some((id) => member.possibleGroups.has(id));
  return mayBe || own.overlaps(near.addresses) ? "some" : "none";
}

/** Whether a near side is the same to every member. */
export function isForAll(near: Side): boolean {
  return near.virtualNetwork || near.addresses.equals(AddressSet.all);
}

function readPorts(ranges: readonly string[]): ServiceSet | string {
  const sets: ServiceSet[] = [];
  for (const range of ranges) {
    const [, first, last = first] =
      range === "*" ? ["", "0", "65535"] : (/^(\d{1,5})(?:-(\d{1,5}))?$/.exec(range) ?? []);
    const [from, to] = [Number(first), Number(last)];
    if (first === undefined || from > to || to > 65535) return `'${range}' is no range of ports`;
    sets.push(ServiceSet.of(6, from, to));
  }
  return ServiceSet.unionOf(sets);
}

function readServices(
  protocol: string | undefined,
  ports: ServiceSet | string,
): Pick<WrittenRule, "services" | "unknown"> {
  if (isAbsent(protocol)) return unreadable("its protocol is left out");
  const every = protocol === "*";
  const known = every ? undefined : protocolNumber(protocol);
  if (!every && known === undefined) return unreadable(`'${protocol}' is no protocol`);
  if (known !== undefined && !hasPorts(known)) return { services: ServiceSet.of(known) };
  if (typeof ports === "string") return unreadable(ports);
  if (every && ports.equals(EVERY_PORT)) return { services: ServiceSet.all };
  const ranges = ports.ranges().map((range) => range.ports);
  return { services: ServiceSet.unionOf(ranges.map(([first, last]) => ServiceSet.of(known ?? "any", first, last))) };
}

function unreadable(unknown: string): Pick<WrittenRule, "services" | "unknown"> {
  return { services: ServiceSet.all, unknown };
}

function reasonOf(value: Opaque, what: string): string {
  return isUnknown(value) ? value.reason : `${what}, ${value.address}, is not known`;
}

function isText(value: string | Opaque | undefined, expected: string): boolean {
  return typeof value === "string" && value.toLowerCase() === expected;
}
