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

/** Sections of deployments, each with what is set in it. */
type Fields = Readonly<Record<string, object>>;

/** The comment on `change`, made in the examples of these names. */
export async function exampleComment(names: readonly string[], change: Fields): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "example-"));
  try {
    const before = synthesized(join(folder, "base"), "8a3b9e7:cdktf.out", names, {});
    const after = synthesized(join(folder, "head"), "cdktf.out", names, change);
    const { diff, report } = await judge(before, after);
    // How old Cloudflare's list is depends on the day.
    return commentOf(bodiesOf({ diff, report: { ...report, warnings: [] } }), "0f4c2d1 against 8a3b9e7").trimEnd();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function synthesized(outdir: string, title: string, names: readonly string[], change: Fields): Tree {
  const app = new App({ outdir });
  for (const name of names) addDataPlane(app, example(name, change));
  app.synth();
  return { state: "synthesized", folder: outdir, title };
}

function example(name: string, change: Fields): Deployment {
  const file = join(EXAMPLES, `${name}.yaml`);
  const fields = parse(readFileSync(file, "utf8")) as Fields;
  const changed = Object.entries(change).map(([field, value]) => [field, { ...fields[field], ...value }]);
  return parseDeployment(stringify({ ...fields, ...Object.fromEntries(changed) }), file).deployment;
}
