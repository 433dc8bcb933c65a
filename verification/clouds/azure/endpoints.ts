/**
 * What has an address in a virtual network, and which security groups, subnets and networks it is in.
 *
 * Microsoft, "Network interfaces"
 * (https://learn.microsoft.com/azure/virtual-network/virtual-network-network-interface): every address is that of an
 * interface, whose subnet and own security group both filter it. "Use managed network security groups in AKS"
 * (https://learn.microsoft.com/azure/aks/concepts-network): AKS puts a group of its own on the interfaces of its nodes;
 * what a Service of type LoadBalancer adds to it is judged where the Service is. "Customize cluster egress with outbound
 * types" (https://learn.microsoft.com/azure/aks/egress-outboundtype): how nodes get out. "Azure CNI Overlay networking in
 * AKS" (https://learn.microsoft.com/azure/aks/concepts-network-azure-cni-overlay): pods' packets carry their overlay
 * addresses between the nodes of a cluster, where security groups judge them, and the node's address everywhere else.
 * "API Server VNet Integration" (https://learn.microsoft.com/azure/aks/api-server-vnet-integration): the Kubernetes API
 * answers at a delegated subnet, whose group judges it, and opens connections to nodes from there. "What is a private endpoint?"
 * (https://learn.microsoft.com/azure/private-link/private-endpoint-overview): it only answers, and only to networks that
 * are connected to its own. "What is Azure Private Link service?"
 * (https://learn.microsoft.com/azure/private-link/private-link-service-overview): packets of consumers come from the
 * addresses that it takes in a subnet, whose group does not judge it. "Application Gateway infrastructure configuration"
 * (https://learn.microsoft.com/azure/application-gateway/configuration-infrastructure) and "About Azure Bastion"
 * (https://learn.microsoft.com/azure/bastion/bastion-overview): both answer at public addresses without a group.
 */
import type { Endpoint, Filter, Resource, Rule, Unjudged, Value } from "../../model";
import { isUnknown } from "../../model";
import { AddressSet } from "../../../packets/address-set";
import { ServiceSet } from "../../../packets/service-set";
import { at, blocks, bool, isObject, isOpaque, number, text, type ObjectValue } from "../../values";
import { append, isAbsent, type AzureInput, type HeldValue } from "./input";
import {
  addressOf,
  listener,
  listening,
  mostPublic,
  portServices,
  type LoadBalancers,
  type Publicity,
} from "./load-balancers";
import { ANY_ADDRESS, virtualNetworkTag, type AzureNetworks, type Subnet, type VirtualNetworkTag } from "./network";
import type { NetworkSecurityGroup, NetworkSecurityGroups } from "./nsg";
import type { AzureRoutes } from "./routes";
import { EVERYONE, type SecurityRules, type WrittenRule } from "./security-rule";
import { inSubnets, type InSubnet } from "./managed-services/in-subnets";
import { PRIVATE_LINKS } from "./managed-services/services";
import { AZURE_HOST, INSIDE, serviceNames, tagName } from "./service-tags";

