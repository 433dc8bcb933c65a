/** Reads one file of whatever kind it is. */
import { basename, dirname, extname } from "node:path";

import { isClass, opensNothing } from "../clouds/kubernetes/unjudged";
import { InputError } from "../input-error";
import type { Resource } from "../model";
import { asResource } from "../not-read";
import { isCdktfManifest, isTerraformJson, readCdktfOutput, readTerraformJson } from "../readers/cdktf-output";
import { isTerraformFile } from "../readers/hcl/index";
import { inlineExceptions, mayExcept } from "../readers/inline-exceptions";
import type { JsonText } from "../readers/json-locations";
import { isJsonObject } from "../readers/json-values";
import {
  isBuiltIn,
  isManifest,
  isOfYtt,
  jsonDocument,
  readManifest,
  readYamlDocuments,
  yamlComments,
  type ManifestDocument,
} from "../readers/kubernetes-manifests";
import {
  incompleteObject,
  isJsonPatch,
  toolByContent,
  toolByName,
  toolByText,
  type OtherTool,
} from "../readers/other-tools";
import { isTemplate, readTemplate, withoutBraces } from "../readers/object-templates";
import { isShownPlan, readPlan } from "../readers/plan/index";
import { isShownState, isStateFile, readShownState, readStateFile } from "../readers/state";
import { asciiOf, readJson, readText } from "../readers/text-file";
import { mayBeOfTool, toolByNameAndText } from "../readers/tool-texts";

/** What can be judged, for whoever named something else. */
export const READABLE =
  "readable: a cdktf.out folder, a folder of .tf or .tofu files or of Kubernetes manifests, *.tf.json, " +
  "`terraform show -json` of a plan or state, a *.tfstate file, Kubernetes YAML or JSON";

/**
 * Resources of a file that is named itself.
 *
 * @throws InputError if it can't be parsed or is of no kind that is read
 */
export async function readNamedFile(path: string): Promise<Resource[]> {
  const tool = await toolByName(basename(path), () => asciiOf(path));
  if (tool) throw new InputError(path, 0, `is of no kind that is read: ${tool.what} (${READABLE})`);
  const resources = await readByKind(path);
  if (resources === undefined) throw new InputError(path, 0, `is of no kind that is read (${READABLE})`);
  return resources;
}

function readByKind(path: string): Promise<Resource[] | undefined> {
  if (isTerraformFile(basename(path)) && !path.endsWith(".json")) {
    throw new InputError(path, 0, `is one file of a module: name its folder, ${dirname(path)}`);
  }
  switch (kindOf(path)) {
    case "yaml":
      return readYamlFile(path);
    case "json":
      return readJsonFile(path);
    default:
      return readUnnamedKind(path);
  }
}

function kindOf(path: string): "yaml" | "json" | undefined {
  const extension = extname(path).toLowerCase();
  if (extension === ".yaml" || extension === ".yml") return "yaml";
  return extension === ".json" || extension === ".tfstate" ? "json" : undefined;
}

async function readYamlFile(path: string): Promise<Resource[] | undefined> {
  const source = await readText(path);
  if (isOfYtt(source)) throw new InputError(path, 0, `is of no kind that is read: ${YTT} (${READABLE})`);
  const documents = readYamlDocuments(path, source);
  const objects = documents.filter(
    ({ value }) => isManifest(value) || typeof value !== "object" || Array.isArray(value),
  );
  return objects.length === 0
    ? undefined
    : excepting(
        objects.flatMap((document) => readManifest(document, path)),
        path,
        source,
      );
}

const YTT = "a template of ytt, which says by comments what it will be";

/** Objects of a file, with what stands for its comments that except them. */
function excepting(objects: Resource[], path: string, source: string, unit = path): Resource[] {
  if (!mayExcept(source) || objects.length === 0) return objects;
  return [...objects, ...inlineExceptions(path, yamlComments(source), objects, unit)];
}

