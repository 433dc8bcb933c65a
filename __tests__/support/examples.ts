import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadDeployments, type LoadedDeployment } from "../../config/loader";
import { writeFiles } from "./scratch";
import { applicationOf } from "./synthesized";

export const EXAMPLES = join(__dirname, "../../deployments/examples");

/** The examples' deployments (or those at `path`) and the folder (a cdktf.out) that they are synthesized into. */
export function synthesizeExamples(path = EXAMPLES): {
  readonly folder: string;
  readonly loaded: readonly LoadedDeployment[];
} {
  const folder = mkdtempSync(join(tmpdir(), "examples-"));
  const loaded = loadDeployments([path]);
  const { manifest, files } = applicationOf(loaded.map(({ deployment }) => deployment));
  const written = Object.entries({ "manifest.json": manifest, ...files });
  writeFiles(Object.fromEntries(written.map(([path, content]) => [join(folder, path), content])));
  return { folder, loaded };
}

/** A synthesized stack, without what tells where the code that made it lies. */
export function readStack(folder: string, stack: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(folder, "stacks", stack, "cdk.tf.json"), "utf8"), (key, value: unknown) =>
    key === "//" ? undefined : value,
  ) as Record<string, unknown>;
}
