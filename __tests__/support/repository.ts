import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { writeFiles } from "./scratch";

const ROOT = join(__dirname, "../..");

/** What the package consists of, beside tests and documentation. */
const SOURCES = [
  ...["account", "chart", "cli", "config", "constructs", "costs", "deployer", "flows", "library", "packets"],
  ...["preflight", "report", "scripts", "stacks", "synthesis", "verification"],
  ...[
    "main.ts",
    "framework.ts",
    "output-folder.ts",
    "shares.ts",
    "telemetry-off.js",
    "source-maps.ts",
    "regions.json",
    "cloudflare-ips.json",
    "images.lock.json",
  ],
  ...["package.json", "tsconfig.json", "cdktf.json", ".gitignore"],
];

/** How a program ended. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A git repository with a copy of this package and no deployment, gone after the tests of one file. */
export class Repository {
  readonly folder: string;
  /** Where its programs put what is temporary. */
  readonly temporary: string;

  constructor() {
    const scratch = realpathSync(mkdtempSync(join(tmpdir(), "repository-")));
    afterAll(() => rmSync(scratch, { recursive: true, force: true }));
    this.folder = join(scratch, "package");
    this.temporary = join(scratch, "temporary");
    mkdirSync(this.temporary);
    for (const name of SOURCES) cpSync(join(ROOT, name), join(this.folder, name), { recursive: true });
    symlinkSync(join(ROOT, "node_modules"), join(this.folder, "node_modules"));
    this.write({ ".gitignore": "/node_modules\n/cdktf.out/\n/.dataplane/\n*.tfstate\n" });
    this.git("init", "--quiet", "--initial-branch=main");
    this.commit("The package");
  }

  path(...parts: readonly string[]): string {
    return join(this.folder, ...parts);
  }

  write(files: Readonly<Record<string, unknown>>): void {
    writeFiles(Object.fromEntries(Object.entries(files).map(([path, content]) => [this.path(path), content])));
  }

  /** Writes `deployments/NAME.yaml`: the smallest deployment on AWS, with fields replaced or added. */
  deploy(name: string, fields: Readonly<Record<string, unknown>> = {}): void {
    const smallest = {
      ...{ name, organization: "acme", tenant: "acme", clientId: "acme", region: "us-east-2" },
      ...{ cloud: "aws", account: "123456789012", cloudRegion: "us-east-2" },
    };
    this.write({ [`deployments/${name}.yaml`]: stringify({ ...smallest, ...fields }) });
  }

  git(...args: readonly string[]): string {
    const identity = ["-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"];
    return execFileSync("git", [...identity, ...args], { cwd: this.folder, encoding: "utf8" }).trim();
  }

  /** Commits everything; the commit. */
  commit(message: string): string {
    this.git("add", "--all");
    this.git("commit", "--quiet", "--allow-empty", "--message", message);
    return this.git("rev-parse", "HEAD");
  }

  /** Runs a script of the copy, as `npm run` does. */
  run(script: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}): Outcome {
    const options = { cwd: this.folder, encoding: "utf8", env: this.environment(environment) } as const;
    const { status, stdout, stderr } = spawnSync(process.execPath, ["--import", "tsx", script, ...args], options);
    return { code: status ?? -1, stdout, stderr };
  }

  /**
   * Runs a program of this package here, in the repository and with its environment: to load it into another process
   * takes longer than most of what it does.
   */
  async runHere(
    program: (args: readonly string[]) => Promise<number>,
    args: readonly string[],
    environment: NodeJS.ProcessEnv = {},
  ): Promise<Outcome> {
    const before = { folder: process.cwd(), environment: process.env };
    const said = (["log", "error"] as const).map((channel) => jest.spyOn(console, channel).mockImplementation());
    process.env = { ...this.environment(), DATAPLANE_DEPLOYMENTS: this.path("deployments"), ...environment };
    process.chdir(this.folder);
    try {
      const code = await program(args);
      const [stdout = "", stderr = ""] = said.map(({ mock }) => mock.calls.join("\n"));
      return { code, stdout, stderr };
    } finally {
      process.chdir(before.folder);
      process.env = before.environment;
      for (const spy of said) spy.mockRestore();
    }
  }

  environment(further: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
    return { ...process.env, DATAPLANE_DEPLOYMENTS: "", TMPDIR: this.temporary, ...further };
  }

  /** What is there and should not be: temporary files but those of tsx, worktrees, changes of the working tree. */
  leftovers(): string[] {
    return [
      ...readdirSync(this.temporary).filter((name) => !name.startsWith("tsx-")),
      ...this.git("worktree", "list").split("\n").slice(1),
      ...this.git("status", "--porcelain").split("\n").filter(Boolean),
    ];
  }
}
