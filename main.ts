/** The application that `cdktf` runs: deployments in, one or two stacks each out, and a verdict on what was written. */
import "./telemetry-off";
import "./source-maps";
import { relative } from "node:path";
import { ageWarning } from "./config/cloudflare-ips";
import { ConfigError, loadDeployments } from "./config/loader";
import { deploymentPaths } from "./config/paths";
import { App } from "./framework";
import { begin, finish, inTurn, mark } from "./output-folder";
import { renderText } from "./report/text";
import { addDataPlane } from "./stacks/data-planes";
import { writeProviderLocks } from "./stacks/provider-lock";
import { InputError } from "./verification/input-error";
import { verifyPaths } from "./verification/verify";

async function main(): Promise<void> {
  // As CDKTF has it: its command line sets the variable.
  const outdir = process.env["CDKTF_OUTDIR"] ?? "cdktf.out";
  await inTurn(outdir, async () => {
    begin(outdir);
    try {
      await synthesize(outdir);
    } catch (error) {
      begin(outdir);
      mark(outdir, error instanceof Error ? error.message : String(error));
      throw error;
    }
  });
}

async function synthesize(outdir: string): Promise<void> {
  const deployments = loadDeployments(deploymentPaths());
  const app = new App({ outdir });
  for (const { deployment } of deployments) addDataPlane(app, deployment);
  app.synth();
  writeProviderLocks(
    outdir,
    Object.values(app.manifest.stacks).map(({ synthesizedStackPath }) => synthesizedStackPath),
  );
  finish(outdir);
  const old = ageWarning();
  const report = { ...(await verifyPaths([relative("", outdir)])), ...(old !== undefined && { warnings: [old] }) };
  if (report.verdict === "pass") {
    console.log(renderText(report));
    return;
  }
  console.error(renderText(report));
  process.exitCode = 1;
}

main().catch((error: unknown) => {
  if (!(error instanceof ConfigError || error instanceof InputError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
});
