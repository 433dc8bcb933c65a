/** A task's pod, as the lease worker makes it of the configuration and the pod template that the data plane holds. */
import { parse } from "yaml";
import type { Manifest } from "../../../cli/workload-manifests/index";
import type { Deployment, NodePool } from "../../../config/deployment";
import { GPU } from "../../../config/scheduling";
import type { KubernetesObject } from "./api";

/** Kinds of tasks that are placed apart. */
export interface TaskKind {
  readonly interruptible?: boolean;
  readonly gpus?: number;
  /** The GPUs' name, where the task cares. */
  readonly accelerator?: string;
  /** Whether it asks for secrets, which the pod webhook adds. */
  readonly secrets?: boolean;
}

/** Kinds of tasks that a deployment has pools for, each with the pool that it must land on. */
export function taskKinds({ nodePools }: Deployment): [name: string, kind: TaskKind, pool: string][] {
  const pools = Object.entries<NodePool<Deployment>>(nodePools).filter(([, { role }]) => role === "worker");
  const hasGpu = (pool: (typeof pools)[number][1]) =>
    ("gpu" in pool && pool.gpu) || ("accelerator" in pool && pool.accelerator !== undefined);
  const first = (spot: boolean, gpu: boolean) =>
    pools.find(([, pool]) => pool.spot === spot && hasGpu(pool) === gpu)?.[0];
  const kinds: [string, TaskKind, string | undefined][] = [
    ["plain", {}, first(false, false) ?? first(true, false)],
    ["interruptible", { interruptible: true }, first(true, false)],
    ["with a GPU", { gpus: 1 }, first(false, true) ?? first(true, true)],
  ];
  return kinds.flatMap(([name, kind, pool]) => (pool === undefined ? [] : [[name, kind, pool]]));
}

/** A pool for tasks that ask for nothing particular. @throws Error where the deployment has none */
export function plainWorkers(deployment: Deployment): string {
  const [plain] = taskKinds(deployment);
  if (!plain) throw new Error(`${deployment.name} has no pool for tasks`);
  return plain[2];
}

/** The part of the lease worker's configuration that shapes pods (flyteplugins, flytek8s/config). */
interface PodSettings {
  readonly "default-pod-template-name"?: string;
  readonly "default-tolerations"?: readonly object[];
  readonly "default-node-selector"?: readonly Readonly<Record<string, string>>[];
  readonly "interruptible-tolerations"?: readonly object[];
  readonly "interruptible-node-selector-requirement"?: Requirement;
  readonly "non-interruptible-node-selector-requirement"?: Requirement;
  readonly "resource-tolerations"?: readonly Readonly<Record<string, readonly object[]>>[];
  readonly "gpu-device-node-label"?: string;
  readonly "default-labels"?: readonly Readonly<Record<string, string>>[];
  readonly "default-annotations"?: readonly Readonly<Record<string, string>>[];
  readonly "default-env-vars"?: readonly Readonly<Record<string, string>>[];
  readonly "inject-finalizer"?: boolean;
  readonly "default-cpus"?: string;
  readonly "default-memory"?: string;
}

