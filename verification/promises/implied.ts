/**
 * What a deployment says is there and its stacks do not hold: pods that start at run time, those of Union's chart, and
 * parts of the network that the customer brings. Without them the paths of these would go unjudged.
 */
import { CHART_PODS, hasChartPod, type ChartPod, type ChartPodName } from "../../config/chart";
import type { Deployment } from "../../config/deployment";
import {
  PLATFORM_NAMESPACE,
  TASK_NAMESPACE_SERVICE_ACCOUNT,
  TASK_SERVICE_ACCOUNT,
  namespacesOfTasks,
} from "../../config/names";
import type { Location, Resource, Value } from "../model";
import { manifestAddress } from "../readers/kubernetes-manifests";
import { promisesOf } from "./clouds";
import { TASKS, taskPod, markStandIn, markGiven } from "./stand-ins";

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
  const pods = [
    ...namespacesOfTasks(deployment).map((namespace) =>
      make("kubernetes:Pod", "managed", taskPod(namespace), task(namespace)),
    ),
    ...chartPods(deployment).map((pod) =>
      make(`kubernetes:${pod.kind}`, "managed", chartPodAddress(pod), chartWorkload(pod)),
    ),
  ];
  pods.forEach(markStandIn);
  const parts = promisesOf(deployment)
    .given(deployment)
    .map(({ type, mode, id, values }) => make(type, mode, id, { id, ...values }));
  parts.forEach(markGiven);
  return [...pods, ...parts];
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

// ---------------------------------------------------------------- Union's chart

/** What Union's chart brings to a deployment. */
function chartPods(deployment: Deployment): readonly ChartPod[] {
  if (deployment.workloads !== "chart") return [];
  const names = Object.keys(CHART_PODS) as ChartPodName[];
  return names.filter((name) => hasChartPod(deployment, name)).map((name) => CHART_PODS[name]);
}

/** The same as the object of a render has, which stands in its own place. */
const chartPodAddress = ({ kind, name }: ChartPod) => manifestAddress(kind, name, PLATFORM_NAMESPACE);

/** Policies know it by its labels; of its containers nothing is known that would give up any right. */
function chartWorkload({ kind, name, labels, serviceAccount }: ChartPod): Readonly<Record<string, Value>> {
  return {
    apiVersion: kind === "Job" ? "batch/v1" : "apps/v1",
    kind,
    metadata: { name, namespace: PLATFORM_NAMESPACE },
    spec: {
      template: {
        metadata: { labels },
        spec: { serviceAccountName: serviceAccount, containers: [{ name }] },
      },
    },
  };
}
