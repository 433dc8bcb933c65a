import type { Report } from "../verification/verify";
import type { FlowsSection, RunningSection, SystemPage, Page } from "./html/model";
import { code, plain, renderMarkdown, row } from "./markdown";

/** The report as GitHub-flavoured Markdown, and of each system what a reviewer asks beside its findings. */
export function renderPageMarkdown(report: Report, { systems }: Page): string {
  const lines = systems.flatMap(systemLines);
  return `${renderMarkdown(report)}${lines.map((line) => `${line}\n`).join("")}`;
}

function systemLines({ name, invariants, controls, running, flows }: SystemPage): string[] {
  return [
    ...["", `## ${plain(name)}`],
    ...table("Invariants", ["Invariant", "Holds where", "Paragraph of the document", "Result"], invariants, (one) => [
      ...[code(one.id), plain(one.title), plain(one.paragraph), one.state],
    ]),
    ...table("Controls", ["Control", "Asks for", "Evidence", "Not covered", "Source", "Result"], controls, (one) => [
      ...[`${plain(one.id)}<br>${plain(one.framework)}`, plain(one.title), one.invariants.map(code).join(" ")],
      ...[plain(one.notCovered), plain(one.source), one.state],
    ]),
    ...(running ? runningLines(running) : []),
    ...(flows ? flowsLines(flows) : []),
  ];
}

function runningLines(running: RunningSection): string[] {
  const { verdict, at, invariants, findings, notTold, compared, unmanaged, opened, closed, notes } = running;
  return [
    ...["", `### Running account: ${verdict}`, "", `As it was read at ${at}.`],
    ...notes.flatMap((note) => ["", `${plain(note)}.`]),
    ...list("Not told, and so unknown", notTold),
    ...(compared
      ? [
          ...list("In no state of Terraform's", unmanaged, "nothing"),
          ...list("Opened against what Terraform left", opened, "nothing"),
          ...list("Closed against what Terraform left", closed, "nothing"),
        ]
      : ["", "Not compared: no state of Terraform's was given."]),
    ...table("Findings", ["Invariant", "Status", "Where", "What", "Packet", "Remedy"], findings, (one) => [
      ...[code(one.invariant), one.status, `${code(one.resource)}<br>${plain(one.place)}`],
      ...[plain(one.message), plain(one.packet), plain(one.remedy)],
    ]),
    ...table("Invariants as it runs", ["Invariant", "Result"], invariants, ({ id, state }) => [code(id), state]),
  ];
}

function flowsLines({ verdict, coverage, questions }: FlowsSection): string[] {
  return [
    ...["", `### Flows: ${verdict}`, "", `${plain(coverage)}.`],
    ...table("Questions", ["Question", "Verdict", "Holds where", "Numbers"], questions, (one) => [
      ...[code(one.id), one.verdict, plain(one.holds)],
      [...(one.reason === "" ? [] : [one.reason]), ...one.totals.map(({ text }) => text)].map(plain).join("<br>"),
    ]),
    ...questions.flatMap(({ id, flows }) =>
      list(
        id,
        flows.map(({ standing, text }) => `${standing}: ${text}`),
      ),
    ),
  ];
}

/** A heading with a table; nothing without rows. */
function table<T>(
  title: string,
  columns: readonly string[],
  rows: readonly T[],
  cellsOf: (one: T) => string[],
): string[] {
  if (rows.length === 0) return [];
  return [
    "",
    `#### ${title}`,
    "",
    row(columns),
    row(columns.map(() => "---")),
    ...rows.map((one) => row(cellsOf(one))),
  ];
}

/** A heading with a list, or what is said of an empty one; nothing where that is nothing. */
function list(title: string, texts: readonly string[], empty?: string): string[] {
  if (texts.length === 0) return empty === undefined ? [] : ["", `${title}: ${empty}.`];
  return ["", `${title}:`, "", ...texts.map((text) => `- ${plain(text)}`)];
}
