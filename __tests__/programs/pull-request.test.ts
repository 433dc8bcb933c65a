import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { commentOf, MARKER, run } from "../../scripts/pull-request";
import { Repository } from "../support/repository";

const SCRIPT = "scripts/pull-request.ts";
const OUTPUT = ".dataplane/pull-request";
const ALL_FILES = ["comment.md", "diff.json", "summary.md", "verify.sarif"];

const repository = new Repository();
const read = (name: string) => readFileSync(repository.path(OUTPUT, name), "utf8");
const files = () => (existsSync(repository.path(OUTPUT)) ? readdirSync(repository.path(OUTPUT)).sort() : []);
const pullRequest = (...args: string[]) => repository.runHere(run, args);

const empty = repository.git("rev-parse", "HEAD");
repository.deploy("acme-prod");
const base = repository.commit("A deployment");

/** Checks out a branch of its own at `from`. */
function branch(name: string, from: string): void {
  repository.git("checkout", "--quiet", "-B", name, from);
  rmSync(repository.path(OUTPUT), { recursive: true, force: true });
}

afterEach(() => expect(repository.leftovers()).toEqual([]));

describe("a change that lets more out", () => {
  beforeAll(() => {
    branch("wider", base);
    repository.deploy("acme-prod", { egress: { controlPlaneCidrs: ["81.2.70.0/24"] } });
    repository.commit("A further block");
  });

  test("is told in one comment, and is no violation", async () => {
    const { code, stderr, stdout } = await pullRequest("--base", "main");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^every invariant holds; widened; written: /);
    expect(files()).toEqual(ALL_FILES);
    const comment = read("comment.md");
    expect(comment.startsWith(`${MARKER}\n`)).toBe(true);
    expect(comment).toContain("81.2.70.0/24");
    expect(comment).toContain("Verification: every invariant holds");
    expect(comment).toContain(`against ${base.slice(0, 7)}`);
    expect(comment).not.toContain(repository.temporary);
    expect(read("summary.md")).toContain("81.2.70.0/24");
    expect(JSON.parse(read("diff.json"))).toMatchObject({
      verdict: "widened",
      deployments: [{ name: "acme-prod", state: "changed", verdict: "widened" }],
      problems: [],
    });
    expect(JSON.parse(read("verify.sarif")).runs[0].results).toEqual([]);
  });

  test("is not blamed for what the base got meanwhile", async () => {
    repository.git("checkout", "--quiet", "-B", "moved", base);
    repository.deploy("acme-other");
    repository.commit("Another's deployment");
    repository.git("checkout", "--quiet", "wider");
    await pullRequest("--base", "moved");
    expect(JSON.parse(read("diff.json")).deployments).toMatchObject([{ name: "acme-prod" }]);
  });
});

