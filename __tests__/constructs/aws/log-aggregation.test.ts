import { LogAggregation } from "../../../constructs/aws/log-aggregation";
import { Synthesized } from "../../support/constructs";

test("makes the log group with its key and retention", () => {
  const made = Synthesized.of((scope) => {
    new LogAggregation(scope, "logs", { logGroupName: "/union/acme/pods", retentionDays: 30, keyArn: "arn:key" });
  });
  expect(made.one("aws_cloudwatch_log_group")).toMatchObject({
    name: "/union/acme/pods",
    retention_in_days: 30,
    kms_key_id: "arn:key",
  });
});
