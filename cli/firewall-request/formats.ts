import type { Deployment } from "../../config/deployment";
import { renderCsv } from "./csv";
import type { FirewallRequest } from "./index";
import { renderMarkdown } from "./markdown";

export type Format = "markdown" | "csv";

/** How a request is written, by the name of its format. */
export const RENDERERS: Readonly<Record<Format, (request: FirewallRequest, deployment: Deployment) => string>> = {
  markdown: renderMarkdown,
  csv: renderCsv,
};
