import { execFileSync, spawn, spawnSync } from "node:child_process";
import { readdirSync, readFileSync, symlinkSync } from "node:fs";
import { once } from "node:events";
import { join } from "node:path";
import { run } from "../../cli/index";
import { answerTo, filesOf, withSides, type Side } from "../support/diff";
import { PAIRS } from "../support/diff-pairs";
import { scratchFolder, writeFiles } from "../support/scratch";
import { synthesize } from "../support/tree";
import type { Json } from "../support/workloads";

const at = scratchFolder();

describe("pairs of trees", () => {
  test.each(PAIRS.map(([what, base, head, exitCode, ...said]) => ({ what, base, head, exitCode, said })))(
    "$what",
    async ({ base, head, exitCode, said }) => {
      const answer = await answerTo(base, head);
      expect(answer.said.filter((sentence) => !/^(resources|changed fields): /.test(sentence))).toEqual(said);
      expect(answer.exitCode).toBe(exitCode);
    },
  );
});

const group = (...cidrs: string[]): Side => ({
  resource: {
    aws_security_group: { web: { ingress: [{ from_port: 22, to_port: 22, protocol: "tcp", cidr_blocks: cidrs }] } },
  },
});
const [CLOSED, OPEN, INSIDE] = [
  group("10.0.0.0/8"),
  group("10.0.0.0/8", "81.2.69.7/32"),
  group("10.0.0.0/8", "172.16.0.0/12"),
];
const TAGGED: Side = { resource: structuredClone((CLOSED as { resource: Json }).resource) };
TAGGED.resource.aws_security_group.web.tags = { a: "b" };

test("what is not read is the same in another folder, and new where it is another file", async () => {
  const template = { AWSTemplateFormatVersion: "2010-09-09", Resources: { A: { Type: "AWS::EC2::VPC" } } };
  writeFiles({ [at("unread/a/t.json")]: template, [at("unread/b/t.json")]: template });
  expect(await run(["diff", at("unread/a"), at("unread/b")])).toMatchObject({ exitCode: 0 });
  writeFiles({ [at("unread/b/u.json")]: template });
  const { stdout, exitCode } = await run(["diff", at("unread/a"), at("unread/b")]);
  expect(stdout).toMatch(/newly violated: .*u\.json is not judged/);
  expect(stdout).not.toContain("t.json");
  expect(exitCode).toBe(1);
});

describe("--fail-on", () => {
  test.each<[what: string, base: Side, head: Side, widening: number, violation: number, any: number]>([
    ["opened to the outside", CLOSED, OPEN, 1, 1, 1],
    ["opened within the network", CLOSED, INSIDE, 1, 0, 1],
    ["closed", OPEN, CLOSED, 0, 0, 1],
    ["a tag", CLOSED, TAGGED, 0, 0, 1],
    ["nothing", OPEN, OPEN, 0, 0, 0],
  ])("%s", async (_, base, head, ...codes) => {
    const kinds = ["widening", "violation", "any"];
    const answers = await Promise.all(kinds.map((kind) => answerTo(base, head, "--fail-on", kind)));
    expect(answers.map(({ exitCode }) => exitCode)).toEqual(codes);
  });
});

describe("--format", () => {
  const render = (format: string) =>
    withSides([CLOSED, OPEN], async ([base, head]) => run(["diff", base, head, "--format", format]));

  test("text names the rule and where it is written, and ends with the verdict", async () => {
    const { stdout } = await render("text");
    expect(stdout).toMatch(
      /\n {2}newly open: 81\.2\.69\.7 may now reach aws_security_group\.web on TCP 22; rule aws_security_group\.web, \S+head\/main\.tf\.json:\d+\n/,
    );
    expect(stdout).toMatch(/\nwidened: 1 of 1 deployment changed\n$/);
  });

  test("json is the diff", async () => {
    const { stdout } = await render("json");
    expect(JSON.parse(stdout)).toMatchObject({
      verdict: "widened",
      problems: [],
      deployments: [
        {
          state: "changed",
          packets: [
            {
              change: "opened",
              certainty: "certain",
              direction: "inbound",
              endpoints: ["aws_security_group.web"],
              services: "TCP 22",
              peers: ["81.2.69.7"],
              rules: [{ resource: "aws_security_group.web", location: { line: expect.any(Number) } }],
            },
          ],
          findings: [{ change: "new", finding: { invariant: "no-inbound", status: "violated" } }],
          resources: [{ change: "changed", resource: "aws_security_group.web", arguments: ["ingress"] }],
        },
      ],
    });
  });

  test("sarif has a rule for each result", async () => {
    const { stdout } = await render("sarif");
    const [{ tool, results }] = JSON.parse(stdout).runs;
    const ids = tool.driver.rules.map(({ id }: { id: string }) => id);
    expect(results.map(({ ruleId, level }: { ruleId: string; level: string }) => [ruleId, level])).toEqual([
      ["no-inbound", "error"],
      ["diff-opened", "error"],
    ]);
    expect(ids).toEqual(expect.arrayContaining(["no-inbound", "diff-opened"]));
  });

  test("markdown shows what is newly open, and folds what is not", async () => {
    const { stdout } = await render("markdown");
    expect(stdout).toContain("#### Newly open\n\n- 81.2.69.7 may now reach aws_security_group.web on TCP 22 (");
    expect(stdout).toContain("<details><summary>Resources (1)</summary>");
  });

  test("--output writes to a file", async () => {
    const file = at("diff.json");
    await withSides([CLOSED, OPEN], async ([base, head]) => {
      expect(await run(["diff", base, head, "--format", "json", "--output", file])).toMatchObject({ stdout: "" });
    });
    expect(JSON.parse(readFileSync(file, "utf8"))).toHaveProperty("verdict", "widened");
  });
});

