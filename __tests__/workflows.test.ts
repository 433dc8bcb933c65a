/** What the workflows may do: they are read by whoever lets them near an account. */
import { validateWorkflow } from "@action-validator/core";
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { parse } from "yaml";
import { run } from "../cli/index";
import { MARKER } from "../scripts/pull-request";
import { groupBy } from "../verification/group-by";
import { scratchFolder, writeFiles } from "./support/scratch";

const ROOT = join(__dirname, "..");
const FOLDER = join(ROOT, ".github/workflows");

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly permissions: Readonly<Record<string, string>>;
  readonly "timeout-minutes": number;
  readonly steps: readonly Step[];
  readonly [key: string]: unknown;
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: object;
  readonly jobs: Readonly<Record<string, Job>>;
}

const workflows = readdirSync(FOLDER).map((name) => {
  const source = readFileSync(join(FOLDER, name), "utf8");
  return { name, source, workflow: parse(source) as Workflow };
});
const workflowOf = (name: string) => {
  const found = workflows.find((one) => one.name === name);
  if (!found) throw new Error(`no ${name}`);
  return found.workflow;
};
const jobs = workflows.flatMap(({ name, workflow }) =>
  Object.entries(workflow.jobs).map(([id, job]) => ({ job: `${name}: ${id}`, ...job })),
);
const steps = jobs.flatMap((job) => job.steps);
const scripts = steps.flatMap(({ run: script }) => (script === undefined ? [] : [script]));

/** What would run code of the change, or of a package. */
const PROGRAMS = /\b(npm|npx|node|bash|sh|source|git)\b /;

test("there are four", () => {
  const names = ["deploy.yml", "pull-request.yml", "release.yml", "renew.yml"];
  expect(workflows.map(({ name }) => name)).toEqual(names);
});

test.each(workflows)("$name is a workflow by GitHub's schema", ({ source }) => {
  // The schema is older than this permission.
  expect(validateWorkflow(source.replace(/^ +attestations: write\n/m, ""))).toEqual({
    actionType: "workflow",
    errors: [],
  });
  // The check itself finds what is none.
  expect(validateWorkflow(source.replace("runs-on:", "runs-at:")).errors).not.toEqual([]);
});

test("a change's code never runs with more than its author has", () => {
  expect(Object.keys(workflowOf("pull-request.yml").on)).toEqual(["pull_request"]);
  expect(Object.keys(workflowOf("deploy.yml").on)).toEqual(["push", "schedule", "workflow_dispatch"]);
  expect(Object.keys(workflowOf("renew.yml").on)).toEqual(["schedule", "workflow_dispatch"]);
  expect(workflowOf("release.yml").on).toEqual({ push: { tags: ["v*"] } });
  expect(workflowOf("deploy.yml").on["push"]).toEqual({ branches: ["main"] });
});

test("each job has the permissions that it needs, and no other", () => {
  expect(workflows.map(({ workflow }) => workflow.permissions)).toEqual([{}, {}, {}, {}]);
  expect(Object.fromEntries(jobs.map(({ job, permissions }) => [job, permissions]))).toEqual({
    "pull-request.yml: test": { contents: "read" },
    "pull-request.yml: connectivity": { contents: "read" },
    "pull-request.yml: publish": { "pull-requests": "write", "security-events": "write", actions: "read" },
    "deploy.yml: changed": { contents: "read" },
    "deploy.yml: deploy": { contents: "read", "id-token": "write" },
    "deploy.yml: tell": { issues: "write" },
    "release.yml: build": { contents: "read" },
    "release.yml: publish": { contents: "write", "id-token": "write", attestations: "write" },
    "renew.yml: look": { contents: "read" },
    "renew.yml: add-ons": { contents: "read", "id-token": "write" },
    "renew.yml: swap-check": { contents: "read" },
    "renew.yml: propose": { contents: "write", "pull-requests": "write" },
  });
});

test("what may write runs nothing of the change", () => {
  const { publish } = workflowOf("pull-request.yml").jobs;
  const used = publish?.steps.map(({ uses = "" }) => uses.split("@")[0]);
  expect(used).toEqual(["actions/download-artifact", "", "github/codeql-action/upload-sarif"]);
  const script = publish?.steps.map(({ run: line = "" }) => line).join("");
  expect(script).not.toMatch(PROGRAMS);
  expect(publish?.["if"]).toContain("head.repo.full_name == github.repository");
});

test("what publishes a release runs nothing but GitHub's own command line", () => {
  const { publish } = workflowOf("release.yml").jobs;
  const used = publish?.steps.map(({ uses = "" }) => uses.split("@")[0]);
  expect(used).toEqual(["actions/download-artifact", "actions/attest-build-provenance", ""]);
  expect(publish?.steps.map(({ run: line = "" }) => line).join("")).not.toMatch(PROGRAMS);
});

