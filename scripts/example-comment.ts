import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import type { Tree } from "../cli/git-trees";
import type { Deployment } from "../config/deployment";
import { parseDeployment } from "../config/loader";
import { App } from "../framework";
import { addDataPlane } from "../stacks/data-planes";
import { bodiesOf, commentOf, judge } from "./pull-request";

const EXAMPLES = join(__dirname, "../deployments/examples");

/** What the documentation's change sets in two deployments, field by field. */
const CHANGE = { egress: { controlPlaneCidrs: ["198.51.100.0/24"] }, tunnel: { protocol: "http2" } };

type Fields = Readonly<Record<string, object>>;

/** The comment on a change of two examples: a further block of the control plane's, and no tunnel over UDP any more. */
export async function exampleComment(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "example-"));
  try {
    const before = synthesized(join(folder, "base"), "8a3b9e7:cdktf.out", {});
    const after = synthesized(join(folder, "head"), "cdktf.out", CHANGE);
    const { diff, report } = await judge(before, after);
    // How old Cloudflare's list is depends on the day.
    return commentOf(bodiesOf({ diff, report: { ...report, warnings: [] } }), "0f4c2d1 against 8a3b9e7").trimEnd();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function synthesized(outdir: string, title: string, change: Fields): Tree {
  const app = new App({ outdir });
  for (const name of ["aws-us-east-2", "aws-us-west-2"]) addDataPlane(app, example(name, change));
  app.synth();
  return { state: "synthesized", folder: outdir, title };
}

function example(name: string, change: Fields): Deployment {
  const file = join(EXAMPLES, `${name}.yaml`);
  const fields = parse(readFileSync(file, "utf8")) as Fields;
  const changed = Object.entries(change).map(([field, value]) => [field, { ...fields[field], ...value }]);
  return parseDeployment(stringify({ ...fields, ...Object.fromEntries(changed) }), file).deployment;
}