test("paths behind BASE and HEAD are compared alone", async () => {
  const side = (open: Side) => ({ files: { ...prefixed("a", CLOSED), ...prefixed("b", open) } });
  await withSides([side(CLOSED), side(OPEN)], async ([base, head]) => {
    expect((await run(["diff", base, head, "a"])).exitCode).toBe(0);
    expect((await run(["diff", base, head, "b"])).exitCode).toBe(1);
  });
});

const prefixed = (folder: string, side: Side) =>
  Object.fromEntries(Object.entries(filesOf(side)).map(([path, content]) => [`${folder}/${path}`, content]));

test("deployments without any in common are said to be so, and all of HEAD is new", async () => {
  const { exitCode, stdout } = await withSides([synthesize(), synthesize({ name: "acme-two" })], ([base, head]) =>
    run(["diff", base, head]),
  );
  expect(exitCode).toBe(1);
  expect(stdout).toContain("not compared (both): no deployment is in both: all of HEAD counts as new\n");
  expect(stdout).toContain("\nacme-two (added, widened)\n");
  expect(stdout).toContain("acme-prod (removed, changed)\n");
  expect(stdout).toContain("destroyed: DESTROYS A CLUSTER: ");
});

describe("what can't be used is exit code 2 and one line", () => {
  test.each<[what: string, args: (base: string, head: string) => string[], message: string]>([
    ["no HEAD", (base) => [base], "HEAD: is missing: name what to compare with, or add --git"],
    ["a BASE that is missing", (_, head) => [at("gone"), head], "/gone: does not exist"],
    ["a HEAD that is missing", (base) => [base, at("gone")], "/gone: does not exist"],
    [
      "no such kind of change",
      (base, head) => [base, head, "--fail-on", "x"],
      "Allowed choices are widening, any, violation",
    ],
    [
      "no such format",
      (base, head) => [base, head, "--format", "html"],
      "Allowed choices are text, markdown, json, sarif",
    ],
    ["nothing", () => [], "missing required argument 'base'"],
  ])("%s", async (_, args, message) => {
    await withSides([CLOSED, OPEN], async ([base, head]) => {
      const { exitCode, stdout, stderr } = await run(["diff", ...args(base, head)]);
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
      expect(stderr).toContain(message);
      expect(stderr).toMatch(/^[^\n]+\n$/);
    });
  });
});

