/** What a plan of Terraform says that it will destroy: it alone knows what a provider replaces. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Location } from "../model";
import type { JsonText } from "../readers/json-locations";
import { isShownPlan } from "../readers/plan";
import { readJson } from "../readers/text-file";
import type { ResourceChange } from "./model";

export interface PlanAction {
  readonly address: string;
  readonly type: string;
  readonly change: Extract<ResourceChange["change"], "replaced" | "removed">;
  readonly location: Location;
  /** Arguments that force a replacement. */
  readonly causes: readonly string[];
}

export type PlanActions = readonly PlanAction[];

/**
 * The destructive actions of the plans among `paths`, or in folders among them. Paths that can't be read are none: whoever reads the
 * resources says so.
 */
export async function readPlanActions(paths: readonly string[]): Promise<PlanActions> {
  const files = await Promise.all(paths.map(filesAt));
  const documents = await Promise.all(files.flat().map(readPlanFile));
  return documents.flatMap((document) => (document ? actionsOf(document) : []));
}

async function filesAt(path: string): Promise<string[]> {
  const names = await readdir(path).catch(() => undefined);
  return names ? names.filter((name) => name.endsWith(".json")).map((name) => join(path, name)) : [path];
}

async function readPlanFile(path: string): Promise<JsonText | undefined> {
  const document = await readJson(path).catch(() => undefined);
  return document && isShownPlan(document.value) ? document : undefined;
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

/** A change as a plan prints it. */
export interface PlannedChange {
  readonly address: string;
  readonly type: string;
  readonly mode?: string;
  readonly change?: {
    readonly actions?: readonly string[];
    readonly before?: Readonly<Record<string, unknown>> | null;
    readonly after?: Readonly<Record<string, unknown>> | null;
  };
}

/**
 * What a plan does to resources; reads of data sources are left out.
 *
 * @param plan what `terraform show -json` prints, parsed
 * @throws TypeError if it is no plan: what can't be read is not fine
 */
export function changesOfPlan(plan: unknown): readonly PlannedChange[] {
  if (!isShownPlan(plan)) throw new TypeError("is no plan as `terraform show -json` prints it");
  const changes = Array.isArray(plan["resource_changes"]) ? (plan["resource_changes"] as PlannedChange[]) : [];
  return changes.filter(({ mode }) => mode !== "data");
}

/** `["delete", "create"]` and `["create", "delete"]` both replace. */
export function kindOf(actions: unknown): PlanAction["change"] | undefined {
  if (!Array.isArray(actions) || !actions.includes("delete")) return undefined;
  return actions.includes("create") ? "replaced" : "removed";
}
