/** The stacks of a deployment as they would be synthesized, read back. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Deployment } from "../config/deployment";
import type * as Framework from "../framework";
import type * as DataPlanes from "../stacks/data-planes";
import { loaded } from "../verification/load";
import type { Resource } from "../verification/model";
import { stackResources } from "../verification/readers/cdktf-output";
import { JsonText } from "../verification/readers/json-locations";

/* eslint-disable @typescript-eslint/no-require-imports -- the framework takes long to load, and may not be there */
const framework = () => require("../framework") as typeof Framework;
const dataPlanes = () => require("../stacks/data-planes") as typeof DataPlanes;
/* eslint-enable @typescript-eslint/no-require-imports */

/** Resources of its stacks; each is located where a synth writes it. */
export function writtenStacks(deployment: Deployment): Resource[] {
  const outdir = mkdtempSync(join(tmpdir(), "dataplane-"));
  try {
    const app = new (framework().App)({ outdir });
    dataPlanes().addDataPlane(app, deployment);
    app.synth();
    const stacks = Object.values(app.manifest.stacks).map(({ name, synthesizedStackPath: path }) => ({
      name,
      document: new JsonText(join("cdktf.out", path), readFileSync(join(outdir, path), "utf8")),
    }));
    return loaded(stackResources(stacks));
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}
