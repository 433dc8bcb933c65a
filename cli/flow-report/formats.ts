import type { FlowsReport } from "../../flows/judge";
import { renderMarkdown } from "./markdown";
import { renderText } from "./text";

export type Format = "text" | "json" | "markdown";

/** How a report of flows is written, by the name of its format. */
export const RENDERERS: Readonly<Record<Format, (report: FlowsReport) => string>> = {
  text: renderText,
  json: renderJson,
  markdown: renderMarkdown,
};

function renderJson({ deployment, coverage, answers }: FlowsReport): string {
  const written = answers.map(({ question: { id, holds, paragraph }, ...answer }) => ({
    id,
    holds,
    paragraph,
    ...answer,
  }));
  return `${JSON.stringify({ deployment, coverage, answers: written }, null, 2)}\n`;
}
