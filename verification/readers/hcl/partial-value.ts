/** Values that are known in part: lists and maps whose elements may be references or unknown. */
import { isReference, isUnknown, type Missing, type Reference, type Unknown, type Value } from "../../model";
import { isList, isObject, isOpaque, PLAN, unknown, type ObjectValue } from "../../values";

export type List = readonly Value[];

/** A definite error of an expression (`try` and `can` catch it); anywhere else it makes the value unknown. */
export class EvaluationError extends Error {
  /** @param missing what the input would have to hold; default: nothing that it could */
  constructor(
    message: string,
    readonly missing?: Missing,
  ) {
    super(message);
  }
}

/** Whether nothing in the value, at any depth, is a reference or unknown. */
export function isKnown(value: Value): boolean {
  if (isOpaque(value)) return false;
  if (isList(value)) return value.every(isKnown);
  return !isObject(value) || (!hasReadKey(value) && Object.values(value).every(isKnown));
}

/**
 * Keys that stand for what a data source reads (`data.aws_availability_zones.all.names[0]`), or for a text that is known
 * in part, by their own text.
 */
const readKeys = new Map<string, Reference | Unknown>();

/**
 * The key that a value makes in an object: its text, or one that stands for what a data source reads, which Terraform
 * knows when it plans. Undefined for any other that is not known.
 */
export function keyOfValue(value: Value): string | undefined {
  if (!isOpaque(value)) return toText(value);
  if (!isReference(value) || !/(^|\.)data\./.test(value.address) || value.attribute === "") return undefined;
  const key = `\${${addressText(value).replaceAll(/\[(\d+)\]/g, ".$1")}}`;
  readKeys.set(key, value);
  return key;
}

/**
 * The keys that values make in one object: also of texts that are known in part, such as `${issuer}:sub`, where no other
 * key of it may turn out to be the same.
 */
export function keysOf(values: List): (string | undefined)[] {
  const shapes = values.map(shapeOf);
  const isApart = (at: number) => shapes.every((shape, i) => i === at || !mayBeAlike(shape, shapes[at] as string[]));
  return values.map((value, i) => keyOfValue(value) ?? (isApart(i) ? keyInParts(value) : undefined));
}

function keyInParts(value: Value): string | undefined {
  if (!isUnknown(value) || value.text === undefined || value.parts === undefined) return undefined;
  let part = 0;
  const named = (one: Reference | Unknown | undefined) =>
    one === undefined ? "" : isReference(one) ? addressText(one) : one.reason;
  const key = value.text.replaceAll("${}", () => `\${${named(value.parts?.[part++])}}`);
  readKeys.set(key, value);
  return key;
}

/**
 * What stands before and behind the unknown parts of a text. In JSON and YAML such a part may be a list or an object, and
 * what is known may stand elsewhere for a key that is not: of these only what is around them is sure.
 */
function shapeOf(value: Value): string[] {
  if (isKnown(value)) return [toText(value)];
  const parts = knownPart(value).split("${}");
  return [parts[0]?.replace(/["{[\n][^]*/, "") ?? "", parts.at(-1)?.replace(/[^]*["}\]\n]/, "") ?? ""];
}

/** Whether two texts may be the same, whatever their unknown parts are. */
export const mayBeSameText = (a: Value, b: Value): boolean => mayBeAlike(shapeOf(a), shapeOf(b));

/** Whether two texts, each given by its shape, may be the same. */
function mayBeAlike(a: readonly string[], b: readonly string[]): boolean {
  const either = (x = "", y = "", begins: (text: string, part: string) => boolean) => begins(x, y) || begins(y, x);
  return (
    either(a[0], b[0], (text, part) => text.startsWith(part)) &&
    either(a.at(-1), b.at(-1), (text, part) => text.endsWith(part))
  );
}

/** The value that a key of an object is. */
export const valueOfKey = (key: string): Value => readKeys.get(key) ?? key;

/** Whether an object has a key that is not known: then one that is looked for in vain may be that. */
export const hasReadKey = (fields: ObjectValue): boolean =>
  readKeys.size > 0 && Object.keys(fields).some((key) => readKeys.has(key));

/** Whether an object that does not have a key as it is written may have it all the same, where one of the two is not known. */
export const mayHaveKey = (fields: ObjectValue, key: Value): boolean =>
  (isOpaque(key) || hasReadKey(fields)) && Object.keys(fields).some((one) => mayBeSameText(valueOfKey(one), key));

export const addressText = ({ address, attribute }: Reference): string =>
  attribute === "" ? address : `${address}${attribute.startsWith("[") ? "" : "."}${attribute}`;

/** The unknown that `values` make of whatever is computed from them: why the first is, and the mentions of all. */
export function unknownFrom(...values: Value[]): Unknown {
  let first: Pick<Unknown, "reason" | "missing"> | undefined;
  const mentions = new Set<string>();
  const visit = (value: Value): void => {
    if (isReference(value)) {
      first ??= { reason: `${addressText(value)} is not known before apply`, missing: PLAN };
      mentions.add(value.address);
    } else if (isUnknown(value)) {
      first ??= value;
      for (const mention of value.mentions) mentions.add(mention);
    } else if (isList(value)) value.forEach(visit);
    else if (isObject(value)) Object.entries(value).forEach(([key, part]) => [valueOfKey(key), part].forEach(visit));
  };
  values.forEach(visit);
  return unknown(first?.reason ?? "not known", [...mentions], first?.missing);
}

/** What is known of one part of a text: `${}` for what is not. */
export const knownPart = (value: Value): string =>
  isOpaque(value) ? ((isUnknown(value) ? value.text : undefined) ?? "${}") : toText(value);

/** The most parts of one text that are kept: more than any that names something, less than a runaway. */
const MOST_PARTS = 100;

