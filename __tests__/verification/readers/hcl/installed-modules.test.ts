import { rmSync } from "node:fs";
import { readHcl } from "../../../../verification/readers/hcl/index";
import { satisfies } from "../../../../verification/readers/hcl/installed-modules";
import { scratchFolder, writeFiles } from "../../../support/scratch";

const scratch = scratchFolder();
afterEach(() => rmSync(scratch(), { recursive: true, force: true }));

test.each<[version: string, constraint: string, fits: boolean]>([
  ["1.0.0", "1.0.0", true],
  ["1.0.1", "1.0.0", false],
  ["5.9.2", "~> 5.1", true],
  ["6.0.0", "~> 5.1", false],
  ["5.1.9", "~> 5.1.2", true],
  ["5.2.0", "~> 5.1.2", false],
  ["5.0.9", "~> 5.1", false],
  ["20.3", ">= 19, < 21", true],
  ["21.0.0", ">= 19, < 21", false],
  ["3.0.0", "!= 3.0.0", false],
  ["3.0.0", "> 3.0", false],
  ["3.0.0", "<= 3", true],
  ["1.0.0-beta", "1.0.0-beta", true],
  ["1.0.0-beta", ">= 0.9", false],
  ["1.0.0", "latest", false],
])("version %s and '%s'", (version, constraint, fits) => {
  expect(satisfies(version, constraint)).toBe(fits);
});

describe("what init has installed", () => {
  const CALL = 'module "sg" {\n source = "acme/sg/aws"\n version = "~> 1.0"\n}';
  const entry = (fields: object = {}) => ({
    Key: "sg",
    Source: "registry.terraform.io/acme/sg/aws",
    Version: "1.2.0",
    Dir: ".terraform/modules/sg",
    ...fields,
  });
  const GROUP = 'resource "aws_security_group" "s" {}\n';
  const addresses = async (main: string, entries: readonly object[], files: Readonly<Record<string, string>> = {}) => {
    const all = {
      "main.tf": main,
      ".terraform/modules/modules.json": JSON.stringify({ Modules: entries }),
      ".terraform/modules/sg/main.tf": GROUP,
      ...files,
    };
    writeFiles(Object.fromEntries(Object.entries(all).map(([name, text]) => [scratch(name), text])));
    return (await readHcl(scratch())).map(({ address }) => address);
  };
  const [READ, UNREAD] = [["module.sg.aws_security_group.s"], ["module.sg"]];

  test.each<[why: string, entries: readonly object[], expected: readonly string[]]>([
    ["the call's module", [entry()], READ],
    ["by OpenTofu", [entry({ Source: "registry.opentofu.org/acme/sg/aws" })], READ],
    ["another source", [entry({ Source: "registry.terraform.io/other/sg/aws" })], UNREAD],
    ["another version", [entry({ Version: "2.0.0" })], UNREAD],
    ["without a version", [entry({ Version: undefined })], UNREAD],
    ["for another call", [entry({ Key: "other" })], UNREAD],
    ["and removed", [entry({ Dir: ".terraform/modules/gone" })], UNREAD],
    ["nothing", [], UNREAD],
  ])("%s", async (_, entries, expected) => {
    expect(await addresses(CALL, entries)).toEqual(expected);
  });

  test("from a repository", async () => {
    const source = "git::https://example.com/sg.git?ref=v1";
    const call = `module "sg" {\n source = "${source}"\n}`;
    expect(await addresses(call, [entry({ Source: source, Version: undefined })])).toEqual(READ);
    expect(await addresses(call, [entry({ Source: `${source}.2`, Version: undefined })])).toEqual(UNREAD);
  });

  test("by a path into what another call installs", async () => {
    const by = (path: string) => `module "sg" {\n source = "${path}"\n}`;
    expect(await addresses(by("./.terraform/modules/sg"), [entry()])).toEqual(READ);
    expect(await addresses(by("./.terraform/modules/gone/sub"), [])).toEqual(UNREAD);
    await expect(addresses(by("./gone"), [])).rejects.toThrow("is no folder that can be read");
  });

  test("for calls in modules, by the names on the way", async () => {
    const nested = { ...entry({ Key: "a.sg" }) };
    const files = { "a/main.tf": CALL, "b/main.tf": CALL };
    const main = 'module "a" { source = "./a" }\nmodule "b" { source = "./b" }';
    expect(await addresses(main, [nested], files)).toEqual([
      "module.a.module.sg.aws_security_group.s",
      "module.b.module.sg",
    ]);
  });
});
