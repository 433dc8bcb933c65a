import type { AwsDeployment } from "../../../config/deployment";
import { planAddresses } from "../../../config/aws/address-plan";
import { addressAllowances, allowanceText, serviceAllowances } from "../../../config/aws/allowances";
import { endpointHost, givenEndpoints, sessionServices } from "../../../config/aws/endpoints";
import { AUTOSCALER_NAMESPACE, namespacesOfTasks } from "../../../config/names";
import { AddressSet } from "../../../packets/address-set";
import { givenPlaces } from "./principals";
import { protocolNumber } from "../../../packets/protocols";
import { ServiceSet } from "../../../packets/service-set";
import { partyOf, STANDING, type RequiredPath } from "../../policy";
import { taskPod } from "../../promises/stand-ins";
import {
  addresses,
  HTTPS,
  KUBELET,
  paths,
  service,
  type Beyond,
  type Terms,
} from "../../promises/deployment-policy/terms";

const AUTOSCALER = partyOf(`deployment/${AUTOSCALER_NAMESPACE}/cluster-autoscaler`);

const CLUSTER_API = partyOf("aws_eks_cluster.*");

const NODES = partyOf("aws_eks_node_group.*");

/** What `cluster.sessionManager` opens. */
const SESSIONS = {
  id: "node-access",
  resource: NODES.name,
  reason:
    "'cluster.sessionManager': who may start sessions or send commands in the account is root of nodes; IAM says who, CloudTrail when.",
  expires: STANDING,
};

const SET = "aws:";

const aws = (name: string) => service(SET + name);

/** Blocks of endpoints that lie in another VPC of the customer's. */
const centralEndpoints = (deployment: AwsDeployment) => givenEndpoints(deployment).flatMap(({ cidrs }) => cidrs);

/** Of a service, those of its given endpoints that lie beyond the network; S3's gateway is in the route tables. */
function beyond(deployment: AwsDeployment, set: string): Beyond | undefined {
  const own = AddressSet.ofCidr(deployment.network.cidr);
  const to = givenEndpoints(deployment)
    .filter(({ services }) => services.some((name) => SET + name === set))
    .flatMap(({ cidrs }) => cidrs)
    .filter((cidr) => !AddressSet.ofCidr(cidr).isSubsetOf(own));
  return to.length > 0 ? { to, hosts: [endpointHost(deployment, set.slice(SET.length))] } : undefined;
}

/** From the customer's own clients to the Kubernetes API. */
const clientPaths = ({ cluster: { accessFromCidrs } }: AwsDeployment): RequiredPath[] =>
  accessFromCidrs.map((cidr) => ({
    name: "Client to Kubernetes API",
    from: addresses(cidr, AddressSet.ofCidr(cidr)),
    to: CLUSTER_API,
    services: HTTPS,
  }));

/** What a deployment lets tasks reach beside must be open to them. */
const allowedPaths = (deployment: AwsDeployment): RequiredPath[] =>
  namespacesOfTasks(deployment).flatMap((namespace) =>
    paths(
      { kind: "resource", name: taskPod(namespace) },
      ...addressAllowances(deployment).map((allowance) => ({
        name: allowanceText(allowance),
        to: addresses(allowance.name, AddressSet.ofCidrs(allowance.cidrs)),
        services: tcpPorts(allowance.ports),
      })),
      ...serviceAllowances(deployment).map((allowance) => ({
        name: allowanceText(allowance),
        ...aws(allowance.service),
      })),
    ),
  );

function destinationText(allowance: AwsDeployment["allowances"][number]): string {
  switch (allowance.to) {
    case "addresses":
      return `TCP ${allowance.ports.join(", ")} at ${allowance.cidrs.join(", ")}`;
    case "bucket":
      return `bucket ${allowance.bucket} (${allowance.access})`;
    case "service":
      return `service ${allowance.service}${allowance.actions.length > 0 ? ` (${allowance.actions.join(", ")})` : ""}`;
  }
}

const tcpPorts = (ports: readonly number[]) =>
  ServiceSet.unionOf(ports.map((port) => ServiceSet.of(protocolNumber("tcp") ?? "any", port)));

/** Blocks of the node subnets: with a block of their own, pods have their node's address beyond the VPC. */
const nodeBlocks = (deployment: AwsDeployment) =>
  deployment.network.existing?.nodeSubnets.map(({ cidr }) => cidr) ?? planAddresses(deployment).map(({ node }) => node);

/** What AWS adds: its services by VPC endpoints, S3 by its gateway, and the autoscaler that EKS has not. */
export function awsTerms(deployment: AwsDeployment): Terms {
  const { logs, network } = deployment;
  const credentials = [aws("sts")];
  const registry = ["ecr.api", "ecr.dkr", "s3"].map(aws);
  const inObjectStore = logs === "object-store";
  return {
    furtherInside: network.podCidr === undefined ? [] : [network.podCidr],
    outbound: [
      aws("s3"),
      ...addressAllowances(deployment).map((allowance) => ({
        to: addresses(allowanceText(allowance), AddressSet.ofCidrs(allowance.cidrs)),
        services: tcpPorts(allowance.ports),
      })),
      { to: addresses("given VPC endpoints", AddressSet.ofCidrs(centralEndpoints(deployment))), services: HTTPS },
    ],
    allowances: deployment.allowances.map((allowance) => ({
      name: allowance.name,
      reason: allowance.reason,
      to: destinationText(allowance),
    })),
    clients: network.existing?.endpoints.admitCidrs ?? [],
    sources: nodeBlocks(deployment),
    beyond: (set) => beyond(deployment, set),
    nodes: [NODES],
    clusterApi: CLUSTER_API,
    imagePulls: registry.map((place) => ({ name: "Image pulls", ...place })),
    registry,
    bootstrap: ["ec2", "eks", "sts"].map((name) => ({ name: "Node bootstrap", ...aws(name) })),
    fromApi: [
      { name: "Kubernetes API to kubelets", services: KUBELET },
      { name: "Kubernetes API to admission webhooks", services: HTTPS },
    ],
    webhookCallers: [CLUSTER_API],
    objectStore: [aws("s3")],
    secretStore: [aws("secretsmanager")],
    logs: [inObjectStore ? aws("s3") : aws("logs")],
    // Union's proxy can't read CloudWatch.
    pastLogs: inObjectStore ? [aws("s3")] : [],
    credentials,
    exceptions: [
      ...givenPlaces(deployment).map((resource) => ({
        id: "no-foreign-principals",
        resource,
        reason:
          "Policies of endpoints that are there already are their owner's, who is to admit this account's principals alone.",
        expires: STANDING,
      })),
      ...(sessionServices(deployment).length > 0 ? [SESSIONS] : []),
    ],
    more: ({ api, dns }) => [
      ...clientPaths(deployment),
      ...allowedPaths(deployment),
      ...paths(NODES, ...sessionServices(deployment).map((name) => ({ name: "Sessions on nodes", ...aws(name) }))),
      ...paths(
        AUTOSCALER,
        // How large pools are, what a pool without nodes is like, and what its machines have.
        ...["autoscaling", "eks", "ec2"].map((name) => ({ name: "Sizes of node pools", ...aws(name) })),
        ...api,
        ...credentials.map((place) => ({ name: "Credentials of service accounts", ...place })),
        dns,
      ),
    ],
    offers: ["aws_vpc_endpoint_service.*"],
    management: [partyOf("aws_lb.*")],
  };
}
