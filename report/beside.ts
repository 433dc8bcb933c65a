/** What a report shows of a deployment beside what is written: what runs, and what passed. */
import { WORKLOADS_AS_WRITTEN, type Audited } from "../verification/audit";
import { place } from "../verification/crossings";
import type { Judgement, Judgements } from "../verification/verify";
import type { Answer, FlowsReport } from "../flows/judge";
import { STANDINGS } from "../flows/questions/question";
import { amountOf, coverageText, flowText, totalText } from "./flow-lines";
import type { FlowQuestion, FlowsSection, RunningSection, SystemPage } from "./html/model";
import { invariantRows } from "./invariant-rows";
import { count, packetText, writtenText } from "./text";

export type Beside = Pick<SystemPage, "running" | "flows">;

/** Whether what was given beside holds too; unknown is no pass. */
export const besideVerdict = ({ running, flows }: Beside): "pass" | "fail" =>
  (running?.verdict ?? "pass") === "pass" && (flows?.verdict ?? "pass") === "pass" ? "pass" : "fail";

/** What an account shows, `judgement` being of what runs. */
export function runningSection(
  { at, notTold, workloadsAsWritten, differences }: Audited,
  judgement: Judgement,
  { own, broken }: Pick<Judgements, "own" | "broken">,
): RunningSection {
  const findings = [...broken, ...judgement.findings];
  const { unmanaged = [], packets = [] } = differences ?? {};
  const textsOf = (change: "opened" | "closed") =>
    packets.filter((one) => one.change === change).map(({ text }) => text);
  return {
    verdict: findings.length === 0 ? "pass" : "fail",
    at,
    invariants: invariantRows(judgement, own, findings),
    findings: findings.map(({ invariant, status, resource, location, message, counterexample, remedy }) => ({
      ...{ invariant, status, resource, message, remedy, place: place(location) },
      packet: counterexample ? packetText(counterexample) : "",
    })),
    notTold,
    compared: differences !== undefined,
    unmanaged: unmanaged.map((one) => `${one.address}${writtenText(one)}`),
    opened: textsOf("opened"),
    closed: textsOf("closed"),
    notes: workloadsAsWritten ? [WORKLOADS_AS_WRITTEN] : [],
  };
}

/** What flow logs show. */
export function flowsSection({ coverage, answers }: FlowsReport): FlowsSection {
  const verdicts = answers.map(({ verdict }) => verdict);
  return {
    verdict: verdicts.includes("violated") ? "violated" : verdicts.includes("unknown") ? "unknown" : "pass",
    coverage: coverageText(coverage),
    questions: answers.map(questionOf),
  };
}

function questionOf({ question, verdict, reason = "", totals, rows }: Answer): FlowQuestion {
  const { id, holds, paragraph } = question;
  return {
    ...{ id, holds, paragraph, verdict, reason },
    totals: STANDINGS.flatMap((standing) => {
      const total = totals[standing];
      if (!total) return [];
      const { rows: flows, records, bytes } = total;
      return [{ standing, text: totalText(question, standing, total), flows, records, bytes }];
    }),
    flows: rows.map((row) => ({
      standing: row.standing,
      text: `${flowText(row)} (${amountOf(row)})`,
      records: row.records,
      bytes: row.bytes,
    })),
  };
}

/** `the running account holds`, `2 findings in the running account`; one for each that was given. */
export function besideTexts({ running, flows }: Beside): string[] {
  const unanswered = flows?.questions.filter(({ verdict }) => verdict !== "pass").length ?? 0;
  return [
    ...(running
      ? [
          running.findings.length === 0
            ? "so in the running account"
            : `${count(running.findings.length, "finding")} in the running account`,
        ]
      : []),
    ...(flows
      ? [
          unanswered === 0
            ? "every question of flows is answered well"
            : `${count(unanswered, "question")} of flows not answered well`,
        ]
      : []),
  ];
}
