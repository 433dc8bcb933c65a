/** Measures many deployments: whether memory is that of few, and what one that is unchanged costs. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { writeDeployments } from "./inputs";
import { measure } from "./measure";
import { fleetVerdicts, type Verdict } from "./results";

/** Of each cloud. Both are enough for two processes. */
const FEW = 20;
const MANY = 60;

/** @param examples one deployment of each cloud; @param scratch a new folder */
export function benchFleet(root: string, examples: readonly string[], scratch: string): Verdict[] {
  const write = (name: string, each: number) => {
    const folder = join(scratch, name);
    mkdirSync(folder, { recursive: true });
    examples.forEach((example, index) => writeDeployments(example, folder, each, index * each));
    return folder;
  };
  const run = (input: string) =>
    measure(["--import", "tsx", "main.ts"], root, { DATAPLANE_DEPLOYMENTS: input, CDKTF_OUTDIR: `${input}-out` });
  const [few, many] = [write("few", FEW), write("many", MANY)];
  const fleet = { few: run(few), many: run(many), unchanged: run(many) };
  const count = examples.length * (MANY - FEW);
  const each = (fleet.many.seconds - fleet.few.seconds) / count;
  console.log(
    `\n${examples.length * MANY} deployments: ${fleet.many.seconds.toFixed(1)} s, ${fleet.many.megabytes.toFixed(0)} MB; ` +
      `each further one ${(each * 1000).toFixed(0)} ms; again, unchanged: ${fleet.unchanged.seconds.toFixed(1)} s`,
  );
  return fleetVerdicts(fleet);
}
