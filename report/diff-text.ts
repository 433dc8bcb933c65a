import type { Diff } from "../verification/diff/model";
import { linesOf, SECTIONS, summary } from "./diff-lines";
import { visible } from "./lines";

/** The diff for a terminal: each deployment that changed with its sentences, then what could not be compared. */
export function renderDiffText(diff: Diff): string {
  const lines = diff.deployments.flatMap((deployment) => {
    const changes = linesOf(deployment);
    if (changes.length === 0 && deployment.state === "same") return [];
    const said = changes.map(({ section, text, rules }) => {
      const label = `${SECTIONS[section].toLowerCase()}: `;
      return `  ${label}${text}${rules === undefined ? "" : `; ${rules}`}`;
    });
    return [`${deployment.name} (${deployment.state}, ${deployment.verdict})`, ...said, ""];
  });
  const problems = diff.problems.map(({ side, message }) => `not compared (${side}): ${message}`);
  return [...lines, ...problems, summary(diff)].map((line) => `${visible(line)}\n`).join("");
}
