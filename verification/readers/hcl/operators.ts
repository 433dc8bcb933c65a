/** Operators over values that may be known in part. */
import { isUnknown, type Value } from "../../model";
import { isList, isObject, isOpaque } from "../../values";
import { isSomething } from "./functions/implementation";
import {
  EvaluationError,
  exact,
  isKnown,
  isLoose,
  isSet,
  mayBeSameText,
  sameValue,
  toBoolean,
  toNumber,
  unknownFrom,
  type List,
} from "./partial-value";

export function unary(operator: string, operand: Value): Value {
  if (isOpaque(operand)) return unknownFrom(operand);
  return operator === "!" ? !toBoolean(operand) : -toNumber(operand);
}

export function binary(operator: string, left: Value, right: Value): Value {
  if (operator === "||" || operator === "&&") {
    const decisive = operator === "||";
    const sides = [left, right].map((side) => (isOpaque(side) ? side : toBoolean(side)));
    if (sides.includes(decisive)) return decisive;
    return sides.some(isOpaque) ? unknownFrom(left, right) : !decisive;
  }
  if ((operator === "==" || operator === "!=") && areDifferent(left, right)) return operator === "!=";
  if (!isKnown(left) || !isKnown(right)) return unknownFrom(left, right);
  if (operator === "==" || operator === "!=") return sameValue(left, right) === (operator === "==");
  const [a, b] = [toNumber(left), toNumber(right)];
  switch (operator) {
    case "<":
      return a < b;
    case "<=":
      return a <= b;
    case ">":
      return a > b;
    case ">=":
      return a >= b;
    case "+":
      return exact(a + b);
    case "-":
      return exact(a - b);
    case "*":
      return exact(a * b);
    default:
      if (b === 0) throw new EvaluationError("division by zero");
      return exact(operator === "/" ? a / b : a % b);
  }
}

/** Whether two values differ whatever their unknown parts are. */
function areDifferent(left: Value, right: Value): boolean {
  const isNothing = (value: Value) => value === null || value === "";
  const isThere = (value: Value) => isSomething(value) || isList(value) || isObject(value);
  if (isNothing(left)) return isThere(right);
  if (isNothing(right)) return isThere(left);
  if (isTextInParts(left, right) || isTextInParts(right, left)) return !mayBeSameText(left, right);
  const hasPlaces = (value: Value): value is List => isList(value) && !isSet(value) && !isLoose(value);
  return hasPlaces(left) && hasPlaces(right) && left.length !== right.length;
}

/** Whether the one is a text of which a part is known, and the other a text too. */
const isTextInParts = (one: Value, other: Value): boolean =>
  isUnknown(one) && one.text !== undefined && (typeof other === "string" || isUnknown(other));
