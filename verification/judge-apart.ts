/** Judges the deployments of an output folder one after the other, so that one at a time is in memory. */
import { deploymentOfStack } from "../config/names";
import { combined } from "./combined-report";
import { loadParts } from "./load";
import { judgeEach, reportOf, type Judgements, type Report } from "./verify";
import { withWarnings } from "./warnings";

/**
 * What is to be said of all deployments of a `cdktf.out` folder, each by its own stacks alone: nothing of a verdict rests
 * on another deployment. `see` gets what became of each.
 *
 * @returns undefined where `paths` are anything else or hold anything beside, all of which is judged together; what was
 * seen then counts for nothing
 * @throws InputError if a path can't be used
 */
export async function judgeApart(
  paths: readonly string[],
  see: (judged: Judgements) => void = () => undefined,
  today?: string,
): Promise<Report | undefined> {
  const [path, ...others] = paths;
  if (path === undefined || others.length > 0) return undefined;
  const reports: Report[] = [];
  for await (const [part, resources] of loadParts(path, deploymentOfStack)) {
    const judged = judgeEach(resources, { today });
    const [judgement, ...further] = judged.judgements;
    if (judgement?.deployment?.name !== part || further.length > 0 || judged.broken.length > 0) return undefined;
    reports.push(withWarnings(reportOf(judged), resources));
    see(judged);
  }
  return reports.length > 0 ? combined(reports) : undefined;
}
