/**
 * Azure's flow logs as JSON: records of virtual networks (version 4) and of network security groups (versions 1 and 2) as
 * a storage account holds them, and lines of table NTANetAnalytics. Fields and what they mean:
 * https://learn.microsoft.com/azure/network-watcher/vnet-flow-logs-overview, .../nsg-flow-logs-overview and
 * .../traffic-analytics-schema
 *
 * A flow is a connection with the bytes of both directions, and its source is who opened it. It becomes a record for each
 * direction.
 */
import type { ColumnType, Dialect } from "../dialects/dialect";
import { duckdb } from "../dialects/duckdb";
import { listOf, type Engine } from "../engine";
import { SIDES, type Scope } from "../scope";
import type { Reading } from "./reader";

/** What is read of NTANetAnalytics (https://learn.microsoft.com/azure/azure-monitor/reference/tables/ntanetanalytics). */
export const AZURE_COLUMNS = {
  SubType: "text",
  FlowStartTime: "timestamp",
  SrcIp: "text",
  DestIp: "text",
  SrcPublicIps: "text",
  DestPublicIps: "text",
  DestPort: "integer",
  L4Protocol: "text",
  FlowDirection: "text",
  FlowStatus: "text",
  BytesSrcToDest: "integer",
  BytesDestToSrc: "integer",
  PacketsSrcToDest: "integer",
  PacketsDestToSrc: "integer",
} as const satisfies Readonly<Record<string, ColumnType>>;

/** What is read of a file or a line: records with tuples, or one row of the table. */
const COLUMNS: Readonly<Record<string, string>> = {
  records: [
    'STRUCT("time" VARCHAR,',
    "flowRecords STRUCT(flows STRUCT(flowGroups STRUCT(flowTuples VARCHAR[])[])[]),",
    'properties STRUCT("Version" BIGINT, flows STRUCT(flows STRUCT(flowTuples VARCHAR[])[])[]))[]',
  ].join(" "),
  // As it is written: what is no time makes a line unreadable, and no more.
  ...Object.fromEntries(
    Object.entries(AZURE_COLUMNS).map(([name, type]) => [name, duckdb.types[type === "integer" ? type : "text"]]),
  ),
};

/** A file of an hour is one value; DuckDB holds room for the largest in each of its threads, twice. Bytes. */
const LARGEST_VALUE = 32 * 1024 ** 2;

/** Reads what Azure writes of flows, of each kind that a file may hold. */
export function readAzure(_: Engine, files: readonly string[]): Promise<Reading> {
  const columns = Object.entries(COLUMNS).map(([name, type]) => `"${name}": '${type}'`);
  const from = `read_json(${listOf(files)}, format = 'auto', hive_partitioning = false, maximum_object_size = ${LARGEST_VALUE}, columns = {${columns.join(", ")}})`;
  const lines = `SELECT * FROM ${from} WHERE records IS NULL AND (SubType = 'FlowLog' OR (SubType IS NULL AND FlowStartTime IS NOT NULL))`;
  const found = `SELECT * FROM (${ofNetworks(from)}) UNION ALL SELECT * FROM (${ofGroups(from)}) UNION ALL SELECT * FROM (${ofTable(lines)}) UNION ALL SELECT * FROM (${unknown(from)})`;
  return Promise.resolve({
    flow: (scope) => bothWays(found, scope),
    told: new Set<string>(),
    rejected: () => Promise.resolve(0),
  });
}

const NONE = "CAST(NULL AS VARCHAR)";
const FLOW = [
  "start",
  "source",
  "source_port",
  "destination",
  "destination_port",
  "protocol",
  "direction",
  "accepted",
  "packets_sent",
  "bytes_sent",
  "packets_received",
  "bytes_received",
];

/** Columns of a flow, from one text for each. */
const flow = (values: Readonly<Record<(typeof FLOW)[number], string>>) =>
  FLOW.map((name) => `${values[name] ?? NONE} AS ${name}`).join(", ");

const integer = (value: string) => duckdb.tryCast(value, "integer");
const count = (value: string) => `COALESCE(${integer(`NULLIF(${value}, '')`)}, 0)`;
const PROTOCOLS = { T: 6, U: 17 };
const protocolOf = (value: string) =>
  `CASE ${value} ${Object.entries(PROTOCOLS)
    .map(([letter, number]) => `WHEN '${letter}' THEN ${number}`)
    .join(" ")} ELSE ${integer(value)} END`;
/** `I` or `Inbound`, `O` or `Outbound`. */
const directionOf = (value: string) => `CASE LEFT(${value}, 1) WHEN 'I' THEN 'inbound' WHEN 'O' THEN 'outbound' END`;

/** Version 4: time in milliseconds, and a state of which `D` is a denial. */
function ofNetworks(from: string): string {
  const groups = `SELECT UNNEST(flow.flowGroups) AS flow_group FROM (SELECT UNNEST(record.flowRecords.flows) AS flow FROM (${recordsOf(from)}) AS records)`;
  const tuples = `SELECT UNNEST(flow_group.flowTuples) AS tuple FROM (${groups}) AS flow_groups`;
  return ofTuples(
    tuples,
    1_000,
    (state) => `CASE WHEN ${state} IN ('B', 'C', 'E') THEN TRUE WHEN ${state} = 'D' THEN FALSE END`,
  );
}

/** Versions 1 and 2: time in seconds, and a decision of which `D` is a denial. */
function ofGroups(from: string): string {
  const flows = `SELECT UNNEST(rule.flows) AS flow FROM (SELECT UNNEST(record.properties.flows) AS rule FROM (${recordsOf(from)}) AS records) AS rules`;
  const tuples = `SELECT UNNEST(flow.flowTuples) AS tuple FROM (${flows}) AS flows`;
  return ofTuples(tuples, 1_000_000, (decision) => `CASE ${decision} WHEN 'A' THEN TRUE WHEN 'D' THEN FALSE END`);
}

