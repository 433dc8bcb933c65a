import { literal, type Dialect } from "../dialects/dialect";
import { AWS_FIELDS, awsFlow, setsToldBy } from "./aws";
import type { StoredTable } from "./reader";

const TABLE = "vpc_flow_logs";

/** Integers that Parquet holds in four bytes; the others have eight. */
const FOUR_BYTES = ["srcport", "dstport", "protocol", "tcp-flags"];

/**
 * Parquet of VPC flow logs in S3, as `network.flowLogArchive` has it written: the fields by their names, whatever folders
 * the files lie in below `location`.
 */
export function awsTable(dialect: Dialect, location: string): StoredTable {
  const columnOf = (field: string) => field.replaceAll("-", "_");
  const columns = Object.entries(AWS_FIELDS).map(([field, type]) => {
    const integer = FOUR_BYTES.includes(field) ? "INT" : "BIGINT";
    return `\`${columnOf(field)}\` ${type === "text" ? "STRING" : integer}`;
  });
  const fields = new Set(Object.keys(AWS_FIELDS));
  return {
    statement: `CREATE EXTERNAL TABLE IF NOT EXISTS ${TABLE} (${columns.join(", ")})\nSTORED AS PARQUET\nLOCATION ${literal(location)}`,
    flow: (scope) => awsFlow(dialect, TABLE, fields, columnOf, scope),
    told: setsToldBy([fields]),
  };
}
