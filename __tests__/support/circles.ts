/** Circles of imports, of types too: files none of which can be read without all the others. */
import { dirname, join } from "node:path/posix";
import { preProcessFile } from "typescript";

/** Texts of files by their paths from the repository's root. */
export type Sources = ReadonlyMap<string, string>;

/** Each circle as the files that are in it, sorted. */
export function circles(sources: Sources): string[][] {
  const imports = new Map([...sources].map(([file, text]) => [file, importedBy(file, text, sources)]));
  return [...components(imports)].filter((files) => files.length > 1).map((files) => files.sort());
}

function importedBy(file: string, text: string, sources: Sources): string[] {
  return preProcessFile(text, true, true).importedFiles.flatMap(({ fileName }) => {
    if (!fileName.startsWith(".")) return [];
    const path = join(dirname(file), fileName);
    return [`${path}.ts`, `${path}/index.ts`].find((one) => sources.has(one)) ?? [];
  });
}

/** Strongly connected components, by Tarjan's algorithm. */
function* components(edges: ReadonlyMap<string, readonly string[]>): Generator<string[]> {
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const path: string[] = [];
  const finished = new Set<string>();
  function* visit(node: string): Generator<string[]> {
    order.set(node, order.size);
    lowest.set(node, order.size - 1);
    path.push(node);
    for (const next of edges.get(node) ?? []) {
      if (!order.has(next)) yield* visit(next);
      if (!finished.has(next)) lowest.set(node, Math.min(lowest.get(node) ?? 0, lowest.get(next) ?? 0));
    }
    if (lowest.get(node) !== order.get(node)) return;
    const component = path.splice(path.indexOf(node));
    for (const one of component) finished.add(one);
    yield component;
  }
  for (const node of edges.keys()) if (!order.has(node)) yield* visit(node);
}
