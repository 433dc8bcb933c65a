import { LogAggregation } from "../../../constructs/google/log-aggregation";
import { Synthesized } from "../../support/constructs";

const made = Synthesized.of((scope) => {
  new LogAggregation(scope, "logs", {
    name: "acme",
    project: "acme-data-plane",
    region: "us-east5",
    logs: "acme-pods",
    generation: "0a1b2c3d",
    retentionDays: 30,
    keyId: "key",
  });
});

test("makes the log bucket with its key and retention", () => {
  expect(made.one("google_logging_project_bucket_config")).toMatchObject({
    project: "acme-data-plane",
    location: "us-east5",
    bucket_id: "acme-pods-0a1b2c3d",
    retention_days: 30,
    cmek_settings: { kms_key_name: "key" },
  });
});

test("a log bucket that stands keeps its id, whatever the generation", () => {
  expect(made.one("google_logging_project_bucket_config").lifecycle.ignore_changes).toEqual(["bucket_id"]);
});

test("what Fluent Bit ships goes there", () => {
  expect(made.one("google_logging_project_sink")).toMatchObject({
    destination: `logging.googleapis.com/\${${made.address("google_logging_project_bucket_config")}.id}`,
    filter: 'resource.type="k8s_container" AND labels."union.ai/deployment"="acme"',
  });
});

test("and nowhere else, once it does", () => {
  const { filter, depends_on } = made.one("google_logging_project_exclusion");
  expect(filter).toBe(made.one("google_logging_project_sink").filter);
  expect(depends_on).toEqual([made.address("google_logging_project_sink")]);
});
