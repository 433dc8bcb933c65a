import { renderJson } from "../../report/json";
import { ASSUMED, FAILED, failedBy } from "../support/report";

test("has the fields that programs rely on", () => {
  const { verdict, findings, exceptions, judged } = JSON.parse(renderJson(FAILED, []));
  expect({ verdict, judged }).toEqual({ verdict: "fail", judged: { rules: 3, endpoints: 1 } });
  expect(findings[0]).toEqual({
    invariant: "no-inbound",
    status: "violated",
    resource: "aws_security_group.a",
    location: { file: "stacks/a/cdk.tf.json", line: 7 },
    message: "TCP 22 from 1.0.0.1 can reach aws_instance.web",
    counterexample: {
      direction: "inbound",
      protocol: "tcp",
      source: "1.0.0.1",
      destination: "aws_instance.web",
      port: 22,
    },
    remedy: "Remove the rule.",
  });
  expect(exceptions.map(({ state }: { state: string }) => state)).toEqual(["used", "unused", "expired"]);
});

test("has each assumption whole, with the deployment that makes it", () => {
  const { verdict, assumptions } = JSON.parse(renderJson(ASSUMED, []));
  expect(verdict).toBe("pass");
  expect(assumptions).toEqual(ASSUMED.assumptions);
});

test("has lines that are worked out when they are read", () => {
  const location = {
    file: "a.json",
    get line() {
      return 3;
    },
  };
  expect(JSON.parse(renderJson(failedBy({ location }), [])).findings[0].location).toEqual({ file: "a.json", line: 3 });
});
