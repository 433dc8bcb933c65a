/** The questions as statements to run where the logs lie: the same relations as CTEs, before them what makes the table. */
import type { JudgedDeployment } from "./deployment";
import { DIALECTS } from "./dialects/index";
import type { Dialect, DialectName } from "./dialects/dialect";
import { openEngine } from "./engine";
import { InputError } from "../verification/input-error";
import { ranked, type FlowsOptions } from "./judge";
import { logFiles } from "./log-files";
import { oracleOf } from "./oracle";
import { questionsOf } from "./questions/index";
import { kustoOf } from "./kusto/pipes";
import { awsTable } from "./readers/aws-table";
import { AZURE_COLUMNS } from "./readers/azure";
import { azureTable } from "./readers/azure-table";
import { googleTable } from "./readers/google-table";
import { READERS } from "./readers/index";
import type { StoredTable } from "./readers/reader";
import { COVERAGE, relationsOf } from "./relations";
import { scopeOf } from "./scope";

/**
 * A statement for each question, and before them one that makes the table of the logs and one that tells how much of
 * them can be read. @throws InputError if the dialect does not read logs of the deployment's cloud
 */
export async function statementsOf(
  name: DialectName,
  judged: JudgedDeployment,
  logs: readonly string[],
  { thresholds, window, published, most }: FlowsOptions,
): Promise<string> {
  const dialect = DIALECTS[name];
  const table = await tableFor(dialect, judged, logs);
  const { statement, told } = table;
  const oracle = oracleOf(judged, told, published);
  const relations = relationsOf(dialect, table.flow(scopeOf(dialect, oracle, window)), oracle);
  const prefix = `WITH ${relations.map((relation) => `${relation.name} AS (${relation.select})`).join(",\n")}\n`;
  const statements: readonly Statement[] = [
    ...(statement === undefined ? [] : [{ says: "The table of the logs", text: statement }]),
    {
      says: "How much was read: where anything is unreadable or skipped, every pass is unknown",
      text: prefix + COVERAGE,
    },
    ...questionsOf(thresholds).map((question) => ({
      says: `${question.id}: ${question.holds}. Violated where a row is 'violated'; else unknown where one is 'unknown'`,
      text: prefix + ranked(question.select(thresholds, dialect), most),
    })),
  ];
  if (name === "kusto") return inPipes(statements, logs);
  return statements.map(({ says, text }) => `-- ${says}.\n${text};\n`).join("\n");
}

interface Statement {
  readonly says: string;
  readonly text: string;
}

/** Kusto tells statements apart by an empty line. */
async function inPipes(statements: readonly Statement[], [table = ""]: readonly string[]): Promise<string> {
  const engine = await openEngine();
  try {
    const tables = { [table]: Object.keys(AZURE_COLUMNS) };
    const written: string[] = [];
    for (const { says, text } of statements) written.push(`// ${says}.\n${await kustoOf(engine, text, tables)}\n`);
    return written.join("\n");
  } finally {
    engine.close();
  }
}

/** What the logs of a cloud are where they lie. */
const TABLES = {
  athena: { cloud: "aws", of: awsTable, where: "s3://BUCKET/PREFIX/", allowed: /^s3:\/\// },
  bigquery: { cloud: "google", of: googleTable, where: "gs://BUCKET/*.json", allowed: /^gs:\/\// },
  kusto: { cloud: "azure", of: azureTable, where: "NTANetAnalytics", allowed: /^[A-Za-z_]\w*$/ },
} as const;

async function tableFor(dialect: Dialect, judged: JudgedDeployment, logs: readonly string[]): Promise<StoredTable> {
  const { deployment } = judged;
  if (dialect.name === "duckdb") {
    const engine = await openEngine();
    try {
      return await READERS[deployment.cloud](engine, await logFiles(engine, logs), judged);
    } finally {
      engine.close();
    }
  }
  const { cloud, of, where, allowed } = TABLES[dialect.name];
  if (deployment.cloud !== cloud) {
    const reason = `'${dialect.name}' reads no logs of ${deployment.name}, which is on ${deployment.cloud}`;
    const others = Object.entries(TABLES).flatMap(([name, table]) => (table.cloud === deployment.cloud ? [name] : []));
    throw new InputError("--sql", 0, `${reason} (allowed: ${["duckdb", ...others].join(", ")})`);
  }
  const [location = ""] = logs;
  if (logs.length !== 1 || !allowed.test(location)) {
    throw new InputError(
      logs.join(", "),
      0,
      `is not where ${dialect.name} finds logs (allowed: one place such as ${where})`,
    );
  }
  return of(dialect, location);
}
