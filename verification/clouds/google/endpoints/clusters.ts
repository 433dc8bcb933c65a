/**
 * GKE clusters: their control planes, their nodes, and the firewall rules that GKE makes for them.
 *
 * Google Kubernetes Engine, "Automatically created firewall rules"
 * (https://cloud.google.com/kubernetes-engine/docs/concepts/firewall-rules): a cluster lets its control plane reach the
 * nodes' kubelet, and nodes and pods each other, and closes the kubelet's read-only port to all others. "About network
 * isolation" (https://cloud.google.com/kubernetes-engine/docs/concepts/network-isolation) and "Authorized networks"
 * (https://cloud.google.com/kubernetes-engine/docs/how-to/authorized-networks): private nodes have no external address;
 * at the public endpoint everyone connects, or the authorized networks alone where there are any, and then machines of
 * Google Cloud too unless that is switched off; the DNS endpoint asks for credentials and not for addresses.
 */
import type { Endpoint, Peer, Resource, Rule, Unjudged, Value } from "../../../model";
import { AddressSet } from "../../../../packets/address-set";
import { ServiceSet } from "../../../../packets/service-set";
import { at, bool, isObject, isOpaque, text, textEntries, type ObjectValue } from "../../../values";
import { publicIf, unlessPrivate, type Publicity } from "../../publicity";
import { isAbsent } from "../../terraform-input";
import type { Interface, Written } from "./interfaces";
import type { VpcFirewall } from "../firewall";
import { reasonOf, type GoogleInput } from "../input";
import { ANY_ADDRESS, ANY_V4, PRIVATE, type Network, type Networks, type Subnet } from "../network";
import type { Routes } from "../routes";
import { ANYWHERE, groupOf, listening, traitKey, unknownPeer, type RuleParts } from "../rules";

/** Nodes that are alike. */
export interface NodePool {
  /** Where they are written: the pool, or the cluster. */
  readonly resource: Resource;
  readonly face: Interface;
  readonly written: Written;
  /** What GKE's own rules know the cluster's nodes by. */
  readonly trait: string;
  readonly labels: Record<string, string> | undefined;
}

const TCP = 6;
const UDP = 17;
const GKE_PRIORITY = 1000;

/** What GKE lets the control plane open at nodes: metrics-server and kubelet. */
const KUBELET = ServiceSet.unionOf([443, 10250].map((port) => ServiceSet.of(TCP, port)));
const KUBELET_READ_ONLY = ServiceSet.of(TCP, 10255);
const API = ServiceSet.of(TCP, 443);
const KONNECTIVITY = ServiceSet.of(TCP, 8132);
/** What it lets nodes open: TCP, UDP, ICMP. */
const NODE_SERVICES = ServiceSet.unionOf([
  ServiceSet.of(TCP, 1, 65535),
  ServiceSet.of(UDP, 1, 65535),
  ServiceSet.of(1),
]);
/** What it lets pods open: TCP, UDP, SCTP, ICMP, ESP, AH. */
const POD_SERVICES = ServiceSet.unionOf([TCP, UDP, 132, 1, 50, 51].map((protocol) => ServiceSet.of(protocol)));

export class Clusters {
  readonly unjudged: Unjudged[] = [];
  /** Number of rules that GKE makes. */
  rules = 0;

  constructor(
    private readonly input: GoogleInput,
    private readonly networks: Networks,
    private readonly parts: RuleParts,
    private readonly routes: Routes,
    vpc: VpcFirewall,
  ) {
    for (const cluster of this.all()) this.addRules(cluster, vpc);
  }

  controlPlanes(): Endpoint[] {
    return this.all().flatMap((cluster) => [this.controlPlane(cluster), ...this.frontEnd(cluster)]);
  }

