/** Functions over texts and numbers. */
import { posix } from "node:path";

import { type Unknown, type Value } from "../../../model";
import { isList, isOpaque, PLAN, unknown } from "../../../values";
import { toJson } from "./encodings";
import { charactersOf, conversion, fail, number, strict, text, type Implementation } from "./implementation";
import {
  isKnown,
  isLoose,
  knownPart,
  placedAs,
  toBoolean,
  toFields,
  toList,
  toNumber,
  toSet,
  toText,
  toWhole,
  unknownFrom,
  unknownParts,
  type List,
} from "../partial-value";
import { unified, unifiedFields } from "../unification";

/** A text of parts with what is known between them: known in part where one of these is not known. */
function textOf(parts: List, separator = ""): Value {
  if (parts.every(isKnown)) return parts.map(toText).join(separator);
  return { ...unknownFrom(...parts), text: parts.map(knownPart).join(separator), parts: unknownParts(parts) };
}

const joined: Implementation = (separator = null, ...lists) => {
  const isUnclear = lists.some((list) => isOpaque(list) || isLoose(toList(list)));
  if (isOpaque(separator) || isUnclear) return unknownFrom(separator, ...lists);
  return textOf(
    lists.flatMap((list) => toList(list)),
    toText(separator),
  );
};

/** Of one text it is that text, known or not: modules write `join("", aws_vpc.this[*].id)` for the id of the only one. */
const join: Implementation = (separator = null, ...lists) => {
  const [only, ...others] = lists.some(isOpaque) ? [] : lists.flatMap((list) => toList(list));
  return isOpaque(only) && others.length === 0 ? only : joined(separator, ...lists);
};

const format: Implementation = (pattern = null, ...args) => {
  if (isOpaque(pattern)) return unknownFrom(pattern, ...args);
  if (args.every(isKnown)) return formatted(pattern, ...args);
  // Texts that are not known stand where they are put as they are.
  const pieces = toText(pattern).split(/(%s)/);
  const isPlain = pieces.every((piece, i) => i % 2 === 1 || !piece.includes("%"));
  if (!isPlain || pieces.length !== 2 * args.length + 1) return unknownFrom(...args);
  return textOf(pieces.map((piece, i) => (i % 2 === 1 ? (args[(i - 1) / 2] as Value) : piece)));
};

const formatted = strict((pattern = null, ...args) => {
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
  return unread === undefined ? result : unknown(`'format' with ${unread} is not evaluated`, [], PLAN);
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
  const characters = Array.from(toText(value));
  while (characters.length > 0 && cut.has(characters[0] ?? "")) characters.shift();
  while (characters.length > 0 && cut.has(characters.at(-1) ?? "")) characters.pop();
  return characters.join("");
});

const substr = strict((value = null, offset = null, length = null) => {
  const characters = charactersOf(toText(value));
  const [from, count] = [toWhole(offset), toWhole(length)];
  const start = from < 0 ? Math.max(0, characters.length + from) : from;
  return characters.slice(start, count < 0 ? undefined : start + count).join("");
});

const replace = strict((value = null, wanted = null, by = null) => {
  const pattern = /^\/([^]+)\/$/.exec(toText(wanted));
  const [subject, template] = [toText(value), toText(by)];
  if (!pattern) return subject.replaceAll(toText(wanted), () => template);
  const expression = compile(pattern[1] ?? "", subject);
  if (isUnknownExpression(expression)) return expression;
  let [replaced, end] = ["", 0];
  for (const found of matchesOf(expression, subject)) {
    replaced += subject.slice(end, found.index) + expanded(template, found);
    end = found.index + found[0].length;
  }
  return replaced + subject.slice(end);
});

/** A template of Go's `Regexp.Expand`: a name is as long as can be, and one that the expression does not have is nothing. */
const expanded = (template: string, found: RegExpExecArray): string =>
  template.replaceAll(
    /\$(?:(\$)|(\w+)|\{(\w+)\})/g,
    (_, dollar: string | undefined, bare?: string, braced?: string) => {
      const name = bare ?? braced ?? "";
      return dollar ?? (/^\d+$/.test(name) ? found[Number(name)] : found.groups?.[name]) ?? "";
    },
  );

/** Every match as RE2 finds them: an empty one right behind another is none. */
function matchesOf(expression: RegExp, subject: string): RegExpExecArray[] {
  let end = -1;
  return [...subject.matchAll(expression)].filter((found) => {
    const isOwn = found[0] !== "" || found.index !== end;
    end = found.index + found[0].length;
    return isOwn;
  });
}

const regex = strict((pattern = null, value = null) => {
  const expression = compile(toText(pattern), toText(value));
  if (isUnknownExpression(expression)) return expression;
  const [found] = matchesOf(expression, toText(value));
  return found ? groupsOf(found) : fail("'regex' does not match");
});