test("a rule that lets someone in is a violation, whose packet the comment names", async () => {
  branch("open", base);
  const file = repository.path("stacks/infrastructure.ts");
  const rule = {
    security_group_id: "${aws_eks_cluster.cluster_A4C38409.vpc_config[0].cluster_security_group_id}",
    ...{ ip_protocol: "tcp", from_port: 22, to_port: 22, cidr_ipv4: "81.2.69.0/24" },
  };
  const last = "addInfrastructure(this, deployment);";
  const source = readFileSync(file, "utf8");
  expect(source).toContain(last);
  const added = `this.addOverride("resource.aws_vpc_security_group_ingress_rule.open", ${JSON.stringify(rule)});`;
  repository.write({ "stacks/infrastructure.ts": source.replace(last, `${last}\n${added}`) });
  repository.commit("A rule");
  expect(await pullRequest("--base", "main")).toMatchObject({ code: 1, stderr: "" });
  const comment = read("comment.md");
  expect(comment).toContain("`no-inbound`");
  expect(comment).toContain("TCP 22 from 81.2.69.");
  expect(comment).toMatch(/\(?`?cdktf\.out\/stacks\/acme-prod\/cdk\.tf\.json:\d+/);
  const [result] = JSON.parse(read("verify.sarif")).runs[0].results;
  expect(result.locations[0].physicalLocation.artifactLocation.uri).toBe("cdktf.out/stacks/acme-prod/cdk.tf.json");
});

test("no change is no change", async () => {
  branch("same", base);
  expect((await pullRequest("--base", "main", "--fail-on", "any")).code).toBe(0);
  expect(JSON.parse(read("diff.json"))).toMatchObject({ verdict: "same" });
});

test("what is not committed counts, the comment says so, and it fails where --fail-on asks for that", async () => {
  branch("dirty", base);
  repository.deploy("acme-prod", { egress: { controlPlaneCidrs: ["81.2.70.0/24"] } });
  expect(await pullRequest("--base", "main", "--fail-on", "widening")).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/widened/),
  });
  expect(read("comment.md")).toContain("with uncommitted changes");
  repository.git("checkout", "--quiet", ".");
});

test("a base without deployments: all is new", async () => {
  branch("first", base);
  expect((await pullRequest("--base", empty, "--fail-on", "any")).code).toBe(1);
  expect(JSON.parse(read("diff.json")).deployments).toMatchObject([{ name: "acme-prod", state: "added" }]);
});

test("no deployment on either side: nothing to say, and nothing wrong", async () => {
  branch("none", empty);
  expect(await pullRequest("--base", empty)).toMatchObject({ code: 0, stderr: "" });
  expect(files()).toEqual(ALL_FILES);
});

test("a base that does not synthesize is told of, and the change judged all the same", async () => {
  branch("broken", base);
  repository.deploy("acme-prod", { region: "nowhere" });
  const broken = repository.commit("A mistake");
  repository.deploy("acme-prod");
  repository.commit("Mended");
  expect((await pullRequest("--base", broken)).code).toBe(0);
  const comment = read("comment.md");
  expect(comment).toContain("deployments/acme-prod.yaml:");
  expect(JSON.parse(read("diff.json"))).toMatchObject({ problems: [{ side: "base" }] });
  expect(JSON.parse(read("diff.json")).deployments).toMatchObject([{ name: "acme-prod", state: "added" }]);
});

test("a change that does not synthesize is unusable, and the comment says why", async () => {
  branch("unusable", base);
  repository.deploy("acme-prod", { region: "nowhere" });
  repository.commit("A mistake");
  expect((await pullRequest("--base", "main")).code).toBe(2);
  expect(files()).toEqual(["comment.md", "summary.md"]);
  expect(read("comment.md")).toMatch(/can't be synthesized[^]*deployments\/acme-prod\.yaml:\d+: region: 'nowhere'/);
});

test.each([
  { args: ["--base", "no-such-ref"], message: /^no-such-ref: is no ref of this repository/ },
  { args: ["--base", "--help"], message: /is no ref|unknown option|argument missing/ },
  { args: [], message: /required option '--base <ref>'/ },
  { args: ["--base", "main", "--fail-on", "nothing"], message: /Allowed choices/ },
])("unusable: $args", ({ args, message }) => {
  branch("refs", base);
  const { code, stderr } = repository.run(SCRIPT, args);
  expect(code).toBe(2);
  expect(stderr).toMatch(message);
  expect(files()).toEqual([]);
});

test("an unrelated history has no merge base", async () => {
  branch("refs", base);
  const orphan = repository.git("commit-tree", "-m", "Another beginning", `${base}^{tree}`);
  expect(await pullRequest("--base", orphan)).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/no commit in common with HEAD/),
  });
});

test("interrupted, it leaves nothing behind", async () => {
  branch("interrupted", base);
  const options = { cwd: repository.folder, env: repository.environment(), stdio: "ignore" } as const;
  const child = spawn(process.execPath, ["--import", "tsx", SCRIPT, "--base", empty], options);
  const ended = once(child, "exit");
  const isAtWork = () => readdirSync(repository.temporary).some((name) => name.startsWith("dataplane-"));
  while (!isAtWork()) await sleep(20);
  child.kill("SIGTERM");
  await ended;
  expect(isAtWork()).toBe(false);
});

describe("the comment's length", () => {
  const line = "- packets may now pass\n";

  test("the first text that fits is taken", () => {
    expect(commentOf([line.repeat(4000), "short"], "footer")).toBe(`${MARKER}\nshort\n\n<sub>footer</sub>\n`);
  });

  test("what never fits is cut after a line, and says so", () => {
    const comment = commentOf([line.repeat(4000)], "footer");
    expect(comment.length).toBeLessThanOrEqual(65_536);
    expect(comment.length).toBeGreaterThan(65_000);
    expect(comment).toMatch(/may now pass\n\nThe rest is left out[^]*footer<\/sub>\n$/);
  });
});
