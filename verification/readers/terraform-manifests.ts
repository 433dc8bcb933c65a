/**
 * Kubernetes objects from resources of Terraform that hold a manifest as a text: `kubectl_manifest` (`yaml_body`,
 * https://registry.terraform.io/providers/gavinbunney/kubectl/latest/docs/resources/kubectl_manifest) and
 * `kustomization_resource` (`manifest`, JSON). Parts of the text that are not known make what holds them unknown.
 */
import { InputError } from "../input-error";
import { isUnknown, type Reference, type Resource, type Unknown, type Value } from "../model";
import { isList, isObject, isOpaque, text, unknown, type ObjectValue } from "../values";
import { readManifest, readYamlDocuments } from "./kubernetes-manifests";

/** The argument that holds the manifest, by type. */
const ARGUMENTS: Readonly<Record<string, string>> = {
  kubectl_manifest: "yaml_body",
  kustomization_resource: "manifest",
};

/** The objects that a resource holds as a text, at its address; undefined where it holds none, or they can't be told. */
export function writtenObjects(resource: Resource): Resource[] | undefined {
  const argument = Object.hasOwn(ARGUMENTS, resource.type) ? ARGUMENTS[resource.type] : undefined;
  if (argument === undefined) return undefined;
  const held = text(resource.values[argument]);
  const source = isUnknown(held) ? held.text : held;
  if (typeof source !== "string") return undefined;
  const gaps = new Gaps(isUnknown(held) ? held : undefined);
  const objects = parsed(gaps.marked(source), resource);
  if (!objects?.every(({ type }) => !gaps.isIn(type))) return undefined;
  return objects.map(({ type, values }) => ({
    ...resource,
    type,
    values: inOverriddenNamespace(gaps.restored(values) as ObjectValue, resource),
    locate: () => resource.locate([argument]),
    terraform: resource,
  }));
}

function parsed(source: string, { location, unit }: Resource): Resource[] | undefined {
  try {
    const objects = readYamlDocuments(location.file, source).flatMap((document) => readManifest(document, unit));
    return objects.length > 0 ? objects : undefined;
  } catch (cause) {
    if (cause instanceof InputError) return undefined;
    throw cause;
  }
}

function inOverriddenNamespace(
  values: ObjectValue,
  { values: { override_namespace: namespace } }: Resource,
): ObjectValue {
  if (namespace === undefined || namespace === null) return values;
  return { ...values, metadata: { ...(values["metadata"] as ObjectValue), namespace } };
}

/** The unknown parts of a text, each with a word that stands for it while the text is parsed. */
class Gaps {
  constructor(private readonly whole: Unknown | undefined) {}

  marked(source: string): string {
    let position = 0;
    return this.whole ? source.replaceAll("${}", () => `${MARK}${position++}${END}`) : source;
  }

  isIn(part: string): boolean {
    return this.whole !== undefined && part.includes(MARK);
  }

  /** A value with what holds such words unknown, and a reference where a word stands alone for one. */
  restored(value: Value): Value {
    if (typeof value === "string" && this.isIn(value)) return this.standIn(value);
    if (isList(value)) return value.map((element) => this.restored(element));
    if (!isObject(value) || isOpaque(value)) return value;
    if (Object.keys(value).some((key) => this.isIn(key))) return unknown("a name of a field is not known");
    return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, this.restored(held)]));
  }

  private standIn(marked: string): Value {
    const { parts, reason = "", mentions = [] } = this.whole ?? {};
    const [, position] = ALONE.exec(marked) ?? [];
    const alone = position === undefined ? undefined : parts?.[Number(position)];
    if (alone !== undefined) return alone satisfies Reference | Unknown;
    return { kind: "unknown", reason, mentions, text: marked.replaceAll(EACH, "${}") };
  }
}

const MARK = "dataplane-unknown-";
const END = "-unknown";
const EACH = new RegExp(`${MARK}\\d+${END}`, "g");
const ALONE = new RegExp(`^${MARK}(\\d+)${END}$`);
