import { verifyPaths } from "../../verification/verify";
import { scratchFolder, writeFiles } from "../support/scratch";

const at = scratchFolder();

const group = (blocks: string, repeated = "") => `
resource "aws_security_group" "a" {
  ${repeated}
  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ${blocks}
  }
}
`;
const OPEN = '["0.0.0.0/0"]';
const MODULE = `variable "cidr" { type = string }\n${group("[var.cidr]")}`;

/** What is missing, where, what the finding says of it, and what it says to do. */
test.each<[what: string, files: Readonly<Record<string, string>>, cause: string, remedy: string]>([
  [
    "a variable without a value",
    { "main.tf": `variable "cidr" { type = string }\n${group("[var.cidr]")}` },
    "var.cidr has no value",
    "Give var.cidr a value: by --var cidr=VALUE, by --var-file FILE, or as its default.",
  ],
  [
    "a variable of a module without a value",
    { "main.tf": 'module "net" { source = "./net" }', "net/main.tf": MODULE },
    "var.cidr of module.net has no value",
    "Give var.cidr a value where module.net is called, or as its default.",
  ],
  [
    "a root's variable behind a local and a call",
    {
      "main.tf":
        'variable "own" { type = string }\nlocals { cidr = var.own }\nmodule "net" {\n  source = "./net"\n  cidr = local.cidr\n}',
      "net/main.tf": MODULE,
    },
    "var.own has no value",
    "Give var.own a value: by --var own=VALUE, by --var-file FILE, or as its default.",
  ],
  [
    "a for_each over a file that is not there",
    {
      "main.tf": `locals { rules = yamldecode(file("rules.yaml")) }\n${group("[each.value]", "for_each = local.rules")}`,
    },
    `rules.yaml is not in the input in '\${yamldecode(file("rules.yaml"))}'`,
    "Put rules.yaml where the expression reads it, or judge a plan: 'terraform show -json PLAN'.",
  ],
  [
    "a file outside of the input",
    { "main.tf": group('split(",", file("../../rules.txt"))') },
    "../../rules.txt lies outside of the input",
    "Put ../../rules.txt below the folder that is named, as a file that can be read, or judge a plan.",
  ],
  [
    "a count of something else that can't be told",
    {
      "main.tf": `variable "n" { type = number }\nresource "aws_eip" "a" { count = var.n }\n${group('[for one in aws_eip.a : "\${one.public_ip}/32"]')}`,
    },
    "the number of instances of aws_eip.a is not known: var.n has no value",
    "Give var.n a value: by --var n=VALUE, by --var-file FILE, or as its default.",
  ],
  [
    "a group that may not be there",
    { "main.tf": `variable "n" { type = number }\n${group(OPEN, "count = var.n")}` },
    "var.n has no value",
    "Give var.n a value: by --var n=VALUE, by --var-file FILE, or as its default.",
  ],
  [
    "a module that is not installed",
    { "main.tf": `module "far" { source = "example/vpc/aws" }\n${group("module.far.blocks")}` },
    "module.far is not read",
    "Run 'terraform init' where it is called, so that module.far is read from .terraform/modules.",
  ],
  [
    "the workspace",
    { "main.tf": group('[terraform.workspace == "a" ? "10.0.0.0/8" : "0.0.0.0/0"]') },
    "terraform.workspace is not known",
    "Name the workspace by --workspace NAME.",
  ],
  [
    "what only the cloud knows",
    { "main.tf": `resource "aws_eip" "a" {}\n${group('["\${aws_eip.a.public_ip}/32"]')}` },
    "aws_eip.a.public_ip is not known",
    "Judge a plan in which Terraform has worked it out: 'terraform show -json PLAN'.",
  ],
])("%s is named as the cause, with what helps", async (what, files, cause, remedy) => {
  const folder = at(what.replaceAll(/\W/g, "-"));
  writeFiles(Object.fromEntries(Object.entries(files).map(([path, content]) => [`${folder}/${path}`, content])));
  const { findings } = await verifyPaths([folder], { only: ["no-inbound"] });
  const of = findings.find(({ resource }) => resource.endsWith("aws_security_group.a"));
  expect(of).toMatchObject({ status: "unknown", message: expect.stringContaining(cause), remedy });
});

test("what a finding says of its own case is no file, however it is worded", async () => {
  const policy = `
resource "aws_s3_bucket_policy" "a" {
  bucket = "b"
  policy = data.aws_iam_policy_document.elsewhere.json
}
`;
  writeFiles({ [at("policy/main.tf")]: `data "aws_iam_policy_document" "elsewhere" {}\n${policy}` });
  const { findings } = await verifyPaths([at("policy")]);
  expect(findings.map(({ remedy }) => remedy).filter((remedy) => remedy.startsWith("Put "))).toEqual([]);
});

test("what is open is to be closed, what can't be told to be given, what is not judged to be looked at", async () => {
  writeFiles({ [at("mixed/main.tf")]: `${group(OPEN)}resource "aws_invented_thing" "b" {}\n` });
  const { findings } = await verifyPaths([at("mixed")], { only: ["no-inbound"] });
  expect(findings.map(({ status, remedy }) => [status, remedy])).toEqual([
    ["violated", "Remove the rule, or narrow its source to a group or block of the own network."],
    [
      "unknown",
      "Give the input what is missing, or look at it by hand and declare an exception with a reason and an end.",
    ],
  ]);
});
