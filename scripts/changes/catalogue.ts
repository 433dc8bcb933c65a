/** Changes of standing deployments, one option each: what the table of docs/changes.md is made of. */
import type { Cloud } from "../../config/deployment";
import { isMap } from "../../config/field-changes";
import { CATALOGUE as AWS } from "./aws";
import { CATALOGUE as AZURE } from "./azure";
import { CATALOGUE as GOOGLE } from "./google";

/** Fields that are laid over a deployment: maps are merged, lists and values take the place of others, `null` leaves out. */
export type Patch = Readonly<Record<string, unknown>>;

export interface CatalogueEntry {
  /** The option as docs/options.md names it: `nodePools.NAME.type`. */
  readonly option: string;
  /** The kind of change, in a few words: `a zone is added`. Unique beside `option`. */
  readonly change: string;
  /** The deployment that stands: a patch of the cloud's example of us-east-2. Default: the example as it is. */
  readonly standing?: Patch;
  /** The patch of the deployment that stands. */
  readonly to: Patch;
}

export const CATALOGUES: Readonly<Record<Cloud, readonly CatalogueEntry[]>> = {
  aws: AWS,
  google: GOOGLE,
  azure: AZURE,
};

/** `base` with the patch laid over it. */
export function patched(base: unknown, patch: unknown): unknown {
  if (!isMap(patch)) return patch;
  const under = isMap(base) ? base : {};
  const laid = Object.entries(patch).map(([name, value]) => [name, patched(under[name], value)] as const);
  return Object.fromEntries(
    Object.entries({ ...under, ...Object.fromEntries(laid) }).filter(([, value]) => value !== null),
  );
}
