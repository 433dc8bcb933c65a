import type { Report } from "../verification/verify";
import type { Page } from "./html/model";
import { htmlOf } from "./html/index";
import { renderPageJson } from "./page-json";
import { renderPageMarkdown } from "./page-markdown";

export type PageFormat = "html" | "markdown" | "json";

/** How what a page shows is written, by the name of its format, and how such files end. */
export const PAGE_RENDERERS: Readonly<
  Record<PageFormat, { readonly render: (report: Report, page: Page) => string; readonly ending: string }>
> = {
  html: { render: (_, page) => htmlOf(page), ending: "html" },
  markdown: { render: renderPageMarkdown, ending: "md" },
  json: { render: renderPageJson, ending: "json" },
};
