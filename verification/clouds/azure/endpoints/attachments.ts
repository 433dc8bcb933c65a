/**
 * Interfaces as endpoints: with the security groups, routes and addresses of the subnets that they are in.
 *
 * Microsoft, "Network interfaces"
 * (https://learn.microsoft.com/azure/virtual-network/virtual-network-network-interface): every address is that of an
 * interface, whose subnet and own security group both filter it.
 */
import { AddressSet } from "../../../../packets/address-set";
import type { Endpoint, Filter, Resource } from "../../../model";
import type { AzureInput } from "../input";
import { ANY_ADDRESS, type AzureNetworks, type Subnet } from "../network";
import { virtualNetworkTag, type VirtualNetworkTag } from "../virtual-network-tag";
import type { NetworkSecurityGroup, NetworkSecurityGroups } from "../nsg";
import type { AzureRoutes } from "../routes";
import { AZURE_HOST, INSIDE } from "../service-tags";
import { unlessPrivate } from "../../publicity";
import type { AttachedGroups } from "./attached-groups";
import { doubtful, HIDDEN, type Exposure } from "./exposure";

/** One interface, before it becomes an endpoint. */
export interface Attachment {
  readonly resource: Resource;
  /** Default: that of the resource. */
  readonly id?: string;
  readonly kind: Endpoint["kind"];
  readonly subnet: Subnet;
  /** Its own addresses, where they are known. */
  readonly given?: AddressSet | undefined;
  /** Security groups of its own; a text says why there may be further ones. */
  readonly groups?: readonly (NetworkSecurityGroup | string)[];
  readonly applicationGroups?: readonly string[];
  /** Beside what its subnet offers. Default: none. */
  readonly exposure?: Exposure;
  /** What its subnet's security group means for it; default: it filters. */
  readonly subnetFilters?: boolean | undefined;
  /** Further filters, of the service that it is. */
  readonly filters?: readonly Filter[];
  /** Whether it only answers. */
  readonly answersOnly?: boolean;
  /** Whether it exchanges packets with its own network only, whatever the routes of its subnet say. */
  readonly staysInside?: boolean;
  /** Addresses of its own that the network carries beside those of its subnets. */
  readonly overlay?: AddressSet | undefined;
  readonly more?: Partial<Pick<Endpoint, "serves" | "labels" | "overlay">>;
}

/** What `VirtualNetwork` stands for at a group of which nothing tells the network. */
const NO_NETWORK: VirtualNetworkTag = {
  key: "",
  own: AddressSet.empty,
  certain: AZURE_HOST,
  possible: AddressSet.empty,
};

export class Attachments {
  readonly endpoints: Endpoint[] = [];
  private readonly used = new Set<NetworkSecurityGroup>();
  private readonly tags = new Map<string, VirtualNetworkTag>();
  private readonly routeSets = new Map<string, Endpoint["routes"]>();

  constructor(
    private readonly input: AzureInput,
    private readonly networks: AzureNetworks,
    private readonly groups: NetworkSecurityGroups,
    private readonly routes: AzureRoutes,
    private readonly attached: AttachedGroups,
  ) {}

