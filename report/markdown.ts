import { place } from "../verification/crossings";
import { endOf } from "../verification/exceptions";
import type { Report } from "../verification/verify";
import { visible } from "./lines";
import { alike, goneLines, judgedText, notReadText, packetText, verdictText, whoseText } from "./text";

/** The report as GitHub-flavoured Markdown, for a comment or a job's summary. */
export function renderMarkdown(report: Report): string {
  const {
    findings,
    exceptions,
    allowances = [],
    assumptions = [],
    judged,
    warnings = [],
    notRead = [],
    baseline,
  } = report;
  const lines = [
    `### Outbound-only: ${verdictText(report)}`,
    "",
    `${judgedText(judged)}.`,
    ...warnings.flatMap((warning) => ["", `**Warning**: ${plain(warning)}`]),
    ...goneLines(baseline).flatMap((line) => ["", plain(line)]),
    ...notReadText(notRead).flatMap((line) => ["", `**Not read**: ${plain(line)}`]),
  ];
  if (findings.length > 0) {
    lines.push("", "| Invariant | Status | Where | What | Packet | Remedy |", "|---|---|---|---|---|---|");
    for (const { invariant, status, resource, location, message, counterexample, remedy } of findings) {
      const where = `${code(resource)}<br>${plain(place(location))}`;
      const packet = counterexample ? plain(packetText(counterexample)) : "";
      lines.push(row([code(invariant), status, where, plain(message), packet, plain(remedy)]));
    }
  }
  if (baseline?.known.length) {
    lines.push("", "| Known | Status | Where | What |", "|---|---|---|---|");
    for (const { invariant, status, resource, location, message } of baseline.known) {
      lines.push(row([code(invariant), status, `${code(resource)}<br>${plain(place(location))}`, plain(message)]));
    }
  }
  if (exceptions.length > 0) {
    lines.push("", "| Exception | Resource | Reason | Until | State |", "|---|---|---|---|---|");
    for (const { id, resource, reason, expires, state, location } of exceptions) {
      const where = location ? `${code(resource)}<br>${plain(place(location))}` : code(resource);
      lines.push(row([code(id), where, plain(reason), endOf({ expires }), state]));
    }
  }
  if (allowances.length > 0) {
    lines.push("", "| Allowance | To | Reason |", "|---|---|---|");
    for (const { name, to, reason } of allowances) lines.push(row([code(name), plain(to), plain(reason)]));
  }
  if (assumptions.length > 0) {
    lines.push("", "| Assumption | Field | Assumed | Otherwise | How to check |", "|---|---|---|---|---|");
    for (const one of alike(assumptions)) {
      const { id, field, assumed, otherwise, check } = one;
      const whose = `${code(id)}<br>${plain(whoseText(one))}`;
      lines.push(row([whose, code(field), plain(assumed), plain(otherwise), plain(check)]));
    }
  }
  return `${lines.join("\n")}\n`;
}

/** A line of a table. */
export function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

/** Text that Markdown shows as it is, in a table too. Underscores within words mean nothing and stay readable. */
export function plain(text: string): string {
  return visible(text).replaceAll(/[\\`*[\]<>|~&]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, "\\$&");
}

/** A name in a fixed-width font; one that would end it, or the table's cell, is written in HTML. */
export function code(name: string): string {
  return /[`|\\]/.test(visible(name)) ? `<code>${plain(name)}</code>` : `\`${visible(name)}\``;
}
