import type { Report } from "../verification/verify";

/** The report for programs; its fields are those of {@link Report}. */
export function renderJson(report: Report): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}
