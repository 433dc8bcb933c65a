import type { Report } from "../verification/verify";
import { renderJson } from "./json";
import { renderMarkdown } from "./markdown";
import { renderSarif } from "./sarif";
import type { SystemRow } from "./systems";
import { renderText } from "./text";

export type Format = "text" | "json" | "sarif" | "markdown";

/** How a report is written, by the name of its format; only JSON has each system with its invariants and controls. */
export const RENDERERS: Readonly<Record<Format, (report: Report, systems: readonly SystemRow[]) => string>> = {
  text: renderText,
  json: renderJson,
  sarif: renderSarif,
  markdown: renderMarkdown,
};
