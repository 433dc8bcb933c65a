/**
 * The least that any answer about a log takes: DuckDB reads the columns that are asked about and aggregates each of them.
 * Prints how many records there are.
 */
const { DuckDBInstance } = require("@duckdb/node-api");
const { join } = require("node:path");

const COLUMNS = [
  ...["srcaddr", "dstaddr", "srcport", "dstport", "protocol", "packets", "bytes", "start", "action", "log_status"],
  ...["flow_direction", "tcp_flags", "pkt_srcaddr", "pkt_dstaddr", "pkt_src_aws_service", "pkt_dst_aws_service"],
];

async function main() {
  const instance = await DuckDBInstance.create(":memory:", { memory_limit: "600MB" });
  const connection = await instance.connect();
  const aggregates = COLUMNS.map((column) => `MIN("${column}"), MAX("${column}")`).join(", ");
  const files = join(process.argv[2], "*.parquet");
  const reader = await connection.runAndReadAll(`SELECT COUNT(*), ${aggregates} FROM read_parquet('${files}')`);
  console.log(String(reader.getRows()[0][0]));
}

void main();
