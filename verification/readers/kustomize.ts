/**
 * Kustomize's own files, which change the objects that lie beside them.
 *
 * What they name as resources is read as it is written, unless a field changes what is open: then Kustomize itself
 * builds them, where it is at hand. Source: kubectl.docs.kubernetes.io/references/kustomize/kustomization.
 */
import { mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { isJsonObject, type JsonObject } from "./json-values";
import { printedBy, type Printed, type Program } from "./programs";

/** Names by which Kustomize finds its file in a folder. */
export const isKustomization = (name: string): boolean => /^(kustomization(\.ya?ml)?|Kustomization)$/.test(name);

/** Fields that leave every object as open as it is written: what objects are called, run and hold, but for {@link keysWritten}. */
const HARMLESS = new Set([
  "apiVersion",
  "kind",
  "metadata",
  "resources",
  "bases",
  "commonAnnotations",
  "configMapGenerator",
  "secretGenerator",
  "generatorOptions",
  "images",
  "replicas",
  "namePrefix",
  "nameSuffix",
  "buildMetadata",
  "openapi",
  "configurations",
  "sortOptions",
]);

/** Fields that matter only where policies tell objects apart by labels and namespaces, or a controller reads them. */
const OF_POLICIES = new Set(["namespace", "commonLabels", "labels"]);

/**
 * Keys of annotations and labels that no controller opens anything by. Without a prefix they are their user's own
 * (kubernetes.io/docs/concepts/overview/working-with-objects/annotations); the ones of `app.kubernetes.io` tell what an
 * object is part of (.../common-labels).
 */
const OF_NO_CONTROLLER = /^([^/]*|app\.kubernetes\.io\/.*)$/;

/** Whether a ConfigMap that is generated names services, as those do that open ports for a controller. */
const leadsToServices = (generator: unknown): boolean =>
  isJsonObject(generator) && textsOf(generator, "literals").some((one) => /^\d+=[^/]+\/[^:]+:/.test(one));

/** Keys of what a kustomization writes over the annotations and labels of all objects. */
function keysWritten({ commonAnnotations, commonLabels, labels }: JsonObject): string[] {
  const pairs = listOf(labels).map((one) => (isJsonObject(one) ? one["pairs"] : undefined));
  return [commonAnnotations, commonLabels, ...pairs].flatMap((one) => (isJsonObject(one) ? Object.keys(one) : []));
}

/**
 * What a kustomization makes of the objects beside it, for the report; undefined if it leaves them as open as they are.
 *
 * @param hasPolicies whether there are network policies among the objects
 * @param exists whether there is such a path, relative to the kustomization's folder
 */
export function changesOf(
  kustomization: unknown,
  hasPolicies: boolean,
  exists: (path: string) => boolean,
): string | undefined {
  if (!isJsonObject(kustomization)) return "Kustomize's file is no object";
  const isHarmless = (name: string) => HARMLESS.has(name) || (OF_POLICIES.has(name) && !hasPolicies);
  const fields = Object.keys(kustomization).filter((name) => !isHarmless(name) && isSet(kustomization[name]));
  const keys = keysWritten(kustomization).filter((key) => !OF_NO_CONTROLLER.test(key));
  const generated = listOf(kustomization["configMapGenerator"]).some(leadsToServices) ? ["configMapGenerator"] : [];
  const changing = [...fields, ...keys, ...generated];
  if (changing.length > 0) return `Kustomize changes the objects by ${changing.join(", ")}`;
  const missing = resourcesOf(kustomization).find((path) => !exists(path));
  return missing === undefined ? undefined : `Kustomize takes objects from ${missing}, which is not in the input`;
}

/**
 * Whether a kustomization takes something from elsewhere: a resource or component that is an address, such as
 * `https://...`, `git@...` or `github.com/owner/name?ref=v1`, or a chart of a repository.
 *
 * @param exists as in {@link changesOf}
 */
export function takesFromElsewhere(kustomization: unknown, exists: (path: string) => boolean): boolean {
  const isElsewhere = (path: string) => ADDRESS.test(path) && !exists(path);
  if ([...resourcesOf(kustomization), ...componentsOf(kustomization)].some(isElsewhere)) return true;
  const charts = isJsonObject(kustomization) ? kustomization["helmCharts"] : undefined;
  return listOf(charts).some((one) => isJsonObject(one) && typeof one["repo"] === "string");
}

const ADDRESS = /^(\w+::|\w+:\/\/|[\w.-]+@|[\w-]+\.(com|org|io|net)[/:])|[?&]ref=/;

/** What a kustomization takes as it is: files and folders, relative to its own, and addresses. */
export const resourcesOf = (kustomization: unknown): string[] =>
  isJsonObject(kustomization) ? textsOf(kustomization, "resources", "bases") : [];

/** Folders of what changes the objects, each with a kustomization of its own. */
export const componentsOf = (kustomization: unknown): string[] =>
  isJsonObject(kustomization) ? textsOf(kustomization, "components") : [];

/** Whether it is a part of others and no whole (`kind: Component`). */
export const isComponent = (kustomization: unknown): boolean =>
  isJsonObject(kustomization) && kustomization["kind"] === "Component";

/** Kustomize by itself, and as kubectl has it. */
const PROGRAMS: readonly (readonly [program: Program, command: string])[] = [
  [{ variable: "KUSTOMIZE", name: "kustomize" }, "build"],
  [{ variable: "KUBECTL", name: "kubectl" }, "kustomize"],
];

/** Where Kustomize says that an object comes from, if it is asked. */
export const ORIGIN = "config.kubernetes.io/origin";

/**
 * What Kustomize builds of a folder, each object with where it comes from ({@link ORIGIN}), relative to `from`. Whoever
 * asks makes sure that it names nothing that would be fetched.
 *
 * @returns `printed` undefined where no Kustomize is at hand
 */
export async function buildKustomization(
  folder: string,
): Promise<{ readonly from: string; readonly printed: Printed | undefined }> {
  const from = await realpath(await mkdtemp(join(tmpdir(), "kustomization-")));
  try {
    // Kustomize tells of origins only where the outermost kustomization asks for them.
    const outer = { resources: [relative(from, await realpath(folder))], buildMetadata: ["originAnnotations"] };
    await writeFile(join(from, "kustomization.yaml"), JSON.stringify(outer));
    for (const [program, command] of PROGRAMS) {
      const printed = await printedBy(program, [command, from]);
      if (printed && "error" in printed) return { from, printed: { error: printed.error.replaceAll(from, ".") } };
      if (printed) return { from, printed };
    }
    return { from, printed: undefined };
  } finally {
    await rm(from, { recursive: true, force: true });
  }
}

const isSet = (value: unknown) =>
  value !== null && value !== undefined && !(Array.isArray(value) && value.length === 0);

/** Files that patch objects and are none themselves, relative to the kustomization's folder. */
export function patchFiles(kustomization: unknown): string[] {
  if (!isJsonObject(kustomization)) return [];
  const listed = ["patches", "patchesJson6902", "replacements"].flatMap((name) => listOf(kustomization[name]));
  return [
    ...listed.flatMap((one) => (isJsonObject(one) && typeof one["path"] === "string" ? [one["path"]] : [])),
    ...textsOf(kustomization, "patchesStrategicMerge", "transformers", "generators", "validators", "configurations"),
  ];
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const textsOf = (object: JsonObject, ...names: readonly string[]): string[] =>
  names.flatMap((name) => listOf(object[name]).filter((one) => typeof one === "string"));
