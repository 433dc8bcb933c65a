/**
 * Terraform's pure functions, over values that may be known in part.
 *
 * A list that a function returns always has the true number of elements; where that can't be told, the whole result is
 * unknown. A function that is not here is unknown by its name.
 */
import { formatAddress, parseCidr } from "../../../packets/address-set";
import { isReference, type Unknown, type Value } from "../../model";
import { isList, isOpaque, unknown } from "../../values";
import {
  byText,
  canonicalText,
  distinct,
  EvaluationError,
  inKnownParts,
  isKnown,
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
} from "./partial-value";

type Implementation = (...args: Value[]) => Value;

/** Most elements that one call makes. */
const MOST_ELEMENTS = 100_000;

const fail = (what: string): never => {
  throw new EvaluationError(what);
};

/** Needs every argument known through and through. */
const strict =
  (implementation: Implementation): Implementation =>
  (...args) =>
    args.every(isKnown) ? implementation(...args) : unknownFrom(...args);

/** Needs the arguments themselves; their elements may be unresolved. */
const shallow =
  (implementation: Implementation): Implementation =>
  (...args) =>
    args.some(isOpaque) ? unknownFrom(...args) : implementation(...args);

/** A conversion: what it is can't be told of a reference, but it stays that reference. */
const conversion =
  (implementation: (value: Value) => Value): Implementation =>
  (value = null) =>
    isOpaque(value) || value === null ? value : implementation(value);

const text = (implementation: (value: string) => Value) => strict((value = null) => implementation(toText(value)));
const number = (implementation: (value: number) => number) => strict((value = null) => implementation(toNumber(value)));

/** Ids and ARNs are single, non-empty texts in every provider; of other attributes even that is not certain. */
const isIdentifier = (value: Value) => isReference(value) && /(^|[._])(id|arn)$/.test(value.attribute);

// ---------------------------------------------------------------- collections

const length = shallow((value = null) => {
  if (typeof value === "string") return [...value].length;
  return isList(value) ? value.length : Object.keys(toFields(value)).length;
});

const concat = shallow((...lists) => lists.flatMap((list) => [...toList(list)]));

const merge = shallow((...maps) =>
  Object.fromEntries(maps.flatMap((map) => (map === null ? [] : Object.entries(toFields(map))))),
);

const lookup: Implementation = (map = null, key = null, ...fallback) => {
  if (isOpaque(map) || isOpaque(key)) return unknownFrom(map, key, ...fallback);
  const fields = toFields(map);
  const name = toText(key);
  if (Object.hasOwn(fields, name)) return fields[name] as Value;
  return fallback[0] === undefined ? fail(`no key '${name}'`) : fallback[0];
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
  return unclear.length > 0 ? unknownFrom(...unclear) : flat;
});

const compact = shallow((list = null) => {
  const items = toList(list);
  const unclear = items.filter((item) => isOpaque(item) && !isIdentifier(item));
  return unclear.length > 0 ? unknownFrom(...unclear) : items.filter((item) => item !== null && item !== "");
});

const contains = shallow((list = null, wanted = null) => {
  const items = toList(list);
  if (!isKnown(wanted)) return unknownFrom(wanted);
  if (items.some((item) => sameValue(item, wanted))) return true;
  return items.every(isKnown) ? false : unknownFrom(items);
});

const element = shallow((list = null, index = null) => {
  const items = toList(list);
  if (items.length === 0) fail("'element' of an empty list");
  const position = toWhole(index) % items.length;
  return items[position < 0 ? position + items.length : position] ?? null;
});

const slice = shallow((list = null, start = null, end = null) => {
  const items = toList(list);
  const [from, to] = [toWhole(start), toWhole(end)];
  return from < 0 || from > to || to > items.length ? fail("'slice' beyond the list") : items.slice(from, to);
});

const index = strict((list = null, wanted = null) => {
  const position = toList(list).findIndex((item) => sameValue(item, wanted));
  return position < 0 ? fail("'index': no such element") : position;
});

const chunklist = shallow((list = null, size = null) => {
  const items = toList(list);
  const length = toWhole(size);
  if (length < 0) fail("'chunklist' needs a size of at least 0");
  if (length === 0) return [items];
  return Array.from({ length: Math.ceil(items.length / length) }, (_, i) => items.slice(i * length, (i + 1) * length));
});

const matchkeys = shallow((values = null, keys = null, wanted = null) => {
  if (!isKnown(keys) || !isKnown(wanted)) return unknownFrom(keys, wanted);
  const [items, names, search] = [toList(values), toList(keys), toList(wanted)];
  if (items.length !== names.length) fail("'matchkeys' needs lists of one length");
  return items.filter((_, i) => search.some((item) => sameValue(item, names[i] as Value)));
});