const regexall = strict((pattern = null, value = null) => {
  const expression = compile(toText(pattern), toText(value));
  return isUnknownExpression(expression) ? expression : matchesOf(expression, toText(value)).map(groupsOf);
});

function groupsOf(found: RegExpMatchArray): Value {
  if (found.groups)
    return Object.fromEntries(
      Object.entries(found.groups).map(([name, group]) => [name, (group as string | undefined) ?? null]),
    );
  return found.length > 1 ? found.slice(1).map((group) => (group as string | undefined) ?? null) : found[0];
}

const isUnknownExpression = (expression: RegExp | Unknown): expression is Unknown => !(expression instanceof RegExp);

/** Characters that are spaces or ends of lines to JavaScript's expressions, and not to RE2's. */
const UNLIKE = /[\v\r\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]/;

/** Terraform's RE2 never runs away; JavaScript's engine may, so what could make it do so is not evaluated. */
function compile(pattern: string, subject: string): RegExp | Unknown {
  const [, flags = "", body = ""] = /^(?:\(\?([ims]+)\))?([^]*)$/.exec(pattern) ?? [];
  if (/\(\?<?[=!]|\\[1-9k]/.test(body.replaceAll("\\\\", ""))) return fail(`RE2 takes no '${pattern}'`);
  const runaway = /\)[*+{]/.test(body.replaceAll(/\)\{\d\}/g, ")"));
  if (runaway || subject.length > 2000 || UNLIKE.test(subject))
    return unknown(`the regular expression '${pattern}' is not evaluated`, [], PLAN);
  try {
    return new RegExp(body.replaceAll("(?P<", "(?<"), `gu${flags}`);
  } catch {
    return unknown(`the regular expression '${pattern}' is not evaluated`, [], PLAN);
  }
}

const parseint = strict((value = null, base = null) => {
  const digits = toText(value).toLowerCase();
  const radix = toWhole(base);
  if (radix < 2 || radix > 36) fail("'parseint' takes bases 2 to 36");
  const parsed = parseInt(digits, radix);
  return parsed.toString(radix) === digits.replace(/^(-?)0+(?=.)/, "$1") ? parsed : fail("'parseint' of no number");
});

/** Of a path, as texts: the folder that it lies in, and its last step. */
const dirname = text((path) => posix.dirname(path));
const basename = text((path) => (path === "" ? "." : posix.basename(path) || "/"));

/** Only a path that begins with `~` is made into another one: by whose folder Terraform runs in. */
const pathexpand = text((path) =>
  path.startsWith("~") ? unknown(`the home folder that ${path} begins with is not in the input`) : path,
);

const indent = strict((spaces = null, value = null) =>
  toText(value).replaceAll("\n", `\n${" ".repeat(Math.min(1000, Math.max(0, toWhole(spaces))))}`),
);

/** Go's `url.QueryEscape`. */
const urlencode = text((value) =>
  encodeURIComponent(value)
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%20", "+"),
);

const log = strict((value = null, base = null) => finite(Math.log(toNumber(value)) / Math.log(toNumber(base))));
const pow = strict((value = null, exponent = null) => finite(toNumber(value) ** toNumber(exponent)));
const finite = (value: number): number => (Number.isFinite(value) ? value : fail("not a finite number"));

export const TEXTS: Readonly<Record<string, Implementation>> = {
  abs: number(Math.abs),
  basename,
  ceil: number(Math.ceil),
  chomp: text((value) => value.replace(/[\r\n]+$/, "")),
  dirname,
  endswith: strict((value = null, end = null) => toText(value).endsWith(toText(end))),
  ephemeralasnull: conversion((value) => value),
  floor: number(Math.floor),
  format,
  formatlist,
  indent,
  join,
  log,
  lower: text((value) => value.toLowerCase()),
  max: strict((...args) => finite(Math.max(...args.map(toNumber)))),
  min: strict((...args) => finite(Math.min(...args.map(toNumber)))),
  nonsensitive: conversion((value) => value),
  parseint,
  pathexpand,
  pow,
  regex,
  regexall,
  replace,
  sensitive: conversion((value) => value),
  signum: number(Math.sign),
  split: strict((separator = null, value = null) => toText(value).split(toText(separator))),
  startswith: strict((value = null, start = null) => toText(value).startsWith(toText(start))),
  strcontains: strict((value = null, part = null) => toText(value).includes(toText(part))),
  strrev: text((value) => charactersOf(value).reverse().join("")),
  substr,
  title: text((value) => value.replaceAll(/(?<![\p{L}\p{N}_])\p{L}/gu, (start) => start.toUpperCase())),
  tobool: conversion(toBoolean),
  tolist: conversion((value) => placedAs([...unified(toList(value))], value)),
  tomap: conversion((value) => unifiedFields(toFields(value))),
  tonumber: conversion(toNumber),
  toset: conversion((value) => toSet(unified(toList(value)))),
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
  urlencode,
};
