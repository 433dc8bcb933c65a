/**
 * VPC flow logs as S3 holds them: text with a header in any order of fields, gzip or not, and Parquet; and what CloudWatch
 * Logs exports, which has no header. Fields and what they mean:
 * https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html
 */
import { basename } from "node:path";
import type { JudgedDeployment } from "../deployment";
import { literal, type ColumnType, type Dialect } from "../dialects/dialect";
import { duckdb } from "../dialects/duckdb";
import { listOf, type Engine } from "../engine";
import { InputError } from "../../verification/input-error";
import { calledPort, type Scope } from "../scope";
import type { Reading } from "./reader";

/** Fields that are read. Parquet spells them with `_`. */
export const AWS_FIELDS: Readonly<Record<string, ColumnType>> = {
  srcaddr: "text",
  dstaddr: "text",
  srcport: "integer",
  dstport: "integer",
  protocol: "integer",
  bytes: "integer",
  start: "integer",
  action: "text",
  "log-status": "text",
  "flow-direction": "text",
  "tcp-flags": "integer",
  "pkt-srcaddr": "text",
  "pkt-dstaddr": "text",
  "pkt-src-aws-service": "text",
  "pkt-dst-aws-service": "text",
};

/** Without one of these no question has an answer. */
const NEEDED = ["srcaddr", "dstaddr", "srcport", "dstport", "protocol", "bytes", "start", "action"];

/** Values of `pkt-dst-aws-service` that are a set of ours. */
const SETS: Readonly<Record<string, string>> = { S3: "aws:s3", DYNAMODB: "aws:dynamodb" };

/** Bits of `tcp-flags`: SYN, and ACK, which is logged beside SYN only. */
const SYN = 2;
const SYN_ACK = 18;

/**
 * Flows of a table of records that has these fields. Records are folded by their fields as they are, which is what a
 * columnar file is fast at; what the fields mean is asked of the few that are left.
 */
export function awsFlow(
  dialect: Dialect,
  from: string,
  fields: ReadonlySet<string>,
  column: (field: string) => string,
  scope: Scope,
): string {
  const has = (name: string) => fields.has(name);
  const start = dialect.timeOfSeconds(column("start"));
  const flags = dialect.bitAnd(column("tcp-flags"), SYN_ACK);
  const opens = (set: number) => `${column("protocol")} = 6 AND ${flags} = ${set}`;
  const told = has("tcp-flags") ? { source: opens(SYN), destination: opens(SYN_ACK) } : undefined;
  const [source, destination] = [column("srcport"), column("dstport")];
  const kept = FOLDED_BY.filter(has);
  const status = has("log-status") ? column("log-status") : undefined;
  // One value without ports, bytes or time makes a record unreadable, and no sum shows it.
  const missing = ["srcport", "dstport", "bytes", "start"].map((name) => `${column(name)} IS NULL`).join(" OR ");
  const read = [
    `SELECT *, CAST(${start} AS DATE) AS day, ${scope.side({ source, destination }, told)} AS side,`,
    `CASE WHEN ${missing} THEN 1 ELSE 0 END AS gaps FROM ${from}`,
    `WHERE ${scope.within(start)}${status === undefined ? "" : ` AND (${status} IS NULL OR ${status} <> 'NODATA')`}`,
  ].join(" ");
  const alike = [
    `SELECT day, side, gaps, ${calledPort(source, destination)} AS port, ${kept.map(column).join(", ")},`,
    `COUNT(*) AS records, SUM(${column("bytes")}) AS bytes FROM (${read}) AS record`,
    `GROUP BY day, side, gaps, 4, ${kept.map(column).join(", ")}`,
  ].join(" ");
  const { types } = dialect;
  const text = (name: string) => (has(name) ? [`NULLIF(${column(name)}, '-')`] : []);
  const setOf = (name: string) => {
    const cases = Object.entries(SETS).map(([service, set]) => `WHEN ${literal(service)} THEN ${literal(set)}`);
    return has(name) ? [`CASE ${column(name)} ${cases.join(" ")} END`] : [];
  };
  const end = (which: "src" | "dst") =>
    `COALESCE(${[...setOf(`pkt-${which}-aws-service`), ...text(`pkt-${which}addr`), ...text(`${which}addr`), "NULL"].join(", ")})`;
  const direction = has("flow-direction")
    ? `CASE ${column("flow-direction")} WHEN 'egress' THEN 'outbound' WHEN 'ingress' THEN 'inbound' END`
    : `CAST(NULL AS ${types.text})`;
  const opening = told
    ? `CASE WHEN ${column("protocol")} <> 6 THEN NULL WHEN ${told.source} THEN 'source' WHEN ${told.destination} THEN 'destination' ELSE 'none' END`
    : `CAST(NULL AS ${types.text})`;
  const unread = [
    "gaps = 1",
    `${column("protocol")} IS NULL`,
    ...["srcaddr", "dstaddr"].map((name) => `NULLIF(${column(name)}, '-') IS NULL`),
    `COALESCE(${column("action")} NOT IN ('ACCEPT', 'REJECT'), TRUE)`,
  ].join(" OR ");
  return [
    `SELECT day, ${end("src")} AS source, ${end("dst")} AS destination, side, port, ${column("protocol")} AS protocol,`,
    `bytes, records, ${column("action")} = 'ACCEPT' AS accepted, ${direction} AS direction, ${opening} AS opening,`,
    `CASE ${status === undefined ? "" : `WHEN ${status} = 'SKIPDATA' THEN 'skipped'`} WHEN ${unread} THEN 'unreadable' ELSE 'flow' END AS reading`,
    `FROM (${alike}) AS alike`,
  ].join(" ");
}

