/** What the names in an expression stand for: variables, locals, modules, resources and what else a scope knows. */
import type { Reference, Unknown, Value } from "../../model";
import type { Expression } from "./expression-parser";
import { unknown } from "../../values";
import { EvaluationError, unknownFrom } from "./partial-value";
import { indexText, prefixed, type Scope } from "./scope";

/** What follows a name: an attribute, or an index. */
export type Step = { readonly name: string } | { readonly key: Expression };

/** The value of an index. */
type KeyOf = (index: Expression) => Value;

/**
 * The value of a name, which takes as many of `steps` (`main` of `aws_vpc.main`) as belong to it.
 *
 * @param keyOf evaluates an index
 */
export function rootValue(name: string, steps: Step[], scope: Scope, keyOf: KeyOf): Value {
  if (scope.names && Object.hasOwn(scope.names, name)) return scope.names[name] as Value;
  const take = (): string => {
    const step = steps.shift();
    if (step && "name" in step) return step.name;
    throw new EvaluationError(`'${name}' lacks a name behind it`);
  };
  switch (name) {
    case "var":
    case "local": {
      const key = take();
      const value = name === "var" ? scope.variable(key) : scope.local(key);
      return value === undefined ? unknown(`${name}.${key} is not declared`) : value;
    }
    case "each": {
      const key = take();
      return scope.each && (key === "key" || key === "value") ? scope.each[key] : unknown(`each.${key} is not known`);
    }
    case "count":
      return take() === "index"
        ? (scope.count?.index ?? unknown("count.index is not known"))
        : unknown("'count' has only an index");
    case "self":
      return scope.self ?? unknown("self is not known");
    case "path": {
      const key = take();
      const path = key === "module" || key === "root" ? scope.files?.[key] : undefined;
      return path ?? unknown(`path.${key} is not known`);
    }
    case "terraform": {
      const key = take();
      if (key !== "workspace") return unknown(`terraform.${key} is not known`);
      return scope.workspace ?? unknown("terraform.workspace is not known", [], { kind: "workspace" });
    }
    case "module":
      return moduleValue(take(), steps, scope, keyOf);
    case "data":
      return resourceValue(`data.${take()}`, steps, scope, keyOf);
    default:
      return resourceValue(name, steps, scope, keyOf);
  }
}

function moduleValue(name: string, steps: Step[], scope: Scope, keyOf: KeyOf): Value {
  const [first, second, third] = steps;
  const inside = [first, second, third].map((step) => (step && "name" in step ? step.name : ""));
  const address = `module.${name}.${inside.slice(0, inside[0] === "data" ? 3 : 2).join(".")}`;
  if (scope.isResource(address)) {
    steps.splice(0, inside[0] === "data" ? 3 : 2);
    return instance(address, steps, scope, keyOf);
  }
  return scope.module?.(name) ?? undeclared(`module.${name}`, scope);
}

function resourceValue(type: string, steps: Step[], scope: Scope, keyOf: KeyOf): Value {
  const step = steps[0];
  if (!step || !("name" in step)) return { ...unknown(`'${type}' is not a known name`), undeclared: type };
  steps.shift();
  const address = `${type}.${step.name}`;
  if (!scope.isResource(address)) {
    steps.length = 0;
    return undeclared(address, scope);
  }
  return instance(address, steps, scope, keyOf);
}

function instance(own: string, steps: Step[], scope: Scope, keyOf: KeyOf): Value {
  const address = prefixed(own, scope);
  const reference = (index: string): Reference => ({ kind: "reference", address: address + index, attribute: "" });
  const instances = scope.instances?.(own);
  const step = steps[0];
  const isIndexed = step !== undefined && "key" in step;
  if (instances === undefined || instances === "unknown") {
    if (!isIndexed) return instances ? unclearInstances(address, scope.whyUnclear?.(own)) : reference("");
    steps.shift();
    // The one instance that stands for all of them bears no index.
    if (instances) return reference("");
    const key = keyOf(step.key);
    return typeof key === "number" || typeof key === "string"
      ? reference(indexText(key))
      : unknownFrom(key, reference(""));
  }
  if (instances === "none") return null;
  if (instances === "one") {
    if (isIndexed) throw new EvaluationError(`${address} is not repeated`);
    return reference("");
  }
  if (instances.some((key) => typeof key === "string")) {
    return Object.fromEntries(instances.map((key) => [String(key), reference(indexText(key))]));
  }
  return instances.map((key) => reference(indexText(key)));
}

/** What is named and not declared in its module. */
function undeclared(address: string, scope: Scope): Unknown {
  const named = prefixed(address, scope);
  return { ...unknown(`${address} is not in the input`, [named]), undeclared: named };
}

/** What repeats by a number that can't be told, and why. */
export const unclearInstances = (address: string, why: Unknown | undefined): Unknown =>
  unknown(`the number of instances of ${address} is not known${why ? `: ${why.reason}` : ""}`, [address], why?.missing);
