/** The application that `cdktf` runs: deployments in, one or two stacks each out, and a verdict on what was written. */
import "./telemetry-off";
import "./source-maps";
import { ConfigError, loadDeployments } from "./config/loader";
import { deploymentPaths } from "./config/paths";
import { begin, finish, inTurn, mark } from "./output-folder";
import { renderText } from "./report/text";
import { synthesizeAll } from "./synthesis";
import { InputError } from "./verification/input-error";

async function main(): Promise<void> {
  // As CDKTF has it: its command line sets the variable.
  const outdir = process.env["CDKTF_OUTDIR"] ?? "cdktf.out";
  await inTurn(outdir, async () => {
    begin(outdir, process.argv.includes("--force"));
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
  const report = await synthesizeAll(
    deployments.map(({ deployment }) => deployment),
    outdir,
  );
  finish(outdir);
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
