import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../../cli/index";
import { diffPaths, type Diff, type DiffOptions } from "../../verification/diff/index";
import { writeFiles } from "./scratch";
import type { Tree } from "./tree";
import type { Json } from "./workloads";

/** One side of a pair: a synthesized tree, files by path in a folder, or resources of Terraform by type and name. */
export type Side = Tree | { readonly files: Readonly<Record<string, unknown>> } | { readonly resource: Json };

/** Files of a side by their paths. */
export function filesOf(side: Side): Readonly<Record<string, unknown>> {
  if ("resource" in side) return { "main.tf.json": { resource: side.resource } };
  return "manifest" in side ? { "manifest.json": side.manifest, ...side.files } : side.files;
}

/** Writes two sides to disk, hands their folders to `use`, and takes them away. */
export async function withSides<T>(
  sides: readonly [Side, Side],
  use: (folders: [string, string]) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "diff-"));
  try {
    const folders = sides.map((side, i) => {
      const own = join(folder, i === 0 ? "base" : "head");
      writeFiles(
        Object.fromEntries(Object.entries(filesOf(side)).map(([path, content]) => [join(own, path), content])),
      );
      return own;
    });
    return await use(folders as [string, string]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The diff between two sides. */
export const diffOf = (base: Side, head: Side, options: DiffOptions = {}): Promise<Diff> =>
  withSides([base, head], ([was, is]) => diffPaths([was], [is], options));

/** What the command line answers: its exit code and each sentence, without where it is written. */
export async function answerTo(base: Side, head: Side, ...flags: string[]) {
  return withSides([base, head], async ([was, is]) => {
    const { exitCode, stdout, stderr } = await run(["diff", was, is, ...flags]);
    expect(stderr).toBe("");
    const lines = stdout.split("\n").filter((line) => line.startsWith("  "));
    return { exitCode, said: lines.map((line) => line.trim().replace(/;[^;]*, \/[^;]*$/, "")) };
  });
}