describe("what proposes a newer file", () => {
  const { propose, look, "add-ons": addOns } = workflowOf("renew.yml").jobs;
  const script = propose?.steps.map(({ run: line = "" }) => line).join("") ?? "";
  const { include } = (propose?.["strategy"] as { matrix: { include: Readonly<Record<string, string>>[] } }).matrix;
  const at = scratchFolder();

  /** Runs it with a command line of GitHub that notes what it is asked, and knows the trees `was` and `tree`. */
  function proposes(content: string | undefined, tree: string) {
    const folder = at(`propose-${tree}-${content ?? "nothing"}`);
    const answers = `case "$*" in *git/ref/*) echo base;; *git/commits/base*) echo was;; *git/trees*) echo ${tree};; *git/commits*) echo commit;; esac`;
    writeFiles({
      [join(folder, "bin/gh")]: `#!/bin/sh\necho "$*" >> asked\n${answers}\n`,
      ...(content !== undefined && {
        [join(folder, "renewed/facts.json")]: content,
        [join(folder, "renewed/body.md")]: "What changed",
      }),
    });
    chmodSync(join(folder, "bin/gh"), 0o755);
    const env = {
      PATH: [join(folder, "bin"), process.env["PATH"]].join(delimiter),
      ...{ GITHUB_REPOSITORY: "o/r", GITHUB_REPOSITORY_OWNER: "o", BASE: "main", BRANCH: "renew-chart" },
      ...{ FILE: "chart/facts.json", TITLE: "Facts of Union's chart" },
    };
    execFileSync("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", script], { cwd: folder, env });
    const asked = join(folder, "asked");
    return existsSync(asked) ? readFileSync(asked, "utf8") : "";
  }

  test("runs nothing but GitHub's own command line", () => {
    expect(propose?.steps.map(({ uses = "" }) => uses.split("@")[0])).toEqual(["actions/download-artifact", ""]);
    expect(script).not.toMatch(PROGRAMS);
  });

  test("has a file of the repository for each look", () => {
    const looks = (look?.["strategy"] as { matrix: { what: string[] } }).matrix.what;
    expect(include.map(({ what }) => what)).toEqual([...looks, "add-ons"]);
    for (const { file = "" } of include) {
      expect(existsSync(join(ROOT, file))).toBe(true);
      const copied = [look, addOns].flatMap((job) => job?.steps ?? []).map(({ run: line = "" }) => line);
      expect(copied.join("\n")).toContain(`cp ${file} renewed/`);
    }
  });

  test("commits the file to its branch and opens one pull request", () => {
    const asked = proposes("{}", "newer");
    expect(asked).toContain("tree[][path]=chart/facts.json");
    expect(asked).toContain("tree[][content]=@renewed/facts.json");
    expect(asked).toContain("git/refs/heads/renew-chart");
    expect(asked).toContain("repos/o/r/pulls --raw-field title=Facts of Union's chart --raw-field head=renew-chart");
  });

  test("opens none for a file that is as it was, nor for a look that failed", () => {
    expect(proposes("{}", "was")).not.toContain("/pulls");
    expect(proposes(undefined, "newer")).toBe("");
  });
});

describe("what tells of drift", () => {
  const { tell } = workflowOf("deploy.yml").jobs;
  const script = tell?.steps.map(({ run: line = "" }) => line).join("") ?? "";
  const at = scratchFolder();
  let runs = 0;

  /** Runs it with a command line of GitHub that notes what it is asked; what was asked, and the issue's text. */
  function tells(result: "success" | "failure", open: string, drifts: Readonly<Record<string, string>>) {
    const folder = at(`run-${runs++}`);
    writeFiles({
      [join(folder, "bin/gh")]: `#!/bin/sh\necho "$*" >> asked\n[ "$2" = list ] && echo "${open}"\nexit 0\n`,
      ...Object.fromEntries(
        Object.entries(drifts).map(([name, text]) => [join(folder, "drift", name, "drift.md"), text]),
      ),
    });
    chmodSync(join(folder, "bin/gh"), 0o755);
    const PATH = [join(folder, "bin"), process.env["PATH"]].join(delimiter);
    const env = { PATH, RESULT: result, RUN: "https://github.test/run/1" };
    execFileSync("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", script], { cwd: folder, env });
    const asked = readFileSync(join(folder, "asked"), "utf8");
    const body = join(folder, "body.md");
    return { asked, body: existsSync(body) ? readFileSync(body, "utf8") : undefined };
  }

  test("runs nothing but GitHub's own command line", () => {
    expect(tell?.steps.map(({ uses = "" }) => uses.split("@")[0])).toEqual(["actions/download-artifact", ""]);
    expect(script).not.toMatch(PROGRAMS);
  });

  test("opens one issue with the drift of all", () => {
    const { asked, body } = tells("failure", "", { "drift-one": "### one\n", "drift-two": "### two\n" });
    expect(asked).toContain("issue create --title Drift --label drift --body-file body.md");
    expect(body).toMatch(/^Found by https:\/\/github\.test\/run\/1\./);
    expect(body).toContain("### one\n");
    expect(body).toContain("### two\n");
  });

  test("writes the open one anew", () => {
    const { asked } = tells("failure", "7", { "drift-one": "### one\n" });
    expect(asked).toContain("issue edit 7 --body-file body.md");
    expect(asked).not.toContain("issue create");
  });

  test("tells of a look that failed", () => {
    const { asked, body } = tells("failure", "", {});
    expect(asked).toContain("issue create");
    expect(body).toContain("https://github.test/run/1");
  });

  test("closes it when there is none any more, and is silent where there was none", () => {
    expect(tells("success", "7", {}).asked).toContain("issue close 7 ");
    expect(tells("success", "", {}).asked).not.toMatch(/issue (create|edit|close)/);
  });
});