/** Fields whose values tell flows of a day apart, beside ports. */
const FOLDED_BY = Object.keys(AWS_FIELDS).filter(
  (field) => !["srcport", "dstport", "packets", "bytes", "start"].includes(field),
);

/** Sets of which records with these fields say which address is in them. */
export function setsToldBy(fields: readonly ReadonlySet<string>[]): ReadonlySet<string> {
  return new Set(fields.every((one) => one.has("pkt-dst-aws-service")) ? Object.values(SETS) : []);
}

/** Reads what Amazon S3 holds of flow logs. */
export async function readAws(
  engine: Engine,
  all: readonly string[],
  { system }: Pick<JudgedDeployment, "system">,
): Promise<Reading> {
  const files = all.filter((file) => basename(file) !== EXPORT_TRY);
  const parquet = files.filter((file) => file.endsWith(".parquet"));
  const selects: ((scope: Scope) => string)[] = [];
  const fieldsOfAll: ReadonlySet<string>[] = [];
  const add = (file: string, from: string, fields: ReadonlySet<string>, column: (field: string) => string) => {
    const missing = NEEDED.filter((name) => !fields.has(name));
    if (missing.length > 0) {
      const needed = `needed: a first line with the fields' names, ${NEEDED.join(", ")} among them`;
      throw new InputError(file, 1, `has no field ${missing.join(", ")} (${needed})`);
    }
    fieldsOfAll.push(fields);
    selects.push((scope) => awsFlow(duckdb, from, fields, column, scope));
  };
  if (parquet.length > 0) {
    const from = `read_parquet(${listOf(parquet)}, union_by_name = true, hive_partitioning = false)`;
    const columns = await engine.rows(`DESCRIBE SELECT * FROM ${from}`);
    const names = new Set(columns.map(({ column_name: name }) => String(name).replaceAll("_", "-")));
    add(parquet[0] ?? "", from, names, (field) => `"${field.replaceAll("-", "_")}"`);
  }
  const text = files.filter((file) => !file.endsWith(".parquet"));
  for (const { names, header, group } of await byFields(engine, text, formatsOf(system))) {
    const columns = names.map((name) => `${literal(name)}: ${literal(duckdb.types[AWS_FIELDS[name] ?? "text"])}`);
    const from = `read_csv(${listOf(group)}, columns = {${columns.join(", ")}}, ${TEXT}, header = ${String(header)}, nullstr = '-', store_rejects = true)`;
    add(group[0] ?? "", from, new Set(names), (field) => `"${field}"`);
  }
  return {
    flow: (scope) => selects.map((select) => select(scope)).join(" UNION ALL "),
    told: setsToldBy(fieldsOfAll),
    rejected: async () => {
      const [tables] = await engine.rows(
        "SELECT COUNT(*) AS there FROM duckdb_tables() WHERE table_name = 'reject_errors'",
      );
      if (tables?.["there"] === 0) return 0;
      const [row] = await engine.rows(
        "SELECT COUNT(*) AS lines FROM (SELECT DISTINCT scan_id, file_id, line FROM reject_errors) AS rejected",
      );
      return Number(row?.["lines"] ?? 0);
    },
  };
}

