/**
 * `npm run validate`: Terraform's own `init` and `validate` of every stack of the deployments that
 * DATAPLANE_DEPLOYMENTS names, or of the examples, with the real providers where they are at hand: in a mirror (folder
 * TF_PLUGIN_DIR, or a usual place) or in Terraform's registry. A stack whose provider is not is not run, and said so.
 * Exit code 1 if Terraform refuses a stack, or none could be run.
 */
import "../telemetry-off";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { providerMirror } from "./stand-in/tools";

const ROOT = join(__dirname, "..");
const EXAMPLES = join(ROOT, "deployments/examples");
const WORK = join(ROOT, ".dataplane/validate");

/** A stack's result; `refused` with Terraform's words, `not run` with what is missing. */
export type Validation =
  | { readonly stack: string; readonly result: "valid" }
  | { readonly stack: string; readonly result: "refused" | "not run"; readonly reason: string };

/** A provider as a stack asks for it. */
interface Provider {
  /** `hashicorp/aws` */
  readonly source: string;
  readonly version: string;
}

/** Validates every stack of a cdktf.out folder. @param scratch folder for Terraform's own files */
export async function validateStacks(outdir: string, scratch: string): Promise<Validation[]> {
  const mirror = providerMirror();
  const registry = await canReachRegistry();
  const environment = environmentOf(scratch, mirror, registry);
  return readdirSync(join(outdir, "stacks"))
    .sort()
    .map((stack) => {
      const folder = join(outdir, "stacks", stack);
      const missing = registry ? [] : providersOf(folder).filter((provider) => !isInMirror(provider, mirror));
      if (missing.length > 0) {
        const reason = `no ${missing.map(({ source, version }) => `${source} ${version}`).join(", ")} at hand`;
        return { stack, result: "not run", reason };
      }
      for (const args of [["init", "-backend=false", "-input=false"], ["validate"]]) {
        const { status, stdout, stderr } = spawnSync("terraform", [`-chdir=${folder}`, ...args, "-no-color"], {
          encoding: "utf8",
          env: environment,
        });
        if (status !== 0)
          return { stack, result: "refused", reason: `terraform ${args.join(" ")}: ${stderr || stdout}` };
      }
      return { stack, result: "valid" };
    });
}

/** What Terraform is told: where providers lie, and that they may be shared. */
function environmentOf(scratch: string, mirror: string | undefined, registry: boolean): NodeJS.ProcessEnv {
  const cache = join(scratch, "providers");
  mkdirSync(cache, { recursive: true });
  const config = join(scratch, "terraform.rc");
  const methods = [
    ...(mirror ? [`  filesystem_mirror {\n    path = ${JSON.stringify(mirror)}\n  }`] : []),
    ...(registry ? ["  direct {}"] : []),
  ];
  writeFileSync(config, `provider_installation {\n${methods.join("\n")}\n}\n`);
  return { ...process.env, TF_CLI_CONFIG_FILE: config, TF_PLUGIN_CACHE_DIR: cache, CHECKPOINT_DISABLE: "1" };
}

function providersOf(folder: string): Provider[] {
  const { terraform } = JSON.parse(readFileSync(join(folder, "cdk.tf.json"), "utf8")) as {
    terraform: { required_providers: Record<string, Provider> };
  };
  return Object.values(terraform.required_providers).map(({ source, version }) => ({
    source: source.includes("/") ? source : `hashicorp/${source}`,
    version,
  }));
}

/** Whether the mirror holds this very version, unpacked or as an archive; of a range of versions, any at all. */
function isInMirror({ source, version }: Provider, mirror: string | undefined): boolean {
  if (mirror === undefined) return false;
  const folder = join(mirror, "registry.terraform.io", source);
  if (!existsSync(folder)) return false;
  const isExact = /^\d/.test(version);
  return readdirSync(folder).some((name) => !isExact || name === version || name.includes(`_${version}_`));
}

async function canReachRegistry(): Promise<boolean> {
  try {
    const { ok } = await fetch("https://registry.terraform.io/.well-known/terraform.json", {
      signal: AbortSignal.timeout(5000),
    });
    return ok;
  } catch {
    return false;
  }
}

async function main(): Promise<void> {
  const outdir = join(WORK, "cdktf.out");
  rmSync(WORK, { recursive: true, force: true });
  mkdirSync(WORK, { recursive: true });
  execFileSync(process.execPath, ["--import", "tsx", "main.ts"], {
    cwd: ROOT,
    stdio: ["ignore", "ignore", "inherit"],
    env: { DATAPLANE_DEPLOYMENTS: EXAMPLES, ...process.env, CDKTF_OUTDIR: outdir },
  });
  const validations = await validateStacks(outdir, WORK);
  for (const validation of validations) {
    const reason = "reason" in validation ? `: ${validation.reason}` : "";
    console.log(`${validation.result.padEnd(8)} ${validation.stack}${reason}`);
  }
  const count = (result: Validation["result"]) => validations.filter((one) => one.result === result).length;
  console.log(`\n${count("valid")} valid, ${count("refused")} refused, ${count("not run")} not run`);
  if (count("refused") > 0 || count("valid") === 0) process.exitCode = 1;
}

if (require.main === module) {
  main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
