import { NatGatewayPublicIpAssociation } from "@cdktf/provider-azurerm/lib/nat-gateway-public-ip-association";
import { NatGateway } from "@cdktf/provider-azurerm/lib/nat-gateway";
import { PublicIp } from "@cdktf/provider-azurerm/lib/public-ip";
import { RouteTable, type RouteTableRoute } from "@cdktf/provider-azurerm/lib/route-table";
import { SubnetNatGatewayAssociation } from "@cdktf/provider-azurerm/lib/subnet-nat-gateway-association";
import { SubnetRouteTableAssociation } from "@cdktf/provider-azurerm/lib/subnet-route-table-association";
import { Subnet, type SubnetConfig } from "@cdktf/provider-azurerm/lib/subnet";
import { VirtualNetworkPeering } from "@cdktf/provider-azurerm/lib/virtual-network-peering";
import { VirtualNetwork } from "@cdktf/provider-azurerm/lib/virtual-network";
import type { AddressPlan } from "../../config/azure/address-plan";
import { zonesOfRegion } from "../../config/cloud-regions";
import { Construct, type TerraformProvider, type TerraformResource } from "../../framework";
import { TerraformData } from "../terraform-data";
import type { ResourceGroup } from "./resource-group";
import { FlowLogs, type FlowLogSettings } from "./flow-logs";

/** A network that the data plane runs in, made here or given by the customer. */
export interface NetworkIds {
  /** Resource id of the virtual network. */
  readonly networkId: string;
  /** Subnet of the nodes. */
  readonly nodeSubnetId: string;
  /** Subnet of the Kubernetes API, delegated to AKS. */
  readonly clusterSubnetId: string;
  /** Subnet of the private endpoints. */
  readonly endpointSubnetId: string;
  /** Subnet of the private link service in front of the Kubernetes API, where one is asked for. Default: none is. */
  readonly privateLinkSubnetId?: string | undefined;
  /** Public addresses that outbound connections come from; empty where the way out is not ours. */
  readonly natAddresses: readonly string[];
  /** The way out of the node subnet, for what must not start before it. */
  readonly exits: readonly TerraformResource[];
}

/** Name of the subnet of the Kubernetes API in a network that is made here. */
export const CLUSTER_SUBNET = "cluster";

/** A hub, to which a network is peered from both sides. */
export interface Peering {
  /** Resource id of the hub's virtual network. */
  readonly hubNetworkId: string;
  /** Its address space. */
  readonly hubCidrs: readonly string[];
  /** Let in what the hub forwards, such as a firewall's answers from outside. */
  readonly forwardedTraffic: boolean;
  /** Use the hub's gateway to networks beyond it. */
  readonly remoteGateway: boolean;
  /** Provider of the hub's subscription. Default: that of the stack. */
  readonly provider?: TerraformProvider | undefined;
}

/** The network's blocks (CIDRs), its subnets, and its way out. */
export interface NetworkProps {
  /** The deployment's name: prefix of the resources' names. */
  readonly name: string;
  /** Resource group, region and tags of what is made. */
  readonly group: ResourceGroup;
  /** The virtual network's IPv4 block. */
  readonly cidr: string;
  /** Blocks of the subnets. */
  readonly addresses: AddressPlan;
  /** How many static addresses the NAT gateway has, 1 to 16. Without meaning where `firewallAddress` is given. */
  readonly natAddresses: number;
  /**
   * Central egress: the private address that everything leaves through, instead of a NAT gateway. Default: a NAT
   * gateway.
   */
  readonly firewallAddress?: string | undefined;
  /** Hub that the network is connected with. Default: none. */
  readonly peering?: Peering | undefined;
  /** Addresses of DNS servers that machines ask. Default: Azure's own. */
  readonly dnsServers?: readonly string[] | undefined;
  /** Whether a subnet for a private link service is made. */
  readonly privateLink: boolean;
  /** Undefined: none are made. */
  readonly flowLogs: FlowLogSettings | undefined;
}

