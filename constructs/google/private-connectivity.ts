import { ComputeForwardingRule } from "@cdktf/provider-google/lib/compute-forwarding-rule";
import { ComputeNetworkEndpoint } from "@cdktf/provider-google/lib/compute-network-endpoint";
import { ComputeNetworkEndpointGroup } from "@cdktf/provider-google/lib/compute-network-endpoint-group";
import { ComputeRegionBackendService } from "@cdktf/provider-google/lib/compute-region-backend-service";
import { ComputeRegionHealthCheck } from "@cdktf/provider-google/lib/compute-region-health-check";
import { ComputeRegionTargetTcpProxy } from "@cdktf/provider-google/lib/compute-region-target-tcp-proxy";
import { ComputeServiceAttachment } from "@cdktf/provider-google/lib/compute-service-attachment";
import { ComputeSubnetwork } from "@cdktf/provider-google/lib/compute-subnetwork";
import { DataGoogleComputeZones } from "@cdktf/provider-google/lib/data-google-compute-zones";
import type { AddressPlan } from "../../config/google/address-plan";
import { HTTPS_PORT } from "../../config/egress";
import { Construct, Fn } from "../../framework";

export interface PrivateConnectivityProps {
  /** The deployment's name: prefix of the resources' names. */
  readonly name: string;
  /** The cloud's region, e.g. `us-east5`. */
  readonly region: string;
  readonly networkId: string;
  /** Subnet of the load balancer's address: the cluster subnet. */
  readonly subnetId: string;
  /** Blocks of those who connect, translated, and of the load balancer's proxies. */
  readonly addresses: Pick<AddressPlan, "privateConnectivity" | "proxies">;
  /** Private IPv4 address of the Kubernetes API. */
  readonly apiAddress: string;
  /** Ids of the projects that may connect. */
  readonly projects: readonly string[];
}

/** Connections of one project, each of an endpoint on its side. */
const CONNECTIONS_A_PROJECT = 10;
/** Connections through the load balancer at once. */
const MOST_CONNECTIONS = 1000;

/**
 * Union.ai's private management connection to the Kubernetes API, over Private Service Connect. Document:
 * "Communication paths", row "Union.ai to Customer Kubernetes API (BYOC only)", and "Private connectivity (BYOC)".
 *
 * A declared exception to `no-inbound`, made only where a deployment asks for it. A connection must come from one of
 * `projects`; taking a project out ends its connections too. It carries the API's own TLS from end to end.
 *
 * The proxies need a subnet of their own kind, of which a network has one in a region.
 */
export class PrivateConnectivity extends Construct {
  /** Id of the service attachment, which Union.ai needs to connect. */
  readonly serviceAttachment: string;

  constructor(scope: Construct, id: string, props: PrivateConnectivityProps) {
    super(scope, id);
    const { name, region, networkId: network, subnetId, addresses, apiAddress, projects } = props;
    const label = `${name}-api`;

    const proxies = new ComputeSubnetwork(this, "subnet-proxies", {
      name: `${name}-proxies`,
      description: "Proxies in front of the Kubernetes API",
      region,
      network,
      ipCidrRange: addresses.proxies,
      purpose: "REGIONAL_MANAGED_PROXY",
      role: "ACTIVE",
    });
    const consumers = new ComputeSubnetwork(this, "subnet-consumers", {
      name: `${name}-private-connectivity`,
      description: "Translated addresses of those who connect to the Kubernetes API",
      region,
      network,
      ipCidrRange: addresses.privateConnectivity,
      purpose: "PRIVATE_SERVICE_CONNECT",
    });

    const zones = new DataGoogleComputeZones(this, "zones", { region });
    const api = new ComputeNetworkEndpointGroup(this, "api", {
      name: label,
      description: "Address of the Kubernetes API, which belongs to no machine of the network",
      network,
      networkEndpointType: "NON_GCP_PRIVATE_IP_PORT",
      defaultPort: HTTPS_PORT,
      zone: Fn.element(Fn.sort(zones.names), 0) as string,
    });
    const endpoint = new ComputeNetworkEndpoint(this, "api-address", {
      networkEndpointGroup: api.name,
      zone: api.zone,
      ipAddress: apiAddress,
      port: HTTPS_PORT,
    });
    const health = new ComputeRegionHealthCheck(this, "health", {
      name: label,
      region,
      tcpHealthCheck: { port: HTTPS_PORT },
    });
    const backend = new ComputeRegionBackendService(this, "backend", {
      name: label,
      region,
      loadBalancingScheme: "INTERNAL_MANAGED",
      protocol: "TCP",
      healthChecks: [health.id],
      backend: [{ group: api.id, balancingMode: "CONNECTION", maxConnections: MOST_CONNECTIONS, capacityScaler: 1 }],
      dependsOn: [endpoint],
    });
    const proxy = new ComputeRegionTargetTcpProxy(this, "proxy", { name: label, region, backendService: backend.id });
    const frontend = new ComputeForwardingRule(this, "frontend", {
      name: label,
      region,
      network,
      subnetwork: subnetId,
      loadBalancingScheme: "INTERNAL_MANAGED",
      ipProtocol: "TCP",
      portRange: String(HTTPS_PORT),
      target: proxy.id,
      dependsOn: [proxies],
    });

    const attachment = new ComputeServiceAttachment(this, "service-attachment", {
      name: label,
      description: "Declared exception to no-inbound: Union.ai's private management connection",
      region,
      targetService: frontend.id,
      natSubnets: [consumers.id],
      connectionPreference: "ACCEPT_MANUAL",
      consumerAcceptLists: projects.map((projectIdOrNum) => ({
        projectIdOrNum,
        connectionLimit: CONNECTIONS_A_PROJECT,
      })),
      reconcileConnections: true,
      enableProxyProtocol: false,
    });
    this.serviceAttachment = attachment.id;
  }
}