/** What {@link knownPart} of each value leaves as `${}`, in order; undefined where it can't be told. */
export const unknownParts = (values: List): (Reference | Unknown)[] | undefined => {
  const parts = values
    .filter(isOpaque)
    .map((value) => (isUnknown(value) && value.text !== undefined ? value.parts : [value]));
  if (!parts.every((part) => part !== undefined)) return undefined;
  return parts.reduce((sum, { length }) => sum + length, 0) <= MOST_PARTS ? parts.flat() : undefined;
};

/** The same value with {@link knownPart} of each part that is not known, which an object is whose keys would be one. */
export const inKnownParts = (value: Value): Value => {
  if (isOpaque(value)) return knownPart(value);
  if (isList(value)) return value.map(inKnownParts);
  if (!isObject(value)) return value;
  const keys = Object.keys(value).map((key) => knownPart(valueOfKey(key)));
  if (new Set(keys).size < keys.length) return "${}";
  return Object.fromEntries(Object.values(value).map((part, i) => [keys[i] ?? "", inKnownParts(part)]));
};

/**
 * What {@link inKnownParts} leaves as `${}`, in the order in which {@link canonicalText} writes it; undefined where that
 * can't be told.
 */
export const unknownPartsWithin = (value: Value): (Reference | Unknown)[] | undefined => {
  const leaves = leavesOf(value);
  return leaves && unknownParts(leaves);
};

function leavesOf(value: Value): List | undefined {
  if (!isList(value) && !isObject(value)) return [value];
  if (isObject(value) && hasReadKey(value)) return undefined;
  const held = isList(value) ? value : Object.values(Object.fromEntries(sortedEntries(value)));
  const all = held.map((one) => leavesOf(one));
  return all.every((one) => one !== undefined) ? all.flat() : undefined;
}

/** Terraform walks maps in the order of their keys. */
export const sortedEntries = (fields: ObjectValue): [string, Value][] =>
  Object.keys(fields)
    .sort(byText)
    .map((key) => [key, fields[key] as Value]);

export const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** A text that equal values share; of unresolved parts it is the text of what they are. */
export const canonicalText = (value: Value): string =>
  JSON.stringify(value, (_, part: Value) => (isObject(part) ? Object.fromEntries(sortedEntries(part)) : part));

/** Equality without conversion, as in Terraform. Unresolved parts are equal if they are the same reference or reason. */
export const sameValue = (a: Value, b: Value): boolean =>
  a === b || (typeof a === "object" && typeof b === "object" && canonicalText(a) === canonicalText(b));

const sets = new WeakSet<object>();

/** A set is a list without repeats, its texts in order; it is told from a list because it has no positions. */
export function toSet(items: List): List {
  const set = distinct(items);
  if (set.every((item) => typeof item === "string")) set.sort(byText);
  sets.add(set);
  return set;
}

export const isSet = (list: List): boolean => sets.has(list);

const loose = new WeakSet<object>();

/** Whether it is not known at which places a list has its elements: one of it may be another, or come before it. */
export const isLoose = (list: List): boolean => list.length > 1 && (loose.has(list) || (isSet(list) && !isKnown(list)));

/** A list that has places as these have that it is made of: sets, objects by their keys, or lists. */
export function placedAs<T extends List>(list: T, ...sources: Value[]): T {
  if (sources.some((one) => (isList(one) ? isLoose(one) : isObject(one) && hasReadKey(one)))) loose.add(list);
  return list;
}

export function distinct(items: List): Value[] {
  const kept = [...new Map(items.map((item) => [canonicalText(item), item])).values()];
  if (!kept.every(isKnown)) loose.add(kept);
  return kept;
}

/** The most leaves and characters that one value may hold: more than any real rule set, less than a runaway. */
const LARGEST = 2_000_000;
const sizes = new WeakMap<object, number>();

/** Parts that are shared count each time they appear, so that nested doubling is seen before anyone walks it. */
function sizeOf(value: Value): number {
  if (typeof value === "string") return 1 + value.length;
  if (typeof value !== "object" || value === null || isOpaque(value)) return 1;
  const known = sizes.get(value);
  if (known !== undefined) return known;
  const size = Object.values(value).reduce<number>((sum, part) => sum + sizeOf(part), 1);
  sizes.set(value, size);
  return size;
}

/** @throws EvaluationError if the value is too large to work on */
export function bounded<T extends Value>(value: T): T {
  if (sizeOf(value) > LARGEST) throw new EvaluationError("the value is too large to evaluate");
  return value;
}

export function toText(value: Value): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw new EvaluationError("expected a string");
}

export function toNumber(value: Value): number {
  if (typeof value === "number") return value;
  if (typeof value === "string" && /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(value)) return Number(value);
  throw new EvaluationError("expected a number");
}

/**
 * A number as Terraform has it, whose numbers have 512 bits: to the digits that JavaScript's are sure of.
 *
 * @throws EvaluationError where those are not all that it has
 */
export function exact(value: number): number {
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) throw new EvaluationError("the number is too large");
  return Number.isInteger(value) ? value : Number(value.toPrecision(15));
}

export function toWhole(value: Value): number {
  const whole = toNumber(value);
  if (Number.isSafeInteger(whole)) return whole;
  throw new EvaluationError("expected a whole number");
}

export function toBoolean(value: Value): boolean {
  if (value === true || value === "true") return true;
  if (value === false || value === "false") return false;
  throw new EvaluationError("expected true or false");
}

export function toList(value: Value): List {
  if (isList(value)) return value;
  throw new EvaluationError("expected a list");
}

export function toFields(value: Value): ObjectValue {
  if (isObject(value)) return value;
  throw new EvaluationError("expected a map");
}
