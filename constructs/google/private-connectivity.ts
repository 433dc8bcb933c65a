import { ComputeAddress } from "@cdktf/provider-google/lib/compute-address";
import { ComputeDisk } from "@cdktf/provider-google/lib/compute-disk";
import { ComputeForwardingRule } from "@cdktf/provider-google/lib/compute-forwarding-rule";
import { ComputeHealthCheck } from "@cdktf/provider-google/lib/compute-health-check";
import { ComputeInstance } from "@cdktf/provider-google/lib/compute-instance";
import { ComputeNetworkEndpoint } from "@cdktf/provider-google/lib/compute-network-endpoint";
import { ComputeNetworkEndpointGroup } from "@cdktf/provider-google/lib/compute-network-endpoint-group";
import { ComputeRegionBackendService } from "@cdktf/provider-google/lib/compute-region-backend-service";
import { ComputeServiceAttachment } from "@cdktf/provider-google/lib/compute-service-attachment";
import { ComputeSubnetwork } from "@cdktf/provider-google/lib/compute-subnetwork";
import { HTTPS_PORT } from "../../config/egress";
import type { AddressPlan } from "../../config/google/address-plan";
import { Construct, type TerraformResource } from "../../framework";
import { SUBNET_FLOW_LOGS } from "./network";
import { SHIELDED } from "./node-pools";
import { proxySubnet } from "../../config/google/names";

/** The way in for a management network over Google Cloud's private link, which is never the internet's. */
export interface PrivateConnectivityProps {
  /** The deployment's name: prefix of the resources' names. */
  readonly name: string;
  /** The cloud's region, e.g. `us-east5`. */
  readonly region: string;
  /** Zones of the proxies: one in each. */
  readonly zones: readonly string[];
  /** `projects/PROJECT/global/networks/NAME` of load balancer and proxies. */
  readonly networkId: string;
  /** Blocks of those who connect, translated, and of the proxies: of the subnets that are made. */
  readonly addresses: Pick<AddressPlan, "privateConnectivity" | "proxies">;
  /** Subnets that are there already, by their full names. Default: both are made. */
  readonly given?: {
    /** Subnet of the proxies' addresses, `projects/PROJECT/regions/REGION/subnetworks/NAME`. Default: made. */
    readonly proxies?: string | undefined;
    /** Subnet with the purpose `PRIVATE_SERVICE_CONNECT`, whose addresses stand for whoever connects. Default: made. */
    readonly consumers?: string | undefined;
  };
  /** Network tag by which the firewall's rules know the proxies. */
  readonly proxyTag: string;
  /** Private IPv4 address of the Kubernetes API. */
  readonly apiAddress: string;
  /** Key that encrypts the proxies' disks. Default: Google's own. */
  readonly keyId?: string | undefined;
  /** Ids of the projects that may connect. */
  readonly projects: readonly string[];
  /** Rules of the firewall, before which no proxy starts. */
  readonly dependsOn: readonly TerraformResource[];
}

/** Connections of one project, each of an endpoint on its side. */
const CONNECTIONS_A_PROJECT = 10;

const MACHINE_TYPE = "e2-small";
/** Container-Optimized OS, which starts nothing that listens but SSH; Google patches the family. */
const IMAGE = "https://www.googleapis.com/compute/v1/projects/cos-cloud/global/images/family/cos-stable";
const DISK_GIB = 10;

/**
 * Union.ai's private management connection to the Kubernetes API, over Private Service Connect. Document:
 * "Communication paths", row "Union.ai to Customer Kubernetes API (BYOC only)", and "Private connectivity (BYOC)".
 *
 * A declared exception to `no-inbound`, made only where a deployment asks for it. A connection must come from one of
 * `projects`; taking a project out ends its connections too. It carries the API's own TLS from end to end.
 *
 * The API's address is itself an endpoint of Private Service Connect, which no load balancer takes for a backend: its
 * clients are machines in the network. So behind the internal load balancer is one in each zone that translates addresses
 * to the API's, by the kernel alone. They have no service account, no public address, and no way to anything but the API.
 */
