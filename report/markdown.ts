import { packetText } from "./text";
import type { Report } from "../verification/verify";

/** The report as GitHub-flavoured Markdown, for a comment or a job's summary. */
export function renderMarkdown({ verdict, findings, exceptions, judged }: Report): string {
  const lines = [
    verdict === "pass" ? "### Outbound-only: every invariant holds" : `### Outbound-only: ${findings.length} findings`,
    "",
    `${judged.rules} rules at ${judged.endpoints} endpoints judged.`,
  ];
  if (findings.length > 0) {
    lines.push("", "| Invariant | Status | Where | What | Packet | Remedy |", "|---|---|---|---|---|---|");
    for (const { invariant, status, resource, location, message, counterexample, remedy } of findings) {
      const where = `\`${resource}\`<br>${location.file}:${location.line}`;
      const packet = counterexample ? packetText(counterexample) : "";
      lines.push(row([`\`${invariant}\``, status, where, message, packet, remedy]));
    }
  }
  if (exceptions.length > 0) {
    lines.push("", "| Exception | Resource | Reason | Until | State |", "|---|---|---|---|---|");
    for (const { id, resource, reason, expires, state } of exceptions) {
      lines.push(row([`\`${id}\``, `\`${resource}\``, reason, expires, state]));
    }
  }
  return `${lines.join("\n")}\n`;
}

/** A table row; what would end a cell or a line is escaped. */
function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`;
}
