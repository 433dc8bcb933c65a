/**
 * Typed access to the {@link Value}s of a resource.
 *
 * Every accessor answers one of three: the value as the asked type, `undefined` where it is absent (or null), or the
 * {@link Reference} or {@link Unknown} that stands in its place. A value of another type than asked is unknown too:
 * what can't be read is never taken as absent. Terraform's own conversions apply (`"443"` is the number 443).
 */
import { isReference, isUnknown, type Missing, type Reference, type Resource, type Unknown, type Value } from "./model";

/** A value whose text the input does not hold. */
export type Opaque = Reference | Unknown;
/** An object value: a block, a map, a manifest. */
export type ObjectValue = { readonly [key: string]: Value };

export function isOpaque(value: unknown): value is Opaque {
  return isReference(value) || isUnknown(value);
}

export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

/** True for blocks, maps and manifests; false for lists, references and unknowns. */
export function isObject(value: Value | undefined): value is ObjectValue {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !isOpaque(value);
}

/** A value that can't be known: `reason` ends up in the finding's message, word for word. */
export function unknown(reason: string, mentions: readonly string[] = [], missing?: Missing): Unknown {
  return { kind: "unknown", reason, mentions, ...(missing && { missing }) };
}

/** What a reference stands for where the input does not tell it, but a plan may. */
export const notTold = ({ address, attribute }: Reference): Unknown =>
  unknown(`${[address, attribute].filter(Boolean).join(".")} is not known from the input`, [address], PLAN);

/** What only a plan tells. */
export const PLAN: Missing = { kind: "plan" };

/**
 * The value at `path` below `value`, undefined where there is none.
 *
 * A key asked of a list of one block is asked of that block, and index 0 of a single block is the block, since
 * Terraform writes one block in either form. What lies below a reference is a reference to that attribute; what lies
 * below an unknown is that unknown.
 */
export function at(value: Value | undefined, ...path: readonly (string | number)[]): Value | undefined {
  let current: Value | undefined = value;
  for (const step of path) {
    if (current === undefined || current === null || isUnknown(current)) break;
    current = stepInto(current, step);
  }
  return current ?? undefined;
}

/** The value of a resource at `path`; see {@link at}. */
export function field(resource: Resource, ...path: readonly (string | number)[]): Value | undefined {
  return at(resource.values, ...path);
}

/** A text; numbers and booleans are converted as Terraform does. */
export function text(value: Value | undefined): string | Opaque | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string" || isOpaque(value)) return value;
  return typeof value === "object" ? mistyped(value, "a text") : String(value);
}

/** A number; a text of decimal digits is converted as Terraform does. */
export function number(value: Value | undefined): number | Opaque | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "number" || isOpaque(value)) return value;
  return typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : mistyped(value, "a number");
}

/** A boolean; the texts `true` and `false` are converted as Terraform does. */
export function bool(value: Value | undefined): boolean | Opaque | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "boolean" || isOpaque(value)) return value;
  return value === "true" || value === "false" ? value === "true" : mistyped(value, "a boolean");
}

/** A list as a whole. Its elements may be opaque each. */
export function list(value: Value | undefined): readonly Value[] | Opaque | undefined {
  if (value === undefined || value === null) return undefined;
  return isList(value) || isOpaque(value) ? value : mistyped(value, "a list");
}

/** The elements of a list of texts, none where it is absent. A list that is opaque as a whole is one opaque element. */
export function texts(value: Value | undefined): (string | Opaque)[] {
  const elements = list(value);
  if (elements === undefined) return [];
  if (isOpaque(elements)) return [elements];
  return elements.flatMap((element) => text(element) ?? []);
}

/** An object: a block, a map, a manifest. A list of one block is that block. */
export function object(value: Value | undefined): ObjectValue | Opaque | undefined {
  if (value === undefined || value === null) return undefined;
  if (isList(value)) return value.length <= 1 ? object(value[0]) : mistyped(value, "one block");
  return isObject(value) || isOpaque(value) ? value : mistyped(value, "an object");
}

/** The blocks of one name: a list as it is, a single one as a list, none where absent. Blocks may be opaque each. */
export function blocks(value: Value | undefined): readonly Value[] {
  if (value === undefined || value === null) return [];
  return isList(value) ? value : [value];
}

function stepInto(value: Exclude<Value, null | Unknown>, step: string | number): Value | undefined {
  if (isList(value)) {
    if (typeof step === "number") return value[step];
    if (value.length > 1) return unknown(`'${step}' is asked of ${value.length} blocks where one is expected`);
    return at(value[0], step);
  }
  if (typeof value !== "object") return unknown(`'${step}' is asked of ${describe(value)}`);
  if (isReference(value)) return { ...value, attribute: joinAttribute(value.attribute, step) };
  return step === 0 ? value : Object.hasOwn(value, step) ? value[step] : undefined;
}

function joinAttribute(attribute: string, step: string | number): string {
  if (typeof step === "number") return `${attribute}[${step}]`;
  return attribute === "" ? step : `${attribute}.${step}`;
}

function mistyped(value: Value, expected: string): Unknown {
  return unknown(`${describe(value)} stands where ${expected} is expected`);
}

function describe(value: Value): string {
  if (isList(value)) return "a list";
  return value === null || typeof value === "object" ? "an object" : `a ${typeof value}`;
}

/** What of a map is known text. */
export function textEntries(map: ObjectValue): Record<string, string> {
  return Object.fromEntries(
    Object.entries(map).flatMap(([key, value]) => (typeof value === "string" ? [[key, value]] : [])),
  );
}

/** The first of a list of blocks, of which there is one at most. */
export function firstOf(value: Value | undefined): Value | undefined {
  return blocks(value)[0];
}

/** Why a value can't be known, for a finding's message. */
export function whyOpaque(value: Opaque): string {
  return isReference(value) ? `${value.address}.${value.attribute} is not in the input` : value.reason;
}

/** The text of a field, `undefined` where it is absent or can't be told. */
export function knownText(value: Value | undefined): string | undefined {
  const read = text(value);
  return typeof read === "string" ? read : undefined;
}
