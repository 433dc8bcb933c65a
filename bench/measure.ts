/** Runs a command and measures it. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** One run of a program. */
export interface Measurement {
  /** Wall time from start to exit. */
  readonly seconds: number;
  /** Peaks of resident memory of the process and of those that it forked, together, of 10^6 bytes. */
  readonly megabytes: number;
}

/**
 * Runs `node ARGUMENTS` in `folder`, with nothing shown. Its temporary folder is empty, unless `environment` says else.
 *
 * @throws Error with what the program printed, if it ends with another exit code than `expected`
 */
export function measure(
  args: readonly string[],
  folder: string,
  environment: NodeJS.ProcessEnv,
  expected = 0,
): Measurement {
  const scratch = mkdtempSync(join(tmpdir(), "bench-run-"));
  try {
    const peakMemory = join(scratch, "peak-memory");
    const start = process.hrtime.bigint();
    const { status, signal, stdout, stderr } = spawnSync(
      process.execPath,
      ["--require", join(__dirname, "peak-memory.js"), ...args],
      {
        cwd: folder,
        encoding: "utf8",
        env: { ...process.env, TMPDIR: scratch, ...environment, BENCH_PEAK_MEMORY: peakMemory },
      },
    );
    const seconds = Number(process.hrtime.bigint() - start) / 1e9;
    if (status !== expected)
      throw new Error(`node ${args.join(" ")} ended with ${signal ?? String(status)}:\n${stdout}${stderr}`);
    const peaks = readFileSync(peakMemory, "utf8").trim().split("\n").map(Number);
    return { seconds, megabytes: (peaks.reduce((sum, peak) => sum + peak, 0) * 1024) / 1e6 };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
