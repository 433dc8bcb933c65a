import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { checkDeployment } from "./checks";
import { type Problem } from "./problem";
import { claimsOf } from "./claims";
import { cloudflareIps } from "./cloudflare-ips";
import { deploymentSchema, type Deployment } from "./deployment";
import { stateKey } from "./names";
import { ConfigError, fieldName, parseYaml } from "./yaml-source";
import { errorCode } from "./texts";

export { ConfigError } from "./yaml-source";

/** A deployment and where it is written. */
export interface LoadedDeployment {
  /** What the file says, with the default of each field that it leaves out. */
  readonly deployment: Deployment;
  /** Path of the YAML file, as errors name it. */
  readonly file: string;
  /** 1-based line of a field, or of the nearest one above it. */
  readonly lineOf: (path: Problem["path"]) => number;
}

/** A deployment that is not written yet. */
export interface Draft {
  /** Where it would be. */
  readonly file: string;
  /** Text of the file: YAML. */
  readonly source: string;
}

/**
 * Reads every deployment of `paths` (YAML files, or folders of them, not their subfolders) and checks each alone and
 * all together. Nothing is written. Document: none; the files are this package's own.
 *
 * @param drafts further ones, as if they were written
 * @throws ConfigError with every problem found
 */
export function loadDeployments(paths: readonly string[], drafts: readonly Draft[] = []): LoadedDeployment[] {
  // A fault in it is one of the package's data, and not one of every deployment.
  cloudflareIps();
  const files = [...new Set(paths.flatMap(filesAt))];
  if (files.length + drafts.length === 0)
    throw new ConfigError([
      `${paths.join(", ")}: holds no deployment (allowed: .yaml files, such as copies of those in deployments/examples)`,
    ]);
  const problems: string[] = [];
  const loaded: LoadedDeployment[] = [];
  const sources = [...files.map((file) => ({ file, read: () => textOf(file) })), ...drafts.map(asRead)];
  for (const { file, read } of sources) {
    try {
      loaded.push(parseDeployment(read(), file));
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      problems.push(...error.lines);
    }
  }
  const names = repeats(loaded, ["name"], ({ name }) => name, "name");
  // Equal names make equal default state keys: one mistake, one error.
  problems.push(...(names.length > 0 ? names : repeats(loaded, ["state"], stateKey, "state")));
  problems.push(...contested(loaded));
  if (problems.length > 0) throw new ConfigError(problems);
  return loaded;
}

const asRead = ({ file, source }: Draft) => ({ file, read: () => source });

/**
 * Reads one deployment from `source`, naming `file` in errors. Document: none; the files are this package's own.
 *
 * @throws ConfigError
 */
export function parseDeployment(source: string, file: string): LoadedDeployment {
  const { value, lineOf, fail } = parseYaml(source, file, deploymentSchema, "'name: ...', 'cloud: aws', ...");
  const problems = checkDeployment(value);
  return problems.length > 0 ? fail(problems) : { deployment: value, file, lineOf };
}

/** A deployment's fields fit into a few KiB: what is larger is another file, which YAML's parser takes minutes for. */
const MOST_BYTES = 2 ** 20;

/** What a deployment's file holds. @throws ConfigError if it is none, or can't be one */
function textOf(file: string): string {
  const fail = (what: string) => new ConfigError([`${file}: ${what} (allowed: a deployment's YAML file)`]);
  let bytes: Buffer;
  try {
    const stat = statSync(file);
    if (stat.isDirectory()) throw fail("is a folder");
    if (stat.size > MOST_BYTES) throw fail(`has ${stat.size} bytes, and a deployment has ${MOST_BYTES} at most`);
    bytes = readFileSync(file);
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    const code = errorCode(error);
    throw fail(code === "ENOENT" ? "is a link that leads nowhere" : `can't be read (${code})`);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw fail("is no text in UTF-8");
  }
}

function filesAt(path: string): string[] {
  let isFolder: boolean;
  try {
    isFolder = statSync(path).isDirectory();
  } catch {
    throw new ConfigError([`${path}: does not exist (allowed: a deployment's YAML file or a folder of them)`]);
  }
  if (!isFolder) return [path];
  return namesIn(path)
    .filter((name) => /\.ya?ml$/.test(name))
    .sort()
    .map((name) => join(path, name));
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    throw new ConfigError([`${folder}: can't be read (${errorCode(error)})`]);
  }
}

function repeats(
  loaded: readonly LoadedDeployment[],
  path: Problem["path"],
  keyOf: (deployment: Deployment) => string,
  what: string,
): string[] {
  const first = new Map<string, LoadedDeployment>();
  const lines: string[] = [];
  for (const entry of loaded) {
    const key = keyOf(entry.deployment);
    const earlier = first.get(key);
    if (earlier)
      lines.push(
        `${entry.file}:${entry.lineOf(path)}: ${fieldName(path)}: ${what} '${key}' is taken by ${basename(earlier.file)}:${earlier.lineOf(path)} (allowed: one that no other deployment has)`,
      );
    else first.set(key, entry);
  }
  return lines;
}

/** Pairs of deployments that would make the same things in one network or project of the customer's. */
function contested(loaded: readonly LoadedDeployment[]): string[] {
  const claims = loaded.flatMap((entry) => claimsOf(entry.deployment).map((claim) => ({ entry, claim })));
  return claims.flatMap(({ entry, claim }, index) =>
    claims.slice(0, index).flatMap(({ entry: earlier, claim: other }) => {
      const isSamePlace = claim.what === other.what && claim.place === other.place;
      const both = isSamePlace ? claim.makes.filter((one) => other.makes.includes(one)) : [];
      if (both.length === 0) return [];
      const [here, there] = [
        `${entry.file}:${entry.lineOf(claim.path)}`,
        `${basename(earlier.file)}:${earlier.lineOf(other.path)}`,
      ];
      return [
        `${here}: ${fieldName(claim.path)}: '${claim.place}' is the ${claim.what} of ${there} too, and both would make there ${both.join(", ")} (allowed: ${claim.allowed}, or another ${claim.what})`,
      ];
    }),
  );
}
