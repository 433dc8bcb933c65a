/** What both packages are made by: files of this repository in a folder, a `package.json`, and npm's own tarball of it. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { license } from "../../package.json";

const ROOT = join(__dirname, "../..");

/** What each package is licensed by, and says of itself. */
export const LEGAL = ["LICENSE", "NOTICE", "README.md"];
export const LICENSING = { license } as const;

/** Files that the code reads from beside itself when it runs. */
export const DATA = [
  "cloudflare-ips.json",
  "regions.json",
  "chart/differences.yaml",
  "chart/facts.json",
  "chart/values.yaml",
  "config/deployment.schema.json",
  "config/policy.schema.json",
  "costs/aws/prices.json",
  "costs/azure/prices.json",
  "costs/google/prices.json",
];

type Versions = Readonly<Record<string, string>>;

/** Versions of packages, of those that this repository has. */
export const versions = (names: readonly string[], known: Versions): Versions =>
  Object.fromEntries(names.map((name) => [name, known[name] ?? "*"]));

/** Packages that whoever installs one brings along, and those that only some need. */
export const peers = (needed: Versions, optional: Versions) => ({
  peerDependencies: { ...needed, ...optional },
  peerDependenciesMeta: Object.fromEntries(Object.keys(optional).map((name) => [name, { optional: true }])),
});

/** Copies files of this repository to the same places in a package. */
export function layOut(staged: string, files: readonly string[]): void {
  for (const file of files) cpSync(join(ROOT, file), join(staged, file));
}

/**
 * Makes a tarball.
 *
 * @param folder where it goes
 * @param fill lays out the package's files in a folder, and returns its `package.json`
 * @returns its path
 */
export function tarball(folder: string, fill: (staged: string) => Readonly<Record<string, unknown>>): string {
  const staged = mkdtempSync(join(tmpdir(), "package-"));
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(staged, "package.json"), `${JSON.stringify(fill(staged), null, 2)}\n`);
    const args = ["pack", "--ignore-scripts", "--silent", "--pack-destination", folder];
    const name = execFileSync("npm", args, { cwd: staged, encoding: "utf8" }).trim();
    return join(folder, name);
  } finally {
    rmSync(staged, { recursive: true, force: true });
  }
}