/** One interface, before it becomes an endpoint. */
interface Attachment {
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
  readonly publicity?: Publicity;
  /** Whether it gets to the internet beside what its subnet offers. */
  readonly outbound?: boolean;
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

const VIRTUAL_MACHINES = [
  "azurerm_linux_virtual_machine",
  "azurerm_windows_virtual_machine",
  "azurerm_virtual_machine",
];
const SCALE_SETS = [
  "azurerm_linux_virtual_machine_scale_set",
  "azurerm_windows_virtual_machine_scale_set",
  "azurerm_orchestrated_virtual_machine_scale_set",
  "azurerm_virtual_machine_scale_set",
];

/** Types whose fields that speak of subnets and security groups are read here or by the other files. */
export const READ_TYPES: ReadonlySet<string> = new Set([
  ...VIRTUAL_MACHINES,
  ...SCALE_SETS,
  "azurerm_application_gateway",
  "azurerm_bastion_host",
  "azurerm_kubernetes_cluster",
  "azurerm_kubernetes_cluster_node_pool",
  "azurerm_lb",
  "azurerm_mysql_flexible_server",
  "azurerm_network_interface",
  "azurerm_network_interface_application_security_group_association",
  "azurerm_network_interface_security_group_association",
  "azurerm_network_security_group",
  "azurerm_network_security_rule",
  "azurerm_postgresql_flexible_server",
  "azurerm_private_endpoint",
  "azurerm_private_endpoint_application_security_group_association",
  "azurerm_private_link_service",
  "azurerm_redis_cache",
  "azurerm_subnet",
  "azurerm_subnet_nat_gateway_association",
  "azurerm_subnet_network_security_group_association",
  "azurerm_subnet_route_table_association",
  "azurerm_virtual_network",
]);

/** Parts of a cluster that put a load balancer in front of it. */
const OPENING_ADDONS = [
  "http_application_routing_enabled",
  "ingress_application_gateway",
  "service_mesh_profile",
  "web_app_routing",
];

/** Fields by which associations make an interface a member of a load balancer. */
const HANDING_ON = new Set(["backend_address_pool_id", "nat_rule_id"]);

/** What AKS gives to pods of an overlay that names no block. */
const AKS_PODS = "10.244.0.0/16";

/** AKS makes a network of these addresses for a cluster that names no subnet. */
const AKS_NETWORK = { space: AddressSet.ofCidr("10.224.0.0/12"), subnet: AddressSet.ofCidr("10.224.0.0/16") };

/** What `VirtualNetwork` stands for at a group of which nothing tells the network. */
const NO_NETWORK: VirtualNetworkTag = {
  key: "",
  own: AddressSet.empty,
  certain: AZURE_HOST,
  possible: AddressSet.empty,
};

export class AzureEndpoints {
  readonly unjudged: Unjudged[] = [];

  private readonly endpoints: Endpoint[] = [];
  private readonly used = new Set<NetworkSecurityGroup>();
  private readonly tags = new Map<string, VirtualNetworkTag>();
  private readonly routeSets = new Map<string, Endpoint["routes"]>();
  /** What is attached apart, by subnet, interface and private endpoint. */
  private readonly ofSubnet = new Map<string, HeldValue[]>();
  private readonly ofInterface: ReadonlyMap<string, readonly HeldValue[]>;
  private readonly applicationGroups: ReadonlyMap<string, readonly HeldValue[]>[];
  private readonly members: ReadonlyMap<string, readonly HeldValue[]>[];
  /** Application security groups that any interface may be in. */
  private readonly anyones = new Set<string>();

  constructor(
    private readonly input: AzureInput,
    private readonly networks: AzureNetworks,
    private readonly rules: SecurityRules,
    private readonly groups: NetworkSecurityGroups,
    private readonly routes: AzureRoutes,
    private readonly balancers: LoadBalancers,
  ) {
    for (const association of input.managed("azurerm_subnet_network_security_group_association")) {
      const { subnet_id, network_security_group_id } = association.values;
      const target = input.find(subnet_id, association, "subnet");
      if (isUnknown(target))
        this.leave(association, `the subnet that it gives a security group to is not known: ${target.reason}`);
      const named = { value: network_security_group_id ?? null, from: association };
      append(this.ofSubnet, networks.subnet(subnet_id, association).id, named);
    }
    const nic = "network_interface_id";
    this.ofInterface = this.associated(
      "azurerm_network_interface_security_group_association",
      nic,
      "network_security_group_id",
    );
    this.applicationGroups = [
      this.associated(
        "azurerm_network_interface_application_security_group_association",
        nic,
        "application_security_group_id",
      ),
      this.associated(
        "azurerm_private_endpoint_application_security_group_association",
        "private_endpoint_id",
        "application_security_group_id",
      ),
    ];
    this.members = [
      this.associated("azurerm_network_interface_backend_address_pool_association", nic, "backend_address_pool_id"),
      this.associated("azurerm_network_interface_nat_rule_association", nic, "nat_rule_id"),
    ];
  }

