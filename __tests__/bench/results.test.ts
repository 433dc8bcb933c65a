import { growth, together, verdicts, type Comparison } from "../../bench/results";

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
