import type { FlowsReport } from "../../flows/judge";
import { code, plain, row } from "../../report/markdown";
import { amountOf, coverageText, flowText, totalsOf } from "../../report/flow-lines";

export function renderMarkdown({ deployment, coverage, answers }: FlowsReport): string {
  const lines = [
    `# Flows of ${code(deployment)}`,
    "",
    `${coverageText(coverage)}.`,
    "",
    row(["Question", "Verdict", "Holds where", "Document"]),
    row(["---", "---", "---", "---"]),
    ...answers.map(({ question, verdict }) =>
      row([code(question.id), verdict, plain(question.holds), plain(question.paragraph)]),
    ),
    ...answers.flatMap((answer) => [
      "",
      `## ${answer.question.id}: ${answer.verdict}`,
      "",
      ...(answer.reason === undefined ? [] : [`- ${plain(answer.reason)}`]),
      ...totalsOf(answer).map((total) => `- ${plain(total)}`),
      ...(answer.rows.length === 0
        ? []
        : [
            "",
            row(["Standing", "Flow", "Amount"]),
            row(["---", "---", "---"]),
            ...answer.rows.map((one) => row([one.standing, plain(flowText(one)), amountOf(one)])),
          ]),
    ]),
  ];
  return lines.map((line) => `${line}\n`).join("");
}