  pools(): NodePool[] {
    const apart = this.input.managed("google_container_node_pool").flatMap((resource) => {
      const target = this.input.named(resource.values["cluster"], resource, "google_container_cluster");
      if (target.kind === "resource" && target.resource.type === "google_container_cluster") {
        return [this.pool(resource, target.resource, resource.values)];
      }
      this.leave(resource, "the cluster, whose network its nodes are in, is not in the input");
      return [];
    });
    return [...this.all().flatMap((cluster) => this.inlinePools(cluster)), ...apart];
  }

  private all(): Resource[] {
    return this.input.managed("google_container_cluster");
  }

  // -------------------------------------------------------------- nodes

  private inlinePools(cluster: Resource): NodePool[] {
    const { values } = cluster;
    const isOn = (value: Value | undefined) => (bool(this.input.follow(value, cluster)) ?? false) !== false;
    const autopilot = isOn(values["enable_autopilot"]);
    const provisions = isOn(at(values["cluster_autoscaling"], "enabled"));
    const auto = autopilot || provisions ? [this.provisioned(cluster)] : [];
    if (autopilot || bool(this.input.follow(values["remove_default_node_pool"], cluster)) === true) return auto;
    const written = this.parts.elements(values["node_pool"], cluster);
    const pools = written.flatMap((pool) => {
      if (isObject(pool)) return [this.pool(cluster, cluster, pool)];
      this.leave(cluster, `a node pool is not known: ${reasonOf(pool, "not readable")}`);
      return [];
    });
    return [...auto, ...(written.length > 0 ? pools : [this.pool(cluster, cluster, values)])];
  }

  /** Nodes that GKE adds by itself. */
  private provisioned(cluster: Resource): NodePool {
    const config = cluster.values["node_pool_auto_config"];
    return this.nodes(cluster, cluster, undefined, {
      resource: cluster,
      tags: this.parts.elements(at(config, "network_tags", "tags"), cluster),
      account: at(cluster.values["cluster_autoscaling"], "auto_provisioning_defaults", "service_account"),
      secureTags: at(config, "resource_manager_tags"),
    });
  }

  /** @param values hold `node_config` and `network_config` of the nodes */
  private pool(resource: Resource, cluster: Resource, values: ObjectValue): NodePool {
    const config = values["node_config"];
    const labels = this.input.follow(at(config, "labels"), resource);
    const written: Written = {
      resource,
      tags: this.parts.elements(at(config, "tags"), resource),
      account: at(config, "service_account"),
      secureTags: at(config, "resource_manager_tags"),
    };
    const own = at(values["network_config"], "enable_private_nodes");
    return this.nodes(resource, cluster, own, written, isObject(labels) ? textEntries(labels) : undefined);
  }

  private nodes(
    resource: Resource,
    cluster: Resource,
    isPrivate: Value | undefined,
    written: Written,
    labels?: Record<string, string>,
  ): NodePool {
    const { network, subnet } = this.place(cluster);
    const stack = text(this.input.follow(at(cluster.values["ip_allocation_policy"], "stack_type"), cluster));
    const hasV6 = stack !== undefined && stack !== "IPV4";
    const face: Interface = {
      network,
      subnet,
      v4: AddressSet.unionOf([subnet.v4, ...this.podRanges(cluster, subnet)]),
      v6: hasV6 ? subnet.v6 : AddressSet.empty,
      externalV4: this.hasExternal(isPrivate, cluster),
      externalV6: hasV6 && this.networks.givesExternalV6(subnet),
    };
    return { resource, face, written, trait: this.trait(cluster), labels };
  }

  /** Whether nodes have external addresses: the pool's own word goes before the cluster's. */
  private hasExternal(own: Value | undefined, cluster: Resource): Publicity {
    const words = [own, at(cluster.values["private_cluster_config"], "enable_private_nodes")];
    const isPrivate = words
      .map((word) => bool(this.input.follow(word, cluster)))
      .find((answer) => answer !== undefined);
    return typeof isPrivate === "boolean" ? !isPrivate : publicIf(isPrivate ?? true);
  }

