import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { run } from "../../cli/index";
import { loadDeployments } from "../../config/loader";
import { stacksOf } from "../../config/names";
import { EXAMPLES } from "../support/examples";

const ROOT = join(__dirname, "../..");
const SECONDS = 1000;

const work = mkdtempSync(join(tmpdir(), "main-"));
afterAll(() => rmSync(work, { recursive: true }));

/** What `npm run synth` runs, with its output in a pipe. */
function synthesize(deployments: string, outdir: string) {
  return spawnSync(process.execPath, ["--import", "tsx", "main.ts"], {
    cwd: ROOT,
    encoding: "utf8",
    env: { ...process.env, DATAPLANE_DEPLOYMENTS: deployments, CDKTF_OUTDIR: outdir },
  });
}

test("`npm run synth` runs the application itself, without the spinner of CDKTF's command line", () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { scripts: { synth: string } };
  expect(scripts.synth).toBe("node --import tsx main.ts");
});

test(
  "the examples synthesize, two stacks each",
  () => {
    const outdir = join(work, "good");
    const { status, stdout, stderr } = synthesize(EXAMPLES, outdir);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    // In a pipe: the verdict once, and no spinner.
    expect(stdout.match(/^pass: every invariant holds/gm)).toHaveLength(1);
    expect(stdout).not.toContain("\u001b");
    const expected = loadDeployments([EXAMPLES]).flatMap(({ deployment }) => stacksOf(deployment));
    expect(expected).toHaveLength(30);
    expect(readdirSync(join(outdir, "stacks")).sort()).toEqual(expected.sort());
  },
  300 * SECONDS,
);

const good = join(EXAMPLES, "aws-us-east-2.yaml");
const BAD = "name: bad\ncloud: aws\nregion: mars\n";

/** A folder with one good deployment's stacks, as a synth left it. */
function synthesized(name: string): string {
  const [once, outdir] = [join(work, "once"), join(work, name)];
  if (!existsSync(once)) expect(synthesize(good, once).status).toBe(0);
  cpSync(once, outdir, { recursive: true });
  return outdir;
}

const stacksIn = (outdir: string) =>
  readdirSync(join(outdir, "stacks")).filter((stack) => existsSync(join(outdir, "stacks", stack, "cdk.tf.json")));

test(
  "bad input gets one error, an exit code, and no stack",
  () => {
    const folder = join(work, "deployments");
    mkdirSync(folder);
    execFileSync("cp", [good, folder]);
    writeFileSync(join(folder, "bad.yaml"), BAD);
    const outdir = join(work, "bad");
    const { status, stdout, stderr } = synthesize(folder, outdir);
    expect(status).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toContain(`${join(folder, "bad.yaml")}:3: region: 'mars' is not a control-plane region`);
    expect(stderr).not.toContain("    at ");
    expect(stderr.match(/is not a control-plane region/g)).toHaveLength(1);
    expect(readdirSync(outdir)).toEqual(["unfinished"]);
  },
  300 * SECONDS,
);

test(
  "what a refused synth finds there, no command takes for the stacks of the new input",
  async () => {
    const outdir = synthesized("refused");
    const kept = join(outdir, "stacks/acme-us-east-2/.terraform.lock.hcl");
    writeFileSync(kept, "");
    const file = join(work, "refused.yaml");
    writeFileSync(file, BAD);
    expect(synthesize(file, outdir).status).toBe(1);
    expect(stacksIn(outdir)).toEqual([]);
    expect(existsSync(kept)).toBe(true);
    const packet = ["--from", "nodes", "--to", "internet", "--protocol", "tcp"];
    for (const args of [["verify"], ["explain", ...packet], ["report"], ["diff", outdir]]) {
      const { exitCode, stdout, stderr } = await run([...args, outdir]);
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
      expect(stderr).toContain(`${outdir}: holds no stacks to judge, for its synth has not come to its end: ${file}:`);
    }
    expect((await run(["verify", join(outdir, "stacks")])).exitCode).toBe(2);
    expect(synthesize(good, outdir).status).toBe(0);
    expect((await run(["verify", outdir])).exitCode).toBe(0);
  },
  300 * SECONDS,
);

test(
  "a synth that is killed leaves nothing that verifies, and the next one goes on from there",
  async () => {
    const outdir = synthesized("killed");
    const child = spawn(process.execPath, ["--import", "tsx", "main.ts"], {
      cwd: ROOT,
      stdio: "ignore",
      env: { ...process.env, DATAPLANE_DEPLOYMENTS: good, CDKTF_OUTDIR: outdir },
    });
    const ended = once(child, "exit");
    while (!existsSync(join(outdir, "unfinished"))) await sleep(5);
    child.kill("SIGKILL");
    await ended;
    expect(stacksIn(outdir)).toEqual([]);
    const { exitCode, stderr } = await run(["verify", outdir]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("its synth has not come to its end: a synth is at work, or was ended");
    const { status, stderr: said } = synthesize(good, outdir);
    expect({ status, said }).toEqual({ status: 0, said: "" });
    expect((await run(["verify", outdir])).exitCode).toBe(0);
  },
  300 * SECONDS,
);

test(
  "stacks of a deployment that is no more are not left to be judged",
  async () => {
    const outdir = synthesized("fewer");
    expect(synthesize(join(EXAMPLES, "aws-us-west-2.yaml"), outdir).status).toBe(0);
    expect(stacksIn(outdir)).toEqual(["acme-us-west-2", "acme-us-west-2-workloads"]);
    expect((await run(["verify", join(outdir, "stacks/acme-us-east-2")])).exitCode).toBe(2);
  },
  300 * SECONDS,
);
