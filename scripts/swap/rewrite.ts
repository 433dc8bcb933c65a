/** A copy of this package on cdktn, CDKTF's fork: what changes in its sources, and what it installs. */

/** Provider classes that cdktn's own scope has, by the package that they take the place of. */
export type Providers = Readonly<Record<string, string>>;

const quoted = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\/]/g, "\\$&");

/** A source with the framework, and the providers that are given, imported from the fork. */
export function rewritten(source: string, providers: Providers): string {
  const names = { cdktf: "cdktn", ...Object.fromEntries(Object.keys(providers).map((name) => [name, forkOf(name)])) };
  return Object.entries(names).reduce(
    // A name in quotes, whole or with a path behind it.
    (text, [name, fork]) => text.replaceAll(new RegExp(`(["'])${quoted(name)}(?=["'/])`, "g"), `$1${fork}`),
    source,
  );
}

/** `@cdktf/provider-aws` as cdktn's scope has it. */
export const forkOf = (provider: string): string => provider.replace("@cdktf/", "@cdktn/");

interface Dependencies {
  readonly dependencies: Readonly<Record<string, string>>;
}

/**
 * The packages that the copy installs.
 *
 * @param framework versions of cdktn and of the `constructs` that it asks for
 * @param providers by their names in CDKTF's scope the versions of those to take from cdktn's
 */
export function installs(
  { dependencies }: Dependencies,
  framework: Readonly<Record<"cdktn" | "constructs", string>>,
  providers: Providers,
): Readonly<Record<string, string>> {
  const kept = Object.entries(dependencies).filter(
    // CDKTF's command line is archived with it, and synthesis needs none.
    ([name]) => !["cdktf", "cdktf-cli", "constructs"].includes(name) && !(name in providers),
  );
  const swapped = Object.entries(providers).map(([name, version]) => [forkOf(name), version] as const);
  return { ...Object.fromEntries([...kept, ...swapped]), ...framework, cdktf: "file:cdktf" };
}

/** A package by the old name, for provider classes that were compiled against it: all of it is the fork's. */
export const STAND_IN = {
  "cdktf/package.json": JSON.stringify({ name: "cdktf", version: "0.21.0", main: "index.js", types: "index.d.ts" }),
  "cdktf/index.js": 'module.exports = require("cdktn");\n',
  "cdktf/index.d.ts": 'export * from "cdktn";\n',
};
