/** Evaluates the body of a declaration: its arguments, and the blocks that dynamic ones stand for. */
import { isReference, type Value } from "../../model";
import { isList, isObject, type ObjectValue } from "../../values";
import type { Path } from "../json-locations";
import { isJsonObject, type JsonObject } from "../json-values";
import { listed, type Block, type Place } from "./declarations";
import { evaluateValue } from "./expressions";
import { isSet, sortedEntries, unknownFrom, valueOfKey } from "./partial-value";
import type { Scope } from "./scope";
import { shown } from "../../../config/texts";

/** Arguments that Terraform itself reads and no provider sees. */
const META = new Set(["//", "count", "for_each", "depends_on"]);
/** Arguments that name things instead of holding values. */
const NAMING = new Set(["lifecycle", "provider"]);
/** Where the blocks that dynamic ones made are written, by their path as JSON. */
export type Origins = ReadonlyMap<string, Place>;

/** Arguments and blocks of a declaration, dynamic blocks made plain. */
export function evaluateBlock(block: Block, scope: Scope): { readonly values: ObjectValue; readonly origins: Origins } {
  const values: Record<string, Value> = {};
  const expansion = new Expansion();
  for (const name of block.names()) {
    const json = block.json(name);
    if (NAMING.has(name)) values[name] = named(json);
    else if (!META.has(name) && !(name === "dynamic" && isDynamic(json))) {
      values[name] = expansion.value(json, scope, [name], () => block.place(name));
    }
  }
  const dynamic = block.json("dynamic");
  if (isDynamic(dynamic)) expansion.expand(dynamic, scope, values, [], block.place("dynamic"));
  return { values, origins: expansion.origins };
}

/** Names are written bare in HCL, which converts to `${name}`. */
export function named(json: unknown): Value {
  if (typeof json === "string") return json.replace(/^\$\{([^]*)\}$/, "$1");
  if (Array.isArray(json)) return json.map(named);
  if (isJsonObject(json)) return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, named(value)]));
  return typeof json === "number" || typeof json === "boolean" ? json : null;
}

/** Whether the value of a key `dynamic` holds dynamic blocks, rather than being some argument of that name. */
const isDynamic = (json: unknown): json is JsonObject =>
  isJsonObject(json) &&
  Object.values(json).every((blocks) =>
    listed(blocks, []).every(([block]) => isJsonObject(block) && ("for_each" in block || "content" in block)),
  );

const holdsDynamic = (json: unknown): boolean => {
  if (Array.isArray(json)) return json.some(holdsDynamic);
  return (
    isJsonObject(json) &&
    Object.entries(json).some(([key, value]) => (key === "dynamic" && isDynamic(value)) || holdsDynamic(value))
  );
};

/** Turns dynamic blocks into plain ones, and remembers where each was written. */
class Expansion {
  readonly origins = new Map<string, Place>();

  /** @param at path of the value in the resource's values */
  value(json: unknown, scope: Scope, at: Path, place: () => Place): Value {
    if (!holdsDynamic(json)) return evaluateValue(json, scope);
    const below = (step: string | number) => () => ({ file: place().file, path: [...place().path, step] });
    if (Array.isArray(json)) return json.map((item, i) => this.value(item, scope, [...at, i], below(i)));
    const { dynamic, ...plain } = json as JsonObject;
    const values = Object.fromEntries(
      Object.entries(plain).map(([key, item]) => [key, this.value(item, scope, [...at, key], below(key))]),
    );
    if (isDynamic(dynamic)) this.expand(dynamic, scope, values, at, below("dynamic")());
    return values;
  }

  /** Adds the blocks of `dynamic` behind the plain ones of the same type in `values`. */
  expand(dynamic: JsonObject, scope: Scope, values: Record<string, Value>, at: Path, place: Place): void {
    for (const [type, json] of Object.entries(dynamic)) {
      const plain = values[type];
      const blocks: Value[] = plain === undefined || plain === null ? [] : isList(plain) ? [...plain] : [plain];
      if (plain !== undefined && !isList(plain))
        this.origins.set(JSON.stringify([...at, type, 0]), {
          file: place.file,
          path: [...place.path.slice(0, -1), type],
        });
      for (const [block, path] of listed(json, [...place.path, type])) {
        const { for_each: forEach, iterator, content } = block as JsonObject;
        const [body, bodyPath] = listed(content, [...path, "content"])[0] ?? [{}, path];
        const origin = { file: place.file, path: bodyPath };
        const name = iterator === undefined ? type : shown(named(iterator));
        const elements = evaluateValue(forEach, scope);
        const add = (key: Value, value: Value): Value => {
          const position = [...at, type, blocks.length];
          this.origins.set(JSON.stringify(position), origin);
          return this.value(
            body,
            { ...scope, names: { ...scope.names, [name]: { key, value } } },
            position,
            () => origin,
          );
        };
        if (isList(elements)) elements.forEach((value, i) => blocks.push(add(isSet(elements) ? value : i, value)));
        else if (isObject(elements))
          for (const [key, value] of sortedEntries(elements)) blocks.push(add(valueOfKey(key), value));
        else blocks.push(masked(add(unknownFrom(elements), eachOf(elements)), elements));
      }
      values[type] = blocks;
    }
  }
}

/** What stands for each element of a list that is not known: of an attribute of the cloud, `ATTRIBUTE[*]`. */
const eachOf = (elements: Value): Value =>
  isReference(elements) ? { ...elements, attribute: `${elements.attribute}[*]` } : unknownFrom(elements);

/** A block that may or may not be there: nothing in it counts as known but what the list's own elements are. */
const masked = (block: Value, elements: Value): Value => {
  const mask = (value: Value): Value => {
    if (isElement(value, elements)) return value;
    const parts = isList(value) ? value : isObject(value) ? Object.values(value) : [];
    if (!parts.some((part) => holdsElement(part, elements))) return { ...unknownFrom(elements, value), inDoubt: true };
    return isList(value) ? value.map(mask) : masked(value, elements);
  };
  if (!isObject(block)) return mask(block);
  if (Object.keys(block).length === 0) return unknownFrom(elements);
  return Object.fromEntries(Object.entries(block).map(([key, value]) => [key, mask(value)]));
};

const holdsElement = (value: Value, elements: Value): boolean =>
  isElement(value, elements) ||
  (isList(value) && value.some((part) => holdsElement(part, elements))) ||
  (isObject(value) && Object.values(value).some((part) => holdsElement(part, elements)));

const isElement = (value: Value, elements: Value): boolean =>
  isReference(value) &&
  isReference(elements) &&
  value.address === elements.address &&
  value.attribute.startsWith(`${elements.attribute}[*]`);
