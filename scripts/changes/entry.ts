/** One change of a standing deployment, and how it is laid over one. */
import { isMap } from "../../config/field-changes";

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

/** `base` with the patch laid over it. */
export function patched(base: unknown, patch: unknown): unknown {
  if (!isMap(patch)) return patch;
  const under = isMap(base) ? base : {};
  const laid = Object.entries(patch).map(([name, value]) => [name, patched(under[name], value)] as const);
  return Object.fromEntries(
    Object.entries({ ...under, ...Object.fromEntries(laid) }).filter(([, value]) => value !== null),
  );
}
