/**
 * Where pods resolve names: what the configuration of the input's clusters makes of it.
 *
 * GKE, "Set up NodeLocal DNSCache" (https://cloud.google.com/kubernetes-engine/docs/how-to/nodelocal-dns-cache): a
 * cache on each node, on by itself in Standard clusters since 1.34.1-gke.3720000 and in every Autopilot cluster. By
 * Dataplane V2 it is a pod that questions for kube-dns are led to. "Using Cloud DNS for GKE"
 * (https://cloud.google.com/kubernetes-engine/docs/how-to/cloud-dns): pods ask the node's metadata server, with the
 * cache on top 169.254.20.10; Autopilot has nothing else.
 *
 * AKS, "DNS resolution in AKS" (https://learn.microsoft.com/azure/aks/dns-concepts): LocalDNS, a service of the node's
 * own, is on by itself since 1.37, at 169.254.10.11 for pods. "Configure LocalDNS"
 * (https://learn.microsoft.com/azure/aks/localdns-custom): with Cilium 1.17 that address is the host's, which no block
 * of a NetworkPolicy matches, since Kubernetes 1.32.
 *
 * EKS, and every cluster that is not in the input: kube-dns, whose label all distributions share.
 */
import type { Endpoint, Resource } from "../../model";
import { AddressSet } from "../../../packets/address-set";
import { bool, field, isOpaque, text } from "../../values";
import { standIn, SYSTEM_NAMESPACE } from "./cluster-pods";
import type { Pods } from "./workloads";
import { TerraformInput } from "../terraform-input";

/** The name that paths to cluster DNS lead to. */
export const CLUSTER_DNS = "kubernetes:dns";

const LABEL = "k8s-app";

const KUBE_DNS = "kube-dns";
const NODE_LOCAL_DNS = "node-local-dns";

/** Resolvers of one cluster or of several: each must be open, for which one answers is not the pod's choice. */
export class ClusterDns {
  private constructor(
    /** Values of the label {@link LABEL} of those that are pods. */
    private readonly labels: ReadonlySet<string>,
    /** What each node has for itself: to policies one more pod, at an address, that none of them selects. */
    readonly onNodes: readonly Endpoint[],
  ) {}

  static of(resources: readonly Resource[]): ClusterDns {
    const input = TerraformInput.of(resources);
    const clusters = [
      ...clustersOf(resources, "aws_eks_cluster").map(() => ({ pods: [KUBE_DNS], onNodes: [] })),
      ...clustersOf(resources, "google_container_cluster").map((cluster) => onGoogle(cluster, input)),
      ...clustersOf(resources, "azurerm_kubernetes_cluster").map((cluster) => onAzure(cluster, input)),
    ];
    const labels = clusters.length > 0 ? clusters.flatMap(({ pods }) => pods) : [KUBE_DNS];
    const onNodes = new Map(clusters.flatMap((cluster) => cluster.onNodes.map((one) => [one.id, one] as const)));
    return new ClusterDns(new Set(labels), [...onNodes.values()]);
  }

  isResolver(pods: Pods): boolean {
    const label = labelOf(pods);
    return label !== undefined && this.labels.has(label);
  }

  /** Stand-ins of resolvers that are pods and that the input does not hold. */
  missing(written: readonly Pods[]): Pods[] {
    const there = new Set(written.map(labelOf));
    return [...this.labels].filter((label) => !there.has(label)).flatMap((label) => STAND_INS.get(label) ?? []);
  }
}

const labelOf = ({ namespace, labels }: Pods) =>
  namespace === SYSTEM_NAMESPACE ? labels.values.get(LABEL) : undefined;

/** The clusters that the input declares, else those that it looks up. */
function clustersOf(resources: readonly Resource[], type: string): readonly Resource[] {
  const found = resources.filter((resource) => resource.type === type);
  const declared = found.filter(({ mode }) => mode === "managed");
  return declared.length > 0 ? declared : found;
}

// ---------------------------------------------------------------- clouds

/** Who may answer pods of one cluster. */
interface Resolvers {
  readonly pods: readonly string[];
  readonly onNodes: readonly Endpoint[];
}

/** What is left out or not known may be either, so that both must be open. */
function onGoogle(cluster: Resource, input: TerraformInput): Resolvers {
  const read = (...path: string[]) => input.follow(field(cluster, ...path), cluster);
  const autopilot = bool(read("enable_autopilot")) ?? false;
  const cache = autopilot === true ? true : bool(read("addons_config", "dns_cache_config", "enabled"));
  const provider = text(read("dns_config", "cluster_dns")) ?? (cluster.mode === "managed" ? "" : undefined);
  const byDefault = provider === "" || provider === "PROVIDER_UNSPECIFIED" || provider === "PLATFORM_DEFAULT";
  const isCloud = byDefault ? autopilot : provider === "CLOUD_DNS" || (provider === "KUBE_DNS" ? false : undefined);
  return {
    pods: [...(isCloud === true ? [] : [KUBE_DNS]), ...(cache === false ? [] : [NODE_LOCAL_DNS])],
    onNodes: [
      ...(isCloud === false ? [] : [onNode(cluster, "169.254.169.254")]),
      ...(isCloud === false || cache === false ? [] : [onNode(cluster, "169.254.20.10")]),
    ],
  };
}

/** The first minor version in which AKS turns LocalDNS on by itself. */
const LOCAL_DNS = 37;
/** Channels that go to newer minor versions. */
const RAISES_MINOR = new Set(["stable", "rapid"]);

/** The provider has no field for LocalDNS: what the version brings holds. */
function onAzure(cluster: Resource, input: TerraformInput): Resolvers {
  const read = (name: string) => text(input.follow(field(cluster, name), cluster));
  const version = read("kubernetes_version");
  const minor = typeof version === "string" ? /^1\.(\d+)(\.|$)/.exec(version)?.[1] : undefined;
  const channel = read("automatic_upgrade_channel") ?? "none";
  const stays = minor !== undefined && Number(minor) < LOCAL_DNS && !isOpaque(channel) && !RAISES_MINOR.has(channel);
  return {
    pods: [KUBE_DNS],
    onNodes: stays ? [] : [onNode(cluster, "169.254.10.11", AddressSet.ofName("the pod's own node"))],
  };
}

/** @param addresses as a policy's blocks match them; default: the address itself */
function onNode({ location }: Resource, address: string, addresses = AddressSet.ofCidr(address)): Endpoint {
  return {
    id: `node/${address}`,
    kind: "pod",
    location,
    addresses,
    groups: new Set(),
    filters: [],
    isStandIn: true,
    serves: [CLUSTER_DNS],
  };
}

// ---------------------------------------------------------------- stand-ins

const PORTS = [
  { name: "dns", protocol: "UDP", port: 53 },
  { name: "dns-tcp", protocol: "TCP", port: 53 },
];

/** Resolvers of the cluster's own. */
const STAND_INS = new Map([KUBE_DNS, NODE_LOCAL_DNS].map((label) => [label, standIn(label, [LABEL, label], PORTS)]));
