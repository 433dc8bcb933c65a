import type { FirewallRequest } from "./index";

const HEADER = ["Direction", "Source", "Destination", "Host names", "Protocol", "Port", "Reason", "Document"];

/** One row a rule, by RFC 4180; blocks and names are separated by blanks within their cell. */
export function renderCsv({ rules }: FirewallRequest): string {
  const rows = rules.map(({ direction, sources, destinations, hosts, protocol, port, reason, paragraph }) => [
    direction,
    sources.join(" "),
    destinations.join(" "),
    hosts.join(" "),
    protocol,
    String(port),
    reason,
    paragraph,
  ]);
  return [HEADER, ...rows].map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}

/** What a spreadsheet would read as a formula, at the beginning of a cell. */
const FORMULA = /^[=+\-@\t\r]/;

/** A cell in quotes; one that a spreadsheet would calculate begins with an apostrophe, which has it show the text. */
export function cell(text: string): string {
  return `"${FORMULA.test(text) ? "'" : ""}${text.replaceAll('"', '""')}"`;
}
