/** Who may open a connection to a service of Azure: what its switch, its lists and its rules say. */
import type { Filter, Peer, Resource, Rule, Value } from "../../../model";
import { isReference, isUnknown } from "../../../model";
import { AddressSet } from "../../../../packets/address-set";
import { ServiceSet } from "../../../../packets/service-set";
import { at, blocks, bool, field, isObject, isOpaque, text, texts, unknown, type Opaque } from "../../../values";
import { append, isAbsent, type AzureInput, type Target } from "../input";
import { isBlock, type AzureNetworks } from "../network";
import type { FirewallRules, Service, AccessList, Access, RequestList } from "./service";
import { SERVICES } from "./services";

export const EVERYBODY: Peer = { kind: "addresses", addresses: AddressSet.all };
const AZURE: Peer = { kind: "addresses", addresses: AddressSet.ofName("azure:AzureCloud") };
const SWITCHES = ["public_network_access_enabled", "public_network_access"];
const TCP = 6;

/** Rules of a service, and why there may be others. */
interface Read {
  readonly rules: readonly Rule[];
  readonly unknown?: string | undefined;
  readonly otherwise?: Filter["otherwise"];
}

type Owner = FirewallRules["owner"];

export class Firewalls {
  /** Number of rules read. */
  rules = 0;

  /** Rules and lists that are resources of their own, by the service that they belong to. */
  private readonly apart = new Map<string, Resource[]>();
  /** Those of which the service can't be told: each service of these types may have them. */
  private readonly stray = new Map<Service, Resource[]>();
  /** Those of services that the input does not hold. */
  private readonly outside = new Map<Service, Resource[]>();

  constructor(
    private readonly input: AzureInput,
    private readonly networks: AzureNetworks,
  ) {
    for (const service of SERVICES) {
      for (const [type, owner] of typesApart(service.access)) this.assign(service, type, owner);
    }
  }

  /** The inbound filter of a service of the input. */
  filterOf(resource: Resource, service: Service): Filter {
    const isPublic = this.isPublic(resource, service);
    if (isPublic === false) return filterNamed(this.input.id(resource), { rules: [] });
    const read = this.read(resource, service);
    const stray = this.stray.get(service) ?? [];
    const reasons = [
      read.unknown,
      ...stray.map(({ address }) => `${address} may belong to any service of its type`),
    ].filter((reason) => reason !== undefined);
    this.rules += read.rules.length;
    const reason = isUnknown(isPublic) ? isPublic.reason : "";
    const closed = isOpaque(isPublic)
      ? { unknown: `whether it has public network access is not known: ${reason}` }
      : {};
    const filter = {
      ...read,
      rules: read.rules.map((rule) => ({ ...rule, ...closed })),
      unknown: reasons.length > 0 ? reasons.join("; ") : undefined,
    };
    return filterNamed(this.input.id(resource), filter);
  }

  /** What rules say of services that stand elsewhere, a filter for each rule. */
  elsewhere(service: Service): { readonly resource: Resource; readonly filter: Filter }[] {
    return (this.outside.get(service) ?? []).map((resource) => {
      const { access } = service;
      const services = servicesOf(service.ports);
      const read: Read =
        access?.kind === "list"
          ? this.listed(resource, access, services, resource)
          : access?.kind === "requests"
            ? this.requested([resource], services, resource)
            : { rules: [this.ruleOf(resource, access as FirewallRules, services)] };
      this.rules += read.rules.length;
      return { resource, filter: filterNamed(this.input.id(resource), read) };
    });
  }

  private assign(service: Service, type: string, owner: Owner): void {
    for (const rule of this.input.managed(type)) {
      const target = this.ownerOf(rule, owner, service);
      if (
        target.kind === "resource" &&
        target.resource.mode === "managed" &&
        service.types.includes(target.resource.type)
      )
        append(this.apart, this.input.id(target.resource), rule);
      // A rule whose service is not known is one for a service elsewhere, where the input has none that it may be for.
      else if (target.kind === "unknown" && this.input.managed(...service.types).length > 0)
        append(this.stray, service, rule);
      else append(this.outside, service, rule);
    }
  }

  private ownerOf(rule: Resource, owner: Owner, { types }: Service): Target {
    if ("id" in owner) return this.input.find(rule.values[owner.id], rule, "service");
    return this.input.findNamed(owner.name, types[0] ?? "", rule);
  }

  /** Whether it answers at public addresses at all. */
  private isPublic(
    resource: Resource,
    { switches = SWITCHES, closedBy = [], closedByLink }: Service,
  ): boolean | Opaque {
    const read = (paths: readonly string[]) =>
      paths
        .map((path) => this.input.follow(field(resource, ...path.split(".")), resource))
        .filter((value) => !isAbsent(value))
        .map((value) => (typeof value === "string" && /abled/i.test(value) ? !/^disabled$/i.test(value) : bool(value)));
    const closes = read(closedBy).map((value) => (typeof value === "boolean" ? !value : value));
    const written = [...read(switches), ...closes];
    if (written.includes(false)) return false;
    const opaque = written.find(isOpaque);
    if (opaque) return opaque;
    if (written.length > 0 || !closedByLink) return true;
    const linked = this.input.managed("azurerm_private_endpoint").length > 0;
    return linked ? unknown("a private endpoint that leads to it closes it") : true;
  }

