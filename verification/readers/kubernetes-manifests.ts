/** Kubernetes objects as they are given to the API server: YAML of many documents, JSON, lists. */
import {
  Composer,
  CST,
  type Document,
  isAlias,
  isMap,
  isSeq,
  Lexer,
  LineCounter,
  type Node,
  Parser,
  type Tags,
} from "yaml";

import { InputError } from "../input-error";
import type { Location, Resource, Value } from "../model";
import { at, isList, isObject, text, unknown, type ObjectValue } from "../values";
import type { Comment } from "./inline-exceptions";
import { lazyLocation, type JsonText, type Path } from "./json-locations";
import { isJsonObject } from "./json-values";
import { shown } from "../../config/texts";

/** Kinds that lie in no namespace. */
const CLUSTER_SCOPED = new Set([
  "APIService",
  "AdminNetworkPolicy",
  "BaselineAdminNetworkPolicy",
  "CSIDriver",
  "CSINode",
  "CertificateSigningRequest",
  "CiliumClusterwideNetworkPolicy",
  "ClusterRole",
  "ClusterRoleBinding",
  "CustomResourceDefinition",
  "DeviceClass",
  "FlowSchema",
  "GatewayClass",
  "GlobalNetworkPolicy",
  "IPAddress",
  "IngressClass",
  "MutatingAdmissionPolicy",
  "MutatingAdmissionPolicyBinding",
  "MutatingWebhookConfiguration",
  "Namespace",
  "Node",
  "PersistentVolume",
  "PriorityClass",
  "PriorityLevelConfiguration",
  "ResourceSlice",
  "RuntimeClass",
  "ServiceCIDR",
  "StorageClass",
  "ValidatingAdmissionPolicy",
  "ValidatingAdmissionPolicyBinding",
  "ValidatingWebhookConfiguration",
  "VolumeAttachment",
  "VolumeAttributesClass",
]);

/** Whether a resource is an object that limits who may reach pods, of whatever API. */
export const isNetworkPolicy = ({ type }: Resource): boolean => /^kubernetes:\w*NetworkPolicy$/.test(type);

/** One document: a value, and where each part of it stands. */
export interface ManifestDocument {
  readonly file: string;
  readonly value: unknown;
  readonly locate: (path: Path) => Location;
}

/** Whether a document means to be a Kubernetes object: it has a kind or an API version. */
export function isManifest(value: unknown): boolean {
  return isJsonObject(value) && ("kind" in value || "apiVersion" in value);
}

/**
 * The documents of a YAML file, read as the API server's clients read it: by YAML 1.1, where `yes` is true, and where of
 * a key that is written twice, as Union's chart has one, the last counts (kubernetes/kubernetes#89303). Empty documents
 * are left out.
 *
 * @throws InputError that names the line, on a YAML error or too many aliases
 */
export function readYamlDocuments(file: string, source: string): ManifestDocument[] {
  const lines = new LineCounter();
  const lineOf = (offset: number) => Math.max(lines.linePos(offset).line, 1);
  const checked = function* (): Generator<CST.Token> {
    let ended = false;
    for (const token of new Parser(lines.addNewLine).parse(source)) {
      if (token.type === "document" && ended && !token.start.some(({ type }) => type === "doc-start")) {
        throw new InputError(
          file,
          lineOf(token.offset),
          "has a document behind `...` that kubectl does not read: begin it with `---`",
        );
      }
      ended = token.type === "doc-end" || (ended && token.type !== "document");
      const tooDeep = deeperThan(MOST_LEVELS, token);
      if (tooDeep) throw new InputError(file, lineOf(tooDeep.offset), `is nested more than ${MOST_LEVELS} levels deep`);
      yield token;
    }
  };

  // Syntax trees cost many times their text. A document that is located is parsed again, and the last one is kept.
  let latest: { readonly start: number; readonly document: Document.Parsed } | undefined;
  const offsetAt = (start: number, end: number, path: Path): number => {
    if (latest?.start !== start) {
      const [document] = new Composer(OPTIONS).compose(new Parser().parse(source.slice(start, end)));
      latest = document && { start, document };
    }
    return latest ? start + offsetOf(latest.document, path) : start;
  };

  const documents: ManifestDocument[] = [];
  for (const document of new Composer(OPTIONS).compose(checked())) {
    const [error] = document.errors;
    if (error) throw new InputError(file, lineOf(error.pos[0]), `is not valid YAML: ${error.message}`);
    const [start, , end] = document.range;
    const value = valueOf(document, file, lineOf(start));
    if (value === null || value === undefined) continue;
    const locate = (path: Path) => lazyLocation(file, () => lineOf(offsetAt(start, end, path)));
    documents.push({ file, value, locate });
  }
  return documents;
}

