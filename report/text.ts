import { place } from "../verification/crossings";
import { endOf } from "../verification/exceptions";
import type { Counterexample, Finding } from "../verification/model";
import type { Report } from "../verification/verify";
import { visible } from "./lines";

/** The report for a terminal: what was found with a packet and a remedy each, then every exception and allowance, then the verdict. */
export function renderText({ verdict, findings, exceptions, allowances = [], judged }: Report): string {
  const lines = [
    ...findings.flatMap(findingLines),
    ...exceptions.map(
      (exception) =>
        `exception (${exception.state}) ${exception.id}: ${exception.resource} until ${endOf(exception)}: ${exception.reason}`,
    ),
    ...allowances.map(({ name, reason, to }) => `allowance ${name}: ${to}: ${reason}`),
    verdict === "pass"
      ? `pass: every invariant holds${exceptedText(exceptions)} (${judgedText(judged)})`
      : `fail: ${count(findings.length, "finding")} (${judgedText(judged)})`,
  ];
  return lines.map((line) => `${visible(line)}\n`).join("");
}

/** `, with 1 exception`: nothing holds in silence that holds but for an exception. */
export function exceptedText(exceptions: Report["exceptions"]): string {
  const used = exceptions.filter(({ state }) => state === "used").length;
  return used === 0 ? "" : `, with ${count(used, "exception")}`;
}

/** `TCP 22 from 198.51.100.7 to aws_instance.web` */
export function packetText({ protocol, source, destination, port }: Counterexample): string {
  const name = /^\d+$/.test(protocol) ? `protocol ${protocol}` : protocol.toUpperCase();
  return `${name}${port === undefined ? "" : ` ${port}`} from ${source} to ${destination}`;
}

/** `12 rules at 1 endpoint judged` */
export function judgedText({ rules, endpoints }: Report["judged"]): string {
  return `${count(rules, "rule")} at ${count(endpoints, "endpoint")} judged`;
}

/** `1 finding`, `2 findings` */
export function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}

function findingLines({ invariant, status, resource, location, message, counterexample, remedy }: Finding): string[] {
  return [
    `${status} ${invariant}: ${message}`,
    `  at ${resource} (${place(location)})`,
    ...(counterexample ? [`  packet: ${packetText(counterexample)}`] : []),
    `  remedy: ${remedy}`,
    "",
  ];
}
