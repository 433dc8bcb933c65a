/** What the cloud has that a deployment's stacks do not say, as the plan of a stack tells it, whoever made it so. */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run as dataplane } from "../cli/index";
import { visible } from "../report/lines";
import { packetText } from "../report/text";
import type { Report } from "../verification/verify";
import { changesIn, type ResourceChange, type ShownPlan } from "./shown-plan";

/** What was found, a sentence each. */
export interface Drift {
  /** Terraform would change something, or what stands breaks an invariant. */
  readonly isDrift: boolean;
  readonly lines: readonly string[];
}

/**
 * Judges what stands, by what its deployment allows. A plan's changes tell only of what the stack writes: a rule that
 * somebody added to a group whose rules are resources of their own is in the state that the plan starts from, and
 * nowhere else.
 *
 * @param output folder of the synthesized stacks
 * @param shown what `terraform show -json` prints of a plan of the stack that was made with a refresh
 */
export async function driftIn(stack: string, output: string, shown: ShownPlan): Promise<Drift> {
  const changes = changesIn(shown).map(({ text }) => text);
  const drift = [
    ...(changes.length > 0 ? [`drift: ${changes.join(", ")}`] : []),
    ...(await whatStandsBreaks(stack, output, shown)),
  ];
  const isDrift = drift.length > 0;
  return { isDrift, lines: [...(isDrift ? drift : ["no drift"]), ...changedOutside(shown)] };
}

/** What the stack as it stands breaks: an invariant, where and by which packet. */
async function whatStandsBreaks(stack: string, output: string, { prior_state: state }: ShownPlan): Promise<string[]> {
  // Before the first apply there is none.
  if (state?.values === undefined) return [];
  const file = join(output, "stacks", stack, "state.json");
  try {
    writeFileSync(file, JSON.stringify(state), { mode: 0o600 });
    const plan = `${stack}=${file}`;
    const { exitCode, stdout, stderr } = await dataplane(["verify", output, "--plan", plan, "--format", "json"]);
    if (exitCode === 0) return [];
    if (exitCode !== 1) return [`drift: what stands can't be judged: ${visible(stderr.trim())}`];
    const { findings } = JSON.parse(stdout) as Report;
    return findings.map(({ invariant, status, resource, message, counterexample }) => {
      const packet = counterexample ? ` (${packetText(counterexample)})` : "";
      return visible(`drift: what stands: ${status}: ${invariant}: \`${resource}\`: ${message}${packet}`);
    });
  } finally {
    // A state holds what is sensitive in clear.
    rmSync(file, { force: true });
  }
}

/** What is other than when Terraform last wrote it, by resource and argument: other resources' work often, not always. */
function changedOutside({ resource_drift: drift = [] }: ShownPlan): string[] {
  return drift.flatMap(({ address, change }) => {
    const names = differing(change);
    return names.length > 0 ? [visible(`changed outside of Terraform: \`${address}\` (${names.join(", ")})`)] : [];
  });
}

function differing({ before, after }: ResourceChange["change"]): string[] {
  if (before && !after) return ["gone"];
  const [was, is] = [before ?? {}, after ?? {}];
  return Object.keys({ ...was, ...is })
    .filter((name) => JSON.stringify(was[name]) !== JSON.stringify(is[name]))
    .sort();
}
