/**
 * AKS: nodes, pods and the cluster's API.
 *
 * Microsoft, "Use managed network security groups in AKS"
 * (https://learn.microsoft.com/azure/aks/concepts-network): AKS puts a group of its own on the interfaces of its nodes;
 * what a Service of type LoadBalancer adds to it is judged where the Service is. "Customize cluster egress with outbound
 * types" (https://learn.microsoft.com/azure/aks/egress-outboundtype): how nodes get out. "Azure CNI Overlay networking in
 * AKS" (https://learn.microsoft.com/azure/aks/concepts-network-azure-cni-overlay): pods' packets carry their overlay
 * addresses between the nodes of a cluster, where security groups judge them, and the node's address everywhere else.
 * "API Server VNet Integration" (https://learn.microsoft.com/azure/aks/api-server-vnet-integration): the Kubernetes API
 * answers at a delegated subnet, whose group judges it, and opens connections to nodes from there.
 */
import { AddressSet } from "../../../../packets/address-set";
import { ServiceSet } from "../../../../packets/service-set";
import type { Resource, Rule, Value } from "../../../model";
import {
  at,
  blocks,
  bool,
  firstOf,
  isObject,
  isOpaque,
  number,
  text,
  textEntries,
  whyOpaque,
  type ObjectValue,
  type Opaque,
} from "../../../values";
import type { UnjudgedResources } from "../../unjudged-resources";
import { listening, portServices } from "../listening";
import { addressOf, isAbsent, type AzureInput } from "../input";
import { publicIf } from "../../publicity";
import { exposureIf, HIDDEN, perhaps, together, type Exposure } from "./exposure";
import { ANY_ADDRESS, type AzureNetworks, type Subnet } from "../network";
import type { NetworkSecurityGroups } from "../nsg";
import { EVERYONE, type SecurityRules, type WrittenRule } from "../security-rule";
import { serviceNames } from "../service-tags";
import type { Attachment, Attachments } from "./attachments";

/** Parts of a cluster that put a load balancer in front of it. */
const OPENING_ADDONS = [
  "http_application_routing_enabled",
  "ingress_application_gateway",
  "service_mesh_profile",
  "web_app_routing",
];

/** What AKS gives to pods of an overlay that names no block. */
const AKS_PODS = "10.244.0.0/16";

/** AKS makes a network of these addresses for a cluster that names no subnet. */
const AKS_NETWORK = { space: AddressSet.ofCidr("10.224.0.0/12"), subnet: AddressSet.ofCidr("10.224.0.0/16") };

const NO_SUBNET: Omit<Subnet, "id"> = {
  network: undefined,
  addresses: ANY_ADDRESS,
  defaultOutbound: true,
  serviceEndpoints: [],
  filtersPrivateEndpoints: false,
};

export class Clusters {
  constructor(
    private readonly input: AzureInput,
    private readonly networks: AzureNetworks,
    private readonly rules: SecurityRules,
    private readonly groups: NetworkSecurityGroups,
    private readonly attachments: Attachments,
    private readonly unjudged: UnjudgedResources,
  ) {}

  add(): void {
    for (const resource of this.input.managed("azurerm_kubernetes_cluster")) this.cluster(resource);
    for (const resource of this.input.managed("azurerm_kubernetes_cluster_node_pool")) this.nodePool(resource);
  }

  private cluster(resource: Resource): void {
    const pool = firstOf(this.input.follow(resource.values["default_node_pool"], resource));
    if (isObject(pool)) this.nodes(resource, pool, resource, pool);
    else this.unjudged.leave(resource, "its default node pool is not known");
    const podCidr = at(firstOf(this.input.follow(resource.values["network_profile"], resource)), "pod_cidr");
    if (!isAbsent(podCidr) && !addressOf(this.input.follow(podCidr, resource)))
      this.unjudged.leave(resource, "the addresses of its pods are not known");
    this.clusterApi(resource, isObject(pool) ? pool : {});
    for (const addon of OPENING_ADDONS) {
      const isOff = bool(firstOf(resource.values[addon])) === false;
      if (!isOff && !isAbsent(firstOf(resource.values[addon])))
        this.unjudged.leave(resource, `${addon} opens a way in that is not in the input`);
    }
  }

  private nodePool(resource: Resource): void {
    const target = this.input.find(resource.values["kubernetes_cluster_id"], resource, "cluster");
    const cluster =
      target.kind === "resource" && target.resource.type === "azurerm_kubernetes_cluster" ? target.resource : undefined;
    const pool = cluster && firstOf(this.input.follow(cluster.values["default_node_pool"], cluster));
    if (!cluster) this.unjudged.leave(resource, "the cluster that it belongs to is not in the input");
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
        overlay &&
        this.attachments.add({ ...nodes, id: `pods of ${this.input.id(resource)}`, kind: "interface", given: overlay });
      this.attachments.add({
        ...nodes,
        exposure: together([exposureIf(publicIf(isPublic)), outboundExposure(outboundType)]),
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
      this.attachments.add({
        resource,
        kind: "cluster-api",
        subnet: this.networks.subnet(at(profile, "subnet_id"), resource),
      });
      return;
    }
    if (isPrivate === true) {
      const subnetFilters = isOpaque(isIntegrated) ? undefined : false;
      this.attachments.add({ resource, kind: "cluster-api", subnet, subnetFilters, answersOnly: true });
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
      ...(isOpaque(isPrivate) && { unknown: `whether it is private is not known: ${whyOpaque(isPrivate)}` }),
      peers: [
        { kind: "addresses", addresses: open ? AddressSet.all : AddressSet.ofCidrs(cidrs).union(subnet.addresses) },
        ...(cidrs.length < written.length
          ? [{ kind: "unknown" as const, reason: "a range that it names is not known" }]
          : []),
      ],
    };
    const filter = listening(`${this.input.id(resource)}#authorized-ip-ranges`, "azure-aks-api", [rule]);
    this.attachments.endpoints.push({
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
}

/** How nodes go out by their cluster's outbound type. */
function outboundExposure(type: string | Opaque): Exposure {
  if (isOpaque(type)) return perhaps(GOES_OUT, `the outbound type is not known: ${whyOpaque(type)}`);
  return type === "loadBalancer" || type === "managedNATGateway" ? GOES_OUT : HIDDEN;
}

const GOES_OUT: Exposure = { publicity: "none", outbound: true };