  all(): readonly Endpoint[] {
    for (const resource of this.input.managed("azurerm_network_interface"))
      this.networkInterface(resource, resource, "interface");
    for (const resource of this.input.managed(...VIRTUAL_MACHINES)) this.virtualMachine(resource);
    for (const resource of this.input.managed(...SCALE_SETS)) this.scaleSet(resource);
    for (const resource of this.input.managed("azurerm_kubernetes_cluster")) this.cluster(resource);
    for (const resource of this.input.managed("azurerm_kubernetes_cluster_node_pool")) this.nodePool(resource);
    for (const resource of this.input.managed("azurerm_private_endpoint")) this.privateEndpoint(resource);
    for (const resource of this.input.managed("azurerm_private_link_service")) this.privateLinkService(resource);
    for (const resource of this.input.managed("azurerm_application_gateway")) this.applicationGateway(resource);
    for (const resource of this.input.managed("azurerm_bastion_host")) this.bastion(resource);
    for (const service of inSubnets(this.input)) this.service(service);
    this.endpoints.push(...this.balancers.endpoints());
    for (const balancer of this.balancers.withoutMembers())
      this.leave(
        balancer,
        "what it hands connections from a public address on to is not in the input: add its members",
      );
    this.unattached();
    return this.endpoints;
  }

  // -------------------------------------------------------------- interfaces and machines

  /** An endpoint of `owner` for each subnet that a network interface has an address in. */
  private networkInterface(nic: Resource, owner: Resource, kind: Endpoint["kind"]): void {
    const id = this.input.id(nic);
    const configurations = blocks(this.input.follow(nic.values["ip_configuration"], nic));
    const groups = (this.ofInterface.get(id) ?? []).map(({ value, from }) => this.groups.find(value, from));
    const members = this.members.flatMap((lists) => lists.get(id) ?? []);
    const exposures = members.map(({ value, from }) => this.balancers.memberExposure(value, from));
    const addresses = configurations.map((block) =>
      isObject(block) ? this.balancers.addressPublicity(block["public_ip_address_id"], nic) : "open",
    );
    const publicity = mostPublic([...addresses, ...exposures.map((exposure) => exposure.publicity)]);
    const outbound = addresses.some((one) => one !== "none") || exposures.some((exposure) => exposure.outbound);
    const bySubnet = new Map<string, { subnet: Subnet; blocks: Value[] }>();
    for (const block of configurations) {
      const subnet = this.networks.subnet(isObject(block) ? block["subnet_id"] : block, nic);
      const entry = bySubnet.get(subnet.id);
      if (entry) entry.blocks.push(block);
      else bySubnet.set(subnet.id, { subnet, blocks: [block] });
    }
    for (const { subnet, blocks: written } of bySubnet.values()) {
      this.emit({
        resource: owner,
        kind,
        subnet,
        given: this.givenAddresses(written, nic),
        groups,
        ...this.applicationGroupsOf(id),
        publicity,
        outbound,
      });
    }
  }

  private virtualMachine(resource: Resource): void {
    for (const value of this.input.collect(resource, "network_interface_ids")) {
      const target = this.input.find(value, resource, "network interface");
      if (
        target.kind === "resource" &&
        target.resource.type === "azurerm_network_interface" &&
        target.resource.mode === "managed"
      ) {
        this.networkInterface(target.resource, resource, "instance");
      } else {
        this.unreadInterface(resource, `a network interface of ${resource.address} is not in the input`);
      }
    }
  }

  /** An interface of which nothing can be told: it may be in any subnet and public, behind rules that are unknown. */
  private unreadInterface(resource: Resource, reason: string): void {
    this.emit({
      resource,
      kind: "instance",
      subnet: this.networks.subnet(undefined, resource),
      groups: [reason],
      publicity: "open",
    });
  }

