import type { Deployment } from "../../config/deployment";
import type { Arrival } from "../../config/images";
import type { ListedImage } from "./index";

/** What a person does, once, about images that arrive in some way. */
const TASKS: Readonly<Record<Arrival, string>> = {
  cached: "Pull once, which fills the cache",
  copied: "Copy once, what the registry does not fetch by itself",
  mirrored: "Copy once, into the mirror",
};

/** A table for a person, and below it what that person runs. */
export function renderText({ name }: Deployment, images: readonly ListedImage[]): string {
  const rows = images.map(({ name, arrival, source, digest, purpose }) => [
    name,
    arrival,
    source.replace(/@.*/, ""),
    digest ? short(digest) : "not locked",
    purpose,
  ]);
  const parts = [
    `${name}: ${images.length} images, none of which nodes pull from a public registry`,
    columns([["Image", "Arrives", "Source", "Digest", "For"], ...rows]).join("\n"),
    section("Nodes pull", columns(images.map(({ name, reference }) => [name, reference]))),
    ...(Object.keys(TASKS) as Arrival[]).map((arrival) =>
      section(TASKS[arrival], commandsOf(images.filter((image) => image.arrival === arrival))),
    ),
  ];
  return `${parts.filter(Boolean).join("\n\n")}\n`;
}

export const commandsOf = (images: readonly ListedImage[]): string[] => images.flatMap(({ command }) => command ?? []);

const section = (title: string, lines: readonly string[]) =>
  lines.length > 0 ? [title, ...lines.map((line) => `  ${line}`)].join("\n") : "";

/** As much of a digest as tells it from others. */
const short = (digest: string) => digest.slice(0, "sha256:".length + 12);

/** Rows of cells as lines, each cell as wide as the widest of its column. */
function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const line = (row: readonly string[]) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ");
  return rows.map((row) => line(row).trimEnd());
}
