/**
 * Values of one type, as Terraform makes them of the elements of a list, set or map and of both sides of a condition
 * (https://developer.hashicorp.com/terraform/language/expressions/types, "Type Conversion"; go-cty's package convert).
 */
import type { Value } from "../../model";
import { isList, isObject, isOpaque, type ObjectValue } from "../../values";
import { isSet, placedAs, toSet, toText, type List } from "./partial-value";

/**
 * The values as they are in a collection of one type: numbers and booleans beside a text are texts. What has no type in
 * common, which Terraform refuses, and what is not known stay as they are.
 */
export function unified(values: List): List {
  const told = values.filter((value) => value !== null && !isOpaque(value));
  if (told.length < 2) return values;
  if (told.every(isList)) return unifiedLists(values);
  if (told.every(isObject)) return unifiedObjects(values);
  const isText = (value: Value) => typeof value === "string";
  return told.some(isText) && told.every((value) => isText(value) || isNumeral(value)) ? values.map(asText) : values;
}

/** The same of a map's values. */
export function unifiedFields(map: ObjectValue): ObjectValue {
  const values = unified(Object.values(map));
  return Object.fromEntries(Object.keys(map).map((key, i) => [key, values[i] as Value]));
}

/** Lists and sets whose elements are of one type. */
export function withOneElement(lists: readonly List[]): readonly List[] {
  const elements = unified(lists.flat()).values();
  return lists.map((list) => {
    const own = list.map(() => elements.next().value as Value);
    return isSet(list) ? toSet(own) : placedAs(own, list);
  });
}

/** Whether a type in common with other values may make another value of it. */
export const mayChange = (value: Value): boolean =>
  isNumeral(value) || (isList(value) ? value.some(mayChange) : isObject(value) && Object.values(value).some(mayChange));

/** What Terraform makes a text of where one is asked for. */
const isNumeral = (value: Value): boolean => typeof value === "number" || typeof value === "boolean";

const asText = (value: Value): Value => (isNumeral(value) ? toText(value) : value);

/** Of one length, they have a type for each place; else one for all elements. */
function unifiedLists(values: List): List {
  const lists = values.filter(isList);
  const length = lists[0]?.length ?? 0;
  if (lists.every((list) => list.length === length && !isSet(list))) {
    const places = Array.from({ length }, (_, i) => unified(lists.map((list) => list[i] as Value)));
    return replaced(values, isList, (_, row) => places.map((place) => place[row] as Value));
  }
  const alike = withOneElement(lists);
  return replaced(values, isList, (_, row) => alike[row] as List);
}

/** With the same keys, they have a type for each; else one for all values. */
function unifiedObjects(values: List): List {
  const objects = values.filter(isObject);
  const keys = Object.keys(objects[0] ?? {});
  const isAlike = objects.every((one) => Object.keys(one).length === keys.length && keys.every((key) => key in one));
  if (isAlike) {
    const fields = keys.map((key) => unified(objects.map((one) => one[key] as Value)));
    return replaced(values, isObject, (_, row) =>
      Object.fromEntries(keys.map((key, i) => [key, fields[i]?.[row] as Value])),
    );
  }
  const elements = unified(objects.flatMap((one) => Object.values(one))).values();
  return replaced(values, isObject, (one) =>
    Object.fromEntries(Object.keys(one).map((key) => [key, elements.next().value as Value])),
  );
}

/** The values with those of a kind replaced, which are counted from 0. */
function replaced<T extends Value>(
  values: List,
  isOfKind: (value: Value) => value is T,
  by: (value: T, row: number) => Value,
): List {
  let row = 0;
  return values.map((value) => (isOfKind(value) ? by(value, row++) : value));
}
