/**
 * Label selectors: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
 *
 * A selector is the conjunction of its requirements; the empty selector matches everything. `NotIn` and
 * `DoesNotExist` match objects without the key. Answers are three-valued: labels that can't be told (a value known
 * only after apply, a namespace that the input does not hold) make a requirement on them unknown, not false.
 */
import { isUnknown, type Value } from "../../model";
import { at, field, isOpaque, list, object, text, unknown, type Opaque, whyOpaque } from "../../values";
import type { KubernetesObjects } from "./objects";
import { shown } from "../../../config/texts";
import { and, not, type Ternary } from "../../ternary";

/** The labels of a pod or a namespace. */
export interface Labels {
  /** Value by key; `undefined`: the label is there, its value can't be told. */
  readonly values: ReadonlyMap<string, string | undefined>;
  /** There may be labels besides these. */
  readonly open: boolean;
}

export interface Requirement {
  readonly key: string;
  readonly operator: "In" | "NotIn" | "Exists" | "DoesNotExist";
  /** Sorted; empty for `Exists` and `DoesNotExist`. */
  readonly values: readonly string[];
}

export interface Selector {
  readonly requirements: readonly Requirement[];
  /** In kubectl's syntax, `*` for the empty selector; equal for selectors with equal requirements. */
  readonly key: string;
}

const LABEL_KEY = /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const LABEL_VALUE = /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/;

export function selectorOf(requirements: readonly Requirement[]): Selector {
  const texts = [...new Set(requirements.map(requirementText))].sort();
  return { requirements, key: texts.join(",") || "*" };
}

function requirementText({ key, operator, values }: Requirement): string {
  switch (operator) {
    case "In":
      return values.length === 1 ? `${key}=${values.join("")}` : `${key} in (${values.join(",")})`;
    case "NotIn":
      return `${key} notin (${values.join(",")})`;
    case "Exists":
      return key;
    case "DoesNotExist":
      return `!${key}`;
  }
}

/**
 * Reads a `LabelSelector`; left out or empty, it selects everything. Unknown where a part of it is, and where the API
 * server would refuse it (an operator that does not exist, `In` without values, `Exists` with some, a malformed label).
 */
export function readSelector(value: Value | undefined): Selector | Opaque {
  const selector = object(value);
  if (isOpaque(selector)) return selector;
  const labels = object(selector?.["matchLabels"]);
  if (isOpaque(labels)) return labels;
  const expressions = list(selector?.["matchExpressions"]) ?? [];
  if (isOpaque(expressions)) return expressions;
  const requirements: Requirement[] = [];
  for (const [key, label] of Object.entries(labels ?? {})) {
    const requirement = readRequirement(key, "In", [label]);
    if (isUnknown(requirement)) return requirement;
    requirements.push(requirement);
  }
  for (const expression of expressions) {
    const values = list(at(expression, "values")) ?? [];
    if (isOpaque(values)) return values;
    const requirement = readRequirement(text(at(expression, "key")), text(at(expression, "operator")), values);
    if (isUnknown(requirement)) return requirement;
    requirements.push(requirement);
  }
  return selectorOf(requirements);
}

function readRequirement(
  key: string | Opaque | undefined,
  operator: string | Opaque | undefined,
  values: readonly Value[],
): Requirement | ReturnType<typeof unknown> {
  const texts = values.map((value) => text(value) ?? "");
  const opaque = [key, operator, ...texts].find(isOpaque);
  if (opaque) return unknown(whyOpaque(opaque));
  if (typeof key !== "string" || !LABEL_KEY.test(key)) return unknown(`'${shown(key)}' is not a label key`);
  const strings = texts.filter((label) => typeof label === "string");
  const malformed = strings.find((label) => !LABEL_VALUE.test(label));
  if (malformed !== undefined) return unknown(`'${malformed}' is not a label value`);
  switch (operator) {
    case "In":
    case "NotIn":
      if (strings.length === 0) return unknown(`${operator} on '${key}' needs values`);
      return { key, operator, values: [...new Set(strings)].sort() };
    case "Exists":
    case "DoesNotExist":
      if (strings.length > 0) return unknown(`${operator} on '${key}' takes no values`);
      return { key, operator, values: [] };
    default:
      return unknown(`'${shown(operator)}' is not an operator of a label selector`);
  }
}

/** Whether `selector` selects an object with `labels`. */
export function matches(selector: Selector, labels: Labels): Ternary {
  return and(selector.requirements.map((requirement) => satisfies(requirement, labels)));
}

function satisfies({ key, operator, values }: Requirement, labels: Labels): Ternary {
  const present: Ternary = labels.values.has(key) || (labels.open ? "unknown" : false);
  if (operator === "Exists") return present;
  if (operator === "DoesNotExist") return not(present);
  const value = labels.values.get(key);
  const among: Ternary = present === false ? false : value === undefined ? "unknown" : values.includes(value);
  return operator === "In" ? among : not(among);
}

/** Reads a map of labels. */
export function readLabels(value: Value | undefined): Labels {
  const labels = object(value) ?? {};
  if (isOpaque(labels)) return { values: new Map(), open: true };
  const values = Object.entries(labels).map(([key, label]) => {
    const read = text(label) ?? "";
    return [key, typeof read === "string" ? read : undefined] as const;
  });
  return { values: new Map(values), open: false };
}

/** The label that the API server sets on every namespace. */
export const NAMESPACE_NAME = "kubernetes.io/metadata.name";

/**
 * The labels of namespaces. Each has its name as the label `kubernetes.io/metadata.name`
 * (https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetes-io-metadata-name); of one that the
 * input does not hold, no other label is known.
 */
export class Namespaces {
  private readonly declared = new Map<string, Labels>();
  private readonly named = new Map<string, Labels>();

  constructor(objects: KubernetesObjects) {
    for (const namespace of objects.ofKind("Namespace", "")) {
      const name = objects.nameOf(namespace);
      if (name !== undefined) this.declared.set(name, readLabels(field(namespace, "metadata", "labels")));
    }
  }

  /** `undefined`: a namespace whose name can't be told. */
  labels(name: string | undefined): Labels {
    if (name === undefined) return { values: new Map(), open: true };
    let labels = this.named.get(name);
    if (!labels) {
      const { values, open } = this.declared.get(name) ?? { values: new Map<string, string>(), open: true };
      labels = { values: new Map([...values, [NAMESPACE_NAME, name]]), open };
      this.named.set(name, labels);
    }
    return labels;
  }
}
