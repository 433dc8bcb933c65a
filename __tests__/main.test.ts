import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadDeployments } from "../config/loader";
import { stacksOf } from "../config/names";
import { EXAMPLES } from "./support/examples";

const ROOT = join(__dirname, "..");
const SECONDS = 1000;

const work = mkdtempSync(join(tmpdir(), "main-"));
afterAll(() => rmSync(work, { recursive: true }));

function synthesize(deployments: string, outdir: string) {
  return spawnSync(process.execPath, ["--import", "tsx", "main.ts"], {
    cwd: ROOT,
    encoding: "utf8",
    env: { ...process.env, DATAPLANE_DEPLOYMENTS: deployments, CDKTF_OUTDIR: outdir },
  });
}

test(
  "the examples synthesize, two stacks each",
  () => {
    const outdir = join(work, "good");
    const { status, stderr } = synthesize(EXAMPLES, outdir);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const expected = loadDeployments([EXAMPLES]).flatMap(({ deployment }) => stacksOf(deployment));
    expect(expected).toHaveLength(30);
    expect(readdirSync(join(outdir, "stacks")).sort()).toEqual(expected.sort());
  },
  60 * SECONDS,
);

test(
  "bad input gets one error, an exit code, and no output",
  () => {
    const folder = join(work, "deployments");
    mkdirSync(folder);
    execFileSync("cp", [join(EXAMPLES, "aws-us-east-2.yaml"), folder]);
    writeFileSync(join(folder, "bad.yaml"), "name: bad\ncloud: aws\nregion: mars\n");
    const outdir = join(work, "bad");
    const { status, stdout, stderr } = synthesize(folder, outdir);
    expect(status).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toContain(`${join(folder, "bad.yaml")}:3: region: 'mars' is not a control-plane region`);
    expect(stderr).not.toContain("    at ");
    expect(existsSync(outdir)).toBe(false);
  },
  60 * SECONDS,
);