  add(attachment: Attachment): Endpoint {
    const { resource, kind, subnet, overlay = AddressSet.empty, more } = attachment;
    const addresses = attachment.given ?? subnet.addresses;
    const applicationGroups = new Set(attachment.applicationGroups ?? []);
    const found = [
      ...(attachment.groups ?? []),
      ...(attachment.subnetFilters === false ? [] : this.attached.ofSubnet(subnet)),
      ...("subnetFilters" in attachment && attachment.subnetFilters === undefined
        ? [`whether the security group of its subnet filters ${resource.address} is not known`]
        : []),
    ];
    const groups = found.filter((group) => typeof group === "object");
    const reasons = found.filter((group) => typeof group === "string");
    for (const group of groups) this.used.add(group);
    const possibleGroups = this.attached.anyones;
    const member = { addresses, groups: applicationGroups, possibleGroups, any: false };
    const place = { member, network: this.tagOf(subnet, overlay) };
    const filters = [...new Set(groups)].flatMap((group) => this.groups.filtersOf(group, place));
    const exposure = attachment.exposure ?? HIDDEN;
    const { publicity, doubt } = exposure;
    const isInbound = (one: Omit<Exposure, "doubt">) =>
      one.publicity === "guarded" ? found.length > 0 : one.publicity !== "none";
    const led = (one: Omit<Exposure, "doubt">) =>
      withOverlay(this.routesOf(subnet, isInbound(one), one.outbound), overlay);
    const inbound = isInbound(doubt ?? exposure);
    const isUnsaid = publicity === "unsaid" && found.length === 0;
    const space = attachment.staysInside ? subnet.network?.space : undefined;
    const certain = doubt && led(doubt);
    const possible = led(exposure);
    const open = doubt && certain ? unlessPrivate(possible, certain, doubt.why) : possible;
    const routes = space ? { outbound: space, inbound: space } : open;
    const endpoint: Endpoint = {
      id: attachment.id ?? this.input.id(resource),
      kind,
      location: resource.location,
      addresses,
      groups: new Set([...applicationGroups, ...groups.map(({ id }) => id)]),
      ...(possibleGroups.size > 0 && { possibleGroups }),
      network: subnet.network?.id,
      filters: [
        ...filters,
        ...(attachment.filters ?? []),
        ...(reasons.length > 0 ? unreadable(resource, reasons) : []),
        ...(publicity === "unknown" ? [doubtful(resource, "what hands packets on to it is not in the input")] : []),
        ...(isUnsaid ? [doubtful(resource, "whether its public address is of the SKU Basic is not known")] : []),
        ...(!routes && !inbound && !attachment.answersOnly
          ? [doubtful(resource, doubt?.why ?? routesMissing(subnet))]
          : []),
      ],
      // Whatever the routes of its subnet, what only answers at a private address is not reached from the internet.
      routes: attachment.answersOnly ? { inbound: INSIDE, ...routes, outbound: AddressSet.empty } : routes,
      ...more,
    };
    this.endpoints.push(endpoint);
    return endpoint;
  }

  /** Groups are judged where they are, with or without a member: as whoever may come to be one. */
  addUnattached(): void {
    for (const subnet of this.networks.written()) {
      for (const group of this.attached.ofSubnet(subnet)) {
        if (typeof group === "object" && !this.used.has(group))
          this.alone(group, subnet.addresses, subnet.network?.id, this.tagOf(subnet));
      }
    }
    const only = this.networks.only();
    const network = only ? virtualNetworkTag(only, this.networks.beyond(only), AddressSet.empty) : NO_NETWORK;
    for (const group of this.groups.all()) {
      if (!this.used.has(group)) this.alone(group, only?.space ?? ANY_ADDRESS, undefined, network);
    }
  }

  private alone(
    group: NetworkSecurityGroup,
    addresses: AddressSet,
    network: string | undefined,
    tag: VirtualNetworkTag,
  ): void {
    this.used.add(group);
    const none = new Set<string>();
    const place = { member: { addresses, groups: none, possibleGroups: none, any: true }, network: tag };
    this.endpoints.push({
      id: group.id,
      kind: "group",
      location: group.location,
      addresses,
      groups: new Set([group.id]),
      network,
      filters: this.groups.filtersOf(group, place),
    });
  }

  private routesOf(subnet: Subnet, inbound: boolean, outbound: boolean): Endpoint["routes"] {
    const key = [subnet.id, subnet.defaultOutbound, inbound, outbound].join("\n");
    if (!this.routeSets.has(key)) this.routeSets.set(key, this.routes.of(subnet, { inbound, outbound }));
    return this.routeSets.get(key);
  }

  private tagOf(subnet: Subnet, overlay = AddressSet.empty): VirtualNetworkTag {
    const key = `${subnet.id}\n${overlay.key()}`;
    let tag = this.tags.get(key);
    if (!tag) {
      const beyond = this.networks.beyond(subnet.network);
      tag = virtualNetworkTag(subnet.network, beyond, this.routes.prefixes(subnet), overlay);
      this.tags.set(key, tag);
    }
    return tag;
  }
}

/** The network carries packets of an overlay as those of its own addresses. */
function withOverlay(routes: Endpoint["routes"], overlay: AddressSet): Endpoint["routes"] {
  if (!routes || overlay.isEmpty) return routes;
  return { ...routes, outbound: routes.outbound.union(overlay), inbound: routes.inbound.union(overlay) };
}

/** Filters of an endpoint whose security groups are not all known. */
function unreadable(resource: Resource, reasons: readonly string[]): Filter[] {
  return (["inbound", "outbound"] as const).map((direction) => ({
    name: `security groups of ${resource.address}`,
    system: "azure-nsg",
    direction,
    stateful: true,
    levels: [],
    otherwise: "deny",
    unknown: reasons.join("; "),
  }));
}

/** What would tell whether the internet reaches what has no public address of its own. */
const routesMissing = ({ id }: Subnet) =>
  `it has no public address, and the routes of ${id} are not in the input: add its virtual network and route table`;