  private scaleSet(resource: Resource): void {
    const name = resource.type === "azurerm_virtual_machine_scale_set" ? "network_profile" : "network_interface";
    for (const block of blocks(this.input.follow(resource.values[name], resource))) {
      if (!isObject(block)) {
        this.unreadInterface(resource, `the network interfaces of ${resource.address} are not known`);
        continue;
      }
      const nic: Resource = { ...resource, values: block };
      const collect = (path: string) => this.input.collect(nic, `ip_configuration.${path}`);
      const pools = [
        ...collect("load_balancer_backend_address_pool_ids"),
        ...collect("load_balancer_inbound_nat_rules_ids"),
      ];
      const exposures = pools.map((pool) => this.balancers.memberExposure(pool, resource));
      const hasPublic = blocks(this.input.follow(block["ip_configuration"], resource)).some(
        (configuration) =>
          !isObject(configuration) ||
          !isAbsent(firstOf(configuration["public_ip_address"] ?? configuration["public_ip_address_configuration"])),
      );
      const named = collect("application_security_group_ids").map((id) => this.rules.applicationGroup(id, resource));
      for (const subnet of this.subnetsAt(nic, "ip_configuration.subnet_id")) {
        this.emit({
          resource,
          kind: "instance",
          subnet,
          groups: isAbsent(block["network_security_group_id"])
            ? []
            : [this.groups.find(block["network_security_group_id"], resource)],
          applicationGroups: named.filter((id) => typeof id === "string"),
          publicity: mostPublic([
            ...(hasPublic ? ["open" as const] : []),
            ...exposures.map((exposure) => exposure.publicity),
          ]),
          outbound: hasPublic || exposures.some((exposure) => exposure.outbound),
        });
      }
    }
  }

  // -------------------------------------------------------------- AKS

  private cluster(resource: Resource): void {
    const pool = firstOf(this.input.follow(resource.values["default_node_pool"], resource));
    if (isObject(pool)) this.nodes(resource, pool, resource, pool);
    else this.leave(resource, "its default node pool is not known");
    const podCidr = at(firstOf(this.input.follow(resource.values["network_profile"], resource)), "pod_cidr");
    if (!isAbsent(podCidr) && !addressOf(this.input.follow(podCidr, resource)))
      this.leave(resource, "the addresses of its pods are not known");
    this.clusterApi(resource, isObject(pool) ? pool : {});
    for (const addon of OPENING_ADDONS) {
      const isOff = bool(firstOf(resource.values[addon])) === false;
      if (!isOff && !isAbsent(firstOf(resource.values[addon])))
        this.leave(resource, `${addon} opens a way in that is not in the input`);
    }
  }

  private nodePool(resource: Resource): void {
    const target = this.input.find(resource.values["kubernetes_cluster_id"], resource, "cluster");
    const cluster =
      target.kind === "resource" && target.resource.type === "azurerm_kubernetes_cluster" ? target.resource : undefined;
    const pool = cluster && firstOf(this.input.follow(cluster.values["default_node_pool"], cluster));
    if (!cluster) this.leave(resource, "the cluster that it belongs to is not in the input");
    this.nodes(resource, resource.values, cluster, isObject(pool) ? pool : {});
  }

