/**
 * `npm run release-stacks`, at a release: keeps what it makes of the examples, which later changes are held against.
 * docs/upgrades.md explains it.
 */
import "../telemetry-off";
import "../source-maps";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadDeployments } from "../config/loader";
import { version } from "../package.json";
import { synthesizeAll } from "../synthesis";
import { bare, keepRelease, type Json } from "./release/stacks";

const EXAMPLES = join(__dirname, "../deployments/examples");

async function main(): Promise<void> {
  const outdir = mkdtempSync(join(tmpdir(), "release-"));
  try {
    await synthesizeAll(
      loadDeployments([EXAMPLES]).map(({ deployment }) => deployment),
      outdir,
    );
    const read = (path: string) => JSON.parse(readFileSync(join(outdir, path), "utf8")) as Json;
    const manifest = read("manifest.json") as Json & {
      readonly stacks: Readonly<Record<string, { readonly synthesizedStackPath: string }>>;
    };
    const paths = Object.values(manifest.stacks).map(({ synthesizedStackPath: path }) => path);
    const files = Object.fromEntries(paths.map((path) => [path, bare(read(path))]));
    keepRelease({ version, files: { "manifest.json": manifest, ...files } });
    console.log(`${paths.length} stacks of ${version} are kept`);
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

void main();
