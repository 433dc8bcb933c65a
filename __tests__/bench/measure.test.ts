import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { measure } from "../../bench/measure";

const run = (program: string) => measure(["-e", program], tmpdir(), {});

test("memory is the peak, not what is held at exit", () => {
  const peak = run("let block = Buffer.alloc(300e6, 1); block = undefined; global.gc?.();").megabytes;
  expect(peak - run("").megabytes).toBeGreaterThan(250);
});

test("memory of this process is not counted in", () => {
  const block = Buffer.alloc(300e6, 1);
  expect(run("").megabytes).toBeLessThan(block.length / 1e6);
});

test("an exit code that is expected is no failure", () => {
  expect(measure(["-e", "process.exitCode = 1"], tmpdir(), {}, 1).seconds).toBeGreaterThan(0);
});

test("a failing program is an error with what it printed", () => {
  expect(() => run("console.error('out of range'); process.exitCode = 3")).toThrow(
    /ended with 3:\n(.*\n)*out of range/,
  );
});

test("memory of a process that is forked is counted in", () => {
  const child = 'if (process.send) Buffer.alloc(300e6, 1); else require("child_process").fork(__filename);';
  const file = join(mkdtempSync(join(tmpdir(), "bench-fork-")), "fork.js");
  writeFileSync(file, child);
  try {
    expect(measure([file], tmpdir(), {}).megabytes - run("").megabytes).toBeGreaterThan(300);
  } finally {
    rmSync(dirname(file), { recursive: true });
  }
});