test.each(workflows)("$name knows no secret, and no key of a cloud", ({ source }) => {
  expect(source).not.toMatch(/\bsecrets\b|access-key|credentials_json|client-secret|creds:/);
});

test.each(scripts)("no expression is put into a script, which could make a command of it: %s", (script) => {
  expect(script).not.toContain("${{");
});

test.each(steps.flatMap(({ uses }) => (uses === undefined ? [] : [uses])))("%s is pinned", (uses) => {
  expect(uses).toMatch(/^[\w-]+(\/[\w-]+)+@[0-9a-f]{40}$/);
});

test("each commit of an action is one, with its version beside", () => {
  const pins = workflows.flatMap(({ source }) => [...source.matchAll(/uses: (\S+)@(\S+)(?: # (v[\d.]+))?$/gm)]);
  expect(pins.length).toBe(steps.filter(({ uses }) => uses !== undefined).length);
  const versions = groupBy(pins, ([, action = ""]) => action);
  for (const one of versions.values()) {
    expect(new Set(one.map(([, , commit, version]) => `${commit} ${version}`)).size).toBe(1);
    expect(one[0]?.[3]).toBeDefined();
  }
});

test("no checkout leaves its token in the folder", () => {
  const checkouts = steps.filter(({ uses }) => uses?.startsWith("actions/checkout@"));
  expect(checkouts.length).toBe(8);
  expect(checkouts.every((step) => step.with?.["persist-credentials"] === false)).toBe(true);
});

test("no job runs for ever", () => {
  expect(jobs.every((job) => job["timeout-minutes"] > 0)).toBe(true);
});

describe("what the scripts call", () => {
  const { scripts: known } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  /** Every match of `pattern`, each text once. */
  const called = (pattern: RegExp) => [
    ...new Map(scripts.flatMap((script) => [...script.matchAll(pattern)].map((match) => [match[0], match]))).values(),
  ];

  test.each(called(/\bnpm (?:run )?(?:--silent )?([\w-]+)/g).map(([, name = ""]) => name))("npm %s", (name) => {
    // npm's own, of what the lock file names.
    if (["ci", "sbom"].includes(name)) expect(existsSync(join(ROOT, "package-lock.json"))).toBe(true);
    else expect(known).toHaveProperty(name);
  });

  test.each(
    called(/\bnpm run (?:--silent )?([\w-]+) -- (.*)$/gm).map(([, name = "", options = ""]) => ({ name, options })),
  )("options of $name: $options", ({ name, options }) => {
    const [, file = ""] = /(scripts\/\S+\.ts)$/.exec(known[name] ?? "") ?? [];
    const source = readFileSync(join(ROOT, file), "utf8");
    for (const [option] of options.matchAll(/--[\w-]+/g)) expect(source).toContain(`"${option}`);
  });

  test.each(called(/\bnpx dataplane (\w+)/g).map(([, command = ""]) => command))("dataplane %s", async (command) => {
    const { stdout } = await run([command, "--help"]);
    for (const [option] of called(new RegExp(`${command} .*|set -- .*`, "g"))
      .join(" ")
      .matchAll(/--\w[\w-]*/g)) {
      expect(stdout).toContain(option);
    }
  });
});

test("the comment that is updated is the one that the script marks", () => {
  expect(scripts.some((script) => script.includes(`startswith("${MARKER}")`))).toBe(true);
});

test("deployments are told apart by name in approvals, identity and turn", () => {
  const deploy = workflowOf("deploy.yml").jobs["deploy"];
  expect(deploy?.["environment"]).toMatch(/^\$\{\{ matrix\.deployment\.name \}\}/);
  expect(deploy?.["concurrency"]).toMatchObject({
    group: expect.stringMatching(/\$\{\{ matrix\.deployment\.name \}\}$/),
    "cancel-in-progress": false,
  });
});
