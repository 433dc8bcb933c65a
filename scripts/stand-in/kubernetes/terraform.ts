/** The workloads stack applied by Terraform's real kubernetes provider, where that is at hand. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Deployment } from "../../../config/deployment";
import { App } from "../../../framework";
import { WorkloadsStack } from "../../../stacks/workloads";
import { cloudOutputsOf } from "../cloud-outputs";
import { providerMirror } from "../tools";
import type { Api } from "./api";
import { STAND_IN_SECRET } from "./cluster";

const PROVIDER = "registry.terraform.io/hashicorp/kubernetes";

/** Whether the kubernetes provider lies in the mirror of this machine. */
export function hasKubernetesProvider(): boolean {
  const mirror = providerMirror();
  return mirror !== undefined && existsSync(join(mirror, PROVIDER));
}

/** A stack as the framework writes it. */
interface Stack {
  readonly terraform: { readonly required_providers: Readonly<Record<string, object>> };
  readonly provider: Readonly<Record<string, object>>;
  readonly resource: object;
}

/** One workloads stack of a deployment, in a folder of its own. */
export class TerraformWorkloads {
  private readonly environment: NodeJS.ProcessEnv;

  constructor(
    private readonly folder: string,
    deployment: Deployment,
    api: Api,
  ) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "stack.tf.json"), onStandIn(deployment, api));
    const config = join(folder, "terraform.rc");
    const mirror = JSON.stringify(providerMirror());
    writeFileSync(config, `provider_installation {\n  filesystem_mirror {\n    path = ${mirror}\n  }\n}\n`);
    this.environment = { ...process.env, TF_CLI_CONFIG_FILE: config, CHECKPOINT_DISABLE: "1", TF_IN_AUTOMATION: "1" };
  }

  /** @throws Error with Terraform's words */
  apply(): void {
    this.terraform(["init", "-input=false"]);
    this.terraform(["apply", "-auto-approve", "-input=false"]);
  }

  /** What a plan would change; empty where it would change nothing. @throws Error with Terraform's words */
  changes(): string {
    const { code, output } = this.run(["plan", "-input=false", "-detailed-exitcode"]);
    if (code === 1) throw new Error(output);
    return code === 0 ? "" : output;
  }

  /** @throws Error with Terraform's words */
  destroy(): void {
    this.terraform(["destroy", "-auto-approve", "-input=false"]);
  }

  private terraform(args: readonly string[]): void {
    const { code, output } = this.run(args);
    if (code !== 0) throw new Error(`terraform ${args[0]}:\n${output}`);
  }

  private run(args: readonly string[]): { readonly code: number; readonly output: string } {
    const { status, stdout, stderr } = spawnSync("terraform", [`-chdir=${this.folder}`, ...args, "-no-color"], {
      encoding: "utf8",
      env: this.environment,
    });
    return { code: status ?? 1, output: stdout + stderr };
  }
}

/**
 * The stack with the stand-in for its cluster: what the cloud's own provider would tell of cluster and secret is
 * written in its place, and that provider is left out.
 */
function onStandIn(deployment: Deployment, { url, certificate, token }: Api): string {
  const stack = new WorkloadsStack(new App(), deployment, cloudOutputsOf(deployment));
  stack.prepareStack();
  const { terraform, resource } = stack.toTerraform() as Stack;
  const text = JSON.stringify({
    terraform: { required_providers: { kubernetes: terraform.required_providers["kubernetes"] } },
    provider: {
      kubernetes: [{ host: url, token, cluster_ca_certificate: readFileSync(certificate, "utf8") }],
    },
    resource,
  });
  return text.replaceAll(/\$\{ephemeral\.[^}]+\}/g, STAND_IN_SECRET.client_secret);
}
