/** Measures `dataplane audit --account-only` on generated accounts of each cloud: memory must not grow with their records. */
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Report } from "../verification/verify";
import { ACCOUNTS, OPEN_PORT, writeAccount } from "./accounts";
import { measure } from "./measure";
import { accountVerdicts, together, type JudgedAccount, type Verdict } from "./results";

const SIZES = [1_000, 100_000, 1_000_000];
const ROUNDS = 3;

/**
 * Writes accounts in the new folder `scratch`, and tells whether the bounds hold.
 *
 * @throws Error if the port that is open in each is not found
 */
export async function benchAudit(root: string, scratch: string): Promise<Verdict[]> {
  mkdirSync(scratch);
  // As an install leaves it, whatever has changed since.
  measure(["scripts/bundle.mjs"], root, {});
  console.log("\n       cloud     records     audit s    audit MB");
  const verdicts: Verdict[] = [];
  for (const cloud of Object.keys(ACCOUNTS)) {
    const judged: JudgedAccount[] = [];
    for (const records of SIZES) {
      const folder = join(scratch, `${cloud}-${records}`);
      await writeAccount(folder, cloud, records);
      const audit = together(Array.from({ length: ROUNDS }, () => auditOf(root, folder)));
      judged.push({ cloud, records, audit });
      const { seconds, megabytes } = audit;
      const cells = [cloud, records.toLocaleString("en"), seconds.toFixed(2), megabytes.toFixed(0)];
      console.log(cells.map((cell) => cell.padStart(12)).join(""));
    }
    verdicts.push(...accountVerdicts(judged));
  }
  return verdicts;
}

function auditOf(root: string, folder: string) {
  const report = join(folder, "report.json");
  const args = ["audit", "--account-only", folder, "--format", "json", "--output", report];
  const measured = measure(["cli/dataplane.js", ...args], root, {}, 1);
  const { findings } = JSON.parse(readFileSync(report, "utf8")) as Report;
  const open = findings.filter(({ invariant, status }) => invariant === "no-inbound" && status === "violated");
  const isFound = open.length === 1 && open[0]?.counterexample?.port === OPEN_PORT;
  if (!isFound || findings.some(({ status }) => status === "unknown"))
    throw new Error(`${folder}: ${JSON.stringify(findings.slice(0, 3))}`);
  return measured;
}