const zipmap = shallow((keys = null, values = null) => {
  if (!isKnown(keys)) return unknownFrom(keys);
  const [names, items] = [toList(keys), toList(values)];
  if (names.length !== items.length) fail("'zipmap' needs lists of one length");
  return Object.fromEntries(names.map((name, i) => [toText(name), items[i] as Value]));
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

const members = (set: Value) => new Set(toList(set).map(canonicalText));

const setintersection = strict((first = null, ...others) => {
  const sets = others.map(members);
  return toSet(toList(first).filter((item) => sets.every((set) => set.has(canonicalText(item)))));
});

const setsubtract = strict((from = null, less = null) => {
  const set = members(less);
  return toSet(toList(from).filter((item) => !set.has(canonicalText(item))));
});

const one = shallow((list = null) => {
  const items = toList(list);
  return items.length > 1 ? fail("'one' of several elements") : (items[0] ?? null);
});

const coalesce: Implementation = (...args) => {
  for (const arg of args) {
    if (isOpaque(arg) && !isIdentifier(arg)) return unknownFrom(...args);
    if (arg !== null && arg !== "") return arg;
  }
  return fail("'coalesce' of nothing");
};

const coalescelist: Implementation = (...args) => {
  for (const arg of args) {
    if (isOpaque(arg)) return unknownFrom(...args);
    if (toList(arg).length > 0) return arg;
  }
  return fail("'coalescelist' of nothing");
};

/** `alltrue` (decided by the first false) and `anytrue` (decided by the first true). */
const decidedBy = (decisive: boolean) =>
  shallow((list = null) => {
    const items = toList(list);
    if (items.some((item) => item !== null && !isOpaque(item) && toBoolean(item) === decisive)) return decisive;
    return items.some(isOpaque) ? unknownFrom(items) : !decisive;
  });

// ---------------------------------------------------------------- texts

const join = strict((separator = null, ...lists) =>
  lists.flatMap((list) => toList(list).map(toText)).join(toText(separator)),
);

const format = strict((pattern = null, ...args) => {
  let next = 0;
  const argument = (): Value => (next < args.length ? (args[next++] as Value) : fail("'format' lacks an argument"));
  let unread: string | undefined;
  const result = toText(pattern).replace(
    /%(%|([-0+ ]*)(\d*)(?:\.(\d+))?(.?))/gsu,
    (verb: string, percent: string, flags: string, width: string, digits: string | undefined, kind: string) => {
      if (percent === "%") return "%";
      const pad = (body: string) =>
        flags.includes("-")
          ? body.padEnd(Number(width))
          : body.padStart(Number(width), flags.includes("0") ? "0" : " ");
      if (Number(width) > 1000 || Number(digits ?? 0) > 100 || /[+ ]/.test(flags)) unread = verb;
      else if (kind === "s" || (kind === "v" && typeof args[next] !== "object")) return pad(toText(argument()));
      else if (kind === "v") return pad(toJson(argument()));
      else if (kind === "d") return pad(String(Math.trunc(toNumber(argument()))));
      else if (kind === "f") return pad(toNumber(argument()).toFixed(Number(digits ?? 6)));
      else if (kind === "x") return pad(toNumber(argument()).toString(16));
      else if (kind === "t") return pad(String(toBoolean(argument())));
      else if (kind === "q") return pad(JSON.stringify(toText(argument())));
      else unread = verb;
      return "";
    },
  );
  return unread === undefined ? result : unknown(`'format' with ${unread} is not evaluated`);
});

const formatlist: Implementation = (pattern = null, ...args) => {
  if (args.some(isOpaque)) return unknownFrom(...args);
  const lengths = new Set(args.filter(isList).map((list) => list.length));
  if (lengths.size > 1) fail("'formatlist' needs lists of one length");
  return Array.from({ length: [...lengths][0] ?? 1 }, (_, i) =>
    format(pattern, ...args.map((arg) => (isList(arg) ? (arg[i] as Value) : arg))),
  );
};

const trim = strict((value = null, cutset = null) => {
  const cut = new Set(toText(cutset));
  const characters = [...toText(value)];
  while (characters.length > 0 && cut.has(characters[0] ?? "")) characters.shift();
  while (characters.length > 0 && cut.has(characters.at(-1) ?? "")) characters.pop();
  return characters.join("");
});

const substr = strict((value = null, offset = null, length = null) => {
  const characters = [...toText(value)];
  const [from, count] = [toWhole(offset), toWhole(length)];
  const start = from < 0 ? Math.max(0, characters.length + from) : from;
  return characters.slice(start, count < 0 ? undefined : start + count).join("");
});

const replace = strict((value = null, wanted = null, by = null) => {
  const pattern = /^\/([^]+)\/$/.exec(toText(wanted));
  if (!pattern) return toText(value).replaceAll(toText(wanted), () => toText(by));
  if (/\$(?!\d)/.test(toText(by))) return unknown("'replace' with a named group is not evaluated");
  const expression = compile(pattern[1] ?? "", toText(value));
  return isUnknownExpression(expression) ? expression : toText(value).replace(expression, toText(by));
});

const regex = strict((pattern = null, value = null) => {
  const expression = compile(toText(pattern), toText(value));
  if (isUnknownExpression(expression)) return expression;
  const [found] = toText(value).matchAll(expression);
  return found ? groupsOf(found) : fail("'regex' does not match");
});

const regexall = strict((pattern = null, value = null) => {
  const expression = compile(toText(pattern), toText(value));
  return isUnknownExpression(expression) ? expression : [...toText(value).matchAll(expression)].map(groupsOf);
});

function groupsOf(found: RegExpMatchArray): Value {
  if (found.groups)
    return Object.fromEntries(Object.entries(found.groups).map(([name, group]) => [name, group ?? null]));
  return found.length > 1 ? found.slice(1).map((group) => group ?? null) : found[0];
}

const isUnknownExpression = (expression: RegExp | Unknown): expression is Unknown => !(expression instanceof RegExp);

/** Terraform's RE2 never runs away; JavaScript's engine may, so what could make it do so is not evaluated. */
function compile(pattern: string, subject: string): RegExp | Unknown {
  const [, flags = "", body = ""] = /^(?:\(\?([ims]+)\))?([^]*)$/.exec(pattern) ?? [];
  const runaway = /\)[*+{]/.test(body.replaceAll(/\)\{\d\}/g, ")"));
  if (runaway || subject.length > 2000) return unknown(`the regular expression '${pattern}' is not evaluated`);
  try {
    return new RegExp(body.replaceAll("(?P<", "(?<"), `gu${flags}`);
  } catch {
    return unknown(`the regular expression '${pattern}' is not evaluated`);
  }
}

const parseint = strict((value = null, base = null) => {
  const digits = toText(value).toLowerCase();
  const radix = toWhole(base);
  if (radix < 2 || radix > 36) fail("'parseint' takes bases 2 to 36");
  const parsed = parseInt(digits, radix);
  return parsed.toString(radix) === digits.replace(/^(-?)0+(?=.)/, "$1") ? parsed : fail("'parseint' of no number");
});

/** Terraform's encoder: keys in order, and `<`, `>`, `&` escaped. */
const toJson = (value: Value): string =>
  canonicalText(value).replaceAll(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

const jsondecode = text((value) => {
  try {
    return JSON.parse(value) as Value;
  } catch {
    return fail("'jsondecode' of no JSON");
  }
});

// ---------------------------------------------------------------- addresses

interface Block {
  readonly family: 4 | 6;
  readonly first: bigint;
  readonly prefix: number;
  readonly bits: number;
}

/** A block as Terraform reads it: bits behind the prefix are dropped. */
function toBlock(value: Value): Block {
  const [address = "", prefixText = ""] = toText(value).split("/");
  if (!/^\d{1,3}$/.test(prefixText)) fail(`'${toText(value)}' is no CIDR block`);
  try {
    const { family, first } = parseCidr(address);
    const bits = family === 4 ? 32 : 128;
    const prefix = Number(prefixText);
    const size = 1n << BigInt(bits - Math.min(prefix, bits));
    return prefix > bits
      ? fail(`'${toText(value)}' is no CIDR block`)
      : { family, first: first - (first % size), prefix, bits };
  } catch {
    return fail(`'${toText(value)}' is no CIDR block`);
  }
}

const cidrsubnet = strict((base = null, newBits = null, netNumber = null) => {
  const { family, first, prefix, bits } = toBlock(base);
  const length = prefix + toWhole(newBits);
  const number = BigInt(toWhole(netNumber));
  if (length < prefix || length > bits || number < 0n || number >= 1n << BigInt(length - prefix))
    fail("'cidrsubnet' beyond its block");
  return `${formatAddress(family, first + (number << BigInt(bits - length)))}/${length}`;
});

const cidrsubnets = strict((base = null, ...newBits) => {
  const { family, first, prefix, bits } = toBlock(base);
  const end = first + (1n << BigInt(bits - prefix));
  let next = first;
  return newBits.map((extra) => {
    const length = prefix + toWhole(extra);
    if (length <= prefix || length > bits) fail("'cidrsubnets' beyond its block");
    const size = 1n << BigInt(bits - length);
    const start = ((next + size - 1n) / size) * size;
    next = start + size;
    return next > end ? fail("'cidrsubnets' beyond its block") : `${formatAddress(family, start)}/${length}`;
  });
});

const cidrhost = strict((base = null, hostNumber = null) => {
  const { family, first, prefix, bits } = toBlock(base);
  const size = 1n << BigInt(bits - prefix);
  const host = BigInt(toWhole(hostNumber));
  const offset = host < 0n ? size + host : host;
  return offset < 0n || offset >= size ? fail("'cidrhost' beyond its block") : formatAddress(family, first + offset);
});

const cidrnetmask = strict((base = null) => {
  const { family, prefix } = toBlock(base);
  return family === 6
    ? fail("'cidrnetmask' of an IPv6 block")
    : formatAddress(4, (0xffffffffn << BigInt(32 - prefix)) & 0xffffffffn);
});

// ---------------------------------------------------------------- the table

/** By Terraform's names. `try` and `can`, which catch errors of their arguments, are the evaluator's own. */
export const FUNCTIONS: ReadonlyMap<string, Implementation> = new Map<string, Implementation>(
  Object.entries({
    abs: number(Math.abs),
    alltrue: decidedBy(false),
    anytrue: decidedBy(true),
    base64decode: text((value) => Buffer.from(value, "base64").toString("utf8")),
    base64encode: text((value) => Buffer.from(value, "utf8").toString("base64")),
    ceil: number(Math.ceil),
    chomp: text((value) => value.replace(/[\r\n]+$/, "")),
    chunklist,
    cidrhost,
    cidrnetmask,
    cidrsubnet,
    cidrsubnets,
    coalesce,
    coalescelist,
    compact,
    concat,
    contains,
    distinct: shallow((list = null) => distinct(toList(list))),
    element,
    endswith: strict((value = null, end = null) => toText(value).endsWith(toText(end))),
    flatten,
    floor: number(Math.floor),
    format,
    formatlist,
    index,
    join,
    jsondecode,
    jsonencode: (value = null) => {
      if (isKnown(value)) return toJson(value);
      return isOpaque(value) ? unknownFrom(value) : { ...unknownFrom(value), text: toJson(inKnownParts(value)) };
    },
    keys: shallow((map = null) => sortedEntries(toFields(map)).map(([key]) => key)),
    length,
    lookup,
    lower: text((value) => value.toLowerCase()),
    matchkeys,
    max: strict((...args) => Math.max(...args.map(toNumber))),
    merge,
    min: strict((...args) => Math.min(...args.map(toNumber))),
    nonsensitive: conversion((value) => value),
    one,
    parseint,
    range,
    regex,
    regexall,
    replace,
    reverse: shallow((list = null) => [...toList(list)].reverse()),
    sensitive: conversion((value) => value),
    setintersection,
    setproduct,
    setsubtract,
    setunion: shallow((...sets) => toSet(sets.flatMap((set) => [...toList(set)]))),
    signum: number(Math.sign),
    slice,
    sort: strict((list = null) => toList(list).map(toText).sort(byText)),
    split: strict((separator = null, value = null) => toText(value).split(toText(separator))),
    startswith: strict((value = null, start = null) => toText(value).startsWith(toText(start))),
    strcontains: strict((value = null, part = null) => toText(value).includes(toText(part))),
    strrev: text((value) => [...value].reverse().join("")),
    substr,
    sum: strict((list = null) =>
      toList(list)
        .map(toNumber)
        .reduce((total, item) => total + item, 0),
    ),
    title: text((value) => value.replaceAll(/(^|\s)\S/gu, (start) => start.toUpperCase())),
    tobool: conversion(toBoolean),
    tolist: conversion((value) => [...toList(value)]),
    tomap: conversion(toFields),
    tonumber: conversion(toNumber),
    toset: conversion((value) => toSet(toList(value))),
    tostring: conversion(toText),
    trim,
    trimprefix: strict((value = null, start = null) =>
      toText(value).startsWith(toText(start)) ? toText(value).slice(toText(start).length) : value,
    ),
    trimspace: text((value) => value.trim()),
    trimsuffix: strict((value = null, end = null) =>
      toText(end) !== "" && toText(value).endsWith(toText(end)) ? toText(value).slice(0, -toText(end).length) : value,
    ),
    upper: text((value) => value.toUpperCase()),
    values: shallow((map = null) => sortedEntries(toFields(map)).map(([, value]) => value)),
    zipmap,
  }),
);
