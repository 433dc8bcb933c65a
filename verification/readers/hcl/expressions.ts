/**
 * Evaluates Terraform expressions as far as the input alone can tell.
 *
 * What names a resource becomes a reference; what only the cloud, a missing variable or a function that is not evaluated
 * could tell becomes unknown, and keeps its reason. Nothing is guessed, and nothing throws.
 */
import { isReference, isUnknown, type Reference, type Value } from "../../model";
import {
  ELEMENT,
  ExpressionSyntaxError,
  parseTemplate,
  type Expression,
  type ForExpression,
} from "./expression-parser";
import { FILES, FUNCTIONS, NOT_EVALUATED } from "./functions/index";
import { binary, unary } from "./operators";
import { isList, isObject, isOpaque, PLAN, unknown, type ObjectValue } from "../../values";
import {
  bounded,
  EvaluationError,
  hasReadKey,
  isKnown,
  isLoose,
  isSet,
  keyOfValue,
  keysOf,
  knownPart,
  mayHaveKey,
  placedAs,
  unknownParts,
  sameValue,
  sortedEntries,
  toBoolean,
  toFields,
  toNumber,
  toText,
  unknownFrom,
  valueOfKey,
} from "./partial-value";
import { mayChange, unified } from "./unification";
import { EMPTY, indexText, prefixed, type Scope } from "./scope";
import { type Step, rootValue } from "./names";

/**
 * Evaluates a value of Terraform JSON; strings are templates, keys of objects too. Most values have no expression in
 * them and stand for themselves: they are not copied. Never throws.
 */
export function evaluateValue(json: unknown, scope: Scope): Value {
  if (typeof json === "string") return evaluateTemplate(json, scope);
  if (Array.isArray(json)) return evaluateList(json, scope);
  if (typeof json === "object" && json !== null) return evaluateFields(json as Record<string, unknown>, scope);
  return typeof json === "number" || typeof json === "boolean" ? json : null;
}

function evaluateList(list: readonly unknown[], scope: Scope): Value {
  let copy: Value[] | undefined;
  for (let i = 0; i < list.length; i++) {
    const value = evaluateValue(list[i], scope);
    if (value !== list[i]) (copy ??= [...(list as readonly Value[])])[i] = value;
  }
  return copy ?? (list as readonly Value[]);
}

function evaluateFields(fields: Readonly<Record<string, unknown>>, scope: Scope): Value {
  let copy: [string, Value][] | undefined;
  const names = Object.keys(fields);
  for (let i = 0; i < names.length; i++) {
    const name = names[i] as string;
    const key = evaluateTemplate(name, scope);
    const value = evaluateValue(fields[name], scope);
    if (typeof key === "object") return unknownFrom(key ?? unknown("a key is null"), value);
    if (!copy && key === name && value === fields[name]) continue;
    copy ??= names.slice(0, i).map((earlier) => [earlier, fields[earlier] as Value]);
    copy.push([toText(key), value]);
  }
  return copy ? Object.fromEntries(copy) : (fields as ObjectValue);
}

/** Evaluates a string of Terraform JSON: literal text with `${...}` in it. Never throws. */
export function evaluateTemplate(text: string, scope: Scope): Value {
  if (!text.includes("${") && !text.includes("%{")) return text;
  return evaluated(() => new Evaluation().value(parsedTemplate(text), scope), text, scope);
}

function parsedTemplate(text: string): Expression {
  const known = templates.get(text);
  if (known) return known;
  const template = parseTemplate(text);
  if (text.length <= LONGEST_KEPT) {
    if (templates.size >= MOST_KEPT) templates.clear();
    templates.set(text, template);
  }
  return template;
}

/** A module has most of its references many times. */
const MOST_KEPT = 1_000;
const LONGEST_KEPT = 200;
const templates = new Map<string, Expression>();

/** Evaluates a parsed expression. Never throws. */
export function evaluateExpression(expression: Expression, scope: Scope): Value {
  return evaluated(() => new Evaluation().value(expression, scope), "", scope);
}