  private trait(cluster: Resource): string {
    return traitKey("tag", `${this.input.id(cluster)}#nodes`);
  }

  private place(cluster: Resource): { readonly network: Network | undefined; readonly subnet: Subnet } {
    return this.networks.place(cluster.values["network"], cluster.values["subnetwork"], cluster);
  }

  // -------------------------------------------------------------- rules

  /** Rules that GKE makes, as rules of the network that target the cluster's nodes. */
  private addRules(cluster: Resource, vpc: VpcFirewall): void {
    const { network, subnet } = this.place(cluster);
    if (!network) return;
    const known = (addresses: readonly AddressSet[]): Peer[] =>
      addresses.filter((each) => !each.isEmpty).map((each) => ({ kind: "addresses", addresses: each }));
    const members: Peer = { kind: "group", id: groupOf(network, this.trait(cluster)) };
    const nodes = [members, ...known(subnet.v4.equals(ANY_V4) ? [] : [subnet.v4])];
    const ranges = known(this.podRanges(cluster, subnet));
    const pods = ranges.length > 0 ? ranges : [members];
    const plane: Peer[] = [{ kind: "group", id: this.planeGroup(cluster) }, ...known(this.masterBlock(cluster))];
    const rules: readonly (readonly [number, Rule["action"], ServiceSet, readonly Peer[]])[] = [
      [GKE_PRIORITY, "allow", KUBELET, plane],
      [GKE_PRIORITY, "allow", NODE_SERVICES, nodes],
      [GKE_PRIORITY, "allow", POD_SERVICES, pods],
      [GKE_PRIORITY - 1, "allow", KUBELET_READ_ONLY, [...nodes, ...pods]],
      [GKE_PRIORITY, "deny", KUBELET_READ_ONLY, ANYWHERE],
    ];
    for (const [priority, action, services, peers] of rules) {
      this.rules++;
      const rule: Rule = { resource: `${cluster.address}#gke`, location: cluster.location, action, services, peers };
      const targets = { traits: [this.trait(cluster)] };
      vpc.book(network).add({ direction: "inbound", priority, rule, targets });
    }
  }

  /** Ranges of a cluster's pods, as far as they are known. */
  private podRanges(cluster: Resource, subnet: Subnet): AddressSet[] {
    const policy = cluster.values["ip_allocation_policy"];
    const written = [cluster.values["cluster_ipv4_cidr"], at(policy, "cluster_ipv4_cidr_block")];
    const name = text(this.input.follow(at(policy, "cluster_secondary_range_name"), cluster));
    const named = isAbsent(name) ? [] : [this.networks.secondary(subnet, name)];
    return [...written.flatMap((cidr) => this.networks.block(cidr, cluster) ?? []), ...named];
  }

  private masterBlock(cluster: Resource): AddressSet[] {
    const written = at(cluster.values["private_cluster_config"], "master_ipv4_cidr_block");
    const block = this.networks.block(written, cluster);
    return block ? [block] : [];
  }

  // -------------------------------------------------------------- control planes

  private planeGroup(cluster: Resource): string {
    return `${this.input.id(cluster)}#control-plane`;
  }

