import { InputError, NothingToJudge } from "../../../verification/input-error";
import type { Finding } from "../../../verification/model";
import { outcomeOf, outcomeOfFailure, summaryOf } from "../../../scripts/field/outcome";

const finding = (fields: Partial<Finding>): Finding => ({
  invariant: "no-inbound",
  status: "unknown",
  resource: "aws_instance.web",
  location: { file: "main.tf", line: 1 },
  message: "",
  remedy: "",
  ...fields,
});
const packet = (source: string, port?: number): Finding =>
  finding({
    status: "violated",
    counterexample: { direction: "inbound", protocol: "tcp", source, destination: "a", port },
  });
const report = (findings: readonly Finding[], endpoints = 1) => ({
  verdict: findings.length > 0 ? ("fail" as const) : ("pass" as const),
  findings,
  judged: { rules: 0, endpoints },
});

test.each([
  ["pass", report([])],
  ["nothing", report([], 0)],
  ["violated", report([packet("198.51.100.1", 22), finding({})])],
  ["unknown", report([finding({})])],
  ["unknown", report([finding({ resource: "module.a", missing: { kind: "plan" } })])],
  ["no init", report([finding({}), finding({ missing: { kind: "module", address: "module.a.module.b[0]" } })])],
  ["no init", report([finding({}), finding({ missing: { kind: "deployer" } })])],
  [
    "no init",
    { ...report([finding({})]), notRead: [{ path: "c", what: "", matters: true, unfetched: true as const }] },
  ],
  ["unknown", { ...report([finding({})]), notRead: [{ path: "c", what: "", matters: true }] }],
  ["violated", report([packet("198.51.100.1", 22), finding({ missing: { kind: "module", address: "module.a" } })])],
])("%s", (result, judged) => {
  expect(outcomeOf(judged).result).toBe(result);
});

test.each([
  ["nothing", new NothingToJudge("a", "holds nothing to judge")],
  ["error", new InputError("a", 0, "holds nothing to judge")],
  ["error", new InputError("a", 3, "is not valid YAML")],
  ["crash", new TypeError("x is undefined")],
])("%s of a failure", (result, cause) => {
  expect(outcomeOfFailure(cause).result).toBe(result);
});

test.each([
  ["0.1.2.3", 22],
  ["127.0.0.1", 22],
  ["169.254.1.1", 22],
  ["224.0.0.1", 22],
  ["255.255.255.255", 22],
  ["::1", 22],
  ["fe80::1", 22],
  ["1.0.0.1", 0],
  ["1.0.0.1", 65536],
])("no network carries a packet from %s to port %s", (source, port) => {
  expect(outcomeOf(report([packet(source, port)])).impossible).toHaveLength(1);
});

test.each([["1.0.0.1"], ["2606:4700::1"], ["10.0.0.1"], ["aws:privatelink"], ["aws_instance.web"]])(
  "%s is somebody's address or name",
  (source) => {
    expect(outcomeOf(report([packet(source, 443)])).impossible).toEqual([]);
  },
);

test("alike reasons of several folders are one, with the folders that have no other", () => {
  const of = (name: string) =>
    finding({
      resource: `module.a["x"].aws_instance.${name}[0]`,
      message: `module.a["x"].aws_instance.${name}[0] is not judged: var.${name} has no value`,
    });
  const told = [report([of("a")]), report([of("b"), finding({ message: "other" })]), report([])].map(outcomeOf);
  const { results, useful, reasons } = summaryOf(told.map((one, i) => ({ folder: `${i}`, ...one, milliseconds: i })));
  expect(results).toMatchObject({ unknown: 2, pass: 1 });
  expect(useful).toBeCloseTo(1 / 3);
  expect(reasons.map(({ reason, folders, alone }) => [reason, folders, alone])).toEqual([
    ["aws_instance is not judged: var.NAME has no value", 2, 1],
    ["other", 1, 0],
  ]);
});

test("parts of other folders are counted, and the rest without them", () => {
  const told = [report([]), report([finding({})])].map(outcomeOf);
  const outcomes = told.map((one, i) => ({ folder: `${i}`, ...one, isPart: i === 1, milliseconds: 1 }));
  expect(summaryOf(outcomes)).toMatchObject({ useful: 0.5, wholes: { folders: 1, useful: 1 } });
});

test("each repository is counted by itself too", () => {
  const told = { a: report([]), "b/1": report([packet("198.51.100.1", 22)]), "b/2": report([finding({})]) };
  const outcomes = Object.entries(told).map(([folder, one]) => ({ folder, ...outcomeOf(one), milliseconds: 1 }));
  expect(summaryOf(outcomes).repositories).toMatchObject([
    { repository: "a", useful: 1, results: { pass: 1 } },
    { repository: "b", useful: 0.5, results: { violated: 1, unknown: 1 } },
  ]);
});
