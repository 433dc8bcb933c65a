/**
 * What Kustomize makes of the objects of a folder. A kustomization that leaves all objects as open as they are written
 * is not worked out: they are read where they stand. Where one changes what is open, Kustomize builds what no other
 * kustomization takes up, and the objects that it was built of are read in no other way.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

import { InputError } from "../input-error";
import type { Location, Resource } from "../model";
import { asResource } from "../not-read";
import { isNetworkPolicy, readYamlDocuments, type ManifestDocument } from "../readers/kubernetes-manifests";
import { isJsonObject, type JsonObject } from "../readers/json-values";
import type { Path } from "../readers/json-locations";
import {
  buildKustomization,
  changesOf,
  componentsOf,
  isComponent,
  ORIGIN,
  patchFiles,
  resourcesOf,
  takesFromElsewhere,
} from "../readers/kustomize";
import { opensNothing, PATCHES } from "../readers/kustomize-patches";
import { readText } from "../readers/text-file";
import { readFoundDocument } from "./file";

/** One of Kustomize's files. */
export interface Kustomization {
  readonly path: string;
  /** The nearest folder above that holds Terraform. */
  readonly module: string | undefined;
  /** Its document, or what is wrong with it. */
  readonly value: unknown;
}

/** The resources of one file, or of what was built. */
export interface Objects {
  readonly module: string | undefined;
  readonly resources: readonly Resource[];
  /** The file that they are read from, where it is one. */
  readonly path?: string;
  /** The folder that they were built of, where others of the input are built into objects of the same names. */
  readonly variant?: string;
}

/** The objects of the files with what Kustomize makes of them: as they are written, built, or with what stands for it. */
export async function kustomized(
  files: readonly Objects[],
  kustomizations: readonly Kustomization[],
  unit: string,
): Promise<Objects[]> {
  const hasPolicies = files.some(({ resources }) => resources.some(isNetworkPolicy));
  const all = kustomizations.map((one) => new Layer(one, hasPolicies));
  const layers = new Map(all.map((layer) => [layer.folder, layer]));
  const taken = new Set(all.flatMap((layer) => layer.below(layers)));
  const built: Objects[] = [];
  const ofBuilt = new Set<Layer>();
  const failures = new Map<Layer, string>();
  const tops = all.filter((layer) => !taken.has(layer));
  for (const top of tops.filter((layer) => !isComponent(layer.value))) {
    const whole = wholeOf(top, layers);
    const isBuilt = whole.some(({ changes }) => changes !== undefined) && whole.every((layer) => layer.isBuildable);
    const objects = isBuilt ? await objectsOf(top, whole, files, unit) : undefined;
    if (typeof objects === "string") failures.set(top, objects);
    if (!Array.isArray(objects)) continue;
    built.push({ module: top.module, resources: objects, variant: dirname(top.path) });
    for (const layer of whole) ofBuilt.add(layer);
  }
  // What is a part of something that is not built is read as it is written all the same.
  const ofSpare = new Set(tops.filter(({ value }) => isComponent(value)).flatMap((top) => wholeOf(top, layers)));
  const asWritten = new Set(
    all.filter((layer) => !ofBuilt.has(layer) && !ofSpare.has(layer)).flatMap((layer) => wholeOf(layer, layers)),
  );
  const among = (of: Iterable<Layer>) => new Set([...of].flatMap(({ takes }) => takes));
  const [written, replaced, spare] = [among(asWritten), among(ofBuilt), among(ofSpare)];
  const rest: Objects[] = [];
  const spares: Objects[] = [];
  for (const file of files) {
    const path = file.path === undefined ? "" : resolve(file.path);
    if (written.has(path) || !(replaced.has(path) || spare.has(path))) rest.push(file);
    else if (!replaced.has(path)) spares.push({ ...file, variant: dirname(path) });
  }
  const told = [...asWritten, ...ofSpare].flatMap((layer): Objects[] => {
    const { path, module, changes } = layer;
    // A component that is asked of by itself changes objects that are not in the input.
    const isPart = !asWritten.has(layer) && !ofBuilt.has(layer);
    const isSpare = isPart && (layer.folder !== resolve(unit) || layer.opensNothing(hasPolicies));
    const what = isSpare ? SPARE : (failures.get(layer) ?? changes);
    const unfetched = layer.isOfElsewhere && { unfetched: true as const };
    const file = what === undefined ? undefined : asResource({ path, what, matters: !isSpare, ...unfetched }, unit);
    return file ? [{ module, resources: [file] }] : [];
  });
  return [...rest, ...apart(built, rest), ...spares, ...told];
}

/** Of a component that nothing in the input takes up: its objects are judged by themselves. */
const SPARE = "a component of Kustomize's that no kustomization of the input takes up";

/** A kustomization among those of a folder. */
class Layer {
  readonly path: string;
  readonly module: string | undefined;
  readonly value: unknown;
  /** Resolved. */
  readonly folder: string;
  /** What it makes of the objects, where that may matter. */
  readonly changes: string | undefined;
  /** Files and folders that it takes objects from, resolved. */
  readonly takes: readonly string[];

  constructor({ path, module, value }: Kustomization, hasPolicies: boolean) {
    this.path = path;
    this.module = module;
    this.value = value;
    this.folder = resolve(dirname(path));
    this.takes = [...resourcesOf(value), ...componentsOf(value)].map((name) => resolve(this.folder, name));
    this.changes = value instanceof InputError ? value.what : this.changesBy(value, hasPolicies);
  }

  private changesBy(value: unknown, hasPolicies: boolean): string | undefined {
    return changesOf(value, hasPolicies, (name) => existsSync(join(this.folder, name)));
  }