  private read(resource: Resource, service: Service): Read {
    const { access, optional } = service;
    const more = optional?.by.some((name) => bool(this.input.follow(resource.values[name], resource)) === true);
    const services = servicesOf([...service.ports, ...(more ? (optional?.ports ?? []) : [])]);
    const apart = this.apart.get(this.input.id(resource)) ?? [];
    switch (access?.kind) {
      case undefined:
        return { rules: [allow(resource, services, [EVERYBODY])] };
      case "list":
        return this.listed(resource, access, services, apart[0]);
      case "requests":
        return this.requested(apart, services, resource);
      case "ordered":
        return this.ordered(resource, access.block, services);
      case "rules":
        if (apart.length === 0 && access.openWithout) return { rules: [allow(resource, services, [EVERYBODY])] };
        return { rules: apart.map((rule) => this.ruleOf(rule, access, services)) };
    }
  }

  // -------------------------------------------------------------- lists

  private listed(resource: Resource, list: AccessList, services: ServiceSet, apart: Resource | undefined): Read {
    const path = apart || list.block === undefined ? [] : list.block.split(".");
    const written = this.input.follow(apart ? undefined : field(resource, ...path), resource);
    const [block] = path.length > 0 ? blocks(written) : [resource.values];
    if (isOpaque(block)) return { rules: [], unknown: `${path.join(".")} of ${resource.address} is not known` };
    const holder = apart ?? (isObject(block) ? { ...resource, values: block } : undefined);
    const from = apart ?? resource;
    const rule = (peers: readonly Peer[]): Rule => ({
      ...allow(from, services, peers),
      location: holder && path.length > 0 ? from.locate(path) : from.location,
    });
    // Where nothing is written, a list that a resource of its own would hold does not exist either.
    const isWritten = holder && (apart || path.length > 0 || list.byDefault === "when-empty");
    if (!isWritten) return { rules: [rule([EVERYBODY])] };
    const peers = [
      ...(list.addresses === undefined ? [] : this.addressPeers(this.entries(holder, list.addresses), list.azure)),
      ...(list.subnets === undefined
        ? []
        : this.input.collect(holder, list.subnets).map((subnet) => this.subnetPeer(subnet, holder))),
    ];
    const admitsAll = this.admitsAll(holder, list, peers.length === 0);
    if (isOpaque(admitsAll)) return { rules: [], unknown: `the default action of ${from.address} is not known` };
    if (admitsAll) return { rules: [rule([EVERYBODY])] };
    return { rules: peers.length > 0 ? [rule(peers)] : [] };
  }

  private admitsAll(holder: Resource, { byDefault, closedBy }: AccessList, isEmpty: boolean): boolean | Opaque {
    if (byDefault === "when-empty") {
      const closed = closedBy !== undefined && bool(this.input.follow(holder.values[closedBy], holder));
      return isEmpty && (isOpaque(closed) ? closed : closed !== true);
    }
    const action = text(this.input.follow(holder.values["default_action"], holder)) ?? byDefault;
    return isOpaque(action) ? action : action.toLowerCase() === "allow";
  }

  /** Addresses, ranges as `first-last` and lists in one text. */
  private entries(holder: Resource, path: string): (string | Opaque)[] {
    const written = at(holder.values, ...path.split("."));
    const ranges = blocks(this.input.follow(written, holder)).filter((one) => isObject(one) && "range_start" in one);
    if (ranges.length > 0) {
      return ranges.map((range) => {
        const [first, last] = ["range_start", "range_end"].map((end) =>
          text(this.input.follow(at(range, end), holder)),
        );
        return typeof first === "string" && typeof last === "string"
          ? `${first}-${last}`
          : unknown("its range is not known");
      });
    }
    const parts = (value: string | Opaque): (string | Opaque)[] =>
      typeof value === "string" ? value.split(",").map((part) => part.trim()) : [value];
    return this.input
      .collect(holder, path)
      .flatMap(parts)
      .filter((value) => value !== "");
  }

  private addressPeers(values: readonly (string | Opaque)[], azure: string | undefined): Peer[] {
    const [named, others] = [values.filter((value) => value === azure), values.filter((value) => value !== azure)];
    const known = others.flatMap((value) => (typeof value === "string" ? (addressesOf(value) ?? []) : []));
    return [
      ...(named.length > 0 ? [AZURE] : []),
      ...(known.length > 0 ? [{ kind: "addresses" as const, addresses: AddressSet.ofBlocks(known) }] : []),
      ...(known.length < others.length ? [unknownPeer("an address that it names is not known")] : []),
    ];
  }

  // -------------------------------------------------------------- rules