function evaluated(evaluate: () => Value, text: string, scope: Scope): Value {
  try {
    return bounded(evaluate());
  } catch (error) {
    const what = errorText(error);
    const shown = text.length > 80 ? `${text.slice(0, 77)}...` : text;
    const missing = error instanceof EvaluationError ? error.missing : undefined;
    return unknown(shown === "" ? what : `${what} in '${shown}'`, mentionsIn(text, scope), missing);
  }
}

function errorText(error: unknown): string {
  if (error instanceof EvaluationError || error instanceof ExpressionSyntaxError) return error.message;
  // The stack's end: nesting beyond any real configuration.
  if (error instanceof RangeError) return "the expression is nested too deep";
  throw error;
}

/** Addresses in a text that could not be evaluated. */
function mentionsIn(text: string, scope: Scope): string[] {
  const found = text.match(/\b(data\.)?[A-Za-z_][\w-]*\.[A-Za-z_][\w-]*/g) ?? [];
  return [...new Set(found)].filter((address) => scope.isResource(address)).map((address) => prefixed(address, scope));
}

/** A reference's attribute path with one step more. */
const extend = ({ kind, address, attribute }: Reference, step: string): Reference => ({
  kind,
  address,
  attribute: attribute === "" ? step.replace(/^\./, "") : attribute + step,
});

/** Steps that one evaluation may take: far beyond any real expression, and under a second. */
const MOST_STEPS = 2_000_000;

class Evaluation {
  private steps = 0;
  private isRendering = false;

  value(expression: Expression, scope: Scope): Value {
    if (++this.steps > MOST_STEPS) throw new EvaluationError("too much to evaluate");
    switch (expression.kind) {
      case "literal":
        return expression.value;
      case "template":
        return this.template(expression.parts, scope);
      case "text":
        return this.text(this.value(expression.of, scope));
      case "variable":
      case "attribute":
      case "index":
        return this.traversal(expression, scope);
      case "splat":
        return this.splat(expression.source, expression.each, scope);
      case "list":
        return expression.items.map((item) => this.value(item, scope));
      case "object":
        return this.object(expression.items.map(([key, value]) => [this.value(key, scope), this.value(value, scope)]));
      case "for":
        return this.forExpression(expression, scope);
      case "call":
        return this.call(expression.name, expression.args, expression.expandLast, scope);
      case "unary":
        return unary(expression.operator, this.value(expression.operand, scope));
      case "binary": {
        const left = this.value(expression.left, scope);
        // What the left side decides holds though the right one could not be evaluated.
        if (left === (expression.operator === "||") && /^(&&|\|\|)$/.test(expression.operator)) return left;
        return binary(expression.operator, left, this.value(expression.right, scope));
      }
      case "conditional":
        return this.conditional(expression, scope);
    }
  }

  private template(parts: readonly (string | Expression)[], scope: Scope): Value {
    const values = parts.map((part) => (typeof part === "string" ? part : this.value(part, scope)));
    // `"${x}"` is x itself, whatever its type.
    if (values.length === 1) return values[0] as Value;
    return this.joined(values);
  }

  private text(value: Value): Value {
    if (isList(value)) return isLoose(value) ? unknownFrom(value) : this.joined(value);
    return isOpaque(value) ? value : toText(value);
  }

  private joined(values: readonly Value[]): Value {
    if (!values.some(isOpaque)) return values.map(toText).join("");
    return { ...unknownFrom(...values), text: values.map(knownPart).join(""), parts: unknownParts(values) };
  }

  private object(entries: readonly (readonly [Value, Value])[]): Value {
    const keys = keysOf(entries.map(([key]) => key));
    const unclear = entries.flatMap(([key], i) => (keys[i] === undefined ? [key] : []));
    if (unclear.length > 0) return unknownFrom(...unclear, ...entries.map(([, value]) => value));
    return Object.fromEntries(entries.map(([, value], i) => [keys[i], value])) as ObjectValue;
  }

  // -------------------------------------------------------------- names

