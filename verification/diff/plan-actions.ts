/** What a plan of Terraform says that it will do: it alone knows what a provider replaces. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Location } from "../model";
import type { JsonText } from "../readers/json-locations";
import { isJsonObject } from "../readers/json-values";
import { isShownPlan } from "../readers/plan/index";
import { readJson } from "../readers/text-file";
import type { ResourceChange } from "./model";

export interface PlanAction {
  readonly address: string;
  readonly type: string;
  /** Undefined: it stays as it is. */
  readonly change: ResourceChange["change"] | undefined;
  readonly location: Location;
  /** Arguments that change; of a replacement those that force it. */
  readonly arguments: readonly string[];
}

export type PlanActions = readonly PlanAction[];

/**
 * What the plans among `paths`, or in folders among them, say of each managed resource. Paths that can't be read are
 * none: whoever reads the resources says so.
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
  readonly previous_address?: unknown;
  readonly type?: unknown;
  readonly mode?: unknown;
  readonly change?: {
    readonly actions?: unknown;
    readonly replace_paths?: unknown;
    readonly before?: unknown;
    readonly after?: unknown;
    readonly after_unknown?: unknown;
  } | null;
}

function actionsOf(document: JsonText): PlanAction[] {
  const { resource_changes: changes } = document.value as { readonly resource_changes?: unknown };
  if (!Array.isArray(changes)) return [];
  return (changes as ResourceChangeJson[]).flatMap((one, i) => {
    const { address, previous_address: previous, type, mode, change } = one;
    if (mode === "data" || typeof address !== "string" || typeof type !== "string") return [];
    const kind = kindOf(change?.actions) ?? (typeof previous === "string" ? "moved" : undefined);
    const location = { file: document.file, line: document.lineOf(["resource_changes", i]) };
    return [{ address, type, change: kind, location, arguments: argumentsOf(kind, change ?? {}) }];
  });
}

function argumentsOf(
  kind: PlanAction["change"],
  { replace_paths: paths, before, after, after_unknown: unknown }: NonNullable<ResourceChangeJson["change"]>,
): string[] {
  if (kind === "replaced") {
    const forcing = Array.isArray(paths) ? (paths as unknown[]) : [];
    return forcing.map((path) => (Array.isArray(path) ? path.join(".") : String(path)));
  }
  if (kind !== "changed" || !isJsonObject(before) || !isJsonObject(after)) return [];
  const untold = isJsonObject(unknown) ? unknown : {};
  return [...new Set([...Object.keys(before), ...Object.keys(after), ...Object.keys(untold)])]
    .filter((name) => Object.hasOwn(untold, name) || !isDeepStrictEqual(before[name], after[name]))
    .sort();
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
    readonly after_unknown?: Readonly<Record<string, unknown>> | undefined;
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

/** What Terraform's actions on a resource come to; undefined: nothing. */
export function kindOf(actions: unknown): PlanAction["change"] {
  if (!Array.isArray(actions)) return undefined;
  if (actions.includes("delete")) return actions.includes("create") ? "replaced" : "removed";
  const [action] = actions as unknown[];
  return typeof action === "string" ? KINDS[action] : undefined;
}

const KINDS: Readonly<Record<string, PlanAction["change"]>> = {
  create: "added",
  update: "changed",
  forget: "forgotten",
};

/** Whether what stands is destroyed, be it made anew or not. */
export const isDestroying = (kind: PlanAction["change"]): kind is "removed" | "replaced" =>
  kind === "removed" || kind === "replaced";
