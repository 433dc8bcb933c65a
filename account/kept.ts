/** What is kept of a cloud's answers: named fields and no others, so that nothing secret is written by oversight. */
import type { CollectedRecord } from "./account";

/** Paths of fields, `LaunchTemplateData.NetworkInterfaces.Groups`; lists on the way are walked through. */
export type Fields = readonly string[];

interface Tree extends Map<string, Tree> {
  readonly whole?: never;
}

/** Makes of an answer the record that is written: the fields of `fields`, whole, and nothing else. */
export function keeper(fields: Fields): (answer: object) => CollectedRecord {
  const tree = treeOf(fields);
  return (answer) => keep(answer, tree) as CollectedRecord;
}

function treeOf(fields: Fields): Tree {
  const tree: Tree = new Map();
  for (const field of fields) {
    let branch = tree;
    for (const step of field.split(".")) {
      const below: Tree = branch.get(step) ?? new Map();
      branch.set(step, below);
      branch = below;
    }
  }
  return tree;
}

function keep(value: unknown, tree: Tree): unknown {
  if (tree.size === 0) return value;
  if (Array.isArray(value)) return value.map((element) => keep(element, tree));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, below]) => {
      const branch = tree.get(name);
      return branch && below !== undefined ? [[name, keep(below, branch)]] : [];
    }),
  );
}
