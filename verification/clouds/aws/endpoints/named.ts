/** What resources that have addresses name: others of one type, and blocks of their own. */
import { isReference, type Resource, type Value } from "../../../model";
import { field } from "../../../values";
import type { TerraformInput } from "../../terraform-input";

/** The managed resource of one type that `value` names by id, by reference or by its `name`. */
export function named(
  input: TerraformInput,
  value: Value | undefined,
  from: Resource,
  type: string,
): Resource | string {
  const target = input.find(value, from, type);
  if (target.kind === "unknown") return target.reason;
  if (target.kind === "resource" && target.resource.type === type && target.resource.mode === "managed") {
    return target.resource;
  }
  const name = target.kind === "outside" ? target.name : target.resource.address;
  const byName = isReference(value)
    ? undefined
    : input
        .managed(type)
        .find(({ values }) => ["name", "id", "cluster_identifier"].some((key) => values[key] === name));
  return byName ?? `${name} is not in the input`;
}

export function isNamed(input: TerraformInput, value: Value | undefined, from: Resource, resource: Resource): boolean {
  const target = input.find(value, from, "resource");
  if (target.kind === "resource") return target.resource === resource;
  return target.kind === "outside" && [resource.values["arn"], resource.values["id"]].includes(target.name);
}

export function firstBlock(resource: Resource, ...path: readonly string[]): Value | undefined {
  const value = field(resource, ...path);
  return Array.isArray(value) ? (value as readonly Value[])[0] : value;
}

/** Joins reasons; undefined where there is none. */
export function join(...reasons: readonly (string | undefined)[]): string | undefined {
  const given = reasons.filter((reason) => reason !== undefined);
  return given.length > 0 ? given.join("; ") : undefined;
}
