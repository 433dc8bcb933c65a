/** The folders below one that hold Terraform or Kubernetes manifests, each of which is something to verify. */
import { readFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { HclFolders, undecided } from "../../verification/readers/hcl/index";

/** Folders of tools, of version control and of continuous integration: no infrastructure lies there. */
const TOOLS = new Set([".git", ".github", ".gitlab", ".circleci", ".terraform", ".vscode", ".idea", "node_modules"]);

/** Folders of a Helm chart: no one verifies a part of it. */
const OF_CHART = new Set(["templates", "charts", "crds"]);

const TERRAFORM = /\.(tf|tofu)(\.json)?$/i;
const YAML = /\.ya?ml$/i;
/** A line that only an object of Kubernetes has at its beginning. */
const MANIFEST = /^apiVersion: *\S+/m;

/** Those of `folder` and of all folders in it, in order of their names. */
export function* foldersToVerify(folder: string): Generator<string> {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  const files = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  if (files.some((name) => TERRAFORM.test(name) || isManifest(join(folder, name)))) yield folder;
  const isPart = (name: string) => TOOLS.has(name) || (files.includes("Chart.yaml") && OF_CHART.has(name));
  for (const entry of entries) {
    if (entry.isDirectory() && !isPart(entry.name)) yield* foldersToVerify(join(folder, entry.name));
  }
}

const isManifest = (path: string): boolean => YAML.test(path) && MANIFEST.test(readFileSync(path, "utf8"));

/**
 * Those of `folders` that are no whole: modules that another one of them calls, which gives the values that they can't do
 * without. They are judged there, as a part of it.
 */
export async function partsAmong(folders: readonly string[]): Promise<ReadonlySet<string>> {
  const modules = new HclFolders();
  const called = new Set<string>();
  // What can't be parsed calls nothing.
  for (const folder of folders) for (const one of await modules.calledBy(folder).catch(() => [])) called.add(one);
  const parts = new Set<string>();
  for (const folder of folders.filter((one) => called.has(resolve(one)))) {
    const lacking = await modules.load(folder).then(
      (root) => undecided(root, {}),
      () => [],
    );
    if (lacking.length > 0) parts.add(folder);
  }
  return parts;
}

interface Sampling {
  readonly repositoryOf: (folder: string) => string;
  /** As many folders of one repository. */
  readonly most: number;
}

/** Of each repository at most as many folders as are asked for, evenly spread over its list. */
export function sampled(folders: readonly string[], { repositoryOf, most }: Sampling): string[] {
  const byRepository = new Map<string, string[]>();
  for (const folder of folders) {
    const repository = repositoryOf(folder);
    byRepository.set(repository, [...(byRepository.get(repository) ?? []), folder]);
  }
  return [...byRepository.values()].flatMap((own) => {
    const places = Array.from({ length: Math.min(most, own.length) }, (_, i) => i);
    return places.map((i) => own[Math.floor((i * own.length) / places.length)] ?? "");
  });
}
