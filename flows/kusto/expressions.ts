/**
 * Expressions of SQL in Kusto's words (https://learn.microsoft.com/kusto/query/scalar-functions). Its texts are never
 * null: an empty one is what SQL's NULL is.
 */
import type { Expression } from "./tree";

/** What an expression may speak of. */
export interface Context {
  /** A column, by its name or by its table's and its own. */
  column(names: readonly string[]): string;
  /** What stands for a sum or the like; left out where there can be none. */
  readonly aggregate?: (call: Expression) => string;
  /** The one value of a query. */
  scalar(query: NonNullable<Expression["subquery"]>["node"]): string;
}

const call =
  (name: string) =>
  (...args: readonly string[]) =>
    `${name}(${args.join(", ")})`;
const infix =
  (operator: string) =>
  (...args: readonly string[]) =>
    `(${args.join(` ${operator} `)})`;

const AGGREGATES: Readonly<Record<string, (...args: readonly string[]) => string>> = {
  count_star: call("count"),
  sum: call("sum"),
  min: call("min"),
  max: call("max"),
};

const FUNCTIONS: Readonly<Record<string, (...args: readonly string[]) => string>> = {
  "+": infix("+"),
  "||": call("strcat"),
  concat: call("strcat"),
  greatest: call("max_of"),
  least: call("min_of"),
  left: (text = "", length = "") => call("substring")(text, "0", length),
  lower: call("tolower"),
  trim: (text = "") => call("trim")('" +"', text),
  string_split: call("split"),
  len: call("array_length"),
  list_value: call("pack_array"),
  date_diff: (unit = "", from = "", to = "") => call("datetime_diff")(unit, to, from),
  nullif: (text = "", none = "") => call("iff")(`${text} == ${none}`, '""', text),
  // Kusto's own.
  parse_ipv6: call("parse_ipv6"),
  replace_string: call("replace_string"),
  strcmp: call("strcmp"),
};

const COMPARISONS: Readonly<Record<string, string>> = {
  COMPARE_EQUAL: "==",
  COMPARE_NOTEQUAL: "!=",
  COMPARE_LESSTHAN: "<",
  COMPARE_GREATERTHAN: ">",
  COMPARE_LESSTHANOREQUALTO: "<=",
  COMPARE_GREATERTHANOREQUALTO: ">=",
};

/** By SQL's type: what is none, and how another value becomes one. */
const TYPES: Readonly<Record<string, { readonly none: string; readonly cast: (value: string) => string }>> = {
  VARCHAR: { none: '""', cast: call("tostring") },
  BIGINT: { none: "long(null)", cast: call("tolong") },
  BOOLEAN: { none: "bool(null)", cast: call("tobool") },
  DATE: { none: "datetime(null)", cast: call("startofday") },
  TIMESTAMP: { none: "datetime(null)", cast: call("todatetime") },
};

/** @throws Error on what the statements here have had no need of */
export function expression(written: Expression, context: Context): string {
  const of = (part: Expression | undefined) => expression(needed(part, written), context);
  const parts = isAggregate(written) ? [] : (written.children ?? []).map(of);
  switch (written.class) {
    case "COLUMN_REF":
      return context.column(needed(written.column_names, written));
    case "CONSTANT":
      return constant(written);
    case "CAST":
      return cast(written, of);
    case "COMPARISON":
      return `(${of(written.left)} ${needed(COMPARISONS[written.type], written)} ${of(written.right)})`;
    case "CONJUNCTION":
      return infix(written.type === "CONJUNCTION_AND" ? "and" : "or")(...parts);
    case "OPERATOR":
      return operator(written, parts);
    case "CASE":
      return choice(written, of);
    case "SUBQUERY":
      return call("toscalar")(context.scalar(needed(written.subquery, written).node));
    case "FUNCTION":
      if (isAggregate(written)) return needed(context.aggregate, written)(written);
      return needed(FUNCTIONS[written.function_name ?? ""], written)(...parts);
    default:
      return untold(written);
  }
}

/** A sum or the like of rows. @throws Error if it is none */
export function aggregate({ function_name: name = "", children = [] }: Expression, context: Context): string {
  const parts = children.map((part) => expression(part, context));
  // A window's count has no name of its own.
  return needed(AGGREGATES[parts.length === 0 ? "count_star" : name], name)(...parts);
}

function operator({ type, ...rest }: Expression, parts: readonly string[]): string {
  const [first = "", ...others] = parts;
  switch (type) {
    case "OPERATOR_NOT":
      return call("not")(first);
    case "OPERATOR_IS_NULL":
      return call("isempty")(first);
    case "OPERATOR_IS_NOT_NULL":
      return call("isnotempty")(first);
    case "OPERATOR_COALESCE":
      return call("coalesce")(first, ...others);
    case "COMPARE_IN":
      return `(${first} in (${others.join(", ")}))`;
    case "ARRAY_EXTRACT":
      return call("tostring")(`${first}[${Number(others[0]) - 1}]`);
    default:
      return untold({ type, ...rest });
  }
}

function choice(written: Expression, of: (part: Expression | undefined) => string): string {
  const checks = needed(written.case_checks, written);
  const otherwise = written.else_expr;
  const isNone = otherwise?.class === "CONSTANT" && otherwise.value?.is_null === true;
  // Without an ELSE there is none of the others' type.
  const last = !otherwise || isNone ? noneLike(checks[0]?.then_expr, written) : of(otherwise);
  const branches = checks.flatMap(({ when_expr: when, then_expr: then }) => [of(when), of(then)]);
  return call(checks.length === 1 ? "iff" : "case")(...branches, last);
}

function noneLike(value: Expression | undefined, written: Expression): string {
  const { cast_type: type, value: { value: constant } = {} } = needed(value, written);
  const names: Readonly<Record<string, string>> = { string: "VARCHAR", number: "BIGINT", boolean: "BOOLEAN" };
  return needed(TYPES[type?.id ?? names[typeof constant] ?? ""], written).none;
}

function cast(written: Expression, of: (part: Expression | undefined) => string): string {
  const { child, cast_type: type } = written;
  const { none, cast: become } = needed(TYPES[type?.id ?? ""], written);
  if (child?.class !== "CONSTANT") return become(of(child));
  if (child.value?.is_null === true) return none;
  const text = String(child.value?.value);
  if (type?.id === "BOOLEAN") return String(text === "t");
  return type?.id === "TIMESTAMP" ? `datetime(${text})` : become(of(child));
}

function constant(written: Expression): string {
  // An empty text is left out.
  const { is_null: isNone, value = "" } = needed(written.value, written);
  if (isNone) return untold(written);
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

export const isAggregate = (written: Expression): boolean =>
  written.class === "FUNCTION" && AGGREGATES[written.function_name ?? ""] !== undefined;

/** @throws Error where a part is not there */
export function needed<T>(part: T | undefined, of: unknown): T {
  return part ?? untold(of);
}

/** @throws Error always */
export function untold(written: unknown): never {
  throw new Error(`Kusto has no words here for ${JSON.stringify(written)}`);
}
