/**
 * Policies that change resources, or make them, whatever the input says of these.
 *
 * Microsoft, "Azure Policy definitions effect basics"
 * (https://learn.microsoft.com/azure/governance/policy/concepts/effect-basics): of its effects `append`, `modify`,
 * `mutate`, `deployIfNotExists` and `addToNetworkGroup` do so, and a parameter may choose among several.
 */
import { isReference, type Unjudged, type Value } from "../../model";
import { at, blocks, knownText } from "../../values";
import { jsonValue } from "../json-text";
import type { AzureInput } from "./input";

/** Effects by which a policy says something or refuses. */
const SAYING = /^(audit|auditIfNotExists|deny|denyAction|disabled|manual)$/i;
/** Effects that write the fields that they name. */
const WRITING = /^(append|modify)$/i;
const PARAMETER = /^\[parameters\('([^']+)'\)\]$/i;

/** Definitions of which it can't be told that they leave resources as they are. */
export function changingPolicies(input: AzureInput): Unjudged[] {
  return input.managed("azurerm_policy_definition").flatMap((definition) => {
    const read = (argument: string) => jsonValue(input.partialText(definition.values[argument], definition));
    const outcome = at(read("policy_rule"), "then");
    const effects = effectsOf(knownText(at(outcome, "effect")), read("parameters"));
    const isHarmless = (effect: string) => SAYING.test(effect) || (WRITING.test(effect) && writesTags(outcome));
    if (effects?.every(isHarmless)) return [];
    const reason = "it may change resources, or make them, whatever the input says of these";
    return [{ resource: definition.address, location: definition.location, reason }];
  });
}

const ASSIGNMENTS = ["management_group", "resource_group", "resource", "subscription"].map(
  (scope) => `azurerm_${scope}_policy_assignment`,
);

/**
 * Assignments of definitions elsewhere that have an identity, which those need that make or modify resources
 * (https://learn.microsoft.com/azure/governance/policy/how-to/remediate-resources).
 */
export function assignedElsewhere(input: AzureInput): Unjudged[] {
  return input.managed(...ASSIGNMENTS).flatMap((assignment) => {
    const { address: resource, location, values } = assignment;
    const { policy_definition_id: id, identity } = values;
    const target = input.find(isReference(id) ? { ...id, attribute: "" } : id, assignment, "definition");
    const isHere = target.kind === "resource" && target.resource.type === "azurerm_policy_definition";
    if (blocks(identity).length === 0 || (isHere && target.resource.mode === "managed")) return [];
    const reason = "a definition that is not in the input may change resources, or make them, by its identity";
    return [{ resource, location, reason }];
  });
}

/** The effects that a policy may have; undefined where these can't be told. */
function effectsOf(effect: string | undefined, parameters: Value | undefined): readonly string[] | undefined {
  if (effect === undefined) return undefined;
  const name = PARAMETER.exec(effect)?.[1];
  if (name === undefined) return effect.startsWith("[") ? undefined : [effect];
  const allowed = blocks(at(parameters, name, "allowedValues")).map(knownText);
  return allowed.length > 0 && allowed.every((one) => one !== undefined) ? allowed : undefined;
}

/** Whether all that is written are tags, which decide over nothing. */
function writesTags(outcome: Value | undefined): boolean {
  const details = at(outcome, "details");
  const written = blocks(at(details, "operations") ?? details);
  return (
    written.length > 0 &&
    written.every((one) => /^(\[concat\('tags\['|tags\b)/i.test(knownText(at(one, "field")) ?? ""))
  );
}
