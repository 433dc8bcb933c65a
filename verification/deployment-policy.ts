import { kubernetesServiceAddress } from "../config/address-plan";
import { addressesOf, tunnelEdge } from "../config/control-plane";
import type { AwsDeployment, Deployment } from "../config/deployment";
import { egressOf, HTTPS_PORT, TUNNEL_PORT, tunnelRegionOf } from "../config/egress";
import { AUTOSCALER_NAMESPACE, fluentBitNamespace, PLATFORM_NAMESPACE } from "../config/names";
import { AddressSet } from "./packets/address-set";
import { protocolNumber } from "./packets/protocols";
import { ServiceSet } from "./packets/service-set";
import { partyOf, type Exception, type OutboundAllowance, type Party, type Policy, type RequiredPath } from "./policy";
import { taskNamespaces, taskPod } from "./stand-ins";

const TCP = 6;
const UDP = 17;
const HTTPS = ServiceSet.of(TCP, HTTPS_PORT);
const DNS = ServiceSet.of(UDP, 53).union(ServiceSet.of(TCP, 53));
const KUBELET = ServiceSet.of(TCP, 10250);
/** The operator-proxy's port as its container has it. */
const PROXY = ServiceSet.of(TCP, 8089);

const NODES = partyOf("aws_eks_node_group.*");
const CLUSTER_API = partyOf("aws_eks_cluster.*");
const CLUSTER_DNS = partyOf("kubernetes:dns");

const OPERATOR = partyOf(`deployment/${PLATFORM_NAMESPACE}/union-operator`);
const OPERATOR_PROXY = partyOf(`deployment/${PLATFORM_NAMESPACE}/union-operator-proxy`);
const AUTOSCALER = partyOf(`deployment/${AUTOSCALER_NAMESPACE}/cluster-autoscaler`);

/**
 * What a deployment promises. Document: "Outbound-only model" (nothing comes in), "Egress configuration" (what may
 * leave, and nothing else) and "Communication paths" (what must work).
 */
export function policyOfDeployment(deployment: Deployment): Policy {
  const { network, exceptions } = deployment;
  return {
    inside: AddressSet.ofCidrs([network.cidr, network.serviceCidr]),
    inbound: [],
    outbound: outbound(deployment),
    required: [...nodePaths(deployment), ...(deployment.workloads === "stack" ? podPaths(deployment) : [])],
    exceptions: [...exceptions, ...privateManagement(deployment)],
  };
}

function outbound(deployment: Deployment): OutboundAllowance[] {
  const { https, tunnel, tunnelProtocols, controlPlane } = egressOf(deployment);
  return [
    { to: addresses("Cloudflare", addressesOf(https)), services: HTTPS },
    { to: addresses("Cloudflare's tunnel edge", addressesOf(tunnel)), services: tunnelServices(tunnelProtocols) },
    { to: addresses("the control plane", addressesOf(controlPlane)), services: HTTPS },
    { to: partyOf("aws:s3"), services: HTTPS },
  ];
}

/** BYOC: the document's own exception, with the reason and the end that the deployment gives it. */
function privateManagement({ privateManagement: given }: Deployment): Exception[] {
  if (!given) return [];
  return [{ id: "no-inbound", resource: "aws_vpc_endpoint_service.*", reason: given.reason, expires: given.expires }];
}

// ---------------------------------------------------------------- required paths

/** Where the control plane's endpoint and the tunnel's edge may answer; the VPC has IPv4 alone. */
function outsidePaths(deployment: Deployment): { readonly controlPlane: Destination; readonly edge: Destination } {
  const { https, tunnelProtocols, controlPlane } = egressOf(deployment);
  const region = tunnelRegionOf(deployment);
  return {
    controlPlane: {
      name: "Data Plane → Control Plane (gRPC over TLS)",
      to: addresses("the control plane", AddressSet.ofCidrs([...https.ipv4, ...controlPlane.ipv4])),
      services: HTTPS,
    },
    edge: {
      name: "Data Plane ↔ Control Plane (Cloudflare Tunnel)",
      to: addresses(`Cloudflare's tunnel edge '${region}'`, AddressSet.ofCidrs(tunnelEdge(region).ipv4)),
      services: tunnelServices(tunnelProtocols),
    },
  };
}