  /** The nodes of a pool, and their pods where these have a subnet of their own. */
  private nodes(resource: Resource, pool: ObjectValue, cluster: Resource | undefined, defaults: ObjectValue): void {
    const profile = cluster && firstOf(this.input.follow(cluster.values["network_profile"], cluster));
    const outboundType = text(this.input.follow(at(profile, "outbound_type"), resource)) ?? "loadBalancer";
    const isPublic =
      bool(this.input.follow(pool["node_public_ip_enabled"] ?? pool["enable_node_public_ip"], resource)) ?? false;
    const named = { ...resource, values: { ...pool } };
    const group = this.groups.aksGroup(resource, this.hostPorts(resource, pool));
    const asked = this.input
      .collect(named, "node_network_profile.application_security_group_ids")
      .map((id) => this.rules.applicationGroup(id, resource));
    const labels = this.input.follow(pool["node_labels"], resource);
    const own = [pool["vnet_subnet_id"], pool["pod_subnet_id"]].filter((value) => !isAbsent(value));
    const subnets = isAbsent(pool["vnet_subnet_id"])
      ? [this.defaultSubnet(cluster, defaults), ...own.map((value) => this.networks.subnet(value, resource))]
      : own.map((value) => this.networks.subnet(value, resource));
    const overlay = cluster && this.overlayOf(profile, cluster);
    for (const subnet of subnets) {
      const nodes: Attachment = {
        resource,
        kind: "node",
        // Nodes never use an address that Azure lends them: the cluster's outbound type decides.
        subnet: { ...subnet, defaultOutbound: false },
        groups: [group],
        applicationGroups: asked.filter((id) => typeof id === "string"),
        overlay,
      };
      const pods =
        overlay && this.emit({ ...nodes, id: `pods of ${this.input.id(resource)}`, kind: "interface", given: overlay });
      this.emit({
        ...nodes,
        publicity: isOpaque(isPublic) || isPublic ? "open" : "none",
        outbound: isPublic === true || outboundType === "loadBalancer" || outboundType === "managedNATGateway",
        more: { ...(pods && { overlay: pods }), ...(isObject(labels) && { labels: textEntries(labels) }) },
      });
    }
  }

  /** Addresses of a cluster's pods where they are an overlay's; undefined where pods have addresses of a subnet. */
  private overlayOf(profile: Value | undefined, cluster: Resource): AddressSet | undefined {
    const field = (name: string) => text(this.input.follow(at(profile, name), cluster));
    if (field("network_plugin_mode") !== "overlay") return undefined;
    const given = field("pod_cidr") ?? AKS_PODS;
    return isOpaque(given) ? undefined : addressOf(given);
  }

  private defaultSubnet(cluster: Resource | undefined, defaults: ObjectValue): Subnet {
    if (!cluster) return { ...NO_SUBNET, id: "unknown subnet" };
    if (!isAbsent(defaults["vnet_subnet_id"])) return this.networks.subnet(defaults["vnet_subnet_id"], cluster);
    const id = this.input.id(cluster);
    const network = { id: `${id}#vnet`, space: AKS_NETWORK.space };
    return { ...NO_SUBNET, id: `${id}#subnet`, resource: cluster, network, addresses: AKS_NETWORK.subnet };
  }

  /** Rules that AKS adds to the nodes' group for ports of the nodes themselves, from everywhere. */
  private hostPorts(resource: Resource, pool: ObjectValue): WrittenRule[] {
    const profile = firstOf(this.input.follow(pool["node_network_profile"], resource));
    return blocks(this.input.follow(at(profile, "allowed_host_ports"), resource)).map((block, index): WrittenRule => {
      const [first, last] = [number(at(block, "port_start")), number(at(block, "port_end"))];
      const protocol = text(at(block, "protocol")) ?? "TCP";
      const rule = {
        resource: resource.address,
        location: resource.location,
        priority: 500 + index,
        action: "allow",
      } as const;
      return { ...rule, ...portServices(protocol, first, last), near: EVERYONE, far: EVERYONE };
    });
  }

