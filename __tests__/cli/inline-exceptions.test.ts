import { rmSync } from "node:fs";
import { run } from "../../cli/index";
import { scratchFolder, writeFiles } from "../support/scratch";

const at = scratchFolder();
const IN_FORCE = "dataplane:except no-inbound until 2999-12-31 The partner's bastion, until it is gone.";

const judged = async (files: Readonly<Record<string, string>>, ...flags: string[]) => {
  rmSync(at("in"), { recursive: true, force: true });
  writeFiles(Object.fromEntries(Object.entries(files).map(([path, content]) => [at(`in/${path}`), content])));
  return run(["verify", at("in"), "--only", "no-inbound", ...flags]);
};
const report = async (files: Readonly<Record<string, string>>) => {
  const { stdout, stderr } = await judged(files, "--format", "json");
  expect(stderr).toBe("");
  const { findings, exceptions } = JSON.parse(stdout);
  return {
    findings: findings.map(({ resource }: { resource: string }) => resource).sort(),
    exceptions: exceptions.map(
      ({
        state,
        resource,
        location,
        findings: covered,
      }: Record<string, never> & { findings: unknown[]; location: { file: string; line: number } }) =>
        `${state} ${resource} ${location.file.replace(at("in/"), "")}:${location.line} ${covered.length}`,
    ),
  };
};

const rules = `
  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}`;
const group = (name: string, { above = "", behind = "", within = "", repeated = "" } = {}) =>
  `${above && `${above}\n`}resource "aws_security_group" "${name}" {${behind && ` ${behind}`}${within && `\n  ${within}`}${repeated && `\n  ${repeated}`}${rules}\n`;

test.each([
  ["directly above", { above: `# ${IN_FORCE}` }, 1],
  ["directly above, in HCL's other way", { above: `// ${IN_FORCE}` }, 1],
  ["above with other comments between", { above: `# ${IN_FORCE}\n# Asked for by the network team.` }, 1],
  ["at the end of the first line", { behind: `# ${IN_FORCE}` }, 1],
  ["directly below", { within: `/* ${IN_FORCE} */` }, 2],
])("a comment %s a block excepts it", async (_, places, line) => {
  expect(await report({ "main.tf": group("a", places) })).toEqual({
    findings: [],
    exceptions: [`used aws_security_group.a main.tf:${line} 1`],
  });
  expect(await report({ "main.tofu": group("a", places) })).toMatchObject({ findings: [] });
});

test("it excepts that block alone, by that invariant alone", async () => {
  const files = { "main.tf": `${group("a", { above: `# ${IN_FORCE}` })}${group("b")}` };
  expect(await report(files)).toEqual({
    findings: ["aws_security_group.b"],
    exceptions: ["used aws_security_group.a main.tf:1 1"],
  });
  const other = IN_FORCE.replace("no-inbound", "flow-logs");
  const { stdout } = await run(["verify", at("in"), "--format", "json"]);
  expect(JSON.parse(stdout).exceptions).toHaveLength(1);
  expect((await report({ "main.tf": group("a", { above: `# ${other}` }) })).findings).toEqual(["aws_security_group.a"]);
});

test("what it covers and where it stands is in every format", async () => {
  const files = { "main.tf": group("a", { above: `# ${IN_FORCE}` }) };
  const line = `${at("in/main.tf")}:1`;
  expect((await judged(files)).stdout).toBe(
    `exception (used) no-inbound: aws_security_group.a (${line}) until 2999-12-31: The partner's bastion, until it is gone.\n` +
      "pass: every invariant holds, with 1 exception (1 rule at 1 endpoint judged)\n",
  );
  expect((await judged(files, "--format", "markdown")).stdout).toContain(`\`aws_security_group.a\`<br>${line}`);
  const [sarif] = JSON.parse((await judged(files, "--format", "sarif")).stdout).runs;
  expect(sarif.results[0].suppressions[0].kind).toBe("inSource");
  expect(sarif.properties.exceptions[0].location).toBe(line);
});

test("instances of a block are one exception", async () => {
  const repeated = "count = 2";
  expect(await report({ "main.tf": group("a", { above: `# ${IN_FORCE}`, repeated }) })).toEqual({
    findings: [],
    exceptions: ["used aws_security_group.a main.tf:1 2"],
  });
  const each = 'for_each = toset(["x", "y"])';
  expect(await report({ "main.tf": group("a", { within: `# ${IN_FORCE}`, repeated: each }) })).toMatchObject({
    exceptions: ["used aws_security_group.a main.tf:2 2"],
  });
});

test("in a module it excepts the block wherever the module is called; beside a call all that the call makes", async () => {
  const calls = 'module "x" {\n  source = "./net"\n}\nmodule "y" {\n  source = "./net"\n  count = 2\n}\n';
  expect(await report({ "main.tf": calls, "net/main.tf": group("a", { above: `# ${IN_FORCE}` }) })).toEqual({
    findings: [],
    exceptions: [
      "used module.x.aws_security_group.a, module.y[0].aws_security_group.a, module.y[1].aws_security_group.a net/main.tf:1 3",
    ],
  });
  expect(
    await report({ "main.tf": calls.replace("module", `# ${IN_FORCE}\nmodule`), "net/main.tf": group("a") }),
  ).toEqual({
    findings: ["module.y[0].aws_security_group.a", "module.y[1].aws_security_group.a"],
    exceptions: ["used module.x main.tf:1 1"],
  });
});

test("of two root modules with one address it excepts the one that it stands in", async () => {
  expect(await report({ "a/main.tf": group("a", { above: `# ${IN_FORCE}` }), "b/main.tf": group("a") })).toEqual({
    findings: ["aws_security_group.a"],
    exceptions: ["used aws_security_group.a a/main.tf:1 1"],
  });
});

const service = (name: string) =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}, namespace: b}\nspec: {type: LoadBalancer, selector: {app: a}, ports: [{port: 80}]}\n`;

test("in a manifest it excepts the object that it stands directly above or below the first line of", async () => {
  const file = `# ${IN_FORCE}\n${service("a")}---\n${service("b")}---\n${service("c").replace("\n", `\n# ${IN_FORCE}\n`)}`;
  expect(await report({ "a.yaml": file })).toEqual({
    findings: ["Service/b/b"],
    exceptions: ["used Service/b/a a.yaml:1 1", "used Service/b/c a.yaml:13 1"],
  });
  const text =
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  run: |\n    # dataplane:except no-inbound\n";
  expect((await report({ "a.yaml": `${text}---\n${service("b")}` })).exceptions).toEqual([]);
});

