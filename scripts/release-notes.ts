/**
 * `npm run release-notes -- TAG`: prints what CHANGELOG.md says of the version that the tag names, `v` and the version of
 * package.json.
 * Exit code: 0; 2, the tag names another version, or the changelog has no such section, or an empty one.
 */
import "../telemetry-off";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { version } from "../package.json";

const CHANGELOG = join(__dirname, "../CHANGELOG.md");

/** The notes of `tag`, by the text of the changelog. @throws Error if it has none of them, or the tag is not the version's */
export function releaseNotes(tag: string, changelog: string): string {
  if (tag !== `v${version}`) throw new Error(`${tag} is no tag of this version (allowed: v${version})`);
  const heading = new RegExp(`^${version.replaceAll(".", "\\.")} - \\d{4}-\\d{2}-\\d{2}\n`);
  const section = changelog.split(/^## /m).find((text) => heading.test(text)) ?? "";
  const notes = section.replace(heading, "").trim();
  if (notes === "") {
    throw new Error(
      `CHANGELOG.md: says nothing of ${version} (needed: '## ${version} - YEAR-MONTH-DAY' and what changed)`,
    );
  }
  return `${notes}\n`;
}

if (require.main === module) {
  try {
    process.stdout.write(releaseNotes(process.argv[2] ?? "", readFileSync(CHANGELOG, "utf8")));
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 2;
  }
}
