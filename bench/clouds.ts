/** Measures deployments on three clouds beside as many on AWS alone. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { writeDeployments } from "./inputs";
import { measure } from "./measure";
import { cloudVerdicts, together, type Verdict } from "./results";

/** Deployments of each cloud; as many as three customers of each. */
const EACH = 3;
const ROUNDS = 3;

/** @param examples one deployment of each cloud, AWS's first; @param scratch a new folder */
export function benchClouds(root: string, examples: readonly string[], scratch: string): Verdict[] {
  const [aws = ""] = examples;
  const folders = {
    alone: join(scratch, "aws"),
    together: join(scratch, "clouds"),
  };
  for (const folder of Object.values(folders)) mkdirSync(folder, { recursive: true });
  writeDeployments(aws, folders.alone, EACH * examples.length);
  examples.forEach((example, index) => writeDeployments(example, folders.together, EACH, index * EACH));

  const run = (input: string) =>
    measure(["--import", "tsx", "main.ts"], root, { DATAPLANE_DEPLOYMENTS: input, CDKTF_OUTDIR: `${input}-out` });
  const rounds = Array.from({ length: ROUNDS }, () => ({
    alone: run(folders.alone),
    clouds: run(folders.together),
  }));
  const alone = together(rounds.map((round) => round.alone));
  const clouds = together(rounds.map((round) => round.clouds));
  const text = ({ seconds, megabytes }: typeof alone) => `${seconds.toFixed(2)} s, ${megabytes.toFixed(0)} MB`;
  console.log(
    `\n${EACH * examples.length} deployments: on AWS ${text(alone)}; on ${examples.length} clouds ${text(clouds)}`,
  );
  return cloudVerdicts(alone, clouds);
}
