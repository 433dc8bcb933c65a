import { readFileSync, rmSync } from "node:fs";
import Ajv from "ajv";
import addFormats from "ajv-formats";
import { run } from "../../cli/index";
import schema from "../fixtures/sarif/sarif-schema-2.1.0.json";
import { scratchFolder, writeFiles } from "../support/scratch";

const at = scratchFolder();
const BASELINE = at("baseline.yaml");

interface Written {
  readonly cidr?: string;
  readonly ports?: readonly [number, number];
  readonly unknownPort?: number;
  readonly invented?: string;
  readonly instances?: number;
}

/** A group that is open, a rule of it that can't be told, a type that no one knows, and a template that is not read. */
const written = ({
  cidr = "203.0.113.0/24",
  ports = [22, 22],
  unknownPort = 80,
  invented = "10.0.0.0/8",
  instances = 1,
}: Written = {}) => `
variable "blocks" { type = list(string) }
resource "aws_security_group" "open" {
  ingress {
    from_port   = ${ports[0]}
    to_port     = ${ports[1]}
    protocol    = "tcp"
    cidr_blocks = ["8.8.8.0/24", "${cidr}"]
  }
  ingress {
    from_port   = ${unknownPort}
    to_port     = ${unknownPort}
    protocol    = "tcp"
    cidr_blocks = var.blocks
  }
}
resource "aws_invented_thing" "a" { cidr = "${invented}" }
${Array.from(
  { length: instances },
  (_, i) => `resource "aws_instance" "i${i}" {
  associate_public_ip_address = true
  vpc_security_group_ids = [aws_security_group.open.id]
  root_block_device { encrypted = true }
}`,
).join("\n")}
`;
const TEMPLATE = { AWSTemplateFormatVersion: "2010-09-09", Resources: { A: { Type: "AWS::EC2::VPC" } } };

const input = (files: Readonly<Record<string, unknown>>) => {
  rmSync(at("in"), { recursive: true, force: true });
  writeFiles(Object.fromEntries(Object.entries(files).map(([path, content]) => [at(`in/${path}`), content])));
};
const verify = (...flags: string[]) => run(["verify", at("in"), ...flags]);
const compared = async (...flags: string[]) => {
  const { stdout, stderr, exitCode } = await verify("--baseline", BASELINE, "--format", "json", ...flags);
  expect(stderr).toBe("");
  const { verdict, findings, baseline } = JSON.parse(stdout);
  expect(exitCode).toBe(verdict === "pass" ? 0 : 1);
  const named = (list: { status: string; resource: string }[]) =>
    list.map(({ status, resource }) => `${status} ${resource.replace(at("in/"), "")}`).sort();
  return { new: named(findings), known: named(baseline.known), gone: named(baseline.gone) };
};

const OPEN = "violated aws_security_group.open";
const MAYBE = "unknown aws_security_group.open";
const INVENTED = "unknown aws_invented_thing.a";
const UNREAD = "unknown template.json";
const ALL = [INVENTED, MAYBE, UNREAD, OPEN].sort();

