import { ComputeFirewall, type ComputeFirewallConfig } from "@cdktf/provider-google/lib/compute-firewall";
import { HTTPS_PORT, TUNNEL_PORT, type Egress } from "../../config/egress";
import type { AddressPlan } from "../../config/google/address-plan";
import { Construct, type TerraformResource } from "../../framework";
import { RESTRICTED_APIS } from "./cloud-endpoints";

/** What nodes may open connections to, beside the deployment itself. Blocks are CIDRs, ports numbers of TCP. */
export interface EgressFirewallProps {
  /** The deployment's name: prefix of the rules' names and of the nodes' tag. */
  readonly name: string;
  /** `projects/PROJECT/global/networks/NAME`, which the rules are of. */
  readonly networkId: string;
  /** Id of the network's project, which its rules lie in. */
  readonly networkProject: string;
  /** Blocks of nodes, pods and the Kubernetes API's address. */
  readonly addresses: Pick<AddressPlan, "nodes" | "pods" | "cluster">;
  /** What nodes may reach outside. */
  readonly egress: Egress;
  /** Whether others use the network too: then nothing is refused to machines other than nodes. */
  readonly isShared: boolean;
  /** Block of those who connect to the proxies in front of the Kubernetes API, for BYOC. Default: there are none. */
  readonly consumers?: string | undefined;
  /** What has these blocks: where it can't change to others, no rule leaves those that are in use. Default: none. */
  readonly dependsOn?: readonly TerraformResource[];
}

/** Every address of both families; a rule takes one family, and one without addresses means IPv4 alone. */
const EVERYWHERE = { ipv4: "0.0.0.0/0", ipv6: "::/0" };

/** Where rules of ours decide: allows before denies, and denies just before what Google implies at 65535. */
const ALLOW = 1000;
const DENY = 65534;

/** Where the Kubernetes API calls in: kubelets on 10250, and admission webhooks on the ports that they usually take. */
const API_TO_NODE_PORTS = [443, 4443, 6443, 8443, 9443, 10250];
/** The API itself, and the tunnel in which GKE's konnectivity agents bring its calls to pods. */
const NODE_TO_API_PORTS = [443, 8132];

/** Protocols with ports, or all. */
type Ports = Partial<Record<"tcp" | "udp", readonly number[]>> | "all";

const HTTPS: Ports = { tcp: [HTTPS_PORT] };
/** Where Google's health checks of internal load balancers come from: https://cloud.google.com/load-balancing/docs/health-checks */
const HEALTH_CHECKS = ["35.191.0.0/16", "130.211.0.0/22"];

/**
 * Firewall rules of the data plane: nothing enters from outside, and nodes reach Cloudflare, the given control-plane
 * blocks and Google's APIs only. Document: "Outbound-only model", "Egress configuration".
 *
 * Every rule that lets something pass is for machines with the node tag, which nodes must carry; what no rule lets pass
 * is refused, and logged, in both directions and families. Google by itself would let everything out. In a shared
 * network the customer's own rules count for nodes too.
 *
 * Rules let the answers of an open connection pass, and never filter Google's DNS, time and metadata services on each
 * machine's own 169.254.169.254. GKE adds rules of its own, which admit the cluster's own ranges alone.
 */
