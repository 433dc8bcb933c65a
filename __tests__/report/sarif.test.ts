import Ajv from "ajv";
import addFormats from "ajv-formats";
import { renderSarif } from "../../report/sarif";
import { invariants } from "../../verification/invariants";
import schema from "../fixtures/sarif/sarif-schema-2.1.0.json";
import { ASSUMED, FAILED, failedBy, PASSED } from "../support/report";
import type { Json } from "../support/workloads";

const ajv = new Ajv({ strict: false, allErrors: true });
addFormats(ajv);
const validate = ajv.compile(schema);

/** Where a log departs from the schema. */
const faults = (log: unknown): string[] =>
  validate(log) ? [] : (validate.errors ?? []).map(({ instancePath }) => instancePath);
const sarif = (report: typeof FAILED) => JSON.parse(renderSarif(report));

test.each([
  ["a report that passes", PASSED],
  ["a report with findings and exceptions", FAILED],
  ["a report with assumptions", ASSUMED],
  ["a path with blanks and signs", failedBy({ location: { file: "my stacks/a#1?[b]%.tf", line: 1 } })],
  ["a path that looks like a URI", failedBy({ location: { file: "c:/a b.tf", line: 1 } })],
  ["an absolute path", failedBy({ location: { file: "/my stacks/a#b.tf", line: 1 } })],
  ["a file as a whole", failedBy({ location: { file: "a.tf", line: 0 } })],
])("%s is valid by the published schema", (_, report) => {
  expect(faults(sarif(report))).toEqual([]);
});

test("the schema refuses what is not SARIF", () => {
  const log = sarif(FAILED);
  log.runs[0].results[0].level = "violated";
  log.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri = "a b";
  log.runs[0].results[0].locations[0].physicalLocation.region.startLine = 0;
  const result = "/runs/0/results/0";
  const physical = `${result}/locations/0/physicalLocation`;
  expect(faults(log).sort()).toEqual([
    `${result}/level`,
    `${physical}/artifactLocation/uri`,
    `${physical}/region/startLine`,
  ]);
});

test("each invariant is a rule, each finding a result, and what an exception covers a suppressed one", () => {
  const [run] = sarif(FAILED).runs;
  expect(run.tool.driver.rules.map(({ id }: { id: string }) => id)).toEqual(invariants.map(({ id }) => id));
  const results = run.results.map(({ ruleId, level, properties, suppressions = [] }: Json) => [
    ruleId,
    level,
    properties.status,
    suppressions[0]?.justification,
  ]);
  expect(results).toEqual([
    ["no-inbound", "error", "violated", undefined],
    ["egress-allowlist", "error", "unknown", undefined],
    ["no-inbound", "error", "violated", "until the move (until 2999-12-31)"],
  ]);
});

test("exceptions that cover nothing are listed too", () => {
  const { exceptions, judged, verdict } = sarif(FAILED).runs[0].properties;
  expect(exceptions.map(({ state }: { state: string }) => state)).toEqual(["used", "unused", "expired"]);
  expect({ judged, verdict }).toEqual({ judged: { rules: 3, endpoints: 1 }, verdict: "fail" });
});

test("assumptions are properties of the run, none of them a result", () => {
  const [{ properties, results }] = sarif(ASSUMED).runs;
  expect(properties.assumptions).toEqual(ASSUMED.assumptions);
  expect(results).toEqual([]);
});

test.each([
  ["stacks/a b/cdk.tf.json", "stacks/a%20b/cdk.tf.json"],
  ["../a.tf", "../a.tf"],
  ["c:x/a.tf", "c%3Ax/a.tf"],
  ["/tmp/a#b.tf", "file:///tmp/a%23b.tf"],
])("%s is the URI %s", (file, uri) => {
  const { physicalLocation } = sarif(failedBy({ location: { file, line: 4 } })).runs[0].results[0].locations[0];
  expect(physicalLocation).toEqual({ artifactLocation: { uri }, region: { startLine: 4 } });
});

test("has beside the verdict what a reader should know", () => {
  const log = JSON.parse(renderSarif({ ...PASSED, warnings: ["the list is old"] }));
  expect(log.runs[0].properties.warnings).toEqual(["the list is old"]);
  expect(JSON.parse(renderSarif(PASSED)).runs[0].properties).not.toHaveProperty("warnings");
});
