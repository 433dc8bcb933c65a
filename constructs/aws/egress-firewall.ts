import { DataAwsPrefixList } from "@cdktf/provider-aws/lib/data-aws-prefix-list";
import { Ec2ManagedPrefixList } from "@cdktf/provider-aws/lib/ec2-managed-prefix-list";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import {
  VpcSecurityGroupEgressRule,
  type VpcSecurityGroupEgressRuleConfig,
} from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import type { GivenEndpoints } from "../../config/aws/endpoints";
import { HTTPS_PORT, TUNNEL_PORT, type Egress } from "../../config/egress";
import { Construct, type TerraformResource } from "../../framework";
import { serviceName } from "../../config/aws/names";

/** What nodes may open connections to, beside the deployment itself. Blocks are CIDRs, ports numbers of TCP. */
export interface EgressFirewallProps {
  /** The deployment's name: prefix of the groups' and lists' names. */
  readonly name: string;
  /** VPC of the security groups. */
  readonly vpcId: string;
  /** The cloud's region, e.g. `us-east-2`. */
  readonly region: string;
  /** What nodes may reach outside. */
  readonly egress: Egress;
  /** Groups of others (a bastion's, a runner's) that may reach the Kubernetes API and the VPC endpoints on TCP 443. */
  readonly accessFromSecurityGroups: readonly string[];
  /** Private blocks that may reach the Kubernetes API on TCP 443. Default: none. */
  readonly accessFromCidrs?: readonly string[];
  /** Further private destinations of nodes and pods. Default: none. */
  readonly allowances?: readonly EgressAllowance[];
  /** VPC endpoints that are not made here. Default: none. */
  readonly givenEndpoints?: readonly Omit<GivenEndpoints, "services">[];
  /** Who besides the nodes uses the VPC endpoints that are made here. Default: nobody. */
  readonly endpointsAdmit?: {
    /** Ids of security groups, whose members may connect on TCP 443. */
    readonly securityGroups: readonly string[];
    /** IPv4 blocks (CIDRs) that may connect on TCP 443. */
    readonly cidrs: readonly string[];
  };
}

/** A private destination that a deployment names. */
export interface EgressAllowance {
  /** Unique among the allowances: ids of its rules in the stack come from it. */
  readonly name: string;
  /** IPv4 blocks (CIDRs), at least one. */
  readonly cidrs: readonly string[];
  /** TCP ports. */
  readonly ports: readonly number[];
  /** Name and reason, as a tag takes them. */
  readonly purpose: string;
}

/** One protocol and port; `undefined` where one is asked for stands for all. */
interface Service {
  readonly protocol: "tcp" | "udp";
  readonly port: number;
}

const HTTPS: Service = { protocol: "tcp", port: HTTPS_PORT };

/**
 * Where the Kubernetes API calls in: kubelets on 10250, EKS's metrics-server on 10251, and admission webhooks on the
 * ports that they usually take.
 */
const API_TO_NODE_PORTS = [443, 4443, 6443, 8443, 9443, 10250, 10251];

type Family = "ipv4" | "ipv6";

/** A group, and the short name that ids of its rules carry. */
interface Group {
  readonly id: string;
  readonly label: string;
}

/** The far side of an egress rule. */
type Destination = Pick<
  VpcSecurityGroupEgressRuleConfig,
  "referencedSecurityGroupId" | "prefixListId" | "cidrIpv4" | "cidrIpv6"
>;

/**
 * Security groups of the data plane: nothing enters from any address but private ones that a deployment names, and nodes
 * reach Cloudflare, the given control-plane blocks and the cloud's own services only. Document: "Outbound-only model", "Egress configuration".
 *
 * Inside, groups name each other and never a block, so that no address can pose as a member. Nodes must carry the node
 * group and no other: EKS's own cluster group, which reaches everywhere, stays off them by their launch template.
 *
 * Security groups let the answers of an open connection pass, and never filter Amazon's DNS, instance metadata and
 * time services.
 */
