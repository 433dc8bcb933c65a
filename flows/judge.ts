/** Asks the questions of a deployment's logs, and says what the answers come to. */
import type { JudgedDeployment } from "./deployment";
import { InputError } from "../verification/input-error";
import { duckdb } from "./dialects/duckdb";
import { openEngine, type Engine, type Value } from "./engine";
import { logFiles } from "./log-files";
import { oracleOf } from "./oracle";
import { questionsOf } from "./questions/index";
import { ANSWER_COLUMNS, STANDINGS, type Question, type Standing, type Thresholds } from "./questions/question";
import { READERS } from "./readers/index";
import type { PublishedRanges } from "./zones";
import { COVERAGE, relationsOf } from "./relations";
import { scopeOf, type Window } from "./scope";

export type Verdict = "pass" | "violated" | "unknown";

export interface FlowsOptions {
  readonly thresholds: Thresholds;
  readonly window: Window;
  readonly published: PublishedRanges;
  /** Most rows to show of each standing. */
  readonly most: number;
}

/** Conversations that are alike to a question. */
export interface Row {
  readonly standing: Standing;
  readonly day: string | null;
  readonly client: string | null;
  readonly server: string | null;
  readonly port: number | null;
  readonly protocol: number | null;
  readonly records: number;
  readonly bytes: number;
}

/** All rows of a standing. */
export interface Total {
  readonly rows: number;
  readonly records: number;
  readonly bytes: number;
}

export interface Answer {
  readonly question: Question;
  readonly verdict: Verdict;
  /** Why it is unknown, where that is so of every question. */
  readonly reason?: string | undefined;
  readonly totals: Readonly<Partial<Record<Standing, Total>>>;
  /** Those that show most, of what is not fine. */
  readonly rows: readonly Row[];
}

/** How much of the logs was read. */
export interface Coverage {
  readonly files: number;
  readonly records: number;
  readonly unreadable: number;
  readonly skipped: number;
  readonly firstDay: string | null;
  readonly lastDay: string | null;
}

export interface FlowsReport {
  readonly deployment: string;
  readonly coverage: Coverage;
  readonly answers: readonly Answer[];
}

/**
 * Judges the logs at `paths` by what the deployment's stacks say.
 *
 * @throws InputError if a file can't be read as its cloud's flow log, or DuckDB is not at hand
 */
export async function judgeFlows(
  judged: JudgedDeployment,
  paths: readonly string[],
  { thresholds, window, published, most }: FlowsOptions,
): Promise<FlowsReport> {
  const engine = await openEngine();
  try {
    const files = await logFiles(engine, paths);
    const reading = await READERS[judged.deployment.cloud](engine, files, judged);
    const oracle = oracleOf(judged, reading.told, published);
    const flow = reading.flow(scopeOf(duckdb, oracle, window));
    for (const { name, select } of relationsOf(duckdb, flow, oracle)) {
      // Flows are read once, where they are folded; all else is small enough to be kept.
      const kind = name === "flow" ? "VIEW" : "TABLE";
      await engine.run(`CREATE TEMP ${kind} ${name} AS ${select}`).catch(unreadable(paths));
    }
    const coverage = await coverageOf(engine, files.length, await reading.rejected());
    const answers: Answer[] = [];
    for (const question of questionsOf(thresholds)) {
      const statement = ranked(question.select(thresholds, duckdb), most);
      answers.push(answerOf(question, (await engine.rows(statement)).map(rowOf), coverage));
    }
    return { deployment: judged.deployment.name, coverage, answers };
  } finally {
    engine.close();
  }
}

/** DuckDB says what a file is that it can't read; the first line tells. */
function unreadable(paths: readonly string[]) {
  return (error: unknown): never => {
    const [first = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
    throw new InputError(paths.join(", "), 0, `can't be read: ${first}`);
  };
}

async function coverageOf(engine: Engine, files: number, rejected: number): Promise<Coverage> {
  const [row = {}] = await engine.rows(COVERAGE);
  const number = (name: string) => Number(row[name] ?? 0);
  const text = (name: string) => (typeof row[name] === "string" ? row[name] : null);
  return {
    files,
    records: number("records"),
    unreadable: number("unreadable") + rejected,
    skipped: number("skipped"),
    firstDay: text("first_day"),
    lastDay: text("last_day"),
  };
}

/** The rows of each standing that show most, with what all of it comes to; of what is fine only that. */
export function ranked(select: string, most: number): string {
  const of = "PARTITION BY standing";
  return [
    `SELECT ${ANSWER_COLUMNS.join(", ")}, place, all_rows, all_records, all_bytes FROM (`,
    `SELECT *, ROW_NUMBER() OVER (${of} ORDER BY bytes DESC, records DESC, client, server, port) AS place,`,
    `COUNT(*) OVER (${of}) AS all_rows, SUM(records) OVER (${of}) AS all_records, SUM(bytes) OVER (${of}) AS all_bytes`,
    `FROM (${select}) AS answer) AS ranked WHERE place = 1 OR (place <= ${most} AND standing <> 'fine') ORDER BY standing, place`,
  ].join(" ");
}

/** A row, with what all rows of its standing come to. */
interface RankedRow {
  readonly row: Row;
  readonly all: Total;
}

function rowOf(row: Readonly<Record<string, Value>>): RankedRow {
  const number = (name: string) => Number(row[name] ?? 0);
  const text = (name: string) => (row[name] === null || row[name] === undefined ? null : String(row[name]));
  const numberOrNone = (name: string) => (row[name] === null ? null : number(name));
  return {
    row: {
      standing: text("standing") as Standing,
      day: text("day"),
      client: text("client"),
      server: text("server"),
      port: numberOrNone("port"),
      protocol: numberOrNone("protocol"),
      records: number("records"),
      bytes: number("bytes"),
    },
    all: { rows: number("all_rows"), records: number("all_records"), bytes: number("all_bytes") },
  };
}

function answerOf(question: Question, rows: readonly RankedRow[], coverage: Coverage): Answer {
  const totals = Object.fromEntries(rows.map(({ row, all }) => [row.standing, all]));
  const reason = gapOf(coverage);
  const has = (standing: Standing) => rows.some(({ row }) => row.standing === standing);
  const verdict = has("violated") ? "violated" : has("unknown") || reason !== undefined ? "unknown" : "pass";
  const shown = STANDINGS.flatMap((standing) =>
    rows.filter(({ row }) => row.standing === standing && standing !== "fine"),
  );
  return { question, verdict, reason, totals, rows: shown.map(({ row }) => row) };
}

/** What is not there can't be told to be fine. */
function gapOf({ records, unreadable, skipped }: Coverage): string | undefined {
  const gaps = [
    ...(unreadable > 0 ? [`${unreadable} records can't be read`] : []),
    ...(skipped > 0 ? [`in ${skipped} places the log says that it left records out`] : []),
    ...(records === 0 ? ["there is no flow in the logs"] : []),
  ];
  return gaps.length > 0 ? gaps.join("; ") : undefined;
}
