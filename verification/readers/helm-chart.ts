/**
 * Sources of Helm charts: their templates are no objects until Helm has rendered them (helm.sh/docs/topics/charts,
 * helm.sh/docs/helm/helm_template).
 */
import { readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { isJsonObject } from "./json-values";
import { readYamlDocuments } from "./kubernetes-manifests";
import type { OtherTool } from "./other-tools";
import { printedBy, type Program } from "./programs";
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

/** The version of Kubernetes that a chart is told it is installed in: of itself each build of Helm says another. */
const KUBERNETES = "1.35.0";

const HELM: Program = { variable: "HELM", name: "helm" };

/** What a template has become. */
export interface RenderedTemplate {
  /** The template's file, of a chart that is packed within another the packed one's path. */
  readonly path: string;
  readonly text: string;
}

/**
 * What Helm makes of a chart with the chart's own values, as it installs it under the chart's name: with hooks, without
 * tests. The charts that it depends on must lie in it: nothing is fetched.
 *
 * @returns the reason, where Helm renders it not; undefined where no Helm is at hand
 */
export async function renderChart(
  folder: string,
  namespace: string,
): Promise<readonly RenderedTemplate[] | { readonly error: string } | undefined> {
  const { name } = await metadataOf(join(folder, "Chart.yaml"));
  const release = typeof name === "string" && /^[a-z0-9-]{1,53}$/.test(name) ? name : "chart";
  const options = ["--namespace", namespace, "--kube-version", KUBERNETES, "--skip-tests"];
  const render = (...more: string[]) => printedBy(HELM, ["template", release, resolve(folder), ...options, ...more]);
  const first = await render();
  // A schema may lie elsewhere, and is not fetched. What the templates make of the values is the same without it.
  const isSchema = first && "error" in first && first.error.includes("specifications of the schema");
  const second = isSchema ? await render("--skip-schema-validation") : undefined;
  const printed = second && "text" in second ? second : first;
  if (printed === undefined || "error" in printed) return printed;
  // Before each object stands the file that it is of, which begins with the chart's name.
  return printed.text.split(/^---\n(?=# Source: )/m).flatMap((text) => {
    const [, path] = /^# Source: [^/\n]+\/(.+)$/m.exec(text) ?? [];
    return text.trim() === "" ? [] : [{ path: join(folder, path ?? ""), text }];
  });
}

/** Names of the charts that a chart depends on and that do not lie in it, as folders or packed. */
export async function missingCharts(folder: string): Promise<string[]> {
  // Charts of Helm 2 have their dependencies in a file of their own.
  const files = await Promise.all(["Chart.yaml", "requirements.yaml"].map((name) => metadataOf(join(folder, name))));
  const dependencies = files.flatMap((file): unknown => file["dependencies"] ?? []);
  const there = await readdir(join(folder, "charts")).catch(() => []);
  return dependencies.flatMap((dependency) => {
    const name = isJsonObject(dependency) ? dependency["name"] : undefined;
    if (typeof name !== "string") return [];
    return there.some((one) => one === name || (one.startsWith(`${name}-`) && one.endsWith(".tgz"))) ? [] : [name];
  });
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
