/** Reads the charts of a folder: as Helm renders them where it is at hand, else as something that is not read. */
import { relative, resolve } from "node:path";

import { InputError } from "../input-error";
import type { Resource } from "../model";
import { asResource } from "../not-read";
import { missingCharts, renderChart, type RenderedTemplate } from "../readers/helm-chart";
import { inNamespace, readYamlDocuments } from "../readers/kubernetes-manifests";
import type { OtherTool } from "../readers/other-tools";
import { asRendered } from "../rendered";
import { readFoundDocument } from "./file";

/**
 * The objects of a chart, in a namespace of its own: no one says which it is installed in, and what closes another's
 * pods must not close its own.
 *
 * @param unread what stands for the chart where it is not rendered
 */
export async function readChart(folder: string, unit: string, unread: OtherTool): Promise<Resource[]> {
  const named = (what: string) => [asResource({ path: folder, what, matters: unread.matters }, unit)];
  if (!unread.matters) return named(unread.what);
  const missing = await missingCharts(folder);
  if (missing.length > 0) {
    const what = `a Helm chart that depends on ${missing.join(", ")}, which its charts/ lacks (helm dependency build)`;
    return [asResource({ path: folder, what, matters: true, unfetched: true }, unit)];
  }
  const namespace = namespaceOf(folder, unit);
  const rendered = await renderChart(folder, namespace);
  if (rendered === undefined) return named(unread.what);
  if ("error" in rendered) return named(`a Helm chart that does not render with its own values (${rendered.error})`);
  const objects = rendered.flatMap((template) => objectsOf(template, folder));
  const how = "as Helm renders it with the chart's default values; with others it may open more";
  return [...objects.map((object) => inNamespace(object, namespace)), asRendered(folder, how, unit)];
}

/** A name that no other chart of the folder has. */
const namespaceOf = (folder: string, unit: string): string => {
  const path = relative(resolve(unit), resolve(folder)).toLowerCase();
  return path.replaceAll(/[^a-z0-9/]/g, "-").replaceAll("/", ".") || "chart";
};

function objectsOf({ path, text }: RenderedTemplate, unit: string): Resource[] {
  try {
    // Lines of what was rendered are not those of the template.
    const location = { file: path, line: 0 };
    return readYamlDocuments(path, text).flatMap(({ value }) =>
      readFoundDocument({ file: path, value, locate: () => location }, unit),
    );
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return [asResource({ path, what: `what Helm makes of it ${error.what}`, matters: true }, unit)];
  }
}
