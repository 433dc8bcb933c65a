import type { Report } from "../verification/verify";
import type { SystemRow } from "./systems";

/** The report for programs: fields are those of {@link Report}, and `systems`. */
export function renderJson(report: Report, systems: readonly SystemRow[]): string {
  return `${JSON.stringify({ ...report, systems }, null, 2)}\n`;
}
