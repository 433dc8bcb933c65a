import { kubernetesServiceAddress } from "../../../config/address-plan";
import { CHANNEL_NAMES, isSevered } from "../../../config/channels";
import {
  LEASE_WORKER,
  OPERATOR as OPERATOR_NAME,
  OPERATOR_PROXY as PROXY_NAME,
  POD_WEBHOOK,
  WEBHOOK_CERTIFICATE,
} from "../../../config/components";
import { addressesOf, controlPlaneHost, tunnelEdge, tunnelHosts } from "../../../config/control-plane";
import type { Deployment } from "../../../config/deployment";
import { egressOf, TUNNEL_PORT, tunnelRegionOf } from "../../../config/egress";
import { FLUENT_BIT_NAMESPACE, PLATFORM_NAMESPACE, namespacesOfTasks } from "../../../config/names";
import { AddressSet } from "../../../packets/address-set";
import { protocolNumber } from "../../../packets/protocols";
import { ServiceSet } from "../../../packets/service-set";
import { partyOf, type OutboundAllowance, type Party, type Policy, type RequiredPath } from "../../policy";
import { promisesOf } from "../clouds";
import { taskPod } from "../stand-ins";
import { chartPaths } from "./chart";
import { componentPaths } from "./components";
import { addresses, DNS, FAST_TASKS, HTTPS, named, paths, PROXY, WEBHOOK, type Destination, type Terms } from "./terms";

const CLUSTER_DNS = partyOf("kubernetes:dns");

/** The document's row, whoever ships logs. */
const LOGS = "Fluent Bit to Log Aggregator";

const OPERATOR = partyOf(`deployment/${PLATFORM_NAMESPACE}/${OPERATOR_NAME}`);
const OPERATOR_PROXY = partyOf(`deployment/${PLATFORM_NAMESPACE}/${PROXY_NAME}`);
const RUNS_TASKS = partyOf(`deployment/${PLATFORM_NAMESPACE}/${LEASE_WORKER}`);
const GIVES_SECRETS = partyOf(`deployment/${PLATFORM_NAMESPACE}/${POD_WEBHOOK}`);
const MAKES_CERTIFICATE = partyOf(`job/${PLATFORM_NAMESPACE}/${WEBHOOK_CERTIFICATE}`);

/**
 * What a deployment promises. Document: "Outbound-only model" (nothing comes in), "Egress configuration" (what may
 * leave, and nothing else) and "Communication paths" (what must work).
 */
export function policyOfDeployment(deployment: Deployment): Policy {
  const terms = termsOf(deployment);
  return {
    inside: AddressSet.ofCidrs([deployment.network.cidr, deployment.network.serviceCidr, ...terms.furtherInside]),
    inbound: [],
    probes: deployment.privateManagement ? terms.probes : [],
    clients: clients(deployment, terms),
    outbound: [...outbound(deployment), ...terms.outbound],
    required: [...nodePaths(deployment, terms), ...podPaths(deployment, terms)].filter(
      ({ channel }) => channel === undefined || !isSevered(deployment, channel),
    ),
    exceptions: [...deployment.exceptions, ...privateManagement(deployment, terms), ...(terms.exceptions ?? [])],
    allowances: terms.allowances,
  };
}

/** What the deployment's cloud adds. */
export const termsOf = (deployment: Deployment): Terms => promisesOf(deployment).terms(deployment);

/** Who beside the data plane's own network may call the Kubernetes API, and on AWS the VPC endpoints. */
function clients({ cluster }: Deployment, terms: Terms): Policy["clients"] {
  const blocks = [...("accessFromCidrs" in cluster ? cluster.accessFromCidrs : []), ...(terms.clients ?? [])];
  const anywhere = (terms.called ?? []).map((called) => ({ from: partyOf("internet"), ...called }));
  return [{ from: addresses("the customer's own clients", AddressSet.ofCidrs(blocks)), services: HTTPS }, ...anywhere];
}

function outbound(deployment: Deployment): OutboundAllowance[] {
  const { https, tunnel, tunnelProtocols, controlPlane } = egressOf(deployment);
  const tasks = tasksOf(deployment);
  const closedTo = deployment.taskEgress === "none" ? tasks : [];
  return [
    { to: addresses("Cloudflare", addressesOf(https)), services: HTTPS, closedTo },
    {
      to: addresses("Cloudflare's tunnel edge", addressesOf(tunnel)),
      services: tunnelServices(tunnelProtocols),
      closedTo: tasks,
    },
    { to: addresses("the control plane", addressesOf(controlPlane)), services: HTTPS, closedTo },
  ];
}

/** The task pods of each namespace. */
const tasksOf = (deployment: Deployment) =>
  namespacesOfTasks(deployment).map((namespace) => ({ kind: "resource" as const, name: taskPod(namespace) }));

/** BYOC: the document's own exception, with the reason and the end that the deployment gives it. */
function privateManagement({ privateManagement: given }: Deployment, { offers }: Terms): Policy["exceptions"] {
  if (!given) return [];
  const { reason, expires } = given;
  return offers.map((resource) => ({ id: "no-inbound", resource, reason, expires }));
}

// ---------------------------------------------------------------- required paths

