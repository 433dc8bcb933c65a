/**
 * `npm run images-lock`: asks each public registry for the digests of the images that deployments run, and writes them
 * into `images.lock.json`. Where one does not tell, nothing is written.
 */
import "../telemetry-off";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ImageLock } from "../config/image-lock";
import { taggedSources } from "../config/images";
import { manifestDigest, RegistryError } from "./manifest-digest";

const LOCK_FILE = join(__dirname, "../images.lock.json");

/** The digests of all references, as their registries tell them. @throws RegistryError with a line for each that does not */
export async function lockOf(references: readonly string[]): Promise<ImageLock> {
  const answers = await Promise.allSettled(references.map(manifestDigest));
  const failures: string[] = [];
  const digests: [string, string][] = [];
  for (const [index, answer] of answers.entries()) {
    if (answer.status === "fulfilled") digests.push([references[index] ?? "", answer.value]);
    else if (answer.reason instanceof RegistryError) failures.push(answer.reason.message);
    else throw answer.reason;
  }
  if (failures.length > 0) throw new RegistryError(failures.join("\n"));
  return Object.fromEntries(digests);
}

/** A tag that was locked and moved is worth a look. */
function changesOf(before: ImageLock, after: ImageLock): string[] {
  const references = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return references.flatMap((reference) => {
    const [old, now] = [before[reference], after[reference]];
    if (old === now) return [];
    if (now === undefined) return [`removed  ${reference}`];
    return [old === undefined ? `added    ${reference} ${now}` : `moved    ${reference} ${old} -> ${now}`];
  });
}

/**
 * Writes the digests of all references, and of no others, into a lock file.
 *
 * @returns what that changed, a line an image
 * @throws RegistryError, and leaves the file as it is, where a registry does not tell
 */
export async function refresh(file: string, references: readonly string[]): Promise<string[]> {
  const lock = await lockOf(references);
  const before = JSON.parse(readFileSync(file, "utf8")) as ImageLock;
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  return changesOf(before, lock);
}

async function main(): Promise<void> {
  try {
    for (const line of await refresh(LOCK_FILE, taggedSources())) console.log(line);
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    console.error(`${error.message}\nimages.lock.json stays as it was`);
    process.exitCode = 1;
  }
}

if (require.main === module) void main();
