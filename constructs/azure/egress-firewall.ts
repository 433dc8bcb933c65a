import { NetworkSecurityGroup } from "@cdktf/provider-azurerm/lib/network-security-group";
import { SubnetNetworkSecurityGroupAssociation } from "@cdktf/provider-azurerm/lib/subnet-network-security-group-association";
import type { AddressPlan } from "../../config/azure/address-plan";
import { HTTPS_PORT, TUNNEL_PORT, type Egress } from "../../config/egress";
import { Construct, type TerraformResource } from "../../framework";
import { GivenGroupCheck, type GivenGroup, type ProviderOf } from "./given-group-check";
import type { NetworkIds } from "./network";
import type { ResourceGroup } from "./resource-group";

/** What nodes may open connections to, beside the deployment itself. Blocks are CIDRs, ports numbers of TCP. */
export interface EgressFirewallProps {
  /** The deployment's name: prefix of the groups' names. */
  readonly name: string;
  /** Resource group, region and tags of what is made. */
  readonly group: ResourceGroup;
  /** Subnets that the groups filter. */
  readonly network: Pick<NetworkIds, "nodeSubnetId" | "clusterSubnetId" | "endpointSubnetId" | "privateLinkSubnetId">;
  /** Blocks of these subnets. */
  readonly addresses: AddressPlan;
  /** Overlay addresses of the pods. */
  readonly podCidr: string;
  /** What nodes may reach outside. */
  readonly egress: Egress;
  /** AKS's network isolated mode: Microsoft's public registry is closed. */
  readonly isolated: boolean;
  /** Groups that subnets have already, by the subnet's resource id. Default: none, one is made for each. */
  readonly givenGroups?: ReadonlyMap<string, GivenGroup>;
  /** Provider of the subscription that a subnet or group is in. Default: that of the stack. */
  readonly providerOf?: ProviderOf;
  /** DNS servers of the network, where Azure's own are not asked. Default: none. */
  readonly dnsServers?: readonly string[] | undefined;
  /** Addresses of private endpoints outside of the endpoints' subnet. Default: none. */
  readonly givenEndpoints?: readonly string[] | undefined;
  /** Private blocks that may reach the Kubernetes API and the private endpoints on TCP 443. */
  readonly accessFromCidrs: readonly string[];
}

type Direction = "Inbound" | "Outbound";

/** What one rule lets pass: from or to whom, as blocks or one service tag, and to which ports. */
interface Allowance {
  /** Letters, digits and dashes; unique in its group and direction. */
  readonly name: string;
  readonly far: readonly string[];
  /** `*` stands for every protocol. */
  readonly protocol: "Tcp" | "Udp" | "*";
  /** `*` stands for every port. */
  readonly ports: readonly (number | "*")[];
}

/** What a subnet's group lets pass. */
type Allowances = Readonly<Record<Direction, readonly Allowance[]>>;

const HTTPS = { protocol: "Tcp", ports: [HTTPS_PORT] } as const;
const EVERYTHING = { protocol: "*", ports: ["*"] } as const;
/** AKS's own ports of a Kubernetes API in the virtual network. */
const API = { protocol: "Tcp", ports: [HTTPS_PORT, 4443] } as const;
/** Where the Kubernetes API calls in: kubelets on 10250, and admission webhooks on the ports that they usually take. */
const API_TO_NODE = { protocol: "Tcp", ports: [443, 4443, 6443, 8443, 9443, 10250] } as const;
/** Where Azure's load balancer asks whether the Kubernetes API is well. */
const API_HEALTH = { protocol: "Tcp", ports: [9988] } as const;

/** Names, which Azure's own servers answer past every group, and others do not. */
const DNS = [
  { name: "dns-udp", protocol: "Udp", ports: [53] },
  { name: "dns-tcp", protocol: "Tcp", ports: [53] },
] as const;

/** Azure's services that have no private endpoint, as service tags. */
const ALWAYS = {
  entra: "AzureActiveDirectory",
  "resource-manager": "AzureResourceManager",
};
/** Images of AKS itself: Microsoft's registry, and what it hands layers out by. */
const AKS_IMAGES = {
  "microsoft-registry": "MicrosoftContainerRegistry",
  "microsoft-registry-layers": "AzureFrontDoor.FirstParty",
};

