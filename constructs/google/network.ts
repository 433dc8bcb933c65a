import { ComputeAddress } from "@cdktf/provider-google/lib/compute-address";
import { ComputeNetwork } from "@cdktf/provider-google/lib/compute-network";
import { ComputeRoute } from "@cdktf/provider-google/lib/compute-route";
import { ComputeRouter } from "@cdktf/provider-google/lib/compute-router";
import { ComputeRouterNat } from "@cdktf/provider-google/lib/compute-router-nat";
import { ComputeSubnetwork, type ComputeSubnetworkConfig } from "@cdktf/provider-google/lib/compute-subnetwork";
import { DataGoogleComputeAddress } from "@cdktf/provider-google/lib/data-google-compute-address";
import type { AddressPlan } from "../../config/google/address-plan";
import { Construct, type TerraformResource } from "../../framework";
import { LogBucket } from "./log-aggregation";

/** A network that the data plane runs in, made here or given by the customer. */
export interface NetworkIds {
  /** `projects/PROJECT/global/networks/NAME`, as all ids here in the form that Google's APIs take. */
  readonly networkId: string;
  /** The last part of `networkId`. */
  readonly networkName: string;
  /** Subnet of nodes, with the pods' and services' ranges. */
  readonly nodeSubnetId: string;
  /** Name of the node subnet's secondary range of pods. */
  readonly podRangeName: string;
  /** Name of the node subnet's secondary range of Kubernetes services. */
  readonly serviceRangeName: string;
  /** Attributes that hold the blocks of these ranges; empty where they are not ours. */
  readonly rangeBlocks: readonly string[];
  /** Subnet of the Kubernetes API's address. */
  readonly clusterSubnetId: string;
  /** Public addresses that outbound connections come from; empty where the way out is not ours. */
  readonly natAddresses: readonly string[];
  /** What nodes reach nothing without; empty where it is not ours. */
  readonly wayOut: readonly TerraformResource[];
  /** The subnets; empty where they are not ours. */
  readonly subnets: readonly TerraformResource[];
}

/** How records of the network's flows are kept. */
export interface FlowLogSettings {
  /** Id of the project, whose records they are. */
  readonly project: string;
  /** Days that records are kept. */
  readonly retentionDays: number;
  /** Cloud KMS key that encrypts the log bucket; the log service must be allowed to use it. Default: Google's own. */
  readonly keyId?: string | undefined;
  /** The deployment's generation. */
  readonly generation: string;
}

/** The network's blocks (CIDRs), its subnets, and its way out. */
export interface NetworkProps {
  /** The deployment's name: prefix of the resources' names. */
  readonly name: string;
  /** The cloud's region, e.g. `us-east5`. */
  readonly region: string;
  /** Blocks of nodes, pods and the Kubernetes API's address. */
  readonly addresses: Pick<AddressPlan, "nodes" | "pods" | "cluster">;
  /** Block of Kubernetes services. */
  readonly serviceCidr: string;
  /**
   * Reserved public addresses of Cloud NAT, at least one, each for 64,512 connections to one destination: how many are
   * made, or the names of those that are there.
   */
  readonly natAddresses: number | readonly string[];
  /** How the record of every connection is kept: what a reviewer sees the direction of connections in. */
  readonly flowLogs: FlowLogSettings;
  /** Names of subnets that others make in the network, whose records are kept with its own. Default: none. */
  readonly furtherSubnetNames?: readonly string[];
}

/** Every flow of a subnet, in the shortest interval, with the names of machines and pods. */
export const SUBNET_FLOW_LOGS = {
  aggregationInterval: "INTERVAL_5_SEC",
  flowSampling: 1,
  metadata: "INCLUDE_ALL_METADATA",
};
/** Every address: what the default route leads to. */
const ANYWHERE = "0.0.0.0/0";
const POD_RANGE = "pods";
const SERVICE_RANGE = "services";

/**
 * The data plane's VPC: connections leave through Cloud NAT, and nothing comes in. Document: "Outbound-only model".
 *
 * Two subnets, both IPv4 only: a large one for nodes and pods, and a small one, which NAT does not serve, for the
 * Kubernetes API's address. Google makes neither subnets nor routes of its own; the one route out is written here. No
 * machine has a public address, so that the route serves NAT, which is outbound only, and Google's APIs at their
 * restricted addresses, where Private Google Access leads inside of Google's network.
 */
