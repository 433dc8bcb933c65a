import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Deployment } from "../../config/deployment";
import { App, Testing } from "../../framework";
import { addDataPlane } from "../../stacks/data-planes";
import { InfrastructureStack } from "../../stacks/infrastructure";
import { WorkloadsStack } from "../../stacks/workloads";
import type { Json } from "./constructs";

/** What an application writes: its manifest, and each stack by its path in the folder. */
export interface Written {
  readonly manifest: Json;
  readonly files: Record<string, Json>;
}

function application(deployments: readonly Deployment[]): Written {
  const outdir = mkdtempSync(join(tmpdir(), "synthesis-"));
  try {
    const app = new App({ outdir });
    for (const deployment of deployments) addDataPlane(app, deployment);
    app.synth();
    const read = (path: string): Json => JSON.parse(readFileSync(join(outdir, path), "utf8"));
    const manifest = read("manifest.json");
    const paths = Object.values(manifest.stacks).map((stack: Json): string => stack.synthesizedStackPath);
    return { manifest, files: Object.fromEntries(paths.map((path) => [path, read(path)])) };
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

/** Ways to synthesize, one object so that it can be loaded late. */
export const synthesis = {
  application,
  infrastructure: (deployment: Deployment): Json =>
    JSON.parse(Testing.synth(new InfrastructureStack(Testing.app(), deployment))),
  workloads: (deployment: Deployment): Json => JSON.parse(Testing.synth(new WorkloadsStack(Testing.app(), deployment))),
};
