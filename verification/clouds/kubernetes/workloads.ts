/**
 * The pods that workloads of the input run.
 *
 * The pods of one workload are alike (https://kubernetes.io/docs/concepts/workloads/controllers/), so they are one
 * {@link Pods}. Controllers add labels to the template's
 * (https://kubernetes.io/docs/reference/labels-annotations-taints/): they count, mostly with a value that only the
 * cluster knows.
 */
import type { Resource, Unjudged, Value } from "../../model";
import { at, field, isOpaque, list, number, text, unknown, type Opaque, knownText } from "../../values";
import type { KubernetesObjects } from "./objects";
import { readLabels, type Labels } from "./selectors";
import { oncePer } from "../../once-per";
import { flag, type Ternary } from "../../ternary";

export interface ContainerPort {
  readonly name: string | undefined;
  readonly protocol: string;
  readonly port: number;
  /** Port of the node that leads to this one. */
  readonly hostPort: number | undefined;
  /** Address of the node that `hostPort` is bound to; every one where it is left out. */
  readonly hostIP: string | undefined;
  /** Where it is written in the resource. */
  readonly path: readonly (string | number)[];
}

export interface Pods {
  /** `deployment/NAMESPACE/NAME`; `?` where a part can't be told. */
  readonly id: string;
  readonly name: string;
  readonly namespace: string | undefined;
  readonly resource: Resource;
  readonly labels: Labels;
  /** Path of the pod's `spec` in the resource. */
  readonly specPath: readonly string[];
  readonly serviceAccount: string | undefined;
  /** In the node's network namespace: NetworkPolicy does not govern such pods. */
  readonly hostNetwork: Ternary;
  readonly ports: readonly ContainerPort[] | Opaque;
}

interface WorkloadKind {
  readonly kind: string;
  readonly groups: readonly string[];
  /** What ids of its workloads begin with; default: the kind. */
  readonly called?: string;
  /** Path of the pod template; empty for a pod. */
  readonly template: readonly string[];
  /** Labels that the controller adds with a value that only the cluster knows. */
  readonly added?: readonly string[];
  /** Labels that the controller sets to the workload's name. */
  readonly named?: readonly string[];
}

const TEMPLATE = ["spec", "template"];
const JOB_NAME = ["job-name", "batch.kubernetes.io/job-name"];
const JOB_UID = ["controller-uid", "batch.kubernetes.io/controller-uid"];

const KINDS: readonly WorkloadKind[] = [
  { kind: "Pod", groups: [""], template: [] },
  { kind: "ReplicationController", groups: [""], template: TEMPLATE },
  { kind: "ReplicaSet", groups: ["apps", "extensions"], template: TEMPLATE },
  { kind: "Deployment", groups: ["apps", "extensions"], template: TEMPLATE, added: ["pod-template-hash"] },
  {
    kind: "DaemonSet",
    groups: ["apps", "extensions"],
    template: TEMPLATE,
    added: ["controller-revision-hash", "pod-template-generation"],
  },
  {
    kind: "StatefulSet",
    groups: ["apps"],
    template: TEMPLATE,
    added: ["controller-revision-hash", "statefulset.kubernetes.io/pod-name", "apps.kubernetes.io/pod-index"],
  },
  { kind: "Job", groups: ["batch"], template: TEMPLATE, added: JOB_UID, named: JOB_NAME },
  {
    kind: "CronJob",
    groups: ["batch"],
    template: ["spec", "jobTemplate", "spec", "template"],
    added: [...JOB_UID, ...JOB_NAME],
  },
  // https://argo-rollouts.readthedocs.io/en/stable/features/specification/
  { kind: "Rollout", groups: ["argoproj.io"], template: TEMPLATE, added: ["rollouts-pod-template-hash"] },
  // https://docs.openshift.com/container-platform/latest/rest_api/workloads_apis/deploymentconfig-apps-openshift-io-v1.html
  {
    kind: "DeploymentConfig",
    groups: ["apps.openshift.io"],
    template: TEMPLATE,
    added: ["deployment", "deploymentconfig"],
  },
  // https://knative.dev/docs/serving/services/
  {
    kind: "Service",
    called: "knative-service",
    groups: ["serving.knative.dev"],
    template: TEMPLATE,
    added: ["pod-template-hash", "serving.knative.dev/revision", "serving.knative.dev/configuration"],
    named: ["serving.knative.dev/service"],
  },
];