  private controlPlane(cluster: Resource): Endpoint {
    const { values } = cluster;
    const { network, subnet } = this.place(cluster);
    const isPublic = this.answersInPublic(cluster);
    const mayBePublic = isPublic !== false;
    const enforced = at(values["master_authorized_networks_config"], "private_endpoint_enforcement_enabled");
    const isEnforced = bool(this.input.follow(enforced, cluster)) === true;
    const members = AddressSet.unionOf([subnet.v4, ...this.podRanges(cluster, subnet)]);
    // Where the subnet is not known, nor are its members.
    const own = subnet.v4.equals(ANY_V4) ? this.routes.inside(network) : members;
    const peers: Peer[] = [{ kind: "addresses", addresses: isEnforced ? own : this.routes.inside(network) }];
    if (mayBePublic || isEnforced) peers.push(...this.authorized(cluster, mayBePublic));
    // It opens connections to nodes and pods only.
    const led = (open: boolean) => ({ outbound: own, inbound: open ? AddressSet.all : this.routes.inside(network) });
    return {
      id: this.input.id(cluster),
      kind: "cluster-api",
      location: cluster.location,
      addresses: mayBePublic ? ANY_ADDRESS : privateAddresses(cluster, this.networks),
      groups: new Set([this.planeGroup(cluster)]),
      network: network?.id,
      filters: [
        listening(cluster, [
          { services: API, from: peers },
          { services: KONNECTIVITY, from: [{ kind: "addresses", addresses: own }] },
        ]),
      ],
      routes:
        typeof isPublic === "string"
          ? unlessPrivate(led(true), led(isEnforced), isPublic)
          : led(isPublic || isEnforced),
    };
  }

  /** Either argument takes the public address away: https://cloud.google.com/kubernetes-engine/docs/concepts/network-isolation */
  private answersInPublic(cluster: Resource): Publicity {
    const read = (...path: readonly string[]) => bool(this.input.follow(at(cluster.values, ...path), cluster));
    const closes = read("private_cluster_config", "enable_private_endpoint");
    const opens = read("control_plane_endpoints_config", "ip_endpoints_config", "enabled");
    if (closes === true || opens === false) return false;
    return publicIf([closes, opens].find(isOpaque) ?? true);
  }

  /** Google's own front end, which a cluster's DNS endpoint leads to, where that answers whoever has a permission. */
  private frontEnd(cluster: Resource): Endpoint[] {
    const config = at(cluster.values["control_plane_endpoints_config"], "dns_endpoint_config");
    const isOpen = bool(this.input.follow(at(config, "allow_external_traffic"), cluster)) ?? false;
    if (isOpen === false) return [];
    const from = isOpen === true ? ANYWHERE : [unknownPeer("whether its DNS endpoint is open is not known")];
    return [
      {
        id: this.input.id(cluster),
        kind: "load-balancer",
        location: cluster.location,
        addresses: ANY_ADDRESS,
        groups: new Set(),
        filters: [listening(cluster, [{ services: API, from }])],
        // It only answers.
        routes: { outbound: AddressSet.empty, inbound: AddressSet.all },
      },
    ];
  }

  private authorized(cluster: Resource, isPublic: boolean): readonly Peer[] {
    const [config] = this.parts.elements(cluster.values["master_authorized_networks_config"], cluster);
    if (config === undefined) return ANYWHERE;
    if (!isObject(config)) return [unknownPeer(reasonOf(config, "its authorized networks are not known"))];
    const blocks = this.parts.elements(config["cidr_blocks"], cluster).map((block) => at(block, "cidr_block") ?? block);
    const google = bool(this.input.follow(config["gcp_public_cidrs_access_enabled"], cluster));
    return [
      ...this.parts.addressPeers(blocks, cluster),
      ...(google === false || !isPublic
        ? []
        : [unknownPeer("public addresses of machines in Google Cloud are not in the input")]),
    ];
  }

  private leave(resource: Resource, reason: string): void {
    this.unjudged.push({ resource: resource.address, location: resource.location, reason });
  }
}

/** Where a cluster's private endpoint has its address. */
export function privateAddresses(cluster: Resource, networks: Networks): AddressSet {
  const config = cluster.values["private_cluster_config"];
  const block = networks.block(at(config, "master_ipv4_cidr_block"), cluster);
  if (block) return block;
  const given = at(config, "private_endpoint_subnetwork");
  const { subnet } = networks.place(cluster.values["network"], given ?? cluster.values["subnetwork"], cluster);
  return subnet.v4.equals(ANY_V4) ? PRIVATE : subnet.v4;
}
