/** One deployment: its stacks written, unless those that are there are of the same inputs, and judged. */
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Deployment } from "../config/deployment";
import { stacksOf } from "../config/names";
import { App, forgetTokens } from "../framework";
import { laidAside } from "../output-folder";
import { addDataPlane } from "../stacks/data-planes";
import { writeProviderLocks } from "../stacks/provider-lock";
import { verifyPaths, type Report } from "../verification/verify";
import { digestOf, inputsOf } from "./inputs";

/** What the manifest of an output folder says of stacks, by their names. */
export type Stacks = App["manifest"]["stacks"];

export interface Synthesis {
  /** The deployment's. */
  readonly name: string;
  readonly stacks: Stacks;
  readonly report: Report;
}

/** File beside a stack that says of what it was made. */
export const STAMP = ".synthesized.json";

interface Stamp {
  /** Digest of the deployment and of all that makes stacks. */
  readonly inputs: string;
  /** Digest of the stack as it was written. */
  readonly output: string;
  /** What the manifest says of it. */
  readonly stack: Stacks[string];
}

/**
 * Writes the stacks of a deployment into a folder and judges them. Nothing of it depends on what other deployments are
 * there, so each has an App of its own, which is gone when it is written.
 */
async function synthesize(deployment: Deployment, outdir: string): Promise<Synthesis> {
  const inputs = inputsOf(deployment);
  const stacks = unchanged(deployment, outdir, inputs) ?? written(deployment, outdir, inputs);
  const files = Object.values(stacks).map(({ synthesizedStackPath }) => synthesizedStackPath);
  writeProviderLocks(outdir, files);
  return {
    name: deployment.name,
    stacks,
    report: await verifyPaths(files.map((file) => join(relative("", outdir), file))),
  };
}

/** One after the other. */
export async function synthesizeEach(deployments: readonly Deployment[], outdir: string): Promise<Synthesis[]> {
  const done: Synthesis[] = [];
  for (const deployment of deployments) done.push(await synthesize(deployment, outdir));
  return done;
}

/** Takes back what was laid aside, if it is all that the inputs make, and as it was written. */
function unchanged(deployment: Deployment, outdir: string, inputs: string): Stacks | undefined {
  const stamps = stacksOf(deployment).map((name) => {
    const stamp = readStamp(join(outdir, "stacks", name, STAMP));
    if (stamp?.inputs !== inputs) return undefined;
    const aside = laidAside(join(outdir, stamp.stack.synthesizedStackPath));
    return existsSync(aside) && digestOf(readFileSync(aside)) === stamp.output ? { aside, ...stamp } : undefined;
  });
  const kept = stamps.flatMap((stamp) => stamp ?? []);
  if (kept.length < stamps.length) return undefined;
  for (const { aside, stack } of kept) renameSync(aside, join(outdir, stack.synthesizedStackPath));
  return Object.fromEntries(kept.map(({ stack }) => [stack.name, stack]));
}

function readStamp(file: string): Stamp | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Stamp;
  } catch {
    // There is none, or none that can be read: the stack is made anew, and a stamp with it.
    return undefined;
  }
}

function written(deployment: Deployment, outdir: string, inputs: string): Stacks {
  const app = new App({ outdir });
  addDataPlane(app, deployment);
  app.synth();
  forgetTokens();
  const { stacks } = app.manifest;
  for (const stack of Object.values(stacks)) {
    const output = digestOf(readFileSync(join(outdir, stack.synthesizedStackPath)));
    const stamp: Stamp = { inputs, output, stack };
    writeFileSync(join(outdir, stack.workingDirectory, STAMP), JSON.stringify(stamp));
  }
  return stacks;
}
