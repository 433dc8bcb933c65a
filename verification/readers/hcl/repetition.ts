/** How often a resource or module stands: `count`, `for_each`, and OpenTofu's `enabled`. */
import { isReference, type Unknown, type Value } from "../../model";
import { isList, isObject } from "../../values";
import { isJsonObject } from "../json-values";
import { listed, type Block } from "./declarations";
import { keyOfValue, sortedEntries, toSet } from "./partial-value";
import type { Instances, Scope } from "./scope";

/** How often a resource or module stands. */
export interface Repetition {
  readonly instances: Instances;
  /** The scope of one instance; without a key, of the one that stands for all. */
  readonly scope: (key?: number | string) => Scope;
  /** Set where it can't be told whether any stands there: why. */
  readonly existence?: Unknown;
}

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
export function instancesOf(value: Value): ReadonlyMap<string, Value> | undefined {
  if (isObject(value)) return new Map(sortedEntries(value));
  if (!isList(value) || !value.every((item) => typeof item === "string" || isReference(item))) return undefined;
  const elements = toSet(value).map((item) => [keyOfValue(item), item] as const);
  return elements.every((element): element is [string, Value] => element[0] !== undefined)
    ? new Map(elements)
    : undefined;
}