  /** Whether it takes something from elsewhere. */
  get isOfElsewhere(): boolean {
    return takesFromElsewhere(this.value, (name) => existsSync(join(this.folder, name)));
  }

  /** Whether it patches what may be in any input, and opens nothing of it. */
  opensNothing(hasPolicies: boolean): boolean {
    if (!isJsonObject(this.value)) return false;
    const rest = Object.fromEntries(Object.entries(this.value).filter(([name]) => !PATCHES.includes(name)));
    const read = (name: string) => {
      try {
        return readFileSync(join(this.folder, name), "utf8");
      } catch {
        return undefined;
      }
    };
    return this.changesBy(rest, hasPolicies) === undefined && opensNothing(this.value, read);
  }

  /** The kustomizations that it takes up. */
  below(layers: ReadonlyMap<string, Layer>): Layer[] {
    return this.takes.flatMap((path) => layers.get(path) ?? []);
  }

  /** Whether Kustomize can build it of what is at hand, and without fetching anything. */
  get isBuildable(): boolean {
    if (!isJsonObject(this.value) || "helmCharts" in this.value || "helmChartInflationGenerator" in this.value)
      return false;
    return [...this.takes, ...patchFiles(this.value).map((name) => resolve(this.folder, name))].every(existsSync);
  }
}

/** A kustomization with all that it takes up. */
function wholeOf(root: Layer, layers: ReadonlyMap<string, Layer>): Layer[] {
  const whole = new Set([root]);
  // The set grows while it is gone through.
  for (const layer of whole) for (const one of layer.below(layers)) whole.add(one);
  return [...whole];
}

// ---------------------------------------------------------------- built objects

/** What Kustomize builds; the reason, where it can't; undefined where no Kustomize is at hand. */
async function objectsOf(
  { path }: Layer,
  whole: readonly Layer[],
  files: readonly Objects[],
  unit: string,
): Promise<Resource[] | string | undefined> {
  const { from, printed } = await buildKustomization(dirname(path));
  if (printed === undefined) return undefined;
  if ("error" in printed) return `Kustomize does not build it (${printed.error})`;
  const named = new Map(
    [...files.flatMap((one) => one.path ?? []), ...whole.map((one) => one.path)].map((one) => [resolve(one), one]),
  );
  const sources = new Sources();
  const objects: Resource[] = [];
  for (const { value } of readYamlDocuments(path, printed.text)) {
    const origin = originOf(value);
    const file = origin === undefined ? path : resolve(from, origin);
    const source = named.get(file) ?? relative(process.cwd(), file);
    const written = isJsonObject(value) ? await sources.documentOf(source, value) : undefined;
    const whole: Location = { file: source, line: 0 };
    const locate = (at: Path) => written?.locate(at) ?? whole;
    objects.push(...readFoundDocument({ file: source, value: withoutOrigin(value), locate }, unit));
  }
  return objects;
}

const annotationsOf = (value: unknown): JsonObject => {
  const metadata = isJsonObject(value) ? value["metadata"] : undefined;
  const annotations = isJsonObject(metadata) ? metadata["annotations"] : undefined;
  return isJsonObject(annotations) ? annotations : {};
};

/** The file that an object comes from, or that says how it is generated. */
function originOf(value: unknown): string | undefined {
  const origin = annotationsOf(value)[ORIGIN];
  return typeof origin === "string" ? /^(?:path|configuredIn): (.+)$/m.exec(origin)?.[1] : undefined;
}

function withoutOrigin(value: unknown): unknown {
  if (!isJsonObject(value) || !isJsonObject(value["metadata"])) return value;
  const annotations = Object.entries(annotationsOf(value)).filter(([name]) => name !== ORIGIN);
  return { ...value, metadata: { ...value["metadata"], annotations: Object.fromEntries(annotations) } };
}

/** The files that objects were built of, each parsed once. */
class Sources {
  private readonly byFile = new Map<string, Promise<readonly ManifestDocument[]>>();

  /** The document that an object was built of: that of its kind whose name it has, a prefix and suffix aside. */
  async documentOf(file: string, { kind, metadata }: JsonObject): Promise<ManifestDocument | undefined> {
    const known =
      this.byFile.get(file) ??
      readText(file)
        .then((text) => readYamlDocuments(file, text))
        .catch(() => []);
    this.byFile.set(file, known);
    const built = nameOf(metadata);
    const alike = (await known).filter(
      ({ value }) => isJsonObject(value) && value["kind"] === kind && built.includes(nameOf(value["metadata"])),
    );
    const lengthOf = ({ value }: ManifestDocument) => (isJsonObject(value) ? nameOf(value["metadata"]).length : 0);
    return alike.sort((a, b) => lengthOf(b) - lengthOf(a))[0];
  }
}

const nameOf = (metadata: unknown): string => {
  const name = isJsonObject(metadata) ? metadata["name"] : undefined;
  return typeof name === "string" ? name : "";
};

/**
 * What is built of several kustomizations. Two that differ in an object of one name are not of one cluster: what one
 * closes is no reason to call the other closed.
 */
function apart(built: readonly Objects[], rest: readonly Objects[]): Objects[] {
  const known = new Map<string, string>();
  const differs = ({ address, values }: Resource): boolean => {
    const written = JSON.stringify(values);
    const other = known.get(address);
    known.set(address, written);
    return other !== undefined && other !== written;
  };
  const isDivided = [...rest, ...built].flatMap(({ resources }) => resources.filter(differs)).length > 0;
  return isDivided ? [...built] : built.map(({ module, resources }) => ({ module, resources }));
}