export class PrivateConnectivity extends Construct {
  /** Id of the service attachment, which Union.ai needs to connect. */
  readonly serviceAttachment: string;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: PrivateConnectivityProps,
  ) {
    super(scope, id);
    const { name, region, zones, networkId: network, addresses, given, projects } = props;
    const label = `${name}-api`;
    const subnetwork = given?.proxies ?? this.proxySubnet(addresses.proxies);
    const consumerSubnet = given?.consumers ?? this.consumerSubnet(addresses.privateConnectivity);

    // Through a proxy it asks the API itself.
    const health = new ComputeHealthCheck(this, "health", { name: label, tcpHealthCheck: { port: HTTPS_PORT } });
    const proxies = zones.map((zone) => this.proxy(zone, subnetwork));
    const backend = new ComputeRegionBackendService(this, "backend", {
      name: label,
      region,
      network,
      loadBalancingScheme: "INTERNAL",
      protocol: "TCP",
      healthChecks: [health.id],
      backend: proxies.map(({ group }) => ({ group, balancingMode: "CONNECTION" })),
      dependsOn: proxies.map(({ endpoint }) => endpoint),
    });
    const frontend = new ComputeForwardingRule(this, "frontend", {
      name: label,
      region,
      network,
      subnetwork,
      loadBalancingScheme: "INTERNAL",
      ipProtocol: "TCP",
      ports: [String(HTTPS_PORT)],
      backendService: backend.id,
    });

    const attachment = new ComputeServiceAttachment(this, "service-attachment", {
      name: label,
      description: "Declared exception to no-inbound: Union.ai's private management connection",
      region,
      targetService: frontend.id,
      natSubnets: [consumerSubnet],
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

  private proxySubnet(ipCidrRange: string): string {
    const { name, region, networkId: network } = this.props;
    return new ComputeSubnetwork(this, "subnet-proxies", {
      name: proxySubnet({ name }),
      description: "Proxies in front of the Kubernetes API",
      region,
      network,
      ipCidrRange,
      stackType: "IPV4_ONLY",
      privateIpGoogleAccess: false,
      logConfig: SUBNET_FLOW_LOGS,
    }).id;
  }

  private consumerSubnet(ipCidrRange: string): string {
    const { name, region, networkId: network } = this.props;
    return new ComputeSubnetwork(this, "subnet-consumers", {
      name: `${name}-private-connectivity`,
      description: "Translated addresses of those who connect to the Kubernetes API",
      region,
      network,
      ipCidrRange,
      purpose: "PRIVATE_SERVICE_CONNECT",
    }).id;
  }

  /** A machine in a zone, as the only endpoint of a group. */
  private proxy(zone: string, subnetwork: string): { readonly group: string; readonly endpoint: TerraformResource } {
    const { name, region, networkId: network, proxyTag, apiAddress, keyId, dependsOn } = this.props;
    const label = `${name}-proxy-${zone}`;
    const address = new ComputeAddress(this, `address-${zone}`, {
      name: label,
      region,
      subnetwork,
      addressType: "INTERNAL",
    });
    const disk = new ComputeDisk(this, `disk-${zone}`, {
      name: label,
      zone,
      image: IMAGE,
      size: DISK_GIB,
      type: "pd-balanced",
      ...(keyId !== undefined && { diskEncryptionKey: { kmsKeySelfLink: keyId } }),
    });
    const machine = new ComputeInstance(this, `proxy-${zone}`, {
      name: label,
      description: "Leads TCP 443 to the Kubernetes API",
      zone,
      machineType: MACHINE_TYPE,
      tags: [proxyTag],
      // Without an access configuration, which would be a public address.
      networkInterface: [{ network, subnetwork, networkIp: address.address, stackType: "IPV4_ONLY" }],
      bootDisk: { source: disk.selfLink, autoDelete: false },
      shieldedInstanceConfig: { ...SHIELDED, enableVtpm: true },
      metadata: { "enable-oslogin": "TRUE", "block-project-ssh-keys": "TRUE", "serial-port-enable": "FALSE" },
      metadataStartupScript: translation(apiAddress),
      allowStoppingForUpdate: true,
      dependsOn: [...dependsOn],
    });
    const group = new ComputeNetworkEndpointGroup(this, `group-${zone}`, {
      name: label,
      zone,
      network,
      subnetwork,
      networkEndpointType: "GCE_VM_IP",
    });
    const endpoint = new ComputeNetworkEndpoint(this, `endpoint-${zone}`, {
      networkEndpointGroup: group.name,
      zone,
      instance: machine.name,
      ipAddress: address.address,
    });
    return { group: group.id, endpoint };
  }
}

/** Script of each start: what comes to TCP 443 goes on to the API from the machine's own address, and nothing else. */
function translation(api: string): string {
  const toApi = `-p tcp -d ${api} --dport ${HTTPS_PORT}`;
  return [
    "#!/bin/bash",
    "set -e",
    "sysctl -w net.ipv4.ip_forward=1",
    `iptables -w -t nat -A PREROUTING -p tcp --dport ${HTTPS_PORT} -j DNAT --to-destination ${api}:${HTTPS_PORT}`,
    `iptables -w -t nat -A POSTROUTING ${toApi} -j MASQUERADE`,
    `iptables -w -A FORWARD ${toApi} -j ACCEPT`,
    `iptables -w -A FORWARD -p tcp -s ${api} --sport ${HTTPS_PORT} -m conntrack --ctstate ESTABLISHED -j ACCEPT`,
    "",
  ].join("\n");
}
