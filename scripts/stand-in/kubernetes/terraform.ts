/** The workloads stack applied by Terraform's real kubernetes provider, where that is at hand. */
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { WEBHOOK_CERTIFICATE } from "../../../config/components";
import type { Deployment } from "../../../config/deployment";
import { PLATFORM_NAMESPACE } from "../../../config/names";
import { App } from "../../../framework";
import { WorkloadsStack } from "../../../stacks/workloads";
import { cloudOutputsOf } from "../cloud-outputs";
import { providerMirror } from "../tools";
import { type Api, Refusal } from "./api";
import { STAND_IN_SECRET } from "./cluster";
import { makeCertificate } from "./pod-webhook";

const JOB = "kubernetes_job_v1";
const PROVIDER = "registry.terraform.io/hashicorp/kubernetes";

/** Whether the kubernetes provider lies in the mirror of this machine. */
export function hasKubernetesProvider(): boolean {
  const mirror = providerMirror();
  return mirror !== undefined && existsSync(join(mirror, PROVIDER));
}

/** A stack as the framework writes it. */
interface Stack {
  readonly terraform: { readonly required_providers: Readonly<Record<string, object>> };
  readonly data?: Readonly<Record<string, object>>;
  readonly resource: Readonly<Record<string, Readonly<Record<string, object>>>>;
}

/** One workloads stack of a deployment, in a folder of its own. */
export class TerraformWorkloads {
  private readonly environment: NodeJS.ProcessEnv;
  private readonly jobs: Readonly<Record<string, object>>;

  constructor(
    private readonly folder: string,
    deployment: Deployment,
    private readonly api: Api,
  ) {
    mkdirSync(folder, { recursive: true });
    const stack = onStandIn(deployment, api);
    this.jobs = stack.resource[JOB] ?? {};
    writeFileSync(join(folder, "stack.tf.json"), JSON.stringify(stack));
    const config = join(folder, "terraform.rc");
    const mirror = JSON.stringify(providerMirror());
    writeFileSync(config, `provider_installation {\n  filesystem_mirror {\n    path = ${mirror}\n  }\n}\n`);
    this.environment = { ...process.env, TF_CLI_CONFIG_FILE: config, CHECKPOINT_DISABLE: "1", TF_IN_AUTOMATION: "1" };
  }

  /** Applies the stack, while the certificate's Job finds the containers that do its work. @throws Error with Terraform's words */
  async apply(): Promise<void> {
    await this.terraform(["init", "-input=false"]);
    await this.applyWith();
  }

  /** Replaces the Job that makes the webhook's certificate. @throws Error with Terraform's words */
  renewCertificate(): Promise<void> {
    return this.applyWith(...Object.keys(this.jobs).map((name) => `-replace=${JOB}.${name}`));
  }

  private async applyWith(...options: readonly string[]): Promise<void> {
    const ended = new AbortController();
    await Promise.all([
      this.terraform(["apply", "-auto-approve", "-input=false", ...options]).finally(() => ended.abort()),
      this.runCertificateJob(ended.signal),
    ]);
  }

  /** What a plan would change; empty where it would change nothing. @throws Error with Terraform's words */
  async changes(): Promise<string> {
    const { code, output } = await this.run(["plan", "-input=false", "-detailed-exitcode"]);
    if (code === 0) return "";
    if (code === 2) return output;
    throw new Error(output);
  }

  /** @throws Error with Terraform's words */
  destroy(): Promise<void> {
    return this.terraform(["destroy", "-auto-approve", "-input=false"]);
  }

  /** As its containers would: once it is there, again as long as its account may not yet. */
  private async runCertificateJob(ended: AbortSignal): Promise<void> {
    while (!ended.aborted) {
      try {
        await this.api.get(`/apis/batch/v1/namespaces/${PLATFORM_NAMESPACE}/jobs/${WEBHOOK_CERTIFICATE}`);
        await makeCertificate(this.api);
        return;
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        await sleep(50);
      }
    }
  }

  private async terraform(args: readonly string[]): Promise<void> {
    const { code, output } = await this.run(args);
    if (code !== 0) throw new Error(`terraform ${args.join(" ")}:\n${output}`);
  }

  private run(args: readonly string[]): Promise<{ readonly code: number; readonly output: string }> {
    return new Promise((resolve) => {
      const options = { env: this.environment, maxBuffer: 64 * 1024 * 1024 };
      execFile("terraform", [`-chdir=${this.folder}`, ...args, "-no-color"], options, (error, stdout, stderr) => {
        resolve({ code: error ? Number(error.code ?? 1) : 0, output: stdout + stderr });
      });
    });
  }
}

/**
 * The stack with the stand-in for its cluster: what the cloud's own provider would tell of cluster, network and secret is
 * written in its place, and that provider is left out.
 */
function onStandIn(deployment: Deployment, { url, certificate, token }: Api): Stack {
  const stack = new WorkloadsStack(new App(), deployment);
  stack.prepareStack();
  const { terraform, data = {}, resource } = stack.toTerraform() as Stack;
  const ofKubernetes = Object.entries(data).filter(([type]) => type.startsWith("kubernetes_"));
  const fitted = {
    terraform: { required_providers: { kubernetes: terraform.required_providers["kubernetes"] } },
    provider: {
      kubernetes: [{ host: url, token, cluster_ca_certificate: readFileSync(certificate, "utf8") }],
    },
    data: Object.fromEntries(ofKubernetes),
    resource,
  };
  const write = (_: string, value: unknown) => (typeof value === "string" ? told(value, deployment) : value);
  return JSON.parse(JSON.stringify(fitted, write)) as Stack;
}

/** A text of the stack with what the cloud would tell in the place of references to it. */
function told(text: string, deployment: Deployment): string {
  const { object_store_cidrs, credential_cidrs, task_client_id } = cloudOutputsOf(deployment) as Readonly<
    Record<string, unknown>
  >;
  const values: Readonly<Record<string, unknown>> = {
    cidr_blocks: object_store_cidrs,
    ipv4_cidrs: credential_cidrs,
    client_id: task_client_id,
  };
  return text
    .replaceAll(/\$\{ephemeral\.[^}]+\}/g, STAND_IN_SECRET.client_secret)
    .replaceAll(/\bdata\.(?!kubernetes_)[a-z_]+\.[\w-]+\.(\w+)/g, (reference, attribute: string) => {
      const value = values[attribute];
      if (value === undefined) throw new Error(`the stand-in for the cloud knows no ${reference}`);
      return JSON.stringify(value);
    });
}
