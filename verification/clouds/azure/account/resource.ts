/** What resources of Azure are called, and where the provider has what the API has. */
import { lastSegment, shown } from "../../../../config/texts";
import { isUnknown, type Value } from "../../../model";
import { at, blocks, bool, isList, isObject, unknown, type ObjectValue } from "../../../values";
import type { Convert, Made } from "../../account";

type Fields = Readonly<Record<string, Value | undefined>>;

/** A block of the provider, of fields that may be left out. */
export const block = (fields: Fields): ObjectValue =>
  Object.fromEntries(Object.entries(fields).filter((entry): entry is [string, Value] => entry[1] !== undefined));

/** Ids are paths whose case means nothing, and Azure's answers write one in several cases. */
export function lowered(value: Value): Value {
  if (typeof value === "string") return value.startsWith("/subscriptions/") ? value.toLowerCase() : value;
  if (isList(value)) return value.map(lowered);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, held]) => [name, lowered(held)]));
}

/** A resource's own properties, ids in lower case. */
export function propertiesOf(record: ObjectValue): ObjectValue {
  const properties = lowered(record["properties"] ?? {});
  return isObject(properties) ? properties : {};
}

export const idOf = (record: ObjectValue): string => shown(record["id"] ?? null).toLowerCase();

/** The id of what a resource lies in. */
export const parentOf = (id: string): string => id.replace(/\/[^/]+\/[^/]+$/, "");

/** The id that a block of the API names another resource by. */
export const idIn = (value: Value | undefined): Value | undefined => at(value, "id");

/** Ids of a list of such blocks. */
export const idsIn = (list: Value | undefined): Value =>
  isUnknown(list) ? list : blocks(list).flatMap((one) => at(one, "id") ?? []);

/** What every resource has. */
export function identity(record: ObjectValue): Fields {
  const id = idOf(record);
  const { name, location, identity: own } = record;
  const [, group] = /\/resourcegroups\/([^/]+)/.exec(id) ?? [];
  return {
    id,
    name,
    location,
    resource_group_name: group,
    ...(own !== undefined && { identity: [identityBlock(own)] }),
  };
}

function identityBlock(told: Value): ObjectValue {
  const assigned = lowered(Object.keys(at(told, "userAssignedIdentities") ?? {}));
  return block({ type: at(told, "type"), identity_ids: assigned });
}

/** One resource of the provider. */
export const made = (record: ObjectValue, type: string, values: Fields = {}): Made => ({
  type,
  name: lastSegment(idOf(record)),
  values: { ...identity(record), ...values },
});

/** A record that is one resource. */
export const one =
  (type: string, values: (properties: ObjectValue, record: ObjectValue) => Fields = () => ({})): Convert =>
  (record) => [made(record, type, values(propertiesOf(record), record))];

/** What lies within a resource, by its own name and properties: `{id, name, properties}`. */
export const parts = (list: Value | undefined): readonly ObjectValue[] =>
  blocks(list).flatMap((part) => (isObject(part) ? [part] : []));

/** `Enabled` and `Disabled` as the provider has them; `otherwise` where the API says nothing. */
export function enabled(value: Value | undefined, otherwise: boolean): Value {
  if (value === undefined) return otherwise;
  if (isUnknown(value)) return value;
  const said = shown(value).toLowerCase();
  return said === "enabled" || said === "disabled" ? said === "enabled" : unknown(`it is ${shown(value)}`);
}

/** The other way round. */
export function not(value: Value | undefined): Value | undefined {
  const known = bool(value);
  return typeof known === "boolean" ? !known : known;
}
