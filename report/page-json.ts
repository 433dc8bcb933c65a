import type { Report } from "../verification/verify";
import type { Page } from "./html/model";

/** A report, and of each system what a reviewer asks beside its findings. */
export function reportedWith(report: Report, { verdict, systems }: Page): object {
  return {
    ...report,
    verdict,
    systems: systems.map(({ name, verdict: own, invariants, controls, running, flows }) => {
      return { name, verdict: own, invariants, controls, running, flows };
    }),
  };
}

/** The same for programs: fields are those of {@link Report} and of the page's data. */
export function renderPageJson(report: Report, page: Page): string {
  return `${JSON.stringify(reportedWith(report, page), null, 2)}\n`;
}
