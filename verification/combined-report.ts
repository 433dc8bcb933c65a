/** One report of several that were made apart. */
import type { Report } from "./verify";

/** What is said of all of them together; a warning that several have is given once. */
export function combined(reports: readonly Report[]): Report {
  const all = <T>(of: (report: Report) => readonly T[] | undefined): T[] => reports.flatMap((one) => of(one) ?? []);
  const sum = (of: (report: Report) => number) => reports.reduce((total, one) => total + of(one), 0);
  const allowances = all((one) => one.allowances);
  const assumptions = all((one) => one.assumptions);
  const warnings = [...new Set(all((one) => one.warnings))];
  const notRead = all((one) => one.notRead);
  return {
    verdict: reports.every(({ verdict }) => verdict === "pass") ? "pass" : "fail",
    findings: all((one) => one.findings),
    exceptions: all((one) => one.exceptions),
    ...(allowances.length > 0 && { allowances }),
    ...(assumptions.length > 0 && { assumptions }),
    judged: { rules: sum(({ judged }) => judged.rules), endpoints: sum(({ judged }) => judged.endpoints) },
    ...(reports.length > 0 && reports.every(({ empty }) => empty) && { empty: true as const }),
    ...(warnings.length > 0 && { warnings }),
    ...(notRead.length > 0 && { notRead }),
  };
}
