/** Sources of Helm charts: their templates are no objects until Helm has rendered them (helm.sh/docs/topics/charts). */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { isJsonObject } from "./json-values";
import { readYamlDocuments } from "./kubernetes-manifests";
import type { OtherTool } from "./other-tools";
import { readText } from "./text-file";

/** The chart whose folder this is, for the report; undefined if there is none. One that makes no object can't matter. */
export async function chartAt(folder: string, names: readonly string[]): Promise<OtherTool | undefined> {
  const file = names.find((name) => /^Chart\.ya?ml$/.test(name));
  if (file === undefined) return undefined;
  const matters = !(await isLibrary(join(folder, file))) && (await makesObjects(folder, names));
  const what = matters
    ? "a Helm chart makes objects when it is installed (render it with helm template)"
    : "a Helm chart that makes no object";
  return { what, matters };
}

async function isLibrary(file: string): Promise<boolean> {
  const chart = await metadataOf(file);
  return chart["type"] === "library";
}

/** Whether there are templates that are not partial ones, or charts that this one brings along. */
async function makesObjects(folder: string, names: readonly string[]): Promise<boolean> {
  if (names.some((name) => /^requirements\.ya?ml$/.test(name))) return true;
  const chart = names.find((name) => /^Chart\.ya?ml$/.test(name)) ?? "";
  const dependencies = (await metadataOf(join(folder, chart)))["dependencies"];
  if (Array.isArray(dependencies) && dependencies.length > 0) return true;
  const inFolder = async (name: string) => (names.includes(name) ? readdir(join(folder, name)).catch(() => []) : []);
  const templates = (await inFolder("templates")).filter((name) => !/^_|^NOTES\.txt$|^tests$/.test(name));
  return templates.length > 0 || (await inFolder("charts")).length > 0;
}

/** What a `Chart.yaml` says; nothing, if it can't be parsed. */
async function metadataOf(file: string): Promise<Record<string, unknown>> {
  try {
    const [document] = readYamlDocuments(file, await readText(file));
    return isJsonObject(document?.value) ? document.value : {};
  } catch {
    return {};
  }
}
