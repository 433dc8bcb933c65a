import { place } from "../verification/crossings";
import { endOf } from "../verification/exceptions";
import type { Counterexample, Finding, Location } from "../verification/model";
import type { NotRead } from "../verification/not-read";
import type { Report, ReportedAssumption } from "../verification/verify";
import { visible } from "./lines";

/**
 * The report for a terminal: what was found with a packet and a remedy each, then every exception, allowance and
 * assumption, then the verdict.
 */
export function renderText(report: Report): string {
  const {
    verdict,
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
    ...findings.flatMap(findingLines),
    ...(baseline?.known ?? []).map(
      ({ invariant, status, resource, location, message }) =>
        `known (${status}) ${invariant}: ${message} at ${resource} (${place(location)})`,
    ),
    ...exceptions.map(
      (exception) =>
        `exception (${exception.state}) ${exception.id}: ${exception.resource}${writtenText(exception)} until ${endOf(exception)}: ${exception.reason}`,
    ),
    ...allowances.map(({ name, reason, to }) => `allowance ${name}: ${to}: ${reason}`),
    ...alike(assumptions).flatMap(assumptionLines),
    ...notReadText(notRead).map((line) => `not read: ${line}`),
    ...goneLines(baseline),
    ...warnings.map((warning) => `warning: ${warning}`),
    `${verdict}: ${verdictText(report)} (${judgedText(judged)})`,
  ];
  return lines.map((line) => `${visible(line)}\n`).join("");
}

/** `every invariant holds, with 1 exception`, `nothing to judge`, `2 findings`, `no new finding, 3 known` */
export function verdictText(report: Report): string {
  const { verdict, findings, baseline } = report;
  const known = baseline?.known.length ? `, ${baseline.known.length} known` : "";
  if (verdict === "fail") return `${count(findings.length, baseline ? "new finding" : "finding")}${known}`;
  if (report.empty) return "nothing to judge";
  return known === ""
    ? `every invariant holds${exceptedText(report)}`
    : `no new finding${known}${exceptedText(report)}`;
}

/** ` (main.tf:7)`, where an exception is a comment of the input. */
export const writtenText = ({ location }: { readonly location?: Location | undefined }): string =>
  location ? ` (${place(location)})` : "";

/** What a baseline knows and is no more, each in a line, and what to do about it. */
export function goneLines(baseline: Report["baseline"]): string[] {
  if (!baseline || baseline.gone.length === 0) return [];
  const { file, gone } = baseline;
  const which = gone.length === 1 ? "1 known finding is gone" : `${gone.length} known findings are gone`;
  return [
    ...gone.map(
      ({ invariant, status, resource, message, location }) =>
        `gone (${status}) ${invariant}: ${message} at ${resource} (${place(location)})`,
    ),
    `baseline: ${which}: write ${file} again with --write-baseline, or what they say is known when it comes back`,
  ];
}

/**
 * `, with 1 exception and 2 assumptions`: nothing holds in silence that holds but for an exception, or by what others
 * run. An assumption of several deployments is one for each.
 */
export function exceptedText({ exceptions, assumptions = [] }: Departures): string {
  const used = exceptions.filter(({ state }) => state === "used").length;
  const departures = [
    ...(used === 0 ? [] : [count(used, "exception")]),
    ...(assumptions.length === 0 ? [] : [count(assumptions.length, "assumption")]),
  ];
  return departures.length === 0 ? "" : `, with ${departures.join(" and ")}`;
}

/** What is looked at to say how a verdict holds. */
interface Departures {
  readonly exceptions: readonly { readonly state: string }[];
  readonly assumptions?: readonly unknown[] | undefined;
}

/** An assumption, and the names of the deployments that make it. */
export type SharedAssumption = Omit<ReportedAssumption, "deployment"> & { readonly deployments: readonly string[] };

/** As many as a person reads. Of more, one of each kind stands for all; the page and JSON have every one. */
const MOST_ASSUMPTIONS = 60;

/** Assumptions that deployments make word for word alike, each once, in the order in which they first come. */
export function alike(assumptions: readonly ReportedAssumption[]): SharedAssumption[] {
  const byText = shared(assumptions, (assumption) => JSON.stringify({ ...assumption, deployment: "" }));
  return byText.length <= MOST_ASSUMPTIONS ? byText : shared(assumptions, ({ id }) => id);
}

function shared(
  assumptions: readonly ReportedAssumption[],
  keyOf: (assumption: ReportedAssumption) => string,
): SharedAssumption[] {
  const found = new Map<string, { readonly first: ReportedAssumption; readonly deployments: string[] }>();
  for (const assumption of assumptions) {
    const key = keyOf(assumption);
    const known = found.get(key) ?? { first: assumption, deployments: [] };
    known.deployments.push(assumption.deployment);
    found.set(key, known);
  }
  return [...found.values()].map(({ first, deployments }) => ({ ...first, deployments }));
}

/** `acme-a, acme-b and 2 more` */
export function whoseText({ deployments }: SharedAssumption): string {
  const [first, second, ...others] = deployments;
  const named = [first, second].filter((name) => name !== undefined).join(", ");
  return others.length > 0 ? `${named} and ${others.length} more` : named;
}

/** `TCP 22 from 198.51.100.7 to aws_instance.web` */
export function packetText({ protocol, source, destination, port }: Counterexample): string {
  const name = /^\d+$/.test(protocol) ? `protocol ${protocol}` : protocol.toUpperCase();
  return `${name}${port === undefined ? "" : ` ${port}`} from ${source} to ${destination}`;
}

/** One line for each kind of what was not read and can't matter; of what may matter, findings tell. */
export function notReadText(notRead: readonly NotRead[]): string[] {
  const kinds = new Map<string, string[]>();
  for (const { path, what, matters } of notRead) {
    if (!matters) kinds.set(what, [...(kinds.get(what) ?? []), path]);
  }
  return [...kinds].map(([what, paths]) => `${paths.join(", ")}: ${what}`);
}

/** `12 rules at 1 endpoint judged` */
export function judgedText({ rules, endpoints }: Report["judged"]): string {
  return `${count(rules, "rule")} at ${count(endpoints, "endpoint")} judged`;
}

/** `1 finding`, `2 findings` */
export function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}

function assumptionLines(assumption: SharedAssumption): string[] {
  const { id, assumed, otherwise, check, field } = assumption;
  return [
    `assumption ${id} of ${whoseText(assumption)} (${field}): ${assumed}`,
    `  otherwise: ${otherwise}`,
    `  check: ${check}`,
  ];
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
