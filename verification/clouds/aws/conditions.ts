/**
 * Whether a condition of a policy holds for a request
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html): without its
 * key in the request, one that compares fails, and one that compares by `Not` or `IfExists` holds.
 */
import { isPartial, type Condition } from "./policy-document";
import { or, type Ternary } from "../../ternary";

/** What is known of a request: values by key in lower case; `undefined` for a key that it does not have. */
export type RequestContext = Readonly<Record<string, string | undefined>>;

/** Operators that are read, without `not` before what they do: whether a value of the request is the policy's. */
const COMPARISONS: Readonly<Record<string, (asked: string, written: string) => boolean>> = {
  stringequals: (asked, written) => asked === written,
  stringequalsignorecase: (asked, written) => asked.toLowerCase() === written.toLowerCase(),
  stringlike: isLike,
  arnequals: isLike,
  arnlike: isLike,
  bool: (asked, written) => asked.toLowerCase() === written.toLowerCase(),
  numericequals: (asked, written) => Number(asked) === Number(written),
  numericlessthan: (asked, written) => Number(asked) < Number(written),
  numericlessthanequals: (asked, written) => Number(asked) <= Number(written),
  numericgreaterthan: (asked, written) => Number(asked) > Number(written),
  numericgreaterthanequals: (asked, written) => Number(asked) >= Number(written),
};

/** Whether a pattern with `*` and `?` stands for a text. */
export function isLike(text: string, pattern: string): boolean {
  if (!/[*?]/.test(pattern)) return text === pattern;
  let expression = expressions.get(pattern);
  if (!expression) {
    const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
    expression = new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`, "s");
    if (expressions.size >= MOST_EXPRESSIONS) expressions.clear();
    expressions.set(pattern, expression);
  }
  return expression.test(text);
}

/** Policies have few patterns, which are asked of many texts. */
const MOST_EXPRESSIONS = 1_000;
const expressions = new Map<string, RegExp>();

export function holds({ operator, key, values }: Condition, context: RequestContext): Ternary {
  const [, forAll, not, comparison = "", ifExists] = READ.exec(operator) ?? [];
  if (!Object.hasOwn(context, key)) return "unknown";
  const asked = context[key];
  if (operator === "null") {
    return or(values.map((value) => (isPartial(value) ? "unknown" : (asked === undefined) === (value === "true"))));
  }
  const compare = COMPARISONS[comparison.replace("not", "")];
  if (!compare) return "unknown";
  const isNegated = not !== undefined || comparison.includes("not");
  if (asked === undefined) return isNegated || ifExists !== undefined || forAll !== undefined;
  const equal = or(values.map((value) => (isPartial(value) ? "unknown" : compare(asked, value))));
  return isNegated && equal !== "unknown" ? !equal : equal;
}

/** `ForAllValues:StringNotEqualsIfExists`, in lower case. Keys that have several values are read as having one. */
const READ = /^(?:(forallvalues):|foranyvalue:)?(not)?(\w+?)(ifexists)?$/;