  private traversal(expression: Expression, scope: Scope): Value {
    const steps: Step[] = [];
    let root = expression;
    for (; root.kind === "attribute" || root.kind === "index"; root = root.of) {
      steps.unshift(root.kind === "attribute" ? { name: root.name } : { key: root.key });
    }
    let value =
      root.kind === "variable"
        ? rootValue(root.name, steps, scope, (key) => this.value(key, scope))
        : this.value(root, scope);
    for (const step of steps)
      value = "name" in step ? this.attribute(value, step.name) : this.index(value, this.value(step.key, scope));
    if (!isReference(value) || value.attribute === "") return value;
    return scope.attribute?.(value.address, value.attribute) ?? value;
  }

  private attribute(value: Value, name: string): Value {
    if (isReference(value)) return extend(value, `.${name}`);
    if (isUnknown(value)) return value;
    const fields = toFields(value);
    if (Object.hasOwn(fields, name)) return fields[name] as Value;
    if (hasReadKey(fields)) return unknown(`whether a key is '${name}' is not known`);
    throw new EvaluationError(`no attribute '${name}'`);
  }

  private index(value: Value, key: Value): Value {
    if (isOpaque(key) || isUnknown(value)) {
      if (!isObject(value)) return unknownFrom(value, key);
      const name = keyOfValue(key);
      if (name !== undefined && Object.hasOwn(value, name)) return value[name] as Value;
      if (mayHaveKey(value, key)) return unknownFrom(value, key);
      throw new EvaluationError(`no attribute '${knownPart(key)}'`);
    }
    if (isReference(value)) return extend(value, indexText(typeof key === "number" ? key : toText(key)));
    if (!isList(value)) return this.attribute(value, toText(key));
    const position = toNumber(key);
    if (isSet(value) || !(position in value)) throw new EvaluationError(`no element ${position}`);
    if (isLoose(value)) return unknownFrom(value);
    return value[position] as Value;
  }

  private splat(source: Expression, each: Expression, scope: Scope): Value {
    const value = this.value(source, scope);
    if (isUnknown(value)) return value;
    if (isReference(value) && value.attribute !== "") {
      // Whether it is a list can't be told; the reference keeps the splat.
      return this.value(each, { ...scope, names: { ...scope.names, [ELEMENT]: extend(value, "[*]") } });
    }
    const elements = isList(value) ? value : value === null ? [] : [value];
    const results = elements.map((element) =>
      this.value(each, { ...scope, names: { ...scope.names, [ELEMENT]: element } }),
    );
    return placedAs(results, elements);
  }

  // -------------------------------------------------------------- operations

  private forExpression(expression: ForExpression, scope: Scope): Value {
    const source = this.value(expression.source, scope);
    if (isOpaque(source)) return unknownFrom(source, ...this.mentioned(expression, scope));
    const entries: readonly (readonly [Value, Value])[] = isList(source)
      ? source.map((item, position) => [isSet(source) ? item : position, item])
      : sortedEntries(toFields(source)).map(([key, item]) => [valueOfKey(key), item]);
    const results: [string | undefined, Value][] = [];
    const unclear: Value[] = [];
    for (const [key, item] of entries) {
      const names = {
        ...scope.names,
        ...(expression.keyName !== undefined && { [expression.keyName]: key }),
        [expression.valueName]: item,
      };
      const inner = { ...scope, names };
      const condition = expression.condition ? this.value(expression.condition, inner) : true;
      if (!isOpaque(condition) && !toBoolean(condition)) continue;
      const name = expression.key ? this.value(expression.key, inner) : "";
      if (isOpaque(condition)) unclear.push(condition);
      const made = keyOfValue(name);
      if (made === undefined) unclear.push(name);
      results.push([made, this.value(expression.value, inner)]);
    }
    // Which elements there are can't be told.
    if (unclear.length > 0) return unknownFrom(...unclear, ...results.map(([, value]) => value));
    if (!expression.key)
      return placedAs(
        results.map(([, value]) => value),
        source,
      );
    const object = new Map<string, Value[]>();
    for (const [name = "", value] of results) {
      const group = object.get(name);
      if (group) group.push(value);
      else object.set(name, [value]);
    }
    if (!expression.grouped && object.size < results.length) throw new EvaluationError("two elements have one key");
    return Object.fromEntries(
      [...object].map(([name, values]) => [name, expression.grouped ? values : (values[0] as Value)]),
    );
  }

