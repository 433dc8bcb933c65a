/**
 * The tour for a newcomer: synthesizes an example for each cloud and control-plane region, deploys one to a stand-in for AWS
 * where the tools are on the machine, shows the document's outbound-only checks with their results, and runs the workloads
 * on a real Kubernetes control plane where that was built.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { run } from "../cli/index";
import { loadDeployments } from "../config/loader";
import { manifestsOf } from "../cli/workload-manifests/index";
import type { Deployment } from "../config/deployment";
import { stacksOf } from "../config/names";
import { checkOutboundOnly } from "./stand-in/checks";
import { cloudOutputsOf } from "./stand-in/cloud-outputs";
import { Cluster, STAND_IN_SECRET } from "./stand-in/kubernetes/cluster";
import { ControlPlane } from "./stand-in/kubernetes/control-plane";
import { hasPrograms, missingPrograms } from "./stand-in/kubernetes/programs";
import { StandIn } from "./stand-in/stand-in";
import { missingTools } from "./stand-in/tools";
import { placeOf } from "./stand-in/kubernetes/api";

const ROOT = join(__dirname, "..");
const EXAMPLES = join(ROOT, "deployments/examples");
const WORK = join(ROOT, ".dataplane/quickstart");
const OUTPUT = join(WORK, "cdktf.out");
const REPORT = join(WORK, "report.html");
/** The example that is deployed: the smallest. */
const DEPLOYED = "acme-us-east-2";

async function main(): Promise<void> {
  const deployments = loadDeployments([EXAMPLES]);
  step(`Synthesizing and verifying ${deployments.length} examples, one for each cloud and control-plane region`);
  rmSync(WORK, { recursive: true, force: true });
  mkdirSync(WORK, { recursive: true });
  execFileSync(process.execPath, ["--import", "tsx", "main.ts"], {
    cwd: ROOT,
    stdio: "inherit",
    env: { ...process.env, DATAPLANE_DEPLOYMENTS: EXAMPLES, CDKTF_OUTDIR: OUTPUT },
  });
  for (const { deployment, file } of deployments) {
    const made = stacksOf(deployment)
      .map((stack) => `${stack} (${resourceCount(stack)} resources)`)
      .join(", ");
    console.log(`  ${deployment.region.padEnd(13)} ${relative(ROOT, file).padEnd(40)} ${made}`);
  }
  console.log(`  Terraform for each stack: ${relative(ROOT, OUTPUT)}/stacks`);

  const missing = missingTools();
  if (missing.length > 0) step(`Not deployed: the stand-in for AWS wants ${missing.join("; ")}`);
  else await deployToStandIn();
  const example = deployments.find(({ deployment }) => deployment.name === DEPLOYED);
  if (!hasPrograms()) step(`Workloads not run: ${missingPrograms() ?? "'npm run kubernetes' builds what runs them"}`);
  else if (example) await runWorkloads(example.deployment);
  await writeReport();
}

/** One page of the examples, as `npx dataplane report` makes it. */
async function writeReport(): Promise<void> {
  const { exitCode, stderr } = await run(["report", OUTPUT, "--output", REPORT]);
  if (exitCode !== 0) throw new Error(stderr || "the report of the examples does not hold");
  step(`The report of the examples, to open in a browser: ${relative(ROOT, REPORT)}`);
}

async function deployToStandIn(): Promise<void> {
  const started = Date.now();
  step(`Deploying ${DEPLOYED} to a stand-in for AWS on this machine (about two minutes)`);
  const standIn = await StandIn.start(join(WORK, "stand-in"));
  const progress = setInterval(() => console.log(`  ... ${Math.round((Date.now() - started) / 1000)} s`), 15_000);
  try {
    const deployment = standIn.addDeployment(join(EXAMPLES, "aws-us-east-2.yaml"), DEPLOYED);
    const output = await standIn.cdktf("deploy", DEPLOYED);
    console.log(
      `  ${/Apply complete![^\n]*/.exec(output)?.[0] ?? "Deployed."} (${Math.round((Date.now() - started) / 1000)} s)`,
    );
    step("The document's outbound-only checks, against what was deployed");
    const checks = await checkOutboundOnly(standIn, deployment);
    for (const { title, command, passed, detail } of checks) {
      console.log(`  ${passed ? "PASS" : "FAIL"}  ${title}: ${detail}\n        ${command}`);
    }
    const failed = checks.filter(({ passed }) => !passed).length;
    step(`${checks.length - failed} checks passed, ${failed} failed`);
    if (failed > 0) process.exitCode = 1;
  } finally {
    clearInterval(progress);
    await standIn.stop();
  }
}

/** The workloads of the example on a real Kubernetes, whose nodes only say that they run what is scheduled on them. */
async function runWorkloads(deployment: Deployment): Promise<void> {
  step(`Running the workloads of ${deployment.name} on a real Kubernetes control plane on this machine`);
  const plane = await ControlPlane.start(join(WORK, "kubernetes"));
  try {
    const cluster = new Cluster(plane.api, deployment);
    await cluster.addFewestNodes();
    await cluster.apply(manifestsOf(deployment, cloudOutputsOf(deployment)), STAND_IN_SECRET);
    for (const pod of await cluster.runningPods()) {
      console.log(`  ${pod.status.phase}  ${placeOf(pod)} on ${pod.spec.nodeName ?? "no node"}`);
    }
  } finally {
    await plane.stop();
  }
}

function step(text: string): void {
  console.log(`\n${text}`);
}

function resourceCount(stack: string): number {
  const { resource } = JSON.parse(readFileSync(join(OUTPUT, "stacks", stack, "cdk.tf.json"), "utf8")) as {
    resource: Record<string, object>;
  };
  return Object.values(resource).reduce((sum, ofType) => sum + Object.keys(ofType).length, 0);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
