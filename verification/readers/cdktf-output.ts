/** Reads what CDKTF synthesizes: a `cdktf.out` folder, or one file of Terraform's JSON syntax. */
import { join } from "node:path";

import { isReference, type Reference, type Resource, type Value } from "../model";
import { at, isList, isObject, unknown, type ObjectValue } from "../values";
import type { JsonText } from "./json-locations";
import { isJsonObject, misshapen, type JsonObject } from "./json-values";
import { readModule, type ModuleFile } from "./hcl/terraform-module";
import { readJson } from "./text-file";

/** File in a `cdktf.out` folder whose synth has not written all, or could not; its one line says why. */
export const UNFINISHED = "unfinished";

/** Whether a document is the `manifest.json` of a `cdktf.out` folder. */
export function isCdktfManifest(json: unknown): json is JsonObject {
  return isJsonObject(json) && isJsonObject(json["stacks"]);
}

/** Whether a document is a configuration in Terraform's JSON syntax. */
export function isTerraformJson(json: unknown): json is JsonObject {
  return (
    isJsonObject(json) &&
    ["resource", "data", "module", "terraform", "provider", "ephemeral"].some((key) => key in json)
  );
}

/** Where a stack of a `cdktf.out` folder is written. */
export interface StackFile {
  readonly name: string;
  readonly path: string;
}

/**
 * The stacks of a `cdktf.out` folder.
 *
 * @throws InputError if the folder has no usable `manifest.json`
 */
export async function stackFiles(folder: string): Promise<StackFile[]> {
  const manifest = await readJson(join(folder, "manifest.json"));
  if (!isCdktfManifest(manifest.value)) throw misshapen(manifest, ["stacks"], "a list of stacks");
  return Object.entries(manifest.value["stacks"] as JsonObject).map(([name, stack]) => {
    const path = isJsonObject(stack) ? stack["synthesizedStackPath"] : undefined;
    if (typeof path !== "string") throw misshapen(manifest, ["stacks", name, "synthesizedStackPath"], "a path");
    return { name, path: join(folder, path) };
  });
}

/**
 * Resources of stacks. What one takes from another by its remote state is a reference to the other's resource.
 *
 * @throws InputError if a stack's file can't be used
 */
export async function readStacks(files: readonly StackFile[]): Promise<Resource[]> {
  const documents = files.map(async ({ name, path }) => ({ name, document: await readJson(path) }));
  return stackResources(await Promise.all(documents));
}

/** As {@link readStacks}, of stacks that are at hand. */
export function stackResources(stacks: readonly { readonly name: string; readonly document: JsonText }[]): Resource[] {
  return connected(stacks.map(({ name, document }) => readStack(document, name)));
}

/** Resources of every stack of a `cdktf.out` folder. @throws InputError as {@link stackFiles} and {@link readStacks} */
export const readCdktfOutput = async (folder: string): Promise<Resource[]> => readStacks(await stackFiles(folder));

/**
 * Resources of one file of Terraform's JSON syntax.
 *
 * @throws InputError if the document is not a Terraform configuration
 */
export function readTerraformJson(document: JsonText): Resource[] {
  return [...readModule([moduleFile(document)], { unit: document.file }), ...deploymentOf(document, document.file)];
}

/** Type of the deployment that a stack of this package carries in its top-level comment, with the stack's outputs. */
export const DEPLOYMENT = "dataplane:deployment";

/** What a file of Terraform's JSON syntax carries of that; empty where it is no stack of this package. */
export function deploymentOf({ value, locations }: JsonText, unit: string): Resource[] {
  const comment = isJsonObject(value) ? value["//"] : undefined;
  const deployment = isJsonObject(comment) ? comment["deployment"] : undefined;
  if (!isJsonObject(deployment)) return [];
  const locate: Resource["locate"] = (path) => locations.locate(["//", ...path]);
  const outputs = isJsonObject(value) && isJsonObject(value["output"]) ? value["output"] : {};
  const values = { deployment: deployment as ObjectValue, outputs: outputs as ObjectValue };
  return [
    { type: DEPLOYMENT, address: DEPLOYMENT, mode: "data", unit, values, location: locate(["deployment"]), locate },
  ];
}