/** Where the control plane's endpoint and the tunnel's edge may answer; the networks have IPv4 alone. */
function outsidePaths(deployment: Deployment): { readonly controlPlane: Destination; readonly edge: Destination } {
  const { https, tunnelProtocols, controlPlane } = egressOf(deployment);
  const region = tunnelRegionOf(deployment);
  return {
    controlPlane: {
      name: "Data Plane → Control Plane (gRPC over TLS)",
      to: addresses("the control plane", AddressSet.ofCidrs([...https.ipv4, ...controlPlane.ipv4])),
      services: HTTPS,
      hosts: [controlPlaneHost(deployment.tenant, deployment.region)],
      paragraph: CHANNEL_NAMES.grpc,
      channel: "grpc",
    },
    edge: {
      name: "Data Plane ↔ Control Plane (Cloudflare Tunnel)",
      to: addresses(`Cloudflare's tunnel edge '${region}'`, AddressSet.ofCidrs(tunnelEdge(region).ipv4)),
      services: tunnelServices(tunnelProtocols),
      hosts: tunnelHosts(region),
      paragraph: CHANNEL_NAMES.tunnel,
      channel: "tunnel",
    },
  };
}

/** What holds whoever deploys the workloads. */
function nodePaths(deployment: Deployment, terms: Terms): RequiredPath[] {
  const { controlPlane, edge } = outsidePaths(deployment);
  const { nodes, clusterApi, imagePulls, bootstrap, ofApi, fromApi, logs, logAgent, management } = terms;
  return [
    ...nodes.flatMap((pool) => [
      ...paths(pool, controlPlane, edge, ...imagePulls, apiServer("Node bootstrap", clusterApi), ...bootstrap),
      ...(logAgent ? paths(pool, ...named(LOGS, logs)) : []),
      ...fromApi.map((path) => ({ ...path, from: clusterApi, to: pool })),
    ]),
    ...paths(clusterApi, ...(ofApi ?? [])),
    ...(deployment.privateManagement
      ? management.map((from) => ({
          ...apiServer("Union.ai to Customer Kubernetes API (BYOC only)", clusterApi),
          from,
        }))
      : []),
    ...(deployment.privateManagement ? (terms.connections ?? []) : []),
  ];
}

/** What pods need: the document's rows, names, and credentials of their identities. */
function podPaths(deployment: Deployment, terms: Terms): RequiredPath[] {
  const { controlPlane, edge } = outsidePaths(deployment);
  const { clusterApi, webhookCallers, objectStore, secretStore, logs, logAgent, pastLogs, credentials, more } = terms;
  const fluentBit = partyOf(`daemonset/${FLUENT_BIT_NAMESPACE}/fluent-bit`);
  const dns: Destination = { name: "Cluster DNS", to: CLUSTER_DNS, services: DNS };
  const objects = named("Platform to Object Store", objectStore);
  const secrets = named("Platform to secret store", secretStore);
  const tokens = named("Credentials of service accounts", credentials);
  const api = [
    apiServer("Kubernetes API", clusterApi),
    {
      name: "Kubernetes API by its service's address",
      to: addresses("the service kubernetes", AddressSet.ofCidr(kubernetesServiceAddress(deployment))),
      services: HTTPS,
      withinCluster: true,
    },
  ];
  const proxy: Destination = { name: "Operator to operator-proxy", to: OPERATOR_PROXY, services: PROXY };
  const leaseWorker: Destination = { name: "Task pods to lease worker", to: RUNS_TASKS, services: FAST_TASKS };
  const neighbours = {
    operator: OPERATOR,
    operatorProxy: OPERATOR_PROXY,
    leaseWorker: RUNS_TASKS,
    tasks: tasksOf(deployment),
    api,
    tokens,
    dns,
  };
  const webhook = (name: string): Destination => ({ name, to: GIVES_SECRETS, services: WEBHOOK });
  // The document's table has no such row.
  const tasksOut =
    deployment.taskEgress === "control-plane"
      ? [{ ...controlPlane, name: "Task pods → Control Plane (this package's own)" }]
      : [];
  return [
    ...paths(OPERATOR, controlPlane, ...api, proxy, ...objects, ...secrets, ...tokens, dns),
    ...paths(
      OPERATOR_PROXY,
      controlPlane,
      edge,
      ...api,
      ...objects,
      ...secrets,
      ...named("Logs of past runs", pastLogs),
      ...tokens,
      dns,
      webhook("Operator-proxy to pod webhook"),
    ),
    ...paths(RUNS_TASKS, controlPlane, ...api, ...objects, ...tokens, dns),
    ...paths(GIVES_SECRETS, ...api, ...secrets, ...tokens, dns),
    ...webhookCallers.flatMap((caller) => paths(caller, webhook("Kubernetes API to pod webhook"))),
    ...(logAgent ? [] : paths(fluentBit, ...named(LOGS, logs), ...tokens, dns)),
    ...(!logAgent && deployment.rbac === "standard" ? paths(fluentBit, ...api) : []),
    ...(deployment.workloads === "chart"
      ? chartPaths(deployment, terms, { ...neighbours, controlPlane, objects, secrets })
      : paths(MAKES_CERTIFICATE, ...api, dns)),
    ...componentPaths(deployment, terms, neighbours),
    ...more({ api, dns }),
    ...tasksOf(deployment).flatMap((pod) =>
      paths(pod, ...named("Task Pods to Object Store", objectStore), ...tokens, dns, leaseWorker, ...tasksOut),
    ),
  ];
}

const apiServer = (name: string, to: Party): Destination => ({ name, to, services: HTTPS });

const tunnelServices = (protocols: readonly string[]) =>
  ServiceSet.unionOf(protocols.map((protocol) => ServiceSet.of(protocolNumber(protocol) ?? "any", TUNNEL_PORT)));