  /** What the body of a `for` mentions, though its elements are not known. */
  private mentioned(expression: ForExpression, scope: Scope): Value[] {
    const element = unknown("an element is not known");
    const names = {
      ...scope.names,
      [expression.keyName ?? expression.valueName]: element,
      [expression.valueName]: element,
    };
    try {
      return [this.value(expression.value, { ...scope, names })];
    } catch (error) {
      if (error instanceof EvaluationError) return [];
      throw error;
    }
  }

  private call(name: string, args: readonly Expression[], expandLast: boolean, scope: Scope): Value {
    if (name === "try" || name === "can") return this.attempt(name, args, scope);
    let values = args.map((arg) => this.value(arg, scope));
    const implementation = this.implementation(name.replace(/^core::/, ""), scope);
    if (!implementation) {
      const why = Object.hasOwn(NOT_EVALUATED, name) ? `: ${NOT_EVALUATED[name] ?? ""}` : "";
      return unknown(`function '${name}' is not evaluated${why}`, unknownFrom(...values).mentions, PLAN);
    }
    const last = values.at(-1);
    if (expandLast && last !== undefined) {
      if (isOpaque(last)) return unknownFrom(...values);
      if (!isList(last)) throw new EvaluationError("expected a list before '...'");
      values = [...values.slice(0, -1), ...last];
    }
    return bounded(implementation(...values));
  }

  private implementation(name: string, scope: Scope): ((...args: Value[]) => Value) | undefined {
    const { files } = scope;
    if (name === "templatestring") return (template = null, names = null) => this.rendered(template, names, scope);
    if (name === "templatefile" && files) {
      return (path = null, names = null) => this.rendered(FILES["file"]?.(files, path) ?? null, names, scope);
    }
    const reading = Object.hasOwn(FILES, name) ? FILES[name] : undefined;
    return reading && files ? (...args) => reading(files, ...args) : FUNCTIONS.get(name);
  }

  /** A template's text: it knows no names but those that it is given, and renders no template in turn. */
  private rendered(template: Value, names: Value, { files }: Scope): Value {
    if (isOpaque(template) || isOpaque(names)) return unknownFrom(template, names);
    if (this.isRendering) throw new EvaluationError("a template renders another");
    this.isRendering = true;
    try {
      const of = parseTemplate(toText(template));
      return this.value({ kind: "text", of }, { ...EMPTY, names: toFields(names), files });
    } finally {
      this.isRendering = false;
    }
  }

  private attempt(name: "try" | "can", args: readonly Expression[], scope: Scope): Value {
    for (const arg of args) {
      try {
        const value = this.value(arg, scope);
        if (name === "try") return value;
        return isOpaque(value) ? unknownFrom(value) : true;
      } catch (error) {
        if (!(error instanceof EvaluationError)) throw error;
      }
    }
    if (name === "can") return false;
    throw new EvaluationError("no argument of 'try' can be evaluated");
  }

  private conditional({ condition, yes, no }: Extract<Expression, { kind: "conditional" }>, scope: Scope): Value {
    const decided = this.value(condition, scope);
    if (!isOpaque(decided)) return this.chosen(toBoolean(decided) ? [yes, no] : [no, yes], scope);
    const branches = [yes, no].map((branch) => this.orNull(branch, scope));
    const [first = null, second = null] = branches;
    // Whatever the condition is, both sides are the same.
    return isKnown(first) && sameValue(first, second) ? first : unknownFrom(decided, ...branches);
  }

  /** The first of both sides of a condition, which have one type. */
  private chosen([chosen, other]: readonly [Expression, Expression], scope: Scope): Value {
    const value = this.value(chosen, scope);
    if (isOpaque(value) || !mayChange(value)) return value;
    return unified([value, this.orNull(other, scope)])[0] as Value;
  }

  /** A side of a condition that is not the one, whose errors do not count. */
  private orNull(side: Expression, scope: Scope): Value {
    return this.attempt("try", [side, { kind: "literal", value: null }], scope);
  }
}
