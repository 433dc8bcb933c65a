/** What checks look resources up in. */
import { isReference, isUnknown, type Resource, type System, type Value } from "../model";
import { TerraformInput } from "./terraform-input";
import { knownText } from "../values";

/** The system's resources by type and by what names them. */
export function inputOf(system: System): TerraformInput {
  return TerraformInput.of(system.resources);
}

/** Resources that say more of another one (a bucket's policy, a VPC's flow log), and those whose target can't be told. */
export interface Attachments {
  readonly found: readonly Resource[];
  readonly unclear: readonly Resource[];
}

/**
 * Those of `candidates` whose `argument` names `target`: by reference, by cloud id, or by the name that stands in
 * `nameArgument` of the target.
 */
export function attachmentsOf(
  target: Resource,
  candidates: readonly Resource[],
  argument: string,
  input: TerraformInput,
  nameArgument?: string,
): Attachments {
  const name = nameArgument === undefined ? undefined : knownText(input.follow(target.values[nameArgument], target));
  const found: Resource[] = [];
  const unclear: Resource[] = [];
  for (const candidate of candidates) {
    const named = candidate.values[argument];
    const whole = input.find(isReference(named) ? { ...named, attribute: "" } : named, candidate, argument);
    const exact = isReference(named) ? input.find(named, candidate, argument) : whole;
    const isTarget = [whole, exact].some(
      (answer) =>
        (answer.kind === "resource" && answer.resource === target) ||
        (answer.kind === "outside" && name !== undefined && answer.name === name),
    );
    if (isTarget) found.push(candidate);
    else if (isUnknown(exact)) unclear.push(candidate);
  }
  return { found, unclear };
}

/** A text with `${}` for each part that is not known; undefined where it is absent, or not known at all. */
export function partialText(value: Value | undefined, from: Resource, input: TerraformInput): string | undefined {
  const held = input.follow(value, from);
  return isUnknown(held) ? held.text : knownText(held);
}
