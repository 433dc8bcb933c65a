import type { Deployment } from "../../config/deployment";
import { renderHauler } from "./hauler";
import type { ListedImage } from "./index";
import { commandsOf, renderText } from "./text";

export type Format = "text" | "json" | "copy" | "hauler";

/** How a list is written, by the name of its format. */
export const RENDERERS: Readonly<Record<Format, (deployment: Deployment, images: readonly ListedImage[]) => string>> = {
  text: renderText,
  json: ({ name }, images) => `${JSON.stringify({ deployment: name, images }, null, 2)}\n`,
  copy: (_deployment, images) => ["set -e", ...commandsOf(images), ""].join("\n"),
  hauler: renderHauler,
};
