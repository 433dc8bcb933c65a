/**
 * Functions over lists, sets and maps.
 *
 * A list that one returns always has the true number of elements; where that can't be told, the whole result is unknown.
 */
import { isReference, type Value } from "../../../model";
import { isList, isOpaque, unknown, type Opaque } from "../../../values";
import {
  charactersOf,
  fail,
  isIdentifier,
  isSomething,
  MOST_ELEMENTS,
  shallow,
  strict,
  type Implementation,
} from "./implementation";
import {
  byText,
  canonicalText,
  distinct,
  hasReadKey,
  isKnown,
  isLoose,
  keyOfValue,
  knownPart,
  mayBeSameText,
  mayHaveKey,
  placedAs,
  sameValue,
  sortedEntries,
  toBoolean,
  toFields,
  toList,
  toNumber,
  toSet,
  toText,
  toWhole,
  unknownFrom,
  valueOfKey,
  type List,
} from "../partial-value";
import { unified, withOneElement } from "../unification";

const length = shallow((value = null) => {
  if (typeof value === "string") return charactersOf(value).length;
  return isList(value) ? value.length : Object.keys(toFields(value)).length;
});

const concat = shallow((...lists) =>
  lists.length === 0
    ? fail("'concat' of nothing")
    : placedAs(
        lists.flatMap((list) => [...toList(list)]),
        ...lists,
      ),
);

const merge = shallow((...maps) => {
  const filled = maps.flatMap((map) =>
    map === null || Object.keys(toFields(map)).length === 0 ? [] : [toFields(map)],
  );
  if (filled.length > 1 && filled.some(hasReadKey)) return unknown("whether two maps have one key is not known");
  return Object.fromEntries(filled.flatMap((map) => Object.entries(map)));
});

const lookup: Implementation = (map = null, key = null, ...fallback) => {
  const name = keyOfValue(key);
  if (isOpaque(map)) return unknownFrom(map, key, ...fallback);
  const fields = toFields(map);
  if (name !== undefined && Object.hasOwn(fields, name)) return fields[name] as Value;
  if (mayHaveKey(fields, key)) return unknownFrom(key, map, ...fallback);
  return fallback[0] === undefined ? fail(`no key '${name ?? knownPart(key)}'`) : fallback[0];
};

const flatten = shallow((list = null) => {
  const flat: Value[] = [];
  const unclear: Value[] = [];
  const visit = (value: Value): void => {
    if (isList(value)) value.forEach(visit);
    else if (isOpaque(value) && !isIdentifier(value)) unclear.push(value);
    else flat.push(value);
  };
  visit(toList(list));
  return unclear.length > 0 ? unknownFrom(...unclear) : placedAs(flat, list, ...toList(list));
});

const compact = shallow((list = null) => {
  const items = toList(list);
  const unclear = items.filter((item) => isOpaque(item) && !isIdentifier(item) && !isSomething(item));
  if (unclear.length > 0) return unknownFrom(...unclear);
  const kept = items.filter((item) => item !== null && item !== "");
  return placedAs(
    kept.map((item) => (isOpaque(item) ? item : toText(item))),
    items,
  );
});

const contains: Implementation = (list = null, wanted = null) => {
  if (isOpaque(list)) return unknownFrom(list, wanted);
  const items = toList(list);
  if (!isKnown(wanted)) {
    const isNone = isOpaque(wanted) && items.every((item) => typeof item === "string" && !mayBeSameText(item, wanted));
    return isNone ? false : unknownFrom(wanted);
  }
  if (items.some((item) => sameValue(item, wanted))) return true;
  return items.every(isKnown) ? false : unknownFrom(items);
};

const element = shallow((list = null, index = null) => {
  const items = toList(list);
  if (items.length === 0) fail("'element' of an empty list");
  if (isLoose(items)) return unknownFrom(items);
  const position = toWhole(index) % items.length;
  return items[position < 0 ? position + items.length : position] ?? null;
});

/** Whatever the list holds, a slice of it has as many elements as its bounds say, or Terraform refuses it. */
const slice: Implementation = (list = null, start = null, end = null) => {
  if (isOpaque(start) || isOpaque(end)) return unknownFrom(list, start, end);
  if (isOpaque(list)) return elementsOf(list, toWhole(start), toWhole(end));
  const items = toList(list);
  const [from, to] = [toWhole(start), toWhole(end)];
  if (isLoose(items)) return unknownFrom(items);
  return from < 0 || from > to || to > items.length ? fail("'slice' beyond the list") : items.slice(from, to);
};

/** What stands at each place of a list that is not known; each is another than the others. */
function elementsOf(list: Opaque, from: number, to: number): Value {
  if (from < 0 || from > to || to - from > MOST_ELEMENTS) return fail("'slice' beyond the list");
  return Array.from({ length: to - from }, (_, i) =>
    isReference(list)
      ? { ...list, attribute: `${list.attribute}[${from + i}]` }
      : unknown(`element ${from + i}: ${list.reason}`, list.mentions, list.missing),
  );
}

const index = strict((list = null, wanted = null) => {
  const position = toList(list).findIndex((item) => sameValue(item, wanted));
  return position < 0 ? fail("'index': no such element") : position;
});

