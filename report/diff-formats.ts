import type { Diff } from "../verification/diff/model";
import { renderDiffMarkdown } from "./diff-markdown";
import { renderDiffSarif } from "./diff-sarif";
import { renderDiffText } from "./diff-text";
import type { Format } from "./formats";

/** How a diff is written, by the name of its format. */
export const DIFF_RENDERERS: Readonly<Record<Format, (diff: Diff) => string>> = {
  text: renderDiffText,
  json: (diff) => `${JSON.stringify(diff, null, 2)}\n`,
  sarif: renderDiffSarif,
  markdown: renderDiffMarkdown,
};
