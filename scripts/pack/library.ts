/** The package `dataplane-constructs`: the constructs, stacks, configuration and verification, compiled, with types. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { dependencies, engines, version } from "../../package.json";
import { DATA, WORDS, layOut, LICENSING, peers, tarball, versions } from "./package";

const LIBRARY = join(__dirname, "../../library");

/** What users import, by the file that holds it. */
const EXPORTS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    readdirSync(LIBRARY)
      .filter((file) => file.endsWith(".ts"))
      .map((file) => [`./${file.slice(0, -".ts".length)}`, `./library/${file.slice(0, -".ts".length)}`]),
  ),
  "./jest": "./verification/jest",
};

/** The framework has one instance in an application, which is its user's, and so are the classes of its clouds. */
const PEERS = ["cdktf", "constructs", "@cdktf/provider-kubernetes"];
const CLOUDS = ["@cdktf/provider-aws", "@cdktf/provider-azurerm", "@cdktf/provider-google"];

/**
 * Makes its tarball.
 *
 * @param folder where it goes
 * @returns its path
 * @throws Error if a source can't be compiled
 */
export function packLibrary(folder: string): string {
  return tarball(folder, (staged) => {
    const compiler = require.resolve("typescript/bin/tsc");
    execFileSync(process.execPath, [compiler, "-p", LIBRARY, "--outDir", staged], { stdio: "inherit" });
    layOut(staged, [...WORDS, ...DATA]);
    return {
      name: "dataplane-constructs",
      version,
      description: "Constructs, stacks and verification of an outbound-only data plane, for CDKTF.",
      ...LICENSING,
      engines,
      exports: Object.fromEntries(
        Object.entries(EXPORTS).map(([name, file]) => [name, { types: `${file}.d.ts`, default: `${file}.js` }]),
      ),
      dependencies: versions(
        [...packagesIn(staged)].filter((name) => name in dependencies && ![...PEERS, ...CLOUDS].includes(name)),
        dependencies,
      ),
      ...peers(versions(PEERS, dependencies), versions(CLOUDS, dependencies)),
    };
  });
}

/** Packages that compiled files load. */
function packagesIn(staged: string): Set<string> {
  const files = readdirSync(staged, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".js"));
  const loaded = files.flatMap((file) => [
    ...readFileSync(join(staged, file), "utf8").matchAll(/\b(?:require|import)\("((?:@[^/"]+\/)?[^./"][^/"]*)/g),
  ]);
  return new Set(loaded.flatMap(([, name]) => name ?? []).sort());
}
