/** The life of a run as a page of documentation, made from the proof of one deployment a cloud. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CLOUDS, type Cloud } from "../config/deployment";
import { parseDeployment } from "../config/loader";
import { App } from "../framework";
import { documentPaths, furtherPaths, type Path } from "../report/html/paths";
import { runOf } from "../report/html/run";
import { addDataPlane } from "../stacks/data-planes";
import { judgeEach, loadJudged } from "../verification/verify";
import { code, table } from "./markdown";

const EXAMPLES = join(__dirname, "../deployments/examples");
/** The example whose paths the page tells of: the shortest, with every default. */
const EXAMPLE = "us-east-2";
const NAMES: Readonly<Record<Cloud, string>> = { aws: "AWS", google: "Google Cloud", azure: "Azure" };

/** A section for each stage, with each path's rules on each cloud. */
export async function runPage(): Promise<string> {
  const paths = new Map<Cloud, readonly Path[]>();
  for (const cloud of CLOUDS) paths.set(cloud, await provedPaths(cloud));
  const sections = runOf([...paths.values()].flat()).map(({ title, what, hops }, i) => {
    const rows = hops.map(({ path: name, from }) => {
      const onClouds = CLOUDS.map((cloud) => paths.get(cloud)?.find(({ path }) => path === name));
      const [some] = onClouds.filter((path) => path !== undefined);
      const workloads = from.filter((one) => !isOfCloud(one));
      return [name, workloads.map(code).join(", ") || "nodes", some?.protocol ?? "", ...onClouds.map(proof)];
    });
    const head = ["Path", "Opened by", "Protocol and port", ...CLOUDS.map((cloud) => NAMES[cloud])];
    return `### ${i + 1}. ${title}\n\n${what}\n\n${table(head, rows)}`;
  });
  return sections.join("\n\n");
}

/** Nodes and APIs have a cloud's own names, which would be three for one thing. */
const isOfCloud = (name: string) => /^(aws|google|azurerm)_/.test(name);

/** What proves a path on one cloud: how it is judged, and the first of its rules. */
function proof(path: Path | undefined): string {
  if (!path) return "none";
  const [first, ...others] = path.rules;
  if (!first) return path.state;
  const more = others.length > 0 ? ` and ${others.length} more` : "";
  return `${path.state} by ${code(first.resource)}${more}`;
}

async function provedPaths(cloud: Cloud): Promise<readonly Path[]> {
  const file = join(EXAMPLES, `${cloud}-${EXAMPLE}.yaml`);
  const outdir = mkdtempSync(join(tmpdir(), "run-"));
  try {
    const app = new App({ outdir });
    addDataPlane(app, parseDeployment(readFileSync(file, "utf8"), file).deployment);
    app.synth();
    const { judgements } = judgeEach(await loadJudged([outdir]));
    return judgements.flatMap((judgement) =>
      judgement.deployment ? [...documentPaths(judgement, judgement.deployment), ...furtherPaths(judgement)] : [],
    );
  } finally {
    rmSync(outdir, { recursive: true });
  }
}
