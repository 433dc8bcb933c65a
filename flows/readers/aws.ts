/**
 * VPC flow logs as S3 holds them: text with a header in any order of fields, gzip or not, and Parquet. Fields and what they
 * mean: https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html
 */
import { literal, type ColumnType, type Dialect } from "../dialects/dialect";
import { duckdb } from "../dialects/duckdb";
import { listOf, type Engine } from "../engine";
import { InputError } from "../../verification/input-error";
import type { Reading } from "./reader";

/** Fields that are read. Parquet spells them with `_`. */
export const AWS_FIELDS: Readonly<Record<string, ColumnType>> = {
  srcaddr: "text",
  dstaddr: "text",
  srcport: "integer",
  dstport: "integer",
  protocol: "integer",
  packets: "integer",
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

/** Flows of a table of records that has these fields. */
export function awsFlow(
  dialect: Dialect,
  from: string,
  fields: ReadonlySet<string>,
  column: (field: string) => string,
) {
  const field = (name: string) => (fields.has(name) ? column(name) : undefined);
  const text = (name: string) => (fields.has(name) ? `NULLIF(${column(name)}, '-')` : undefined);
  const first = (...values: readonly (string | undefined)[]) =>
    `COALESCE(${values.filter((value) => value !== undefined).join(", ")})`;
  const setOf = (name: string) => {
    const cases = Object.entries(SETS).map(([service, set]) => `WHEN ${literal(service)} THEN ${literal(set)}`);
    return fields.has(name) ? `CASE ${column(name)} ${cases.join(" ")} END` : undefined;
  };
  const [flags, status, packets] = [field("tcp-flags"), field("log-status"), field("packets")];
  const set = flags === undefined ? undefined : dialect.bitAnd(flags, SYN_ACK);
  const opening =
    set === undefined
      ? `CAST(NULL AS ${dialect.types.text})`
      : `CASE WHEN ${column("protocol")} <> 6 THEN NULL WHEN ${set} = ${SYN} THEN 'source' WHEN ${set} = ${SYN_ACK} THEN 'destination' ELSE 'none' END`;
  const missing = NEEDED.map((name) => {
    const value = AWS_FIELDS[name] === "text" ? `NULLIF(${column(name)}, '-')` : column(name);
    return `${value} IS NULL`;
  });
  const direction = field("flow-direction");
  return [
    `SELECT ${dialect.timeOfSeconds(column("start"))} AS start,`,
    `${first(setOf("pkt-src-aws-service"), text("pkt-srcaddr"), column("srcaddr"))} AS source,`,
    `${column("srcport")} AS source_port,`,
    `${first(setOf("pkt-dst-aws-service"), text("pkt-dstaddr"), column("dstaddr"))} AS destination,`,
    `${column("dstport")} AS destination_port, ${column("protocol")} AS protocol,`,
    `${column("bytes")} AS bytes, ${packets ?? "0"} AS packets, ${column("action")} = 'ACCEPT' AS accepted,`,
    `${direction === undefined ? `CAST(NULL AS ${dialect.types.text})` : `CASE ${direction} WHEN 'egress' THEN 'outbound' WHEN 'ingress' THEN 'inbound' END`} AS direction,`,
    `${opening} AS opening,`,
    `CASE ${status === undefined ? "" : `WHEN ${status} = 'SKIPDATA' THEN 'skipped'`} WHEN ${missing.join(" OR ")} OR ${column("action")} NOT IN ('ACCEPT', 'REJECT') THEN 'unreadable' ELSE 'flow' END AS reading`,
    `FROM ${from}${status === undefined ? "" : ` WHERE ${status} IS NULL OR ${status} <> 'NODATA'`}`,
  ].join(" ");
}

/** Sets of which records with these fields say which address is in them. */
export function setsToldBy(fields: readonly ReadonlySet<string>[]): ReadonlySet<string> {
  return new Set(fields.every((one) => one.has("pkt-dst-aws-service")) ? Object.values(SETS) : []);
}

/** Reads what Amazon S3 holds of flow logs. */
export async function readAws(engine: Engine, files: readonly string[]): Promise<Reading> {
  const parquet = files.filter((file) => file.endsWith(".parquet"));
  const selects: string[] = [];
  const fieldsOfAll: ReadonlySet<string>[] = [];
  const add = (file: string, from: string, fields: ReadonlySet<string>, column: (field: string) => string) => {
    const missing = NEEDED.filter((name) => !fields.has(name));
    if (missing.length > 0) {
      const needed = `needed: a first line with the fields' names, ${NEEDED.join(", ")} among them`;
      throw new InputError(file, 1, `has no field ${missing.join(", ")} (${needed})`);
    }
    fieldsOfAll.push(fields);
    selects.push(awsFlow(duckdb, from, fields, column));
  };
  if (parquet.length > 0) {
    const from = `read_parquet(${listOf(parquet)}, union_by_name = true, hive_partitioning = false)`;
    const columns = await engine.rows(`DESCRIBE SELECT * FROM ${from}`);
    const names = new Set(columns.map(({ column_name: name }) => String(name).replaceAll("_", "-")));
    add(parquet[0] ?? "", from, names, (field) => `"${field.replaceAll("-", "_")}"`);
  }
  for (const [header, group] of await byHeader(
    engine,
    files.filter((file) => !file.endsWith(".parquet")),
  )) {
    const names = header.split(" ");
    const columns = names.map((name) => `${literal(name)}: ${literal(duckdb.types[AWS_FIELDS[name] ?? "text"])}`);
    const from = `read_csv(${listOf(group)}, columns = {${columns.join(", ")}}, ${TEXT}, header = true, nullstr = '-', store_rejects = true)`;
    add(group[0] ?? "", from, new Set(names), (field) => `"${field}"`);
  }
  return {
    selects,
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

/** One space between fields, and no quotes. */
const TEXT = "delim = ' ', quote = '', escape = '', auto_detect = false";

/** Files of text by their first lines. */
async function byHeader(engine: Engine, files: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
  const groups = new Map<string, string[]>();
  for (const file of files) {
    const first = `read_csv(${literal(file)}, columns = {'line': 'VARCHAR'}, delim = '\\x1f', quote = '', escape = '', header = false, auto_detect = false)`;
    const [row] = await engine.rows(`SELECT CAST(line AS VARCHAR) AS line FROM ${first} LIMIT 1`);
    const header = String(row?.["line"] ?? "").trim();
    const group = groups.get(header);
    if (group) group.push(file);
    else groups.set(header, [file]);
  }
  return groups;
}
