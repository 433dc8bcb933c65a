import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { verifyPaths, type Report, type VerifyOptions } from "../../verification/verify";
import { smallestDeployment } from "./deployments";
import { applicationOf } from "./synthesized";
import type { Json } from "./workloads";

/** Both stacks of a deployment, as synthesized; tests change them at will. */
export interface Tree {
  readonly manifest: Json;
  /** Content by path in the folder. */
  readonly files: Record<string, Json>;
  readonly infrastructure: Json;
  readonly workloads: Json;
  /** Kubernetes objects that are judged beside the stacks; default: none. */
  readonly objects?: Json[] | undefined;
}

/** The synthesized tree of the smallest deployment, with fields replaced or added. */
export function synthesize(fields: Readonly<Record<string, unknown>> = {}): Tree {
  const { manifest, files } = applicationOf([smallestDeployment(fields)]);
  return treeOf(manifest, files);
}

function treeOf(manifest: Json, files: Record<string, Json>): Tree {
  const [infrastructure, workloads] = Object.values(files);
  return { manifest, files, infrastructure, workloads };
}

/** A copy, so that a change of it leaves the original as it is. */
export function copyOf({ manifest, files, objects }: Tree): Tree {
  return { ...treeOf(structuredClone(manifest), structuredClone(files)), objects: structuredClone(objects) };
}

/** What the verification says of a tree on disk. */
export async function judge({ manifest, files, objects }: Tree, options: VerifyOptions = {}): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), "tree-"));
  try {
    const write = (path: string, content: Json) => {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), JSON.stringify(content, null, 2));
      return join(folder, path);
    };
    for (const [path, content] of Object.entries({ "manifest.json": manifest, ...files })) write(path, content);
    const beside = objects && write("objects.json", { apiVersion: "v1", kind: "List", items: objects });
    return await verifyPaths([folder, ...(beside === undefined ? [] : [beside])], options);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Expects that a change of a tree fails by the invariants that are meant, in findings that say all that they are to. */
export async function expectFound(
  original: Tree,
  expected: string | readonly string[],
  apply: (tree: Tree) => void,
): Promise<void> {
  const tree = copyOf(original);
  apply(tree);
  const { verdict, findings } = await judge(tree);
  expect([...new Set(findings.map(({ invariant }) => invariant))]).toEqual([expected].flat());
  expect(verdict).toBe("fail");
  for (const { status, location, message, remedy } of findings) {
    expect(location.file).toMatch(/cdk\.tf\.json$/);
    expect(location.line).toBeGreaterThan(0);
    expect([status, message, remedy].join()).not.toContain("undefined");
  }
}

/** The resources of a type whose id in the tree matches, at least one. */
export function find(stack: Json, type: string, id: RegExp = /./): Json[] {
  const found = Object.entries(stack.resource[type] ?? {}).filter(([key]) => id.test(key));
  if (found.length === 0) throw new Error(`no ${type} like ${id}`);
  return found.map(([, resource]) => resource);
}

/** Takes out the resources of a type whose id in the tree matches, at least one. */
export function remove(stack: Json, type: string, id: RegExp): void {
  const keys = Object.keys(stack.resource[type] ?? {}).filter((key) => id.test(key));
  if (keys.length === 0) throw new Error(`no ${type} like ${id}`);
  stack.resource[type] = Object.fromEntries(
    Object.entries(stack.resource[type]).filter(([key]) => !keys.includes(key)),
  );
}

/** Adds a resource. */
export function add(stack: Json, type: string, resource: Json): void {
  stack.resource[type] = { ...stack.resource[type], added: resource };
}

/** The id of the one resource of a type that matches, as an expression. */
export function idOf(stack: Json, type: string, id: RegExp): string {
  const keys = Object.keys(stack.resource[type] ?? {}).filter((key) => id.test(key));
  if (keys.length !== 1) throw new Error(`${keys.length} of ${type} like ${id}`);
  return `\${${type}.${keys[0]}.id}`;
}
