import type { DeploymentDiff, Diff } from "../verification/diff/model";
import { invariants } from "../verification/invariants";
import { linesOf, SECTIONS, type Line, type Section } from "./diff-lines";
import { resultOf, sarifLocation, sarifLog } from "./sarif";

/** How grave a code host shows a change to be. */
const LEVELS: Readonly<Record<Exclude<Section, "violated" | "resources">, "error" | "warning" | "note">> = {
  refused: "error",
  fields: "note",
  destroyed: "warning",
  opened: "error",
  granted: "error",
  exceptions: "warning",
  closed: "note",
  revoked: "note",
  fixed: "note",
};

/** The diff as SARIF 2.1.0: a result for each change but those of resources that lose nothing. */
export function renderDiffSarif(diff: Diff): string {
  const rules = [
    ...Object.keys(LEVELS).map((id) => ({ id: `diff-${id}`, shortDescription: { text: SECTIONS[id as Section] } })),
    ...invariants.map(({ id, title }) => ({ id, shortDescription: { text: title } })),
  ];
  const { verdict, problems, deployments } = diff;
  return sarifLog(rules, deployments.flatMap(resultsOf), { verdict, problems });
}

function resultsOf(deployment: DeploymentDiff): object[] {
  const fresh = deployment.findings.filter(({ change }) => change === "new").map(({ finding }) => resultOf(finding));
  const others = linesOf(deployment).flatMap((line) => {
    const { section } = line;
    return section === "violated" || section === "resources" ? [] : [changeResult(line, section, deployment.name)];
  });
  return [...fresh, ...others];
}

function changeResult({ text, resource, location }: Line, section: keyof typeof LEVELS, deployment: string): object {
  return {
    ruleId: `diff-${section}`,
    level: LEVELS[section],
    message: { text: `${deployment}: ${text}.` },
    locations: location ? [sarifLocation(resource, location)] : [],
    properties: { deployment, resource },
  };
}