/**
 * The data plane's virtual network: connections leave through a NAT gateway or the customer's firewall, and nothing
 * comes in. Document: "Outbound-only model".
 *
 * One large subnet for nodes, and small ones without any way out for the Kubernetes API, for private endpoints and, for
 * BYOC, for the private link service. No subnet uses the addresses that Azure otherwise lends to machines without one of
 * their own. Pods have overlay addresses, which AKS translates to their node's where a packet leaves the cluster.
 */
export class Network extends Construct implements NetworkIds {
  readonly networkId: string;
  readonly nodeSubnetId: string;
  readonly clusterSubnetId: string;
  readonly endpointSubnetId: string;
  readonly privateLinkSubnetId: string | undefined;
  readonly natAddresses: readonly string[];
  readonly exits: readonly TerraformResource[];

  /** What every resource of the group says. */
  private readonly place: {
    readonly resourceGroupName: string;
    readonly location: string;
    readonly tags: Readonly<Record<string, string>>;
  };

  constructor(
    scope: Construct,
    id: string,
    private readonly props: NetworkProps,
  ) {
    super(scope, id);
    const { name, group, cidr, addresses, firewallAddress, natAddresses, privateLink, peering, flowLogs } = props;
    const { dnsServers = [] } = props;
    this.place = { resourceGroupName: group.name, location: group.location, tags: group.tags };

    const network = new VirtualNetwork(this, "network", {
      name,
      addressSpace: [cidr],
      // None is said too: of what is left out, the provider keeps what was said before.
      dnsServers: [...dnsServers],
      ...this.place,
    });
    this.networkId = network.id;
    this.nodeSubnetId = this.subnet(network, "nodes", addresses.nodes);
    this.clusterSubnetId = this.subnet(network, CLUSTER_SUBNET, addresses.cluster, {
      delegation: [
        {
          name: "aks",
          serviceDelegation: {
            name: "Microsoft.ContainerService/managedClusters",
            actions: ["Microsoft.Network/virtualNetworks/subnets/join/action"],
          },
        },
      ],
    });
    this.endpointSubnetId = this.subnet(network, "endpoints", addresses.endpoints, {
      // Security groups filter private endpoints only where their subnet says so.
      privateEndpointNetworkPolicies: "Enabled",
    });
    this.privateLinkSubnetId = privateLink
      ? this.subnet(network, "private-link", addresses.privateConnectivity, {
          // Private link services ask for it.
          privateLinkServiceNetworkPoliciesEnabled: false,
        })
      : undefined;

    const { exits, translated } =
      firewallAddress === undefined ? this.natGateway(natAddresses) : this.firewall(firewallAddress);
    this.exits = [...exits, ...(peering ? this.peer(network, peering) : [])];
    // It waits for the new way out, and the old one, which it waited for before, waits for it: nothing stands between.
    new TerraformData(this, "way-out", {
      input: { way: firewallAddress === undefined ? "NAT gateway" : "firewall" },
      dependsOn: [...this.exits],
    });
    this.natAddresses = translated;

    if (flowLogs) new FlowLogs(this, "flow-logs", { name, group, networkId: network.id, ...flowLogs });
  }

  /** A subnet whose machines get no public address; returns its id. */
  private subnet(
    network: VirtualNetwork,
    name: string,
    block: string,
    more: Partial<Omit<SubnetConfig, "name">> = {},
  ): string {
    return new Subnet(this, `subnet-${name}`, {
      name,
      resourceGroupName: this.props.group.name,
      virtualNetworkName: network.name,
      addressPrefixes: [block],
      defaultOutboundAccessEnabled: false,
      ...more,
    }).id;
  }

