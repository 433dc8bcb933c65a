/** What a reader of a verdict should know beside it, and what does not change it. */
import { ageWarning } from "../config/cloudflare-ips";
import type { Resource } from "./model";
import { DEPLOYMENT } from "./readers/cdktf-output";

/** Of deployments of this package among `resources`; `today`: YYYY-MM-DD. */
export function warningsOf(resources: readonly Resource[], today?: string): readonly string[] {
  const old = resources.some(({ type }) => type === DEPLOYMENT) ? ageWarning(today) : undefined;
  return old === undefined ? [] : [old];
}

/** A report with what there is to be warned of. */
export function withWarnings<T extends object>(report: T, resources: readonly Resource[], today?: string): T {
  const warnings = warningsOf(resources, today);
  return warnings.length > 0 ? { ...report, warnings } : report;
}
