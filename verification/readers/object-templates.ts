/**
 * Objects of Kubernetes that a program has yet to fill in: Terraform's `templatefile`, `envsubst`, Flux's substitutions,
 * Go templates. They are read as what they will be, with values that are not known where something is filled in.
 */
import type { ManifestDocument } from "./kubernetes-manifests";
import { readManifest } from "./kubernetes-manifests";
import { isJsonObject } from "./json-values";
import type { Resource, Value } from "../model";
import { isList, isObject, unknown } from "../values";

/** What such programs replace. */
const FILLED_IN = /\$\{[^}]*\}|\{\{.*?\}\}|<%.*?%>/gs;
const isFilledIn = (text: unknown): boolean => typeof text === "string" && /\$\{|\{\{|<%/.test(text);

/** One name, such as `{{ namespace }}` or `{{ .Values.port }}`: what else stands in braces may make lines of its own. */
const BRACES = /\{\{ *(\$?[\w.]+) *\}\}/g;

/**
 * A text whose braces stand outside of quotes, so that it is no YAML yet, with `${name}` for each; undefined where they
 * hold more than names, or stand on lines of their own.
 */
export function withoutBraces(text: string): string | undefined {
  const named = text.replaceAll(BRACES, (_, name: string) => `\${${name}}`);
  return named === text || /\{\{|\{%|<%|^[ -]*\$\{[^}]*\} *$/m.test(named) ? undefined : named;
}

/** An object whose name or kind a program has yet to fill in. */
export function isTemplate(value: unknown): boolean {
  if (!isJsonObject(value)) return false;
  const metadata = isJsonObject(value["metadata"]) ? value["metadata"] : {};
  return isFilledIn(metadata["name"]) || isFilledIn(metadata["namespace"]) || !isOfKnownKind(value);
}

const isOfKnownKind = (value: Readonly<Record<string, unknown>>): boolean =>
  !isFilledIn(value["kind"]) && !isFilledIn(value["apiVersion"]);

/**
 * The object that a template will be; undefined where its kind, or a field's name, is not known.
 *
 * @throws InputError as {@link readManifest}
 */
export function readTemplate(document: ManifestDocument, unit: string): Resource[] | undefined {
  const { value } = document;
  if (!isJsonObject(value) || !isOfKnownKind(value) || hasFilledInKey(value)) return undefined;
  return readManifest(document, unit).map((object) => ({ ...object, values: withUnknowns(object.values) }));
}

function hasFilledInKey(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasFilledInKey);
  return isJsonObject(value) && Object.entries(value).some(([key, held]) => isFilledIn(key) || hasFilledInKey(held));
}

/** Values with one that is not known in the place of each text that is yet to be filled in. */
export const withUnknowns = (values: Resource["values"]): Resource["values"] =>
  Object.fromEntries(Object.entries(values).map(([key, held]) => [key, withUnknown(held)]));

function withUnknown(value: Value): Value {
  if (isList(value)) return value.map(withUnknown);
  if (isObject(value)) return withUnknowns(value);
  if (typeof value !== "string" || !isFilledIn(value)) return value;
  return { ...unknown(`'${value}' is yet to be filled in`), text: value.replaceAll(FILLED_IN, "${}") };
}
