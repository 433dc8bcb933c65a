import type { FlowsReport } from "../../flows/judge";
import { visible } from "../../report/lines";
import { amountOf, coverageText, flowText, totalsOf } from "../../report/flow-lines";

export function renderText({ deployment, coverage, answers }: FlowsReport): string {
  const lines = [
    `${deployment}: ${coverageText(coverage)}`,
    ...answers.flatMap((answer) => {
      const { question, verdict, reason, rows } = answer;
      return [
        "",
        `${verdict}: ${question.id}: ${question.holds}`,
        ...(reason === undefined ? [] : [`  ${reason}`]),
        ...totalsOf(answer).map((total) => `  ${total}`),
        ...rows.map((row) => `    ${row.standing}: ${flowText(row)} (${amountOf(row)})`),
      ];
    }),
  ];
  return lines.map((line) => `${visible(line)}\n`).join("");
}
