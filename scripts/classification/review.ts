/** What somebody who looked at a type says of it; before what its arguments' names say. */
import type { Conditions } from "../../verification/clouds/classification";

/**
 * Types, or with a trailing `*` all that begin so, with a leading one all that end so; the longest row that fits a type
 * is its own, and one of its end goes before those of its beginning.
 */
export interface Review {
  /** Types that the cloud's own files read. */
  readonly modelled: readonly string[];
  /** Types by the reason why nobody reaches more or less by them. */
  readonly harmless: Readonly<Record<string, readonly string[]>>;
  /** Types by what a report says of them; with conditions: only where one of these holds. */
  readonly unjudged: Readonly<Record<string, readonly (string | readonly [type: string, conditions: Conditions])[]>>;
  /** Types of the provider's preview (google-beta) or of its other versions, of whose arguments no package tells. */
  readonly unpackaged?: readonly string[];
}
