/**
 * `npm run bench [-- --only PARTS]`: synthesizes 1, 10 and 100 deployments our way and the vanilla way, side by side on
 * the same machine, and compares time and memory; then measures verification. Exit code 1 if a bound does not hold, the
 * two outputs differ, or verification judges wrong.
 */
import "../telemetry-off";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { benchAudit } from "./audit";
import { benchClouds } from "./clouds";
import { benchFleet } from "./fleet";
import { benchFlows } from "./flows";
import { writeDeployments } from "./inputs";
import { measure } from "./measure";
import { differingFiles } from "./outputs";
import { benchReport } from "./report";
import { growth, timeRatio, together, verdicts, type Comparison, type Verdict } from "./results";
import { benchStart } from "./start";
import { writeVanillaTree } from "./vanilla";
import { benchVerification } from "./verify";

const ROOT = join(__dirname, "..");
/** The smallest deployment of each cloud. */
const EXAMPLES = ["aws", "google", "azure"].map((cloud) => join(ROOT, `deployments/examples/${cloud}-us-east-2.yaml`));
const [EXAMPLE = ""] = EXAMPLES;
const SIZES = [1, 10, 100];
/** What `--only` names the other parts by. */
const VERIFICATION = "verify";
const CLOUDS = "clouds";
const REPORT = "report";
const FLEET = "fleet";
const FLOWS = "flows";
const START = "start";
const AUDIT = "audit";
const PARTS = [AUDIT, CLOUDS, FLEET, FLOWS, REPORT, START, VERIFICATION];
/** Of the largest log; `--records` says another number. */
const FLOW_RECORDS = 10_000_000;
const LEAST_FLOW_RECORDS = 1_000_000;
/** One deployment is judged, and its runs are short enough for other work on the machine to show: both ways take turns. */
const ROUNDS_OF_ONE = 3;

