/** A task's pod, as the lease worker makes it of the configuration and the pod template that the data plane holds. */
import { parse } from "yaml";
import type { Manifest } from "../../../cli/workload-manifests/index";
import type { Deployment } from "../../../config/deployment";
import { GPU } from "../../../config/scheduling";
import type { KubernetesObject } from "./api";

/** Kinds of tasks that are placed apart. */
export interface TaskKind {
  readonly interruptible?: boolean;
  readonly gpus?: number;
  /** Whether it asks for secrets, which the pod webhook adds. */
  readonly secrets?: boolean;
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
  readonly "default-labels"?: readonly Readonly<Record<string, string>>[];
  readonly "default-cpus"?: string;
  readonly "default-memory"?: string;
}

interface Requirement {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

/** @throws Error if the manifests hold no configuration of the lease worker, or no such pod template in the namespace */
export function taskPod(
  deployment: Deployment,
  manifests: readonly Manifest[],
  namespace: string,
  { interruptible = false, gpus = 0, secrets = false }: TaskKind = {},
): KubernetesObject {
  const settings = podSettings(manifests);
  const template = podTemplate(manifests, namespace, settings["default-pod-template-name"] ?? "");
  const requirement = settings[`${interruptible ? "" : "non-"}interruptible-node-selector-requirement`];
  const resources = {
    cpu: settings["default-cpus"] ?? "100m",
    memory: settings["default-memory"] ?? "100Mi",
    ...(gpus > 0 && { [GPU]: String(gpus) }),
  };
  const merged = (maps: readonly Readonly<Record<string, string>>[] = []): Record<string, string> =>
    Object.assign({}, ...maps) as Record<string, string>;
  const [defaults = {}] = template.spec.containers;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: `a1b2c3d4-n0-${[interruptible && "spot", gpus > 0 && "gpu", secrets && "secrets"].filter(Boolean).join("-") || "0"}`,
      namespace,
      labels: {
        ...(template.metadata?.labels ?? {}),
        ...merged(settings["default-labels"]),
        organization: deployment.organization,
        project: "fraud",
        domain: "development",
        "execution-id": "a1b2c3d4",
        ...(secrets && { "inject-flyte-secrets": "true" }),
      },
    },
    spec: {
      restartPolicy: "Never",
      ...template.spec,
      containers: [
        {
          ...defaults,
          name: "a1b2c3d4-n0-0",
          image: "registry.example/tasks:1",
          args: ["a0", "--inputs", "s3://bucket/inputs.pb"],
          resources: { requests: resources, limits: resources },
        },
      ],
      tolerations: [
        ...(settings["default-tolerations"] ?? []),
        ...(interruptible ? (settings["interruptible-tolerations"] ?? []) : []),
        ...(gpus > 0 ? (settings["resource-tolerations"] ?? []).flatMap((map) => map[GPU] ?? []) : []),
      ],
      nodeSelector: merged(settings["default-node-selector"]),
      ...(requirement && {
        affinity: {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [{ matchExpressions: [requirement] }],
            },
          },
        },
      }),
    },
  };
}

function podSettings(manifests: readonly Manifest[]): PodSettings {
  const file = manifests.find(({ kind, metadata }) => kind === "ConfigMap" && metadata.name === "leaseworker");
  const texts = Object.values((file?.["data"] ?? {}) as Readonly<Record<string, string>>);
  const parts = texts.map((text) => (parse(text) as { plugins?: { k8s?: PodSettings } }).plugins?.k8s ?? {});
  if (parts.length === 0) throw new Error("the manifests hold no ConfigMap 'leaseworker'");
  return Object.assign({}, ...parts) as PodSettings;
}

interface Template {
  readonly metadata?: { readonly labels?: Readonly<Record<string, string>> };
  readonly spec: { readonly containers: readonly object[]; readonly [field: string]: unknown };
}

function podTemplate(manifests: readonly Manifest[], namespace: string, name: string): Template {
  const found = manifests.find(
    ({ kind, metadata }) => kind === "PodTemplate" && metadata.name === name && metadata.namespace === namespace,
  );
  if (!found) throw new Error(`there is no PodTemplate '${name}' in namespace ${namespace}`);
  return found["template"] as unknown as Template;
}
