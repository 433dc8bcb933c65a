import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** What no synthesized stack comes of: what starts with a dot, what others make, documents, and tests beside their support. */
const NOT_SOURCES = /^(\..*|node_modules|cdktf\.out|docs|.*\.test\.ts|__snapshots__|fixtures)$/;

/** Names the folder where {@link file://./synthesized.ts} keeps stacks: another one whenever any source has changed. */
export default function setup() {
  const sources = createHash("sha256");
  for (const file of filesIn(ROOT))
    sources
      .update(`${file}\n`)
      .update(readFileSync(join(ROOT, file)))
      .update("\n");
  const kept = join(tmpdir(), `dataplane-tests-${createHash("sha256").update(ROOT).digest("hex").slice(0, 16)}`);
  const current = sources.digest("hex");
  mkdirSync(join(kept, current), { recursive: true });
  for (const name of readdirSync(kept))
    if (name !== current) rmSync(join(kept, name), { recursive: true, force: true });
  process.env.DATAPLANE_TESTS_KEPT = join(kept, current);
}

function filesIn(root, folder = "") {
  return readdirSync(join(root, folder))
    .filter((name) => !NOT_SOURCES.test(name))
    .sort()
    .flatMap((name) => {
      const path = join(folder, name);
      return statSync(join(root, path)).isDirectory() ? filesIn(root, path) : [path];
    });
}
