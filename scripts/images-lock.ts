/**
 * `npm run images-lock`: asks each public registry for the digests of the images that deployments run, and writes them
 * into `images.lock.json`. Where one does not tell, nothing is written.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { IMAGE_LOCK, type ImageLock } from "../config/image-lock";
import { taggedSources } from "../config/images";
import { manifestDigest, RegistryError } from "./manifest-digest";

const LOCK_FILE = join(__dirname, "../images.lock.json");

/**
 * The digests of all references, as their registries tell them.
 *
 * @throws RegistryError with a line for each that does not
 */
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

/** What a new lock changes, a line an image. A tag that was locked and moved is worth a look. */
export function changesOf(before: ImageLock, after: ImageLock): string[] {
  const references = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return references.flatMap((reference) => {
    const [old, now] = [before[reference], after[reference]];
    if (old === now) return [];
    if (old === undefined) return [`added    ${reference} ${now}`];
    return [now === undefined ? `removed  ${reference}` : `moved    ${reference} ${old} -> ${now}`];
  });
}

async function main(): Promise<void> {
  try {
    const lock = await lockOf(taggedSources());
    for (const line of changesOf(IMAGE_LOCK, lock)) console.log(line);
    writeFileSync(LOCK_FILE, `${JSON.stringify(lock, null, 2)}\n`);
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    console.error(`${error.message}\nimages.lock.json stays as it was`);
    process.exitCode = 1;
  }
}

if (require.main === module) void main();
