/** How often a resource or module stands: `count`, `for_each`, and OpenTofu's `enabled`. */
import { isReference, type Unknown, type Value } from "../../model";
import { isList, isObject, PLAN, unknown } from "../../values";
import { isJsonObject } from "../json-values";
import { listed, type Block } from "./declarations";
import { isKnown, unknownFrom, valueOfKey, keyOfValue, sortedEntries, toSet } from "./partial-value";
import type { Instances, Scope } from "./scope";
import { evaluateValue } from "./expressions";

/** How often a resource or module stands. */
export interface Repetition {
  readonly instances: Instances;
  /** The scope of one instance; without a key, of the one that stands for all. */
  readonly scope: (key?: number | string) => Scope;
  /** Set where it can't be told whether any stands there: why. */
  readonly existence?: Unknown;
}

/** Most instances of one resource; beyond it their number counts as not known. */
const MOST_INSTANCES = 100_000;

/** The key of each instance; undefined for one without. */
export const keysOf = (instances: Instances): readonly (number | string | undefined)[] =>
  instances === "none" ? [] : typeof instances === "string" ? [undefined] : instances;

/** What `enabled` is in a block's `lifecycle`, as JSON. */
export const enabledIn = (block: Block): unknown =>
  listed(block.json("lifecycle"), [])
    .map(([lifecycle]) => (isJsonObject(lifecycle) ? lifecycle["enabled"] : undefined))
    .find((enabled) => enabled !== undefined);

/** The key of an index as it is written. */
export const keyOf = (index: string | undefined): number | string | undefined =>
  index === undefined ? undefined : (JSON.parse(index) as [number | string])[0];

/** Elements of a `for_each` by key: of a map, or of a set of texts, which a data source may read. */
function instancesOf(value: Value): ReadonlyMap<string, Value> | undefined {
  if (isObject(value)) return new Map(sortedEntries(value));
  if (!isList(value) || !value.every((item) => typeof item === "string" || isReference(item))) return undefined;
  const elements = toSet(value).map((item) => [keyOfValue(item), item] as const);
  return elements.every((element): element is [string, Value] => element[0] !== undefined)
    ? new Map(elements)
    : undefined;
}

/** OpenTofu's `enabled`, in `lifecycle`. */
export function enabledBy(json: unknown, single: Repetition, moduleScope: Scope): Repetition {
  const value = evaluateValue(json, moduleScope);
  if (value === true || value === "true" || value === null) return single;
  if (value === false || value === "false") return { ...single, instances: "none" };
  return {
    ...single,
    existence: isKnown(value) ? unknown("'enabled' can't be evaluated", [], PLAN) : unknownFrom(value),
  };
}

/** `count`. */
export function countedBy(count: unknown, moduleScope: Scope): Repetition {
  const value = evaluateValue(count, moduleScope);
  const number = typeof value === "number" || typeof value === "string" ? Number(value) : NaN;
  if (value === "" || !(Number.isInteger(number) && number >= 0 && number <= MOST_INSTANCES)) {
    return unclear("count", value, moduleScope);
  }
  const scope = (key?: number | string): Scope => ({
    ...moduleScope,
    count: { index: key ?? unknown("count.index is not known") },
  });
  return { instances: Array.from({ length: number }, (_, i) => i), scope };
}

/** `for_each`. */
export function eachOf(collection: unknown, moduleScope: Scope): Repetition {
  const value = evaluateValue(collection, moduleScope);
  const elements = instancesOf(value);
  if (!elements) return unclear("for_each", value, moduleScope);
  const scope = (key: number | string = ""): Scope => ({
    ...moduleScope,
    each: {
      key: valueOfKey(String(key)),
      value: elements.has(String(key)) ? (elements.get(String(key)) as Value) : unknown("each.value is not known"),
    },
  });
  return { instances: [...elements.keys()], scope };
}

/** What repeats by a number that can't be told. */
export function unclear(argument: "count" | "for_each", value: Value, moduleScope: Scope): Repetition {
  const reason = isKnown(value) ? unknown(`'${argument}' can't be evaluated`, [], PLAN) : unknownFrom(value);
  const scope = {
    ...moduleScope,
    ...(argument === "count" ? { count: { index: reason } } : { each: { key: reason, value: reason } }),
  };
  return { instances: "unknown", scope: () => scope, existence: reason };
}
