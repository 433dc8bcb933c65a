/** What one kind of change of an option does to a standing deployment. */

/** From harmless to grave. `impossible`: the cloud refuses it, or what stands would be forgotten. */
export const EFFECTS = ["in-place", "rolls-nodes", "replaces", "impossible"] as const;

export type Effect = (typeof EFFECTS)[number];

/**
 * Which changes of a field are meant; `added` and `removed` are of a value, of an entry of a list or of a name of a map,
 * and `first` is an entry that is added to a list that had none.
 */
export type When =
  | "first"
  | "added"
  | "removed"
  | "changed"
  | "raised"
  | "lowered"
  | { readonly from?: string | number | boolean; readonly to?: string | number | boolean };

/** A rule of what one kind of change does. Texts are sentences without a full stop, for a person who has never seen it. */
export interface ChangeRule {
  /** The field as docs/options.md names it: `nodePools.NAME.type`. A rule of it holds for the fields below it as well. */
  readonly field: string;
  /** Default: every change. */
  readonly when?: When | readonly When[];
  readonly effect: Effect;
  /** What it does, where resources alone do not tell. */
  readonly does?: string;
  /** Data that are lost for good. A change with losses fails a pull request until the deployment's `allow` names it. */
  readonly loses?: string;
  /** What is cut, and for how long. So does a change that cuts. */
  readonly cuts?: string;
  /** The way round: what to do instead, or in which steps. */
  readonly instead?: string;
}