  /** Both sides of a peering: one alone connects nothing. */
  private peer(network: VirtualNetwork, { hubNetworkId, hubCidrs, ...peering }: Peering): TerraformResource[] {
    const { name, group } = this.props;
    const [, , , , hubGroup = "", , , , hubName = ""] = hubNetworkId.split("/");
    const ofHub = new VirtualNetworkPeering(this, "peering-of-hub", {
      name,
      resourceGroupName: hubGroup,
      virtualNetworkName: hubName,
      remoteVirtualNetworkId: network.id,
      // What the hub forwards from here to elsewhere starts here.
      allowForwardedTraffic: false,
      allowGatewayTransit: peering.remoteGateway,
      // Azure learns a change of the other side's blocks when its peering is written anew.
      triggers: { remote_address_space: this.props.cidr },
      ...(peering.provider && { provider: peering.provider }),
    });
    const toHub = new VirtualNetworkPeering(this, "peering", {
      name: hubName,
      resourceGroupName: group.name,
      virtualNetworkName: network.name,
      remoteVirtualNetworkId: hubNetworkId,
      allowForwardedTraffic: peering.forwardedTraffic,
      useRemoteGateways: peering.remoteGateway,
      triggers: { remote_address_space: hubCidrs.join(",") },
      // A gateway is lent by the hub's side first.
      dependsOn: [ofHub],
    });
    return [ofHub, toHub];
  }

  /** The node subnet's way out through static addresses. */
  private natGateway(count: number): Exits {
    const gateway = new NatGateway(this, "nat", { name: `${this.props.name}-nat`, skuName: "Standard", ...this.place });
    // Every zone, which is what makes an address outlive any of them.
    const zones = zonesOfRegion("azure", this.place.location);
    const addresses = Array.from({ length: count }, (_, index) => {
      const address = new PublicIp(this, `nat-address-${index + 1}`, {
        name: `${this.props.name}-nat-${index + 1}`,
        sku: "Standard",
        allocationMethod: "Static",
        ...(zones.length > 0 && { zones: [...zones] }),
        ...this.place,
      });
      const association = new NatGatewayPublicIpAssociation(this, `nat-with-address-${index + 1}`, {
        natGatewayId: gateway.id,
        publicIpAddressId: address.id,
        lifecycle: LEAVES_LAST,
      });
      return { address, association };
    });
    const ofNodes = new SubnetNatGatewayAssociation(this, "nat-of-nodes", {
      subnetId: this.nodeSubnetId,
      natGatewayId: gateway.id,
      lifecycle: LEAVES_LAST,
    });
    // A default route that a hub's gateway learns would lead around the NAT gateway.
    const routes = this.props.peering?.remoteGateway ? [this.routes({ name: "out", nextHopType: "Internet" })] : [];
    return {
      exits: [ofNodes, ...addresses.map(({ association }) => association), ...routes],
      translated: addresses.map(({ address }) => address.ipAddress),
    };
  }

  /** The node subnet's way out through a private address. */
  private firewall(nextHopInIpAddress: string): Exits {
    const ofNodes = this.routes({
      name: "everything-to-firewall",
      nextHopType: "VirtualAppliance",
      nextHopInIpAddress,
    });
    return { exits: [ofNodes], translated: [] };
  }

  /** The node subnet's one route for what leaves the network, past which no other leads. */
  private routes(route: Pick<RouteTableRoute, "name" | "nextHopType" | "nextHopInIpAddress">): TerraformResource {
    const routes = new RouteTable(this, "routes", {
      name: `${this.props.name}-nodes`,
      // Routes that a gateway of the network learns could lead around it.
      bgpRoutePropagationEnabled: false,
      route: [{ addressPrefix: "0.0.0.0/0", ...route }],
      ...this.place,
    });
    return new SubnetRouteTableAssociation(this, "routes-of-nodes", {
      subnetId: this.nodeSubnetId,
      routeTableId: routes.id,
      lifecycle: LEAVES_LAST,
    });
  }
}

/** What stands before another takes its place: Terraform remembers it for what has left the stack, too. */
const LEAVES_LAST = { createBeforeDestroy: true } as const;

/** What leads out of a subnet, and the public addresses that its packets have outside. */
interface Exits {
  readonly exits: readonly TerraformResource[];
  readonly translated: readonly string[];
}