function moduleFile({ file, value, locations }: JsonText): ModuleFile {
  return { path: file, json: value, locate: (path) => locations.locate(path) };
}

// ---------------------------------------------------------------- between stacks

interface Stack {
  readonly name: string;
  readonly resources: readonly Resource[];
  /** Values of its outputs by name. */
  readonly outputs: ObjectValue;
  /** Where it keeps its state: the backend's type and arguments. */
  readonly backend: { readonly type: string; readonly config: ObjectValue } | undefined;
}

/** A type that no provider has, under which a stack's outputs and backend are evaluated along with its resources. */
const ASIDE = "dataplane:aside";

function readStack(document: JsonText, name: string): Stack {
  const json = isJsonObject(document.value) ? document.value : {};
  const outputs = Object.entries(isJsonObject(json["output"]) ? json["output"] : {}).map(([output, declared]) => [
    output,
    isJsonObject(declared) ? declared["value"] : undefined,
  ]);
  const backend = isJsonObject(json["terraform"]) ? json["terraform"]["backend"] : undefined;
  const [type, config] = Object.entries(isJsonObject(backend) ? backend : {})[0] ?? [];
  const aside: ModuleFile = {
    path: document.file,
    json: { resource: { [ASIDE]: { stack: { outputs: Object.fromEntries(outputs) as JsonObject, config } } } },
    locate: () => document.locate([]),
  };
  const resources = readModule([moduleFile(document), aside], { unit: name });
  const evaluated = resources.find((resource) => resource.type === ASIDE)?.values;
  const told = (key: string): ObjectValue => {
    const value = at(evaluated, key);
    return isObject(value) ? value : {};
  };
  return {
    name,
    resources: [...resources.filter((resource) => resource.type !== ASIDE), ...deploymentOf(document, name)],
    outputs: told("outputs"),
    backend: type === undefined ? undefined : { type, config: told("config") },
  };
}

/** Resources of all stacks, with references to a remote state replaced by what the stack behind it gives out. */
function connected(stacks: readonly Stack[]): Resource[] {
  const addresses = new Map(
    stacks.map(({ name, resources }) => [name, new Set(resources.map(({ address }) => address))]),
  );
  return stacks.flatMap(({ name, resources }) => {
    const sources = new Map<string, Stack>();
    for (const resource of resources) {
      if (resource.type !== "terraform_remote_state") continue;
      const source = stacks.find((stack) => stack.name !== name && keepsState(stack, resource));
      if (source) sources.set(resource.address, source);
    }
    if (sources.size === 0) return resources;

    const given = (reference: Reference): Value => {
      const source = sources.get(reference.address);
      const output = /^outputs(?:\.([\w-]+)|\["([^"]+)"\])$/.exec(reference.attribute);
      const value = source?.outputs[output?.[1] ?? output?.[2] ?? ""];
      if (!source || value === undefined) return reference;
      // An address resolves within its own stack first, so a namesake there would be taken for the one that is meant.
      return replaceReferences(value, (inner) =>
        addresses.get(name)?.has(inner.address)
          ? unknown(`${inner.address} of stack ${source.name} bears the address of a resource here`, [inner.address])
          : inner,
      );
    };
    return resources.map((resource) => ({
      ...resource,
      values: Object.fromEntries(
        Object.entries(resource.values).map(([key, value]) => [key, replaceReferences(value, given)]),
      ),
    }));
  });
}

function keepsState({ backend }: Stack, remoteState: Resource): boolean {
  const { backend: type, config } = remoteState.values;
  const entries = isObject(config) ? Object.entries(config) : [];
  const isSame = ([key, value]: [string, Value]) => JSON.stringify(value) === JSON.stringify(backend?.config[key]);
  return backend !== undefined && type === backend.type && entries.length > 0 && entries.every(isSame);
}

function replaceReferences(value: Value, replace: (reference: Reference) => Value): Value {
  if (isReference(value)) return replace(value);
  if (isList(value)) return value.map((element) => replaceReferences(element, replace));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, replaceReferences(field, replace)]));
}