  /** The cluster's API: in the network of its nodes where it is private, else open to the ranges that it names. */
  private clusterApi(resource: Resource, pool: ObjectValue): void {
    const isPrivate = bool(this.input.follow(resource.values["private_cluster_enabled"], resource)) ?? false;
    const subnet = this.defaultSubnet(resource, pool);
    const profile = firstOf(this.input.follow(resource.values["api_server_access_profile"], resource));
    const isIntegrated = bool(this.input.follow(at(profile, "virtual_network_integration_enabled"), resource)) ?? false;
    if (isPrivate === true && isIntegrated === true) {
      this.emit({ resource, kind: "cluster-api", subnet: this.networks.subnet(at(profile, "subnet_id"), resource) });
      return;
    }
    if (isPrivate === true) {
      const subnetFilters = isOpaque(isIntegrated) ? undefined : false;
      this.emit({ resource, kind: "cluster-api", subnet, subnetFilters, answersOnly: true });
      return;
    }
    const ranges = at(profile, "authorized_ip_ranges") ?? resource.values["api_server_authorized_ip_ranges"];
    const written = this.input.collect({ ...resource, values: { ranges: ranges ?? null } }, "ranges");
    const cidrs = written.flatMap((range) => (typeof range === "string" ? (addressOf(range) ? [range] : []) : []));
    const open = written.length === 0;
    const rule: Rule = {
      resource: resource.address,
      location: resource.location,
      action: "allow",
      services: ServiceSet.of(6, 443),
      peers: [
        { kind: "addresses", addresses: open ? AddressSet.all : AddressSet.ofCidrs(cidrs).union(subnet.addresses) },
        ...(cidrs.length < written.length
          ? [{ kind: "unknown" as const, reason: "a range that it names is not known" }]
          : []),
      ],
    };
    const filter = listening(`${this.input.id(resource)}#authorized-ip-ranges`, "azure-aks-api", [rule]);
    this.endpoints.push({
      id: this.input.id(resource),
      kind: "cluster-api",
      location: resource.location,
      addresses: AddressSet.unionOf(
        serviceNames("AzureCloud", this.input.regionOf(resource)).map((name) => AddressSet.ofName(name)),
      ),
      groups: new Set(),
      filters: [isOpaque(isPrivate) ? { ...filter, unknown: "whether the cluster is private is not known" } : filter],
    });
  }

  // -------------------------------------------------------------- services in a subnet

  private privateEndpoint(resource: Resource): void {
    const subnet = this.networks.subnet(resource.values["subnet_id"], resource);
    const region = this.input.regionOf(resource);
    const serves = this.input
      .collect(resource, "private_service_connection.subresource_names")
      .flatMap((name) => (typeof name === "string" ? servedNames(name.toLowerCase(), region) : []));
    const given = this.input
      .collect(resource, "ip_configuration.private_ip_address")
      .map((address) => addressOf(address as Value));
    this.emit({
      resource,
      kind: "cloud-service",
      subnet,
      given:
        given.length > 0 && given.every((address) => address) ? AddressSet.unionOf(given as AddressSet[]) : undefined,
      ...this.applicationGroupsOf(this.input.id(resource)),
      subnetFilters: subnet.filtersPrivateEndpoints,
      answersOnly: true,
      more: serves.length > 0 ? { serves: [...new Set(serves)] } : {},
    });
  }

  /** Where packets of consumers come from on their way to a load balancer of the network; that they may come at all is told by who looks for offers. */
  private privateLinkService(resource: Resource): void {
    for (const subnet of this.subnetsAt(resource, "nat_ip_configuration.subnet_id")) {
      this.emit({
        resource,
        kind: "load-balancer",
        subnet,
        subnetFilters: false,
        staysInside: true,
      });
    }
  }

  private applicationGateway(resource: Resource): void {
    const isPublic = this.input.collect(resource, "frontend_ip_configuration.public_ip_address_id").length > 0;
    const ports = this.input
      .collect(resource, "frontend_port.port")
      .map((port) => listener(resource, portServices("tcp", number(port))));
    for (const subnet of this.subnetsAt(resource, "gateway_ip_configuration.subnet_id")) {
      this.emit({
        resource,
        kind: "load-balancer",
        subnet,
        publicity: isPublic ? "open" : "none",
        outbound: isPublic,
        filters: [listening(this.input.id(resource), "azure-application-gateway", ports)],
      });
    }
  }