/** The last priority of all: right above the rules of Azure's own, which let the whole network in and everything out. */
const LAST = 4096;

/**
 * Network security groups of the data plane, one for each subnet: nothing enters from outside of the customer's
 * networks, and nodes reach Cloudflare, the given control-plane blocks and the few services of Azure that have no
 * private endpoint. Document: "Outbound-only model", "Egress configuration".
 *
 * Each group ends with a rule of its own that denies everything, in both directions. Rules are written within their
 * group, so that Terraform sees and undoes one that someone adds. They name the far side only: the near one is the
 * subnet. AKS keeps a group of its own on nodes, which admits the virtual network; packets must pass both.
 *
 * A subnet that has a group already keeps it: it is said what that group's rules are, and they are judged like ours.
 *
 * Pods have overlay addresses between nodes and their node's everywhere else. Security groups let the answers of an open
 * connection pass, and never filter Azure's DNS and metadata services unless a rule names these. The virtual network
 * has no IPv6.
 */
export class EgressFirewall extends Construct {
  /** Every group's association, for what must not start unfiltered. */
  readonly all: readonly TerraformResource[];
  /** Group of the nodes. */
  readonly nodeSecurityGroupId: string;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: EgressFirewallProps,
  ) {
    super(scope, id);
    const { nodeSubnetId, clusterSubnetId, endpointSubnetId, privateLinkSubnetId } = props.network;
    const nodes = this.filter("nodes", nodeSubnetId, this.nodes());
    const others = [
      this.filter("cluster", clusterSubnetId, this.cluster()),
      this.filter("endpoints", endpointSubnetId, this.endpoints()),
      ...(privateLinkSubnetId === undefined
        ? []
        : [this.filter("private-link", privateLinkSubnetId, this.privateLink())]),
    ];
    this.nodeSecurityGroupId = nodes.groupId;
    this.all = [nodes, ...others].flatMap(({ association }) => association ?? []);
  }

  private nodes(): Allowances {
    const { addresses, podCidr, dnsServers = [], givenEndpoints = [] } = this.props;
    const own = { name: "nodes-and-pods", far: [addresses.nodes, podCidr], ...EVERYTHING };
    return {
      Inbound: [own, { name: "kubernetes-api", far: [addresses.cluster], ...API_TO_NODE }],
      Outbound: [
        own,
        { name: "kubernetes-api", far: [addresses.cluster], ...API },
        { name: "private-endpoints", far: [addresses.endpoints], ...HTTPS },
        { name: "given-endpoints", far: givenEndpoints, ...HTTPS },
        ...DNS.map(({ name, ...service }) => ({ name, far: dnsServers, ...service })),
        ...this.outside(),
      ],
    };
  }

  /** Everything that nodes reach outside of the virtual network. */
  private outside(): Allowance[] {
    const { egress, isolated } = this.props;
    const tags = Object.entries({ ...ALWAYS, ...(isolated ? {} : AKS_IMAGES) });
    return [
      { name: "cloudflare", far: egress.https.ipv4, ...HTTPS },
      ...egress.tunnelProtocols.map((protocol): Allowance => ({
        name: `cloudflare-tunnel-${protocol}`,
        far: egress.tunnel.ipv4,
        protocol: protocol === "tcp" ? "Tcp" : "Udp",
        ports: [TUNNEL_PORT],
      })),
      { name: "control-plane", far: egress.controlPlane.ipv4, ...HTTPS },
      ...tags.map(([name, tag]) => ({ name, far: [tag], ...HTTPS })),
    ];
  }

  private cluster(): Allowances {
    const { addresses, podCidr, accessFromCidrs, network } = this.props;
    const privateLink = network.privateLinkSubnetId === undefined ? [] : [addresses.privateConnectivity];
    // The API's own parts, which speak to one another.
    const own = { name: "kubernetes-api", far: [addresses.cluster], ...EVERYTHING };
    return {
      Inbound: [
        own,
        { name: "nodes-and-pods", far: [addresses.nodes, podCidr], ...API },
        { name: "given-blocks", far: accessFromCidrs, ...HTTPS },
        { name: "private-link", far: privateLink, ...HTTPS },
        { name: "load-balancer-probes", far: ["AzureLoadBalancer"], ...API_HEALTH },
      ],
      Outbound: [
        own,
        { name: "nodes-and-pods", far: [addresses.nodes, podCidr], ...API_TO_NODE },
        // Secrets are encrypted with a key of the vault, which the Kubernetes API reaches at its private endpoint.
        { name: "private-endpoints", far: [addresses.endpoints], ...HTTPS },
      ],
    };
  }

  /** Private endpoints open no connections. */
  private endpoints(): Allowances {
    const { addresses, podCidr, accessFromCidrs } = this.props;
    return {
      Inbound: [
        { name: "nodes-and-pods", far: [addresses.nodes, podCidr], ...HTTPS },
        { name: "kubernetes-api", far: [addresses.cluster], ...HTTPS },
        // The private DNS zones hold for their networks too, where these share them.
        { name: "given-blocks", far: accessFromCidrs, ...HTTPS },
      ],
      Outbound: [],
    };
  }

  /** Azure does not filter a private link service itself; whatever else came into its subnet would reach no further. */
  private privateLink(): Allowances {
    return { Inbound: [], Outbound: [{ name: "kubernetes-api", far: [this.props.addresses.cluster], ...HTTPS }] };
  }

  /** The group of one subnet. */
  private filter(label: string, subnetId: string, allowances: Allowances): Filtered {
    const { name, group, givenGroups } = this.props;
    const given = givenGroups?.get(subnetId);
    if (given) {
      new GivenGroupCheck(this, label, { subnetId, group: given, providerOf: this.props.providerOf });
      return { groupId: given.id, association: undefined };
    }
    const { id } = new NetworkSecurityGroup(this, label, {
      name: `${name}-${label}`,
      resourceGroupName: group.name,
      location: group.location,
      tags: group.tags,
      securityRule: [...rulesOf("Inbound", allowances.Inbound), ...rulesOf("Outbound", allowances.Outbound)],
    });
    const association = new SubnetNetworkSecurityGroupAssociation(this, `${label}-association`, {
      subnetId,
      networkSecurityGroupId: id,
      // A subnet loses its filter only once nothing that waits for it is in there.
      lifecycle: { createBeforeDestroy: true },
    });
    return { groupId: id, association };
  }
}

