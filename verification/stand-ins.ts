/**
 * What a deployment says is there and its stacks do not hold: pods that start at run time, and parts of the network
 * that the customer brings. Without them the paths of these would go unjudged.
 */
import type { AwsDeployment, AzureDeployment, Deployment, GoogleDeployment } from "../config/deployment";
import { PLATFORM_NAMESPACE, TASK_NAMESPACE_SERVICE_ACCOUNT, TASK_SERVICE_ACCOUNT } from "../config/names";
import type { Location, Resource, Value } from "./model";

const TASKS = "tasks";

/** Namespaces where task pods run. */
export function taskNamespaces({ taskNamespaces: given }: Deployment): readonly string[] {
  return given.length > 0 ? given : [PLATFORM_NAMESPACE];
}

/** Id of the endpoint that stands for all task pods of a namespace. */
export const taskPod = (namespace: string) => `pod/${namespace}/${TASKS}`;

/** Whether an object stands for pods that start at run time. */
export const standsForTasks = ({ address }: Resource, deployment: Deployment): boolean =>
  taskNamespaces(deployment).some((namespace) => taskPod(namespace) === address);

/** @param location of the deployment that speaks of them; @param unit of the stack that holds its workloads or network */
export function standIns(deployment: Deployment, location: Location, unit: string): Resource[] {
  const make = (type: string, mode: Resource["mode"], address: string, values: Readonly<Record<string, Value>>) => ({
    type,
    mode,
    address,
    unit,
    values,
    location,
    locate: () => location,
  });
  const tasks = deployment.workloads === "stack" ? taskNamespaces(deployment) : [];
  return [
    ...tasks.map((namespace) => make("kubernetes:Pod", "managed", taskPod(namespace), task(namespace))),
    ...given(deployment).map(({ type, mode, id, values }) => make(type, mode, id, { id, ...values })),
  ];
}

/**
 * Task pods carry whatever labels their tasks ask for; only a platform pod's would change which policies hold. Of their
 * containers nothing is known that would give up any right.
 */
function task(namespace: string): Readonly<Record<string, Value>> {
  const serviceAccountName = namespace === PLATFORM_NAMESPACE ? TASK_SERVICE_ACCOUNT : TASK_NAMESPACE_SERVICE_ACCOUNT;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: TASKS, namespace, labels: {} },
    spec: { serviceAccountName, containers: [{ name: "task" }] },
  };
}

/** A part of the cloud that the customer brings. */
interface Given {
  readonly type: string;
  readonly mode: Resource["mode"];
  readonly id: string;
  readonly values: Readonly<Record<string, Value>>;
}

function given(deployment: Deployment): Given[] {
  switch (deployment.cloud) {
    case "aws":
      return givenOnAws(deployment);
    case "google":
      return givenOnGoogle(deployment);
    case "azure":
      return givenOnAzure(deployment);
  }
}

function givenOnAws({ network: { cidr, existing }, cluster }: AwsDeployment): Given[] {
  // Members of a given group are in the given network; of its own rules nothing depends here.
  const groups = cluster.accessFromSecurityGroups.map((id): Given => ({
    type: "aws_security_group",
    mode: "managed",
    id,
    values: {},
  }));
  if (!existing) return groups;
  const vpc: Given = { type: "aws_vpc", mode: "data", id: existing.vpcId, values: { cidr_block: cidr } };
  const subnets = [...existing.nodeSubnets, ...existing.clusterSubnets].map(({ id, cidr: block }): Given => ({
    type: "aws_subnet",
    mode: "data",
    id,
    values: { vpc_id: existing.vpcId, cidr_block: block, map_public_ip_on_launch: false },
  }));
  return [vpc, ...subnets, ...groups];
}

function givenOnGoogle({ project, cloudRegion, network: { serviceCidr, existing } }: GoogleDeployment): Given[] {
  if (!existing) return [];
  const { nodeSubnet, podRange, serviceRange, clusterSubnet } = existing;
  const networkId = `projects/${project}/global/networks/${existing.network}`;
  const network: Given = {
    type: "google_compute_network",
    mode: "data",
    id: networkId,
    values: { name: existing.network, project, auto_create_subnetworks: false },
  };
  const ranges = [
    { range_name: podRange.name, ip_cidr_range: podRange.cidr },
    { range_name: serviceRange, ip_cidr_range: serviceCidr },
  ];
  const subnets = [
    { ...nodeSubnet, secondary_ip_range: ranges },
    { ...clusterSubnet, secondary_ip_range: [] },
  ].map(({ name, cidr: block, secondary_ip_range }): Given => ({
    type: "google_compute_subnetwork",
    mode: "data",
    id: `projects/${project}/regions/${cloudRegion}/subnetworks/${name}`,
    values: {
      name,
      project,
      region: cloudRegion,
      network: networkId,
      ip_cidr_range: block,
      secondary_ip_range,
      stack_type: "IPV4_ONLY",
    },
  }));
  return [network, ...subnets];
}

function givenOnAzure({ network: { cidr, existing } }: AzureDeployment): Given[] {
  if (!existing) return [];
  const { nodeSubnet, clusterSubnet, endpointSubnet, privateLinkSubnet } = existing;
  const networkId = nodeSubnet.id.replace(/\/subnets\/[^/]+$/, "");
  const network: Given = {
    type: "azurerm_virtual_network",
    mode: "data",
    id: networkId,
    values: { address_space: [cidr] },
  };
  const given = [nodeSubnet, clusterSubnet, endpointSubnet, ...(privateLinkSubnet ? [privateLinkSubnet] : [])];
  const subnets = given.map(({ id, cidr: block }): Given => ({
    type: "azurerm_subnet",
    mode: "data",
    id,
    // The group of the endpoints' subnet is judged as if it filtered them, whether the subnet says so or not.
    values: { address_prefixes: [block], private_endpoint_network_policies: "Enabled" },
  }));
  return [network, ...subnets];
}