/** One {@link Pods} for each workload of the input. */
export const podsOf = oncePer((objects: KubernetesObjects): readonly Pods[] =>
  KINDS.flatMap((kind) =>
    objects
      .ofKind(kind.kind, ...kind.groups)
      .filter((resource) => workloadRef(resource) === undefined)
      .map((resource) => readPods(kind, resource, objects)),
  ),
);

/** The workload whose template a Rollout takes in place of one of its own. */
function workloadRef(resource: Resource): Value | undefined {
  return resource.type === "kubernetes:Rollout" ? field(resource, "spec", "workloadRef") : undefined;
}

/** Rollouts whose pods are those of a workload that the input does not hold. */
export function podsElsewhere(objects: KubernetesObjects): Unjudged[] {
  return objects.ofKind("Rollout", "argoproj.io").flatMap((rollout) => {
    const reference = workloadRef(rollout);
    if (reference === undefined) return [];
    const [kind, name] = [knownText(at(reference, "kind")), knownText(at(reference, "name"))];
    const namespace = objects.namespaceOf(rollout);
    if (kind !== undefined && name !== undefined && objects.named(kind, "apps", name, namespace).length > 0) return [];
    const reason = `its pods are those of ${kind ?? "?"} ${name ?? "?"}, which is not in the input`;
    return { resource: rollout.address, location: rollout.locate(["spec", "workloadRef"]), reason };
  });
}

function readPods(kind: WorkloadKind, resource: Resource, objects: KubernetesObjects): Pods {
  const name = objects.nameOf(resource);
  const namespace = objects.namespaceOf(resource);
  const template = field(resource, ...kind.template);
  const specPath = [...kind.template, "spec"];
  const spec = at(template, "spec");
  const hostNetwork = flag(at(spec, "hostNetwork"), false);
  const written = readLabels(at(template, "metadata", "labels"));
  const values = new Map(written.values);
  for (const key of kind.added ?? []) values.set(key, undefined);
  for (const key of kind.named ?? []) values.set(key, name?.endsWith("*") ? undefined : name);
  const account = at(spec, "serviceAccountName") ?? at(spec, "serviceAccount") ?? "default";
  return {
    id: `${kind.called ?? kind.kind.toLowerCase()}/${namespace ?? "?"}/${name ?? "?"}`,
    name: name ?? "?",
    namespace,
    resource,
    labels: { values, open: written.open },
    specPath,
    serviceAccount: knownText(account),
    hostNetwork,
    ports: readPorts(spec, specPath, hostNetwork),
  };
}

/** The ports of a pod's containers, and of its init containers that stay (sidecars). */
function readPorts(spec: Value | undefined, specPath: readonly string[], hostNetwork: Ternary): Pods["ports"] {
  const result: ContainerPort[] = [];
  for (const kind of ["containers", "initContainers"]) {
    const containers = list(at(spec, kind)) ?? [];
    if (isOpaque(containers)) return containers;
    for (const [index, container] of containers.entries()) {
      if (isOpaque(container)) return container;
      if (kind === "initContainers" && at(container, "restartPolicy") !== "Always") continue;
      const ports = list(at(container, "ports")) ?? [];
      if (isOpaque(ports)) return ports;
      for (const [position, written] of ports.entries()) {
        const port = readPort(written, [...specPath, kind, index, "ports", position], hostNetwork);
        if (isOpaque(port)) return port;
        result.push(port);
      }
    }
  }
  return result;
}

function readPort(written: Value, path: ContainerPort["path"], hostNetwork: Ternary): ContainerPort | Opaque {
  const name = text(at(written, "name"));
  const protocol = text(at(written, "protocol")) ?? "TCP";
  const port = portNumber(at(written, "containerPort")) ?? 0;
  const hostPort = portNumber(at(written, "hostPort")) ?? (hostNetwork === true ? port : undefined);
  const hostIP = text(at(written, "hostIP"));
  if (isOpaque(name)) return name;
  if (isOpaque(protocol)) return protocol;
  if (isOpaque(port)) return port;
  if (isOpaque(hostPort)) return hostPort;
  if (isOpaque(hostIP)) return hostIP;
  // 0 stands for none, as in the API.
  return { name, protocol, port, hostPort: hostPort === 0 ? undefined : hostPort, hostIP, path };
}

function portNumber(value: Value | undefined): number | Opaque | undefined {
  const port = number(value);
  if (typeof port !== "number" || (Number.isInteger(port) && port >= 0 && port <= 65535)) return port;
  return unknown(`${port} is no port`);
}
