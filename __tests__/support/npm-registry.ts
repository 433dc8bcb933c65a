import { execFileSync } from "node:child_process";
import { cpSync, existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { basename, dirname, join } from "node:path";

interface Manifest {
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/**
 * A registry of npm's on this machine that has what is installed in `root`: packages of these names, and what they need.
 * Tarballs are made in the new folder `scratch`.
 *
 * @throws Error if two versions of a package are needed
 */
export async function startNpmRegistry(root: string, names: readonly string[], scratch: string) {
  const folders = new Map<string, string>();
  const add = (name: string, from: string): void => {
    const folder = installedAt(name, from);
    // What only other platforms need is not there.
    if (folder === undefined || folders.get(name) === folder) return;
    if (folders.has(name)) throw new Error(`two versions of ${name}`);
    folders.set(name, folder);
    const { dependencies, optionalDependencies } = manifestOf(folder);
    for (const next of Object.keys({ ...dependencies, ...optionalDependencies })) add(next, folder);
  };
  for (const name of names) add(name, root);

  const server = createServer(({ url = "", headers: { host } }, response) => {
    const [, name = "", file] = /^\/((?:@[^/]+\/)?[^/]+)(\/-\/.+)?$/.exec(decodeURIComponent(url)) ?? [];
    const folder = folders.get(name);
    if (folder === undefined) return response.writeHead(404).end();
    if (file !== undefined) return response.end(tarballOf(folder, join(scratch, name)));
    const manifest = manifestOf(folder);
    const { version } = manifest;
    const versions = { [version]: { ...manifest, dist: { tarball: `http://${host}/${name}/-/${version}.tgz` } } };
    return response.end(JSON.stringify({ name, "dist-tags": { latest: version }, versions }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    stop: () => new Promise((resolve) => server.close(resolve)),
  };
}

/** Where a package's own code finds another, as Node looks for it. */
function installedAt(name: string, from: string): string | undefined {
  const folder = join(from, "node_modules", name);
  if (basename(from) !== "node_modules" && existsSync(folder)) return folder;
  return dirname(from) === from ? undefined : installedAt(name, dirname(from));
}

const manifestOf = (folder: string) => JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;

/** A package as npm has it: without what was installed in it. */
function tarballOf(folder: string, staged: string): Buffer {
  cpSync(folder, join(staged, "package"), {
    recursive: true,
    filter: (path) => path === folder || basename(path) !== "node_modules",
  });
  return execFileSync("tar", ["-cz", "-C", staged, "package"], { maxBuffer: 1e9 });
}