beforeEach(async () => {
  input({ "main.tf": written(), "template.json": TEMPLATE });
  const { stdout, exitCode } = await verify("--write-baseline", BASELINE);
  expect(stdout).toMatch(/\npass: no new finding, 4 known \(/);
  expect(exitCode).toBe(0);
});

test("what is known does not fail", async () => {
  expect(await compared()).toEqual({ new: [], known: ALL, gone: [] });
});

test("a file that an option names is no input; another one of the folder is told of", async () => {
  input({ "main.tf": written(), "policy.yaml": "inbound: []", "other.yaml": "a: 1" });
  await verify("--write-baseline", at("in/known.yaml"));
  const flags = ["--baseline", at("in/known.yaml"), "--policy", at("in/policy.yaml"), "--format", "json"];
  const { stdout } = await verify(...flags);
  const { notRead } = JSON.parse(stdout);
  expect(notRead.map(({ path }: { path: string }) => path)).toEqual([at("in/other.yaml")]);
});

test("a finding stays known in another line and file", async () => {
  input({ "sub/other.tf": `# moved\n\n${written()}`, "template.json": TEMPLATE });
  expect(await compared()).toEqual({ new: [], known: ALL, gone: [] });
});

test.each<[string, Written, string]>([
  ["more addresses", { cidr: "203.0.112.0/23" }, OPEN],
  ["more ports", { ports: [22, 23] }, OPEN],
  ["another packet", { ports: [23, 23] }, OPEN],
  ["another port of what can't be told", { unknownPort: 81 }, MAYBE],
  ["another configuration of what is not judged", { invented: "0.0.0.0/0" }, INVENTED],
])("%s make a new finding of a known one", async (_, change, changed) => {
  input({ "main.tf": written(change), "template.json": TEMPLATE });
  const result = await compared();
  expect(result.new).toContain(changed);
  expect(result.gone).toContain(changed);
  expect(result.known).toEqual(expect.arrayContaining(ALL.filter((one) => one !== changed && one !== MAYBE)));
});

test("one more that is open by a known rule is new, also beyond those that the message names", async () => {
  for (const count of [4, 5]) {
    input({ "main.tf": written({ instances: count }), "template.json": TEMPLATE });
    expect((await compared()).new).toContain(OPEN);
    await verify("--write-baseline", BASELINE);
  }
});

test("another content of what is not read is another finding", async () => {
  input({ "main.tf": written(), "template.json": { ...TEMPLATE, Outputs: {} } });
  expect(await compared()).toMatchObject({ new: [UNREAD], gone: [UNREAD] });
});

test("what is known stays so when the input lies elsewhere, and what is not read in another file of it is new", async () => {
  rmSync(at("moved"), { recursive: true, force: true });
  const json = async () => {
    const { stdout } = await run(["verify", at("moved"), "--baseline", BASELINE, "--format", "json"]);
    return JSON.parse(stdout);
  };
  const moved = { [at("moved/main.tf")]: written(), [at("moved/template.json")]: TEMPLATE };
  writeFiles(moved);
  expect(await json()).toMatchObject({ verdict: "pass", findings: [], baseline: { gone: [] } });
  writeFiles({ [at("moved/sub/template.json")]: TEMPLATE });
  const { findings } = await json();
  expect(findings.map(({ resource }: { resource: string }) => resource)).toEqual([at("moved/sub/template.json")]);
});

test("a module that is not read is another finding with another version or argument", async () => {
  const call = 'module "far" {\n  source  = "example/net/aws"\n  version = "1.0.0"\n  open_to = "10.0.0.0/8"\n}\n';
  const FAR = "unknown module.far";
  input({ "main.tf": call });
  await verify("--write-baseline", BASELINE);
  input({ "main.tf": `# moved\n${call}` });
  expect(await compared()).toEqual({ new: [], known: [FAR], gone: [] });
  for (const [was, is] of [
    ["1.0.0", "2.0.0"],
    ["10.0.0.0/8", "0.0.0.0/0"],
  ] as const) {
    input({ "main.tf": call.replace(was, is) });
    expect(await compared()).toEqual({ new: [FAR], known: [], gone: [FAR] });
  }
});

test("an entry knows one finding, not its copy elsewhere", async () => {
  input({ "a/main.tf": written(), "b/main.tf": written(), "template.json": TEMPLATE });
  const { new: found, known } = await compared();
  expect(found).toEqual([INVENTED, MAYBE, OPEN].sort());
  expect(known).toEqual(ALL);
});

test("what is fixed is told of, with the line that knows it, and fails nothing", async () => {
  input({ "main.tf": written({ cidr: "10.1.0.0/16" }).replace('"8.8.8.0/24", ', ""), "template.json": TEMPLATE });
  const { stdout } = await verify("--baseline", BASELINE);
  const line = readFileSync(BASELINE, "utf8")
    .split("\n")
    .findIndex((text, i, all) => /violated/.test(text) && /no-inbound/.test(all[i - 1] ?? ""));
  expect(stdout).toContain(`gone (violated) no-inbound: TCP 22 from 8.8.8.1 can reach aws_instance.i0`);
  expect(stdout).toContain(`(${BASELINE}:${line})\n`);
  expect(stdout).toContain(`write ${BASELINE} again with --write-baseline`);
});

test("each format tells what is known and what is new", async () => {
  input({ "main.tf": written({ ports: [22, 23] }), "template.json": TEMPLATE });
  const text = await verify("--baseline", BASELINE);
  expect(text.stdout).toMatch(/^known \(unknown\) no-inbound: .*aws_invented_thing\.a/m);
  expect(text.stdout).toMatch(/^fail: 1 new finding, 3 known /m);
  const markdown = await verify("--baseline", BASELINE, "--format", "markdown");
  expect(markdown.stdout).toContain("| Known | Status | Where | What |");
  const sarif = JSON.parse((await verify("--baseline", BASELINE, "--format", "sarif")).stdout);
  const ajv = new Ajv({ strict: false });
  addFormats(ajv);
  expect(ajv.validate(schema, sarif)).toBe(true);
  const states = sarif.runs[0].results.map(({ baselineState }: { baselineState: string }) => baselineState);
  expect(states).toEqual(["new", "unchanged", "unchanged", "unchanged", "absent"]);
  const page = at("report.html");
  const { stdout } = await run(["report", at("in"), "--baseline", BASELINE, "--output", page]);
  expect(stdout).toBe(`fail: 1 new finding, 3 known; written to ${page}\n`);
  expect(readFileSync(page, "utf8")).toContain("1 known finding is gone");
});

test("a page whose findings are all known passes, and says so", async () => {
  const page = at("report.html");
  const { exitCode } = await run(["report", at("in"), "--baseline", BASELINE, "--output", page]);
  expect(exitCode).toBe(0);
  expect(readFileSync(page, "utf8")).toContain("Pass. No new finding, 4 known, in the one system.");
});

test.each([
  [
    "of another version",
    "version: 2\nfindings: []\n",
    /^\S+:1: version: '2' is not a version that is read \(allowed: 1;/,
  ],
  ["without a version", "findings: []\n", /: version: is required \(allowed: 1\)/],
  [
    "with a field that is not known",
    "version: 1\nfindings: []\nmore: 1\n",
    /:3: more: is not a known field.*\(allowed: version, findings\)/,
  ],
  ["with a broken entry", "version: 1\nfindings:\n  - invariant: a\n", /:3: findings\[0\]\.status: is required/],
  ["that is no mapping", "[]\n", /:1: is not a mapping of fields \(allowed: 'version: 1'/],
  ["that is cut off", '{"version": 1, "findings": [', /:1: YAML: /],
])("a baseline %s is refused in one line", async (_, content, complaint) => {
  writeFiles({ [at("bad.yaml")]: content });
  const { exitCode, stdout, stderr } = await verify("--baseline", at("bad.yaml"));
  expect([exitCode, stdout]).toEqual([2, ""]);
  expect(stderr).toMatch(complaint);
  expect(stderr.trimEnd()).not.toContain("\n");
});

test("a baseline that is missing, or can't be written, is refused", async () => {
  expect(await verify("--baseline", at("none.yaml"))).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining("none.yaml: does not exist"),
  });
  expect(await verify("--write-baseline", at("no/where.yaml"))).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining("can't be written"),
  });
  expect((await verify("--baseline", BASELINE, "--write-baseline", BASELINE)).exitCode).toBe(2);
});

test("a baseline hides no error of the input", async () => {
  input({ "main.tf": 'resource "aws_vpc" {' });
  expect(await verify("--baseline", BASELINE)).toMatchObject({ exitCode: 2, stdout: "" });
});
