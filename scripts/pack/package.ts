/** What both packages are made by: files of this repository in a folder, a `package.json`, and npm's own tarball of it. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { license } from "../../package.json";

const ROOT = join(__dirname, "../..");

/** What each package is licensed by, and says of itself, and where that leads. */
export const WORDS = [
  ...["LICENSE", "NOTICE", "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"],
  ...["deployments/examples", "docs"],
];
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

/**
 * Licences of other packages whose code is in files, by the files' paths from the root.
 *
 * @throws Error if one of them has none
 */
export function licences(files: Iterable<string>): string {
  const names = [...files].flatMap((path) => /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []);
  const texts = [...new Set(names)].sort().map((name) => {
    const folder = join(ROOT, "node_modules", name);
    const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
    if (file === undefined) throw new Error(`${name} has no licence to go with its code`);
    return `${name}\n\n${readFileSync(join(folder, file), "utf8").trim()}\n`;
  });
  return texts.join(`\n${"-".repeat(80)}\n\n`);
}

/** Copies files and folders of this repository to the same places in a package. */
export function layOut(staged: string, files: readonly string[]): void {
  // The site's own settings, in a folder with a dot, make pages of the texts and are none.
  const isPart = (path: string) => !basename(path).startsWith(".");
  for (const file of files) cpSync(join(ROOT, file), join(staged, file), { recursive: true, filter: isPart });
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
