/**
 * Virtual networks and subnets: which addresses they have, and which other networks they are connected to.
 *
 * Microsoft, "Virtual network peering" (https://learn.microsoft.com/azure/virtual-network/virtual-network-peering-overview):
 * a peering connects only when both sides declare it, and brings the other network's addresses into the tag
 * `VirtualNetwork`. "Virtual network service tags"
 * (https://learn.microsoft.com/azure/virtual-network/service-tags-overview): that tag also holds the networks behind a
 * gateway, the host's address, and the prefixes of user-defined routes, a default route among them. "Manage network
 * policies for private endpoints"
 * (https://learn.microsoft.com/azure/private-link/disable-private-endpoint-network-policy): a subnet's security group
 * filters its private endpoints only where the subnet says so.
 */
import { isUnknown, type Resource, type Unjudged, type Value } from "../../model";
import { AddressSet, parseCidr } from "../../../packets/address-set";
import { blocks, bool, isObject, isOpaque, text, whyOpaque } from "../../values";
import { append, isAbsent, type AzureInput, type HeldValue, type Target } from "./input";

export interface VirtualNetwork {
  /** Address of the resource, or the id or name of one that is not in the input. */
  readonly id: string;
  readonly resource?: Resource | undefined;
  /** Its address space; undefined where it is not known. */
  readonly space?: AddressSet | undefined;
}

export interface Subnet {
  readonly id: string;
  /** Where it is written; undefined where it is not in the input. */
  readonly resource?: Resource | undefined;
  readonly network: VirtualNetwork | undefined;
  /** Every address that an interface in it may have. */
  readonly addresses: AddressSet;
  /** What the subnet itself names, beside the associations that are resources of their own. */
  readonly securityGroup?: HeldValue | undefined;
  readonly routeTable?: HeldValue | undefined;
  /** Whether what has no other way out may use an address that Azure lends it; a text: why that can't be told. */
  readonly defaultOutbound: boolean | string;
  /** Service endpoints, as written: `Microsoft.Storage`. */
  readonly serviceEndpoints: readonly string[];
  /** Whether its security group filters private endpoints: undefined where that can't be told. */
  readonly filtersPrivateEndpoints: boolean | undefined;
}

/** A network that a peering leads to. */
interface Peering {
  readonly remote: VirtualNetwork | undefined;
  /** Whether both sides declare it. */
  readonly connected: boolean;
}

/** What lies beyond a virtual network's own address space. */
export interface Beyond {
  /** Address spaces of networks that it certainly exchanges packets with. */
  readonly certain: AddressSet;
  /** Those that it may exchange packets with; undefined: any. */
  readonly possible: AddressSet | undefined;
  /** Why, where `possible` is more than `certain`. */
  readonly reason?: string | undefined;
  /** Whether packets of any source may come in beside its own public addresses. */
  readonly forwarded: boolean;
  /** Whether what a peer forwards for others certainly comes in. */
  readonly letsForwardedIn: boolean;
  /** Whether a gateway tells it routes. */
  readonly learnsRoutes: boolean;
}

/** Every numeric address: what something has whose addresses can't be told. */
export const ANY_ADDRESS = AddressSet.all.numeric();
export const ANY_V6 = AddressSet.ofCidr("::/0");

const ISOLATED: Beyond = {
  certain: AddressSet.empty,
  possible: AddressSet.empty,
  forwarded: false,
  letsForwardedIn: false,
  learnsRoutes: false,
};

/** Gateways to networks that are not in the input, and the fields that name the virtual network or a subnet of it. */
const GATEWAYS: Readonly<Record<string, { readonly network?: string; readonly subnet?: string }>> = {
  azurerm_virtual_network_gateway: { subnet: "ip_configuration.subnet_id" },
  azurerm_virtual_hub_connection: { network: "remote_virtual_network_id" },
  azurerm_virtual_hub_ip: { subnet: "subnet_id" },
  azurerm_route_server: { subnet: "subnet_id" },
};

export class AzureNetworks {
  readonly unjudged: Unjudged[] = [];

