/** Judges the deployments of an output folder one after the other, so that one at a time is in memory. */
import { deploymentOfStack } from "../config/names";
import { combined } from "./combined-report";
import { loadPart, partsIn } from "./load";
import { judgeEach, reportOf, type Judgements, type Report } from "./verify";
import { withWarnings } from "./warnings";

/**
 * Names of the deployments of a `cdktf.out` folder that can be judged apart; undefined where `paths` are anything else.
 *
 * @throws InputError if a path can't be used
 */
export async function deploymentsApart(paths: readonly string[]): Promise<readonly string[] | undefined> {
  const [path, ...others] = paths;
  if (path === undefined || others.length > 0) return undefined;
  const parts = await partsIn(path, deploymentOfStack);
  return parts && [...parts.keys()];
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
  names: readonly string[],
  see: (judged: Judgements) => void = () => undefined,
  today?: string,
): Promise<Report | undefined> {
  const parts = await partsIn(path, deploymentOfStack);
  const reports: Report[] = [];
  for (const name of names) {
    const resources = await loadPart(path, parts?.get(name) ?? []);
    const judged = judgeEach(resources, { today });
    const [judgement, ...further] = judged.judgements;
    if (judgement?.deployment?.name !== name || further.length > 0 || judged.broken.length > 0) return undefined;
    reports.push(withWarnings(reportOf(judged), resources));
    see(judged);
  }
  return combined(reports);
}
