import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmodSync, createWriteStream, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { Server } from "node:http";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parse, stringify } from "yaml";
import type { AwsDeployment } from "../../config/deployment";
import { parseDeployment } from "../../config/loader";
import type { ShownPlan } from "../shown-plan";
import { oneAtATime } from "./one-at-a-time";
import { portOf } from "./ports";
import { providerMirror } from "./tools";

const ROOT = join(__dirname, "../..");
/** The one account that the stand-in answers for. */
export const STAND_IN_ACCOUNT = "123456789012";
/** Most seconds that the stand-in may take to start. */
const START_SECONDS = 60;
/** Most seconds of one `cdktf` command. */
const COMMAND_SECONDS = 600;

/** What a command printed, and how it ended. */
interface Outcome {
  readonly code: number;
  readonly output: string;
}

/** A server that speaks AWS's APIs on loopback, and `cdktf` commands that deploy to it; nothing leaves the machine. */
export class StandIn {
  private constructor(
    private readonly server: ChildProcess,
    private readonly front: Server,
    readonly environment: NodeJS.ProcessEnv,
    private readonly folder: string,
  ) {}

  /**
   * Starts the server on a port of its own.
   *
   * @param folder a folder of its own, emptied first: deployments, Terraform's state, logs
   * @throws Error if the server ends, or does not listen in time
   */
  static async start(folder: string): Promise<StandIn> {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(join(folder, "deployments"), { recursive: true });
    // It takes a port itself: one that was free is another's by the time that it has started.
    const server = spawn("moto_server", ["-H", "127.0.0.1", "-p", "0"], {
      env: { ...process.env, MOTO_IAM_LOAD_MANAGED_POLICIES: "true" },
      stdio: ["ignore", "ignore", "pipe"],
    });
    server.stderr.pipe(createWriteStream(join(folder, "moto.log")));
    const front = oneAtATime(await portThatIsTold(server)).listen(0, "127.0.0.1");
    await once(front, "listening");
    return new StandIn(server, front, environmentOf(`http://127.0.0.1:${portOf(front)}`, folder), folder);
  }

  /** Folder of the synthesized stacks. */
  get output(): string {
    return join(this.folder, "cdktf.out");
  }

  /** Ends the server, and waits until it has ended. */
  async stop(): Promise<void> {
    this.front.close();
    this.front.closeAllConnections();
    if (this.server.exitCode !== null || this.server.signalCode !== null) return;
    const ended = once(this.server, "exit");
    this.server.kill();
    await ended;
  }

  /**
   * Adds a deployment, or writes it anew: that of a file, under `name`, in the stand-in's account, with its state in the
   * folder and with `fields` beside or in place of its own.
   */
  addDeployment(file: string, name: string, fields: Readonly<Record<string, unknown>> = {}): AwsDeployment {
    const deployment = parse(readFileSync(file, "utf8")) as Record<string, unknown>;
    const local = {
      ...deployment,
      name,
      account: STAND_IN_ACCOUNT,
      state: { backend: "local", directory: this.folder },
      ...fields,
    };
    const written = join(this.folder, "deployments", `${name}.yaml`);
    writeFileSync(written, stringify(local));
    const parsed = parseDeployment(readFileSync(written, "utf8"), written).deployment;
    if (parsed.cloud !== "aws") throw new Error(`${name} is not on AWS`);
    return parsed;
  }

  /** Runs `cdktf COMMAND STACK`. @throws Error with the command's output if it fails */
  async cdktf(command: "deploy" | "diff" | "destroy", stack: string): Promise<string> {
    const args = [
      command,
      stack,
      "--app",
      "node --import tsx scripts/stand-in/app.ts",
      "--output",
      this.output,
      "--skip-provider-lock",
    ];
    if (command !== "diff") args.push("--auto-approve");
    const { code, output } = await run(join(ROOT, "node_modules/.bin/cdktf"), args, this.environment);
    writeFileSync(join(this.folder, `${command}-${stack}.log`), output);
    if (code !== 0) throw new Error(`cdktf ${command} ${stack} failed:\n${output}`);
    return output;
  }

  /**
   * Applies what the deployments' files say now to a stack that `cdktf` has deployed, against its state as it is: in a
   * third of the time. @throws Error if Terraform fails
   */
  async apply(stack: string): Promise<string> {
    const app = ["--import", "tsx", "scripts/stand-in/app.ts"];
    const { code, output } = await run(process.execPath, app, { ...this.environment, CDKTF_OUTDIR: this.output });
    if (code !== 0) throw new Error(`the stacks can't be written:\n${output}`);
    const folder = join(this.output, "stacks", stack);
    return this.terraform(folder, "apply", "-input=false", "-auto-approve", "-refresh=false", "-no-color");
  }

