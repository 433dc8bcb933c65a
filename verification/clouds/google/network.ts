/**
 * VPC networks and subnets: which addresses they have.
 *
 * Google Cloud VPC, "VPC networks" (https://cloud.google.com/vpc/docs/vpc) and "Subnets"
 * (https://cloud.google.com/vpc/docs/subnets): an auto mode network, which is what a network is unless it says
 * otherwise, has a subnet in each region, all in 10.128.0.0/9; a subnet has one primary IPv4 range, any number of
 * secondary ones, and IPv6 only if its stack says so.
 */
import type { Location, Resource, Value } from "../../model";
import { isReference, isUnknown } from "../../model";
import { AddressSet, parseCidr } from "../../../packets/address-set";
import { at, blocks, bool, isOpaque, text } from "../../values";
import { publicIf, type Publicity } from "../publicity";
import { isAbsent } from "../terraform-input";
import { segmentAfter, type GoogleInput } from "./input";
import { shown, lastSegment } from "../../../config/texts";

export interface Network {
  /** Address of the resource, or the cloud's path or name where it is not in the input. */
  readonly id: string;
  /** Undefined where it is not in the input. */
  readonly resource?: Resource;
  /** Where it is declared, or else spoken of. */
  readonly location: Location;
}

export interface Subnet {
  readonly id: string;
  readonly resource?: Resource;
  /** Whether the input declares it, or it is one of those that an auto mode network has. */
  readonly isKnown: boolean;
  readonly network: Network | undefined;
  /** Undefined: not known. */
  readonly region: string | undefined;
  /** Addresses that an interface in it may have: IPv4 of its primary range, and IPv6. */
  readonly v4: AddressSet;
  readonly v6: AddressSet;
  /** All of its secondary ranges, for alias addresses and pods. */
  readonly secondary: AddressSet;
}

export const ANY_V4 = AddressSet.ofCidr("0.0.0.0/0");
export const ANY_V6 = AddressSet.ofCidr("::/0");
/** Every numeric address: what something has whose addresses can't be told. */
export const ANY_ADDRESS = AddressSet.all.numeric();
/** Subnets of auto mode networks. */
const AUTO_MODE = AddressSet.ofCidr("10.128.0.0/9");
/** Where an address lies that is inside a network and not known: private IPv4 (RFC 1918, RFC 6598), ULA. */
export const PRIVATE = AddressSet.ofCidrs([
  "10.0.0.0/8",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "100.64.0.0/10",
  "fd20::/20",
]);

export class Networks {
  private readonly named = new Map<string, Network | undefined>();
  private readonly subnets = new Map<Resource, Subnet>();
  private readonly locals = new Map<string, AddressSet>();
  private byNetwork: Map<string, AddressSet[]> | undefined;

  constructor(private readonly input: GoogleInput) {}

  /** The network that `value` names; undefined where it can't be told. */
  network(value: Value | undefined, from: Resource): Network | undefined {
    if (!isReference(value)) return this.readNetwork(value, from);
    // Most rules name one of few networks.
    const key = [from.unit, value.address, value.attribute].join("\n");
    if (!this.named.has(key)) this.named.set(key, this.readNetwork(value, from));
    return this.named.get(key);
  }

  private readNetwork(value: Value | undefined, from: Resource): Network | undefined {
    const target = this.input.named(value, from, "google_compute_network");
    if (isUnknown(target)) return undefined;
    if (target.kind === "resource") {
      const { resource } = target;
      if (resource.type === "google_compute_network") return this.networkOf(resource);
      // `google_container_cluster.c.network` where the cluster leaves it out, and the like.
      return undefined;
    }
    const project = from.values["project"];
    const isShort = segmentAfter("projects", target.name) === undefined;
    const name = lastSegment(target.name);
    const id = isShort && typeof project === "string" ? `projects/${project}/global/networks/${name}` : target.name;
    return { id, location: from.location };
  }

  networkOf(resource: Resource): Network {
    return { id: this.input.id(resource), resource, location: resource.location };
  }

