import { readFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../cli/index";
import { scratchFolder, writeFiles } from "../support/scratch";

const at = scratchFolder();
const EXAMPLES = join(__dirname, "../../docs/invariants");

const group = (name: string, tags: string, rule: string) => `
resource "aws_security_group" "${name}" {
  tags = ${tags}
  ingress {
    from_port = 5432
    to_port   = 5432
    protocol  = "tcp"
    ${rule}
  }
  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
resource "aws_instance" "${name}" {
  tags                   = { owner = "a" }
  subnet_id              = aws_subnet.a.id
  vpc_security_group_ids = [aws_security_group.${name}.id]
}
`;
const main = (rule: string, tags = '{ owner = "a" }') => `
variable "tags" { type = map(string) }
resource "aws_vpc" "a" {
  cidr_block = "10.0.0.0/16"
  tags       = { owner = "a" }
}
resource "aws_subnet" "a" {
  vpc_id     = aws_vpc.a.id
  cidr_block = "10.0.0.0/24"
}
${group("tests", tags, 'cidr_blocks = ["10.9.0.0/16"]')}
${group("production", '{ owner = "b" }', rule)}
`;
const NOBODY = 'cidr_blocks = ["10.9.0.0/16"]';
const BY_TESTS = "security_groups = [aws_security_group.tests.id]";

const IDS = "tagged-owner,tests-reach-no-production,no-database-from-anywhere";
const POLICY = join(EXAMPLES, "policy.yaml");
const judged = async (content: string, flags = ["--policy", POLICY, "--only", IDS]) => {
  writeFiles({ [at("in/main.tf")]: content });
  return run(["verify", at("in"), ...flags]);
};
const findings = async (content: string, ...flags: string[]) => {
  const { stdout, stderr } = await judged(content, ["--policy", POLICY, "--only", IDS, "--format", "json", ...flags]);
  expect(stderr).toBe("");
  return JSON.parse(stdout).findings as Record<string, unknown>[];
};
const shown = (found: readonly Record<string, unknown>[]) =>
  found.map(({ status, invariant, resource }) => `${String(status)} ${String(invariant)} ${String(resource)}`);

test("the example holds where it is kept", async () => {
  expect(await findings(main(NOBODY))).toEqual([]);
});

test("a forbidden path is found, with one packet of it and the policy's reason", async () => {
  expect(await findings(main(BY_TESTS))).toMatchObject([
    {
      invariant: "tests-reach-no-production",
      status: "violated",
      resource: "aws_instance.production",
      message:
        "TCP 5432 from aws_instance.tests can reach aws_instance.production: What tests do must not be seen by customers.",
      counterexample: {
        direction: "inbound",
        protocol: "tcp",
        source: "aws_instance.tests",
        destination: "aws_instance.production",
        port: 5432,
      },
    },
  ]);
});

test("a forbidden path that can't be told, or whose end is not in the input, is unknown", async () => {
  expect(shown(await findings(main("cidr_blocks = var.blocks")))).toContain(
    "unknown tests-reach-no-production aws_instance.production",
  );
  const absent = main(NOBODY).replaceAll("production", "shop");
  const [finding] = await findings(absent);
  expect(finding).toMatchObject({
    status: "unknown",
    message: expect.stringContaining("aws_security_group.production is not in the input"),
  });
});

test("a module's findings are told, excepted by comment and policy, and known to a baseline as others are", async () => {
  const found = await findings(main(NOBODY, "{}"));
  expect(shown(found)).toEqual(["violated tagged-owner aws_security_group.tests"]);
  expect(found[0]).toMatchObject({
    message: "has no tag 'owner'",
    remedy: "Add a tag 'owner' with the team's address.",
  });
  const comment = "# dataplane:except tagged-owner until 2999-12-31 Nobody answers for tests yet.\n";
  const excepted = main(NOBODY, "{}").replace('resource "aws_security_group" "tests"', `${comment}$&`);
  expect(await findings(excepted)).toEqual([]);
  const baseline = at("baseline.yaml");
  await judged(main(NOBODY, "{}"), ["--policy", POLICY, "--write-baseline", baseline]);
  expect(readFileSync(baseline, "utf8")).toContain("tagged-owner");
  expect(await findings(main(NOBODY, "{}"), "--baseline", baseline)).toEqual([]);
  expect(shown(await findings(main(NOBODY, "var.tags")))).toEqual(["unknown tagged-owner aws_security_group.tests"]);
});

test("reports know the invariants by their titles", async () => {
  const { stdout } = await judged(main(NOBODY), ["--policy", POLICY, "--format", "sarif"]);
  const rules = JSON.parse(stdout).runs[0].tool.driver.rules.map(({ id }: { id: string }) => id);
  expect(rules).toEqual(expect.arrayContaining(IDS.split(",")));
  const page = at("page.html");
  await run(["report", at("in"), "--policy", POLICY, "--output", page]);
  expect(readFileSync(page, "utf8")).toContain("Every machine, group and network names who answers for it.");
});

const CHECK = "id: 'a', title: 'b', paragraph: 'c', remedy: 'd'";
test.each([
  ["a.js", `exports.invariant = { ${CHECK}, check: () => [] }`],
  ["a.mjs", `export const invariants = [{ ${CHECK}, check: () => [] }]`],
  ["a.ts", `export default { ${CHECK}, check: (_: unknown): unknown[] => [] }`],
])("--invariants takes %s", async (name, content) => {
  writeFiles({ [at(name)]: content });
  expect((await judged(main(NOBODY), ["--invariants", at(name), "--only", "a"])).exitCode).toBe(0);
});

test.each([
  ["is missing", "none.ts", undefined, /none\.ts: is no file/],
  ["is no module", "a.txt", "a", /a\.txt: is no module \(allowed: a file that ends in \.ts, /],
  ["can't be parsed", "b.ts", "\nexport const = 1", /b\.ts:2: can't be read: /],
  ["throws", "c.js", "throw new Error('no')", /c\.js: can't be loaded: no/],
  ["exports nothing", "d.js", "exports.other = 1", /d\.js: exports no invariant \(allowed: /],
  ["lacks a field", "e.js", "exports.invariant = { id: 'a' }", /e\.js: invariant 1: title is missing or empty/],
  [
    "has an id of ours",
    "f.js",
    `exports.invariant = { ${CHECK.replace("'a'", "'flow-logs'")}, check: () => [] }`,
    /f\.js: 'flow-logs' is the id of another/,
  ],
  [
    "has another id",
    "g.js",
    `exports.invariant = { ${CHECK.replace("'a'", "'A b'")}, check: () => [] }`,
    /g\.js: invariant 1: id: 'A b' is no id/,
  ],
  ["has no check", "h.js", `exports.invariant = { ${CHECK} }`, /h\.js: invariant 1: check is missing/],
  [
    "fails in its check",
    "i.js",
    `exports.invariant = { ${CHECK}, check() { throw new Error("oh") } }`,
    /i\.js: invariant 'a' fails: oh/,
  ],
  [
    "answers later",
    "j.js",
    `exports.invariant = { ${CHECK}, async check() { return [] } }`,
    /j\.js: invariant 'a' returns no problems \(allowed: a list, or a generator; nothing is waited for\)/,
  ],
  [
    "finds no problem",
    "k.js",
    `exports.invariant = { ${CHECK}, check: () => [{ status: "bad" }] }`,
    /k\.js: invariant 'a' finds a problem of status 'bad'/,
  ],
])("a module that %s is refused in one line", async (_, name, content, complaint) => {
  if (content !== undefined) writeFiles({ [at(name)]: content });
  const { exitCode, stdout, stderr } = await judged(main(NOBODY), ["--invariants", at(name)]);
  expect([exitCode, stdout]).toEqual([2, ""]);
  expect(stderr).toMatch(complaint);
  expect(stderr.trimEnd()).not.toContain("\n");
});

test.each([
  [
    "an id twice",
    "[{id: a, from: internet, to: a.b, reason: long enough it is}, {id: a, from: internet, to: a.b, reason: long enough it is}]",
    /forbidden\[1\]\.id: 'a' is taken/,
  ],
  [
    "an id of ours",
    "[{id: no-inbound, from: internet, to: a.b, reason: long enough it is}]",
    /'no-inbound' is the id of another invariant/,
  ],
  ["no reason", "[{id: a, from: internet, to: a.b}]", /forbidden\[0\]\.reason: is required/],
])("rows with %s are refused", async (_, rows, complaint) => {
  writeFiles({ [at("policy.yaml")]: `forbidden: ${rows}\n` });
  const { exitCode, stderr } = await judged(main(NOBODY), ["--policy", at("policy.yaml")]);
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(complaint);
});
