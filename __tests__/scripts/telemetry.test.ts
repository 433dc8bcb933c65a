/** What the toolchain tells others about: nothing, whichever script starts it. */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

const ROOT = join(__dirname, "../..");
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");
const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };

/** Scripts that start neither CDKTF nor Terraform. */
const OTHERS = ["eslint .", "prettier --write .", "vitepress build docs"];
const own = Object.entries(scripts).filter(([, command]) => !OTHERS.includes(command));

test.each(own)("npm run %s switches it off before all else: %s", (_, command) => {
  const [, file = ""] = /^node (?:--import tsx )?(\S+\.(?:ts|mjs))$/.exec(command) ?? [];
  const [first = ""] = /^import .*$/m.exec(read(file)) ?? [];
  expect(first).toMatch(/^import "(\.\/|(\.\.\/)+)telemetry-off(\.js)?";$/);
});

test("so that whatever a script starts has it off", () => {
  const child = "process.stdout.write(require('child_process').execSync('echo $CHECKPOINT_DISABLE'))";
  const environment = { ...process.env, CHECKPOINT_DISABLE: "" };
  const args = ["-e", `require("./telemetry-off"); ${child}`];
  const { stdout } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: "utf8", env: environment });
  expect(stdout).toBe("1\n");
});

test.each(readdirSync(join(ROOT, ".github/workflows")))("%s has it off in every step", (name) => {
  const workflow = parse(read(`.github/workflows/${name}`)) as { readonly env: Record<string, string> };
  expect(workflow.env["CHECKPOINT_DISABLE"]).toBe("1");
});

test("and CDKTF sends no report of a crash", () => {
  expect(JSON.parse(read("cdktf.json"))).toMatchObject({ sendCrashReports: "false" });
});
