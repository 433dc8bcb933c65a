/**
 * What the Kubernetes objects of the input change of reachability and the other files do not model: kinds by the tables
 * of `kinds.ts` and `harmless-kinds.ts`, and what Terraform writes into a cluster without the input showing it.
 */
import type { Resource, Unjudged, Value } from "../../model";
import { kindOf } from "../../readers/terraform-kubernetes";
import { at, field, isList, isObject, isOpaque, knownText } from "../../values";
import { ClassifiedTypes, unjudgedFor, type Classification } from "../classification";
import { installsClosedChart } from "./charts";
import CLASSIFICATION from "./classification.json";
import { deploysOwnFolder } from "./flux-kustomizations";
import { CLASS, HARMLESS } from "./harmless-kinds";
import { MODELLED, UNJUDGED, type KindRow } from "./kinds";
import { apiGroup, type KubernetesObjects } from "./objects";
import { SERVICES } from "./operator-kinds";

/** What a kind does to reachability. */
export type KindClass =
  | { readonly is: "modelled" }
  /** By `why`, but where one of the fields `unless` holds something. */
  | { readonly is: "harmless"; readonly why: string; readonly unless: readonly string[] }
  /** `why` is undefined of a kind that is in no table. */
  | { readonly is: "unjudged"; readonly why: string | undefined };

/**
 * The class of a kind; one in no table is unjudged. A row that names the kind comes before one of its whole group.
 *
 * @param group its API group, empty for the core group
 */
export function kindClass(group: string, kind: string): KindClass {
  if (names(MODELLED[group], kind)) return { is: "modelled" };
  for (const fits of [names, (kinds: string) => kinds === "*"]) {
    const row = (rows: readonly KindRow[]) => rows.find((one) => isIn(group, one.group) && fits(one.kinds, kind));
    const harmless = row(HARMLESS);
    if (harmless) return { is: "harmless", why: harmless.why, unless: harmless.unless ?? [] };
    const unjudged = row(UNJUDGED);
    if (unjudged) return { is: "unjudged", why: unjudged.why };
  }
  return { is: "unjudged", why: undefined };
}

/**
 * Whether an object opens nothing whatever stands in it, by its kind alone: also one that is not whole, or that a
 * program has yet to fill in. Not so a class, by which others are judged.
 */
export function opensNothing(apiVersion: string, kind: string): boolean {
  const found = kindClass(groupOf(apiVersion), kind);
  return found.is === "harmless" && found.unless.length === 0 && !isClass(apiVersion, kind);
}

/** Whether an object says what others of its name's class are. */
export function isClass(apiVersion: string, kind: string): boolean {
  const found = kindClass(groupOf(apiVersion), kind);
  return found.is === "harmless" && found.why === CLASS;
}

const groupOf = (apiVersion: string) => (apiVersion.includes("/") ? apiVersion.replace(/\/.*/, "") : "");

const isIn = (group: string, row: string) => (row.startsWith("*.") ? group.endsWith(row.slice(1)) : group === row);
const names = (kinds: string | undefined, kind: string) => kinds?.split(" ").includes(kind) === true;

/** The objects of kinds that are not judged, and those that hold a field for which their kind is not harmless. */
export function unjudgedKinds(objects: KubernetesObjects): Unjudged[] {
  return objects.all().flatMap((object) => {
    const reason = isSeen(object, objects) ? undefined : reasonOf(object);
    return reason === undefined ? [] : unjudgedFor(object, reason);
  });
}

/** Whether what it deploys is known all the same: it lies in the input, or in a chart that has been read. */
const isSeen = (object: Resource, objects: KubernetesObjects): boolean =>
  (object.type === "kubernetes:Kustomization" && deploysOwnFolder(object, objects)) ||
  installsClosedChart(object, objects);

function reasonOf(object: Resource): string | undefined {
  const kind = object.type.slice("kubernetes:".length);
  const group = apiGroup(object);
  if (group === undefined) {
    return isOpaque(field(object, "apiVersion")) ? `the API group of ${kind} is not known` : undefined;
  }
  const found = kindClass(group, kind);
  if (found.is === "modelled") return undefined;
  if (found.is === "unjudged") return found.why ?? `${kind} of ${group || "the core group"} is not modelled`;
  const held = found.unless.find((name) => holds(at(object.values, "spec"), name));
  return held === undefined ? undefined : `what it has as '${held}' is not modelled`;
}

/** Whether a value has a field of this name, at any depth, that holds something. */
function holds(value: Value | undefined, name: string): boolean {
  if (isOpaque(value)) return true;
  if (isList(value)) return value.some((element) => holds(element, name));
  if (!isObject(value)) return false;
  return Object.entries(value).some(([key, held]) => (key === name ? isHeld(held, name) : holds(held, name)));
}

const isHeld = (value: Value, name: string): boolean =>
  isSet(value) && !(SERVICES.includes(name) && staysInside(value, name));

const isSet = (value: Value): boolean =>
  value !== null && value !== false && value !== "" && value !== 0 && !(isList(value) && value.length === 0);

/** Fields of a service that give it an address beyond the cluster's, whatever its type. */
const BEYOND = ["externalIPs", "loadBalancerIP", "loadBalancerClass", "nodePort"];

/** Whether what describes a service makes it none but a ClusterIP, which it is where nothing is said of its type. */
function staysInside(value: Value, name: string): boolean {
  if (isOpaque(value)) return false;
  if (isList(value)) return value.every((element) => staysInside(element, ""));
  if (isObject(value)) {
    return Object.entries(value).every(([key, held]) => !BEYOND.includes(key) && staysInside(held, key));
  }
  return !/^(type|serviceType)$/.test(name) || value === "ClusterIP" || !isSet(value);
}

// ---------------------------------------------------------------- Terraform

const HIDDEN = "the Kubernetes objects that it writes are not known";

/** Resources of Terraform's `kubernetes` provider that write objects which the input does not show. */
export function hiddenObjects(resources: readonly Resource[]): Unjudged[] {
  const left = resources.filter(({ type, mode }) => mode === "managed" && type.startsWith("kubernetes_"));
  if (left.length === 0) return [];
  const [written, others] = [left.filter(({ type }) => kindOf(type)), left.filter(({ type }) => !kindOf(type))];
  const hidden = written.filter(({ type }) => {
    const [apiVersion = "", kind = ""] = kindOf(type) ?? [];
    // Of a namespace that is not in the input no policy knows more than its name.
    return kind !== "Namespace" && kindClass(groupOf(apiVersion), kind).is !== "harmless";
  });
  const types = new ClassifiedTypes(CLASSIFICATION satisfies Classification);
  const changing = others.filter((resource) => !changesWhatOpensNothing(resource));
  return [
    ...hidden.map(({ address, location }) => ({ resource: address, location, reason: HIDDEN })),
    ...types.unjudgedOf(changing, "kubernetes_"),
  ];
}

/** Whether it writes labels or annotations of an object by which nobody reaches more, such as a ServiceAccount. */
function changesWhatOpensNothing({ type, values }: Resource): boolean {
  const [apiVersion, kind] = [knownText(values["api_version"]), knownText(values["kind"])];
  const writes = type === "kubernetes_annotations" || type === "kubernetes_labels";
  return writes && apiVersion !== undefined && kind !== undefined && opensNothing(apiVersion, kind);
}
