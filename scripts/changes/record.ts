/** What a real plan says that a change does: the recorded half of docs/changes.md. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Cloud } from "../../config/deployment";

/** A resource that a plan does not leave as it is. */
export interface RecordedAction {
  readonly address: string;
  /** As Terraform orders them: `["create", "delete"]` makes the new one first. */
  readonly actions: readonly string[];
  /** Arguments that force a replacement, dotted. */
  readonly because?: readonly string[];
}

/** A change as it was planned. */
export interface RecordedChange {
  readonly option: string;
  readonly change: string;
  readonly actions: readonly RecordedAction[];
  /** The first line of Terraform's error, where it refused to plan. */
  readonly refused?: string;
}

/** The file `scripts/changes/CLOUD.json`. */
export interface Recording {
  /** Providers that planned, with their versions: `hashicorp/aws 5.100.0`. */
  readonly providers: readonly string[];
  readonly changes: readonly RecordedChange[];
}

/** What real plans of a cloud's catalogue said. */
export const recordingOf = (cloud: Cloud): Recording =>
  JSON.parse(readFileSync(join(__dirname, `${cloud}.json`), "utf8")) as Recording;

interface ShownChange {
  readonly address: string;
  readonly mode?: string;
  readonly change: { readonly actions: readonly string[]; readonly replace_paths?: readonly (readonly unknown[])[] };
}

/** The actions of a plan as `terraform show -json` prints it, by address; reads of data sources are none. */
export function actionsOf(plan: { readonly resource_changes?: readonly ShownChange[] }): RecordedAction[] {
  return (plan.resource_changes ?? [])
    .filter(({ mode, change }) => mode !== "data" && change.actions.some((action) => action !== "no-op"))
    .map(({ address, change: { actions, replace_paths: paths = [] } }) => ({
      address,
      actions,
      ...(paths.length > 0 && { because: paths.map((path) => path.join(".")).sort() }),
    }))
    .sort((a, b) => (a.address < b.address ? -1 : 1));
}