async function main(): Promise<void> {
  const { sizes, chosen, records } = chosenParts();
  const scratch = mkdtempSync(join(tmpdir(), "bench-"));
  try {
    const found = [
      ...(sizes.length > 0 ? benchSynthesis(sizes, scratch) : []),
      ...(chosen(CLOUDS) ? benchClouds(ROOT, EXAMPLES, join(scratch, "three-clouds")) : []),
      ...(chosen(FLEET) ? benchFleet(ROOT, EXAMPLES, join(scratch, "fleet")) : []),
      ...(chosen(REPORT) ? await benchReport(ROOT, EXAMPLES, join(scratch, "report")) : []),
      ...(chosen(FLOWS) ? await benchFlows(ROOT, EXAMPLE, records, join(scratch, "flows")) : []),
      ...(chosen(AUDIT) ? await benchAudit(ROOT, join(scratch, "audit")) : []),
      ...(chosen(START) ? await benchStart(join(scratch, "start")) : []),
      ...(chosen(VERIFICATION) ? benchVerification(ROOT, EXAMPLE, join(scratch, "verification")) : []),
    ];
    judge(found);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function benchSynthesis(sizes: readonly number[], scratch: string): Verdict[] {
  const vanillaTree = join(scratch, "vanilla");
  mkdirSync(vanillaTree);
  writeVanillaTree(ROOT, vanillaTree);
  const comparisons = sizes.map((size) => compare(size, vanillaTree, scratch));
  printTable(comparisons);
  const single = comparisons.find(({ deployments }) => deployments === 1);
  return single ? verdicts(single) : [];
}

function chosenParts(): {
  readonly sizes: readonly number[];
  readonly chosen: (part: string) => boolean;
  readonly records: number;
} {
  const { values } = parseArgs({ options: { only: { type: "string" }, records: { type: "string" } } });
  const { only } = values;
  const records = values.records === undefined ? FLOW_RECORDS : Number(values.records);
  if (!Number.isInteger(records / LEAST_FLOW_RECORDS) || records < LEAST_FLOW_RECORDS)
    throw new Error(
      `--records ${values.records ?? ""}: is no number of records (allowed: a multiple of ${LEAST_FLOW_RECORDS})`,
    );
  if (only === undefined) return { sizes: SIZES, chosen: () => true, records };
  const parts = only.split(",");
  const sizes = parts.filter((part) => !PARTS.includes(part)).map(Number);
  if (!sizes.every((size) => Number.isInteger(size) && size > 0)) {
    throw new Error(
      `--only ${only}: is no list of parts (allowed: numbers of deployments, ${PARTS.join(", ")}, such as 1 or 1,10,${VERIFICATION})`,
    );
  }
  const ascending = [...new Set(sizes)].sort((one, other) => one - other);
  return { sizes: ascending, chosen: (part) => parts.includes(part), records };
}

function compare(deployments: number, vanillaTree: string, scratch: string): Comparison {
  const folder = join(scratch, String(deployments));
  const input = join(folder, "deployments");
  mkdirSync(input, { recursive: true });
  writeDeployments(EXAMPLE, input, deployments);

  const run = (way: string, tree: string, args: readonly string[]) => {
    process.stdout.write(`${deployments} deployment${deployments === 1 ? "" : "s"}, ${way} ... `);
    // A barrel's classes are more than our way lets a process keep.
    const heap = way === "vanilla" ? { NODE_OPTIONS: "--max-old-space-size=8192" } : {};
    const result = measure(args, tree, { DATAPLANE_DEPLOYMENTS: input, CDKTF_OUTDIR: join(folder, way), ...heap });
    console.log(`${result.seconds.toFixed(2)} s, ${result.megabytes.toFixed(0)} MB`);
    return result;
  };
  const rounds = Array.from({ length: deployments === 1 ? ROUNDS_OF_ONE : 1 }, () => ({
    ours: run("ours", ROOT, ["--import", "tsx", "main.ts"]),
    vanilla: run("vanilla", vanillaTree, [
      join(ROOT, "node_modules/ts-node/dist/bin.js"),
      "--prefer-ts-exts",
      "main.ts",
    ]),
  }));

  const differing = differingFiles(join(folder, "ours"), join(folder, "vanilla"));
  if (differing.length > 0) throw new Error(`The two ways do not synthesize the same: ${differing.join(", ")}`);
  return {
    deployments,
    ours: together(rounds.map(({ ours }) => ours)),
    vanilla: together(rounds.map(({ vanilla }) => vanilla)),
  };
}

function printTable(comparisons: readonly Comparison[]): void {
  const row = (...cells: readonly string[]) => console.log(cells.map((cell) => cell.padStart(13)).join(""));
  console.log();
  row("deployments", "ours s", "vanilla s", "ratio", "ours MB", "vanilla MB", "ratio");
  for (const comparison of comparisons) {
    const { deployments, ours, vanilla } = comparison;
    row(
      String(deployments),
      ours.seconds.toFixed(2),
      vanilla.seconds.toFixed(2),
      timeRatio(comparison).toFixed(3),
      ours.megabytes.toFixed(0),
      vanilla.megabytes.toFixed(0),
      (ours.megabytes / vanilla.megabytes).toFixed(3),
    );
  }
  const [small, large] = comparisons.slice(-2);
  if (small === undefined || large === undefined) return;
  const { ours, vanilla } = growth(small, large);
  const milliseconds = (seconds: number) => `${(seconds * 1000).toFixed(0)} ms`;
  console.log(
    `Each further deployment, from ${small.deployments} to ${large.deployments}: ours ${milliseconds(ours)}, vanilla ${milliseconds(vanilla)}`,
  );
}

function judge(found: readonly Verdict[]): void {
  console.log(found.length > 0 ? "" : "\nNot judged: the bounds are on one deployment and on verification");
  for (const { passed, text } of found) {
    console.log(`${passed ? "PASS" : "FAIL"}  ${text}`);
    if (!passed) process.exitCode = 1;
  }
}

main().catch((error: unknown) => {
  console.error(`\n${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
