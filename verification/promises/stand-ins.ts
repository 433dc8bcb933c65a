/** Which resources stand in for what the input does not hold, and what is known of them. */
import type { Resource } from "../model";

/** Name of what stands for all task pods of a namespace. */
export const TASKS = "tasks";

/** Id of the endpoint that stands for all task pods of a namespace. */
export const taskPod = (namespace: string) => `pod/${namespace}/${TASKS}`;

const standing = new WeakSet<Resource>();

/** Whether an object stands for pods that the input does not hold: of these, nothing but who they are is known. */
export const isStandIn = (resource: Resource): boolean => standing.has(resource);

/** Says of an object that it is such a one. */
export const markStandIn = (resource: Resource): void => void standing.add(resource);

const brought = new WeakSet<Resource>();

/** Whether it stands for a part of the network that the customer brings, of which the deployment is the only source. */
export const isGiven = (resource: Resource): boolean => brought.has(resource);

/** Says of a resource that it is such a part. */
export const markGiven = (resource: Resource): void => void brought.add(resource);

/** Whether it stands for pods of tasks, which start at run time. */
export const standsForTasks = (resource: Resource): boolean =>
  isStandIn(resource) && resource.type === "kubernetes:Pod";

/**
 * Those of `known` that still stand in once a render of the chart is there. It holds all that the chart always makes,
 * so that what it lacks is missing; a Job is the hook before an upgrade, which a render of a first install leaves out.
 */
export function besideRender(known: readonly Resource[], render: readonly Resource[]): Resource[] {
  const held = new Set(render.map(({ address }) => address));
  const replaced = (one: Resource) => one.type === "kubernetes:Deployment" || held.has(one.address);
  return known.filter((one) => !(isStandIn(one) && replaced(one)));
}

/** Whether the input tells what the platform's pods are made of: a stack does, and a render of the chart. */
export const holdsPlatform = (resources: readonly Resource[]): boolean =>
  !resources.some((one) => isStandIn(one) && one.type === "kubernetes:Deployment");
