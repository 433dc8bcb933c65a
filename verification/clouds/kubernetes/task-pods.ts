/**
 * The pods that the lease worker makes of tasks, by its configuration: flyteplugins, flytek8s (`UpdatePod`,
 * `GetPodTolerations`, `ApplyInterruptibleNodeAffinity`, `MergeBasePodSpecOntoTemplate`) of github.com/flyteorg/flyte.
 *
 * A task without tolerations, selectors and requests of its own, but for GPUs.
 */
import { LEASE_WORKER } from "../../../config/components";
import { PLATFORM_NAMESPACE } from "../../../config/names";
import { GPU } from "../../../config/scheduling";
import type { Resource, Value } from "../../model";
import { at, field, isList, isObject, isOpaque, list, unknown, knownText, type ObjectValue } from "../../values";
import { type KubernetesObjects } from "./objects";
import type { PlacedPods } from "./scheduling";
import { CONFIGURATION_PATH, configurationOf, settingOf } from "./union-configuration";

/** Kinds of tasks that are scheduled differently. */
export interface TaskKind {
  readonly interruptible: boolean;
  readonly gpu: boolean;
}

const NO_PLUGIN = unknown("the lease worker's configuration has no plugins.k8s");

/** The `plugins.k8s` section of the lease worker's configuration; undefined where the input holds no such configuration. */
function pluginOf(objects: KubernetesObjects, resources: readonly Resource[]) {
  const [map] = objects.named("ConfigMap", "", LEASE_WORKER, PLATFORM_NAMESPACE);
  return map && { map, plugin: settingOf(configurationOf(map, resources), "plugins.k8s") ?? NO_PLUGIN };
}

const templateOf = (plugin: Value, namespace: string, objects: KubernetesObjects) =>
  objects.named("PodTemplate", "", knownText(at(plugin, "default-pod-template-name")) ?? "", namespace)[0];

/** What every task pod of a namespace begins with, by the lease worker's configuration; undefined where it is not in the input. */
export function taskTemplateOf(
  namespace: string,
  objects: KubernetesObjects,
  resources: readonly Resource[],
): Value | undefined {
  const configured = pluginOf(objects, resources);
  const template = configured && templateOf(configured.plugin, namespace, objects);
  return template && field(template, "template", "spec");
}

/** Pods of a kind of task in a namespace; undefined where the input holds no configuration of the lease worker. */
export function taskPods(
  { interruptible, gpu }: TaskKind,
  namespace: string,
  objects: KubernetesObjects,
  resources: readonly Resource[],
): PlacedPods | undefined {
  const configured = pluginOf(objects, resources);
  if (!configured) return undefined;
  const { map, plugin } = configured;
  const template = templateOf(plugin, namespace, objects);
  const words = [interruptible ? "interruptible " : "", "task", gpu ? " with GPUs" : ""];
  return {
    what: `${interruptible ? "an" : "a"} ${words.join("")}`,
    resource: map,
    path: CONFIGURATION_PATH,
    spec: isOpaque(plugin) ? plugin : specOf(plugin, { interruptible, gpu }, template),
    onEachNode: false,
  };
}

function specOf(plugin: Value, { interruptible, gpu }: TaskKind, template: Resource | undefined): Value {
  const base = (name: string) => (template ? field(template, "template", "spec", name) : undefined);
  const tolerations = [
    ...(gpu ? listOf(at(merged(at(plugin, "resource-tolerations")), GPU)) : []),
    ...(interruptible ? listOf(at(plugin, "interruptible-tolerations")) : []),
    ...listOf(at(plugin, "default-tolerations")),
    ...listOf(base("tolerations")),
  ];
  const requirement = at(plugin, `${interruptible ? "" : "non-"}interruptible-node-selector-requirement`);
  return {
    tolerations,
    nodeSelector: {
      ...objectOf(base("nodeSelector")),
      ...objectOf(merged(at(plugin, "default-node-selector"))),
      ...(interruptible && objectOf(merged(at(plugin, "interruptible-node-selector")))),
    },
    affinity: { nodeAffinity: affinityOf(at(plugin, "default-affinity") ?? base("affinity"), requirement) },
    containers: gpu ? [{ resources: { requests: { [GPU]: "1" } } }] : [],
  };
}

/** The required affinity with one requirement more in each of its terms. */
function affinityOf(affinity: Value | undefined, requirement: Value | undefined): Value {
  const required = "requiredDuringSchedulingIgnoredDuringExecution";
  const given = at(affinity, "nodeAffinity", required);
  if (requirement === undefined) return given === undefined ? {} : { [required]: given };
  const terms = given === undefined ? [{}] : listOf(at(given, "nodeSelectorTerms"));
  return {
    [required]: {
      nodeSelectorTerms: terms.map((term) => ({
        ...objectOf(term),
        matchExpressions: [...listOf(at(term, "matchExpressions")), requirement],
      })),
    },
  };
}

/** A map that may be written as a list of maps, since configuration splits a map's keys at their dots. */
function merged(value: Value | undefined): Value | undefined {
  return isList(value) ? (Object.assign({}, ...value.filter(isObject)) as ObjectValue) : value;
}

const objectOf = (value: Value | undefined) => (isObject(value) ? value : {});

/** The elements of a list; one that can't be told is one element. */
function listOf(value: Value | undefined): readonly Value[] {
  const elements = list(value) ?? [];
  return isOpaque(elements) ? [elements] : elements;
}