/** The group of a subnet, and what gives it to the subnet where it is made. */
interface Filtered {
  readonly groupId: string;
  readonly association: TerraformResource | undefined;
}

/** Allowances with a far side, in their order, and the denial of all else. */
function rulesOf(direction: Direction, allowances: readonly Allowance[]) {
  const deny: Allowance = { name: "everything-else", far: ["*"], ...EVERYTHING };
  return [
    ...allowances
      .filter(({ far }) => far.length > 0)
      .map((allowance, index) => ruleOf(direction, "Allow", 100 + 10 * index, allowance)),
    ruleOf(direction, "Deny", LAST, deny),
  ];
}

function ruleOf(direction: Direction, access: "Allow" | "Deny", priority: number, allowance: Allowance) {
  const { name, far, protocol, ports } = allowance;
  const [near, other] = direction === "Inbound" ? ["destination", "source"] : ["source", "destination"];
  return {
    name: `${access}-${direction === "Inbound" ? "from" : "to"}-${name}`.toLowerCase(),
    priority,
    direction,
    access,
    protocol,
    [`${near}AddressPrefix`]: "*",
    ...oneOrMore(`${other}AddressPrefix`, "es", far),
    sourcePortRange: "*",
    ...oneOrMore("destinationPortRange", "s", ports.map(String)),
  };
}

/** Azure takes a tag or `*` in the field for one value only. */
function oneOrMore(field: string, plural: string, values: readonly string[]) {
  return values.length === 1 ? { [field]: values[0] } : { [`${field}${plural}`]: [...values] };
}
