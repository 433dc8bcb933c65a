/**
 * What a deployment says is there and its stacks do not hold: pods that start at run time, and parts of the network
 * that the customer brings. Without them the paths of these would go unjudged.
 */
import type { Deployment } from "../config/deployment";
import { PLATFORM_NAMESPACE, TASK_NAMESPACE_SERVICE_ACCOUNT, TASK_SERVICE_ACCOUNT } from "../config/names";
import type { Location, Resource, Value } from "./model";

const TASKS = "tasks";

/** Namespaces where task pods run. */
export function taskNamespaces({ taskNamespaces: given }: Deployment): readonly string[] {
  return given.length > 0 ? given : [PLATFORM_NAMESPACE];
}

/** Id of the endpoint that stands for all task pods of a namespace. */
export const taskPod = (namespace: string) => `pod/${namespace}/${TASKS}`;

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
    ...existingNetwork(deployment).map(({ type, id, values }) => make(type, "data", id, { id, ...values })),
    // Members of a given group are in the given network; of its own rules nothing depends here.
    ...deployment.cluster.accessFromSecurityGroups.map((id) => make("aws_security_group", "managed", id, { id })),
  ];
}

/** Task pods carry whatever labels their tasks ask for; only a platform pod's would change which policies hold. */
function task(namespace: string): Readonly<Record<string, Value>> {
  const serviceAccountName = namespace === PLATFORM_NAMESPACE ? TASK_SERVICE_ACCOUNT : TASK_NAMESPACE_SERVICE_ACCOUNT;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: TASKS, namespace, labels: {} },
    spec: { serviceAccountName, containers: [] },
  };
}

function existingNetwork({ network: { cidr, existing } }: Deployment) {
  if (!existing) return [];
  const vpc = { type: "aws_vpc", id: existing.vpcId, values: { cidr_block: cidr } };
  const subnets = [...existing.nodeSubnets, ...existing.clusterSubnets].map(({ id, cidr: block }) => ({
    type: "aws_subnet",
    id,
    values: { vpc_id: existing.vpcId, cidr_block: block, map_public_ip_on_launch: false },
  }));
  return [vpc, ...subnets];
}
