/** What the properties of Azure's API are called in azurerm. */
import { isReference, type Resource, type Value } from "../../../model";
import { isObject, type ObjectValue } from "../../../values";
import { shown } from "../../../../config/texts";

/** A resource under the same address with azurerm's type and arguments, beside its name, place and resource group. */
export function renamed(resource: Resource, type: string, values: ObjectValue): Resource {
  const { name, location, identity, tags, parent_id } = resource.values;
  const isTop = /^[^/]*\/[^/]*@/.test(shown(resource.values["type"]));
  const group = isTop && isReference(parent_id) ? { resource_group_name: { ...parent_id, attribute: "name" } } : {};
  const kept = Object.entries({ name, location, identity, tags }).filter(([, value]) => value !== undefined);
  return { ...resource, type, values: { ...(Object.fromEntries(kept) as ObjectValue), ...group, ...values } };
}

/** azurerm's names of properties, each with the path that it has in azurerm; those left out mean nothing here. */
export interface Names {
  readonly read: Readonly<Record<string, string>>;
  /** Properties that change nothing that is judged. */
  readonly ignored: string;
}

/** The arguments that properties stand for; undefined where one is in no list. */
export function argumentsOf(properties: Value | undefined, { read, ignored }: Names): ObjectValue | undefined {
  if (properties === undefined) return {};
  if (!isObject(properties)) return undefined;
  const skipped = ignored.split(" ");
  const found: Record<string, Value> = {};
  for (const [name, value] of Object.entries(properties)) {
    const argument = Object.hasOwn(read, name) ? read[name] : undefined;
    if (argument !== undefined) found[argument] = value;
    else if (!skipped.includes(name)) return undefined;
  }
  return found;
}
