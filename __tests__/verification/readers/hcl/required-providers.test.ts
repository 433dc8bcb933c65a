import { verifyPaths } from "../../../../verification/verify";
import { scratchFolder, writeFiles } from "../../../support/scratch";

const at = scratchFolder();

const group = (more = "") => `
resource "aws_security_group" "a" {
  ${more}
  ingress {
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/8"]
  }
}
`;
const asking = (required: string) => `terraform {\n  required_providers {\n    ${required}\n  }\n}\n`;
const foreign = (source: string) =>
  `aws_security_group.a is not judged: it is of the provider ${source}, whose types are not known (known: hashicorp/aws)`;

/** What is written, and whose provider it is found to be of; undefined: the one that is judged. */
test.each<[what: string, files: Readonly<Record<string, string>>, source: string | undefined]>([
  ["nothing is asked for", { "main.tf": group() }, undefined],
  [
    "the judged one",
    { "main.tf": asking('aws = { source = "hashicorp/aws", version = "~> 5.0" }') + group() },
    undefined,
  ],
  [
    "OpenTofu's registry",
    { "main.tf": asking('aws = { source = "registry.opentofu.org/hashicorp/aws" }') + group() },
    undefined,
  ],
  ["a version alone", { "main.tf": asking('aws = "~> 5.0"') + group() }, undefined],
  [
    "aliases",
    {
      "main.tf":
        asking('aws = { source = "hashicorp/aws", configuration_aliases = [aws.west] }') + group("provider = aws.west"),
    },
    undefined,
  ],
  [
    "the judged one by another name",
    { "main.tf": asking('amazon = { source = "hashicorp/aws" }') + group("provider = amazon") },
    undefined,
  ],
  ["another namespace", { "main.tf": asking('aws = { source = "someone/aws" }') + group() }, "someone/aws"],
  ["another file", { "main.tf": group(), "versions.tf": asking('aws = { source = "someone/aws" }') }, "someone/aws"],
  [
    "another registry",
    { "main.tf": asking('aws = { source = "example.com/hashicorp/aws" }') + group() },
    "example.com/hashicorp/aws",
  ],
  [
    "an alias of another",
    { "main.tf": asking('mine = { source = "someone/aws" }') + group("provider = mine.west") },
    "someone/aws",
  ],
  ["a name that nobody asks for", { "main.tf": group("provider = mine") }, "hashicorp/mine"],
  [
    "an override",
    {
      "main.tf": asking('aws = { source = "hashicorp/aws" }') + group(),
      "a_override.tf": asking('aws = { source = "someone/aws" }'),
    },
    "someone/aws",
  ],
  [
    "JSON",
    {
      "main.tf": group(),
      "v.tf.json": '{ "terraform": [{ "required_providers": [{ "aws": { "source": "someone/aws" } }] }] }',
    },
    "someone/aws",
  ],
])("%s", async (what, files, source) => {
  const folder = at(what.replaceAll(/\W/g, "-"));
  writeFiles(Object.fromEntries(Object.entries(files).map(([path, content]) => [`${folder}/${path}`, content])));
  const { findings } = await verifyPaths([folder], { only: ["no-inbound"] });
  expect(findings.map(({ status, message }) => [status, message])).toEqual(
    source === undefined ? [] : [["unknown", foreign(source)]],
  );
});

test("a module asks for itself alone", async () => {
  writeFiles({
    [at("modules/main.tf")]: `module "inner" { source = "./inner" }\n${group()}`,
    [at("modules/inner/main.tf")]: asking('aws = { source = "someone/aws" }') + group(),
  });
  const { findings } = await verifyPaths([at("modules")], { only: ["no-inbound"] });
  expect(findings.map(({ resource }) => resource)).toEqual(["module.inner.aws_security_group.a"]);
});
