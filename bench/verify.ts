/** Measures `dataplane verify`: plans of many rules beside their floor, and one deployment beside Node's own start. */
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writeDeployments } from "./inputs";
import { measure, type Measurement } from "./measure";
import { writePlan } from "./plan";
import { oneDeploymentVerdict, planVerdicts, together, type Verdict, type Verification } from "./results";

const SIZES = [1_000, 10_000, 100_000];
/** Other work on the machine only adds, so each program runs several times, in turns with what it is compared to. */
const ROUNDS = 3;
const ROUNDS_OF_ONE = 10;
const COMMAND = "cli/dataplane.js";

/** Runs everything in a new folder `scratch`, prints a table, and tells whether the bounds hold. */
export function benchVerification(root: string, example: string, scratch: string): Verdict[] {
  const run = (args: readonly string[], status = 0) => measure(args, root, {}, status);
  mkdirSync(scratch);
  // As an install leaves it, whatever has changed since.
  run(["scripts/bundle.mjs"]);
  const least = (rounds: number, args: readonly string[]) => together(times(rounds, () => run(args)));

  console.log("\nVerification of plans");
  const start = least(ROUNDS, [COMMAND, "--help"]);
  const plans = SIZES.map((rules) => verifyPlan(rules, scratch, run));
  printTable(plans, start);
  findsViolation(SIZES[0] ?? 0, scratch, run);

  const [small, large] = plans.slice(-2);
  if (!small || !large) throw new Error("Growth is between two sizes");
  return [...planVerdicts(small, large, start.seconds), verifyOneDeployment(root, example, scratch, run)];
}

type Run = (args: readonly string[], status?: number) => Measurement;

function verifyPlan(rules: number, scratch: string, run: Run): Verification {
  const plan = join(scratch, `plan-${rules}.json`);
  const report = join(scratch, `report-${rules}.json`);
  writePlan(plan, rules);
  const rounds = times(ROUNDS, () => ({
    floor: run(["bench/floor.js", plan]),
    verify: run([COMMAND, "verify", plan, "--format", "json", "--output", report]),
  }));
  const { judged } = JSON.parse(readFileSync(report, "utf8")) as { readonly judged: { readonly rules: number } };
  if (judged.rules !== rules) throw new Error(`Of ${rules} rules ${judged.rules} were judged`);
  return {
    rules,
    verify: together(rounds.map(({ verify }) => verify)),
    floor: together(rounds.map(({ floor }) => floor)),
  };
}

/** A verification that is fast since it looks at nothing would pass every plan. */
function findsViolation(rules: number, scratch: string, run: Run): void {
  const plan = join(scratch, "open.json");
  const report = join(scratch, "open-report.json");
  writePlan(plan, rules, { open: true });
  run([COMMAND, "verify", plan, "--format", "json", "--output", report], 1);
  const { findings } = JSON.parse(readFileSync(report, "utf8")) as { readonly findings: readonly unknown[] };
  if (findings.length !== 1) throw new Error(`One open rule gave ${findings.length} findings`);
}

function verifyOneDeployment(root: string, example: string, scratch: string, run: Run): Verdict {
  const deployments = join(scratch, "one-deployment");
  const output = join(scratch, "one-output");
  mkdirSync(deployments);
  writeDeployments(example, deployments, 1);
  measure(["--import", "tsx", "main.ts"], root, { DATAPLANE_DEPLOYMENTS: deployments, CDKTF_OUTDIR: output });
  const rounds = times(ROUNDS_OF_ONE, () => ({
    node: run(["--eval", "0"]),
    verify: run([COMMAND, "verify", output]),
  }));
  const node = together(rounds.map((round) => round.node));
  const verify = together(rounds.map((round) => round.verify));
  console.log(
    `\nOne deployment: ${milliseconds(verify.seconds)} and ${verify.megabytes.toFixed(0)} MB; Node's start: ${milliseconds(node.seconds)}`,
  );
  return oneDeploymentVerdict(verify.seconds, node.seconds);
}

function printTable(plans: readonly Verification[], start: Measurement): void {
  const row = (...cells: readonly string[]) => console.log(cells.map((cell) => cell.padStart(13)).join(""));
  row("rules", "verify s", "floor s", "ratio", "verify MB", "floor MB", "us per rule");
  let before = { rules: 0, seconds: start.seconds };
  for (const { rules, verify, floor } of plans) {
    const each = ((verify.seconds - before.seconds) / (rules - before.rules)) * 1e6;
    before = { rules, seconds: verify.seconds };
    row(
      rules.toLocaleString("en"),
      verify.seconds.toFixed(2),
      floor.seconds.toFixed(2),
      (verify.seconds / floor.seconds).toFixed(1),
      verify.megabytes.toFixed(0),
      floor.megabytes.toFixed(0),
      each.toFixed(1),
    );
  }
  console.log(
    `'us per rule' is what each further rule adds to the row before; ${COMMAND} starts in ${milliseconds(start.seconds)}`,
  );
}

const milliseconds = (seconds: number) => `${(seconds * 1000).toFixed(0)} ms`;
const times = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);
