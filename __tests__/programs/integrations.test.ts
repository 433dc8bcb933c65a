/** What others build into their own places: an action, a hook, pipelines, an image. Each is run as its host runs it. */
import { validateAction } from "@action-validator/core";
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { parse } from "yaml";
import { scripts as known } from "../../package.json";
import { catalogEntries } from "../../scripts/catalog";
import { Repository } from "../support/repository";
import { groupFrom } from "../support/open-group";
import { scratchFolder, writeFiles } from "../support/scratch";

const ROOT = join(__dirname, "../..");
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");

const OPEN = groupFrom();
const CLOSED = groupFrom("10.0.0.0/8");

const at = scratchFolder();
let folders = 0;

function shell(script: string, cwd: string, env: Readonly<Record<string, string>>) {
  const { status, stdout, stderr } = spawnSync("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", script], {
    cwd,
    env: { PATH: process.env["PATH"], ...env },
    encoding: "utf8",
  });
  return { code: status, printed: stdout + stderr };
}

/** A repository whose only file was `before` in its first commit, and is `now`. */
function repository(before: string, now: string): string {
  const folder = at(`repository-${folders++}`);
  writeFiles({ [join(folder, "main.tf")]: before });
  const git = "git -c user.name=test -c user.email=test@example.com";
  shell(`git init --quiet --initial-branch=main && git add . && ${git} commit --quiet --message base`, folder, {});
  writeFiles({ [join(folder, "main.tf")]: now });
  return folder;
}

describe("action.yml", () => {
  const source = read("action.yml");
  const { inputs, runs } = parse(source) as {
    inputs: Readonly<Record<string, { default: string }>>;
    runs: { steps: readonly { id?: string; uses?: string; run?: string; env?: Record<string, string> }[] };
  };

  test("is an action by GitHub's schema, of which each part is pinned as in the workflows", () => {
    expect(validateAction(source)).toEqual({ actionType: "action", errors: [] });
    const workflows = ["deploy", "pull-request"].map((name) => read(`.github/workflows/${name}.yml`)).join("");
    for (const [use] of source.matchAll(/uses: .+/g)) expect(workflows).toContain(use);
  });

  test("no expression is put into a script, which could make a command of it", () => {
    for (const { run = "" } of runs.steps) expect(run).not.toContain("${{");
  });

  const installs = runs.steps.flatMap(({ run = "" }) => (/verifier-only|npm ci/.test(run) ? [run] : []));
  const checkout = new Repository();
  beforeAll(() => {
    const modules = checkout.path("node_modules");
    cpSync(join(ROOT, "package-lock.json"), checkout.path("package-lock.json"));
    rmSync(modules);
    const [slim = "", install = ""] = installs;
    const run = (script: string) => shell(script, checkout.folder, { ACTION: checkout.folder });
    expect(run(slim)).toEqual({ code: 0, printed: "" });
    // All of it is here already: npm only says whether package.json and its lock go together, and how much there is.
    expect(run(`${install} --dry-run --offline --loglevel error`)).toMatchObject({
      code: 0,
      printed: expect.stringMatching(/^added 1?\d packages/m),
    });
    const { dependencies } = JSON.parse(readFileSync(checkout.path("package.json"), "utf8")) as {
      dependencies: Readonly<Record<string, string>>;
    };
    for (const name of Object.keys(dependencies)) {
      mkdirSync(dirname(join(modules, name)), { recursive: true });
      symlinkSync(join(ROOT, "node_modules", name), join(modules, name));
    }
    expect(run("node scripts/bundle.mjs")).toEqual({ code: 0, printed: "" });
  });

  /** Runs its scripts one after the other with these inputs, as GitHub does, on what it has installed. */
  function act(folder: string, given: Readonly<Record<string, string>>) {
    const temporary = at(`runner-${folders++}`);
    writeFiles({ [join(temporary, "summary")]: "" });
    const outputs: Record<string, Record<string, string>> = {};
    const value = (text: string) =>
      text.replace(/\$\{\{ (.*?) \}\}/g, (_, name: string) => {
        const [kind = "", key = "", , output = ""] = name.split(".");
        if (kind === "inputs") return given[key] ?? inputs[key]?.default ?? "";
        return kind === "github" ? checkout.folder : (outputs[key]?.[output] ?? "");
      });
    for (const { id = "", run, env = {} } of runs.steps) {
      if (run === undefined || installs.includes(run) || (id === "diff" && !given["base"])) continue;
      const output = join(temporary, `output-${id}`);
      writeFiles({ [output]: "" });
      const { code, printed } = shell(run, folder, {
        ...Object.fromEntries(Object.entries(env).map(([name, text]) => [name, value(text)])),
        ...{ RUNNER_TEMP: temporary, GITHUB_OUTPUT: output, GITHUB_STEP_SUMMARY: join(temporary, "summary") },
      });
      outputs[id] = Object.fromEntries(
        readFileSync(output, "utf8")
          .split("\n")
          .map((line) => line.split("=")),
      );
      if (code !== 0) return { code, printed, outputs, summary: readFileSync(join(temporary, "summary"), "utf8") };
    }
    return { code: 0, printed: "", outputs, summary: readFileSync(join(temporary, "summary"), "utf8") };
  }

  test("passes what is closed", () => {
    expect(act(repository(CLOSED, CLOSED), { base: "HEAD" })).toMatchObject({ code: 0 });
  });

  test("fails what is open, with findings for code scanning and a summary", () => {
    const { code, outputs, printed, summary } = act(repository(OPEN, OPEN), {});
    expect(code).toBe(1);
    expect(printed).toContain("::error::dataplane verify ended with 1");
    expect(summary).toContain("no-inbound");
    expect(readFileSync(outputs["verify"]?.["sarif"] ?? "", "utf8")).toMatch(/"ruleId": ?"no-inbound"/);
  });

  test("tells what a change opens", () => {
    const { code, printed, summary } = act(repository(CLOSED, OPEN), { base: "HEAD", "fail-on": "widening" });
    expect(code).toBe(1);
    expect(printed).toContain("::error::dataplane diff ended with 1");
    expect(summary).toContain("every IPv4 address but 10.0.0.0/8 may now reach aws_security_group.open on TCP 22");
  });

  test("says what it can't read", () => {
    const { code, printed, outputs } = act(repository(CLOSED, CLOSED), { path: "nowhere" });
    expect(code).toBe(1);
    expect(printed).toContain("::error::dataplane verify ended with 2");
    expect(outputs["verify"]?.["sarif"]).toBeUndefined();
  });
});

