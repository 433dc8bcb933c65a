/**
 * `npm test`: static checks, the unit tests, the programs as they are started and, where its tools are on the machine,
 * the acceptance with real parts.
 * With CI=true a missing tool is a failure. The last line counts: 'N passed, N failed'.
 */
import "../telemetry-off.js";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureInstalled, ROOT, run } from "./install.mjs";

const bin = (name) => join(ROOT, "node_modules/.bin", name);
let passed = 0;
let failed = 0;

function check(title, command, args) {
  console.log(`\n# ${title}`);
  if (run(command, args) === 0) passed++;
  else failed++;
}

function jest(title, args) {
  console.log(`\n# ${title}`);
  const folder = mkdtempSync(join(tmpdir(), "jest-"));
  const report = join(folder, "report.json");
  const code = run(bin("jest"), [...args, "--json", `--outputFile=${report}`, "--silent=false"]);
  try {
    const { numPassedTests, numFailedTests, numFailedTestSuites, numPendingTests, numTodoTests } = JSON.parse(
      readFileSync(report, "utf8"),
    );
    passed += numPassedTests;
    // A suite that does not run and a test that is left out are failures too, however many tests they hold.
    const failures = numFailedTests + numPendingTests + numTodoTests;
    failed += Math.max(failures, numFailedTestSuites > 0 || code !== 0 ? 1 : 0);
  } catch {
    failed++;
  }
  rmSync(folder, { recursive: true, force: true });
}

ensureInstalled();
check("Types", bin("tsc"), ["--noEmit", "-p", "."]);
check("Types of the report's page", bin("tsc"), ["-p", "report/html"]);
// Each thread reads all types: more than two take longer than they save.
check("Lint, and the arrows between folders", bin("eslint"), ["--concurrency", "2", "."]);
check("Code that nothing uses", bin("knip"), ["--no-progress"]);
check("Format", bin("prettier"), ["--check", "--log-level", "warn", "."]);

jest("Unit tests", ["--testPathIgnorePatterns", "/(programs|acceptance)/"]);

const required = process.env.CI === "true";
const browser = run(process.execPath, ["--import", "tsx", "scripts/missing-chromium.ts"]) === 0 || required;
if (!browser) console.log("# In a browser: not run, and not counted");
jest("Programs as they are started, in git repositories, copies and a browser", [
  "/programs/",
  ...(browser ? [] : ["--testPathIgnorePatterns", "html-browser\\.test"]),
]);

jest("Packages as they are installed", ["/acceptance/packages"]);

const tools = run(process.execPath, ["--import", "tsx", "scripts/stand-in/missing-tools.ts"]);
if (tools === 0 || required)
  jest("Acceptance with real parts: Terraform, the AWS provider and a server that speaks AWS's APIs", [
    "/acceptance/(aws|validate)",
  ]);
else console.log("\n# Acceptance: not run, and not counted, for want of the tools above");

const programs = run(process.execPath, ["--import", "tsx", "scripts/stand-in/kubernetes/build.ts"]);
if (programs === 0 || required)
  jest("Acceptance on a real Kubernetes: API server, controllers, scheduler", ["--verbose", "/acceptance/kubernetes"]);
else console.log("\n# Kubernetes: not run, and not counted, for want of the programs above");

console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
