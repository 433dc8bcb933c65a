import { renderJson } from "../../report/json";
import { FAILED } from "../support/report";

test("is the report, with lines that were not yet found", () => {
  const location = {
    file: "a.json",
    get line() {
      return 3;
    },
  };
  const [finding, ...others] = FAILED.findings;
  const report = { ...FAILED, findings: [{ ...finding, location } as typeof finding & object, ...others] };
  const expected = structuredClone({
    ...FAILED,
    findings: [{ ...finding, location: { file: "a.json", line: 3 } }, ...others],
  });
  expect(JSON.parse(renderJson(report))).toEqual(expected);
});