export class EgressFirewall extends Construct {
  /** Network tag of the nodes. */
  readonly nodeTag: string;
  /** Network tag of the proxies in front of the Kubernetes API. */
  readonly proxyTag: string;
  /** Every rule, for what must not start before it. */
  readonly all: readonly TerraformResource[];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: EgressFirewallProps,
  ) {
    super(scope, id);
    const { name, addresses, egress } = props;
    const { nodes, pods, cluster } = addresses;
    this.nodeTag = `${name}-node`;
    this.proxyTag = `${name}-proxy`;
    const tunnel = Object.fromEntries(egress.tunnelProtocols.map((protocol) => [protocol, [TUNNEL_PORT]]));
    this.all = [
      this.permit("nodes", "Between nodes and pods", [nodes, pods], "all"),
      this.admit("nodes", "Between nodes and pods", [nodes, pods], "all"),
      this.permit("cluster", "Nodes and pods to the Kubernetes API", [cluster], { tcp: NODE_TO_API_PORTS }),
      this.admit("cluster", "Kubernetes API to kubelets and webhooks", [cluster], { tcp: API_TO_NODE_PORTS }),
      this.permit("google-apis", "Nodes and pods to Google's APIs", [RESTRICTED_APIS], HTTPS),
      this.permit("cloudflare", "gRPC to the control plane at Cloudflare", egress.https.ipv4, HTTPS),
      this.permit("tunnel-edge", "Cloudflare Tunnel", egress.tunnel.ipv4, tunnel),
      this.permit("control-plane", "gRPC to the control plane", egress.controlPlane.ipv4, HTTPS),
      ...this.ofProxies(),
      ...Object.entries(EVERYWHERE).flatMap(([family, block]) => [
        this.refuse(`${family}-out`, { direction: "EGRESS", destinationRanges: [block] }),
        this.refuse(`${family}-in`, { direction: "INGRESS", sourceRanges: [block] }),
      ]),
    ].filter((rule) => rule !== undefined);
  }

  /** Proxies are for those who connect, and for the API alone. */
  private ofProxies(): (TerraformResource | undefined)[] {
    const { consumers, addresses } = this.props;
    if (consumers === undefined) return [];
    const tag = this.proxyTag;
    return [
      this.permit("cluster-from-proxies", "Proxies to the Kubernetes API", [addresses.cluster], HTTPS, tag),
      this.admit("consumers", "Private management connection to the proxies", [consumers], HTTPS, tag),
      this.admit("health-checks", "Google's health checks of the proxies", HEALTH_CHECKS, HTTPS, tag),
    ];
  }

  /** Lets nodes out to `blocks`. Without any there is no rule: Google would take it for one to everywhere. */
  private permit(
    label: string,
    description: string,
    blocks: readonly string[],
    services: Ports,
    tag = this.nodeTag,
  ): TerraformResource | undefined {
    if (blocks.length === 0) return undefined;
    return this.rule(`to-${label}`, {
      description,
      direction: "EGRESS",
      priority: ALLOW,
      targetTags: [tag],
      destinationRanges: [...blocks],
      allow: blocksOf(services),
    });
  }

  /** Lets `blocks` in to nodes. */
  private admit(
    label: string,
    description: string,
    blocks: readonly string[],
    services: Ports,
    tag = this.nodeTag,
  ): TerraformResource {
    return this.rule(`from-${label}`, {
      description,
      direction: "INGRESS",
      priority: ALLOW,
      targetTags: [tag],
      sourceRanges: [...blocks],
      allow: blocksOf(services),
    });
  }

  private refuse(label: string, way: Partial<ComputeFirewallConfig>): TerraformResource {
    return this.rule(`deny-${label}`, {
      ...way,
      description: "Whatever no other rule lets pass",
      priority: DENY,
      ...(this.props.isShared && {
        targetTags: [this.nodeTag, ...(this.props.consumers === undefined ? [] : [this.proxyTag])],
      }),
      deny: blocksOf("all"),
      logConfig: { metadata: "INCLUDE_ALL_METADATA" },
    });
  }

  private rule(label: string, config: Omit<ComputeFirewallConfig, "name" | "project" | "network">): TerraformResource {
    const { name, networkId: network, networkProject: project, dependsOn } = this.props;
    return new ComputeFirewall(this, label, {
      name: `${name}-${label}`,
      project,
      network,
      ...config,
      ...(dependsOn?.length && { dependsOn: [...dependsOn] }),
    });
  }
}

const blocksOf = (services: Ports) =>
  services === "all"
    ? [{ protocol: "all" }]
    : Object.entries(services).map(([protocol, ports]) => ({ protocol, ports: ports.map(String) }));
