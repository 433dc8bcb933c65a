/**
 * Templates of Azure Resource Manager, as Terraform deploys them: which resources they make.
 *
 * Microsoft, "Understand the structure and syntax of ARM templates"
 * (https://learn.microsoft.com/azure/azure-resource-manager/templates/syntax): `resources` is a list, or an object of
 * named ones; a resource may hold further ones; the case of names means nothing. A text in brackets is an expression;
 * `[parameters('x')]` is the value that the deployment gives. In the mode `Complete` Azure deletes whatever else is in
 * the resource group.
 */
import { isUnknown, referenceTo, type Resource, type Value } from "../../model";
import { isObject, text } from "../../values";
import { jsonValue } from "../json-text";
import type { TerraformInput } from "../terraform-input";

export const TEMPLATE_DEPLOYMENT = "azurerm_resource_group_template_deployment";

/** One resource that a template makes. */
export interface TemplateResource {
  /** In lower case. */
  readonly type: string;
  readonly properties: Value | undefined;
}

const KEY = "microsoft.keyvault/vaults/keys";
const FLOW_LOG = "microsoft.network/networkwatchers/flowlogs";

/** Parts of a template that make nothing by themselves, and `resources`. */
const PARTS = new Set(["$schema", "contentversion", "parameters", "variables", "outputs", "resources"]);

/** Whether a deployment makes nothing that has to do with packets, and takes nothing away: keys, records of flows. */
export function isHarmless(deployment: Resource, input: TerraformInput): boolean {
  const made = templateResources(deployment, input);
  return made.length > 0 && made.every(({ type }) => type === KEY || type === FLOW_LOG);
}

/** The flow logs that a deployment makes. */
export function flowLogsOf(deployment: Resource, input: TerraformInput): TemplateResource[] {
  return templateResources(deployment, input).filter(({ type }) => type === FLOW_LOG);
}

/** The deployment of keys, and of nothing else, whose outputs alone `value` is computed from. */
export function keyDeployment(value: Value | undefined, from: Resource, input: TerraformInput): Resource | undefined {
  if (!isUnknown(value) || value.text !== undefined) return undefined;
  const [address, other] = value.mentions;
  if (address === undefined || other !== undefined) return undefined;
  const target = input.find(referenceTo(address, ""), from, "key");
  if (target.kind !== "resource" || target.resource.type !== TEMPLATE_DEPLOYMENT) return undefined;
  const made = templateResources(target.resource, input);
  return made.length > 0 && made.every(({ type }) => type === KEY) ? target.resource : undefined;
}

/** What a text of a template stands for: itself, or what the deployment gives for the parameter that it names. */
export function templateValue(
  written: Value | undefined,
  deployment: Resource,
  input: TerraformInput,
): Value | undefined {
  const name = typeof written === "string" ? /^\[parameters\('(\w+)'\)\]$/.exec(written)?.[1] : undefined;
  if (name === undefined) return typeof written === "string" && written.startsWith("[") ? undefined : written;
  const given = input.follow(deployment.values["parameters_content"], deployment);
  const content = isUnknown(given) ? given.text : given;
  const values = [...(entriesOf(content) ?? [])].map(([parameter, held]) => [parameter, entriesOf(held)?.get("value")]);
  const value = new Map(values as [string, Value][]).get(name.toLowerCase());
  if (value !== UNKNOWN_PART) return typeof value === "string" && value.includes(UNKNOWN_PART) ? undefined : value;
  const before = values.slice(
    0,
    values.findIndex(([parameter]) => parameter === name.toLowerCase()),
  );
  const position = JSON.stringify(before).split(UNKNOWN_PART).length - 1;
  return isUnknown(given) ? given.parts?.[position] : undefined;
}

const UNKNOWN_PART = "${}";

/** The resources that a deployment makes; none where they can't all be told. */
function templateResources(deployment: Resource, input: TerraformInput): TemplateResource[] {
  if (text(input.follow(deployment.values["deployment_mode"], deployment)) !== "Incremental") return [];
  const parts = entriesOf(input.partialText(deployment.values["template_content"], deployment));
  if (!parts || [...parts.keys()].some((part) => !PARTS.has(part))) return [];
  const made = Object.values(parts.get("resources") ?? {}).map((resource: Value) => {
    const members = entriesOf(resource);
    const type = members?.get("type");
    if (typeof type !== "string" || members?.has("resources")) return undefined;
    // Under a condition it may not be made at all.
    return { type: type.toLowerCase(), properties: members?.has("condition") ? undefined : members?.get("properties") };
  });
  return made.every((resource) => resource !== undefined) ? made : [];
}

/**
 * The members of a JSON object, or of its text, by their names in lower case; undefined where it is none, or has two of
 * one name.
 */
function entriesOf(json: unknown): ReadonlyMap<string, Value> | undefined {
  const object = typeof json === "string" ? jsonValue(json) : (json as Value);
  if (!isObject(object)) return undefined;
  const members = new Map(Object.entries(object).map(([name, value]) => [name.toLowerCase(), value]));
  return members.size === Object.keys(object).length ? members : undefined;
}