describe("--git", () => {
  const PROGRAM = join(__dirname, "../../cli/dataplane.js");
  /** An application whose tree is a folder of its repository. */
  const MAIN = `
import { cpSync, readFileSync, writeFileSync } from "node:fs";
const [file = ""] = (process.env.DATAPLANE_DEPLOYMENTS ?? "").split(":");
const text = readFileSync(file.endsWith(".yaml") ? file : file + "/a.yaml", "utf8");
if (text.includes("slow")) await new Promise((done) => setTimeout(done, 60_000));
if (text.includes("broken")) throw new Error("deployments/a.yaml:1: is broken");
cpSync("tree", process.env.CDKTF_OUTDIR ?? "", { recursive: true });
`;
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@example.com", ...args], {
      cwd: at("repo"),
      encoding: "utf8",
    });
  const state = (deployment: string, cidr: string) => {
    const stack = { resource: (group("10.0.0.0/8", cidr) as { resource: unknown }).resource };
    writeFiles({
      [at("repo/deployments/a.yaml")]: deployment,
      [at("repo/tree/manifest.json")]: { stacks: { a: { synthesizedStackPath: "stacks/a/cdk.tf.json" } } },
      [at("repo/tree/stacks/a/cdk.tf.json")]: stack,
    });
  };
  const commit = (tag: string) => {
    git("add", "--all");
    git("commit", "--quiet", "--allow-empty", "--message", tag);
    git("tag", tag);
  };
  const environment = { ...process.env, TMPDIR: at("tmp"), DATAPLANE_DEPLOYMENTS: "" };
  const diff = (...args: string[]) =>
    spawnSync(process.execPath, [PROGRAM, "diff", "--git", ...args], {
      cwd: at("repo"),
      env: environment,
      encoding: "utf8",
    });
  const leftovers = () => readdirSync(at("tmp")).filter((name) => name.startsWith("dataplane"));

  beforeAll(() => {
    writeFiles({ [at("repo/main.mts")]: "", [at("repo/main.ts")]: MAIN, [at("tmp/.keep")]: "" });
    writeFiles({ [at("repo/package.json")]: { type: "module" }, [at("repo/.gitignore")]: "node_modules\n" });
    symlinkSync(join(__dirname, "../../node_modules"), at("repo/node_modules"));
    git("init", "--quiet");
    state("fine", "10.0.0.0/8");
    commit("closed");
    state("fine", "81.2.69.7/32");
    commit("open");
    state("broken", "81.2.69.7/32");
    commit("broken");
    state("slow", "81.2.69.7/32");
    commit("slow");
    state("fine", "81.2.69.7/32");
    commit("last");
  });

  afterEach(() => {
    expect(leftovers()).toEqual([]);
    expect(git("worktree", "list").trim().split("\n")).toHaveLength(1);
  });

  test("two refs", () => {
    const { status, stdout, stderr } = diff("closed", "open");
    expect(stderr).toBe("");
    expect(status).toBe(1);
    expect(stdout).toMatch(
      /newly open: 81\.2\.69\.7 may now reach aws_security_group\.web on TCP 22; rule aws_security_group\.web, \w{7}:cdktf\.out\/stacks\/a\/cdk\.tf\.json:\d+\n/,
    );
    expect(diff("open", "closed")).toMatchObject({ status: 0 });
  });

  test("without HEAD the working tree, with what is not committed", () => {
    expect(diff("last")).toMatchObject({ status: 0, stderr: "" });
    state("fine", "81.2.70.7/32");
    const { status, stdout } = diff("last");
    expect(status).toBe(1);
    expect(stdout).toContain("81.2.70.7 may now reach");
    // A ref leaves that out, and says so.
    const asCommitted = diff("closed", "last");
    expect(asCommitted.stdout).toContain("not compared (head): the working tree has changes that are not in last");
    expect(asCommitted.stdout).not.toContain("81.2.70.7");
    git("checkout", "--quiet", "--", ".");
  });

  test("a BASE that can't be synthesized is told of, and all of HEAD is new", () => {
    const { status, stdout } = diff("broken", "open");
    expect(status).toBe(1);
    expect(stdout).toContain(
      "not compared (base): BASE (broken) can't be synthesized, so that all of HEAD counts as new: Error: deployments/a.yaml:1: is broken\n",
    );
    expect(stdout).toContain("81.2.69.7 may now reach aws_security_group.web on TCP 22");
  });

  test.each([
    [
      "a HEAD that can't be synthesized",
      ["closed", "broken"],
      "HEAD (broken): can't be synthesized: Error: deployments/a.yaml:1: is broken",
    ],
    ["an unknown ref", ["nowhere", "open"], "nowhere: "],
    ["a ref that looks like an option", ["--", "--all", "open"], "--all: "],
    ["the working tree as BASE", [".", "open"], "BASE: must be a ref: the working tree can only be HEAD"],
    ["no deployments", ["closed", "open", "elsewhere"], "elsewhere: holds no deployment in closed, nor in open"],
    ["a path outside", ["closed", "open", "../elsewhere"], "../elsewhere: is outside of the repository"],
  ])("%s is exit code 2 and one line", (_, args, message) => {
    const { status, stdout, stderr } = diff(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/^[^\n]+\n$/);
  });

  test.each(["SIGINT", "SIGTERM"] as const)("%s leaves nothing behind", async (signal) => {
    const child = spawn(process.execPath, [PROGRAM, "diff", "--git", "closed", "slow"], {
      cwd: at("repo"),
      env: environment,
    });
    while (!leftovers().some((name) => readdirSync(join(at("tmp"), name)).length > 1)) {
      await new Promise((done) => setTimeout(done, 50));
    }
    child.kill(signal);
    const [code, by] = (await once(child, "exit")) as [number | null, string | null];
    expect(code === null ? by : code).toBe(code === null ? signal : { SIGINT: 130, SIGTERM: 143 }[signal]);
  });
});
