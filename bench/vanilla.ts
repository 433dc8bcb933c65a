/** The same application as it is usually written with CDKTF: providers from their barrels, run by a type-checking ts-node. */
import { cpSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

/** What the application does not read: outputs, installed packages, and the code around it. */
const NOT_COPIED = new Set(["node_modules", "cdktf.out", "__tests__", "bench", "deployments", "docs", "scripts"]);

/** Writes the vanilla way of the repository at `root` into the empty `folder`. */
export function writeVanillaTree(root: string, folder: string): void {
  for (const name of readdirSync(root)) {
    if (NOT_COPIED.has(name) || name.startsWith(".")) continue;
    cpSync(join(root, name), join(folder, name), { recursive: true });
  }
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "dir");
  const namespacesOf = barrelReader(join(root, "node_modules"));
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (name.startsWith("node_modules") || !name.endsWith(".ts")) continue;
    const file = join(folder, name);
    writeFileSync(file, withBarrelImports(readFileSync(file, "utf8"), namespacesOf));
  }
}

/** Namespaces that the barrel of a provider's package exports, by the module that each holds. */
export type BarrelNamespaces = (providerPackage: string) => ReadonlyMap<string, string>;

/**
 * Replaces each import from a module of a provider's package by one from its barrel, which exports a namespace a
 * module: `import { Vpc } from "@cdktf/provider-aws/lib/vpc"` becomes
 * `import { vpc as provider_aws_vpc } from "@cdktf/provider-aws"; import Vpc = provider_aws_vpc.Vpc;`
 *
 * @throws Error if the barrel does not export the module, or the import is not of names
 */
export function withBarrelImports(source: string, namespacesOf: BarrelNamespaces): string {
  const parsed = ts.createSourceFile("source.ts", source, ts.ScriptTarget.Latest);
  let written = source;
  for (const statement of [...parsed.statements].reverse()) {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue;
    const specifier = statement.moduleSpecifier.text;
    const [, providerPackage, module] = /^(@cdktf\/provider-[^/]+)\/lib\/(.+)$/.exec(specifier) ?? [];
    if (providerPackage === undefined || module === undefined) continue;
    const namespace = namespacesOf(providerPackage).get(module);
    const names = statement.importClause?.namedBindings;
    if (namespace === undefined) throw new Error(`${providerPackage} exports no namespace of ${module}`);
    if (names === undefined || !ts.isNamedImports(names)) throw new Error(`import from ${specifier} names nothing`);
    const local = `${providerPackage.slice("@cdktf/".length).replaceAll("-", "_")}_${namespace}`;
    const lines = [
      `import { ${namespace} as ${local} } from "${providerPackage}";`,
      ...names.elements.map(
        ({ name, propertyName }) => `import ${name.text} = ${local}.${(propertyName ?? name).text};`,
      ),
    ];
    written = written.slice(0, statement.getStart(parsed)) + lines.join("\n") + written.slice(statement.end);
  }
  return written;
}

function barrelReader(nodeModules: string): BarrelNamespaces {
  const known = new Map<string, ReadonlyMap<string, string>>();
  return (providerPackage) => {
    const namespaces =
      known.get(providerPackage) ??
      parseBarrel(readFileSync(join(nodeModules, providerPackage, "lib/index.d.ts"), "utf8"));
    known.set(providerPackage, namespaces);
    return namespaces;
  };
}

/** Namespaces by module of a barrel's declarations: lines such as `export * as vpcEndpoint from './vpc-endpoint';`. */
export function parseBarrel(declarations: string): ReadonlyMap<string, string> {
  const exports = declarations.matchAll(/export \* as (\w+) from '\.\/([^']+)'/g);
  return new Map([...exports].map(([, namespace = "", module = ""]) => [module, namespace]));
}
