import type { Value } from "../../model";
import { isOpaque } from "../../values";
import type { Expression } from "./expression-parser";
import { EvaluationError, toBoolean, toFields, toList, toNumber, toSet, toText } from "./partial-value";
import { unified, unifiedFields } from "./unification";

/**
 * Converts a value to a variable's type: primitives, sets, and objects with the defaults of their optional attributes.
 *
 * @param evaluate gives the value of a default, a literal
 * @throws EvaluationError if the value does not fit
 */
export function convert(value: Value, type: Expression, evaluate: (literal: Expression) => Value): Value {
  if (isOpaque(value) || value === null) return value;
  if (type.kind === "variable") {
    if (type.name === "string") return toText(value);
    if (type.name === "number") return toNumber(value);
    if (type.name === "bool") return toBoolean(value);
    return value;
  }
  const [inner] = type.kind === "call" ? type.args : [];
  if (type.kind !== "call" || !inner) throw new EvaluationError("the type can't be read");
  // `any` within a collection is one type for all of it.
  const convertAll = () => unified(toList(value).map((item) => convert(item, inner, evaluate)));
  switch (type.name) {
    case "list":
      return convertAll();
    case "set":
      return toSet(convertAll());
    case "map":
      return unifiedFields(
        Object.fromEntries(Object.entries(toFields(value)).map(([key, item]) => [key, convert(item, inner, evaluate)])),
      );
    case "tuple":
      return inner.kind === "list"
        ? toList(value).map((item, i) => (inner.items[i] ? convert(item, inner.items[i], evaluate) : item))
        : value;
    case "object":
      return toObject(value, inner, evaluate);
    default:
      throw new EvaluationError(`type '${type.name}' is not known`);
  }
}

function toObject(value: Value, type: Expression, evaluate: (literal: Expression) => Value): Value {
  const fields = toFields(value);
  const attributes = type.kind === "object" ? type.items : [];
  return Object.fromEntries(
    attributes.map(([key, constraint]) => {
      const name = key.kind === "literal" ? String(key.value) : "";
      const isOptional = constraint.kind === "call" && constraint.name === "optional";
      const [inner = constraint, fallback] = isOptional ? constraint.args : [constraint];
      const given = Object.hasOwn(fields, name) ? (fields[name] as Value) : null;
      if (!isOptional && !Object.hasOwn(fields, name)) throw new EvaluationError(`attribute '${name}' is missing`);
      return [name, convert(given ?? (fallback ? evaluate(fallback) : null), inner, evaluate)];
    }),
  );
}
