import { rmSync } from "node:fs";
import { run } from "../../cli/index";
import { scratchFolder, writeFiles } from "../support/scratch";

const scratch = scratchFolder();
afterEach(() => rmSync(scratch(), { recursive: true, force: true }));

const RULE = `variable "c" {
  type = list(string)
}
resource "aws_security_group" "a" {
  ingress {
    from_port = 22
    to_port = 22
    protocol = "tcp"
    cidr_blocks = terraform.workspace == "closed" ? [] : var.c
  }
}
`;
const EXPLAIN = [
  "explain",
  "--from",
  "198.18.0.1",
  "--to",
  "aws_security_group.a",
  "--protocol",
  "tcp",
  "--port",
  "22",
];
const VERIFY = ["verify", "--only", "no-inbound"];
const REPORT = ["report", "--output", scratch("report.json"), "--format", "json"];
const OPEN = 'c=["0.0.0.0/0"]';

test.each<[why: string, command: readonly string[], exitCode: number]>([
  ["closing value", [...VERIFY, "--var", 'c=["10.0.0.0/8"]', "--workspace", "a", "."], 0],
  ["opening value", [...VERIFY, "--var", OPEN, "."], 1],
  ["workspace", [...VERIFY, "--var", OPEN, "--workspace", "closed", "."], 0],
  [
    "files of values, of which the later wins",
    [...VERIFY, "--var-file", "open.tfvars", "--var-file", "closed.tfvars", "--workspace", "a", "."],
    0,
  ],
  ["explain of a closing value", [...EXPLAIN, "--var", 'c=["10.0.0.0/8"]', "--workspace", "a", "."], 1],
  [
    "diff of a closing value on both sides",
    ["diff", "--fail-on", "any", "--var", OPEN, "--workspace", "closed", ".", "."],
    0,
  ],
  [
    "diff of an opening workspace",
    ["diff", "--fail-on", "any", "--var", OPEN, "--base-workspace", "closed", "--head-workspace", "a", ".", "."],
    1,
  ],
  [
    "diff of a closing one, which opens nothing",
    ["diff", "--var", OPEN, "--workspace", "a", "--head-workspace", "closed", ".", "."],
    0,
  ],
  [
    "diff of values that open",
    ["diff", "--workspace", "a", "--base-var-file", "closed.tfvars", "--head-var", OPEN, ".", "."],
    1,
  ],
  [
    "diff of values on one side that win",
    [
      "diff",
      "--fail-on",
      "any",
      "--workspace",
      "a",
      "--var-file",
      "closed.tfvars",
      "--base-var",
      OPEN,
      "--head-var",
      OPEN,
      ".",
      ".",
    ],
    0,
  ],
  ["diff of a variable that one side has not", ["diff", "--base-var", "d=1", ".", "."], 2],
  ["diff of refs", ["diff", "--git", "--head-workspace", "a", "HEAD", "HEAD"], 2],
  ["report of a closing value", [...REPORT, "--var", 'c=["10.0.0.0/8"]', "--workspace", "a", "."], 0],
  ["report of an opening value", [...REPORT, "--var", OPEN, "--workspace", "a", "."], 1],
  ["report of a file of values", [...REPORT, "--var-file", "closed.tfvars", "--workspace", "a", "."], 0],
  ["a bundle of what is in no file", [...REPORT, "--bundle", "b.json", "--sigstore", "--workspace", "a", "."], 2],
  ["no NAME=VALUE", [...VERIFY, "--var", "c", "."], 2],
  ["no variable", [...VERIFY, "--var", "d=1", "."], 2],
  ["no such file", [...VERIFY, "--var-file", "none.tfvars", "."], 2],
])("%s", async (_, command, exitCode) => {
  const files = { "m/main.tf": RULE, "open.tfvars": 'c = ["0.0.0.0/0"]', "closed.tfvars": 'c = ["10.0.0.0/8"]' };
  writeFiles(Object.fromEntries(Object.entries(files).map(([name, text]) => [scratch(name), text])));
  const words = command.map((word) => (word === "." ? scratch("m") : word.endsWith(".tfvars") ? scratch(word) : word));
  expect((await run(words)).exitCode).toBe(exitCode);
});

test("explain answers of each root module of a folder that has the packet's ends", async () => {
  const rule = (cidr: string) => RULE.replace("  type = list(string)", `  default = ["${cidr}"]`);
  writeFiles({ [scratch("a/main.tf")]: rule("0.0.0.0/0"), [scratch("b/main.tf")]: rule("10.0.0.0/8") });
  const { stdout } = await run([
    ...EXPLAIN.map((word) => (word === "198.18.0.1" ? "1.0.0.1" : word)),
    "--workspace",
    "x",
    scratch(),
  ]);
  expect(stdout).toContain(`${scratch("a")}: allowed`);
  expect(stdout).toContain(`${scratch("b")}: denied`);
});

test("explain answers with each file of values that a root module may be given", async () => {
  writeFiles({
    [scratch("m/main.tf")]: RULE,
    [scratch("m/closed.tfvars")]: 'c = ["10.0.0.0/8"]',
    [scratch("m/open.tfvars")]: 'c = ["0.0.0.0/0"]',
  });
  const { stdout, exitCode } = await run([
    ...EXPLAIN.map((word) => (word === "198.18.0.1" ? "1.0.0.1" : word)),
    ...["--workspace", "x", "--format", "json", scratch("m")],
  ]);
  const { answers } = JSON.parse(stdout) as { readonly answers: readonly { decision: string; values?: string }[] };
  expect(answers.map(({ values, decision }) => [values?.split("/").at(-1), decision])).toEqual([
    ["closed.tfvars", "denied"],
    ["open.tfvars", "allowed"],
  ]);
  expect(exitCode).toBe(1);
});
