import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A folder for the tests of one file, gone after them: its path, or that of something in it. */
export function scratchFolder(): (path?: string) => string {
  const folder = mkdtempSync(join(tmpdir(), "scratch-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return (path = "") => join(folder, path);
}

/** Writes files by their paths; what is no text is written as JSON. */
export function writeFiles(files: Readonly<Record<string, unknown>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(path), { recursive: true });
    const isPlain = typeof content === "string" || Buffer.isBuffer(content);
    writeFileSync(path, isPlain ? content : JSON.stringify(content, null, 2));
  }
}