  private readonly networks = new Map<string, VirtualNetwork>();
  private readonly subnets = new Map<string, Subnet>();
  /** Subnets written within their network, by id of the network. */
  private readonly inline = new Map<string, Subnet[]>();
  /** The same by their own cloud id, in lower case. */
  private readonly inlineById = new Map<string, Subnet>();
  private readonly peerings = new Map<string, Peering[]>();
  private readonly forwarding = new Set<string>();
  /** Of these, by id, those that certainly let in what a peer forwards. */
  private readonly lettingIn = new Set<string>();
  /** Networks with a gateway, and why what is behind it is not known. */
  private readonly gateways = new Map<string, string>();
  private anyGateway: string | undefined;

  constructor(private readonly input: AzureInput) {
    for (const resource of input.managed("azurerm_virtual_network")) this.readInline(this.networkOf(resource));
    this.readGateways();
    this.readPeerings();
  }

  /** The one virtual network of the input, if there is just one. */
  only(): VirtualNetwork | undefined {
    const [only, second] = this.input.managed("azurerm_virtual_network");
    return only && !second ? this.networkOf(only) : undefined;
  }

  /** The subnets that the values at a path of fields name. */
  subnetsAt(resource: Resource, path: string): Subnet[] {
    const subnets = this.input.collect(resource, path).map((subnet) => this.subnet(subnet, resource));
    return [...new Map(subnets.map((subnet) => [subnet.id, subnet])).values()];
  }

  /** The subnet that `value` names; what can't be told has any address. */
  subnet(value: Value | undefined, from: Resource): Subnet {
    const target = this.input.find(value, from, "subnet");
    if (isUnknown(target)) return outsideSubnet("unknown subnet");
    if (target.kind === "outside")
      return this.inlineById.get(target.name.toLowerCase()) ?? this.subnetOfId(target.name);
    const { resource, attribute } = target;
    if (resource.type === "azurerm_subnet") return this.subnetOf(resource);
    if (resource.type === "azurerm_virtual_network") return this.inlineSubnet(resource, attribute);
    return outsideSubnet("unknown subnet");
  }

  /** The subnets that are written as resources of their own or within their network. */
  written(): Subnet[] {
    const apart = this.input.managed("azurerm_subnet").map((resource) => this.subnetOf(resource));
    return [...apart, ...[...this.inline.values()].flat()];
  }

  /** Which other networks `network` is connected to. */
  beyond(network: VirtualNetwork | undefined): Beyond {
    const gateway = this.anyGateway ?? (network && this.gateways.get(network.id));
    const peerings = network ? (this.peerings.get(network.id) ?? []) : [];
    if (gateway === undefined && peerings.length === 0) return ISOLATED;
    const spaces = (chosen: readonly Peering[]) =>
      AddressSet.unionOf(chosen.map(({ remote }) => remote?.space ?? AddressSet.empty));
    const unread = peerings.some(({ remote }) => !remote?.space);
    const half = peerings.some(({ connected }) => !connected);
    const reasons = [
      ...(gateway === undefined ? [] : [gateway]),
      ...(unread
        ? [`the address space of a network that ${network?.id ?? "it"} is peered with is not in the input`]
        : []),
      ...(half ? [`a peering of ${network?.id ?? "it"} is declared on one side only`] : []),
    ];
    return {
      certain: spaces(peerings.filter(({ connected }) => connected)),
      possible: gateway !== undefined || unread ? undefined : spaces(peerings),
      reason: reasons.length > 0 ? reasons.join("; ") : undefined,
      forwarded: gateway !== undefined || unread || (network !== undefined && this.forwarding.has(network.id)),
      letsForwardedIn: network !== undefined && this.lettingIn.has(network.id),
      learnsRoutes: gateway !== undefined,
    };
  }

  // -------------------------------------------------------------- virtual networks

  private network(target: Target): VirtualNetwork | undefined {
    if (target.kind === "unknown") return undefined;
    if (target.kind === "outside") return { id: target.name };
    const { resource } = target;
    if (resource.type === "azurerm_virtual_network") return this.networkOf(resource);
    if (resource.type === "azurerm_subnet") return this.subnetOf(resource).network;
    return undefined;
  }

