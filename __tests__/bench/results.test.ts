import {
  accountVerdicts,
  exponent,
  fleetVerdicts,
  growth,
  oneDeploymentVerdict,
  flowVerdicts,
  planVerdicts,
  startVerdicts,
  together,
  verdicts,
  type Comparison,
  type Verification,
} from "../../bench/results";

const comparison = (deployments: number, ours: number, vanilla: number, megabytes = 200): Comparison => ({
  deployments,
  ours: { seconds: ours, megabytes },
  vanilla: { seconds: vanilla, megabytes: 1000 },
});

test.each([
  ["both bounds just hold", comparison(1, 2, 8, 299), [true, true]],
  ["more than a quarter of the time", comparison(1, 2.01, 8, 299), [false, true]],
  ["300 MB", comparison(1, 2, 8, 300), [true, false]],
])("%s", (_, single, passed) => {
  expect(verdicts(single).map((verdict) => verdict.passed)).toEqual(passed);
});

test("growth is the time of each deployment between two sizes", () => {
  expect(growth(comparison(10, 2, 20), comparison(100, 11, 65))).toEqual({ ours: 0.1, vanilla: 0.5 });
});

test("several runs count by their least time and highest peak", () => {
  const runs = [
    { seconds: 2, megabytes: 250 },
    { seconds: 3, megabytes: 260 },
  ];
  expect(together(runs)).toEqual({ seconds: 2, megabytes: 260 });
});

const verification = (rules: number, verify: number, floor = 1, megabytes = 400): Verification => ({
  rules,
  verify: { seconds: verify, megabytes },
  floor: { seconds: floor, megabytes: 200 },
});

test.each([
  ["linear", 11, 1],
  ["quadratic", 101, 2],
])("%s growth, beyond the program's own start", (_, seconds, power) => {
  expect(exponent(verification(10_000, 2), verification(100_000, seconds), 1)).toBeCloseTo(power);
});

test.each([
  ["all bounds just hold", verification(100_000, 6, 1, 449), [true, true, true]],
  ["faster growth", verification(100_000, 13, 3), [false, true, true]],
  ["more than six times the floor", verification(100_000, 6.01, 1), [true, false, true]],
  ["450 MB", verification(100_000, 6, 1, 450), [true, true, false]],
])("%s", (_, large, passed) => {
  expect(planVerdicts(verification(10_000, 1), large, 0).map((verdict) => verdict.passed)).toEqual(passed);
});

test.each([
  [0.349, true],
  [0.351, false],
])("one deployment in %f s, of which Node's start takes 0.05 s", (verify, passed) => {
  expect(oneDeploymentVerdict(verify, 0.05).passed).toBe(passed);
});

test.each([
  [
    "all bounds on many deployments just hold",
    { few: 480, many: 599, changed: 100, unchanged: 85 },
    [true, true, true],
  ],
  ["600 MB", { few: 500, many: 600, changed: 100, unchanged: 85 }, [false, true, true]],
  ["memory that grows", { few: 400, many: 501, changed: 100, unchanged: 85 }, [true, false, true]],
  ["unchanged deployments made again", { few: 480, many: 500, changed: 100, unchanged: 86 }, [true, true, false]],
])("%s", (_, { few, many, changed, unchanged }, passed) => {
  const fleet = {
    few: { seconds: 1, megabytes: few },
    many: { seconds: changed, megabytes: many },
    unchanged: { seconds: unchanged, megabytes: many },
  };
  expect(fleetVerdicts(fleet).map((verdict) => verdict.passed)).toEqual(passed);
});

test.each([
  ["within all bounds", 40, 900, [true, true, true]],
  ["twice the scan and more", 42.1, 900, [false, true, true]],
  ["too much memory", 40, 1_000, [true, false, true]],
  ["more than linear", 38, 900, [true, true, false]],
])("flow logs: %s", (_, seconds, megabytes, passed) => {
  const log = (records: number, flows: number, floor: number) => ({
    records,
    flows: { seconds: flows + 2, megabytes },
    floor: { seconds: floor + 1, megabytes: 100 },
  });
  const small = passed[2] ? 4 : 2;
  const verdicts = flowVerdicts([log(1_000, 0, 0), log(1_000_000, small, 2), log(10_000_000, seconds, 20.5)]);
  expect(verdicts.map((verdict) => verdict.passed)).toEqual(passed);
});

test.each([
  ["both bounds just hold", { node: 0.04, version: 0.06, help: 0.06 }, [true, true]],
  ["a slow version", { node: 0.04, version: 0.061, help: 0.06 }, [false, true]],
  ["help that loads every command", { node: 0.04, version: 0.05, help: 0.2 }, [true, false]],
])("the package's start: %s", (_, start, passed) => {
  expect(startVerdicts(start).map((verdict) => verdict.passed)).toEqual(passed);
});

test.each([
  ["all bounds just hold", 11, 240, [true, true, true]],
  ["memory that grows", 11, 249, [false, true, true]],
  ["250 MB", 11, 250, [false, false, true]],
  ["faster growth", 14.1, 240, [true, true, false]],
])("accounts: %s", (_, seconds, megabytes, passed) => {
  const account = (records: number, took: number, peak: number) => ({
    cloud: "aws",
    records,
    audit: { seconds: took, megabytes: peak },
  });
  const accounts = [account(1_000, 1, 100), account(100_000, 2, 160), account(1_000_000, seconds, megabytes)];
  expect(accountVerdicts(accounts).map((verdict) => verdict.passed)).toEqual(passed);
});