/** A file whose name does not tell: `terraform show -json > plan`. */
async function readUnnamedKind(path: string): Promise<Resource[] | undefined> {
  const text = await readText(path).catch((error: unknown) => {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(path, 0, "is not a text file; `terraform show -json FILE` makes a saved plan readable");
  });
  return /^\s*[{[]/.test(text) ? readJsonFile(path) : undefined;
}

async function readJsonFile(path: string): Promise<Resource[] | undefined> {
  const document = await readJson(path);
  const { value } = document;
  if (isManifest(value)) return readManifest(jsonDocument(document), path);
  return readPrinted(document) ?? (isTerraformJson(value) ? readTerraformJson(document) : undefined);
}

/** What a program has written: a plan, a state, what CDKTF has synthesized. */
function readPrinted(document: JsonText): Resource[] | Promise<Resource[]> | undefined {
  const { file, value } = document;
  if (isShownPlan(value)) return readPlan(document);
  if (isShownState(value)) return readShownState(document);
  if (isStateFile(value)) return readStateFile(document);
  return isCdktfManifest(value) && basename(file) === "manifest.json" ? readCdktfOutput(dirname(file)) : undefined;
}

// ---------------------------------------------------------------- files of a folder

/**
 * Resources of a file that was found in the folder `unit`. What it holds that is not read is among them, as what stands
 * for it; nothing stands for a file whose name, or text, says that nothing of it could be read.
 *
 * @param isSpare whether a kustomization lies beside it and none takes it up: if it is a patch, it is not applied
 */
export async function readFoundFile(path: string, unit: string, isSpare = false): Promise<Resource[]> {
  const tool = await toolByName(basename(path), () => asciiOf(path));
  if (tool) return [asResource({ path, ...tool }, unit)];
  const kind = kindOf(path);
  if (kind === undefined) return readByText(path, unit);
  let text: string | undefined;
  try {
    text = await readText(path);
    if (kind === "json") return await readFoundJson(path, unit);
    if (isOfYtt(text)) return [asResource({ path, what: YTT, matters: true }, unit)];
    const documents = documentsOf(path, text);
    if (isSpare && documents.length > 0 && documents.every(({ value }) => isJsonPatch(value))) {
      return [
        asResource({ path, what: "a JSON patch that no kustomization of the input names", matters: false }, unit),
      ];
    }
    const objects = documents.flatMap((document) => readFoundDocument(document, unit));
    return excepting(objects, path, text, unit);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return [asResource({ path, ...toolByText(text ?? (await asciiOf(path)), error.what) }, unit, error.line)];
  }
}

/** Documents of YAML, also where a program has yet to fill it in. @throws InputError if it is no such text */
function documentsOf(path: string, text: string): ManifestDocument[] {
  try {
    return readYamlDocuments(path, text);
  } catch (error) {
    const named = withoutBraces(text);
    if (named === undefined) throw error;
    return readYamlDocuments(path, named);
  }
}

/** What stands for a file of another tool, where its text says that it is one. */
async function readByText(path: string, unit: string): Promise<Resource[]> {
  const name = basename(path);
  const tool = mayBeOfTool(name) ? toolByNameAndText(name, await asciiOf(path)) : undefined;
  return tool ? [asResource({ path, ...tool }, unit)] : [];
}

async function readFoundJson(path: string, unit: string): Promise<Resource[]> {
  const document = await readJson(path);
  try {
    const printed = await readPrinted(document);
    if (printed) return printed;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    // It was parsed and is of a kind that is read: whatever it is that can't be used of it matters.
    return [asResource({ path, what: `it can't be used: ${error.what}`, matters: true }, unit, error.line)];
  }
  const { value } = document;
  if (isManifest(value)) return readFoundDocument(jsonDocument(document), unit);
  // Most programs keep their settings in JSON: of these only what may matter is told.
  const tool = toolByContent(value);
  return tool?.matters ? [asResource({ path, ...tool }, unit)] : [];
}

/** The objects of one document, or what stands for it. */
export function readFoundDocument(document: ManifestDocument, unit: string): Resource[] {
  const { file: path, value } = document;
  const unread = (tool: OtherTool, line = document.locate([]).line) => [asResource({ path, ...tool }, unit, line)];
  const tool = toolByContent(value);
  if (tool) return unread(tool);
  // Some kinds open nothing, whatever a program writes into them.
  const isHarmless = isOfHarmlessKind(value);
  try {
    if (!isTemplate(value) || isHarmless) return readManifest(document, unit);
    const what = "a template of an object, whose values are not known";
    return (isOfClass(value) ? undefined : readTemplate(document, unit)) ?? unread({ what, matters: true });
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const incomplete = incompleteObject(value, error.what);
    // What Kubernetes itself defines is asked of by more than who reaches what.
    return unread({ ...incomplete, matters: incomplete.matters && !(isHarmless && !isBuiltIn(value)) }, error.line);
  }
}

const isOfHarmlessKind = (value: unknown): boolean => isOf(opensNothing, value);
/** Whether others are judged by it, whose name tells which. */
const isOfClass = (value: unknown): boolean => isOf(isClass, value);

function isOf(test: (apiVersion: string, kind: string) => boolean, value: unknown): boolean {
  const { apiVersion, kind } = isJsonObject(value) ? value : {};
  return typeof apiVersion === "string" && typeof kind === "string" && test(apiVersion, kind);
}