/**
 * Tuples: time, ends, ports, protocol, direction, whether it passed, one field that is not read, counts of both ways.
 *
 * @param microseconds those of one unit of its time
 */
function ofTuples(tuples: string, microseconds: number, accepted: (field: string) => string): string {
  const part = (i: number) => `part[${i}]`;
  const values = {
    start: `make_timestamp(${integer(part(1))} * ${microseconds})`,
    source: part(2),
    destination: part(3),
    source_port: integer(part(4)),
    destination_port: integer(part(5)),
    protocol: protocolOf(part(6)),
    direction: directionOf(part(7)),
    accepted: accepted(part(8)),
    packets_sent: count(part(10)),
    bytes_sent: count(part(11)),
    packets_received: count(part(12)),
    bytes_received: count(part(13)),
  };
  const parts = `SELECT string_split(tuple, ',') AS part FROM (${tuples}) AS tuples`;
  return `SELECT ${flow(values)} FROM (${parts}) AS tuples`;
}

const recordsOf = (from: string) => `SELECT UNNEST(records) AS record FROM ${from}`;

/**
 * Lines of NTANetAnalytics, which has no port of the source. Public addresses are lists of their own: each with counts of
 * flows begun and ended, of packets out and in, and of bytes out and in, as the network's own side sees them.
 */
function ofTable(lines: string): string {
  const addresses = (one: string, list: string) =>
    `CASE WHEN COALESCE(${list}, '') <> '' THEN string_split(trim(${list}), ' ') ELSE [${one}] END`;
  const each = `SELECT *, UNNEST(${addresses("SrcIp", "SrcPublicIps")}) AS source_entry, ${addresses("DestIp", "DestPublicIps")} AS destination_entries FROM (${lines}) AS lines`;
  const ends = `SELECT *, string_split(source_entry, '|') AS source_part, string_split(destination_entry, '|') AS destination_part FROM (SELECT *, UNNEST(destination_entries) AS destination_entry FROM (${each}) AS sources) AS destinations`;
  const counted = (whole: string, ofDestination: number, ofSource: number) =>
    `CASE WHEN len(destination_part) > 1 THEN ${count(`destination_part[${ofDestination}]`)} WHEN len(source_part) > 1 THEN ${count(`source_part[${ofSource}]`)} ELSE COALESCE(${whole}, 0) END`;
  const values = {
    start: duckdb.tryCast("FlowStartTime", "timestamp"),
    source: "source_part[1]",
    destination: "destination_part[1]",
    // It is above every service's: who opened the flow is told.
    source_port: "65535",
    destination_port: "DestPort",
    protocol: protocolOf("L4Protocol"),
    direction: directionOf("FlowDirection"),
    accepted: "CASE LEFT(FlowStatus, 1) WHEN 'A' THEN TRUE WHEN 'D' THEN FALSE END",
    packets_sent: counted("PacketsSrcToDest", 4, 5),
    packets_received: counted("PacketsDestToSrc", 5, 4),
    bytes_sent: counted("BytesSrcToDest", 6, 7),
    bytes_received: counted("BytesDestToSrc", 7, 6),
  };
  return `SELECT ${flow(values)} FROM (${ends}) AS ends`;
}

/** Records without any of these, and lines that are of no kind: they have nothing in any column. */
function unknown(from: string): string {
  const record = `SELECT record FROM (${recordsOf(from)}) AS records WHERE record.flowRecords.flows IS NULL AND record.properties.flows IS NULL`;
  const line = `SELECT 1 FROM ${from} WHERE records IS NULL AND SubType IS NULL AND FlowStartTime IS NULL`;
  const nothing = FLOW.map((name) => `NULL AS ${name}`).join(", ");
  return `SELECT ${nothing} FROM (${record}) AS other UNION ALL SELECT ${nothing} FROM (${line}) AS lines`;
}

/** Flows of a table of the columns of NTANetAnalytics. */
export function azureFlow(dialect: Dialect, from: string, scope: Scope): string {
  const columns = Object.entries(AZURE_COLUMNS).map(([name, type]) =>
    type === "integer" ? `CAST(${name} AS ${dialect.types.integer}) AS ${name}` : name,
  );
  return bothWays(ofTable(`SELECT ${columns.join(", ")} FROM ${from} WHERE SubType = 'FlowLog'`), scope);
}

/** What was sent, and what came back, where anything did. */
function bothWays(flows: string, scope: Scope): string {
  const needed = [
    "start",
    "source",
    "destination",
    "source_port",
    "destination_port",
    "protocol",
    "direction",
    "accepted",
  ];
  const readable = needed.map((name) => `${name} IS NOT NULL`).join(" AND ");
  const reading = `CASE WHEN ${readable} THEN 'flow' ELSE 'unreadable' END AS reading`;
  const common = `CAST(start AS DATE) AS day, destination_port AS port, protocol, 1 AS records, accepted, ${reading}`;
  const sent = `SELECT ${common}, source, destination, ${SIDES.source} AS side, bytes_sent AS bytes, direction, 'source' AS opening FROM flows`;
  const turned = "CASE direction WHEN 'inbound' THEN 'outbound' ELSE 'inbound' END";
  const received = `SELECT ${common}, destination, source, ${SIDES.destination}, bytes_received, ${turned}, 'destination' FROM flows WHERE packets_received > 0 AND accepted`;
  const asked = `SELECT * FROM (${flows}) AS found WHERE ${scope.within("start")}`;
  return `SELECT * FROM (WITH flows AS MATERIALIZED (${asked}) ${sent} UNION ALL ${received}) AS ways`;
}
