import { rmSync } from "node:fs";
import { loadResources } from "../../../../verification/load";
import type { Given } from "../../../../verification/readers/hcl/index";
import { scratchFolder, writeFiles } from "../../../support/scratch";

const scratch = scratchFolder();
const FOLDER = scratch();
afterEach(() => rmSync(scratch(), { recursive: true, force: true }));

const variable = (type: string) =>
  `variable "v" {\n ${type}\n default = null\n}\nresource "aws_vpc" "a" { value = var.v }\n`;

/** The value of the variable `v`. */
async function valueOf(files: Readonly<Record<string, string>>, given: Given): Promise<unknown> {
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