  private networkOf(resource: Resource): VirtualNetwork {
    const id = this.input.id(resource);
    let network = this.networks.get(id);
    if (!network) {
      network = { id, resource, space: this.blocks(resource.values["address_space"], resource) };
      this.networks.set(id, network);
    }
    return network;
  }

  /** The union of a list of blocks; undefined where it is empty or one of them is not known. */
  private blocks(value: Value | undefined, from: Resource): AddressSet | undefined {
    const written = this.input.follow(value, from);
    const cidrs = blocks(written).map((cidr) => this.input.follow(cidr, from));
    if (cidrs.length === 0 || !cidrs.every((cidr) => typeof cidr === "string" && isBlock(cidr))) return undefined;
    return AddressSet.unionOf((cidrs as string[]).map((cidr) => AddressSet.ofCidr(cidr)));
  }

  private readGateways(): void {
    for (const [type, { network: networkField, subnet: subnetField }] of Object.entries(GATEWAYS)) {
      for (const gateway of this.input.managed(type)) {
        const reason = `what is behind ${gateway.address} is not in the input`;
        const names = [
          ...(networkField === undefined ? [] : this.input.collect(gateway, networkField)),
          ...(subnetField === undefined ? [] : this.input.collect(gateway, subnetField)),
        ];
        const found = names.map((name) =>
          networkField === undefined
            ? this.subnet(name, gateway).network
            : this.network(this.input.find(name, gateway, "network")),
        );
        for (const network of found) if (network) this.gateways.set(network.id, reason);
        // A gateway whose network can't be told may be that of any.
        if (found.length === 0 || found.some((network) => !network)) this.anyGateway ??= reason;
      }
    }
  }

  private readPeerings(): void {
    const read = this.input.managed("azurerm_virtual_network_peering").flatMap((resource) => {
      const local = this.network(this.input.findNamed("virtual_network_name", "azurerm_virtual_network", resource));
      const remote = this.network(
        this.input.find(resource.values["remote_virtual_network_id"], resource, "virtual network"),
      );
      const flag = (field: string, absent: boolean) => {
        const value = bool(this.input.follow(resource.values[field], resource)) ?? absent;
        return isOpaque(value) || value;
      };
      if (!local?.resource) this.leave(resource, "the virtual network that it belongs to is not in the input");
      else if (!remote?.space)
        this.leave(resource, "the address space of the network that it leads to is not in the input");
      return local ? [{ resource, local, remote, flag }] : [];
    });
    for (const { resource, local, remote, flag } of read) {
      if (flag("use_remote_gateways", false))
        this.gateways.set(local.id, `what is behind the gateway of ${remote?.id ?? "a peer"} is not in the input`);
      if (flag("allow_forwarded_traffic", false)) this.forwarding.add(local.id);
      if (bool(this.input.follow(resource.values["allow_forwarded_traffic"], resource)) === true)
        this.lettingIn.add(local.id);
      if (!flag("allow_virtual_network_access", true)) continue;
      const connected = read.some((other) => other.local.id === remote?.id && other.remote?.id === local.id);
      append(this.peerings, local.id, { remote, connected });
    }
  }

  // -------------------------------------------------------------- subnets

  private subnetOf(resource: Resource): Subnet {
    const id = this.input.id(resource);
    let subnet = this.subnets.get(id);
    if (!subnet) this.subnets.set(id, (subnet = this.readSubnet(id, resource)));
    return subnet;
  }

  private readSubnet(id: string, resource: Resource): Subnet {
    const { values } = resource;
    const byId = typeof values["id"] === "string" ? this.ownerOf(values["id"]) : undefined;
    const byName = () => this.input.findNamed("virtual_network_name", "azurerm_virtual_network", resource);
    const network = byId ?? this.network(byName());
    const named = (field: string): HeldValue | undefined =>
      isAbsent(values[field]) ? undefined : { value: values[field], from: resource };
    return {
      ...this.describe(id, resource, values, network),
      // Data sources tell what their subnet is associated with.
      ...(resource.mode === "data" && {
        securityGroup: named("network_security_group_id"),
        routeTable: named("route_table_id"),
      }),
    };
  }