/** One space between fields, and no quotes; folders such as day=30 are no fields. */
const TEXT = "delim = ' ', quote = '', escape = '', auto_detect = false, hive_partitioning = false";

/** Files of text that have the same fields. */
interface Alike {
  readonly names: readonly string[];
  /** Whether the first line of each has the names. */
  readonly header: boolean;
  readonly group: readonly string[];
}

async function byFields(
  engine: Engine,
  files: readonly string[],
  formats: readonly (readonly string[])[],
): Promise<readonly Alike[]> {
  const groups = new Map<string, Omit<Alike, "group"> & { readonly group: string[] }>();
  for (const file of files) {
    const first = `read_csv(${literal(file)}, columns = {'line': 'VARCHAR'}, delim = '\\x1f', quote = '', escape = '', header = false, auto_detect = false)`;
    const [row] = await engine.rows(`SELECT CAST(line AS VARCHAR) AS line FROM ${first} LIMIT 1`);
    const line = String(row?.["line"] ?? "").trim();
    const exported = exportedFields(line, formats);
    const [names, header] = exported ? [exported, false] : [line.split(" "), true];
    const key = JSON.stringify([names, header]);
    const known = groups.get(key);
    if (known) known.group.push(file);
    else groups.set(key, { names, header, group: [file] });
  }
  return [...groups.values()];
}

/** What an export tries first, to see whether it may write. */
const EXPORT_TRY = "aws-logs-write-test";
/** Before each record, the time of its event. */
const EVENT_TIME = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

/** Fields of a file of records without a header, by its first one: those of a flow log that is written, if one fits. */
function exportedFields(line: string, formats: readonly (readonly string[])[]): readonly string[] | undefined {
  const values = line.split(" ");
  const before = EVENT_TIME.test(values[0] ?? "") ? ["event-time"] : [];
  const record = values.slice(before.length);
  const fits = formats.find((names) => names.length === record.length && isRecord(names, record));
  return fits && [...before, ...fits];
}

/** Whether values can be those of fields: times and numbers are. */
const isRecord = (names: readonly string[], values: readonly string[]) =>
  names.every((name, i) => AWS_FIELDS[name] !== "integer" || /^(\d+|-)$/.test(values[i] ?? ""));

/** Fields of a flow log of which nobody says otherwise. */
const DEFAULT_FORMAT = [
  ...["version", "account-id", "interface-id", "srcaddr", "dstaddr", "srcport", "dstport", "protocol"],
  ...["packets", "bytes", "start", "end", "action", "log-status"],
];

/** The fields of each flow log that is written, in their order. */
function formatsOf({ resources }: JudgedDeployment["system"]): readonly (readonly string[])[] {
  return resources
    .filter(({ type }) => type === "aws_flow_log")
    .flatMap(({ values: { log_format: format } }) => {
      if (format === undefined || format === null) return [DEFAULT_FORMAT];
      return typeof format === "string"
        ? [Array.from(format.matchAll(/\$\{([a-z-]+)\}/g), ([, name = ""]) => name)]
        : [];
    });
}