export class EgressFirewall extends Construct {
  /** Nodes and the pods on them. */
  readonly nodeSecurityGroupId: string;
  /** The Kubernetes API's addresses in the VPC. */
  readonly clusterSecurityGroupId: string;
  /** VPC endpoints of the cloud's services. */
  readonly endpointSecurityGroupId: string;
  /** Every rule, for what needs open paths as long as it is there: nodes that drain, and the API that drains them. */
  readonly rules: readonly TerraformResource[];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: EgressFirewallProps,
  ) {
    super(scope, id);
    const nodes = this.group("nodes", "Nodes and pods of the data plane");
    const cluster = this.group("cluster", "Kubernetes API of the data plane");
    const endpoints = this.group("endpoints", "VPC endpoints of the data plane");
    this.nodeSecurityGroupId = nodes.id;
    this.clusterSecurityGroupId = cluster.id;
    this.endpointSecurityGroupId = endpoints.id;

    this.connect(nodes, nodes, undefined, "Between nodes and pods");
    this.connect(nodes, cluster, HTTPS, "Nodes and pods to the Kubernetes API");
    this.connect(nodes, endpoints, HTTPS, "Nodes and pods to VPC endpoints");
    for (const port of API_TO_NODE_PORTS) {
      this.connect(cluster, nodes, { protocol: "tcp", port }, "Kubernetes API to kubelets and webhooks");
    }
    for (const groupId of props.accessFromSecurityGroups) {
      this.admit(cluster, { id: groupId, label: groupId }, HTTPS, "Given group to the Kubernetes API");
    }
    for (const cidr of props.accessFromCidrs ?? []) {
      this.admitBlock(cluster, cidr, HTTPS, "Given block to the Kubernetes API");
    }
    const { securityGroups, cidrs } = props.endpointsAdmit ?? { securityGroups: [], cidrs: [] };
    // The endpoints' private DNS holds for the whole network: without this, its members could not call AWS.
    for (const groupId of new Set([...props.accessFromSecurityGroups, ...securityGroups])) {
      this.admit(endpoints, { id: groupId, label: groupId }, HTTPS, "Given group to VPC endpoints");
    }
    for (const cidr of cidrs) this.admitBlock(endpoints, cidr, HTTPS, "Given block to VPC endpoints");
    for (const { name, cidrs, ports, purpose } of props.allowances ?? []) {
      for (const cidr of cidrs)
        for (const port of ports)
          this.permit(nodes, `${name}-${cidr}`, { cidrIpv4: cidr }, { protocol: "tcp", port }, purpose);
    }
    this.openGivenEndpoints(nodes, props.givenEndpoints ?? []);
    this.openEgress(nodes);
    this.rules = this.node.children.filter(
      (child) => child instanceof VpcSecurityGroupEgressRule || child instanceof VpcSecurityGroupIngressRule,
    );
  }

  /** Opens the way to endpoints of others, at both ends where their group is known: once each, as several may share it. */
  private openGivenEndpoints(nodes: Group, given: readonly Omit<GivenEndpoints, "services">[]): void {
    const purpose = "Nodes and pods to given VPC endpoints";
    const groups = given.flatMap(({ securityGroupId }) => securityGroupId ?? []);
    const blocks = given.flatMap(({ cidrs, securityGroupId }) => (securityGroupId === undefined ? cidrs : []));
    for (const id of new Set(groups)) this.connect(nodes, { id, label: id }, HTTPS, purpose);
    for (const cidr of new Set(blocks)) this.permit(nodes, cidr, { cidrIpv4: cidr }, HTTPS, purpose);
  }

  /** Everything that nodes reach outside of the VPC. */
  private openEgress(nodes: Group): void {
    const { region, egress } = this.props;
    const s3 = new DataAwsPrefixList(this, "s3", { name: serviceName(region, "s3") });
    this.permit(nodes, "s3", { prefixListId: s3.id }, HTTPS, "Nodes and pods to S3");

    for (const family of ["ipv4", "ipv6"] as const) {
      // One list for both channels where it can be: it stays with the other one where one is severed.
      const isShared = sameBlocks(egress.cloudflare[family], egress.tunnel[family]);
      const cloudflare = this.prefixList("cloudflare", family, egress[isShared ? "tunnel" : "https"][family]);
      const edge = isShared ? cloudflare : this.prefixList("tunnel-edge", family, egress.tunnel[family]);
      if (cloudflare && egress.https[family].length > 0) {
        this.permit(nodes, `cloudflare-${family}`, cloudflare, HTTPS, "gRPC to the control plane at Cloudflare");
      }
      if (edge) {
        for (const protocol of egress.tunnelProtocols) {
          this.permit(nodes, `tunnel-edge-${family}`, edge, { protocol, port: TUNNEL_PORT }, "Cloudflare Tunnel");
        }
      }
      for (const block of egress.controlPlane[family]) {
        const destination = family === "ipv4" ? { cidrIpv4: block } : { cidrIpv6: block };
        this.permit(nodes, `control-plane-${block}`, destination, HTTPS, "gRPC to the control plane");
      }
    }
  }

  private group(label: string, description: string): Group {
    const name = `${this.props.name}-${label}`;
    const { id } = new SecurityGroup(this, label, { name, description, vpcId: this.props.vpcId, tags: { Name: name } });
    return { id, label };
  }

  /** A prefix list with room for `blocks` and no more, since its room counts against the quota of rules. */
  private prefixList(label: string, family: Family, blocks: readonly string[]): Destination | undefined {
    if (blocks.length === 0) return undefined;
    const { id } = new Ec2ManagedPrefixList(this, `${label}-${family}`, {
      name: `${this.props.name}-${label}-${family}`,
      addressFamily: { ipv4: "IPv4", ipv6: "IPv6" }[family],
      maxEntries: blocks.length,
      entry: blocks.map((cidr) => ({ cidr })),
      // A list that leaves the stack is destroyed once its rules name another: AWS deletes none that a rule names.
      lifecycle: { createBeforeDestroy: true },
    });
    return { prefixListId: id };
  }

  /** Opens a path at both of its ends; it is closed if either lacks its rule. */
  private connect(from: Group, to: Group, service: Service | undefined, purpose: string): void {
    this.permit(from, to.label, { referencedSecurityGroupId: to.id }, service, purpose);
    this.admit(to, from, service, purpose);
  }

  /** Lets members of `from` out. The rule's name, which the console lists, tells its purpose. */
  private permit(
    from: Group,
    to: string,
    destination: Destination,
    service: Service | undefined,
    purpose: string,
  ): void {
    new VpcSecurityGroupEgressRule(this, `${from.label}-to-${to}-${labelOf(service)}`, {
      securityGroupId: from.id,
      ...destination,
      ...portsOf(service),
      tags: { Name: purpose },
    });
  }

  /** Lets members of `from` in. */
  private admit(to: Group, from: Group, service: Service | undefined, purpose: string): void {
    new VpcSecurityGroupIngressRule(this, `${to.label}-from-${from.label}-${labelOf(service)}`, {
      securityGroupId: to.id,
      referencedSecurityGroupId: from.id,
      ...portsOf(service),
      tags: { Name: purpose },
    });
  }

  /** Lets in a block that a deployment names: of others in the customer's own networks. */
  private admitBlock(to: Group, cidr: string, service: Service, purpose: string): void {
    new VpcSecurityGroupIngressRule(this, `${to.label}-from-${cidr}-${labelOf(service)}`, {
      securityGroupId: to.id,
      cidrIpv4: cidr,
      ...portsOf(service),
      tags: { Name: purpose },
    });
  }
}

const labelOf = (service: Service | undefined) => (service ? `${service.protocol}-${service.port}` : "all");

const portsOf = (service: Service | undefined) =>
  service ? { ipProtocol: service.protocol, fromPort: service.port, toPort: service.port } : { ipProtocol: "-1" };

const sameBlocks = (a: readonly string[], b: readonly string[]) => [...a].sort().join() === [...b].sort().join();