  /** The subnet that `value` names; what can't be told has any address. */
  subnet(value: Value | undefined, from: Resource): Subnet {
    const target = this.input.named(value, from, "google_compute_subnetwork");
    if (target.kind === "resource" && target.resource.type === "google_compute_subnetwork") {
      return this.subnetOf(target.resource);
    }
    const id = target.kind === "outside" ? target.name : "unknown subnet";
    const region = segmentAfter("regions", id);
    return { id, isKnown: false, network: undefined, region, v4: ANY_V4, v6: ANY_V6, secondary: AddressSet.empty };
  }

  subnetOf(resource: Resource): Subnet {
    let subnet = this.subnets.get(resource);
    if (!subnet) this.subnets.set(resource, (subnet = this.readSubnet(resource)));
    return subnet;
  }

  /** Where something is that names a network and no subnet. */
  within(network: Network | undefined, region: string | undefined): Subnet {
    const isAuto = network?.resource?.mode === "managed" && isAutoMode(network.resource);
    const v4 = isAuto ? AUTO_MODE : ANY_V4;
    return { id: "unnamed subnet", isKnown: isAuto, network, region, v4, v6: ANY_V6, secondary: AddressSet.empty };
  }

  /** Where the network is left out it is that of the subnet, where both are it is the default one. */
  place(
    network: Value | undefined,
    subnetwork: Value | undefined,
    from: Resource,
  ): { readonly network: Network | undefined; readonly subnet: Subnet } {
    const zone = this.input.textAt(from, "zone") ?? this.input.textAt(from, "location");
    const written = this.input.textAt(from, "region");
    const region = typeof written === "string" ? lastSegment(written) : regionOf(zone);
    if (isAbsent(subnetwork)) {
      const named = this.network(isAbsent(network) ? "default" : network, from);
      return { network: named, subnet: this.within(named, region) };
    }
    const subnet = this.subnet(subnetwork, from);
    const named = subnet.network ?? (isAbsent(network) ? undefined : this.network(network, from));
    return { network: named, subnet: { ...subnet, network: named, region: subnet.region ?? region } };
  }

  /** Whether an interface with IPv6 in the subnet gets an external address. */
  givesExternalV6({ id, resource }: Subnet): Publicity {
    if (!resource) return `whether ${id} gives external IPv6 addresses is not in the input`;
    const access = this.input.textAt(resource, "ipv6_access_type");
    return isOpaque(access) ? publicIf(access) : access !== undefined && access !== "INTERNAL";
  }

  /** Every address inside a network of the input, or more where its ranges are not known. */
  local(network: Network): AddressSet {
    let local = this.locals.get(network.id);
    if (!local) {
      this.byNetwork ??= this.readLocals();
      const auto = !network.resource || isAutoMode(network.resource) ? [AUTO_MODE] : [];
      local = AddressSet.unionOf([...auto, ...(this.byNetwork.get(network.id) ?? [])]);
      this.locals.set(network.id, local);
    }
    return local;
  }

  /** Every address inside the networks that the input makes, public ones that they use as their own among them. */
  own(): AddressSet | undefined {
    const made = this.input.managed("google_compute_network");
    if (made.length === 0) return undefined;
    return AddressSet.unionOf(made.map((resource) => this.local(this.networkOf(resource))));
  }

  private readSubnet(resource: Resource): Subnet {
    const { values, mode } = resource;
    const region = this.input.textAt(resource, "region");
    const stack = this.input.textAt(resource, "stack_type") ?? (mode === "data" ? undefined : "IPV4_ONLY");
    const written = this.block(values["ip_cidr_range"], resource);
    const secondary = blocks(this.input.follow(values["secondary_ip_range"], resource)).map(
      (range) => this.block(at(range, "ip_cidr_range"), resource) ?? PRIVATE,
    );
    return {
      id: this.input.id(resource),
      resource,
      isKnown: true,
      network: this.networkAt(resource),
      region: typeof region === "string" ? lastSegment(region) : undefined,
      v4: stack === "IPV6_ONLY" ? AddressSet.empty : (written ?? ANY_V4),
      v6: stack === "IPV4_ONLY" ? AddressSet.empty : this.v6Of(resource),
      secondary: AddressSet.unionOf(secondary),
    };
  }

  private networkAt(resource: Resource): Network | undefined {
    return isAbsent(resource.values["network"]) ? undefined : this.network(resource.values["network"], resource);
  }

