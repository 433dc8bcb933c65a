/**
 * Resources that the provider `azapi` writes as Azure's own API has them: those that are known become the resources of
 * `azurerm` that the other files read, under their own address. What has a property that is not known here stays what
 * it is, and is told of as not judged.
 *
 * Terraform, "AzAPI Provider" (https://registry.terraform.io/providers/Azure/azapi/latest/docs): `type` is
 * `NAMESPACE/TYPE@VERSION`, `body` an object or its JSON, `parent_id` what it lies in. Microsoft, "Azure resource
 * reference" (https://learn.microsoft.com/azure/templates/): the properties of each type; a null one is left out.
 */
import { isReference, isUnknown, type Resource, type Value } from "../../../model";
import { isList, isObject, text, unknown, type ObjectValue } from "../../../values";
import { jsonValue } from "../../json-text";
import { isAbsent } from "../input";
import { asCluster, asNodePool, changesNothing } from "./clusters";
import { HARMLESS_TYPES } from "./harmless";
import { asSubnet, asVirtualNetwork } from "./networks";

/** What a body is in azurerm's words: undefined where it holds what is not read. */
export type Translation = (body: ObjectValue, resource: Resource) => readonly Resource[] | undefined;

const TRANSLATIONS: Readonly<Record<string, Translation>> = {
  "microsoft.containerservice/managedclusters": asCluster,
  "microsoft.containerservice/managedclusters/agentpools": asNodePool,
  "microsoft.network/virtualnetworks": asVirtualNetwork,
  "microsoft.network/virtualnetworks/subnets": asSubnet,
};

/** `resources` with those of `azapi` that are known as azurerm has them. */
export function asAzurerm(resources: readonly Resource[]): readonly Resource[] {
  if (!resources.some(isWritten)) return resources;
  return resources.flatMap((resource) => {
    const translate = isWritten(resource) ? TRANSLATIONS[typeOf(resource) ?? ""] : undefined;
    // Of a body in two parts either may say what opens something.
    const body = translate && isAbsent(resource.values["sensitive_body"]) ? bodyOf(resource) : undefined;
    return (body && translate?.(body, resource)) ?? resource;
  });
}

const isWritten = ({ type, mode }: Resource) => type === "azapi_resource" && mode === "managed";

/** Whether a resource of `azapi` changes nothing of who reaches whom. */
export function isHarmlessAzapi(resource: Resource): boolean {
  const type = typeOf(resource);
  if (type === undefined) return false;
  switch (resource.type) {
    case "azapi_resource":
      return HARMLESS_TYPES.has(type);
    case "azapi_update_resource": {
      const body = HARMLESS_TYPES.has(type) ? {} : bodyOf(resource);
      return body !== undefined && (HARMLESS_TYPES.has(type) || changesNothing(type, body));
    }
    case "azapi_resource_action": {
      const [action, method] = [resource.values["action"], resource.values["method"]].map(text);
      return method === "GET" || (typeof action === "string" && /^(list\w*|register)$/.test(action));
    }
    default:
      return false;
  }
}

/** In lower case, without the version. */
function typeOf({ values }: Resource): string | undefined {
  const written = text(values["type"]);
  const known = isUnknown(written) ? written.text : written;
  const [type, version] = typeof known === "string" ? known.toLowerCase().split("@") : [];
  return version === undefined || type?.includes("$") ? undefined : type;
}

function bodyOf({ values }: Resource): ObjectValue | undefined {
  const { body } = values;
  if (isObject(body)) return withoutNulls(body) as ObjectValue;
  const json = isUnknown(body) ? body.text : body;
  const read = withoutNulls(typeof json === "string" ? (jsonValue(json) ?? null) : null);
  return isObject(read) ? read : undefined;
}

/** A text of JSON that has parts which only apply tells is not known. */
function withoutNulls(value: Value): Value {
  if (isList(value)) return value.map(withoutNulls);
  if (typeof value === "string") return value.includes("${}") ? unknown("a part of its body is not known") : value;
  if (!isObject(value) || isReference(value) || isUnknown(value)) return value;
  const entries = Object.entries(value).filter(([, held]) => held !== null);
  return Object.fromEntries(entries.map(([name, held]) => [name, withoutNulls(held)]));
}