interface Requirement {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

/** Keeps a pod until the lease worker has seen how it ended. */
const FINALIZER = "flyte/flytek8s";

/**
 * What the lease worker would ask for (flyteplugins: flytek8s, ToK8sPodSpec and addObjectMetadata): the pod template, the
 * task's own container in the place of the template's, and what the configuration adds to every task of its kind.
 *
 * @throws Error if the manifests hold no configuration of the lease worker, or no such pod template in the namespace
 */
export function taskPod(
  { organization }: Deployment,
  manifests: readonly Manifest[],
  namespace: string,
  { interruptible = false, gpus = 0, accelerator, secrets = false }: TaskKind = {},
): KubernetesObject {
  const settings = podSettings(manifests);
  const { metadata = {}, spec } = podTemplate(manifests, namespace, settings["default-pod-template-name"] ?? "");
  const resources = {
    cpu: settings["default-cpus"] ?? "100m",
    memory: settings["default-memory"] ?? "100Mi",
    ...(gpus > 0 && { [GPU]: String(gpus) }),
  };
  const device = settings["gpu-device-node-label"];
  const byName = accelerator !== undefined && device !== undefined && { key: device, accelerator };
  const requirements = [
    settings[`${interruptible ? "" : "non-"}interruptible-node-selector-requirement`],
    ...(byName ? [{ key: byName.key, operator: "In", values: [byName.accelerator] }] : []),
  ].filter((requirement) => requirement !== undefined);
  const [template = {}] = spec.containers;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: ["a1b2c3d4", interruptible && "spot", gpus > 0 && "gpu", secrets && "secrets", "n0-0"]
        .filter(Boolean)
        .join("-"),
      namespace,
      labels: {
        ...merged(settings["default-labels"]),
        ...metadata.labels,
        organization,
        project: "fraud",
        domain: "development",
        "execution-id": "a1b2c3d4",
        ...(secrets && { "inject-flyte-secrets": "true" }),
      },
      annotations: { ...merged(settings["default-annotations"]), ...metadata.annotations },
      finalizers: settings["inject-finalizer"] ? [FINALIZER] : [],
    },
    spec: {
      restartPolicy: "Never",
      ...spec,
      enableServiceLinks: false,
      containers: [
        {
          ...template,
          name: "a1b2c3d4-n0-0",
          image: "registry.example/tasks:1",
          args: ["a0", "--inputs", "s3://bucket/inputs.pb"],
          env: Object.entries(merged(settings["default-env-vars"])).map(([name, value]) => ({ name, value })),
          resources: { requests: resources, limits: resources },
        },
      ],
      tolerations: [
        ...(spec.tolerations ?? []),
        ...(gpus > 0 ? (settings["resource-tolerations"] ?? []).flatMap((map) => map[GPU] ?? []) : []),
        ...(interruptible ? (settings["interruptible-tolerations"] ?? []) : []),
        ...(settings["default-tolerations"] ?? []),
        ...(byName ? [{ key: byName.key, operator: "Equal", value: byName.accelerator, effect: "NoSchedule" }] : []),
      ],
      nodeSelector: { ...spec.nodeSelector, ...merged(settings["default-node-selector"]) },
      ...(requirements.length > 0 && {
        affinity: {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: requirements }] },
          },
        },
      }),
    },
  };
}

/** A map as the configuration writes one whose keys have dots: a list of single entries. */
const merged = (maps: readonly Readonly<Record<string, string>>[] = []): Record<string, string> =>
  Object.assign({}, ...maps) as Record<string, string>;

function podSettings(manifests: readonly Manifest[]): PodSettings {
  const file = manifests.find(({ kind, metadata }) => kind === "ConfigMap" && metadata.name === "leaseworker");
  const texts = Object.values((file?.["data"] ?? {}) as Readonly<Record<string, string>>);
  const parts = texts.map((text) => (parse(text) as { plugins?: { k8s?: PodSettings } }).plugins?.k8s ?? {});
  if (parts.length === 0) throw new Error("the manifests hold no ConfigMap 'leaseworker'");
  return Object.assign({}, ...parts) as PodSettings;
}

interface Template {
  readonly metadata?: {
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: {
    readonly containers: readonly object[];
    readonly tolerations?: readonly object[];
    readonly nodeSelector?: Readonly<Record<string, string>>;
    readonly [field: string]: unknown;
  };
}

function podTemplate(manifests: readonly Manifest[], namespace: string, name: string): Template {
  const found = manifests.find(
    ({ kind, metadata }) => kind === "PodTemplate" && metadata.name === name && metadata.namespace === namespace,
  );
  if (!found) throw new Error(`there is no PodTemplate '${name}' in namespace ${namespace}`);
  return found["template"] as unknown as Template;
}
