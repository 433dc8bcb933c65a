/** What a reader of a verdict should know beside it, and what does not change it. */
import { ageWarning } from "../config/cloudflare-ips";
import { knownVersionOf } from "./clouds/known-versions";
import { unknownVersions } from "./locked";
import type { Resource } from "./model";
import { notRead, type NotRead } from "./not-read";
import { DEPLOYMENT } from "./readers/cdktf-output";
import { renderings } from "./rendered";

/** Of deployments of this package, versions of providers, and what was rendered; `today`: YYYY-MM-DD. */
export function warningsOf(resources: readonly Resource[], today?: string): readonly string[] {
  const old = resources.some(({ type }) => type === DEPLOYMENT) ? ageWarning(today) : undefined;
  const versions = unknownVersions(resources, knownVersionOf);
  return [...(old === undefined ? [] : [old]), ...versions, ...renderings(resources)];
}

/** What a report has beside its verdict; each field is left out where it would hold nothing. */
interface Beside {
  readonly warnings?: readonly string[];
  readonly notRead?: readonly NotRead[];
}

/** A report with what there is to be warned of, and what was not read. */
export function withWarnings<T extends object>(report: T, resources: readonly Resource[], today?: string): T & Beside {
  const warnings = warningsOf(resources, today);
  const unread = notRead(resources);
  return { ...report, ...(warnings.length > 0 && { warnings }), ...(unread.length > 0 && { notRead: unread }) };
}
