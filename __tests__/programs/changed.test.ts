import { mkdirSync } from "node:fs";
import { changesBetween, type Changes } from "../../cli/changed";
import type { Tree } from "../../cli/git-trees";
import { run } from "../../cli/index";
import type { Deployment } from "../../config/deployment";
import { App } from "../../framework";
import { addDataPlane } from "../../stacks/data-planes";
import { deploymentOn } from "../support/deployments";
import { Repository } from "../support/repository";
import { scratchFolder } from "../support/scratch";

const scratch = scratchFolder();
let trees = 0;

/** The tree that deployments synthesize to. */
function treeOf(...deployments: Deployment[]): Tree {
  const outdir = scratch(`tree-${trees++}`);
  mkdirSync(outdir);
  const app = new App({ outdir });
  for (const deployment of deployments) addDataPlane(app, deployment);
  app.synth();
  return { state: "synthesized", folder: outdir, title: "cdktf.out" };
}

const EMPTY: Tree = { state: "empty" };
const FAILED: Tree = { state: "failed", reason: "main.ts:1\nError: no such thing\n    at nowhere" };
const on = (name: string, fields: object = {}) => deploymentOn("aws", { name, ...fields });
const stacksOf = ({ deployments }: Changes) =>
  Object.fromEntries(deployments.map(({ name, stacks }) => [name, stacks]));

const one = treeOf(on("one"));

test.each<{ what: string; base: Tree; head: Tree; stacks: Record<string, string[]>; removed?: string[] }>([
  { what: "nothing", base: one, head: treeOf(on("one")), stacks: {} },
  {
    what: "an exception's reason, which Terraform does not see",
    base: one,
    head: treeOf(
      on("one", {
        exceptions: [{ id: "flow-logs", resource: "aws_vpc.x", reason: "A laboratory.", expires: "2099-01-01" }],
      }),
    ),
    stacks: {},
  },
  {
    what: "the infrastructure: the workloads build on it",
    base: one,
    head: treeOf(on("one", { logRetentionDays: 400 })),
    stacks: { one: ["one", "one-workloads"] },
  },
  {
    what: "the workloads alone",
    base: one,
    head: treeOf(on("one", { tunnel: { replicas: 3 } })),
    stacks: { one: ["one-workloads"] },
  },
  {
    what: "one of two, and a third that is new",
    base: treeOf(on("one"), on("two")),
    head: treeOf(on("one"), on("three"), on("two", { logRetentionDays: 400 })),
    stacks: { three: ["three", "three-workloads"], two: ["two", "two-workloads"] },
  },
  {
    what: "a deployment that is gone",
    base: treeOf(on("one"), on("two")),
    head: one,
    stacks: {},
    removed: ["two", "two-workloads"],
  },
  {
    what: "workloads that Union's chart takes over",
    base: one,
    head: treeOf(on("one", { workloads: "chart" })),
    // Its guards are in the same stack.
    stacks: { one: ["one", "one-workloads"] },
  },
  { what: "everything, where nothing was", base: EMPTY, head: one, stacks: { one: ["one", "one-workloads"] } },
  { what: "nothing, where nothing is", base: EMPTY, head: EMPTY, stacks: {} },
])("what changed: $what", ({ base, head, stacks, removed = [] }) => {
  const changes = changesBetween(base, head);
  expect(stacksOf(changes)).toEqual(stacks);
  expect(changes.removed).toEqual(removed);
  expect(changes).not.toHaveProperty("problem");
});

test("each tells what a job needs to log in", () => {
  const clouds = (["aws", "google", "azure"] as const).map((cloud) =>
    deploymentOn(cloud, { name: `acme-${cloud.slice(0, 2)}` }),
  );
  const { deployments } = changesBetween(EMPTY, treeOf(...clouds));
  expect(Object.fromEntries(deployments.map(({ cloud, ...rest }) => [cloud, rest]))).toMatchObject({
    aws: { name: "acme-aw", account: "123456789012", region: "us-east-2" },
    google: { name: "acme-go", project: "acme-data-plane", region: "us-east5" },
    azure: {
      name: "acme-az",
      subscription: "11111111-2222-3333-4444-555555555555",
      directory: "99999999-8888-7777-6666-555555555555",
      region: "eastus2",
    },
  });
});

test("where the base can't be synthesized, everything counts as changed, and it says so", () => {
  const changes = changesBetween(FAILED, one);
  expect(stacksOf(changes)).toEqual({ one: ["one", "one-workloads"] });
  expect(changes.problem).toBe(
    "the base can't be synthesized, so that every deployment counts as changed: Error: no such thing",
  );
});

test("what can't be synthesized can't be deployed", () => {
  expect(() => changesBetween(one, FAILED)).toThrow(
    /^the commit to deploy: can't be synthesized: Error: no such thing$/,
  );
});

test.each([
  { args: [], message: "--base: is missing (allowed: a ref; or --all)" },
  { args: ["--base", "no-such-ref"], message: "no-such-ref: is no ref of this repository" },
  { args: ["--base", "HEAD", "--head", "no-such-ref"], message: "no-such-ref: is no ref of this repository" },
  { args: ["--base", "HEAD", "--all"], message: "cannot be used with option" },
  { args: ["--all", "--format", "yaml"], message: "Allowed choices are text, json" },
])("unusable: changed $args", async ({ args, message }) => {
  const { exitCode, stdout, stderr } = await run(["changed", ...args]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
  expect(stderr).toContain(message);
});

describe("in a repository", () => {
  const repository = new Repository();
  const cli = (...args: string[]) => repository.run("cli/dataplane.js", ["changed", ...args]);
  repository.deploy("acme-one");
  repository.deploy("acme-two");
  const base = repository.commit("Two deployments");
  repository.deploy("acme-two", { tunnel: { replicas: 3 } });
  repository.commit("One changes");

  afterEach(() => expect(repository.leftovers()).toEqual([]));

  test("the commits are compared", () => {
    expect(cli("--base", base)).toEqual({ code: 0, stdout: "acme-two: acme-two-workloads\n", stderr: "" });
  });

  test("backwards too, as JSON", () => {
    const { stdout } = cli("--base", "HEAD", "--head", base, "--format", "json");
    expect(JSON.parse(stdout)).toEqual({
      deployments: [
        ...[{ name: "acme-two", cloud: "aws", account: "123456789012", region: "us-east-2" }].map((target) => ({
          ...target,
          stacks: ["acme-two-workloads"],
        })),
      ],
      removed: [],
    });
  });

  test.each([["--all"], ["--base", "0".repeat(40)]])("all of them: %s", (...args) => {
    expect(cli(...args).stdout).toBe(
      "acme-one: acme-one, acme-one-workloads\nacme-two: acme-two, acme-two-workloads\n",
    );
  });

  test("none", () => expect(cli("--base", "HEAD").stdout).toBe("nothing to deploy\n"));
});
