/** The versions of providers that an input is locked to: what is known of a provider's types is of one version of it. */
import type { Resource } from "./model";
import { shown } from "../config/texts";

/** Type of the resource that stands for one. */
const LOCKED = "lock:provider";

export interface LockedProvider {
  /** `hashicorp/aws`. */
  readonly source: string;
  /** `6.3.0`. */
  readonly version: string;
}

/** What stands for it among the resources. */
export function asLocked(path: string, { source, version }: LockedProvider, unit: string): Resource {
  const location = { file: path, line: 0 };
  const values = { source, version };
  return { type: LOCKED, address: `${path} ${source}`, mode: "data", unit, values, location, locate: () => location };
}

/**
 * A line for each that is of another major version than what is known of it.
 *
 * @param knownOf the version of a provider that is known; undefined of one that no table is of
 */
export function unknownVersions(
  resources: readonly Resource[],
  knownOf: (source: string) => string | undefined,
): string[] {
  const lines = resources.flatMap(({ type, values, location: { file } }) => {
    if (type !== LOCKED) return [];
    const [source, version] = [shown(values["source"]), shown(values["version"])];
    const known = knownOf(source);
    if (known === undefined || majorOf(known) === majorOf(version)) return [];
    return [
      `${file} locks ${source} to ${version}, and what is known of its types is of ${known}: what the two name or preset in different ways is judged as ${known} has it`,
    ];
  });
  return [...new Set(lines)];
}

const majorOf = (version: string) => version.split(".", 1).join("");
