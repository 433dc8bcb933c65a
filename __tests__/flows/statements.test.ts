import { join } from "node:path";
import { run } from "../../cli/index";
import { openEngine } from "../../flows/engine";
import { EXAMPLES, synthesizeExamples } from "../support/examples";
import { FORMATS } from "../support/flow-logs";
import { scratchFolder } from "../support/scratch";
import { faultsInAthena, faultsInBigQuery, statementsIn } from "../support/sql";

const at = scratchFolder();
const aws = synthesizeExamples(join(EXAMPLES, "aws-us-east-2.yaml")).folder;
const google = synthesizeExamples(join(EXAMPLES, "google-us-east-2.yaml")).folder;

/** The statements that `--sql` prints, with all questions. */
async function printed(dialect: string, name: string, stacks: string, logs: string): Promise<string[]> {
  const args = ["flows", name, logs, "--stacks", stacks, "--sql", dialect, "--threshold", "unused-days=30"];
  const { exitCode, stdout, stderr } = await run([...args, "--since", "2026-11-01", "--until", "2026-12-01"]);
  expect([stderr, exitCode]).toEqual(["", 0]);
  return statementsIn(stdout);
}

test("Athena's are Trino's queries, after a table in Hive's words", async () => {
  const statements = await printed("athena", "acme-us-east-2", aws, "s3://logs/AWSLogs/");
  expect(statements).toHaveLength(8);
  expect(statements.flatMap(faultsInAthena)).toEqual([]);
  expect(statements[0]).toContain("LOCATION 's3://logs/AWSLogs/'");
});

test("the grammars find faults", () => {
  expect(faultsInAthena("SELECT a FROM")).not.toEqual([]);
  expect(faultsInAthena("CREATE EXTERNAL TABLE t (a STRING,) STORED AS PARQUET")).not.toEqual([]);
  expect(faultsInBigQuery("SELECT a FROM")).not.toEqual([]);
});

test("BigQuery's are queries of its own, after a table of the same fields", async () => {
  const [table = "", ...queries] = await printed("bigquery", "acme-gcp-us-east-2", google, "gs://logs/*.json");
  expect(queries).toHaveLength(7);
  expect(queries.flatMap(faultsInBigQuery)).toEqual([]);
  expect(table).toContain("uris = ['gs://logs/*.json']");
  expect(table).toContain("connection STRUCT<src_ip STRING, src_port INT64, dest_ip STRING");
});

test("DuckDB's give what the command says", async () => {
  const folder = at("same");
  await FORMATS["aws Parquet"](folder, [
    { client: "10.0.1.5", clientPort: 40000, server: "104.16.1.1", port: 443 },
    { client: "10.0.1.5", clientPort: 40001, server: "81.2.69.1", port: 443 },
    { client: "2606:4700::1", clientPort: 40001, server: "10.0.1.6", port: 22, direction: "inbound" },
  ]);
  const statements = await printed("duckdb", "acme-us-east-2", aws, folder);
  const { stdout } = await run(["flows", "acme-us-east-2", folder, "--stacks", aws, "--format", "json"]);
  const { answers } = JSON.parse(stdout);
  const engine = await openEngine();
  const found = [];
  for (const statement of statements.slice(1, 6)) {
    const rows = await engine.rows(statement);
    found.push(
      rows
        .filter(({ standing }) => standing !== "fine")
        .map(({ standing, client, server, bytes }) => [standing, client, server, bytes]),
    );
  }
  engine.close();
  expect(found.flat()).not.toEqual([]);
  expect(found).toEqual(
    answers.map(({ rows }: { rows: Record<string, unknown>[] }) =>
      rows.map(({ standing, client, server, bytes }) => [standing, client, server, bytes]),
    ),
  );
});

test.each([
  ["athena", "acme-gcp-us-east-2", google, "s3://logs/", "allowed: duckdb, bigquery"],
  ["bigquery", "acme-us-east-2", aws, "gs://logs/*", "allowed: duckdb, athena"],
  ["athena", "acme-us-east-2", aws, "logs", "is not where athena finds logs"],
])("%s of %s is refused", async (dialect, name, stacks, logs, message) => {
  const { exitCode, stderr } = await run(["flows", name, logs, "--stacks", stacks, "--sql", dialect]);
  expect(stderr).toContain(message);
  expect(exitCode).toBe(2);
});
