/** What a plan of Terraform says that it will do: it alone knows what a provider replaces. */
import { stat } from "node:fs/promises";
import type { Location } from "../model";
import type { JsonText } from "../readers/json-locations";
import { isShownPlan } from "../readers/plan";
import { readJson } from "../readers/text-file";
import type { ResourceChange } from "./model";

export interface PlanAction {
  readonly address: string;
  readonly type: string;
  readonly change: ResourceChange["change"];
  readonly location: Location;
  /** Arguments that force a replacement. */
  readonly causes: readonly string[];
}

export type PlanActions = readonly PlanAction[];

/** The actions of the plans among `paths`. Paths that can't be read are none: whoever reads the resources says so. */
export async function readPlanActions(paths: readonly string[]): Promise<PlanActions> {
  const documents = await Promise.all(paths.map(readPlanFile));
  return documents.flatMap((document) => (document ? actionsOf(document) : []));
}

async function readPlanFile(path: string): Promise<JsonText | undefined> {
  try {
    if (!(await stat(path)).isFile()) return undefined;
    const document = await readJson(path);
    return isShownPlan(document.value) ? document : undefined;
  } catch {
    return undefined;
  }
}

interface ResourceChangeJson {
  readonly address?: unknown;
  readonly type?: unknown;
  readonly mode?: unknown;
  readonly change?: { readonly actions?: unknown; readonly replace_paths?: unknown } | null;
}

function actionsOf(document: JsonText): PlanAction[] {
  const { resource_changes: changes } = document.value as { readonly resource_changes?: unknown };
  if (!Array.isArray(changes)) return [];
  return (changes as ResourceChangeJson[]).flatMap(({ address, type, mode, change }, i) => {
    const kind = kindOf(change?.actions);
    if (mode === "data" || !kind || typeof address !== "string" || typeof type !== "string") return [];
    const forcing = Array.isArray(change?.replace_paths) ? (change.replace_paths as unknown[]) : [];
    const causes = forcing.map((path) => (Array.isArray(path) ? path.join(".") : String(path)));
    const line = document.lineOf(["resource_changes", i]);
    return [{ address, type, change: kind, location: { file: document.file, line }, causes }];
  });
}

/** `["delete", "create"]` and `["create", "delete"]` both replace. */
function kindOf(actions: unknown): PlanAction["change"] | undefined {
  if (!Array.isArray(actions)) return undefined;
  const [creates, deletes] = [actions.includes("create"), actions.includes("delete")];
  if (creates && deletes) return "replaced";
  if (deletes) return "removed";
  return creates ? "added" : actions.includes("update") ? "changed" : undefined;
}
