import { InputError } from "../input-error";
import type { Resource } from "../model";
import { indexText } from "./hcl/scope";
import type { JsonText, Path } from "./json-locations";
import { arrayIn, isJsonObject, misshapen, textIn, type JsonObject } from "./json-values";
import { providerOf } from "./provider-sources";

/** Whether a document is what `terraform show -json` prints of a state. */
export function isShownState(json: unknown): json is JsonObject {
  return isJsonObject(json) && "format_version" in json && !("planned_values" in json) && !("resource_changes" in json);
}

/** Whether a document is a state as Terraform stores it, of version 4 (Terraform 0.12 and later). */
export function isStateFile(json: unknown): json is JsonObject {
  return isJsonObject(json) && "version" in json && "lineage" in json && "serial" in json;
}

/**
 * Refuses what `terraform show -json` prints in a version of another major number: Terraform changes what members mean
 * only there (https://developer.hashicorp.com/terraform/internals/json-format#format-version).
 *
 * @throws InputError that names the version
 */
export function refuseUnknownFormat(document: JsonText, what: "plan" | "state"): void {
  const { format_version: version } = document.value as JsonObject;
  if (typeof version === "string" && /^[01]\./.test(version)) return;
  throw new InputError(
    document.file,
    document.lineOf(["format_version"]),
    `is a ${what} of format_version ${JSON.stringify(version)} (readable: 0.x, 1.x)`,
  );
}

/**
 * Resources of a state as `terraform show -json` prints it.
 *
 * @throws InputError if the document has not the shape of a state, or is of a version that is not known
 */
export function readShownState(document: JsonText): Resource[] {
  const state = document.value as JsonObject;
  const { values } = state;
  // Files of other programs have a member of this name too.
  if ("values" in state || "terraform_version" in state) refuseUnknownFormat(document, "state");
  return isJsonObject(values) ? readValues(document, ["values"], values) : [];
}

/**
 * Resources of a state file, deposed objects among them: they exist until they are destroyed.
 *
 * @throws InputError if the document is of another version, or has not the shape of a state
 */
export function readStateFile(document: JsonText): Resource[] {
  const state = document.value as JsonObject;
  if (state["version"] !== 4) {
    const line = document.lineOf(["version"]);
    throw new InputError(
      document.file,
      line,
      `is a state of version ${JSON.stringify(state["version"])} (readable: 4)`,
    );
  }
  return arrayIn(document, [], state, "resources").flatMap((resource, i) => {
    const path = ["resources", i];
    const { type, name, mode, provider } = heading(document, path, resource);
    const module = resource["module"] === undefined ? "" : `${textIn(document, path, resource, "module")}.`;
    return arrayIn(document, path, resource, "instances").map((instance, j) => {
      // Objects that Terraform 0.11 wrote have flat attributes until they are refreshed.
      if (!isJsonObject(instance["attributes"])) {
        throw misshapen(document, [...path, "instances", j, "attributes"], "the values of a resource");
      }
      const key = instance["index_key"];
      const index = typeof key === "number" || typeof key === "string" ? indexText(key) : "";
      const address = `${module}${mode === "data" ? "data." : ""}${type}.${name}${index}${deposed(instance["deposed"])}`;
      const identity = { address, type, mode, provider };
      return resourceAt(document, [...path, "instances", j], identity, instance, "attributes");
    });
  });
}

/** Resources of a `values` representation: those of `root_module` and of the modules below it. */
export function readValues(document: JsonText, path: Path, values: JsonObject): Resource[] {
  const resources: Resource[] = [];
  const visit = (module: unknown, at: Path): void => {
    if (module === undefined || module === null) return;
    if (!isJsonObject(module)) throw misshapen(document, at, "a module");
    arrayIn(document, at, module, "resources").forEach((resource, i) => {
      const where = [...at, "resources", i];
      const { type, mode, provider } = heading(document, where, resource);
      const address = `${textIn(document, where, resource, "address")}${deposed(resource["deposed_key"])}`;
      resources.push(resourceAt(document, where, { address, type, mode, provider }, resource, "values"));
    });
    arrayIn(document, at, module, "child_modules").forEach((child, i) => visit(child, [...at, "child_modules", i]));
  };
  visit(values["root_module"], [...path, "root_module"]);
  return resources;
}

/** A resource that stands at `path` of a document, with its values in the member `key` of `holder`. */
export function resourceAt(
  document: JsonText,
  path: Path,
  { address, type, mode, provider }: Pick<Resource, "address" | "type" | "mode" | "provider">,
  holder: JsonObject,
  key: string,
): Resource {
  const values = holder[key] ?? {};
  if (!isJsonObject(values)) throw misshapen(document, [...path, key], "the values of a resource");
  const { file, locations } = document;
  return {
    type,
    address,
    mode,
    ...(provider !== undefined && { provider }),
    unit: file,
    values: values as Resource["values"],
    location: locations.locate(path),
    locate: locations.locator([...path, key]),
  };
}

function heading(document: JsonText, path: Path, resource: JsonObject) {
  const type = textIn(document, path, resource, "type");
  return {
    type,
    // A plan and what is shown of a state name it by `provider_name`.
    provider: providerOf(type, resource["provider_name"] ?? resource["provider"]),
    name: textIn(document, path, resource, "name"),
    mode: resource["mode"] === "data" ? ("data" as const) : ("managed" as const),
  };
}

/** What tells an object that is to be destroyed from the one that replaced it. */
function deposed(key: unknown): string {
  return typeof key === "string" ? ` (deposed ${key})` : "";
}
