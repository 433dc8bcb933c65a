/** All deployments: in this process where they are few, else in as many processes as the machine has use for. */
import { join } from "node:path";
import type { Deployment } from "../config/deployment";
import { App } from "../framework";
import { inProcesses, sharesOf } from "../shares";
import { combined } from "../verification/combined-report";
import type { Report } from "../verification/verify";
import type * as Each from "./deployment";
import type { Synthesis } from "./deployment";
import type { Share } from "./share";

/** So many take less than a second process takes to load. */
const FEW = 25;

/**
 * Writes the stacks of all deployments, and the manifest of them, into a folder.
 *
 * @returns what is to be said of all of them, by their names
 */
export async function synthesizeAll(deployments: readonly Deployment[], outdir: string): Promise<Report> {
  const done = await synthesized(deployments, outdir);
  const { manifest } = new App({ outdir });
  for (const { stacks } of done) Object.assign(manifest.stacks, stacks);
  manifest.writeToFile();
  const sorted = [...done].sort((one, other) => (one.name < other.name ? -1 : 1));
  return combined(sorted.map(({ report }) => report));
}

async function synthesized(deployments: readonly Deployment[], outdir: string): Promise<Synthesis[]> {
  // Those of one cloud side by side: a process loads few clouds' classes.
  const byCloud = [...deployments].sort((one, other) =>
    one.cloud < other.cloud ? -1 : one.cloud > other.cloud ? 1 : 0,
  );
  const shares = sharesOf(byCloud, FEW).map((share): Share => ({ deployments: share, outdir }));
  if (shares.length < 2) return each().synthesizeEach(deployments, outdir);
  const done: Synthesis[] = [];
  await inProcesses(shares, { file: join(__dirname, "share.ts") }, (share: Synthesis[]) => done.push(...share));
  return done;
}

/** Loaded by whoever does the work: this process alone, or the others. */
// eslint-disable-next-line @typescript-eslint/no-require-imports
const each = () => require("./deployment") as typeof Each;