export class Network extends Construct implements NetworkIds {
  readonly networkId: string;
  readonly networkName: string;
  readonly nodeSubnetId: string;
  readonly podRangeName = POD_RANGE;
  readonly serviceRangeName = SERVICE_RANGE;
  readonly rangeBlocks: readonly string[];
  readonly clusterSubnetId: string;
  readonly natAddresses: readonly string[];
  readonly wayOut: readonly TerraformResource[];
  readonly subnets: readonly TerraformResource[];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: NetworkProps,
  ) {
    super(scope, id);
    const { name, addresses, serviceCidr, flowLogs } = props;
    const network = new ComputeNetwork(this, "network", {
      name,
      description: `Data plane ${name}`,
      autoCreateSubnetworks: false,
      routingMode: "REGIONAL",
      deleteDefaultRoutesOnCreate: true,
    });
    this.networkId = network.id;
    this.networkName = network.name;

    const secondaryIpRange = [
      { rangeName: POD_RANGE, ipCidrRange: addresses.pods },
      { rangeName: SERVICE_RANGE, ipCidrRange: serviceCidr },
    ];
    const nodes = this.subnet("nodes", "Nodes and pods", { ipCidrRange: addresses.nodes, secondaryIpRange });
    this.nodeSubnetId = nodes.id;
    this.rangeBlocks = secondaryIpRange.map(
      (_, index) =>
        `${nodes.terraformResourceType}.${nodes.friendlyUniqueId}.secondary_ip_range[${index}].ip_cidr_range`,
    );
    const cluster = this.subnet("cluster", "Address of the Kubernetes API", { ipCidrRange: addresses.cluster });
    this.clusterSubnetId = cluster.id;
    this.subnets = [nodes, cluster];

    const route = new ComputeRoute(this, "route-out", {
      name: `${name}-out`,
      description: "To Cloud NAT, and to Google's APIs by Private Google Access",
      network: network.id,
      destRange: ANYWHERE,
      nextHopGateway: "default-internet-gateway",
    });
    const { nat, natAddresses } = this.nat(nodes.id);
    this.natAddresses = natAddresses;
    this.wayOut = [route, nat];

    new FlowLogs(this, "flow-logs", {
      ...flowLogs,
      name,
      region: props.region,
      subnetNames: [nodes.name, cluster.name, ...(props.furtherSubnetNames ?? [])],
      natName: nat.name,
    });
  }

  /** NAT for the node subnet alone. */
  private nat(subnetId: string) {
    const { name, region } = this.props;
    const router = new ComputeRouter(this, "router", { name, region, network: this.networkId });
    const reserved = this.reserved();
    const nat = new ComputeRouterNat(this, "nat", {
      name,
      region,
      router: router.name,
      natIpAllocateOption: "MANUAL_ONLY",
      natIps: reserved.map(({ selfLink }) => selfLink),
      sourceSubnetworkIpRangesToNat: "LIST_OF_SUBNETWORKS",
      subnetwork: [{ name: subnetId, sourceIpRangesToNat: ["ALL_IP_RANGES"] }],
      // A node of many pods takes more ports when it needs them, instead of all nodes holding them ready.
      enableDynamicPortAllocation: true,
      minPortsPerVm: 64,
      maxPortsPerVm: 32768,
      // Google offers no dynamic ports with it.
      enableEndpointIndependentMapping: false,
      logConfig: { enable: true, filter: "ALL" },
    });
    return { nat, natAddresses: reserved.map(({ address }) => address) };
  }

  private reserved(): readonly (ComputeAddress | DataGoogleComputeAddress)[] {
    const { name, region, natAddresses } = this.props;
    if (typeof natAddresses !== "number") {
      return natAddresses.map((given) => {
        return new DataGoogleComputeAddress(this, `nat-address-${given}`, { name: given, region });
      });
    }
    return Array.from({ length: natAddresses }, (_, index) => {
      return new ComputeAddress(this, `nat-address-${index}`, {
        name: `${name}-nat-${index}`,
        description: "Address that connections to the control plane come from",
        region,
        addressType: "EXTERNAL",
        // NAT must let go of an address before it can be given back.
        lifecycle: { createBeforeDestroy: true },
      });
    });
  }

  /** A subnet that reaches Google's APIs without public addresses and logs every flow. */
  private subnet(
    purpose: string,
    description: string,
    ranges: Pick<ComputeSubnetworkConfig, "ipCidrRange" | "secondaryIpRange">,
  ): ComputeSubnetwork {
    return new ComputeSubnetwork(this, `subnet-${purpose}`, {
      name: `${this.props.name}-${purpose}`,
      description,
      region: this.props.region,
      network: this.networkId,
      stackType: "IPV4_ONLY",
      privateIpGoogleAccess: true,
      ...ranges,
      logConfig: SUBNET_FLOW_LOGS,
    });
  }
}

interface FlowLogsProps extends FlowLogSettings {
  /** The deployment's name, which the log bucket `NAME-network-GENERATION` carries. */
  readonly name: string;
  readonly region: string;
  readonly subnetNames: readonly string[];
  readonly natName: string;
}

/**
 * Keeps what subnets, firewall and NAT record, in a log bucket of its own with the customer's key and nowhere else.
 * Document: "Verification", where a reviewer confirms that connections to Cloudflare are outbound-initiated.
 */
class FlowLogs extends LogBucket {
  constructor(scope: Construct, id: string, props: FlowLogsProps) {
    const { name, generation, project, region, retentionDays, keyId, subnetNames, natName } = props;
    const subnets = subnetNames.map((subnet) => `"${subnet}"`).join(" OR ");
    super(scope, id, {
      logs: `${name}-network`,
      generation,
      description: `Flows, refused connections and NAT of data plane ${name}`,
      project,
      region,
      retentionDays,
      keyId,
      filter: [
        `(log_id("compute.googleapis.com/vpc_flows") OR log_id("compute.googleapis.com/firewall")) AND resource.labels.subnetwork_name=(${subnets})`,
        `log_id("compute.googleapis.com/nat_flows") AND resource.labels.gateway_name="${natName}"`,
      ]
        .map((part) => `(${part})`)
        .join(" OR "),
    });
  }
}
