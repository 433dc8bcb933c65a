/**
 * VPC flow logs and the firewall's own log as a sink writes them to Cloud Storage: LogEntry, one JSON a line, gzip or not.
 * Fields and what they mean: https://cloud.google.com/vpc/docs/about-flow-logs-records and
 * https://cloud.google.com/firewall/docs/firewall-rules-logging
 *
 * Egress is sampled before the firewall, ingress after it: that a packet passed is told of what arrived only. Flow records
 * tell the direction of packets, not who opened the connection; the firewall's entries do, whose source it is.
 */
import type { ColumnType, Dialect } from "../dialects/dialect";
import { duckdb } from "../dialects/duckdb";
import { listOf, type Engine } from "../engine";
import { calledPort, type Scope } from "../scope";
import type { Reading } from "./reader";

/** A column's type, or what it is made of. */
export type Shape = ColumnType | { readonly [field: string]: Shape };

/** What is read of a LogEntry. 64-bit integers come as text. */
export const LOG_ENTRY: Readonly<Record<string, Shape>> = {
  logName: "text",
  timestamp: "text",
  jsonPayload: {
    connection: { src_ip: "text", src_port: "integer", dest_ip: "text", dest_port: "integer", protocol: "integer" },
    reporter: "text",
    bytes_sent: "text",
    packets_sent: "text",
    start_time: "text",
    disposition: "text",
    rule_details: { direction: "text" },
  },
};

/** Flows of a table of log entries. What NAT notes of its own is of no flow's. */
export function googleFlow(dialect: Dialect, from: string, scope: Scope): string {
  const { types } = dialect;
  const tryCast = (value: string, type: ColumnType) => dialect.tryCast(value, type);
  const payload = (field: string) => `entry.jsonPayload.${field}`;
  const connection = (field: string) => payload(`connection.${field}`);
  const disposition = payload("disposition");
  const ofFirewall = `${disposition} IS NOT NULL`;
  const start = tryCast(`COALESCE(${payload("start_time")}, entry.timestamp)`, "timestamp");
  const bytes = tryCast(payload("bytes_sent"), "integer");
  const ports = {
    source: `COALESCE(${connection("src_port")}, 0)`,
    destination: `COALESCE(${connection("dest_port")}, 0)`,
  };
  const needed = [
    `${start} IS NULL`,
    ...["src_ip", "dest_ip", "protocol"].map((field) => `${connection(field)} IS NULL`),
    `(${disposition} IS NULL AND (${payload("reporter")} IS NULL OR ${bytes} IS NULL))`,
  ];
  const read = [
    `SELECT CAST(${start} AS DATE) AS day, ${connection("src_ip")} AS source, ${ports.source} AS source_port,`,
    `${connection("dest_ip")} AS destination, ${ports.destination} AS destination_port, ${connection("protocol")} AS protocol,`,
    `${scope.side(ports, { source: ofFirewall })} AS side, COALESCE(${bytes}, 0) AS bytes,`,
    `CASE WHEN ${disposition} = 'ALLOWED' THEN TRUE WHEN ${disposition} = 'DENIED' THEN FALSE WHEN ${payload("reporter")} = 'DEST' THEN TRUE END AS accepted,`,
    `CASE COALESCE(${payload("rule_details.direction")}, ${payload("reporter")}) WHEN 'EGRESS' THEN 'outbound' WHEN 'SRC' THEN 'outbound' WHEN 'INGRESS' THEN 'inbound' WHEN 'DEST' THEN 'inbound' END AS direction,`,
    `CASE WHEN ${ofFirewall} THEN 'source' ELSE CAST(NULL AS ${types.text}) END AS opening,`,
    `CASE WHEN ${needed.join(" OR ")} THEN 'unreadable' ELSE 'flow' END AS reading`,
    `FROM ${from} AS entry WHERE (entry.logName IS NULL OR entry.logName NOT LIKE '%nat_flows') AND ${scope.within(start)}`,
  ].join(" ");
  return `SELECT *, ${calledPort("source_port", "destination_port")} AS port, 1 AS records FROM (${read}) AS entries`;
}

/** Reads what a sink of Cloud Logging wrote. */
export function readGoogle(_: Engine, files: readonly string[]): Promise<Reading> {
  const columns = Object.entries(LOG_ENTRY).map(([name, shape]) => `"${name}": '${duckdbType(shape)}'`);
  // A line that is no JSON has nothing in any column, and is told as unreadable.
  const from = `read_json(${listOf(files)}, format = 'newline_delimited', ignore_errors = true, hive_partitioning = false, columns = {${columns.join(", ")}})`;
  return Promise.resolve({
    flow: (scope) => googleFlow(duckdb, from, scope),
    told: new Set<string>(),
    rejected: () => Promise.resolve(0),
  });
}

function duckdbType(shape: Shape): string {
  if (typeof shape === "string") return duckdb.types[shape];
  return `STRUCT(${Object.entries(shape)
    .map(([name, of]) => `"${name}" ${duckdbType(of)}`)
    .join(", ")})`;
}