  /** What `terraform show -json` prints of a plan of a stack that `cdktf` has deployed. @throws Error if Terraform fails */
  async plan(stack: string): Promise<ShownPlan> {
    const folder = join(this.output, "stacks", stack);
    const file = join(this.folder, `${stack}.plan`);
    await this.terraform(folder, "plan", "-input=false", "-lock=false", `-out=${file}`);
    return JSON.parse(await this.terraform(folder, "show", "-json", file)) as ShownPlan;
  }

  /**
   * Runs a command of `npx dataplane` that may deploy as a user does, by `npm run deploy`. Its Terraform takes away from an
   * infrastructure stack what the stand-in can't do, and refuses one of workloads: there is no cluster.
   */
  async dataplane(...args: string[]): Promise<Outcome> {
    const { PATH = "", ...environment } = this.environment;
    const folder = join(this.folder, "bin");
    const fit = `node --import tsx ${JSON.stringify(join(__dirname, "fit.ts"))}`;
    const lines = [
      "#!/bin/sh",
      'case "$1" in *-workloads) echo "the stand-in has no cluster" >&2; exit 1;; esac',
      `if [ "$2" = init ]; then ${fit} "$1" || exit 1; fi`,
      `PATH=${JSON.stringify(PATH)} exec terraform "$@"`,
    ];
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "terraform"), lines.map((line) => `${line}\n`).join(""));
    chmodSync(join(folder, "terraform"), 0o755);
    return run(process.execPath, [join(ROOT, "cli/dataplane.js"), ...args], {
      ...environment,
      PATH: `${folder}${delimiter}${PATH}`,
    });
  }

  /** Runs Terraform in a folder of its own. @throws Error with Terraform's output if it fails */
  async terraform(folder: string, ...args: string[]): Promise<string> {
    const { code, output } = await run("terraform", [`-chdir=${folder}`, ...args], this.environment);
    if (code !== 0) throw new Error(`terraform ${args.join(" ")} failed:\n${output}`);
    return output;
  }

  /** Runs the AWS command line against the stand-in; the answer is parsed JSON. @throws Error if the call fails */
  async aws(...args: string[]): Promise<unknown> {
    const { code, output } = await run("aws", [...args, "--output", "json"], this.environment);
    if (code !== 0) throw new Error(`aws ${args.join(" ")} failed:\n${output}`);
    return output.trim() === "" ? undefined : JSON.parse(output);
  }
}

function environmentOf(url: string, folder: string): NodeJS.ProcessEnv {
  const mirror = providerMirror();
  const cliConfig = join(folder, "terraform.rc");
  writeFileSync(
    cliConfig,
    mirror ? `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(mirror)}\n  }\n}\n` : "",
  );
  return {
    ...process.env,
    TF_CLI_CONFIG_FILE: cliConfig,
    DATAPLANE_DEPLOYMENTS: join(folder, "deployments"),
    AWS_ENDPOINT_URL: url,
    AWS_CA_BUNDLE: "",
    AWS_ACCESS_KEY_ID: "stand-in",
    AWS_SECRET_ACCESS_KEY: "stand-in",
    AWS_EC2_METADATA_DISABLED: "true",
    CHECKPOINT_DISABLE: "1",
    FORCE_COLOR: "0",
    // The framework's command line asks for a login and reports usage where it may.
    CI: "true",
    DISABLE_VERSION_CHECK: "1",
  };
}

/** The port that the server says that it listens on. @throws Error with what it said, if it ends or takes too long */
async function portThatIsTold(server: ChildProcess): Promise<number> {
  let said = "";
  const told = new Promise<number>((resolve, reject) => {
    server.stderr?.on("data", (chunk) => {
      said += String(chunk);
      const [, port] = /Running on http:\/\/127\.0\.0\.1:(\d+)/.exec(said) ?? [];
      if (port !== undefined) resolve(Number(port));
    });
    server.once("error", reject);
    server.once("exit", () => reject(new Error(`moto_server has ended:\n${said}`)));
  });
  const late = sleep(START_SECONDS * 1000, undefined, { ref: false }).then(() => {
    throw new Error(`moto_server does not listen after ${START_SECONDS} s:\n${said}`);
  });
  try {
    return await Promise.race([told, late]);
  } catch (error) {
    server.kill();
    throw error;
  }
}

function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const options = { cwd: ROOT, env, timeout: COMMAND_SECONDS * 1000, maxBuffer: 64 * 1024 * 1024 };
    execFile(command, args, options, (error, stdout, stderr) => {
      if (error && typeof error.code !== "number")
        reject(new Error(`${command} ${args.join(" ")}: ${error.message}`, { cause: error }));
      else resolve({ code: error ? Number(error.code) : 0, output: stdout + (error ? stderr : "") });
    });
  });
}