  private v6Of(resource: Resource): AddressSet {
    const fields = ["internal_ipv6_prefix", "external_ipv6_prefix", "ipv6_cidr_range"];
    const known = fields.flatMap((field) => this.block(resource.values[field], resource) ?? []);
    return known.length > 0 ? AddressSet.unionOf(known) : ANY_V6;
  }

  /** Ranges of all subnets, internal global addresses and clusters, by their network. */
  private readLocals(): Map<string, AddressSet[]> {
    const found = new Map<string, AddressSet[]>();
    const add = (network: Network | undefined, addresses: AddressSet) => {
      if (!network) return;
      const list = found.get(network.id);
      if (list) list.push(addresses);
      else found.set(network.id, [addresses]);
    };
    for (const resource of this.input.all("google_compute_subnetwork")) {
      const { network, v4, v6, secondary } = this.subnetOf(resource);
      add(network, v4 === ANY_V4 ? PRIVATE : v4);
      add(network, v6 === ANY_V6 ? PRIVATE : v6);
      add(network, secondary);
    }
    for (const resource of this.input.managed(
      "google_compute_global_address",
      "google_compute_global_forwarding_rule",
    )) {
      const prefix = this.input.textAt(resource, "prefix_length");
      const address = this.input.textAt(resource, resource.type.endsWith("address") ? "address" : "ip_address");
      const cidr = typeof address === "string" ? (prefix === undefined ? address : `${address}/${shown(prefix)}`) : "";
      add(this.networkAt(resource), isBlock(cidr) ? AddressSet.ofCidr(cidr) : PRIVATE);
    }
    // Services that Google runs are peered at ranges that the connection names, which are reserved above.
    for (const resource of this.input.managed("google_service_networking_connection")) {
      const ranges = this.input.collect(resource, "reserved_peering_ranges");
      const named = ranges.map((range) => this.input.named(range, resource, "google_compute_global_address"));
      const isKnown =
        named.length > 0 && named.every((each) => each.kind === "resource" && each.resource.mode === "managed");
      if (!isKnown) add(this.networkAt(resource), PRIVATE);
    }
    for (const resource of this.input.managed("google_container_cluster")) {
      const fields = ["master_ipv4_cidr_block", "cluster_ipv4_cidr_block", "services_ipv4_cidr_block"];
      const cidrs = [
        resource.values["cluster_ipv4_cidr"],
        ...fields.flatMap((field) => [
          at(resource.values["private_cluster_config"], field),
          at(resource.values["ip_allocation_policy"], field),
        ]),
      ];
      const namesRange = !isAbsent(at(resource.values["ip_allocation_policy"], "cluster_secondary_range_name"));
      const known = cidrs.flatMap((cidr) => this.block(cidr, resource) ?? []);
      const network = isAbsent(resource.values["subnetwork"])
        ? this.networkAt(resource)
        : (this.subnet(resource.values["subnetwork"], resource).network ?? this.networkAt(resource));
      // Google chooses a range for pods where none is named.
      add(network, namesRange ? AddressSet.unionOf(known) : PRIVATE);
    }
    return found;
  }

  /** The secondary range of a subnet that has this name; all of them where that can't be told. */
  secondary({ resource, secondary }: Subnet, name: unknown): AddressSet {
    const ranges = resource ? blocks(this.input.follow(resource.values["secondary_ip_range"], resource)) : [];
    const range = ranges.find((each) => text(at(each, "range_name")) === name);
    if (!resource || !range) return secondary;
    return this.block(at(range, "ip_cidr_range"), resource) ?? secondary;
  }

  /** The addresses of a block, undefined where it is not known. */
  block(cidr: Value | undefined, from: Resource): AddressSet | undefined {
    const known = text(this.input.follow(cidr, from));
    return typeof known === "string" && isBlock(known) ? AddressSet.ofCidr(known) : undefined;
  }
}

function isAutoMode(network: Resource): boolean {
  const isAuto = bool(network.values["auto_create_subnetworks"]) ?? true;
  return isOpaque(isAuto) || isAuto;
}

function isBlock(cidr: string): boolean {
  try {
    parseCidr(cidr);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** `europe-west1-b` is a zone of `europe-west1`. */
function regionOf(zone: unknown): string | undefined {
  if (typeof zone !== "string") return undefined;
  return lastSegment(zone).replace(/-[a-z]$/, "");
}