  /** A rule that is a resource of its own. */
  private ruleOf(rule: Resource, { subnets }: FirewallRules, services: ServiceSet): Rule {
    const peer = rule.type === subnets ? this.subnetPeer(rule.values["subnet_id"], rule) : this.rangePeer(rule);
    return allow(rule, services, [peer]);
  }

  private rangePeer(rule: Resource): Peer {
    const [first, last] = ["start", "end"].map((end) =>
      text(this.input.follow(rule.values[`${end}_ip_address`] ?? rule.values[`${end}_ip`], rule)),
    );
    if (typeof first !== "string" || typeof last !== "string") return unknownPeer("its addresses are not known");
    if (first === "0.0.0.0" && last === "0.0.0.0") return AZURE;
    try {
      // A range that covers the public internet covers the named sets too.
      return { kind: "addresses", addresses: AddressSet.ofBlocks([AddressSet.ofRange(first, last)]) };
    } catch (error) {
      if (error instanceof RangeError) return unknownPeer(error.message);
      throw error;
    }
  }

  private ordered(resource: Resource, block: string, services: ServiceSet): Read {
    const written = blocks(this.input.follow(resource.values[block], resource));
    if (written.some(isOpaque)) return { rules: [], unknown: `${block} of ${resource.address} is not known` };
    const rules = written.map((one, index): Rule => {
      const [mask, action] = ["ip_mask", "action"].map((name) => text(this.input.follow(at(one, name), resource)));
      const known = typeof mask === "string" ? addressesOf(mask) : undefined;
      const peer: Peer = known
        ? { kind: "addresses", addresses: AddressSet.ofBlocks([known]) }
        : unknownPeer("an address that it names is not known");
      const accepts = typeof action !== "string" || /^accept$/i.test(action);
      return {
        ...allow(resource, services, [peer]),
        action: accepts ? "allow" : "deny",
        location: resource.locate([block, index]),
        ...(isOpaque(action) && { unknown: "its action is not known" }),
      };
    });
    // It has no address of IPv6.
    const others: Peer = { kind: "addresses", addresses: AddressSet.ofCidrs(["0.0.0.0/0"]) };
    return { rules: [...rules, allow(resource, services, [others])] };
  }

  /** Without a list everybody may ask for anything; one that admits no kind of request from outside closes it. */
  private requested(apart: readonly Resource[], services: ServiceSet, resource: Resource): Read {
    const [list] = apart;
    if (!list) return { rules: [allow(resource, services, [EVERYBODY])] };
    const action = text(this.input.follow(list.values["default_action"], list)) ?? "Deny";
    if (isOpaque(action)) return { rules: [], unknown: `the default action of ${list.address} is not known` };
    const denies = action.toLowerCase() === "deny";
    const named = texts(
      this.input.follow(field(list, "public_network", `${denies ? "allowed" : "denied"}_request_types`), list),
    );
    const isOpen = denies ? named.length > 0 : new Set(named).size < REQUESTS;
    return { rules: isOpen ? [allow(list, services, [EVERYBODY])] : [] };
  }

  private subnetPeer(value: Value | undefined, from: Resource): Peer {
    const subnet = this.networks.subnet(value, from);
    if (subnet.resource) return { kind: "addresses", addresses: subnet.addresses };
    const name = isReference(value) ? value.address : subnet.id;
    return unknownPeer(`the addresses of ${name} are not in the input`);
  }
}

/** Kinds of requests that Azure SignalR tells apart. */
const REQUESTS = 4;

export const unknownPeer = (reason: string): Peer => ({ kind: "unknown", reason });

export function allow({ address, location }: Resource, services: ServiceSet, peers: readonly Peer[]): Rule {
  return { resource: address, location, action: "allow", services, peers };
}

export const servicesOf = (ports: readonly number[]): ServiceSet =>
  ServiceSet.unionOf(ports.map((port) => ServiceSet.of(TCP, port)));

/** The filter of a service, by rules in their order. */
export function filterNamed(name: string, { rules, unknown: reason, otherwise = "deny" }: Read): Filter {
  const filter = { name, system: "azure-service-firewall", direction: "inbound", stateful: true, otherwise } as const;
  return { ...filter, levels: rules.length > 0 ? [rules] : [], ...(reason !== undefined && { unknown: reason }) };
}

/** A block, an address, or a range as `first-last`. */
export function addressesOf(written: string): AddressSet | undefined {
  const [first = "", last] = written.split("-");
  if (last === undefined) return isBlock(written) ? AddressSet.ofCidr(written) : undefined;
  try {
    return AddressSet.ofRange(first, last);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function* typesApart(access: Access | undefined): Generator<[type: string, owner: Owner]> {
  if (access?.kind === "rules") {
    for (const type of [access.ranges, access.subnets]) if (type !== undefined) yield [type, access.owner];
  }
  const apart: AccessList["apart"] | RequestList["apart"] =
    access?.kind === "list" || access?.kind === "requests" ? access.apart : undefined;
  if (apart) yield [apart.type, { id: apart.owner }];
}
