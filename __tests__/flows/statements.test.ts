import { join } from "node:path";
import { run } from "../../cli/index";
import { openEngine } from "../../flows/engine";
import { kustoOf } from "../../flows/kusto/pipes";
import { EXAMPLES, synthesizeExamples } from "../support/examples";
import { FORMATS } from "../support/flow-logs";
import { scratchFolder } from "../support/scratch";
import { analyzedByKusto, faultsInAthena, faultsInBigQuery, statementsIn } from "../support/sql";

const at = scratchFolder();
const aws = synthesizeExamples(join(EXAMPLES, "aws-us-east-2.yaml")).folder;
const azure = synthesizeExamples(join(EXAMPLES, "azure-us-east-2.yaml")).folder;
const google = synthesizeExamples(join(EXAMPLES, "google-us-east-2.yaml")).folder;

/** The statements that `--sql` prints, with all questions. */
async function printed(dialect: string, name: string, stacks: string, logs: string): Promise<string[]> {
  return statementsIn(await text(dialect, name, stacks, logs));
}

async function text(dialect: string, name: string, stacks: string, logs: string): Promise<string> {
  const args = ["flows", name, logs, "--stacks", stacks, "--sql", dialect, "--threshold", "unused-days=30"];
  const { exitCode, stdout, stderr } = await run([...args, "--since", "2026-11-01", "--until", "2026-12-01"]);
  expect([stderr, exitCode]).toEqual(["", 0]);
  return stdout;
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

/** What of the table is read, by https://learn.microsoft.com/azure/azure-monitor/reference/tables/ntanetanalytics. */
const NTA = {
  NTANetAnalytics: [
    ...["SubType: string", "FlowStartTime: datetime", "SrcIp: string", "DestIp: string", "SrcPublicIps: string"],
    ...["DestPublicIps: string", "DestPort: int", "L4Protocol: string", "FlowDirection: string", "FlowStatus: string"],
    ...["BytesSrcToDest: long", "BytesDestToSrc: long", "PacketsSrcToDest: long", "PacketsDestToSrc: long"],
  ].join(", "),
};

test("Kusto's are pipes over the table of traffic analytics, of columns and types that are there", async () => {
  const statements = (await text("kusto", "acme-azure-us-east-2", azure, "NTANetAnalytics")).trim().split("\n\n");
  expect(statements).toHaveLength(7);
  const [coverage, ...questions] = statements.map((statement) => analyzedByKusto(statement, NTA));
  const counts = ["records: long", "unreadable: long", "skipped: long"];
  expect(coverage).toEqual({ faults: [], columns: [...counts, "first_day: datetime", "last_day: datetime"] });
  const ends = ["client: string", "server: string", "port: long", "protocol: long", "records: long", "bytes: long"];
  const totals = ["place: long", "all_rows: long", "all_records: long", "all_bytes: long"];
  const row = ["standing: string", "day: datetime", ...ends, ...totals];
  expect(questions).toEqual(questions.map(() => ({ faults: [], columns: row })));
});

test("Kusto's language service finds columns and types that are not there", () => {
  expect(analyzedByKusto("NTANetAnalytics | project SrcPort", NTA).faults.join()).toContain("SrcPort");
  expect(analyzedByKusto("NTANetAnalytics | where SrcIp <= DestIp", NTA).faults.join()).toContain("'<='");
  expect(analyzedByKusto("NTANetAnalytics | wheree true", NTA).faults).not.toEqual([]);
});

describe("what has no words in Kusto here is refused", () => {
  test.each([
    "SELECT a FROM t HAVING a > 1",
    "SELECT a FROM t LIMIT 1",
    "SELECT * EXCLUDE (a) FROM t",
    "SELECT COUNT(*) FILTER (a > 1) AS n FROM t",
    "SELECT md5(a) AS b FROM t",
    "SELECT t.a FROM t LEFT JOIN t AS u ON t.a < u.a",
    "SELECT t.a FROM t FULL JOIN t AS u ON t.a = u.a",
    "SELECT a FROM t EXCEPT SELECT a FROM t",
    "SELECT a FROM elsewhere",
    "SELECT b FROM t",
    "SELECT a FROM t JOIN t AS u ON t.a = u.a",
  ])("%s", async (statement) => {
    const engine = await openEngine();
    try {
      await expect(kustoOf(engine, statement, { t: ["a"] })).rejects.toThrow();
    } finally {
      engine.close();
    }
  });
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
  ["kusto", "acme-us-east-2", aws, "NTANetAnalytics", "allowed: duckdb, athena"],
  [
    "kusto",
    "acme-azure-us-east-2",
    azure,
    "a | b",
    "is not where kusto finds logs (allowed: one place such as NTANetAn",
  ],
])("%s of %s is refused", async (dialect, name, stacks, logs, message) => {
  const { exitCode, stderr } = await run(["flows", name, logs, "--stacks", stacks, "--sql", dialect]);
  expect(stderr).toContain(message);
  expect(exitCode).toBe(2);
});
