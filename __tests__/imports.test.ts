import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { circles } from "./support/circles";

const ROOT = join(__dirname, "..");
const files = execFileSync("git", ["ls-files", "*.ts"], { cwd: ROOT, encoding: "utf8" }).trim().split("\n");
const sources = new Map(
  files.filter((file) => existsSync(join(ROOT, file))).map((file) => [file, readFileSync(join(ROOT, file), "utf8")]),
);

test("no file needs itself by way of what it imports", () => {
  expect(sources.size).toBeGreaterThan(500);
  expect(circles(sources)).toEqual([]);
});

test("a circle is found whatever is imported, through folders too, and beside others", () => {
  const found = circles(
    new Map([
      ["a.ts", `import type { B } from "./b/index";\nimport { d } from "./d";`],
      ["b/index.ts", `export * from "./c";`],
      ["b/c.ts", `import { a } from "../a";`],
      ["d.ts", `import { e } from "./e";`],
      ["e.ts", `import { readFileSync } from "node:fs";`],
    ]),
  );
  expect(found).toEqual([["a.ts", "b/c.ts", "b/index.ts"]]);
});