const chunklist = shallow((list = null, size = null) => {
  const items = unified(toList(list));
  const length = toWhole(size);
  if (length < 0) fail("'chunklist' needs a size of at least 0");
  if (length === 0) return [items];
  return Array.from({ length: Math.ceil(items.length / length) }, (_, i) => items.slice(i * length, (i + 1) * length));
});

const matchkeys = shallow((values = null, keys = null, wanted = null) => {
  if (!isKnown(keys) || !isKnown(wanted)) return unknownFrom(keys, wanted);
  const [items, [names = [], search = []]] = [toList(values), withOneElement([toList(keys), toList(wanted)])];
  if (items.length !== names.length) fail("'matchkeys' needs lists of one length");
  return items.filter((_, i) => search.some((item) => sameValue(item, names[i] as Value)));
});

const zipmap = shallow((keys = null, values = null) => {
  const [names, items] = [toList(keys).map(keyOfValue), toList(values)];
  if (names.includes(undefined)) return unknownFrom(keys);
  if (names.length !== items.length) fail("'zipmap' needs lists of one length");
  return Object.fromEntries(names.map((name, i) => [name, items[i]])) as Readonly<Record<string, Value>>;
});

const range = strict((...args) => {
  const [first = 0, second, third] = args.map(toNumber);
  const [start, limit] = second === undefined ? [0, first] : [first, second];
  const step = third ?? (limit < start ? -1 : 1);
  const count = Math.max(0, Math.ceil((limit - start) / step));
  // Terraform's own bound.
  if (step === 0 || !(count <= 1024)) fail("'range' makes more than 1024 numbers");
  return Array.from({ length: count }, (_, i) => start + i * step);
});

const setproduct = shallow((...sets) => {
  const lists = sets.map(toList);
  if (lists.reduce((product, { length }) => product * length, 1) > MOST_ELEMENTS) fail("'setproduct' is too large");
  return lists.reduce<Value[][]>((rows, list) => rows.flatMap((row) => list.map((item) => [...row, item])), [[]]);
});

const members = (set: List) => new Set(set.map(canonicalText));

/** A function of sets, which have one type. */
const ofSets = (implementation: (first: List, others: readonly List[]) => List) =>
  strict((...sets) => {
    const [first = [], ...others] = withOneElement(sets.map(toList));
    return toSet(implementation(first, others));
  });

const setintersection = ofSets((first, others) => {
  const sets = others.map(members);
  return first.filter((item) => sets.every((set) => set.has(canonicalText(item))));
});

const setsubtract = ofSets((from, [less = []]) => {
  const set = members(less);
  return from.filter((item) => !set.has(canonicalText(item)));
});

const one = shallow((list = null) => {
  const items = toList(list);
  return items.length > 1 ? fail("'one' of several elements") : (items[0] ?? null);
});

/** The first argument that holds something. The last one left is it, whatever it is, or Terraform refuses the call. */
function firstOf(args: readonly Value[], isEmpty: (arg: Value) => boolean, isFull: (arg: Opaque) => boolean): Value {
  const left = args.filter((arg) => isOpaque(arg) || !isEmpty(arg));
  const [first, ...others] = left;
  if (first === undefined) return fail("every argument is empty");
  return others.length === 0 || !isOpaque(first) || isFull(first) ? first : unknownFrom(...left);
}

const coalesce: Implementation = (...args) =>
  firstOf(
    unified(args),
    (arg) => arg === null || arg === "",
    (arg) => isIdentifier(arg) || isSomething(arg),
  );

const coalescelist: Implementation = (...args) =>
  firstOf(
    args,
    (arg) => toList(arg).length === 0,
    () => false,
  );

/** `alltrue` (decided by the first false) and `anytrue` (decided by the first true). */
const decidedBy = (decisive: boolean) =>
  shallow((list = null) => {
    const items = toList(list);
    if (items.some((item) => item !== null && !isOpaque(item) && toBoolean(item) === decisive)) return decisive;
    return items.some(isOpaque) ? unknownFrom(items) : !decisive;
  });

const transpose = strict((map = null) => {
  const transposed: Record<string, string[]> = {};
  for (const [key, names] of sortedEntries(toFields(map)))
    for (const name of toList(names).map(toText)) (transposed[name] ??= []).push(key);
  return transposed;
});

export const COLLECTIONS: Readonly<Record<string, Implementation>> = {
  alltrue: decidedBy(false),
  anytrue: decidedBy(true),
  chunklist,
  coalesce,
  coalescelist,
  compact,
  concat,
  contains,
  distinct: shallow((list = null) => distinct(unified(toList(list)))),
  element,
  flatten,
  index,
  keys: shallow((map = null) =>
    placedAs(
      sortedEntries(toFields(map)).map(([key]) => valueOfKey(key)),
      map,
    ),
  ),
  length,
  lookup,
  matchkeys,
  merge,
  one,
  range,
  reverse: shallow((list = null) => placedAs([...toList(list)].reverse(), list)),
  setintersection,
  setproduct,
  setsubtract,
  setunion: shallow((...sets) => toSet(withOneElement(sets.map(toList)).flat())),
  slice,
  sort: strict((list = null) => toList(list).map(toText).sort(byText)),
  sum: strict((list = null) =>
    toList(list)
      .map(toNumber)
      .reduce((total, item) => total + item, 0),
  ),
  transpose,
  values: shallow((map = null) =>
    placedAs(
      sortedEntries(toFields(map)).map(([, value]) => value),
      map,
    ),
  ),
  zipmap,
};