  private bastion(resource: Resource): void {
    const isPublic = this.input.collect(resource, "ip_configuration.public_ip_address_id").length > 0;
    const https = listener(resource, portServices("tcp", 443));
    for (const subnet of this.subnetsAt(resource, "ip_configuration.subnet_id")) {
      this.emit({
        resource,
        kind: "service",
        subnet,
        publicity: isPublic ? "open" : "none",
        outbound: isPublic,
        filters: [listening(this.input.id(resource), "azure-bastion", [https])],
      });
    }
    if (isAbsent(firstOf(resource.values["ip_configuration"])))
      this.leave(resource, "a bastion of this SKU is shared, and lets public addresses in");
  }

  private service({ resource, from, path, isPublic, filters }: InSubnet): void {
    for (const subnet of this.subnetsAt(from, path)) {
      this.emit({
        resource,
        kind: "service",
        subnet,
        publicity: isPublic === false ? "none" : "open",
        outbound: isPublic !== false,
        filters: [...(filters ?? []), ...(typeof isPublic === "string" ? [doubtful(resource, isPublic)] : [])],
      });
    }
  }

  // -------------------------------------------------------------- groups that nothing is a member of

  /** Groups are judged where they are, with or without a member: as whoever may come to be one. */
  private unattached(): void {
    for (const subnet of this.networks.written()) {
      for (const group of this.groupsOfSubnet(subnet)) {
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

  // -------------------------------------------------------------- endpoints

  private emit(attachment: Attachment): Endpoint {
    const { resource, kind, subnet, overlay = AddressSet.empty, more } = attachment;
    const addresses = attachment.given ?? subnet.addresses;
    const applicationGroups = new Set(attachment.applicationGroups ?? []);
    const found = [
      ...(attachment.groups ?? []),
      ...(attachment.subnetFilters === false ? [] : this.groupsOfSubnet(subnet)),
      ...("subnetFilters" in attachment && attachment.subnetFilters === undefined
        ? [`whether the security group of its subnet filters ${resource.address} is not known`]
        : []),
    ];
    const groups = found.filter((group) => typeof group === "object");
    const reasons = found.filter((group) => typeof group === "string");
    for (const group of groups) this.used.add(group);
    const possibleGroups = this.anyones;
    const member = { addresses, groups: applicationGroups, possibleGroups, any: false };
    const place = { member, network: this.tagOf(subnet, overlay) };
    const filters = [...new Set(groups)].flatMap((group) => this.groups.filtersOf(group, place));
    const publicity = attachment.publicity ?? "none";
    const inbound = ["open", "unknown"].includes(publicity) || (publicity === "guarded" && found.length > 0);
    const space = attachment.staysInside ? subnet.network?.space : undefined;
    const routes = space
      ? { outbound: space, inbound: space }
      : withOverlay(this.routesOf(subnet, inbound, attachment.outbound ?? false), overlay);
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
        ...(!routes && !inbound && !attachment.answersOnly ? [doubtful(resource, routesMissing(subnet))] : []),
      ],
      // Whatever the routes of its subnet, what only answers at a private address is not reached from the internet.
      routes: attachment.answersOnly ? { inbound: INSIDE, ...routes, outbound: AddressSet.empty } : routes,
      ...more,
    };
    this.endpoints.push(endpoint);
    return endpoint;
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

  /** The security group of a subnet; a text says why it can't be told. */
  private groupsOfSubnet(subnet: Subnet): (NetworkSecurityGroup | string)[] {
    const named = [...(this.ofSubnet.get(subnet.id) ?? []), ...(subnet.securityGroup ? [subnet.securityGroup] : [])];
    if (named.length > 0) return named.map(({ value, from }) => this.groups.find(value, from));
    const { resource } = subnet;
    // A data source that was not read does not tell its group.
    const isTold = resource && (resource.mode === "managed" || "network_security_group_id" in resource.values);
    return isTold ? [] : [`the security group of subnet ${subnet.id} is not in the input`];
  }

  private applicationGroupsOf(id: string): Pick<Attachment, "applicationGroups"> {
    const named = this.applicationGroups.flatMap((lists) => lists.get(id) ?? []);
    const ids = named.map(({ value, from }) => this.rules.applicationGroup(value, from));
    return { applicationGroups: ids.filter((group) => typeof group === "string") };
  }

  private subnetsAt(resource: Resource, path: string): Subnet[] {
    const subnets = this.input.collect(resource, path).map((subnet) => this.networks.subnet(subnet, resource));
    return [...new Map(subnets.map((subnet) => [subnet.id, subnet])).values()];
  }

  /** The addresses of IP configurations, where all of them are given. */
  private givenAddresses(configurations: readonly Value[], from: Resource): AddressSet | undefined {
    const given = configurations.map((block) =>
      addressOf(this.input.follow(isObject(block) ? block["private_ip_address"] : undefined, from)),
    );
    return given.every((address) => address !== undefined) ? AddressSet.unionOf(given) : undefined;
  }

  private associated(type: string, of: string, to: string): ReadonlyMap<string, readonly HeldValue[]> {
    const { lists, stray, outside } = this.input.associated(type, of, to);
    for (const { value, from } of HANDING_ON.has(to) ? outside : []) {
      if (this.balancers.memberExposure(value, from).publicity !== "none")
        this.leave(from, "the network interface that it hands connections on to is not in the input: add it");
    }
    for (const association of stray) {
      this.leave(association, `what ${of} names is not in the input`);
      const group =
        to === "application_security_group_id"
          ? this.rules.applicationGroup(association.values[to] ?? null, association)
          : undefined;
      if (typeof group === "string") this.anyones.add(group);
    }
    return lists;
  }

  private leave(resource: Resource, reason: string): void {
    this.unjudged.push({ resource: resource.address, location: resource.location, reason });
  }
}

const NO_SUBNET: Omit<Subnet, "id"> = {
  network: undefined,
  addresses: ANY_ADDRESS,
  defaultOutbound: true,
  serviceEndpoints: [],
  filtersPrivateEndpoints: false,
};

/** The network carries packets of an overlay as those of its own addresses. */
function withOverlay(routes: Endpoint["routes"], overlay: AddressSet): Endpoint["routes"] {
  if (!routes || overlay.isEmpty) return routes;
  return { ...routes, outbound: routes.outbound.union(overlay), inbound: routes.inbound.union(overlay) };
}

/** What a private endpoint for a subresource serves: the service's tags, and of a service with several, the one. */
function servedNames(subresource: string, region: string | undefined): string[] {
  const tag = PRIVATE_LINKS.get(subresource)?.tag;
  if (tag === undefined) return [];
  return [...serviceNames(tag, region), ...(tag === "Storage" ? [tagName(`${tag}.${subresource}`)] : [])];
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

/** Whether the internet reaches an endpoint at all, where that is not known. */
function doubtful(resource: Resource, reason: string): Filter {
  const { address, location } = resource;
  const rule = { resource: address, location, action: "allow", services: ServiceSet.all } as const;
  const filter = listening(`public addresses of ${address}`, "azure-public-address", [
    { ...rule, peers: [{ kind: "addresses", addresses: INSIDE }] },
    { ...rule, peers: [{ kind: "unknown", reason }] },
  ]);
  return { ...filter, keptByCloud: true };
}

/** What would tell whether the internet reaches what has no public address of its own. */
const routesMissing = ({ id }: Subnet) =>
  `it has no public address, and the routes of ${id} are not in the input: add its virtual network and route table`;

function firstOf(value: Value | undefined): Value | undefined {
  return blocks(value)[0];
}

function textEntries(map: ObjectValue): Record<string, string> {
  return Object.fromEntries(
    Object.entries(map).flatMap(([key, value]) => (typeof value === "string" ? [[key, value]] : [])),
  );
}
