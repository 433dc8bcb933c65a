/**
 * `npm run lock`: writes `.terraform.lock.hcl`, the checksums of every provider that the stacks of the deployments (those
 * that DATAPLANE_DEPLOYMENTS names, or the examples) ask for, for every platform. Synth puts them beside each stack.
 * Exit code 1 if Terraform can't get one.
 */
import "../telemetry-off";
import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { PROVIDER_LOCK } from "../stacks/provider-lock";
import { exitCodeOf } from "./program";

const ROOT = join(__dirname, "..");
const EXAMPLES = join(ROOT, "deployments/examples");
const WORK = join(ROOT, ".dataplane/lock");

/** Where the stacks may be deployed from. */
const PLATFORMS = ["linux_amd64", "linux_arm64", "darwin_amd64", "darwin_arm64", "windows_amd64"];

interface Flags {
  readonly platforms: string;
  readonly mirror?: string;
}

/** What all stacks of a cdktf.out folder ask for, together. */
function requiredProviders(outdir: string): Record<string, unknown> {
  const stacks = readdirSync(join(outdir, "stacks")).map((stack) => {
    const text = readFileSync(join(outdir, "stacks", stack, "cdk.tf.json"), "utf8");
    return (JSON.parse(text) as { terraform: { required_providers: object } }).terraform.required_providers;
  });
  return Object.assign({}, ...stacks) as Record<string, unknown>;
}

function lock({ platforms, mirror }: Flags): number {
  rmSync(WORK, { recursive: true, force: true });
  mkdirSync(WORK, { recursive: true });
  const outdir = join(WORK, "cdktf.out");
  execFileSync(process.execPath, ["--import", "tsx", "main.ts"], {
    cwd: ROOT,
    stdio: ["ignore", "ignore", "inherit"],
    env: { DATAPLANE_DEPLOYMENTS: EXAMPLES, ...process.env, CDKTF_OUTDIR: outdir },
  });
  const asked = requiredProviders(outdir);
  rmSync(outdir, { recursive: true });
  writeFileSync(join(WORK, "main.tf.json"), JSON.stringify({ terraform: { required_providers: asked } }));
  const args = [
    ...platforms.split(",").map((platform) => `-platform=${platform}`),
    ...(mirror === undefined ? [] : [`-fs-mirror=${mirror}`]),
  ];
  const { status } = spawnSync("terraform", [`-chdir=${WORK}`, "providers", "lock", ...args], { stdio: "inherit" });
  const written = join(WORK, ".terraform.lock.hcl");
  if (status !== 0 || !existsSync(written)) return 1;
  copyFileSync(written, PROVIDER_LOCK);
  console.log(
    `written: .terraform.lock.hcl, of ${Object.keys(asked).sort().join(", ")}; commit it, and synthesize again`,
  );
  return 0;
}

if (require.main === module) {
  void exitCodeOf(process.argv.slice(2), (ends) =>
    new Command("npm run lock --")
      .description("Write the checksums of all providers, for all platforms.")
      .option("--platforms <names>", "platforms to lock for, separated by commas", PLATFORMS.join(","))
      .option("--mirror <folder>", "ask this mirror (`terraform providers mirror`) instead of the registry")
      .action((flags: Flags) => {
        ends(lock(flags));
      }),
  ).then((code) => (process.exitCode = code));
}
