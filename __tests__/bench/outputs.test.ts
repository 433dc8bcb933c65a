import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { differingFiles } from "../../bench/outputs";

let scratch: string;
beforeEach(() => (scratch = mkdtempSync(join(tmpdir(), "bench-outputs-"))));
afterEach(() => rmSync(scratch, { recursive: true, force: true }));

function output(name: string, files: Readonly<Record<string, string>>): string {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(join(scratch, name, file, ".."), { recursive: true });
    writeFileSync(join(scratch, name, file), text);
  }
  return join(scratch, name);
}

const STACK = "stacks/a/cdk.tf.json";

test.each([
  ["equal outputs", { [STACK]: "{}" }, []],
  ["another text", { [STACK]: "{ }" }, [STACK]],
  ["a file too few", {}, [STACK]],
  ["a file too many", { [STACK]: "{}", "manifest.json": "{}" }, ["manifest.json"]],
])("%s", (_, files, differing) => {
  mkdirSync(join(scratch, "other"));
  expect(differingFiles(output("one", { [STACK]: "{}" }), output("other", files))).toEqual(differing);
});

test("outputs without a stack are not equal", () => {
  const empty = output("one", { "manifest.json": "{}" });
  expect(() => differingFiles(empty, empty)).toThrow("holds no synthesized stack");
});