  private readInline(network: VirtualNetwork): void {
    const { resource } = network;
    if (!resource) return;
    for (const block of blocks(this.input.follow(resource.values["subnet"], resource))) {
      if (!isObject(block)) continue;
      const name = text(this.input.follow(block["name"], resource));
      const id = `${network.id}#${typeof name === "string" ? name : "subnet"}`;
      const named = (field: string): HeldValue | undefined =>
        isAbsent(block[field]) ? undefined : { value: block[field], from: resource };
      const subnet = {
        ...this.describe(id, resource, block, network),
        securityGroup: named("security_group"),
        routeTable: named("route_table_id"),
      };
      append(this.inline, network.id, subnet);
      if (typeof block["id"] === "string") this.inlineById.set(block["id"].toLowerCase(), subnet);
    }
  }

  /** What a subnet's fields say, wherever they are written. */
  private describe(
    id: string,
    resource: Resource,
    values: Readonly<Record<string, Value>>,
    network: VirtualNetwork | undefined,
  ): Subnet {
    const prefixes = isAbsent(values["address_prefixes"]) ? values["address_prefix"] : values["address_prefixes"];
    const outbound = bool(this.input.follow(values["default_outbound_access_enabled"], resource)) ?? true;
    const services = this.input.follow(values["service_endpoints"], resource);
    return {
      id,
      resource,
      network,
      addresses: this.blocks(prefixes, resource) ?? network?.space ?? ANY_ADDRESS,
      defaultOutbound: isOpaque(outbound)
        ? `whether ${id} lends addresses to go out by is not known: ${whyOpaque(outbound)}`
        : outbound,
      serviceEndpoints: blocks(services).filter((service) => typeof service === "string"),
      filtersPrivateEndpoints: this.privateEndpointPolicy(resource, values),
    };
  }

  private privateEndpointPolicy(resource: Resource, values: Readonly<Record<string, Value>>): boolean | undefined {
    const policies = text(this.input.follow(values["private_endpoint_network_policies"], resource));
    if (isOpaque(policies)) return undefined;
    if (!isAbsent(policies)) return policies === "Enabled" || policies === "NetworkSecurityGroupEnabled";
    // Earlier versions of the provider.
    const enabled = bool(this.input.follow(values["private_endpoint_network_policies_enabled"], resource));
    return resource.mode === "data" && enabled === undefined
      ? undefined
      : isOpaque(enabled)
        ? undefined
        : (enabled ?? false);
  }

  /** `azurerm_virtual_network.a.subnet[0].id`, or whichever it is where there is only one. */
  private inlineSubnet(resource: Resource, attribute: string): Subnet {
    const network = this.networkOf(resource);
    const subnets = this.inline.get(network.id) ?? [];
    const index = /^subnet\[(\d+)\]/.exec(attribute)?.[1];
    const [only, second] = subnets;
    const found = index === undefined ? (second ? undefined : only) : subnets[Number(index)];
    return found ?? { ...outsideSubnet(`${network.id}#subnet`), network, addresses: network.space ?? ANY_ADDRESS };
  }

  /** A subnet that is not in the input, by its id; its network may be. */
  private subnetOfId(id: string): Subnet {
    const network = this.ownerOf(id);
    return { ...outsideSubnet(id.toLowerCase()), network, addresses: network?.space ?? ANY_ADDRESS };
  }

  /** The virtual network of the input that a subnet's id begins with. */
  private ownerOf(id: string): VirtualNetwork | undefined {
    const owner = this.input.ofId(id.replace(/\/subnets\/[^/]*$/i, ""));
    return owner?.type === "azurerm_virtual_network" ? this.networkOf(owner) : undefined;
  }

  private leave(resource: Resource, reason: string): void {
    this.unjudged.push({ resource: resource.address, location: resource.location, reason });
  }
}

function outsideSubnet(id: string): Subnet {
  return {
    id,
    network: undefined,
    addresses: ANY_ADDRESS,
    defaultOutbound: true,
    serviceEndpoints: [],
    filtersPrivateEndpoints: undefined,
  };
}

export function isBlock(cidr: string): boolean {
  try {
    parseCidr(cidr);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
