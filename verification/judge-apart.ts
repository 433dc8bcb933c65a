/** Judges the deployments of an output folder one after the other, so that one at a time is in memory. */
import { deploymentOfStack } from "../config/names";
import { combined } from "./combined-report";
import { loadPart, partsIn } from "./load";
import type { StackFile } from "./readers/cdktf-output";
import { judgeEach, reportOf, type Judgements, type Report } from "./verify";
import { withWarnings } from "./warnings";

/** A deployment of a `cdktf.out` folder: by what its stacks are called. */
export interface Part {
  readonly name: string;
  readonly stacks: readonly StackFile[];
}

/**
 * The deployments of a `cdktf.out` folder that can be judged apart; undefined where `paths` are anything else.
 *
 * @throws InputError if a path can't be used
 */
export async function deploymentsApart(paths: readonly string[]): Promise<readonly Part[] | undefined> {
  const [path, ...others] = paths;
  if (path === undefined || others.length > 0) return undefined;
  const parts = await partsIn(path, deploymentOfStack);
  return parts && Array.from(parts, ([name, stacks]) => ({ name, stacks }));
}

/**
 * What is to be said of these deployments of a `cdktf.out` folder, each by its own stacks alone: nothing of a verdict
 * rests on another deployment. `see` gets what became of each.
 *
 * @returns undefined where the folder holds anything beside, all of which is judged together; what was seen then counts
 * for nothing
 * @throws InputError if a file can't be used
 */
export async function judgeApart(
  path: string,
  parts: readonly Part[],
  see: (judged: Judgements) => void = () => undefined,
  today?: string,
): Promise<Report | undefined> {
  const reports: Report[] = [];
  for (const { name, stacks } of parts) {
    const resources = await loadPart(path, stacks);
    const judged = judgeEach(resources, { today });
    const [judgement, ...further] = judged.judgements;
    if (judgement?.deployment?.name !== name || further.length > 0 || judged.broken.length > 0) return undefined;
    reports.push(withWarnings(reportOf(judged), resources));
    see(judged);
  }
  return combined(reports);
}
