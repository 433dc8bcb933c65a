/** The application that `cdktf` runs: deployments in, one or two stacks each out, and a verdict on what was written. */
import "./telemetry-off";
import "./source-maps";
import { ConfigError, loadDeployments } from "./config/loader";
import { deploymentPaths } from "./config/paths";
import { fill, inTurn } from "./output-folder";
import { renderText } from "./report/text";
import { synthesizeAll } from "./synthesis";
import { InputError } from "./verification/input-error";
import type { Report } from "./verification/verify";

async function main(): Promise<void> {
  // As CDKTF has it: its command line sets the variable.
  const outdir = process.env["CDKTF_OUTDIR"] ?? "cdktf.out";
  const isForced = process.argv.includes("--force");
  const report = await inTurn(outdir, () => fill(outdir, () => synthesize(outdir), isForced));
  if (report.verdict === "pass") {
    console.log(renderText(report));
    return;
  }
  console.error(renderText(report));
  process.exitCode = 1;
}

function synthesize(outdir: string): Promise<Report> {
  const deployments = loadDeployments(deploymentPaths()).map(({ deployment }) => deployment);
  return synthesizeAll(deployments, outdir);
}

main().catch((error: unknown) => {
  if (!(error instanceof ConfigError || error instanceof InputError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
});