test("a workload is excepted beside its object, also as a resource of Terraform", async () => {
  const pod =
    "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  hostNetwork: true\n  containers: [{name: a, image: a}]\n";
  const open = await report({ "a.yaml": pod });
  expect(open.findings.length).toBeGreaterThan(0);
  expect(await report({ "a.yaml": `# ${IN_FORCE}\n${pod}` })).toMatchObject({ findings: [] });
  const block =
    'resource "kubernetes_pod_v1" "a" {\n  metadata { name = "a" }\n' +
    '  spec {\n    host_network = true\n    container {\n      name = "a"\n      image = "a"\n    }\n  }\n}\n';
  expect((await report({ "main.tf": block })).findings.length).toBeGreaterThan(0);
  expect(await report({ "main.tf": `# ${IN_FORCE}\n${block}` })).toMatchObject({ findings: [] });
});

test("an expired one covers nothing, and the finding says so", async () => {
  const ended = IN_FORCE.replace("2999", "2020");
  const { stdout, exitCode } = await judged({ "main.tf": group("a", { above: `# ${ended}` }) });
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/^violated no-inbound: .*; its exception expired on 2020-12-31$/m);
  expect(stdout).toContain("remedy: Do what it was to give time for, or renew the exception");
  expect(stdout).toContain("exception (expired) no-inbound: aws_security_group.a");
});

test("one that covers nothing is told of as unused, and is a finding of its own once it is expired", async () => {
  const closed = group("a", { above: `# ${IN_FORCE}` }).replace("0.0.0.0/0", "10.0.0.0/8");
  expect(await report({ "main.tf": closed })).toEqual({
    findings: [],
    exceptions: ["unused aws_security_group.a main.tf:1 0"],
  });
  const { stdout } = await judged({ "main.tf": closed.replace("2999", "2020") });
  expect(stdout).toContain("the exception for aws_security_group.a expired on 2020-12-31");
  expect(stdout).toContain(`(${at("in/main.tf")}:1)`);
});

test.each([
  [
    "an invariant that is none",
    "dataplane:except no-such until 2999-12-31 A reason that is long.",
    /names no invariant: 'no-such' \(allowed: no-inbound, /,
  ],
  [
    "no last day",
    "dataplane:except no-inbound A reason that is long.",
    /has no last day \(allowed: dataplane:except ID until YYYY-MM-DD REASON\)/,
  ],
  [
    "a day that is none",
    "dataplane:except no-inbound until 2999-02-31 A reason that is long.",
    /last day .*2999-02-31/,
  ],
  [
    "no reason",
    "dataplane:except no-inbound until 2999-12-31",
    /reason is too short: '' \(allowed: at least 10 characters\)/,
  ],
  [
    "another word",
    "dataplane:ignore no-inbound until 2999-12-31 A reason.",
    /'dataplane:ignore' is no comment that is understood/,
  ],
])("a comment with %s is an error that names its line", async (_, comment, complaint) => {
  for (const files of [
    { "main.tf": group("a", { above: `# ${comment}` }) },
    { "a.yaml": `# ${comment}\n${service("a")}` },
  ]) {
    const { exitCode, stdout, stderr } = await judged(files);
    expect([exitCode, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(complaint);
    expect(stderr).toMatch(/in\/(main\.tf|a\.yaml):1: /);
  }
});

test.each([
  ["above a blank line", `# ${IN_FORCE}\n\n${group("a")}`],
  ["in the middle of a block", group("a").replace("from_port", `# ${IN_FORCE}\n  from_port`)],
  ["beside a block that makes nothing", `# ${IN_FORCE}\nlocals {}\n${group("a")}`],
])("a comment %s is an error, not in silence without effect", async (_, file) => {
  const { exitCode, stderr } = await judged({ "main.tf": file });
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/stands beside nothing that is judged \(allowed: directly above or below/);
});

test("diff tells that one is added", async () => {
  rmSync(at("base"), { recursive: true, force: true });
  writeFiles({ [at("base/main.tf")]: group("a"), [at("head/main.tf")]: group("a", { above: `# ${IN_FORCE}` }) });
  const { stdout } = await run(["diff", at("base"), at("head")]);
  expect(stdout).toContain("the exception to no-inbound for aws_security_group.a is added, until 2999-12-31");
});