type Destination = Omit<RequiredPath, "from">;

/** What holds whoever deploys the workloads. */
function nodePaths(deployment: AwsDeployment): RequiredPath[] {
  const { controlPlane, edge } = outsidePaths(deployment);
  return [
    ...paths(NODES, controlPlane, edge),
    ...paths(NODES, ...["ecr.api", "ecr.dkr", "s3"].map((service) => cloud("Image pulls", service))),
    ...paths(
      NODES,
      apiServer("Node bootstrap"),
      ...["ec2", "eks", "sts"].map((service) => cloud("Node bootstrap", service)),
    ),
    { name: "Kubernetes API to kubelets", from: CLUSTER_API, to: NODES, services: KUBELET },
    { name: "Kubernetes API to admission webhooks", from: CLUSTER_API, to: NODES, services: HTTPS },
    ...(deployment.privateManagement
      ? [{ ...apiServer("Union.ai to Customer Kubernetes API (BYOC only)"), from: partyOf("aws_lb.*") }]
      : []),
  ];
}

/** What pods need: the document's rows, names, and credentials of their identities. */
function podPaths(deployment: AwsDeployment): RequiredPath[] {
  const { controlPlane, edge } = outsidePaths(deployment);
  const fluentBit = partyOf(`daemonset/${fluentBitNamespace(deployment)}/fluent-bit`);
  const tasks = taskNamespaces(deployment).map((namespace) => partyOf(taskPod(namespace)));
  const dns: Destination = { name: "Cluster DNS", to: CLUSTER_DNS, services: DNS };
  const credentials = cloud("Credentials of service accounts", "sts");
  const objects = cloud("Platform to Object Store", "s3");
  const secrets = cloud("Platform to secret store", "secretsmanager");
  const api = [
    apiServer("Kubernetes API"),
    {
      name: "Kubernetes API by its service's address",
      to: addresses("the service kubernetes", AddressSet.ofCidr(kubernetesServiceAddress(deployment))),
      services: HTTPS,
      withinCluster: true,
    },
  ];
  const proxy: Destination = { name: "Operator to operator-proxy", to: OPERATOR_PROXY, services: PROXY };
  return [
    ...paths(OPERATOR, controlPlane, ...api, proxy, objects, secrets, credentials, dns),
    ...paths(
      OPERATOR_PROXY,
      controlPlane,
      edge,
      ...api,
      objects,
      secrets,
      cloud("Logs of past runs", "logs"),
      credentials,
      dns,
    ),
    ...paths(fluentBit, cloud("Fluent Bit to Log Aggregator", "logs"), credentials, dns),
    ...(deployment.rbac === "standard" ? paths(fluentBit, ...api) : []),
    ...paths(AUTOSCALER, cloud("Sizes of node pools", "autoscaling"), ...api, credentials, dns),
    ...tasks.flatMap((pod) => paths(pod, cloud("Task Pods to Object Store", "s3"), credentials, dns)),
  ];
}

const paths = (from: Party, ...destinations: readonly Destination[]): RequiredPath[] =>
  destinations.map((destination) => ({ ...destination, from }));

const apiServer = (name: string): Destination => ({ name, to: CLUSTER_API, services: HTTPS });

const cloud = (name: string, service: string): Destination => ({
  name,
  to: partyOf(`aws:${service}`),
  services: HTTPS,
});

const addresses = (name: string, set: AddressSet): Party => ({ kind: "addresses", name, addresses: set });

const tunnelServices = (protocols: readonly string[]) =>
  ServiceSet.unionOf(protocols.map((protocol) => ServiceSet.of(protocolNumber(protocol) ?? "any", TUNNEL_PORT)));
