/** Values of a plan that only apply will tell. */
import type { Value } from "../../model";
import { isList, isObject, type ObjectValue } from "../../values";
import type { JsonObject } from "../json-values";
import { member } from "./configuration";

/** What a plan says of a resource besides its values. */
export interface Change {
  /** `true` in the place of each value that only apply will tell. */
  readonly unknowns: unknown;
  /** Marks of what is sensitive: they have the shape of the values, and so tell lists and maps from scalars. */
  readonly shape: unknown;
}

/** What stands for a value of `argument` that only apply will tell, the `position`th of `count` such in one list. */
export type Stand = (argument: string, expression: unknown, position?: number, count?: number) => Value;

/** `value` with what `mask` marks as unknown put in. */
export function overlay(
  value: Value | undefined,
  argument: string,
  mask: unknown,
  expression: unknown,
  stand: Stand,
): Value | undefined {
  if (mask === true) return stand(argument, expression);
  if (!hasUnknown(mask)) return value;
  if (Array.isArray(mask)) {
    const elements = isList(value) ? value : [];
    const count = mask.filter((marked) => marked === true).length;
    let position = 0;
    const overlaid = mask.map((marked, i) => {
      if (marked === true) return stand("", expression, position++, count);
      return overlay(elements[i], argument, marked, member(expression, i), stand) ?? null;
    });
    return [...overlaid, ...elements.slice(mask.length)];
  }
  const fields: ObjectValue = isObject(value) ? value : {};
  const told: [key: string, value: Value][] = [];
  for (const [key, marked] of Object.entries(mask as JsonObject)) {
    const written = Object.hasOwn(fields, key) ? fields[key] : undefined;
    const overlaid = overlay(written, key, marked, member(expression, key), stand);
    if (overlaid !== undefined && overlaid !== written) told.push([key, overlaid]);
  }
  return withFields(fields, told);
}

/** A copy, made by definition of its members, so that a member `__proto__` is one like any other. */
export function withFields(fields: ObjectValue, told: readonly (readonly [string, Value])[]): ObjectValue {
  return { ...fields, ...Object.fromEntries(told) };
}

export function hasUnknown(mask: unknown): boolean {
  if (typeof mask !== "object" || mask === null) return mask === true;
  return Array.isArray(mask) ? mask.some(hasUnknown) : Object.values(mask).some(hasUnknown);
}
