import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { installs, rewritten } from "../../../scripts/swap/rewrite";

const ROOT = join(__dirname, "../../..");
const AWS = { "@cdktf/provider-aws": "25.7.0" };

test("the framework comes from the fork, by whatever path, and nothing else changes", () => {
  const source = readFileSync(join(ROOT, "framework.ts"), "utf8");
  const swapped = rewritten(source, {});
  const lines = source.split("\n").flatMap((line, i) => {
    const now = swapped.split("\n")[i];
    return line === now ? [] : [now];
  });
  expect(lines).toEqual([
    '} from "cdktn";',
    '  const traces = require("cdktn/lib/tokens/private/stack-trace") as { captureStackTrace: () => string[] };',
    'const resolving = require("cdktn/lib/tokens/private/resolve") as { resolve: Resolve };',
  ]);
});

test.each([
  ['import { Vpc } from "@cdktf/provider-aws/lib/vpc";', 'import { Vpc } from "@cdktn/provider-aws/lib/vpc";'],
  ["require('@cdktf/provider-aws')", "require('@cdktn/provider-aws')"],
  ['import { x } from "@cdktf/provider-awscc/lib/x";', 'import { x } from "@cdktf/provider-awscc/lib/x";'],
  ['import { x } from "@cdktf/provider-google/lib/x";', 'import { x } from "@cdktf/provider-google/lib/x";'],
  ['const output = "cdktf.out";', 'const output = "cdktf.out";'],
  ["// cdktf is archived", "// cdktf is archived"],
])("%s becomes %s", (source, expected) => {
  expect(rewritten(source, AWS)).toBe(expected);
});

test("the copy installs the fork, classes of both scopes, and the old name as a folder", () => {
  const dependencies = {
    "@cdktf/hcl2json": "0.21.0",
    "@cdktf/provider-aws": "20.1.0",
    "@cdktf/provider-google": "16.12.1",
    ...{ cdktf: "0.21.0", "cdktf-cli": "0.21.0", constructs: "10.4.2", zod: "4.6.7" },
  };
  expect(installs({ dependencies }, { cdktn: "0.24.0", constructs: "10.7.2" }, AWS)).toEqual({
    "@cdktf/hcl2json": "0.21.0",
    "@cdktf/provider-google": "16.12.1",
    zod: "4.6.7",
    "@cdktn/provider-aws": "25.7.0",
    ...{ cdktn: "0.24.0", constructs: "10.7.2", cdktf: "file:cdktf" },
  });
});

test("one file imports the framework, so that the swap is of one file", () => {
  const sources = execFileSync("git", ["ls-files", "*.ts", ":(exclude)__tests__", ":(exclude)bench"], {
    cwd: ROOT,
    encoding: "utf8",
  });
  const importing = sources
    .trim()
    .split("\n")
    .filter((file) => /(from |require\()"(cdktf|constructs)["/]/.test(readFileSync(join(ROOT, file), "utf8")));
  expect(importing).toEqual(["framework.ts"]);
});