describe(".pre-commit-hooks.yaml", () => {
  const [hook] = parse(read(".pre-commit-hooks.yaml")) as [Readonly<Record<string, unknown>>];
  /** Where the hook's host links the programs of what it has installed. */
  const bin = at("bin");
  mkdirSync(bin);
  symlinkSync(join(ROOT, "cli/dataplane.js"), join(bin, "dataplane"));
  const commit = (text: string) =>
    shell([hook["entry"], ...(hook["args"] as string[])].join(" "), repository(text, text), {
      PATH: [bin, process.env["PATH"]].join(delimiter),
    });

  test("judges the whole folder, whichever file is committed", () => {
    expect(hook).toMatchObject({ language: "node", pass_filenames: false });
    const files = new RegExp(hook["files"] as string);
    const asked = ["main.tf", "a/b.tf.json", "x.tofu", "prod.tfvars", "deployments/acme.yaml", "README.md", "index.ts"];
    expect(asked.filter((name) => files.test(name))).toEqual(asked.slice(0, 5));
  });

  test("lets through what is closed, and holds what is open", () => {
    expect(commit(CLOSED)).toMatchObject({ code: 0 });
    expect(commit(OPEN)).toMatchObject({ code: 1, printed: expect.stringContaining("violated no-inbound") });
  });
});

describe.each(["gitlab-ci", "azure-pipelines"])("docs/ci/%s.yml", (name) => {
  const source = read(`docs/ci/${name}.yml`);

  test("is YAML, and calls what there is", () => {
    expect(() => parse(source) as unknown).not.toThrow();
    const called = [...source.matchAll(/npm run ([\w-]+)/g)].map(([, script = ""]) => script);
    expect(called).toEqual(["pull-request"]);
    for (const script of called) expect(known).toHaveProperty([script]);
    const [, options = ""] = /npm run pull-request -- (.*)/.exec(source) ?? [];
    for (const [option] of options.matchAll(/--[\w-]+/g))
      expect(read("scripts/pull-request.ts")).toContain(`"${option} `);
  });

  test("knows no secret, and reads the commit where a change began", () => {
    expect(source).not.toMatch(/\bsecret|token:|access-key|password/i);
    expect(source).toMatch(/GIT_DEPTH: "0"|fetchDepth: 0/);
  });
});

describe("entries for a catalogue of JSON Schemas", () => {
  const entries = catalogEntries("https://code.example/dataplane/raw/v1/");

  test("lead to the schemas of this package, and a slash makes no difference", () => {
    expect(catalogEntries("https://code.example/dataplane/raw/v1")).toEqual(entries);
    expect(entries.length).toBe(2);
    for (const { url } of entries) {
      expect(url).toMatch(/^https:\/\/code\.example\/dataplane\/raw\/v1\/config\//);
      expect(existsSync(join(ROOT, url.replace("https://code.example/dataplane/raw/v1/", "")))).toBe(true);
    }
  });

  test.each(["", "code.example", "file:///schemas"])("'%s' is no address of a code host", (address) => {
    expect(() => catalogEntries(address)).toThrow("(needed: an https address");
  });
});
