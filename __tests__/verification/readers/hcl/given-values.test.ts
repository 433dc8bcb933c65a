import { rmSync, symlinkSync } from "node:fs";
import { loadResources } from "../../../../verification/load";
import { verifyPaths } from "../../../../verification/verify";
import type { Given } from "../../../../verification/readers/hcl/index";
import { scratchFolder, writeFiles } from "../../../support/scratch";

const scratch = scratchFolder();
const FOLDER = scratch();
afterEach(() => rmSync(scratch(), { recursive: true, force: true }));

const variable = (type: string) =>
  `variable "v" {\n ${type}\n default = null\n}\nresource "aws_vpc" "a" { value = var.v }\n`;

/** The value of the variable `v`. */
async function valueOf(files: Readonly<Record<string, string | Buffer>>, given: Given): Promise<unknown> {
  writeFiles(Object.fromEntries(Object.entries(files).map(([name, text]) => [scratch(name), text])));
  const [resource] = await loadResources([FOLDER], given);
  return resource?.values["value"];
}

describe("--var", () => {
  test.each<[type: string, text: string, value: unknown]>([
    ["", "a", "a"],
    ["", "${a}", "${a}"],
    ["", '["a"]', '["a"]'],
    ["type = string", "[1]", "[1]"],
    ["type = number", "7", 7],
    ["type = list(string)", '["a", "b"]', ["a", "b"]],
    ["type = map(number)", "{ a = 1 }", { a: 1 }],
  ])("of a variable with '%s': %s", async (type, text, value) => {
    expect(await valueOf({ "main.tf": variable(type) }, { values: { v: text } })).toEqual(value);
  });

  test("of no variable is refused, with the names that there are", async () => {
    await expect(valueOf({ "main.tf": variable("") }, { values: { w: "" } })).rejects.toThrow(
      "--var: 'w' is no variable of a root module (allowed: v)",
    );
  });

  test("that is no expression is refused", async () => {
    await expect(valueOf({ "main.tf": variable("type = list(string)") }, { values: { v: "[" } })).rejects.toThrow(
      "--var v:",
    );
  });
});

test("single values win over files, later files over earlier ones, and all over what is loaded by itself", async () => {
  const files = {
    "main.tf": variable(""),
    "terraform.tfvars": 'v = "own"',
    "z.auto.tfvars": 'v = "automatic"',
    "sets/a.tfvars": 'v = "a"',
    "sets/b.tfvars.json": '{"v": "b"}',
  };
  const named = [scratch("sets/a.tfvars"), scratch("sets/b.tfvars.json")];
  expect(await valueOf(files, {})).toBe("automatic");
  expect(await valueOf(files, { files: named })).toBe("b");
  expect(await valueOf(files, { files: [...named].reverse() })).toBe("a");
  expect(await valueOf(files, { files: named, values: { v: "single" } })).toBe("single");
});

test("a file that is named must be there", async () => {
  await expect(valueOf({ "main.tf": variable("") }, { files: [scratch("none.tfvars")] })).rejects.toThrow(
    "does not exist",
  );
});

test("--workspace is what terraform.workspace names, in modules too", async () => {
  const files = {
    "m/main.tf": 'resource "aws_vpc" "a" { value = "x-${terraform.workspace}" }',
    "main.tf": 'module "m" { source = "./m" }',
  };
  expect(await valueOf(files, { workspace: "prod" })).toBe("x-prod");
  expect(await valueOf(files, {})).toMatchObject({ kind: "unknown" });
});

describe("a file that Terraform loads by itself and that can't be read may give every variable a value", () => {
  const files = {
    "main.tf": variable("").replace("null", '"default"'),
    "b.auto.tfvars": Buffer.from([0xff, 0x00, 0xfe]),
  };
  const why = expect.stringMatching(/^var\.v can't be told: .*b\.auto\.tfvars can't be read: is not a text file$/);

  test("but those that later ones give", async () => {
    expect(await valueOf({ ...files, "a.auto.tfvars": 'v = "earlier"' }, {})).toMatchObject({
      kind: "unknown",
      reason: why,
    });
    expect(await valueOf({ ...files, "c.auto.tfvars": 'v = "later"' }, {})).toBe("later");
    expect(await valueOf(files, { values: { v: "single" } })).toBe("single");
  });

  test.each<[what: string, make: (path: string) => void]>([
    ["no list of values", (path) => writeFiles({ [path]: "../values" })],
    ["a link that leads nowhere", (path) => symlinkSync(scratch("nowhere"), path)],
  ])("%s", async (_, make) => {
    writeFiles({ [scratch("main.tf")]: "" });
    make(scratch("b.auto.tfvars"));
    expect(await valueOf({ "main.tf": files["main.tf"] }, {})).toMatchObject({ kind: "unknown" });
  });

  test("which is told of, and where that is asked for the verdict is unknown", async () => {
    const open =
      'resource "aws_security_group" "a" {\n ingress {\n from_port = 22\n to_port = 22\n protocol = "tcp"\n cidr_blocks = [var.v]\n }\n}\n';
    const text = `variable "v" { default = "10.0.0.0/8" }\n${open}`;
    writeFiles({ [scratch("main.tf")]: text, [scratch("b.auto.tfvars")]: files["b.auto.tfvars"] });
    const { verdict, findings, notRead } = await verifyPaths([FOLDER], { only: ["no-inbound"] });
    expect(verdict).toBe("fail");
    expect(findings).toMatchObject([
      { status: "unknown", remedy: expect.stringMatching(/^Put .*b\.auto\.tfvars below the folder/) },
    ]);
    expect(notRead).toEqual([{ path: scratch("b.auto.tfvars"), what: "is not a text file", matters: false }]);
  });

  test("named by --var-file, it is refused", async () => {
    const named = scratch("named.tfvars");
    const given = { ...files, "named.tfvars": files["b.auto.tfvars"] };
    await expect(valueOf(given, { files: [named] })).rejects.toThrow(`${named}: is not a text file`);
  });
});
