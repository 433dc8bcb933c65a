import { ComputeForwardingRule } from "@cdktf/provider-google/lib/compute-forwarding-rule";
import { ComputeHealthCheck } from "@cdktf/provider-google/lib/compute-health-check";
import { ComputeRegionBackendService } from "@cdktf/provider-google/lib/compute-region-backend-service";
import { ComputeRegionInstanceGroupManager } from "@cdktf/provider-google/lib/compute-region-instance-group-manager";
import { ComputeRegionInstanceTemplate } from "@cdktf/provider-google/lib/compute-region-instance-template";
import { ComputeServiceAttachment } from "@cdktf/provider-google/lib/compute-service-attachment";
import { ComputeSubnetwork } from "@cdktf/provider-google/lib/compute-subnetwork";
import { HTTPS_PORT } from "../../config/egress";
import type { AddressPlan } from "../../config/google/address-plan";
import { Construct, type TerraformResource } from "../../framework";
import { SUBNET_FLOW_LOGS } from "./network";
import { SHIELDED } from "./node-pools";

export interface PrivateConnectivityProps {
  /** The deployment's name: prefix of the resources' names. */
  readonly name: string;
  /** The cloud's region, e.g. `us-east5`. */
  readonly region: string;
  readonly networkId: string;
  /** Blocks of those who connect, translated, and of the proxies: of the subnets that are made. */
  readonly addresses: Pick<AddressPlan, "privateConnectivity" | "proxies">;
  /** Subnets that are there already, by their full names. Default: both are made. */
  readonly given?: { readonly proxies?: string | undefined; readonly consumers?: string | undefined };
  /** Network tag by which the firewall's rules know the proxies. */
  readonly proxyTag: string;
  /** Private IPv4 address of the Kubernetes API. */
  readonly apiAddress: string;
  /** Key that encrypts the proxies' disks. */
  readonly keyId: string;
  /** Ids of the projects that may connect. */
  readonly projects: readonly string[];
  /** Rules of the firewall, before which no proxy starts. */
  readonly dependsOn: readonly TerraformResource[];
}

/** Connections of one project, each of an endpoint on its side. */
const CONNECTIONS_A_PROJECT = 10;

/** Two, each in a zone of its own: they hold no state, and pass packets on without reading them. */
const PROXIES = 2;
const MACHINE_TYPE = "e2-small";
/** Container-Optimized OS, which starts nothing that listens but SSH; Google patches the family. */
const IMAGE = "projects/cos-cloud/global/images/family/cos-stable";
const DISK_GIB = 10;
/** Machines beside the old ones while these are replaced: as many as zones at least, or Google refuses it. */
const SURGE = 5;
/** Seconds in which a new machine comes up before it is judged. */
const START = 120;

/**
 * Union.ai's private management connection to the Kubernetes API, over Private Service Connect. Document:
 * "Communication paths", row "Union.ai to Customer Kubernetes API (BYOC only)", and "Private connectivity (BYOC)".
 *
 * A declared exception to `no-inbound`, made only where a deployment asks for it. A connection must come from one of
 * `projects`; taking a project out ends its connections too. It carries the API's own TLS from end to end.
 *
 * The API's address is itself an endpoint of Private Service Connect, which no load balancer takes for a backend: its
 * clients are machines in the network. So behind the internal load balancer are two that translate addresses to the
 * API's, by the kernel alone. They have no service account, no public address, and no way to anything but the API.
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
    const { name, region, networkId: network, addresses, given, projects } = props;
    const label = `${name}-api`;
    const proxySubnet = given?.proxies ?? this.proxySubnet(addresses.proxies);
    const consumerSubnet = given?.consumers ?? this.consumerSubnet(addresses.privateConnectivity);

    // Through a proxy it asks the API itself.
    const health = new ComputeHealthCheck(this, "health", { name: label, tcpHealthCheck: { port: HTTPS_PORT } });
    const proxies = this.proxies(proxySubnet, health.id);
    const backend = new ComputeRegionBackendService(this, "backend", {
      name: label,
      region,
      network,
      loadBalancingScheme: "INTERNAL",
      protocol: "TCP",
      healthChecks: [health.id],
      backend: [{ group: proxies.instanceGroup, balancingMode: "CONNECTION" }],
    });
    const frontend = new ComputeForwardingRule(this, "frontend", {
      name: label,
      region,
      network,
      subnetwork: proxySubnet,
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
      name: `${name}-proxies`,
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

  private proxies(subnetwork: string, healthCheck: string): ComputeRegionInstanceGroupManager {
    const { name, region, networkId: network, proxyTag, apiAddress, keyId, dependsOn } = this.props;
    const template = new ComputeRegionInstanceTemplate(this, "proxy", {
      namePrefix: `${name}-proxy-`,
      description: "Leads TCP 443 to the Kubernetes API",
      region,
      machineType: MACHINE_TYPE,
      tags: [proxyTag],
      // Without an access configuration, which would be a public address.
      networkInterface: [{ network, subnetwork, stackType: "IPV4_ONLY" }],
      disk: [
        {
          boot: true,
          autoDelete: true,
          sourceImage: IMAGE,
          diskSizeGb: DISK_GIB,
          diskType: "pd-balanced",
          diskEncryptionKey: { kmsKeySelfLink: keyId },
        },
      ],
      shieldedInstanceConfig: SHIELDED,
      metadata: { "enable-oslogin": "TRUE", "block-project-ssh-keys": "TRUE", "serial-port-enable": "FALSE" },
      metadataStartupScript: translation(apiAddress),
      lifecycle: { createBeforeDestroy: true },
    });
    return new ComputeRegionInstanceGroupManager(this, "proxies", {
      name: `${name}-proxies`,
      description: "Proxies in front of the Kubernetes API",
      region,
      baseInstanceName: `${name}-proxy`,
      targetSize: PROXIES,
      version: [{ instanceTemplate: template.selfLink }],
      autoHealingPolicies: { healthCheck, initialDelaySec: START },
      updatePolicy: {
        type: "PROACTIVE",
        minimalAction: "REPLACE",
        maxSurgeFixed: SURGE,
        maxUnavailableFixed: 0,
      },
      dependsOn: [...dependsOn],
    });
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
