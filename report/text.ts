import type { Counterexample, Finding } from "../verification/model";
import type { Report } from "../verification/verify";

/** The report for a terminal: what was found with a packet and a remedy each, then every exception, then the verdict. */
export function renderText({ verdict, findings, exceptions, judged }: Report): string {
  const lines = [
    ...findings.flatMap(findingLines),
    ...exceptions.map(
      ({ id, resource, reason, expires, state }) =>
        `exception (${state}) ${id}: ${resource} until ${expires}: ${reason}`,
    ),
    verdict === "pass"
      ? `pass: every invariant holds (${judged.rules} rules at ${judged.endpoints} endpoints judged)`
      : `fail: ${count(findings.length, "finding")} (${judged.rules} rules at ${judged.endpoints} endpoints judged)`,
  ];
  return `${lines.join("\n")}\n`;
}

/** `TCP 22 from 198.51.100.7 to aws_instance.web` */
export function packetText({ protocol, source, destination, port }: Counterexample): string {
  return `${protocol.toUpperCase()}${port === undefined ? "" : ` ${port}`} from ${source} to ${destination}`;
}

function findingLines({ invariant, status, location, message, counterexample, remedy }: Finding): string[] {
  const where = location.line > 0 ? `${location.file}:${location.line}` : location.file;
  return [
    `${status} ${invariant}: ${message}`,
    `  at ${where}`,
    ...(counterexample ? [`  packet: ${packetText(counterexample)}`] : []),
    `  remedy: ${remedy}`,
    "",
  ];
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