/** The comments of a YAML file. */
export const yamlComments = (source: string): Comment[] =>
  [...commentsOf(source)].map(({ text, ...rest }) => ({ ...rest, text: text.replace(/^#+/, "").trim() }));

/**
 * Whether a YAML file is a template of ytt, which says in comments what its nodes will be
 * (carvel.dev/ytt/docs/latest/yaml-primer): the values that are written are not the ones that are meant.
 */
export const isOfYtt = (source: string): boolean =>
  source.includes("#@") && [...commentsOf(source)].some(({ text }) => text.startsWith("#@"));

/** Comments as they are written. */
function* commentsOf(source: string): Generator<Comment> {
  let line = 1;
  let isAtStart = true;
  let isScalar = false;
  for (const lexeme of new Lexer().lex(source)) {
    if (!isScalar && CST.tokenType(lexeme) === "comment") {
      yield { line, text: lexeme, alone: isAtStart };
    } else if (/\n/.test(lexeme)) isAtStart = /\n[ \t]*$/.test(lexeme);
    else if (/\S/.test(lexeme.replaceAll(NO_TEXT, ""))) isAtStart = false;
    line += lexeme.split("\n").length - 1;
    isScalar = lexeme === CST.SCALAR;
  }
}

/** What the lexer says between the texts of a file: control characters by design. */
const NO_TEXT = /[\u0002\u0018\u001f\uFEFF]/g;

const OPTIONS = {
  version: "1.1" as const,
  stringKeys: true,
  uniqueKeys: false,
  customTags: (tags: Tags): Tags =>
    tags.filter((tag) => typeof tag === "string" || !ONLY_IN_YAML.test(tag.tag + (tag.format ?? ""))),
};

/** Times, base-60 integers and binary data, which YAML 1.1 has and Kubernetes does not read. */
const ONLY_IN_YAML = /timestamp|TIME|binary/;

function valueOf(document: Document.Parsed, file: string, line: number): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (cause) {
    if (!(cause instanceof Error) || cause instanceof RangeError) throw cause;
    throw new InputError(file, line, `is not usable YAML: ${cause.message}`);
  }
}

/** Far beyond any real manifest; what composes YAML goes down by recursion, and would end the process. */
const MOST_LEVELS = 200;

/** A token that lies more than `levels` deep. */
function deeperThan(levels: number, top: CST.Token): CST.Token | undefined {
  let row: readonly CST.Token[] = [top];
  for (let level = 0; row.length > 0; level++) {
    if (level > levels) return row[0];
    row = row.flatMap((token): CST.Token[] => {
      if (token.type === "document") return token.value ? [token.value] : [];
      if (!("items" in token)) return [];
      return token.items
        .flatMap(({ key, value }) => [key, value])
        .filter((part) => part !== undefined && part !== null);
    });
  }
  return undefined;
}

/** Offset of a part of a document: of its key, or of the item in a list. */
function offsetOf(document: Document.Parsed, path: Path): number {
  const resolved = (node: unknown) => (isAlias(node) ? node.resolve(document) : node);
  let start = rangeStart(document.contents) ?? document.range[0];
  let node: unknown = resolved(document.contents);
  for (const step of path) {
    let key: unknown;
    let next: unknown;
    if (isMap(node)) {
      const pair = node.items.findLast(
        (item) => String((item.key as { value?: unknown } | null)?.value) === String(step),
      );
      key = pair?.key;
      next = pair?.value;
    } else if (isSeq(node) && typeof step === "number") {
      key = next = node.items[step];
    }
    const offset = rangeStart(key);
    if (offset === undefined) break;
    start = offset;
    node = resolved(next);
  }
  return start;
}

function rangeStart(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}

/** The document of a JSON file. */
export function jsonDocument({ file, value, locations }: JsonText): ManifestDocument {
  return { file, value, locate: (path) => locations.locate(path) };
}

/**
 * The Kubernetes objects of one document; of a list (`kind: List`, `NetworkPolicyList`), its items.
 *
 * @param unit what the document was read with: {@link Resource.unit}
 * @throws InputError if the document, or an item of the list, is not an object with kind and name
 */
export function readManifest(document: ManifestDocument, unit: string): Resource[] {
  return objects(document, unit, toValue(document.value), [], undefined);
}

function objects(
  document: ManifestDocument,
  unit: string,
  manifest: Value,
  path: Path,
  listed?: ObjectValue,
): Resource[] {
  const unusable = (what: string) => new InputError(document.file, document.locate(path).line, what);
  if (!isObject(manifest)) throw unusable("is not a Kubernetes object");
  const whole = { ...listed, ...manifest };
  const kind = text(whole["kind"]);
  if (typeof kind !== "string" || kind === "") throw unusable("is not a Kubernetes object: it has no kind");
  if (typeof whole["apiVersion"] !== "string") throw unusable(`${kind} has no apiVersion`);
  if (kind.endsWith("List") && "items" in whole) {
    const items = whole["items"] ?? [];
    if (!isList(items)) throw unusable(`${kind} has items that are not a list`);
    // Items of a typed list may leave out their kind.
    const item = kind === "List" ? undefined : { apiVersion: whole["apiVersion"], kind: kind.slice(0, -"List".length) };
    return items.flatMap((value, i) => objects(document, unit, value, [...path, "items", i], item));
  }
  const mistyped = noText(whole);
  if (mistyped) {
    const [where, value] = mistyped;
    const line = document.locate([...path, ...where]).line;
    const what = `${kind} has ${where.join(".")} ${JSON.stringify(value)}, which is no text: quote it`;
    throw new InputError(document.file, line, typeof value === "boolean" ? `${what} (${BOOLEANS})` : what);
  }
  const name = text(at(whole, "metadata", "name")) ?? generated(text(at(whole, "metadata", "generateName")));
  if (typeof name !== "string" || name === "") throw unusable(`${kind} has no metadata.name`);
  const namespace = text(at(whole, "metadata", "namespace")) ?? "default";
  if (typeof namespace !== "string") throw unusable(`${kind} ${name} has a namespace that is not a text`);
  return [
    {
      type: `kubernetes:${kind}`,
      address: manifestAddress(kind, name, namespace),
      mode: "managed",
      unit,
      values: whole,
      location: document.locate(path),
      locate: (below) => document.locate([...path, ...below]),
    },
  ];
}

const BOOLEANS = "to kubectl an unquoted y, yes, on, n, no or off is a boolean, as true and false are";

const TEXTS = ["name", "generateName", "namespace"];
const MAPS_OF_TEXTS = new Set(["labels", "annotations", "matchLabels", "nodeSelector"]);

/** Kubernetes' own groups, whose fields have the types that the API says. */
const BUILT_IN = /^([a-z]+\/)?v\d\w*$|\.k8s\.io\//;

/** Whether an object is of one of Kubernetes' own groups. */
export const isBuiltIn = (value: unknown): boolean => isJsonObject(value) && BUILT_IN.test(shown(value["apiVersion"]));

/** The first name or label of an object that is no text, which kubectl or the API server refuses; null is as if left out. */
function noText(object: ObjectValue): [path: Path, value: Value] | undefined {
  const metadata = at(object, "metadata");
  const isWrong = (value: Value | undefined) => typeof value === "boolean" || typeof value === "number";
  const wrongIn = (value: Value | undefined, path: Path, names: readonly string[]): [Path, Value] | undefined => {
    const wrong = names.find((name) => isObject(value) && isWrong(value[name]));
    return wrong === undefined || !isObject(value) ? undefined : [[...path, wrong], value[wrong] ?? null];
  };
  const keys = (value: Value | undefined) => (isObject(value) ? Object.keys(value) : []);
  const own = wrongIn(metadata, ["metadata"], TEXTS);
  if (own) return own;
  for (const name of ["labels", "annotations"]) {
    const map = at(metadata, name);
    const wrong = wrongIn(map, ["metadata", name], keys(map));
    if (wrong) return wrong;
  }
  const below = (value: Value, path: Path): [Path, Value] | undefined => {
    const parts: readonly (readonly [string | number, Value])[] = isList(value)
      ? value.map((element, i) => [i, element] as const)
      : isObject(value)
        ? Object.entries(value)
        : [];
    for (const [step, part] of parts) {
      const isMap = typeof step === "string" && MAPS_OF_TEXTS.has(step);
      const wrong = isMap ? wrongIn(part, [...path, step], keys(part)) : below(part, [...path, step]);
      if (wrong) return wrong;
    }
    return undefined;
  };
  // A definition of a kind describes fields that may have these names.
  if (!BUILT_IN.test(shown(object["apiVersion"])) || object["kind"] === "CustomResourceDefinition") return undefined;
  const selector = object["kind"] === "Service" ? at(object, "spec", "selector") : undefined;
  return wrongIn(selector, ["spec", "selector"], keys(selector)) ?? below(object["spec"] ?? null, ["spec"]);
}

/** Address of an object that is written as a manifest. */
export const manifestAddress = (kind: string, name: string, namespace: string): string =>
  CLUSTER_SCOPED.has(kind) ? `${kind}/${name}` : `${kind}/${namespace}/${name}`;

/** An object as `-n namespace` makes it: one that names no namespace, and lies in one, is in that. */
export function inNamespace(object: Resource, namespace: string): Resource {
  const [, kind] = /^kubernetes:(.+)$/.exec(object.type) ?? [];
  const metadata = at(object.values, "metadata");
  const name = text(at(metadata, "name")) ?? generated(text(at(metadata, "generateName")));
  if (kind === undefined || CLUSTER_SCOPED.has(kind) || !isObject(metadata) || typeof name !== "string") return object;
  if (metadata["namespace"]) return object;
  return {
    ...object,
    address: manifestAddress(kind, name, namespace),
    values: { ...object.values, metadata: { ...metadata, namespace } },
  };
}

/** The name of an object that the API server will name. */
function generated(prefix: ReturnType<typeof text>): string | undefined {
  return typeof prefix === "string" ? `${prefix}*` : undefined;
}

/** A document as a {@link Value}; what JSON does not have is unknown. */
function toValue(json: unknown): Value {
  if (json === null || typeof json === "string" || typeof json === "boolean") return json;
  if (typeof json === "number") return Number.isFinite(json) ? json : unknown(`${json} is not a number of JSON`);
  if (Array.isArray(json)) return json.map(toValue);
  if (!isJsonObject(json)) return unknown("is not a value of JSON");
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, toValue(value)]));
}
