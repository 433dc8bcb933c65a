/**
 * Preloaded into a measured process (`node --require`), and so into each that it forks: adds a line with its peak of
 * resident memory, in kilobytes, to the file that the environment variable BENCH_PEAK_MEMORY names.
 */
const { appendFileSync, readFileSync } = require("node:fs");
const { isMainThread } = require("node:worker_threads");

/** Linux counts in maxRSS what the parent held when it started this process; the status file counts from exec on. */
function peakKilobytes() {
  try {
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"))[1]);
  } catch {
    return process.resourceUsage().maxRSS;
  }
}

if (isMainThread) process.on("exit", () => appendFileSync(process.env.BENCH_PEAK_MEMORY, `${peakKilobytes()}\n`));
