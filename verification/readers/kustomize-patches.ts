/**
 * Patches of a kustomization that leave whatever they are applied to as open as it is: of workloads they change what
 * containers run with, of others what is held or counted. Source:
 * kubectl.docs.kubernetes.io/references/kustomize/kustomization/patches, RFC 6902.
 */
import { isJsonObject, type JsonObject } from "./json-values";
import { readYamlDocuments } from "./kubernetes-manifests";

/** Fields of a kustomization that patch. */
export const PATCHES = ["patches", "patchesJson6902", "patchesStrategicMerge"];

/** Kinds that are reached by what their pods ask for, if at all. */
const KINDS =
  /^(ConfigMap|CronJob|DaemonSet|Deployment|HorizontalPodAutoscaler|Job|PersistentVolumeClaim|PodDisruptionBudget|ReplicaSet|Secret|ServiceAccount|StatefulSet)$/;

/** Fields by which pods are reached past their network, or policies tell them apart. */
const REACHED = [
  "hostIP",
  "hostNetwork",
  "hostPort",
  "labels",
  "matchLabels",
  "namespaceSelector",
  "ports",
  "selector",
];

/** What a patch of RFC 6902 may change of these kinds: nothing above it holds a label. */
const PATHS =
  /^\/(data|stringData|metadata\/annotations|spec\/(minReplicas|maxReplicas|replicas|template\/metadata\/annotations|(jobTemplate\/spec\/)?template\/spec\/\w+))(\/|$)/;

/**
 * Whether every patch of a kustomization is such a one.
 *
 * @param read the text of a file that it names, relative to its folder; undefined where it can't be read
 */
export function opensNothing(kustomization: JsonObject, read: (path: string) => string | undefined): boolean {
  return PATCHES.flatMap((name) => listOf(kustomization[name])).every((entry) => {
    const { patch, path, target } = isJsonObject(entry) ? entry : { patch: undefined, path: entry, target: undefined };
    const text = typeof patch === "string" ? patch : typeof path === "string" ? (read(path) ?? path) : "";
    const documents = documentsOf(text);
    return documents.length > 0 && documents.every((one) => isHarmless(one, isJsonObject(target) ? target : undefined));
  });
}

function documentsOf(text: string): unknown[] {
  try {
    return readYamlDocuments("patch", text).map(({ value }) => value);
  } catch {
    return [];
  }
}

function isHarmless(patch: unknown, target: JsonObject | undefined): boolean {
  if (Array.isArray(patch)) return isKind(target?.["kind"]) && patch.every(isHarmlessOperation);
  if (!isJsonObject(patch)) return false;
  const kind = target ? target["kind"] : patch["kind"];
  // What is taken away is not reached, but for a policy.
  if (patch["$patch"] === "delete") return isKind(kind) || kind === "Service";
  return isKind(kind) && !changesReach(patch);
}

const isKind = (kind: unknown): boolean => typeof kind === "string" && KINDS.test(kind);

function isHarmlessOperation(operation: unknown): boolean {
  if (!isJsonObject(operation)) return false;
  const { op, path, value } = operation;
  const names = typeof path === "string" && PATHS.test(path) ? path.split("/") : REACHED;
  return /^(add|remove|replace|test)$/.test(String(op)) && !names.some(isReached) && !changesReach(value);
}

const isReached = (name: string): boolean => REACHED.includes(name);

/** Whether a value has a field of these at any depth, or one that replaces more than it says. */
function changesReach(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(changesReach);
  if (!isJsonObject(value)) return false;
  return Object.entries(value).some(
    ([name, held]) =>
      isReached(name) || (name.startsWith("$") && !(name === "$patch" && held === "delete")) || changesReach(held),
  );
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
